package container

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"waudit/ingest/row"
)

// nodeKind says what a column of the schema becomes.
type nodeKind uint8

const (
	leafNode  nodeKind = iota // a value
	groupNode                 // an object of named members
	listNode                  // an array
	mapNode                   // an object of which the keys are data
)

// schemaNode is a column, or a part of one that is nested.
//
// A value that is nested is stored with two levels. The definition level counts
// how many of the optional and repeated parts on the way to it are there, the
// repetition level says which list it continues, 0 being the row.
type schemaNode struct {
	name     string
	kind     nodeKind
	def      int // definition level from which on it is there
	more     int // of a list or map: definition level from which on it has an element
	rep      int // of a list or map: repetition level of an element that is not the first
	children []*schemaNode
	first    int    // index of the first leaf in it, of a leaf its own
	path     string // names from the root
	key      string // name as JSON has it in front of a member

	// Of a leaf.
	maxDef, maxRep int
	typ            leafType
}

// flat reports whether the node is a leaf that has one value in each row, or
// none: no part of it is nested.
func (n *schemaNode) flat() bool { return n.kind == leafNode && n.maxRep == 0 && n.maxDef <= 1 }

func (n *schemaNode) leaves(all []*schemaNode) []*schemaNode {
	last := n
	for last.kind != leafNode {
		last = last.children[len(last.children)-1]
	}
	return all[n.first : last.first+1]
}

// maxNesting bounds how deep a column may be nested.
const maxNesting = 64

// schemaBuilder makes a tree of the list that the footer has of it. Behind the first
// error, what it makes is of no use.
type schemaBuilder struct {
	elements []format.SchemaElement
	next     int
	leaves   []*schemaNode
	err      error
}

var errSchema = errors.New("its schema is broken")

// build returns the node of which the columns are the children.
func (b *schemaBuilder) build() (*schemaNode, error) {
	root := &schemaNode{kind: groupNode}
	b.members(root, int(b.take().NumChildren.V), nodePlace{})
	if b.next != len(b.elements) {
		b.fail(errSchema)
	}
	return root, b.err
}

func (b *schemaBuilder) fail(err error) { b.err = cmp.Or(b.err, err) }

// nodePlace is where in the tree a node is to be made.
type nodePlace struct {
	def, rep int // levels of what is around it
	path     string
	depth    int
}

func (p nodePlace) below(name string) nodePlace {
	if p.path != "" {
		name = p.path + "." + name
	}
	return nodePlace{def: p.def, rep: p.rep, path: name, depth: p.depth + 1}
}

func (b *schemaBuilder) take() *format.SchemaElement {
	if b.next == len(b.elements) {
		b.fail(errSchema)
		return &format.SchemaElement{}
	}
	b.next++
	return &b.elements[b.next-1]
}

func isOf(e *format.SchemaElement, repetition format.FieldRepetitionType) bool {
	return e.RepetitionType.Valid && e.RepetitionType.V == repetition
}

func (b *schemaBuilder) node(at nodePlace) *schemaNode {
	e := b.take()
	if at = at.below(e.Name); at.depth > maxNesting {
		b.fail(fmt.Errorf("the column %.100s is nested too deep", at.path))
		return &schemaNode{}
	}
	if isOf(e, format.Repeated) {
		// A repeated field outside a list: how Protocol Buffers are stored.
		list := b.begin(e.Name, at)
		list.kind, list.more, list.rep = listNode, at.def+1, at.rep+1
		at.def, at.rep = list.more, list.rep
		list.children = []*schemaNode{b.content(e, at)}
		return list
	}
	if isOf(e, format.Optional) {
		at.def++
	}
	return b.content(e, at)
}

// begin makes a node that is there from the levels of at on.
func (b *schemaBuilder) begin(name string, at nodePlace) *schemaNode {
	return &schemaNode{
		name: name, path: at.path, key: string(row.AppendString(nil, name)) + ":", def: at.def, first: len(b.leaves),
	}
}

// content makes a node of an element that is there.
func (b *schemaBuilder) content(e *format.SchemaElement, at nodePlace) *schemaNode {
	n := b.begin(e.Name, at)
	if e.Type.Valid {
		n.maxDef, n.maxRep = at.def, at.rep
		var err error
		n.typ, err = leafTypeOf(e)
		b.fail(err)
		b.leaves = append(b.leaves, n)
		return n
	}
	n.kind = groupNode
	if kind := nestingOf(e); kind != groupNode && e.NumChildren.V == 1 {
		b.repeated(n, kind, at)
	} else {
		b.members(n, int(e.NumChildren.V), at)
	}
	return n
}

func (b *schemaBuilder) members(n *schemaNode, count int, at nodePlace) {
	if count <= 0 {
		b.fail(fmt.Errorf("its column %.100q is a group of nothing", at.path))
	}
	for i := 0; i < count && b.err == nil; i++ {
		n.children = append(n.children, b.node(at))
	}
}

// repeated makes a list or map of the group n: of its only child, if that is
// repeated.
func (b *schemaBuilder) repeated(n *schemaNode, kind nodeKind, at nodePlace) {
	e := b.take()
	if !isOf(e, format.Repeated) {
		if b.err == nil {
			b.next--
			b.members(n, 1, at)
		}
		return
	}
	n.kind, n.more, n.rep = kind, at.def+1, at.rep+1
	inner := at.below(e.Name)
	inner.def, inner.rep = n.more, n.rep
	if kind == mapNode && !e.Type.Valid && e.NumChildren.V == 2 {
		b.members(n, 2, inner)
		return
	}
	n.kind = listNode
	if wrapsElement(e, n.name) {
		n.children = []*schemaNode{b.node(inner)}
	} else {
		n.children = []*schemaNode{b.content(e, inner)}
	}
}

// wrapsElement reports whether the repeated field of a list named so has the
// element in it, as it should, and is not the element itself, as older writers
// have it.
func wrapsElement(e *format.SchemaElement, list string) bool {
	return !e.Type.Valid && e.NumChildren.V == 1 && nestingOf(e) == groupNode &&
		e.Name != "array" && e.Name != list+"_tuple"
}

// nestingOf returns what a group is annotated as.
func nestingOf(e *format.SchemaElement) nodeKind {
	switch e.LogicalType.Value.(type) {
	case *format.ListType:
		return listNode
	case *format.MapType:
		return mapNode
	}
	if e.ConvertedType.Valid {
		switch e.ConvertedType.V {
		case deprecated.List:
			return listNode
		case deprecated.Map, deprecated.MapKeyValue:
			return mapNode
		}
	}
	return groupNode
}
