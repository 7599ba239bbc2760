package table

import (
	"cmp"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/jsontree"
	"waudit/ingest/mapfile"
	"waudit/ingest/notation"
)

// providerSection is what a section of a provider's file says beside its columns.
type providerSection struct {
	around                conditions              // for all sections
	items                 conditions              // for items of a list, which else are of a section behind it
	ignored               []field                 // of records that tell nothing of a message, what happened
	pass, unusable        string                  // why records are ignored, or rejected, which are known and of no use
	referral              []field                 // an object in Meta's form, the first that is there
	conversation, pricing *field                  // likewise
	times                 [event.NumKinds][]field // of a kind of event, before its timestamp
	before                []earlier               // what a record tells of a message's way so far
	previous              *field                  // of changes of a template's category, what it was
	logged                kindSet                 // where they have no time, that counts at which the record was logged
}

// earlier is the time of what came before a status.
type earlier struct {
	kind event.Kind
	time field
}

// precedes reports whether a message comes from the one kind of event to the other,
// as a send call precedes all, and a sending what was delivered and read.
func precedes(before, kind event.Kind) bool {
	return before == event.Request && kind == event.Failed || before < kind && kind <= event.Read
}

// passOn leaves an item to the section behind, which is for items of the same lists.
func (r *rowReading) passOn(items *dialect.Items) {
	next := r.next
	if next == nil {
		items.Reject(r.here.Path(), "this is nothing that "+r.mapping.provider+" is known to send; export it again as "+r.mapping.provider+" sends it")
		return
	}
	next.root, next.logged = r.root, r.logged
	next.record.fill(r.root)
	next.setItem(r.here)
	next.decodeItem(items)
}

// addNotice makes an event of a provider's item, or rejects or ignores it.
func (r *rowReading) addNotice(items *dialect.Items) {
	columns, own := &r.section.columns, &r.section.own
	if r.isNoNotice(items) {
		return
	}
	value := func(c event.Column) jsontree.Value { return r.cell(&columns[c], 0).value }
	n := dialect.NewNotice(r.mapping.provider, r.here)
	n.Event.Message = r.cell(&columns[event.ColMessage], 0).text
	if !r.setKind(items, &n) {
		return
	}
	var texts flat.Texts
	for i := range columns {
		texts[i] = r.cell(&columns[i], n.Event.Kind).text
	}
	texts[event.ColCurrency] = "" // see price
	texts.TakeWords(items, &n.Event)
	n.SetPrice(value(event.ColAmount), value(event.ColCurrency))
	party := func(c event.Column) dialect.Identity { return dialect.IdentityOf(texts[c], "", "") }
	n.Event.Number = party(event.ColNumber).Any()
	n.User = party(event.ColUser).Complete(party(event.ColUserID), true)
	n.Event.Participant = party(event.ColParticipant).Any()
	if at, fault := dialect.ReadTime(value(event.ColExpires)); fault == notation.TimeGood {
		n.Event.Expires = at
	}
	for i := range own.referral {
		if v := r.value(&own.referral[i]); v.First().OK() {
			n.SetReferral(items, v)
			break
		}
	}
	if own.pricing != nil {
		items.ReadPricing(&n.Event, r.value(own.conversation), r.value(own.pricing))
	}
	r.noticeTime(&n, own.times[n.Event.Kind])
	r.noticeTime(&n, columns[event.ColTimestamp].fields)
	if own.logged != 0 && own.logged.has(n.Event.Kind) {
		n.WhenLogged(r.root, r.logged)
	}
	added := len(items.Events)
	if n.AddTo(items); len(items.Events) == added {
		return
	}
	for i := range own.before {
		if e := &own.before[i]; precedes(e.kind, n.Event.Kind) {
			n.AddEarlier(items, e.kind, r.value(&e.time), e.time.leaf())
		}
	}
}

// isNoNotice does all that is to be done with an item whose section makes no event of it.
func (r *rowReading) isNoNotice(items *dialect.Items) bool {
	own := &r.section.own
	switch {
	case own.pass != "":
		items.Ignore(own.pass)
	case own.unusable != "":
		items.Reject(r.here.Path(), own.unusable)
	case own.ignored != nil:
		what := "nothing of a message"
		if name := r.firstText(own.ignored); name != "" {
			what = "event " + notation.Clip(name)
		}
		items.IgnoreEvent(r.here, what)
	case own.previous != nil:
		r.addChange(items)
	default:
		return false
	}
	return true
}

// setKind says what happened to the message, false if it is nothing of use.
func (r *rowReading) setKind(items *dialect.Items, n *dialect.Notice) bool {
	column := &r.section.columns[event.ColEvent]
	switch status := r.cell(column, 0); {
	case status.ignore:
		items.Ignore("event " + notation.Clip(cellText(status.value)))
		return false
	case column.IsConst || status.isMeant && status.text != "":
		n.Event.Kind = flat.KindOf(status.text)
		return true
	default:
		return n.SetStatus(items, status.text)
	}
}

// addChange makes the change of a template's category of a provider's item, or
// rejects it.
func (r *rowReading) addChange(items *dialect.Items) {
	columns := &r.section.columns
	text := func(c event.Column) string { return r.cell(&columns[c], 0).text }
	n := dialect.NewNotice(r.mapping.provider, r.here)
	r.noticeTime(&n, columns[event.ColTimestamp].fields)
	at, fault := dialect.ReadTime(n.Time)
	c := event.Change{
		Kind: event.TemplateCategory, Time: at, WABA: text(event.ColWABA),
		Template: text(event.ColTemplate), Language: text(event.ColLanguage),
		Previous: items.TemplateCategory(cellText(r.value(r.section.own.previous))),
		New:      items.TemplateCategory(text(event.ColTemplateCategory)),
	}
	switch {
	case fault != notation.TimeGood:
		items.Reject(r.here.Path(), r.title()+"it has no place in time: "+dialect.TimeProblem(n.TimeKey, n.Time, fault))
	case c.Template == "" || c.New == "":
		items.Reject(r.here.Path(), r.title()+"it lacks "+columns[event.ColTemplate].fields[0].leaf()+" or "+
			columns[event.ColTemplateCategory].fields[0].leaf()+"; export it again as "+r.mapping.provider+" sends it")
	default:
		items.AddTemplateChange(c, r.here)
	}
}

// noticeTime takes the time from the first of the fields that has one, unless there
// is a time already. One without a zone gives way to one that is known to be UTC.
func (r *rowReading) noticeTime(n *dialect.Notice, fields []field) {
	for i := range fields {
		f := &fields[i]
		v := r.value(f)
		if !dialect.HasContent(v) {
			n.TimeKey = cmp.Or(n.TimeKey, f.leaf())
			continue
		}
		if dialect.HasContent(n.Time) && !(f.isUTC && n.At == 0 && hasNoZone(n.Time)) {
			return
		}
		n.Time, n.TimeKey = v, f.leaf()
		if f.isUTC && hasNoZone(v) {
			if at, fault := notation.ReadTime(dialect.Text(v) + "Z"); fault == notation.TimeGood {
				n.At = at
			}
		}
	}
}

func hasNoZone(v jsontree.Value) bool {
	_, fault := dialect.ReadTime(v)
	return fault == notation.TimeNoZone
}

// leaf is the last key of the field's path.
func (f *field) leaf() string { return f.text[strings.LastIndexByte(f.text, '.')+1:] }

// The keys of providers' files beside those of users'.
const (
	keyProvider = "provider"
	keyIgnore   = "ignore"
	keyUnusable = "unusable"
	keyItems    = "items"
	keyReferral = "referral"
	keyPricing  = "pricing"
	keyTimes    = "times"
	keyBefore   = "before"
	keyLogged   = "logged"
	keyPrevious = "previous"
)

// readProvider reads what providers' files have beside those of users.
func (s *section) readProvider(f *mapfile.Parser, own, around mapfile.Section) {
	if n := around.Of(mapfile.KeyWhen); n != nil {
		s.own.around = s.conditions(f.Conditions(n, mapfile.KeyWhen), true)
	}
	if n := own.Of(keyItems); n != nil {
		s.own.items = s.conditions(f.Conditions(n, keyItems), false)
	}
	if n := own.Of(keyUnusable); n != nil {
		s.own.unusable, _ = f.Scalar(n, keyUnusable)
	}
	for _, in := range [...]mapfile.Section{around, own} {
		for _, key := range [...]string{keyIgnore, keyReferral, keyPrevious, keyPricing} {
			n := in.Of(key)
			if n == nil {
				continue
			}
			if key == keyIgnore {
				what := f.Column(in[key], mapfile.Text, mapfile.Notation{})
				s.own.ignored, s.own.pass = s.fieldsAt(what.Paths), what.Const
				continue
			}
			switch fields := s.fieldsAt(f.Scalars(n, key)); key {
			case keyReferral:
				s.own.referral = fields
			case keyPrevious:
				s.own.previous = &fields[0]
			default:
				s.own.conversation, s.own.pricing = &fields[0], &fields[1]
			}
		}
		for _, e := range entriesOf(f, in.Of(keyTimes), keyTimes) {
			s.own.times[event.KindOf(e.Key)] = s.fieldsAt(f.Scalars(e.Value, e.Key))
		}
		if n := in.Of(keyLogged); n != nil {
			for _, kind := range f.Scalars(n, keyLogged) {
				s.own.logged |= setOf(event.KindOf(kind))
			}
		}
		for _, e := range entriesOf(f, in.Of(keyBefore), keyBefore) {
			s.own.before = append(s.own.before, earlier{event.KindOf(e.Key), s.fieldsAt(f.Scalars(e.Value, e.Key))[0]})
		}
	}
}

func entriesOf(f *mapfile.Parser, n *yaml.Node, key string) []mapfile.Entry {
	if n == nil {
		return nil
	}
	return f.Entries(n, key)
}
