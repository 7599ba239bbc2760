package audit

import (
	"context"
	"slices"
	"strings"

	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/template"
	"waudit/audit/verdict"
)

// judge is one worker's share of the judgement.
type judge struct {
	*replayer
	message  []*check.Check          // the checks that look at single messages, but for the accusers
	accusers map[string]*check.Check // by id; of these only the one that accuses speaks
	ofUnpaid []*check.Check          // the checks of channels on which nothing is charged
	all      *check.Set
	bounds   map[*account.Account][2]int64
	totals   totals
	findings []*draft
	before   int            // how many of them are not of the pair at hand
	packed   packedDrafts   // more findings
	gathered map[string]int // by id, the index in findings of those that are of several messages of the pair at hand
	daily    map[dailyKey]*daily
	shared   []check.SharedConversation
	unset    map[unsetKey]int64
	needs    map[rateKey]*rateNeed
	depends  map[string]int64          // judged messages that miss inbound events, by number
	changed  map[int]*changeCost       // by a template's change, what came after it
	first    map[string]int64          // first delivery with a conversation id in this pair
	changes  []template.CategoryChange // of all templates
	one      verdict.Judgement         // of the message at hand
	worth    price.Worth               // of it
	valuer   *price.Valuer             // nil: nothing is valued
	watcher  price.Watcher             // nil: nobody watches
	spare    check.MessageView
	texts    texts // of findings
}

func (a *Auditor) newJudge(r *replayer) *judge {
	j := &judge{
		replayer: r, bounds: map[*account.Account][2]int64{}, totals: newTotals(), accusers: map[string]*check.Check{}, all: check.NewSet(),
		daily: map[dailyKey]*daily{}, unset: map[unsetKey]int64{}, needs: map[rateKey]*rateNeed{}, depends: map[string]int64{},
		changed: map[int]*changeCost{}, first: map[string]int64{}, gathered: map[string]int{}, texts: texts{}, changes: a.opts.Templates.Changes(),
	}
	if a.opts.Prices != nil {
		j.valuer = a.opts.Prices.Valuer()
		j.valuer.Scales = func(k price.ScaleKey) *price.Scale { return a.scales[k] }
		if a.opts.Watch != nil {
			j.watcher = a.opts.Watch()
		}
	}
	for i := range a.opts.Checks {
		switch c := &a.opts.Checks[i]; {
		case c.Accuses != nil:
			j.accusers[c.ID] = c
		case c.Message != nil:
			j.message = append(j.message, c)
		case c.Unpaid != nil:
			j.ofUnpaid = append(j.ofUnpaid, c)
		}
	}
	return j
}

// covers tells whether an instant lies in the period.
func (j *judge) covers(acc *account.Account, t int64) bool {
	b, ok := j.bounds[acc]
	if !ok {
		b[0], b[1] = j.a.opts.Period.Bounds(acc)
		j.bounds[acc] = b
	}
	return b[0] <= t && t < b[1]
}

// rule judges the message at hand, with its money.
func (j *judge) rule(v *verdict.JudgedPair, d verdict.Decided) {
	j.one, j.worth = d.Judge(), price.Worth{}
	if j.valuer != nil {
		j.worth, j.one.Conclusion = j.valuer.Judge(v, &j.one)
	}
}

// look judges a pair that the survey has left.
func (j *judge) look(_ pairIndex, p event.Pair) error {
	switch {
	case !j.a.opts.judges(p.Number):
	case p.IsUnpaid():
		j.unpaid(&p)
	default:
		j.pair(j.decide(p), p.Events)
		j.forget()
	}
	return nil
}

// pair judges the messages of a pair.
func (j *judge) pair(v *verdict.JudgedPair, events event.List) {
	j.countEvents(events)
	clear(j.gathered)
	j.before = len(j.findings)
	for d := range v.Messages() {
		if !j.covers(v.Account, d.Message.Instant()) {
			continue
		}
		j.rule(v, d)
		j.totals.add(v, &j.one, &j.worth)
		if j.watcher != nil {
			j.watcher.See(v, &j.one, &j.worth)
		}
		j.spare = check.MessageView{Judgement: &j.one, Pair: v, Worth: &j.worth, Checks: j.all, Markets: j.a.opts.Markets}
		j.note(v, &j.one)
		if of := j.spare.Accused(); of != nil {
			if chosen := j.accusers[of.ID]; chosen != nil {
				j.hit(chosen, &j.spare, of.Accuses.Hit(&j.spare))
			}
		}
		for _, c := range j.message {
			j.check(c)
		}
		j.conversation(v, &j.one)
	}
	j.spare, j.one = check.MessageView{}, verdict.Judgement{}
	clear(j.first)
}

// check lets a check look at the message at hand.
func (j *judge) check(c *check.Check) {
	if hit := c.Message(&j.spare); hit != nil {
		j.hit(c, &j.spare, *hit)
	}
}

// note counts what outcomes depend on that the log or the configuration lacks.
func (j *judge) note(v *verdict.JudgedPair, jd *verdict.Judgement) {
	j.countTemplate(v, jd)
	j.noteUnset(v, jd)
	if jd.Outcome == outcome.Uncertain && jd.Reasons.Has(reading.InboundMissing) {
		if _, known := j.depends[v.Number]; known {
			j.depends[v.Number]++
		} else {
			j.depends[strings.Clone(v.Number)] = 1
		}
	}
}

// countTemplate counts deliveries of templates whose category changed before.
func (j *judge) countTemplate(v *verdict.JudgedPair, jd *verdict.Judgement) {
	m := jd.Message
	if !m.Arrived {
		return
	}
	for i := range j.changes {
		if c := &j.changes[i]; c.IsOf(m, v.Account.ID) {
			j.changed[i] = j.changed[i].add(j.valuer, v, jd, c)
		}
	}
}

// conversation notes ids that are used where they cannot be (WA405).
func (j *judge) conversation(v *verdict.JudgedPair, jd *verdict.Judgement) {
	m := jd.Message
	if !m.Arrived || !verdict.NamesConversation(m, jd.Era) {
		return
	}
	id := m.Reported.Conversation
	first, seen := j.first[id]
	if !seen {
		j.first[id] = m.Delivered.Hi
		if j.a.Shared(id) {
			j.shared = append(j.shared, sharedUse(v, id, m.Delivered.Hi, false))
		}
		return
	}
	if first >= 0 && !v.Within(m, first) {
		j.first[id] = -1 // told once
		j.shared = append(j.shared, sharedUse(v, id, first, true))
	}
}

func sharedUse(v *verdict.JudgedPair, id string, at int64, long bool) check.SharedConversation {
	return check.SharedConversation{
		ID: strings.Clone(id), WABA: strings.Clone(v.Account.ID), Number: strings.Clone(v.Number),
		User: strings.Clone(v.User), UserID: strings.Clone(v.UserID), Group: strings.Clone(v.Group), At: at, Long: long,
	}
}

func (j *judge) countEvents(events event.List) {
	for i := range events.Len() {
		switch e := events.At(i); e.Kind {
		case event.Inbound, event.Call, event.AcceptedCall:
			j.totals.Inbound++
		case event.Sent, event.Delivered, event.Read, event.Failed:
			j.totals.Statuses++
		case event.Charge:
			if e.Message == "" && e.HasAmount {
				j.totals.Loose++
			}
		}
	}
}

// judgeLate judges what the survey has left to be judged, all of the log if it
// has no judges, and merges what all judges found.
func (a *Auditor) judgeLate(ctx context.Context, judges []*judge, late pairSets) (*judge, error) {
	if judges == nil {
		return a.judgePairs(ctx, nil)
	}
	if err := overPairs(ctx, a.log, judges, late, (*judge).look); err != nil {
		return nil, err
	}
	return merged(judges)
}

// judgePairs judges the pairs in want, all if it is nil.
func (a *Auditor) judgePairs(ctx context.Context, want pairSets) (*judge, error) {
	judges := make([]*judge, a.opts.Workers)
	for i := range judges {
		judges[i] = a.newJudge(a.newReplayer())
	}
	return a.judgeLate(ctx, judges, want)
}

// merged merges what all judges found, when they have judged all pairs: what they replay
// with is given up.
func merged(judges []*judge) (*judge, error) {
	for _, j := range judges {
		j.replayer = &replayer{a: j.a}
	}
	all := judges[0]
	for _, j := range judges[1:] {
		all.merge(j)
	}
	for _, j := range judges {
		err := j.packed.take(func(d *draft) {
			all.texts.shareAmong(&d.Finding)
			all.findings = append(all.findings, d)
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// merge adds the share of another worker.
func (j *judge) merge(o *judge) {
	j.totals.merge(&o.totals)
	if j.watcher != nil {
		j.watcher.Merge(o.watcher)
	}
	j.findings = append(j.findings, o.findings...)
	j.shared = append(j.shared, o.shared...)
	for k, d := range o.daily {
		if mine := j.daily[k]; mine != nil {
			mine.merge(d)
		} else {
			j.daily[k] = d
		}
	}
	addCounts(j.unset, o.unset)
	addCounts(j.depends, o.depends)
	for k, n := range o.needs {
		need(j.needs, k).add(*n)
	}
	for i, c := range o.changed {
		j.changed[i] = j.changed[i].merge(c)
	}
}

func addCounts[K comparable](to, from map[K]int64) {
	for k, n := range from {
		to[k] += n
	}
}

// Findings is what the judgement found.
type Findings struct {
	Totals   result.Totals
	Coverage result.Coverage
	Findings []Finding
	Unset    []result.UnsetFact
	Missing  []result.MissingRate
	NotRun   []result.NotRun // checks that had nothing to go by
	Priced   bool            // some judged message carries pricing
	Lowered  []price.Lowered // what volume tiers take off the totals
	Watched  price.Watcher   // what was seen, if Options.Watch was set
}

// Finding is a finding with its evidence as places in the input, which the
// caller turns into paths.
type Finding struct {
	result.Finding
	Places []Evidence
	Money  price.Sums // as Amount writes it
}

// Evidence is a piece of evidence.
type Evidence struct {
	event.Place
	What string
	At   int64 // when what is said there happened, Unix milliseconds; 0 unknown
}

// When writes At as RFC 3339 in UTC; "" for unknown.
func (p Evidence) When() string {
	if p.At == 0 {
		return ""
	}
	return result.Stamp(p.At)
}

// inReportOrder sorts findings as reports have them: by check, number, user, time and
// what they are about.
func inReportOrder(drafts []*draft) {
	slices.SortFunc(drafts, func(x, y *draft) int {
		return compareAll(
			[2]string{x.Check, y.Check}, [2]string{x.Number, y.Number},
			[2]string{x.User, y.User}, [2]string{x.UserID, y.UserID}, [2]string{x.Group, y.Group},
			[2]string{result.Known(x.ChargedAt), result.Known(y.ChargedAt)}, [2]string{x.Message, y.Message},
			[2]string{x.Participant, y.Participant}, [2]string{x.ID, y.ID},
		)
	})
}

func compareAll(pairs ...[2]string) int {
	for _, p := range pairs {
		if c := strings.Compare(p[0], p[1]); c != 0 {
			return c
		}
	}
	return 0
}
