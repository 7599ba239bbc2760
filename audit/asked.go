package audit

import (
	"context"
	"maps"
	"slices"
	"strings"

	"waudit/audit/event"
	"waudit/audit/price"
)

// seeker is one worker's search for the pairs that are asked for. What their judgement
// needs of all others decides at how many of those the survey looks.
type seeker struct {
	*replayer
	asked   pairSets
	others  pairSets
	windows pairSets // pairs in which Meta's own type shows customer service windows
	events  int64    // of all pairs
	needs
}

// needs is what the judgement of some pairs needs of the others of a log.
type needs struct {
	survey   bool            // all that the survey finds
	nameless bool            // the findings too: those that name no message stand beside messages without an id
	numbers  map[string]bool // business numbers of which it must be known whether windows are missing
}

// surveyAsked finds the pairs of Options.Asked, and takes as much of the survey as
// their judgement needs.
func (a *Auditor) surveyAsked(ctx context.Context) error {
	a.asked, a.others = newPairSets(a.log.Partitions()), newPairSets(a.log.Partitions())
	windows := newPairSets(a.log.Partitions())
	seekers := make([]*seeker, a.opts.Workers)
	for i := range seekers {
		seekers[i] = &seeker{replayer: a.newReplayer(), asked: a.asked, others: a.others, windows: windows, needs: needs{numbers: map[string]bool{}}}
	}
	if err := overPairs(ctx, a.log, seekers, nil, (*seeker).look); err != nil {
		return err
	}
	all := seekers[0].needs
	for _, s := range seekers {
		all.survey, all.nameless = all.survey || s.survey, all.nameless || s.nameless
		a.events += s.events
		maps.Copy(all.numbers, s.numbers)
	}
	if all.nameless {
		a.others, a.asked = nil, nil
	}
	found, err := a.lookFor(ctx, &all, windows)
	if err != nil {
		return err
	}
	a.take(found)
	return nil
}

// lookFor looks for what is needed of the pairs of the log, of which windows are those
// that may show what the log lacks.
func (a *Auditor) lookFor(ctx context.Context, n *needs, windows pairSets) (*Surveyed, error) {
	if !n.survey {
		surveyors := make([]*surveyor, a.opts.Workers)
		for i := range surveyors {
			surveyors[i] = a.newSurveyor()
			surveyors[i].only = n.numbers
		}
		found, err := a.lookAt(ctx, surveyors, windows)
		if err != nil || !found.lacksWindows() {
			return found, err
		}
		// What was decided before that was known does not hold, nor what it needs.
	}
	return a.look(ctx, nil, nil)
}

// look notes whether a pair is asked for, and what its judgement needs.
func (s *seeker) look(at pairIndex, p event.Pair) error {
	s.events += int64(p.Events.Len())
	if p.Events.Contains(func(e *event.Event) bool { return e.Pricing == freeService }) { // what windowUnseen looks at, some event says so
		s.windows[at.part].add(at.n)
	}
	if !s.a.opts.Asked(&p) {
		s.others[at.part].add(at.n)
		return nil
	}
	s.asked[at.part].add(at.n)
	if !s.a.opts.judges(p.Number) || p.IsUnpaid() {
		return nil
	}
	v := s.decide(p)
	if !v.Coverage.InboundMissing() {
		s.numbers[strings.Clone(p.Number)] = true
	}
	for d := range v.Messages() {
		s.survey = s.survey || s.needsSurvey(v, d) || d.Era.Counts(d.Message)
		s.nameless = s.nameless || d.Message.ID == ""
	}
	return nil
}

// lacksWindows reports whether some number's log lacks customer service windows.
func (s *Surveyed) lacksWindows() bool {
	for _, n := range s.numbers.Numbers {
		if n.WindowUnseen {
			return true
		}
	}
	return false
}

// judgeAsked judges the pairs that are asked for, all of the log if that may be any. It
// goes on to the others if their charges bear on the money of what was found.
func (a *Auditor) judgeAsked(ctx context.Context) (*judge, error) {
	all, err := a.judgePairs(ctx, a.asked)
	if err != nil || a.others == nil || !a.sharesTiers(all) {
		return all, err
	}
	others, err := a.judgePairs(ctx, a.others)
	if err != nil {
		return nil, err
	}
	return merged([]*judge{all, others})
}

// sharesTiers reports whether volume tiers may lower what a finding is worth by what
// others were charged: whether a log of so many events can reach a lower one.
func (a *Auditor) sharesTiers(j *judge) bool {
	scopes := j.totals.buckets.scopes()
	return slices.ContainsFunc(j.findings, func(d *draft) bool {
		if d.Amount == nil || d.Scope == (price.TierScope{}) {
			return false
		}
		t := scopes[d.Scope]
		return t == nil || !t.Discount(0, a.events).IsZero()
	})
}
