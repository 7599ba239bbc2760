// Package table reads records by the names of their columns or keys: those that a
// mapping file names, and those that say enough by themselves. What logs, bills and
// rate cards share of that is here too.
//
//	header.go       names of columns without their spelling and currency; words for categories and countries
//	date.go         days that need no form, and what only all rows together tell of dates and decimals
//
//	mapping.go      which records, and the hand-over to what reads them
//	columns.go      the columns of the flat record, and their other names
//	fields.go       the names that are looked for, found in one pass over a record; where the text of a column
//	                comes from, and which records and rows are meant
//	row.go          an item to its events
//	way.go          who wrote a message
//	event.go        cells to an event
//	provider.go     what is more in the mapping files of providers
//	file.go         the file: what stands where, and the columns
//	plain.go        tables that need no mapping, for their names say enough
//	sample.go       what is in a log, for a first draft
//	guess.go        what its names and values suggest
//	draft.go        the draft
//
// How such files are written is the room mapfile, how times and amounts are the
// room notation. The words for users are in docs/mapping.md.
package table

import (
	"iter"
	"slices"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// Mapping is what a mapping file says: which columns or keys of somebody's own
// records are which columns of the flat record. It is never changed, so that
// the dialects made of it share it.
type Mapping struct {
	name     string
	sections []section
	isTable  bool   // there is no file: only names that say enough
	provider string // whose records it describes, if it is one of waudit's own files
	isLogged bool   // some of its records have no time but that at which they were logged
}

// section describes the records of one shape.
type section struct {
	name    string // for rejections, "" if it has none
	when    conditions
	skip    conditions
	gate    []string        // keys of which every record of the section has one, where they are known: most records lack them
	lists   []field         // of the items in a record, or its only one; none if the record is the item
	bare    bool            // without items in the lists, the record is the item
	channel []field         // over which the item went, the first that says; none: nothing does
	own     providerSection // of a provider's file
	columns columnSources
	rules   []rule // an event for each that has a time; none: one event an item
	// spread says that neither the event nor its time was named: a row may have
	// a time for each of several events.
	spread bool

	record, item names      // that are looked for
	ways         []wayField // columns of the item that say who wrote
	numberID     int        // likewise of phone_number_id, in tables
}

// rule yields an event of an item that has a time for it.
type rule struct {
	kind    event.Kind
	columns columnSources
	when    conditions
	own     [event.NumFlat]bool // the columns that the rule itself names
}

// Name is the mapping's name in reports.
func (m *Mapping) Name() string { return m.name }

// Dialect returns a dialect that reads as the mapping says.
func (m *Mapping) Dialect() dialect.Dialect {
	d := &mapped{mapping: m, rows: make([]rowReading, len(m.sections))}
	for i := range m.sections {
		s := &m.sections[i]
		d.rows[i] = rowReading{mapping: m, section: s}
		if i > 0 && slices.EqualFunc(s.lists, m.sections[i-1].lists, func(a, b field) bool { return a.text == b.text }) {
			d.rows[i-1].next = &d.rows[i]
		}
		d.rows[i].record.bindTo(&s.record)
		d.rows[i].item.bindTo(&s.item)
	}
	if m.isLogged {
		return logged{d}
	}
	return d
}

// Knows reports whether the mapping looks for a column of that name. It tells
// the header of a table from what stands above it.
func (m *Mapping) Knows(column string) bool {
	for i := range m.sections {
		if m.sections[i].record.has(column) || m.sections[i].item.has(column) {
			return true
		}
	}
	return false
}

// mapped is the dialect of a mapping. It is for one goroutine at a time, as it
// keeps where the names of the records before stood.
type mapped struct {
	mapping *Mapping
	rows    []rowReading   // one for each section
	logged  jsontree.Value // when what is around the record says that it was written
}

// logged is a mapped dialect whose records may have no time of their own.
type logged struct{ *mapped }

func (d logged) Surround(s dialect.Surroundings) { d.logged = s.Logged }

func (d *mapped) Name() string { return d.mapping.name }

// Recognise wants what makes an event: what happened, a time, and a message or a
// user. Where a section says itself which records it is for, any of its columns
// is enough.
func (d *mapped) Recognise(record jsontree.Value) bool {
	return !d.mapping.isTable && d.find(record, (*rowReading).fits) != nil
}

// Assemble takes what no dialect knows, if it has any column of the mapping, so
// that what is missing is named.
func (d *mapped) Assemble(v jsontree.Value, items *dialect.Items) bool {
	if d.mapping.provider != "" {
		return false
	}
	test := (*rowReading).mayFit
	if d.mapping.isTable {
		test = (*rowReading).isTable
	}
	r := d.find(v, test)
	if r == nil {
		return false
	}
	r.decode(items)
	return true
}

func (d *mapped) Decode(record jsontree.Value, items *dialect.Items) {
	defer func() { d.logged = jsontree.Value{} }() // it is not the next record's
	for _, test := range [...]func(*rowReading) bool{(*rowReading).fits, (*rowReading).mayFit} {
		if r := d.find(record, test); r != nil {
			r.decode(items)
			return
		}
	}
	if d.mapping.provider != "" {
		items.Foreign(d.mapping.provider)
		return
	}
	items.Reject(record.Path(), d.mapping.name+": the record has none of the columns that are looked for, or no section of the mapping is for it; correct the mapping")
}

// find returns the reading of the first section that passes the test.
func (d *mapped) find(record jsontree.Value, test func(*rowReading) bool) *rowReading {
	if record.Kind() != jsontree.Object {
		return nil
	}
	for i := range d.rows {
		r := &d.rows[i]
		if !r.section.opensTo(record) {
			continue
		}
		r.root, r.logged = record, d.logged
		r.record.fill(record)
		r.setItem(record)
		if test(r) {
			return r
		}
	}
	return nil
}

// rowReading reads the records of a section.
type rowReading struct {
	mapping *Mapping
	section *section

	root         jsontree.Value // the record
	record, item found          // what was found in it, and in its present item
	here         jsontree.Value // the item
	opened       []openedText   // texts in the item that hold JSON
	logged       jsontree.Value // when the record was logged, if what is around it says so
	next         *rowReading    // of the section behind it, if it is for the same lists
	events       []event.Event  // of the item, before the last is known to be it
	wrote        wrote          // of the item
	loose        bool           // any text or number may be another one
}

// fits reports whether the record is one of the section's. Cells without a
// value are not in the record, so that no one column can be asked for.
func (r *rowReading) fits() bool {
	s := r.section
	switch {
	case !s.own.around.hold(r) || !s.when.hold(r):
		return false
	case len(s.lists) > 0 && (!s.bare || r.mapping.provider != "" || r.hasItems()):
		return r.hasItems()
	case s.own.ignored != nil, s.own.pass != "", s.own.unusable != "":
		return true
	case len(s.when) > 0 && r.hasNamed():
		return true
	}
	hasPair := slices.ContainsFunc(pairColumns, func(c event.Column) bool { return r.has(&s.columns[c]) })
	return r.hasTime() && hasPair && (len(s.rules) > 0 || s.spread || r.has(&s.columns[event.ColEvent]))
}

// mayFit reports whether the record has anything of the section.
func (r *rowReading) mayFit() bool {
	s := r.section
	if !s.own.around.hold(r) || !s.when.hold(r) {
		return false
	}
	switch {
	case len(s.own.items) > 0:
		return r.hasItems()
	case slices.ContainsFunc(s.lists, func(f field) bool { return r.value(&f).OK() }):
		return true
	case len(s.lists) > 0 && !s.bare:
		return false
	}
	return r.hasNamed()
}

// hasItems reports whether the record has items of the section's: of a provider's,
// one that its own test is for; else a list, be it empty.
func (r *rowReading) hasItems() bool {
	if slices.ContainsFunc(r.section.lists, func(f field) bool { return r.mayVary(&f) }) {
		return true
	}
	if r.mapping.provider == "" {
		return slices.ContainsFunc(r.section.lists, func(f field) bool {
			kind := r.value(&f).Kind()
			return kind == jsontree.Object || kind == jsontree.Array
		})
	}
	for v := range r.items() {
		if r.setItem(v); r.section.own.items.hold(r) {
			return true
		}
	}
	return false
}

// items are those in the lists of the record or, where there are none and the
// mapping says so, the record itself.
func (r *rowReading) items() iter.Seq[jsontree.Value] {
	return func(yield func(jsontree.Value) bool) {
		any := false
		for i := range r.section.lists {
			v := r.value(&r.section.lists[i])
			if v.Kind() == jsontree.Array {
				v = v.First()
				for ; v.OK(); v = v.Next() {
					if any = true; !yield(v) {
						return
					}
				}
			} else if v.Kind() == jsontree.Object {
				if any = true; !yield(v) {
					return
				}
			}
		}
		if !any && r.section.bare {
			yield(r.root)
		}
	}
}

func (r *rowReading) setItem(v jsontree.Value) {
	r.here, r.opened, r.wrote = v, r.opened[:0], wrote{}
	r.item.fill(v)
}

// hasNamed reports whether there is a column that the mapping names.
func (r *rowReading) hasNamed() bool { return r.record.anyNamed() || r.item.anyNamed() }

// hasTime reports whether there is a time for any event.
func (r *rowReading) hasTime() bool {
	for i := range r.section.rules {
		if r.has(&r.section.rules[i].columns[event.ColTimestamp]) {
			return true
		}
	}
	return len(r.section.rules) == 0 && r.has(&r.section.columns[event.ColTimestamp])
}

// pairColumns are the columns of which one must tell whose message it is.
var pairColumns = []event.Column{event.ColMessage, event.ColUser, event.ColUserID, event.ColGroup}

// has reports whether a source has a value, whatever the event.
func (r *rowReading) has(s *columnSource) bool {
	_, empty := s.Values[""]
	if s.IsConst || len(s.template) > 0 || empty {
		return true
	}
	for i := range s.fields {
		if r.mayVary(&s.fields[i]) || dialect.HasContent(r.value(&s.fields[i])) {
			return true
		}
	}
	return false
}

func (r *rowReading) decode(items *dialect.Items) {
	s := r.section
	if len(s.lists) == 0 {
		r.decodeItem(items)
		return
	}
	isAny := false
	for v := range r.items() {
		isAny = true
		switch {
		case v.Kind() == jsontree.Object:
			r.setItem(v)
			r.decodeItem(items)
		case r.mapping.provider != "":
			items.Reject(v.Path(), "this is no object; export it again as "+r.mapping.provider+" sends it")
		default:
			items.Reject(v.Path(), r.title()+"this item of "+s.listNames()+" is no object; export it again")
		}
	}
	for i := range s.lists {
		switch list := r.value(&s.lists[i]); {
		case list.Kind() == jsontree.Object || list.Kind() == jsontree.Array:
		case list.Kind() > jsontree.Null || len(s.lists) == 1:
			isAny = true
			items.Reject(list.Path(), r.title()+"lists: "+s.lists[i].text+" is no list; correct the mapping, or give it a section for such records")
		}
	}
	if !isAny {
		items.Ignore("empty list " + notation.Clip(s.listNames()))
	}
}

func (s *section) listNames() string {
	var names []string
	for i := range s.lists {
		names = append(names, s.lists[i].text)
	}
	return strings.Join(names, ", ")
}

// title begins what is said of the section.
func (r *rowReading) title() string {
	if r.section.name != "" {
		return r.mapping.name + ", " + r.section.name + ": "
	}
	return r.mapping.name + ": "
}

// MayKnow implements dialect.Keyed. Tests look at nothing but what stands under the names of
// a section: without any of them, each has always the same answer.
func (d *mapped) MayKnow(object jsontree.Value) bool {
	for i := range d.rows {
		r := &d.rows[i]
		if !r.section.opensTo(object) {
			continue
		}
		r.root = object
		r.record.fill(object)
		r.setItem(object)
		if r.record.any() || r.item.any() || r.fits() || r.mayFit() || r.isTable() {
			return true
		}
	}
	return false
}

// MayBe implements dialect.Shaped.
func (d *mapped) MayBe(object jsontree.Value) bool {
	if d.mapping.isTable {
		return false
	}
	loosen := func(loose bool) {
		for i := range d.rows {
			d.rows[i].loose = loose
		}
	}
	loosen(true)
	defer loosen(false)
	return d.find(object, (*rowReading).fits) != nil
}

// MayBePiece implements dialect.Shaped: what providers send comes whole.
func (d *mapped) MayBePiece(jsontree.Value) bool { return d.mapping.provider == "" }

// opensTo reports whether the object has one of the keys without which it is no
// record of the section.
func (s *section) opensTo(object jsontree.Value) bool {
	return len(s.gate) == 0 || slices.ContainsFunc(s.gate, func(key string) bool { return object.Get(key).OK() })
}
