package table

import (
	"slices"
	"strconv"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/mapfile"
	"waudit/ingest/notation"
)

// names are the keys of an object that are looked for. Each has a slot.
type names struct {
	keys  []string         // as the mapping writes them, by slot
	folds map[string][]int // slots by folded key
	exact bool             // keys are compared as they are spelt
	asked []bool           // slots that the mapping itself names, not only a synonym
	named bool             // there are such
}

// slot returns the slot of a key, a new one if it has none.
func (n *names) slot(key string, asked bool) int {
	i := slices.Index(n.keys, key)
	if i < 0 {
		i = len(n.keys)
		n.keys, n.asked = append(n.keys, key), append(n.asked, false)
		if n.folds == nil {
			n.folds = map[string][]int{}
		}
		fold := n.fold(key)
		n.folds[fold] = append(n.folds[fold], i)
	}
	n.asked[i] = n.asked[i] || asked
	n.named = n.named || asked
	return i
}

func (n *names) has(key string) bool { return len(n.folds[n.fold(key)]) > 0 }

// fold is what is compared of a key.
func (n *names) fold(key string) string {
	if n.exact {
		return key
	}
	return notation.Fold(key)
}

// slots returns the slots that a key fills. Of several that the mapping asks
// for, which are so but for their spelling, it is the one that is written just
// so.
func (n *names) slots(key string) []int {
	if n.exact {
		return n.folds[key]
	}
	var buf [notation.FoldSize]byte
	slots := n.folds[string(notation.AppendFold(buf[:0], key))]
	if len(slots) == 0 {
		if rest, iso := splitCurrency(key); iso != "" && IsName(event.ColAmount, rest) {
			return n.folds[notation.Fold(rest)]
		}
	}
	isAsked := func(s int) bool { return n.asked[s] && n.keys[s] == key }
	if len(slots) < 2 || !slices.ContainsFunc(slots, isAsked) {
		return slots
	}
	return slices.DeleteFunc(slices.Clone(slots), func(s int) bool { return n.asked[s] && !isAsked(s) })
}

// IsName reports whether a column of that name holds what column is about.
func IsName(column event.Column, name string) bool {
	return slices.ContainsFunc(synonymsOf(column, anywhere), func(s synonym) bool { return notation.Fold(s.name) == notation.Fold(name) })
}

// found is what an object has under the names that are looked for.
type found struct {
	names  *names
	values []jsontree.Value // by slot
	exact  []bool           // the value's key is spelt as the mapping has it
	memory []bound          // which slots the keys of the first objects filled, by the place of the key
}

// bound is a key and the slots that it fills.
type bound struct {
	key   string
	slots []int
}

// mostBound is how many keys of an object are kept in memory.
const mostBound = 256

func (f *found) bindTo(n *names) {
	f.names = n
	f.values, f.exact = make([]jsontree.Value, len(n.keys)), make([]bool, len(n.keys))
}

// fill finds the values of an object. Rows of a table have the same keys at the
// same places, so that few keys need to be looked up.
func (f *found) fill(object jsontree.Value) {
	clear(f.values)
	clear(f.exact)
	if len(f.names.keys) == 0 {
		return
	}
	place := 0
	for m := object.First(); m.OK(); m = m.Next() {
		key := m.Key()
		for _, s := range f.slots(place, key) {
			exact := f.names.keys[s] == key
			if exact || !f.exact[s] {
				f.values[s], f.exact[s] = m, exact
			}
		}
		place++
	}
}

// slots returns the slots that the key at that place fills.
func (f *found) slots(place int, key string) []int {
	switch {
	case place < len(f.memory) && f.memory[place].key == key:
		return f.memory[place].slots
	case place == len(f.memory) && place < mostBound:
		f.memory = append(f.memory, bound{strings.Clone(key), f.names.slots(key)})
	}
	return f.names.slots(key)
}

// anyNamed reports whether a key is there that the mapping itself names.
func (f *found) anyNamed() bool {
	for s, v := range f.values {
		if f.names.asked[s] && v.OK() {
			return true
		}
	}
	return false
}

// field is a place in a record: a key, or a path of keys and indexes.
type field struct {
	text     string // as the mapping writes it
	kinds    kindSet
	party    bool
	ofRecord bool               // it begins at the record, not at the item
	isUTC    bool               // its name says that its times are: "sent_at_utc", "Date (UTC)"
	whole    int                // the slot of the text as a key of its own
	first    int                // the slot of the path's first key
	steps    []mapfile.PathStep // the rest of the path
}

// value finds the field in the record or its item. A key that is written as the
// path is goes before the path.
func (r *rowReading) value(f *field) jsontree.Value {
	in := &r.item
	if f.ofRecord {
		in = &r.record
	}
	v := in.values[f.whole]
	if v.OK() || len(f.steps) == 0 {
		return v
	}
	v = in.values[f.first]
	for _, s := range f.steps {
		if v.Kind() == jsontree.String {
			v = r.open(v)
		}
		if s.Index < 0 {
			v = v.Get(s.Key)
			continue
		}
		v = elementOf(v, s.Index)
	}
	return v
}

// mayVary reports whether the field may have any value, where only the shape of the record
// is known: it leads to, or through, a text or a number, or what was skipped.
func (r *rowReading) mayVary(f *field) bool {
	if !r.loose {
		return false
	}
	in := &r.item
	if f.ofRecord {
		in = &r.record
	}
	varies := func(v jsontree.Value) bool {
		return v.Tag() != 0 || v.Kind() == jsontree.String || v.Kind() == jsontree.Number
	}
	if varies(in.values[f.whole]) {
		return true
	}
	v := in.values[f.first]
	for _, s := range f.steps {
		if varies(v) {
			return true
		}
		if s.Index < 0 {
			v = v.Get(s.Key)
		} else {
			v = elementOf(v, s.Index)
		}
	}
	return len(f.steps) > 0 && varies(v)
}

// openedText is a text of an item that holds JSON, as it is read.
type openedText struct {
	raw  *byte // where the text stands
	tree *jsontree.Tree
}

// open reads the JSON that a text holds. What is none holds nothing.
func (r *rowReading) open(v jsontree.Value) jsontree.Value {
	if !dialect.MayBeJSON(v) {
		return jsontree.Value{}
	}
	at := &v.Raw()[0]
	for i := range r.opened {
		if r.opened[i].raw == at {
			return r.opened[i].tree.Root()
		}
	}
	tree := new(jsontree.Tree)
	_, _ = tree.Parse(v.AppendStr(nil)) // what is no JSON leaves the tree empty
	r.opened = append(r.opened, openedText{at, tree})
	return tree.Root()
}

// elementOf returns an element of an array, absent if there is none.
func elementOf(v jsontree.Value, index int) jsontree.Value {
	if v.Kind() != jsontree.Array {
		return jsontree.Value{}
	}
	e := v.First()
	for ; index > 0 && e.OK(); index-- {
		e = e.Next()
	}
	return e
}

// any reports whether any name was found.
func (f *found) any() bool { return slices.ContainsFunc(f.values, jsontree.Value.OK) }

// columnSources say where each column comes from.
type columnSources [event.NumFlat]columnSource

// columnSource is where the text of a column comes from. The zero one has none.
type columnSource struct {
	mapfile.ColumnSource
	column   event.Column
	fields   []field // the first with a value counts
	asked    bool    // the mapping names it; else it is looked for by its synonyms
	template mapfile.BoundTemplate[*field]
}

// columnText is the text of a column, and where it was found.
type columnText struct {
	text    string
	value   jsontree.Value // absent for constants and templates
	field   *field         // nil likewise
	number  bool           // it is a JSON number, as it is written
	ignore  bool           // its value says to ignore the row
	isMeant bool           // the mapping says what its value means
}

// cell finds the text of a column for an event of that kind; 0 is any.
func (r *rowReading) cell(s *columnSource, kind event.Kind) columnText {
	var c columnText
	switch {
	case s.IsConst:
		c.text = s.Const
		return c
	case len(s.template) > 0:
		c.text = s.template.Fill(func(f *field) string { return cellText(r.value(f)) })
	default:
		return r.firstField(s, kind)
	}
	s.translate(&c)
	return c
}

// firstField is the first of a source's fields that has a text, and one that its
// values leave.
func (r *rowReading) firstField(s *columnSource, kind event.Kind) (c columnText) {
	for i := range s.fields {
		f := &s.fields[i]
		if kind != 0 && !f.kinds.has(kind) {
			continue
		}
		text := r.text(f)
		if text == "" || r.mapping.isTable && !r.isCell(s.column, f, text) {
			continue
		}
		if f.party {
			text = dialect.IdentityOf(text, "", "").Any()
		}
		v := r.value(f)
		c = columnText{text: text, value: v, field: f, number: v.Kind() == jsontree.Number}
		if !s.translate(&c) && v.Kind() == jsontree.Bool && s.column != event.ColBillable {
			c = columnText{}
		}
		if c.text != "" || c.ignore {
			break
		}
	}
	switch {
	case r.mapping.isTable && s.column == event.ColMessage:
		return r.findMessage(s, c)
	case c.field == nil:
		s.translate(&c) // what "" stands for
	}
	return c
}

// cellText is the text of a value without the blanks around it; "" for lists
// and objects.
func cellText(v jsontree.Value) string {
	if v.Kind() == jsontree.Bool {
		return strconv.FormatBool(v.Bool())
	}
	return strings.TrimSpace(dialect.Text(v))
}

// translate replaces a text by what it stands for, and reports whether it
// stands for anything else than itself.
func (s *columnSource) translate(c *columnText) bool {
	v, ok := s.Translate(c.text)
	if ok {
		c.text, c.ignore, c.number, c.isMeant = v.Text, v.Ignore, false, true
	}
	return ok
}

// describe names the column in a rejection: as the record has it if it was
// found there, else as the mapping does.
func (r *rowReading) describe(s *columnSource, c columnText) string {
	switch {
	case c.field != nil:
		return quoteColumn(c.field.text)
	case len(s.template) > 0:
		return "the template of " + s.column.String()
	case s.IsConst:
		return "the constant of " + s.column.String()
	}
	return s.wanted()
}

// wanted says which fields a source looks for.
func (s *columnSource) wanted() string {
	const most = 3
	if !s.asked {
		return "a column " + s.column.String()
	}
	var names []string
	for i := range s.fields {
		if i == most {
			names = append(names, "…")
			break
		}
		names = append(names, s.fields[i].text)
	}
	return quoteColumn(strings.Join(names, ", "))
}

func quoteColumn(name string) string { return `column "` + notation.Clip(name) + `"` }

// conditions hold if any of them does.
type conditions []mapfile.Bound[*field]

// hold reports whether a condition holds, or there is none.
func (c conditions) hold(r *rowReading) bool { return len(c) == 0 || c.first(r) != nil }

// first returns the first condition that holds, nil if none does.
func (c conditions) first(r *rowReading) *mapfile.Bound[*field] { return mapfile.First(c, r.passes) }

// passes reports whether what a field holds passes a test.
func (r *rowReading) passes(t mapfile.BoundTest[*field]) bool {
	if r.mayVary(t.At) {
		return true
	}
	v := r.value(t.At)
	switch {
	case t.Any && r.mapping.provider != "":
		return v.OK()
	case v.Kind() == jsontree.Object || v.Kind() == jsontree.Array:
		return t.Any || t.Object && v.Kind() == jsontree.Object || t.Empty && v.Kind() == jsontree.Array && !v.First().OK()
	}
	return t.Holds(cellText(v))
}
