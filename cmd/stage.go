package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"waudit/audit/accept"
	"waudit/ingest/frame"
	"waudit/ingest/ledger"
	"waudit/ingest/signature"
	"waudit/ingest/source"
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
  map      a task of the plan               -> events, pending, facts, rejected, loose
  facts    < facts, pending                             -> log, question, damaged inputs
  answer   < events of a partition      --with log, question       -> answer
  route    < pending                    --with log, answers        -> events, routing
  measure  < events of a partition      --with log, routing        -> measured
  survey   < events of a partition      --with log, routing -> surveyed, judged, left, pieces
  join     < surveyed                   --with log, routing        -> survey, again
  judge    < left, or events            --with log, routing, survey -> judged, decisions
  report   < judged, rejected, loose, pieces, decisions
                                        --with log, routing, survey  -> the report

rejected are records, for --rejects; loose events and pieces of files are for a ledger,
decisions are those of a replay.
Of plan reconcile, report reads all that map has written, and facts is the only stage
between.
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
	flags.Var(&o.memory, "memory", "memory to keep to, by spilling to disk")
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
	f     *stagedFlags
	s     *session
	in    *frame.Reader
	out   *frame.Writer // nil: it writes something else
	state *stage.SideInput

	accepted *acceptance
	index    ledger.Index // of what a pack finds
	billed   *billed      // of a reconciliation
}

// openStage configures a stage as the plan says.
func openStage(c *cobra.Command, name string, o *stageFlags) (*staged, error) {
	memoryLimits.allowGarbage(stageGC)
	if o.run == "" {
		return nil, usage("--run is missing: name the plan that `waudit stage plan` has written")
	}
	data, err := os.ReadFile(o.run)
	if err != nil {
		return nil, usage("--run: %v", err)
	}
	st := &staged{outer: c, o: o, plan: &runPlan{}, f: &stagedFlags{}, in: frame.NewReader(c.InOrStdin(), o.lines)}
	if err := json.Unmarshal(data, st.plan); err != nil || st.plan.Schema != planSchema {
		return nil, usage("--run %s: it is no plan of waudit stage plan", o.run)
	}
	if build, err := buildHash(); err != nil || build != st.plan.Build {
		return nil, errors.Join(err, usage("--run %s was planned by another build of waudit (%s, and this is %s): all stages take the same", o.run, st.plan.Build, build))
	}
	if name != "report" {
		st.out = frame.NewWriter(c.OutOrStdout(), o.lines)
	}
	// Which parts of a ledger are read depends on what it was surveyed with, prices too; and
	// what of a phone tells its country stays in a ledger.
	ofLedger := slices.ContainsFunc(st.plan.Inputs, func(in source.Input) bool { return in.Ledger })
	st.f.unvalued = !ofLedger && !st.packs() && name != "survey" && name != "judge" && name != "report"
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
	c := &cobra.Command{Use: st.plan.Command}
	st.f.register(c, c.Use)
	st.outer.Root().AddCommand(c)
	c.SetContext(st.outer.Context())
	st.inner = c
	flags := c.Flags()
	for name, values := range st.plan.Flags {
		for _, value := range values {
			redacts := st.packs() && strings.HasPrefix(name, "redact") // what a ledger keeps has pseudonyms
			if !reports && !redacts && slices.Contains(reportOnly, name) {
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
	f.workers, f.memory, f.tmp, f.quiet, f.noProgress = st.o.workers, st.o.memory, st.o.tmp, f.quiet || st.o.quiet, true
	return nil
}

// configure does what audit does before it reads.
func (st *staged) configure() (err error) {
	if st.s, err = st.f.open(st.inner, st.plan.Paths); err != nil {
		return err
	}
	if st.outer != nil {
		st.outer.Root().SetErr(st.inner.ErrOrStderr()) // redacted, if it is asked for
	}
	st.accepted = &acceptance{ignore: &accept.Exceptions{}}
	switch {
	case st.reconciles():
		if st.billed, err = st.f.prepare(st.s.config); err != nil {
			return err
		}
	case st.audits():
		err = validFailOn(st.f.failOn)
	}
	if err == nil && (st.audits() || st.reconciles()) {
		st.accepted, err = st.f.acceptedFindings(st.s.config)
	}
	if err != nil {
		return err
	}
	if st.replays() {
		st.s.selectCustomer(st.ctx(), st.f.replay.lookedFor())
	}
	if !st.reconciles() {
		st.s.selectPeriod()
	}
	st.s.limitMemory()
	return nil
}

// stageGC is how much garbage there may be, in percent of what is in use: a stage has
// little in use, and is over before much of it would be collected. The limit on memory
// holds all the same.
const stageGC = 400
