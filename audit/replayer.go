package audit

import (
	"waudit/audit/account"
	"waudit/audit/coverage"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/outcome"
	"waudit/audit/replay"
	"waudit/audit/verdict"
)

// replayer is one worker's way from a pair to its decisions.
type replayer struct {
	a      *Auditor
	engine *replay.Engine
	second *replay.Engine // replays a pair once more without its free entry points; nil until then
	pair   verdict.JudgedPair
	in     replay.Params // of the pair at hand
	again  func() []outcome.Set
}

func (a *Auditor) newReplayer() *replayer {
	r := &replayer{a: a, engine: replay.New(a.opts.Templates, a.opts.Bill)}
	r.again = r.withoutEntry
	return r
}

// withoutEntry implements verdict.JudgedPair.WithoutEntry for the pair at hand.
func (r *replayer) withoutEntry() []outcome.Set {
	if r.second == nil {
		r.second = replay.New(r.a.opts.Templates, r.a.opts.Bill)
	}
	in := r.in
	in.NoEntry = true
	decisions := r.second.ReplayOf(r.engine, r.pair.Events, in)
	if len(decisions) > manyMessages {
		r.second = nil
	}
	return replay.CodesOf(decisions)
}

// manyMessages is of how many messages a pair has more if what it was replayed with is not
// used again for the next pair.
const manyMessages = 1 << 14

// forget gives up what a pair of very many messages was replayed with, and with it the
// memory of the events, which the messages share: there may be another pair as large.
func (r *replayer) forget() {
	if len(r.pair.Decisions) > manyMessages {
		r.engine, r.pair = replay.New(r.a.opts.Templates, r.a.opts.Bill), verdict.JudgedPair{}
	}
}

// decide replays a pair; the result is valid until the next call.
func (r *replayer) decide(p event.Pair) *verdict.JudgedPair {
	acc, several := r.accountOf(p)
	number := r.a.census.Numbers[p.Number]
	if number == nil { // only if the census was taken of another log
		number = &coverage.Number{Traffic: coverage.Traffic{ID: p.Number}}
	}
	in := replay.Params{
		Profile: &acc.Facts, Country: r.a.opts.Markets.Country(p.User, p.UserID), CountryOf: r.a.opts.Markets.Country,
		InboundMissing:   number.InboundMissing(),
		Tolerance:        r.a.opts.Tolerance.Milliseconds(),
		AssumeSentWithin: acc.AssumeSentWithin,
	}
	v := &r.pair
	var accountOf func(waba string) *account.Account
	if several {
		accountOf = func(waba string) *account.Account { return r.a.opts.Book.Find(waba, p.Number) }
		in.ProfileOf = func(waba string) *era.Profile { return &accountOf(waba).Facts }
	}
	decisions := r.engine.Replay(p.Events, in)
	r.in = in
	v.Open(verdict.Replayed{
		Setting: r.engine.Setting(), Number: p.Number, User: p.User, UserID: p.UserID, Group: p.Group, Account: acc, AccountOf: accountOf,
		Coverage: number, Events: p.Events, Decisions: decisions, Settle: r.a, WithoutEntry: r.again,
	})
	return v
}

// accountOf returns the account that sends to the pair, and whether there are
// several: a pair goes on whichever account has the number.
func (r *replayer) accountOf(p event.Pair) (acc *account.Account, several bool) {
	waba := ""
	for i := range p.Events.Len() {
		switch w := p.Events.At(i).WABA; {
		case w == "" || w == waba:
		case waba == "":
			waba = w
		case r.a.opts.Book.Find(w, p.Number) != r.a.opts.Book.Find(waba, p.Number):
			several = true
		}
	}
	return r.a.opts.Book.Find(waba, p.Number), several
}
