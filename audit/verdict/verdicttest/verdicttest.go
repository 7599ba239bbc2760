// Package verdicttest makes judged messages out of a few events, so that a package of
// rules has tests of its own that need no log, no survey and no configuration.
package verdicttest

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"waudit/audit/account"
	"waudit/audit/coverage"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/event/eventtest"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/replay"
	"waudit/audit/verdict"
)

// Pair is a business number and a user, and what happened between them.
type Pair struct {
	Events  []event.Event
	Account *account.Account // nil: Known
	User    string           // phone; "": one in the United States
	// Partial is set where the log begins in the middle, else it is complete.
	Partial bool
	// Corrupt is set where an input with the pair's events is damaged.
	Corrupt bool
	Bill    uint32 // number of the first input of a bill, lines of which are among the events
	Country string // of the user, by ISO 3166; "": US
	// Tier says whether the free tier paid for what uses it; Maybe: nobody knows.
	Tier reading.Tri
	// Hidden is set where a change of a template's category may be in what could not be read.
	Hidden bool
}

// Lists returns the markets, and Meta's card.
func Lists(t testing.TB) (*rate.Markets, *rate.Card) {
	t.Helper()
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	meta, err := rate.Meta(markets)
	if err != nil {
		t.Fatal(err)
	}
	return markets, meta
}

// Known returns an account in UTC of which every fact is known: billed in US dollars,
// served by no partner, neither exempt nor an AI provider.
func Known() *account.Account {
	return &account.Account{ID: "100", Currency: "USD", Facts: era.Profile{
		Calendar: era.NewCalendar(time.UTC), PartnerServed: reading.No, AIProvider: reading.No, Exempt: reading.No,
		PrimaryLocation: "US", AuthInternational: map[string]int64{},
	}}
}

// Census completes the events and takes the census of them, which may go on.
func (l *Pair) Census() *coverage.Census {
	if l.Account == nil {
		l.Account = Known()
	}
	l.User = cmp.Or(l.User, "15551230001")
	slices.SortStableFunc(l.Events, func(a, b event.Event) int { return cmp.Compare(a.Time, b.Time) })
	census := coverage.NewCensus()
	for i := range l.Events {
		e := &l.Events[i]
		e.WABA, e.Number, e.User = l.Account.ID, "200", l.User
		census.See(e)
		if e.Model != "" && e.Kind != event.Sent {
			census.Number(e.Number).Priced++
		}
	}
	if !l.Partial {
		l.Account.Complete, l.Account.CompleteFrom = true, l.Events[0].Time-era.Hour
	}
	return census
}

// Judge judges the messages of the pair in their order. What fn gets is valid during
// the call.
func (l Pair) Judge(fn func(p *verdict.JudgedPair, j *verdict.Judgement)) {
	census := l.Census()
	acc := l.Account
	census.Finish(func(*coverage.Number) (int64, bool) { return acc.CompleteFrom, acc.Complete })
	number := census.Numbers["200"]
	if l.Corrupt {
		number.Damage(l.Events[0].Time, l.Events[len(l.Events)-1].Time+era.Hour)
	}
	engine := replay.New(nil, l.Bill)
	in := replay.Params{Profile: &acc.Facts, Country: cmp.Or(l.Country, "US"), InboundMissing: number.InboundMissing(), AssumeSentWithin: acc.AssumeSentWithin}
	events := eventtest.Packed(l.Events...)
	decisions := engine.Replay(events, in)
	pair := new(verdict.JudgedPair)
	pair.Open(verdict.Replayed{
		Setting: engine.Setting(), Number: "200", User: l.User, Account: acc, Coverage: number, Events: events, Decisions: decisions, Settle: settler{l.Tier, !l.Partial, l.Hidden},
		WithoutEntry: func() []outcome.Set {
			in.NoEntry = true
			return replay.CodesOf(replay.New(nil, l.Bill).Replay(events, in))
		},
	})
	for d := range pair.Messages() {
		j := d.Judge()
		fn(pair, &j)
	}
}

// settler settles every free tier alike.
type settler struct {
	tier   reading.Tri
	whole  bool // the log has all events of the account
	hidden bool // it may hide changes of templates
}

func (s settler) Settle(_ *verdict.JudgedPair, d *replay.Decision) (outcome.Set, reading.Reasons, reading.Facts) {
	var final outcome.Set
	for _, code := range d.Codes.Codes() {
		if s.tier != reading.No {
			final = final.With(outcome.FreeTier)
		}
		if s.tier != reading.Yes {
			final = final.With(outcome.ChargeOf(code.Beyond()))
		}
	}
	return final, reading.Reasons(0).With(reading.FreeTierCount), 0
}

func (s settler) Accusable(*verdict.JudgedPair, *replay.Decision) bool { return s.tier == reading.Yes }
func (s settler) Whole(*verdict.JudgedPair, int64, int64) bool         { return s.whole }
func (settler) Hides(string) bool                                      { return false }
func (s settler) HidesTemplates() bool                                 { return s.hidden }
func (settler) Recategorised(string, string) bool                      { return false }
func (settler) Shared(string) bool                                     { return false }

// Wrote is a message of the user at a time, "2025-09-01 09:00" in UTC.
func Wrote(at string) []event.Event {
	return []event.Event{{Kind: event.Inbound, Type: "text", Message: "in " + at, Time: instant(at)}}
}

// Clicked is a message by which the user came in through an ad.
func Clicked(at string) []event.Event {
	e := Wrote(at)
	e[0].Referral = "ad"
	return e
}

// Said is what a status says beside what happened.
type Said func(*event.Event)

// Sent is a message of the business that was sent at a time and delivered a second
// later, which is what says: a template of a category, "service" for none.
func Sent(id, at, category string, says ...Said) []event.Event {
	sent := event.Event{Kind: event.Sent, Type: "template", TemplateCategory: category, Message: id, Time: instant(at)}
	if category == "service" {
		sent.Type, sent.TemplateCategory = "text", ""
	}
	delivered := sent
	delivered.Kind, delivered.Time = event.Delivered, sent.Time+1000
	for _, say := range says {
		say(&delivered)
	}
	return []event.Event{sent, delivered}
}

// Type says that a message is priced by itself, in a category: "regular" is charged.
func Type(pricing, category string) Said {
	return func(e *event.Event) {
		e.Model, e.Pricing, e.Category, e.Billable = "PMP", pricing, category, event.FlagOf(pricing == "regular")
	}
}

// Conversation says which conversation a message is of, which is charged if it opened.
func Conversation(id, category string) Said {
	return func(e *event.Event) {
		e.Model, e.Conversation, e.Category, e.Origin, e.Billable = "CBP", id, category, category, event.True
	}
}

// FreeEntry says that a message is of the free entry conversation of that id, which
// proves its window.
func FreeEntry(id string) Said {
	return func(e *event.Event) {
		e.Model, e.Conversation, e.Category, e.Origin, e.Billable = "CBP", id, "referral_conversion", "referral_conversion", event.False
	}
}

// Expires says when the conversation of a message ends.
func Expires(at string) Said { return func(e *event.Event) { e.Expires = instant(at) } }

// Priced says what was charged, in US dollars.
func Priced(amount string) Said {
	return func(e *event.Event) {
		e.HasAmount, e.Currency = true, "USD"
		a, err := money.Parse(amount)
		if err != nil {
			panic(err)
		}
		e.Amount, _ = a.Int64()
	}
}

// Late says that a message was delivered so long after its sending.
func Late(by time.Duration) Said {
	return func(e *event.Event) { e.Time += by.Milliseconds() - 1000 }
}

// Failed says that a message was not delivered.
func Failed(e *event.Event) { e.Kind = event.Failed }

// Billed is a line of a bill that names a message.
func Billed(id, at, line, amount string) []event.Event {
	e := event.Event{Kind: event.Charge, Message: id, Time: instant(at), Line: line}
	Priced(amount)(&e)
	return []event.Event{e}
}

func instant(at string) int64 {
	t, err := time.Parse("2006-01-02 15:04", at)
	if err != nil {
		panic(err)
	}
	return t.UnixMilli()
}
