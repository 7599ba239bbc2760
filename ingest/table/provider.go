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
	referral              *field                  // an object in Meta's form
	conversation, pricing *field                  // likewise
	times                 [event.NumKinds][]field // of a kind of event, before its timestamp
	before                []earlier               // what a record tells of a message's way so far
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

// passOn leaves an item to the section behind, which is for items of the same list.
func (r *rowReading) passOn(items *dialect.Items) {
	next := r.next
	next.root, next.here = r.root, r.here
	next.record.fill(r.root)
	next.item.fill(r.here)
	next.decodeItem(items)
}

// addNotice makes an event of a provider's item, or rejects or ignores it.
func (r *rowReading) addNotice(items *dialect.Items) {
	columns, own := &r.section.columns, &r.section.own
	switch {
	case own.pass != "":
		items.Ignore(own.pass)
		return
	case own.unusable != "":
		items.Reject(r.here.Path(), own.unusable)
		return
	case own.ignored != nil:
		if name := r.firstText(own.ignored); name != "" {
			items.IgnoreEvent(r.here, "event "+notation.Clip(name))
		} else {
			items.IgnoreEvent(r.here, "nothing of a message")
		}
		return
	}
	value := func(c event.Column) jsontree.Value { return r.cell(&columns[c], 0).value }
	n := dialect.NewNotice(r.mapping.provider, r.here)
	n.Event.Message = r.cell(&columns[event.ColMessage], 0).text
	switch status := r.cell(&columns[event.ColEvent], 0).text; {
	case columns[event.ColEvent].IsConst:
		n.Event.Kind = flat.KindOf(status)
	case status == event.Inbound.String():
		n.Event.Kind = event.Inbound
	case !n.SetStatus(items, status):
		return
	}
	var texts flat.Texts
	for i := range columns {
		texts[i] = r.cell(&columns[i], n.Event.Kind).text
	}
	texts[event.ColCurrency] = "" // see price
	texts.TakeWords(items, &n.Event)
	n.SetPrice(value(event.ColAmount), value(event.ColCurrency))
	n.Event.Number = dialect.PartyID(value(event.ColNumber))
	n.User = dialect.NewIdentity(value(event.ColUser), jsontree.Value{}, jsontree.Value{}).Complete(dialect.NewIdentity(value(event.ColUserID), jsontree.Value{}, jsontree.Value{}), true)
	n.Event.Participant = dialect.NewIdentity(value(event.ColParticipant), jsontree.Value{}, jsontree.Value{}).Any()
	if at, fault := dialect.ReadTime(value(event.ColExpires)); fault == notation.TimeGood {
		n.Event.Expires = at
	}
	if own.referral != nil {
		n.SetReferral(items, r.value(own.referral))
	}
	if own.pricing != nil {
		items.ReadPricing(&n.Event, r.value(own.conversation), r.value(own.pricing))
	}
	r.noticeTime(&n, own.times[n.Event.Kind])
	r.noticeTime(&n, columns[event.ColTimestamp].fields)
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

// noticeTime takes the time from the first of the fields that has one, unless there
// is a time already.
func (r *rowReading) noticeTime(n *dialect.Notice, fields []field) {
	for i := range fields {
		if dialect.HasContent(n.Time) {
			return
		}
		f := &fields[i]
		n.TimeKey = cmp.Or(n.TimeKey, f.leaf())
		if v := r.value(f); dialect.HasContent(v) {
			n.Time, n.TimeKey = v, f.leaf()
		}
	}
}

// leaf is the last key of the field's path.
func (f *field) leaf() string { return f.text[strings.LastIndexByte(f.text, '.')+1:] }

// The keys of providers' files beside those of users'.
const (
	keyProvider = "provider"
	keyIgnore   = "ignore"
	keyPass     = "pass"
	keyUnusable = "unusable"
	keyItems    = "items"
	keyReferral = "referral"
	keyPricing  = "pricing"
	keyTimes    = "times"
	keyBefore   = "before"
)

func providerKeys() []string {
	return []string{keyProvider, keyItems, keyIgnore, keyPass, keyUnusable, keyReferral, keyPricing, keyTimes, keyBefore}
}

// readProvider reads what providers' files have beside those of users.
func (s *section) readProvider(f *mapfile.File, own, around mapfile.Section) {
	if n := around.Of(mapfile.KeyWhen); n != nil {
		s.own.around = s.conditions(f.Conditions(n, mapfile.KeyWhen), true)
	}
	if n := own.Of(keyItems); n != nil {
		s.own.items = s.conditions(f.Conditions(n, keyItems), false)
	}
	if n := own.Of(keyPass); n != nil {
		s.own.pass, _ = f.Scalar(n, keyPass)
	}
	if n := own.Of(keyUnusable); n != nil {
		s.own.unusable, _ = f.Scalar(n, keyUnusable)
	}
	for _, in := range [...]mapfile.Section{around, own} {
		for _, key := range [...]string{keyIgnore, keyReferral, keyPricing} {
			n := in.Of(key)
			if n == nil {
				continue
			}
			switch fields := s.fieldsAt(f.Scalars(n, key)); key {
			case keyIgnore:
				s.own.ignored = fields
			case keyReferral:
				s.own.referral = &fields[0]
			default:
				s.own.conversation, s.own.pricing = &fields[0], &fields[1]
			}
		}
		for _, e := range entriesOf(f, in.Of(keyTimes), keyTimes) {
			s.own.times[event.KindOf(e.Key)] = s.fieldsAt(f.Scalars(e.Value, e.Key))
		}
		for _, e := range entriesOf(f, in.Of(keyBefore), keyBefore) {
			s.own.before = append(s.own.before, earlier{event.KindOf(e.Key), s.fieldsAt(f.Scalars(e.Value, e.Key))[0]})
		}
	}
}

func entriesOf(f *mapfile.File, n *yaml.Node, key string) []mapfile.Entry {
	if n == nil {
		return nil
	}
	return f.Entries(n, key)
}
