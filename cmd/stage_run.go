package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"waudit/audit"
	"waudit/audit/bill"
	"waudit/audit/event"
	"waudit/audit/result"
	"waudit/ingest"
	"waudit/ingest/frame"
	"waudit/ingest/group"
	"waudit/ingest/load"
	"waudit/ingest/pack"
	"waudit/ingest/stage"
)

func (st *staged) audits() bool  { return st.plan.Command == "audit" }
func (st *staged) bills() bool   { return st.plan.Command == "bill" }
func (st *staged) packs() bool   { return st.plan.Command == "pack" }
func (st *staged) replays() bool { return st.plan.Command == "replay" }

func (st *staged) reconciles() bool { return st.plan.Command == "reconcile" }

func (st *staged) ctx() context.Context { return st.inner.Context() }

func (st *staged) options() load.Options {
	o := st.s.readOptions(st.inner)
	if st.outer != nil {
		o.Known, o.Outputs = nil, nil // the plan has seen to it
	}
	if st.packs() {
		o.Book, o.HashInputs = nil, true // as pack.Pack.Prepare has it
	}
	return o
}

// fill hands an empty log to fn, whose set has a part for each partition.
func (st *staged) fill(fn func(*load.Log) error) (err error) {
	l, err := load.New(group.Options{Partitions: st.plan.Partitions, Memory: st.f.groupMemory(), Tmp: st.f.tmp})
	if err != nil {
		return usage("--tmp %s: %v", st.f.tmp, err)
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return fn(l)
}

// alone keeps a stage that writes events to one worker: if an engine runs it again, it
// must write the same frames, for they may come mixed with those of before.
func (st *staged) alone() { st.f.workers = 1 }

func (st *staged) mapTask() (err error) {
	st.alone()
	if st.f.secretFile != "" {
		if err := st.f.readSecrets(); err != nil {
			return err
		}
	}
	o := st.options()
	if !st.packs() {
		return st.fill(func(l *load.Log) error { return st.plan.Map(st.ctx(), l, o, st.o.task, nil, st.out) })
	}
	k := pack.Share(st.f.pack.options(&st.f.readFlags))
	if err := st.s.prepare(st.inner, k, &o); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.Close()) }()
	return st.fill(func(l *load.Log) error { return st.plan.Map(st.ctx(), l, o, st.o.task, k, st.out) })
}

func (st *staged) facts() error { return st.plan.Facts(st.ctx(), st.in, st.out) }

func (st *staged) answer() error { return st.state.Answer(st.ctx(), st.in, st.out) }

func (st *staged) route() error {
	st.alone()
	return st.fill(func(l *load.Log) error { return st.state.Route(st.ctx(), l, st.options(), st.in, st.out) })
}

// collected is into how many parts a stage divides the events of its partitions, which
// are to fit into its memory: more of them take longer.
const collected = 32

// collect hands the pairs of the partitions that are read to fn, for a part of what
// is found, after know has said what is known of the whole log. Of no partition there is
// nothing to find.
func (st *staged) collect(know func() error, fn func(*group.Set, *stage.Partial) error) (err error) {
	set, err := group.New(group.Options{Partitions: collected, Of: st.plan.Partitions, Memory: st.f.groupMemory(), Tmp: st.f.tmp})
	if err != nil {
		return usage("--tmp %s: %v", st.f.tmp, err)
	}
	defer func() { err = errors.Join(err, set.Close()) }()
	part := &stage.Partial{}
	if part.Of, err = st.state.Collect(st.ctx(), st.in, set); err != nil || len(part.Of) == 0 {
		return err
	}
	if err := know(); err != nil {
		return err
	}
	sealed, err := set.Seal(st.ctx(), group.SealOptions{Workers: st.f.workers, Twins: st.s.log.Read.SameContent})
	if err != nil {
		return err
	}
	part.Duplicates = sealed.Duplicates
	return fn(set, part)
}

// know takes over what is known of the whole log.
func (st *staged) know() error { return st.knowWith(nil) }

// knowWith does so with the duplicates that were found in all pairs.
func (st *staged) knowWith(duplicates []event.Place) (err error) {
	if st.s.log, err = st.state.Log(st.ctx(), st.options(), duplicates); err != nil {
		return err
	}
	if st.audits() {
		st.s.accept(st.accepted)
	}
	if st.packs() && st.f.redactor != nil { // all have pseudonyms
		return nil
	}
	return st.s.keepApart()
}

func (st *staged) measure() error {
	know := func() (err error) {
		st.s.log, err = st.state.Unmeasured(st.ctx(), st.options())
		return err
	}
	return st.collect(know, func(log *group.Set, part *stage.Partial) error {
		return st.state.Measure(st.s.log, log, part.Of, st.out)
	})
}

func (st *staged) survey() error {
	return st.collect(st.know, func(log *group.Set, part *stage.Partial) error {
		found, err := st.look(log)
		if err != nil {
			return err
		}
		left := &stage.Partial{Of: part.Of}
		if err := log.BlocksOf(st.ctx(), found.IsLate, func(block []byte) error { return left.WriteLeft(st.out, block) }); err != nil {
			return err
		}
		if st.packs() {
			if err := st.writeShare(log, part); err != nil {
				return err
			}
		}
		part.Data, part.Used, part.Findings = found.Judged, st.accepted.ignore.Used(), st.index.Lines()
		if err := part.Write(st.out, frame.Judged); err != nil {
			return err
		}
		if left.Data, err = found.MarshalBinary(); err != nil {
			return err
		}
		return left.Write(st.out, frame.Surveyed)
	})
}

// look takes the survey of some partitions, and judges on the way what it can. The decisions
// of a replay come in order: they are made of the events, when the survey is known.
func (st *staged) look(log *group.Set) (*audit.Looked, error) {
	if st.replays() {
		return audit.LookOnly(st.ctx(), log, st.auditOptions())
	}
	return audit.Look(st.ctx(), log, st.auditOptions())
}

func (st *staged) join() error {
	all, joined := audit.NewSurveyed(), &stage.Joined{}
	err := st.state.Partials(st.ctx(), st.in, frame.Surveyed, stage.Beside{}, func(p *stage.Partial) error {
		joined.Add(p)
		var found audit.Surveyed
		err := found.UnmarshalBinary(p.Data)
		if err == nil {
			all.Merge(&found)
		}
		return err
	})
	if err != nil {
		return err
	}
	survey := st.s.ledger.survey
	if survey == nil {
		survey, joined.Again = all.Survey()
	}
	joined.Again = joined.Again || st.replays()
	if joined.Survey, err = json.Marshal(survey); err != nil {
		return err
	}
	return joined.Write(st.out)
}

// auditOptions says how to audit.
func (st *staged) auditOptions() audit.Options {
	opts := st.s.auditOptions()
	switch {
	case st.bills():
		opts.Watch = st.s.tally
	case st.packs():
		indexed(&opts, &st.index)
	}
	return opts
}

// surveyed returns how to audit with the survey of the whole log.
func (st *staged) surveyed() (audit.Options, error) {
	opts := st.auditOptions()
	opts.Survey = &audit.Survey{}
	return opts, json.Unmarshal(st.state.Joined.Survey, opts.Survey)
}

// judge judges the pairs that survey has left; all from their events, if join says so.
func (st *staged) judge() error {
	left, err := st.state.Leftover(st.in)
	if err != nil {
		return err
	}
	if st.state.Joined.Again {
		return st.collect(st.know, func(log *group.Set, part *stage.Partial) error {
			if st.replays() {
				return st.decide(log, part.Of)
			}
			return st.judgeLate(log, func() ([]uint32, error) { return part.Of, nil })
		})
	}
	if err := st.know(); err != nil {
		return err
	}
	return st.judgeLate(leftPairs{left, st.f.workers}, left.Of)
}

// decidedAtOnce is how many decisions a frame has: the last stage has one of each process
// of judge in memory.
const decidedAtOnce = 512

// decide writes the decisions of a replay on some partitions, in their order.
func (st *staged) decide(log *group.Set, of []uint32) error {
	opts, err := st.surveyed()
	if err != nil {
		return err
	}
	a, err := audit.New(st.ctx(), log, opts)
	if err != nil {
		return err
	}
	part, block, message := &stage.Partial{Late: true, Of: of}, &audit.DecisionBlock{}, st.f.replay.message
	err = a.Decisions(st.ctx(), ofAnyMeaning(st.f.replay.user), func(d *result.Decision) error {
		if message != "" && d.Message != message {
			return nil
		}
		if err := block.Add(d); err != nil || block.Len < decidedAtOnce {
			return err
		}
		return part.WriteDecided(st.out, block.Take())
	})
	if err == nil && block.Len > 0 {
		err = part.WriteDecided(st.out, block.Take())
	}
	if err != nil {
		return err
	}
	return part.Write(st.out, frame.Judged)
}

// joinedDecisions are those that all processes have written.
func joinedDecisions(beside stage.Beside) decisions {
	return func(ctx context.Context, _ func(*event.Pair) bool, fn func(*result.Decision) error) error {
		parts, err := beside.Decisions()
		if err != nil {
			return err
		}
		return audit.JoinDecisions(ctx, parts, fn)
	}
}

// judgeLate judges what the survey has left of some partitions.
func (st *staged) judgeLate(log audit.Log, of func() ([]uint32, error)) error {
	opts, err := st.surveyed()
	if err != nil {
		return err
	}
	part := &stage.Partial{Late: true}
	if part.Data, err = audit.Judge(st.ctx(), log, opts); err != nil {
		return err
	}
	if part.Of, err = of(); err != nil {
		return err
	}
	part.Used, part.Findings = st.accepted.ignore.Used(), st.index.Lines()
	return part.Write(st.out, frame.Judged)
}

// leftPairs shows the pairs that a survey has left to the auditor, once. Its parts are
// the workers, each of which takes the next block.
type leftPairs struct {
	*stage.Leftover
	workers int
}

// Partitions implements audit.Log.
func (l leftPairs) Partitions() int { return l.workers }

// Each implements audit.Log.
func (l leftPairs) Each(_ int, _ func(int) bool, fn func(event.Pair) error) error {
	var r group.PairReader
	for {
		block, err := l.Next()
		if block == nil || err != nil {
			return err
		}
		if err := r.Each(block, fn); err != nil {
			return err
		}
	}
}

func (st *staged) report() (err error) {
	if st.reconciles() {
		return st.reconcile()
	}
	var parts [][]byte
	var duplicates []event.Place
	var written []*pack.Written
	var beside stage.Beside
	if st.f.rejects != "" {
		beside.Rejected = &ingest.Spool{Dir: st.f.tmp}
		defer beside.Rejected.Close()
	}
	if st.packs() {
		if beside.Pack, err = st.begin(); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, beside.Pack.Close()) }()
	}
	if st.replays() {
		beside.Decided = &ingest.Spool{Dir: st.f.tmp}
		defer beside.Decided.Close()
	}
	err = st.state.Partials(st.ctx(), st.in, frame.Judged, beside, func(p *stage.Partial) error {
		if p.Written != nil {
			written = append(written, p.Written)
		}
		st.index.Take(p.Findings)
		duplicates = append(duplicates, p.Duplicates...)
		if p.Data != nil {
			parts = append(parts, p.Data)
		}
		st.accepted.ignore.Use(p.Used)
		return nil
	})
	if err != nil {
		return err
	}
	if err := st.knowWith(duplicates); err != nil {
		return err
	}
	if beside.Rejected != nil {
		if err := st.writeRejects(beside.Rejected); err != nil {
			return err
		}
	}
	st.s.noteSealed(st.inner.ErrOrStderr())
	opts, err := st.surveyed()
	if err != nil {
		return err
	}
	census, err := json.Marshal(st.s.log.Census.Data()) // as a ledger has it: the auditor takes it for finished
	if err != nil {
		return err
	}
	all := audit.NewAssembler(opts)
	for i := range parts {
		if err := all.Add(parts[i]); err != nil {
			return err
		}
		parts[i] = nil
	}
	switch {
	case st.bills():
		return st.s.tellBill(st.inner, &st.f.readFlags, all.Findings(), func(*result.ExpectedBill, []bill.PricedLine) error { return nil })
	case st.packs():
		return st.commit(beside.Pack, written, census, all)
	case st.replays():
		return st.s.replay(st.inner, &st.f.replay, joinedDecisions(beside))
	}
	return st.s.tell(st.inner, &st.f.auditFlags, st.accepted, all.Findings())
}

// writeRejects writes the rejected records of all tasks, and those that are rejected
// because nobody's log has them: their inputs are read again for that.
func (st *staged) writeRejects(rejected *ingest.Spool) error {
	if err := st.writeRejected(rejected); err != nil {
		return err
	}
	st.s.readFrom = st.options()
	return st.s.writeLateRejects(st.inner)
}

func (st *staged) writeRejected(rejected *ingest.Spool) error {
	wanted := func(input uint32) bool { return !st.s.log.Read.Inputs[input].IsForeign() }
	return writeOutput(st.f.rejects, st.inner.OutOrStdout(), func(w io.Writer) error {
		return rejected.WriteTo(st.f.rejectsTo(w), wanted)
	})
}

// reconcile lays a bill beside the log that all tasks have read: whether a line is of a
// message can depend on every other, so one process does that, within its memory.
func (st *staged) reconcile() (err error) {
	s := st.s
	s.readFrom = st.options()
	if s.log, err = load.New(group.Options{Memory: st.f.groupMemory(), Tmp: st.f.tmp}); err != nil {
		return usage("--tmp %s: %v", st.f.tmp, err)
	}
	var beside stage.Beside
	if st.f.rejects != "" {
		beside.Rejected = &ingest.Spool{Dir: st.f.tmp}
		defer beside.Rejected.Close()
	}
	if err = st.state.Refill(st.ctx(), st.in, s.log, s.readFrom, beside); err == nil && beside.Rejected != nil {
		err = st.writeRejected(beside.Rejected)
	}
	if err == nil {
		err = s.keepApart()
	}
	if err != nil {
		return errors.Join(err, s.Close())
	}
	st.billed.session, st.billed.accepted = s, st.accepted
	return st.billed.reconcile(st.inner)
}
