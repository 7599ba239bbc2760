package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"waudit/audit"
	"waudit/audit/accept"
	"waudit/audit/bill"
	"waudit/audit/event"
	"waudit/audit/result"
	"waudit/ingest"
	"waudit/ingest/frame"
	"waudit/ingest/group"
	"waudit/ingest/load"
	"waudit/ingest/signature"
	"waudit/ingest/stage"
)

// newStage returns the commands by which an audit runs on many machines.
func newStage() *cobra.Command {
	c := &cobra.Command{
		Use:   "stage",
		Short: "Audit in stages, on many machines",
		Long: `stage is the audit in stages, for an engine that runs each of them on many
machines, such as Spark, or for a shell with files. The stages hand frames to each
other, which the engine brings where they belong; docs/cluster.md tells how, and
spark/ has a driver. The report is that of waudit audit, byte for byte.

  plan     inputs, tasks, options                                  -> run.json
  map      a task of the plan               -> events, pending, facts, rejected records
  facts    < facts, pending                             -> log, question, damaged inputs
  answer   < events of a partition      --with log, question       -> answer
  route    < pending                    --with log, answers        -> events, routing
  measure  < events of a partition      --with log, routing        -> measured
  survey   < events of a partition      --with log, routing        -> surveyed, judged, left
  join     < surveyed                   --with log, routing        -> survey, again
  judge    < left, or events            --with log, routing, survey -> judged
  report   < judged, rejected records   --with log, routing, survey -> the report

answer and route are only for logs in which events are pending: facts writes a
question then. measure is only for logs of which an input is damaged, which facts
writes then: what it measures goes with the routing to all that come later. judge reads what survey has left to be judged; where join writes
again, it reads the events of a partition instead.`,
		Args: cobra.ArbitraryArgs, RunE: func(c *cobra.Command, args []string) error {
			if err := noCommand(c, args); err != nil {
				return err
			}
			return c.Help()
		},
	}
	c.AddCommand(
		newPlan(),
		stageCommand("map", "Read one task, and divide its events among partitions", (*staged).mapTask),
		stageCommand("facts", "Put together what the tasks have read beside events", (*staged).facts),
		stageCommand("answer", "Look for what the pending events need in the events of a partition", (*staged).answer),
		stageCommand("route", "Give a partition to the pending events", (*staged).route),
		stageCommand("measure", "Measure in the events of a partition how far damaged inputs reach", (*staged).measure),
		stageCommand("survey", "Take the survey of a partition, and judge what needs nothing of the others", (*staged).survey),
		stageCommand("join", "Put together the survey of the whole log", (*staged).join),
		stageCommand("judge", "Judge what the survey has left", (*staged).judge),
		stageCommand("report", "Write the report of all that was judged", (*staged).report),
	)
	return c
}

// stageFlags are the flags of all stages but the plan.
type stageFlags struct {
	run     string
	with    []string
	lines   bool
	task    int
	workers int
	memory  byteSize
	tmp     string
	quiet   bool
}

func stageCommand(name, short string, run func(*staged) error) *cobra.Command {
	var o stageFlags
	c := &cobra.Command{
		Use: name, Short: short,
		Long:        short + ". It reads frames from standard input and writes frames to\nstandard output; waudit stage --help shows the way of the frames.",
		Args:        cobra.NoArgs,
		Annotations: map[string]string{endsPartly: "incomplete: frames are missing, or an input is not what was planned", endsStopped: "yes"},
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := openStage(c, name, &o)
			if err != nil {
				return err
			}
			err = run(st)
			if err == nil && st.out != nil {
				err = st.out.Flush()
			}
			return err
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.run, "run", "", "the plan that stage plan has written")
	flags.BoolVar(&o.lines, "lines", false, "frames are lines of text: kind and key, a tab, and base64")
	flags.IntVar(&o.workers, "workers", 1, "number of cores to use, 0 for all")
	o.memory = 1 << 30
	flags.Var(&o.memory, "memory", "memory to use before spilling to disk")
	flags.StringVar(&o.tmp, "tmp", "", "folder for temporary files (default: the system's)")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "no notes on standard error")
	switch name {
	case "map":
		flags.IntVar(&o.task, "task", -1, "number of the task, from 0")
	case "facts":
	default:
		flags.StringArrayVar(&o.with, "with", nil, "a file of frames that earlier stages have written; repeatable")
	}
	if name == "report" {
		c.Annotations[endsFound] = "findings at or above --fail-on, but for known ones (--baseline)"
	}
	return c
}

// staged is a stage of a run.
type staged struct {
	outer *cobra.Command // the stage's
	inner *cobra.Command // with the flags of audit
	o     *stageFlags
	plan  *runPlan
	f     *auditFlags
	s     *session
	in    *frame.Reader
	out   *frame.Writer // nil: it writes something else
	state *stage.SideInput

	accepted *acceptance
}

// openStage configures a stage as the plan says.
func openStage(c *cobra.Command, name string, o *stageFlags) (*staged, error) {
	if o.run == "" {
		return nil, usage("--run is missing: name the plan that `waudit stage plan` has written")
	}
	data, err := os.ReadFile(o.run)
	if err != nil {
		return nil, usage("--run: %v", err)
	}
	st := &staged{outer: c, o: o, plan: &runPlan{}, f: &auditFlags{}, in: frame.NewReader(c.InOrStdin(), o.lines)}
	if err := json.Unmarshal(data, st.plan); err != nil || st.plan.Schema != planSchema {
		return nil, usage("--run %s: it is no plan of waudit stage plan", o.run)
	}
	if build, err := buildHash(); err != nil || build != st.plan.Build {
		return nil, errors.Join(err, usage("--run %s was planned by another build of waudit (%s, and this is %s): all stages take the same", o.run, st.plan.Build, build))
	}
	if name != "report" {
		st.out = frame.NewWriter(c.OutOrStdout(), o.lines)
	}
	if err := st.innerCommand(name == "report"); err != nil {
		return nil, err
	}
	if err := st.configure(); err != nil {
		return nil, err
	}
	st.state = st.plan.NewSideInput()
	for _, path := range o.with {
		if err := st.add(path); err != nil {
			return nil, err
		}
	}
	return st, nil
}

func (st *staged) add(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return usage("--with: %v", err)
	}
	defer func() { _ = f.Close() }()
	if err := st.state.Add(frame.NewReader(f, st.o.lines)); err != nil {
		return fmt.Errorf("--with %s: %w", path, err)
	}
	return nil
}

// innerCommand makes the command audit with the flags of the plan, as if neither
// environment nor files were there.
func (st *staged) innerCommand(reports bool) error {
	c := &cobra.Command{Use: "audit"}
	if st.plan.Bill {
		c.Use = "bill"
		st.f.registerBill(c)
	} else {
		st.f.register(c)
	}
	root := newRoot()
	root.AddCommand(c)
	root.SetIn(st.outer.InOrStdin())
	root.SetOut(st.outer.OutOrStdout())
	root.SetErr(st.outer.ErrOrStderr())
	c.SetContext(st.outer.Context())
	st.inner = c
	flags := c.Flags()
	for name, values := range st.plan.Flags {
		for _, value := range values {
			if !reports && slices.Contains(reportOnly, name) {
				continue
			}
			if err := flags.Set(name, value); err != nil {
				return usage("--run %s: --%s: %v", st.o.run, name, err)
			}
		}
	}
	flags.VisitAll(func(f *pflag.Flag) { f.Changed = true })
	f := st.f
	f.config, f.contents.given = st.plan.Config, st.plan.Files
	if f.contents.given == nil {
		f.contents.given = map[string][]byte{}
	}
	if _, signed := st.plan.Flags["app-secret-file"]; signed {
		f.secrets = &signature.Secrets{}
	}
	f.workers, f.memory, f.tmp, f.quiet, f.noProgress = st.o.workers, st.o.memory, st.o.tmp, st.o.quiet, true
	return nil
}

// configure does what audit does before it reads.
func (st *staged) configure() error {
	config, paths, err := st.f.start(st.inner, st.plan.Paths)
	if err != nil {
		return err
	}
	if st.outer != nil {
		st.outer.Root().SetErr(st.inner.ErrOrStderr()) // redacted, if it is asked for
	}
	if st.plan.Bill { // it has no findings
		st.accepted = &acceptance{ignore: &accept.Exceptions{}}
	} else {
		if err := validFailOn(st.f.failOn); err != nil {
			return err
		}
		if st.accepted, err = st.f.acceptedFindings(config); err != nil {
			return err
		}
	}
	if st.s, err = newSession(st.inner, &st.f.readFlags, config, paths); err != nil {
		return err
	}
	st.s.selectPeriod()
	st.s.limitMemory()
	if st.outer != nil {
		debug.SetGCPercent(stageGC)
	}
	return nil
}

// stageGC is how much garbage there may be, in percent of what is in use: a stage has
// little in use, and is over before much of it would be collected. The limit on memory
// holds all the same.
const stageGC = 400

func (st *staged) ctx() context.Context { return st.inner.Context() }

func (st *staged) options() load.Options {
	o := st.s.readOptions(st.inner, st.plan.Paths)
	if st.outer != nil {
		o.Known, o.Outputs = nil, nil // the plan has seen to it
	}
	return o
}

// fill hands an empty log to fn, whose set has a part for each partition.
func (st *staged) fill(fn func(*load.Log) error) (err error) {
	l, err := load.New(group.Options{Partitions: st.plan.Partitions, Memory: st.f.memoryLimit(), Tmp: st.f.tmp})
	if err != nil {
		return usage("--tmp %s: %v", st.f.tmp, err)
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return fn(l)
}

// alone keeps a stage that writes events to one worker: if an engine runs it again, it
// must write the same frames, for they may come mixed with those of before.
func (st *staged) alone() { st.f.workers = 1 }

func (st *staged) mapTask() error {
	st.alone()
	if st.f.secretFile != "" {
		if err := st.f.readSecrets(); err != nil {
			return err
		}
	}
	return st.fill(func(l *load.Log) error { return st.plan.Map(st.ctx(), l, st.options(), st.o.task, st.out) })
}

func (st *staged) facts() error { return st.plan.Facts(st.ctx(), st.in, st.out) }

func (st *staged) answer() error { return st.state.Answer(st.ctx(), st.in, st.out) }

func (st *staged) route() error {
	st.alone()
	return st.fill(func(l *load.Log) error { return st.state.Route(st.ctx(), l, st.options(), st.in, st.out) })
}

// collect hands the pairs of the partitions that are read to fn, for a part of what
// is found, after know has said what is known of the whole log. Of no partition there is
// nothing to find.
func (st *staged) collect(know func() error, fn func(*group.Set, *stage.Partial) error) (err error) {
	set, err := group.New(group.Options{Of: st.plan.Partitions, Memory: st.f.memoryLimit(), Tmp: st.f.tmp})
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
	if st.s.log, err = st.state.Log(st.ctx(), st.options(), duplicates); err == nil && !st.plan.Bill {
		st.s.accept(st.accepted)
	}
	return err
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
		found, err := audit.Look(st.ctx(), log, st.auditOptions())
		if err != nil {
			return err
		}
		left := &stage.Partial{Of: part.Of}
		if err := log.BlocksOf(st.ctx(), found.IsLate, func(block []byte) error { return left.WriteLeft(st.out, block) }); err != nil {
			return err
		}
		part.Data, part.Used = found.Judged, st.accepted.ignore.Used()
		if err := part.Write(st.out, frame.Judged); err != nil {
			return err
		}
		if left.Data, err = found.MarshalBinary(); err != nil {
			return err
		}
		return left.Write(st.out, frame.Surveyed)
	})
}

func (st *staged) join() error {
	all, joined := audit.NewSurveyed(), &stage.Joined{}
	err := st.state.Partials(st.in, frame.Surveyed, nil, func(p *stage.Partial) error {
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
	if joined.Survey, err = json.Marshal(survey); err != nil {
		return err
	}
	return joined.Write(st.out)
}

// auditOptions says how to audit.
func (st *staged) auditOptions() audit.Options {
	opts := st.s.auditOptions()
	if st.plan.Bill {
		opts.Watch = st.s.tally
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
			return st.judgeLate(log, func() ([]uint32, error) { return part.Of, nil })
		})
	}
	if err := st.know(); err != nil {
		return err
	}
	return st.judgeLate(leftPairs{left, st.f.workers}, left.Of)
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
	part.Used = st.accepted.ignore.Used()
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

func (st *staged) report() error {
	var parts [][]byte
	var duplicates []event.Place
	var rejected *ingest.Spool
	if st.f.rejects != "" {
		rejected = &ingest.Spool{Dir: st.f.tmp}
		defer rejected.Close()
	}
	err := st.state.Partials(st.in, frame.Judged, rejected, func(p *stage.Partial) error {
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
	if rejected != nil {
		if err := st.writeRejects(rejected); err != nil {
			return err
		}
	}
	st.s.noteSealed(st.inner.ErrOrStderr())
	opts, err := st.surveyed()
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
	if st.plan.Bill {
		return st.s.tellBill(st.inner, &st.f.readFlags, all.Findings(), func(*result.ExpectedBill, []bill.PricedLine) error { return nil })
	}
	return st.s.tell(st.inner, st.f, st.accepted, all.Findings())
}

// writeRejects writes the rejected records of all tasks, and those that are rejected
// because nobody's log has them: their inputs are read again for that.
func (st *staged) writeRejects(rejected *ingest.Spool) error {
	wanted := func(input uint32) bool { return !st.s.log.Read.Inputs[input].IsForeign() }
	err := writeOutput(st.f.rejects, st.inner.OutOrStdout(), func(w io.Writer) error {
		return rejected.WriteTo(st.f.rejectsTo(w), wanted)
	})
	if err != nil {
		return err
	}
	st.s.readFrom = st.options()
	return st.s.writeLateRejects(st.inner)
}
