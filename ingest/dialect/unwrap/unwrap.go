// Package unwrap finds records in whatever is wrapped around them.
//
//	unwrap.go   objects and arrays, and what they say of what is in them
//	strings.go  records that are written as strings
//	around.go   ordinary records in what is around thousands of others as well
//	quick.go    ordinary records, which are read where they lie; objects that no dialect knows
//	reshape.go  records in another shape
//	paths.go    rows whose columns are the paths into a record
//	history.go  rows with the history of a message in one column
//	signed.go   whether what was found is signed
package unwrap

import (
	"bytes"
	"cmp"
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/quick"
	"waudit/ingest/jsontree"
	"waudit/ingest/textlog"
)

// maxWraps bounds how many objects, arrays and strings may be wrapped around a
// record. A log event of an SNS notice that a queue hands to a function nests
// fifteen deep.
const maxWraps = 24

// Finder finds the records of dialects wherever they lie in what people store:
// bare, or wrapped in objects and strings.
//
// Wrappers are not known by name: house-made ones ("body", "payload",
// "rawBody", "json"), gateways, queues, traces and table rows all differ, and
// the records of the dialects are telling enough. So every object is offered to
// the dialects in their order; one that none of them knows is searched, and
// every string that holds JSON, or a form, is taken for what it says. An object
// that a dialect knows is never searched.
//
// A Finder is for one goroutine at a time.
type Finder struct {
	dialects   []dialect.Dialect
	assemblers []int // those of the dialects that are assemblers

	items  *dialect.Items
	first  int // the dialect of the first record found, -1: none so far
	around dialect.Surroundings
	nested nest
	shapes shapes

	quick *quick.Reader // for ordinary records; nil: none
	found quickly
	texts []byte // of the strings that were read
	known knownArounds

	signing
}

// New returns what finds the records of the dialects.
func New(dialects []dialect.Dialect) *Finder {
	u := &Finder{dialects: dialects}
	for i, d := range dialects {
		if _, ok := d.(dialect.PieceAssembler); ok {
			u.assemblers = append(u.assemblers, i)
		}
	}
	return u
}

// Decode adds what v is, or holds, to items. It returns the index of the
// dialect that knows v or, if none does, the first record in it; -1 if there is
// nothing that any dialect knows.
func (u *Finder) Decode(v jsontree.Value, items *dialect.Items) (index int) {
	u.items, u.first, u.around = items, -1, dialect.Surroundings{}
	u.known.only, u.known.found = jsontree.Value{}, 0
	body := rebuilt(v)
	if body == nil && (isRenamed(v) || isHyphened(v)) {
		body = appendSnake(nil, v)
	}
	if body == nil || !u.reparse(v, body, 0) {
		u.descend(v, 0)
	}
	u.learnAround(v)
	u.items, u.around = nil, dialect.Surroundings{}
	return u.first
}

// descend decodes the records in v and reports whether there are any.
func (u *Finder) descend(v jsontree.Value, depth int) (found bool) {
	if depth > maxWraps {
		return false
	}
	switch v.Kind() {
	case jsontree.Array:
		found = u.elements(v, depth)
	case jsontree.String:
		found = u.readJSON(v, depth) || u.readEncoded(v, depth)
	case jsontree.Object:
		if u.isFound(v) {
			return true
		}
		offered := u.shapes.of(v, u.dialects)
		if u.decode(v, offered) {
			return true
		}
		if body := reshaped(v); body != nil && u.reparse(v, body, depth) {
			return true
		}
		outside, header := u.around, u.header
		adopt(&u.around, v)
		found = u.readSigned(v, depth) || u.search(v, depth) || u.assemble(v, offered)
		u.around, u.header = outside, header
	}
	return found
}

// elements decodes the records in a list. Elements in a row that hold none may hold the
// pieces of one; where others do hold one, those with the sign of a record are missed.
func (u *Finder) elements(v jsontree.Value, depth int) (found bool) {
	if v.First().Kind() == jsontree.Number {
		body, whole := textlog.DecodeBytes(bytes.TrimLeft(v.Raw(), "[ "))
		return whole && u.reparse(v, body, depth)
	}
	var run, missed []jsontree.Value
	defer func(header string) { u.header = header }(u.header)
	u.header = "" // it is of one body
	end := func() {
		switch {
		case len(run) > 1 && u.readPieces(run, depth):
			found = true
		default:
			for _, e := range run {
				if dialect.IsMarked(e.Raw()) {
					missed = append(missed, e)
				}
			}
		}
		run = run[:0]
	}
	for e := v.First(); e.OK(); e = e.Next() {
		if u.descend(e, depth+1) {
			end()
			found = true
		} else {
			run = append(run, e)
		}
	}
	if end(); !found {
		return false // whoever holds the list is no record
	}
	for _, e := range missed {
		u.items.Reject(u.nested.path(e.Path()), "a record of WhatsApp seems to be in this text, and none can be read; log the body as JSON")
	}
	return true
}

// decode offers an object to the dialects of a set.
func (u *Finder) decode(v jsontree.Value, offered uint64) bool {
	for i := nextIn(offered, 0); i < len(u.dialects); i = nextIn(offered, i+1) {
		d := u.dialects[i]
		if !d.Recognise(v) {
			continue
		}
		if s, ok := d.(dialect.Surrounded); ok {
			s.Surround(u.around)
		}
		before := *u.items
		d.Decode(v, u.items)
		if u.quick != nil {
			added := behind(&before, u.items)
			u.quick.Learn(v, i, &added)
		}
		u.claim(i, v, &before)
		return true
	}
	return false
}

// assemble offers an object that holds no whole record to the dialects whose
// records come in pieces.
func (u *Finder) assemble(v jsontree.Value, offered uint64) bool {
	for _, i := range u.assemblers {
		if !has(offered, i) {
			continue
		}
		if s, ok := u.dialects[i].(dialect.Surrounded); ok {
			s.Surround(u.around)
		}
		before := *u.items
		if u.dialects[i].(dialect.PieceAssembler).Assemble(v, u.items) {
			u.claim(i, v, &before)
			return true
		}
	}
	return false
}

// claim notes that v is of the dialect i, and leads the places of what was
// rejected of it, which was not there before, through the strings around.
func (u *Finder) claim(i int, v jsontree.Value, before *dialect.Items) {
	u.known.found++
	u.first = first(u.first, i)
	rejected := u.items.Rejected[len(before.Rejected):]
	for j := range rejected {
		rejected[j].At = u.nested.path(within(v.Path(), rejected[j].At))
	}
	u.judge(v, before)
}

// search looks for records in the members of an object. Wrappers often hold one
// body twice, parsed and as text, or as text and in base64: strings are only
// looked at where no object holds a record, what is encoded in them where no
// text does.
func (u *Finder) search(v jsontree.Value, depth int) (found bool) {
	for m := v.First(); m.OK(); m = m.Next() {
		if m.Kind() == jsontree.Object || m.Kind() == jsontree.Array {
			found = u.descend(m, depth+1) || found
		}
	}
	read := [...]func(*Finder, jsontree.Value, int) bool{(*Finder).readJSON, (*Finder).readEncoded}
	for i := 0; i < len(read) && !found; i++ {
		for m := v.First(); m.OK(); m = m.Next() {
			if m.Kind() == jsontree.String {
				found = read[i](u, m, depth+1) || found
			}
		}
	}
	return found
}

// adopt takes the ids that providers put beside a record, and the time that
// loggers do.
func adopt(s *dialect.Surroundings, v jsontree.Value) {
	for m := v.First(); m.OK(); m = m.Next() {
		switch key := m.Key(); {
		case key == "requestContext": // of API Gateway
			adopt(s, m)
		case isWABAKey(key):
			s.WABA = cmp.Or(dialect.Text(m), s.WABA)
		case isNumberKey(key):
			s.Number = cmp.Or(dialect.Text(m), s.Number)
		case dialect.IsTimeKey(key) && dialect.IsTime(m):
			s.Logged = m
		}
	}
}

func isWABAKey(key string) bool { return key == "waba_id" || key == "wabaId" }

func isNumberKey(key string) bool { return key == "phone_number_id" || key == "phoneNumberId" }

// nest is the trees of what is written in strings, one in the other.
type nest struct {
	trees []*jsontree.Tree // outermost first, to be used again
	outer []jsontree.Value // the strings that the trees in use were read from
}

// parse reads JSON that was found in the string v. It is to be closed after
// use, unless it is no JSON.
func (n *nest) parse(v jsontree.Value, body []byte, skipper jsontree.Skipper) (root jsontree.Value, ok bool) {
	level := len(n.outer)
	if level == len(n.trees) {
		n.trees = append(n.trees, new(jsontree.Tree))
	}
	if _, err := n.trees[level].ParseAround(body, skipper); err != nil {
		return jsontree.Value{}, false
	}
	n.outer = append(n.outer, v)
	return n.trees[level].Root(), true
}

// isRoot reports whether v is all of the tree that was parsed last.
func (n *nest) isRoot(v jsontree.Value) bool {
	return len(n.outer) > 0 && n.trees[len(n.outer)-1].Root() == v
}

// close gives back the tree that was parsed last.
func (n *nest) close() { n.outer = n.outer[:len(n.outer)-1] }

// path is the place of what stands at that place of the innermost tree, through
// the strings around it.
func (n *nest) path(at string) string {
	path := ""
	for _, outer := range n.outer {
		path = joinPath(path, outer.Path())
	}
	return joinPath(path, at)
}

// within makes a place in the record at root one in its tree. Dialects give
// either, as a record alone in its tree has both in one.
func within(root, at string) string {
	if rest, ok := strings.CutPrefix(at, root); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
		return at
	}
	return joinPath(root, at)
}

func joinPath(path, step string) string {
	if path == "" || step == "" || step[0] == '[' {
		return path + step
	}
	return path + "." + step
}
