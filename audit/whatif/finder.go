package whatif

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/cespare/xxhash/v2"

	"waudit/audit"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/result"
	"waudit/audit/template"
	"waudit/audit/verdict"
)

// charge is a charge that is certain, for habits to look at.
type charge struct {
	*finder
	*verdict.Judgement
	pair *verdict.JudgedPair
	due  *price.Figure
	cat  category.Category // of the charge, the base of its variants
	of   string            // id of the check that looks
}

// act is what would have been otherwise at a charge.
type act struct {
	edit
	sure bool      // what it saves hangs on nothing that the log does not show
	If   condition // what must hold beside
}

// condition is what is known only when all messages were seen.
type condition uint8

const (
	always     condition = iota
	readsShown           // the number shows that messages were read
	unitsLeft            // the free tier of number and month has units left
	unitsLent            // those of other numbers of the account have
)

// part is what findings of a step have in common that hold on one condition.
type part struct {
	habitPart
	tier
	If condition
}

// tier is the free tier of a number and month.
type tier struct {
	number string
	month  era.Month
}

// found is what was found.
type found struct {
	messages int64
	edits    edits
	lent     []loan
	located  map[abroad]bool
	examples []example // the earliest, in order
}

type example struct {
	at int64
	result.HabitExample
}

func (e example) compare(o example) int {
	return cmp.Or(cmp.Compare(e.at, o.at), strings.Compare(e.Number, o.Number), strings.Compare(e.Message, o.Message))
}

// merge adds what was found elsewhere.
func (f *found) merge(o *found, examples int) {
	f.messages += o.messages
	f.lent = append(f.lent, o.lent...)
	maps.Copy(f.edits, o.edits)
	maps.Copy(f.located, o.located)
	f.examples = slices.Concat(f.examples, o.examples)
	slices.SortFunc(f.examples, example.compare)
	f.examples = f.examples[:min(len(f.examples), examples)]
}

// apply changes a world by what was found of a check.
func (f *found) apply(w *World, id string) {
	switch id {
	case check.International.ID:
		located(w, f.located)
	case check.UnitsElsewhere.ID:
		lend(w, f.lent)
		fallthrough // that they were charged says nothing of a world with these units
	default:
		w.Log = edited{w.Log, f.edits}
		before := w.Options.Assumed
		w.Options.Assumed = func(number, message string) bool {
			_, is := f.edits[idOf(number, message)]
			return is || strings.HasPrefix(message, answerID) || before != nil && before(number, message)
		}
	}
}

// answerID begins the ids of answers that nobody sent.
const answerID = "\x00answer"

// seen is what holds of a log as a whole.
type seen struct {
	end     int64 // of the log, Unix milliseconds
	changes []template.CategoryChange
	period  audit.Period
}

// finder looks for habits while a log is judged. It implements price.Watcher.
type finder struct {
	*tally
	seen
	habits   []avoidable
	examples int
	parts    map[part]*found
	reads    map[string]bool // numbers that show that messages were read
	tiers    map[tier]*units // free tiers of service messages of all numbers and months with messages
}

// See implements price.Watcher.
func (f *finder) See(p *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth) {
	f.tally.See(p, j, w)
	m, of := j.Message, tier{p.Number, price.Month(p, j)}
	if m.ReadAt != 0 && !f.reads[p.Number] {
		f.reads[strings.Clone(p.Number)] = true
	}
	if j.Era.ServiceCharged {
		f.unitsOf(of, p.Account).see(j)
	}
	if j.Outcome != outcome.Charge || p.Group != "" || m.ID == "" || m.SentAt == 0 || m.DeliveredAt == 0 {
		return // nothing is certain of it
	}
	for i := range f.habits {
		h := &f.habits[i]
		c := charge{f, j, p, w.Due, category.Category(j.Code).Base(), h.ID}
		if a, ok := h.find(&c); ok {
			a.as = cmp.Or(a.as, c.cat)
			f.add(part{habitPart{h.ID, a.sure}, of, a.If}, &c, a.edit)
		}
	}
}

// add adds a message at which a habit was found.
func (f *finder) add(at part, c *charge, e edit) {
	to := f.parts[at]
	if to == nil {
		at.number = strings.Clone(at.number)
		to = &found{edits: edits{}, located: map[abroad]bool{}}
		f.parts[at] = to
	}
	to.messages++
	switch e.what {
	case locate:
		to.located[abroad{c.pair.Account.ID, c.pair.Country}] = true
	default:
		to.edits[idOf(c.pair.Number, c.Message.ID)] = e
	}
	x := example{c.Message.Delivered.Hi, result.HabitExample{Message: c.Message.ID, Number: c.pair.Number}}
	i, _ := slices.BinarySearchFunc(to.examples, x, example.compare)
	if i == f.examples {
		return
	}
	x.HabitExample = result.HabitExample{
		Message: strings.Clone(c.Message.ID), WABA: c.pair.Account.ID, Number: at.number, User: strings.Clone(c.pair.User), UserID: strings.Clone(c.pair.UserID),
		Charged: result.Stamp(x.at), Category: c.DueCategory(), Template: strings.Clone(strings.TrimPrefix(c.Message.Name, unannounced)),
	}
	to.examples = slices.Insert(to.examples, i, x)
	to.examples = to.examples[:min(len(to.examples), f.examples)]
}

// Merge implements price.Watcher.
func (f *finder) Merge(w price.Watcher) {
	o, ok := w.(*finder)
	if !ok {
		return
	}
	f.tally.Merge(o.tally)
	for at, from := range o.parts {
		if to := f.parts[at]; to != nil {
			to.merge(from, f.examples)
		} else {
			f.parts[at] = from
		}
	}
	maps.Copy(f.reads, o.reads)
	for t, from := range o.tiers {
		if to := f.tiers[t]; to != nil {
			to.free, to.charged, to.open = to.free+from.free, to.charged+from.charged, to.open+from.open
		} else {
			f.tiers[t] = from
		}
	}
}

// gather returns what was found for each step, of which the conditions hold.
func (f *finder) gather() map[habitPart]*found {
	all, lent := map[habitPart]*found{}, f.loans()
	for at, from := range f.parts {
		switch {
		case at.If == readsShown && !f.reads[at.number], at.If == unitsLeft && f.tiers[at.tier].usedUp():
			continue
		case at.If == unitsLent:
			if from.borrow(lent[at.tier]); from.messages == 0 {
				continue
			}
		}
		if to := all[at.habitPart]; to != nil {
			to.merge(from, f.examples)
		} else {
			all[at.habitPart] = from
		}
	}
	return all
}

// edit is what is otherwise at a message.
type edit struct {
	what change
	by   int64             // move: how much later it was sent and delivered; answer: when, Unix milliseconds
	as   category.Category // of the message then
}

type change uint8

const (
	drop         change = iota // it was not sent
	move                       // it was sent at another time
	freeForm                   // it was sent as a text
	recategorise               // its template was of another category
	answer                     // the user was answered with a text before
	locate                     // the business was located in the user's country
	nothing                    // nothing happened otherwise, but it may be charged otherwise
)

// edits are what is otherwise, by message (idOf).
type edits map[uint64]edit

// idOf identifies a message of a number by a hash: ids are long, and may be many.
func idOf(number, id string) uint64 { return xxhash.Sum64String(number + "\x1f" + id) }

// edited is a log in which messages are otherwise.
type edited struct {
	audit.Log
	edits edits
}

// Each implements audit.Log.
func (l edited) Each(partition int, want func(n int) bool, fn func(event.Pair) error) error {
	return l.Log.Each(partition, want, func(p event.Pair) error {
		p.Events = l.edits.apply(p.Events)
		return fn(p)
	})
}

// apply returns the events as they would have been: the same list where nothing changes.
func (all edits) apply(events event.List) event.List {
	touched, names := map[string]edit{}, map[string]string{}
	for i := range events.Len() {
		if e := events.At(i); e.Kind.Outbound() && e.Message != "" {
			if edit, ok := all[idOf(e.Number, e.Message)]; ok {
				touched[e.Message], names[e.Message] = edit, cmp.Or(names[e.Message], e.Template)
			}
		}
	}
	if len(touched) == 0 {
		return events
	}
	// What was reported of a message is of the world as it was.
	out, answered := make([]event.Event, 0, events.Len()+2), map[int64]bool{}
	for i := range events.Len() {
		e := *events.At(i)
		edit, ok := touched[e.Message]
		if !ok || !e.Kind.Outbound() {
			out = append(out, e)
			continue
		}
		e = event.Event{
			Kind: e.Kind, Time: e.Time, Place: e.Place, WABA: e.WABA, Number: e.Number, User: e.User, UserID: e.UserID, Message: e.Message, Error: e.Error,
			Type: e.Type, Template: e.Template, TemplateCategory: e.TemplateCategory, Language: e.Language, Guess: e.Guess,
		}
		if edit.as.Template() && e.TemplateCategory == "" {
			e.Type, e.TemplateCategory = "template", edit.as.String() // that may have been known from the pricing alone
		}
		switch edit.what {
		case drop:
			continue
		case move:
			e.Time += edit.by
		case freeForm:
			e.Type, e.Template, e.TemplateCategory, e.Language = "text", "", "", ""
		case recategorise:
			e = ofTemplate(e, names[e.Message], edit.as)
		case answer:
			if !answered[edit.by] {
				answered[edit.by] = true
				out = append(out, answerTo(&e, edit.by)...)
			}
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b event.Event) int { return cmp.Compare(a.Time, b.Time) })
	return event.ListOf(out...)
}

// answerTo is a text to the user of an event, sent and delivered at a time.
func answerTo(e *event.Event, at int64) []event.Event {
	sent := event.Event{Kind: event.Sent, Time: at, WABA: e.WABA, Number: e.Number, User: e.User, UserID: e.UserID, Message: answerID + result.Stamp(at), Type: "text"}
	delivered := sent
	delivered.Kind, delivered.Time = event.Delivered, at+1000
	return []event.Event{sent, delivered}
}

// wrote reports whether the user wrote or called in [from, to), Unix milliseconds.
func (c *charge) wrote(from, to int64) bool {
	events := c.pair.Events
	i := sort.Search(events.Len(), func(i int) bool { return events.At(i).Time >= from })
	for ; i < events.Len() && events.At(i).Time < to; i++ {
		if k := events.At(i).Kind; k == event.Inbound || k == event.Call || k == event.AcceptedCall {
			return true
		}
	}
	return false
}

// dropped reports whether the habit that looks would not have sent a message.
func (c *charge) dropped(m *message.Message) bool {
	p := part{habitPart{c.of, true}, tier{c.pair.Number, c.pair.Facts.Calendar.Month(m.Instant())}, always}
	of := c.parts[p]
	if of == nil {
		return false
	}
	_, ok := of.edits[idOf(c.pair.Number, m.ID)]
	return ok
}

// cheaper compares what the message costs with what it costs in another category: above
// zero if it would cost less in that, and false if either has no figure.
func (c *charge) cheaper(other category.Category) (by int, ok bool) {
	f := c.valuer.InCategory(c.pair, c.Judgement, other)
	if !f.OK() || !c.due.OK() || f.Currency != c.due.Currency {
		return 0, false
	}
	return cmp.Compare(c.due.Amount, f.Amount), true
}
