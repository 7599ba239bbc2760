package cmd

import (
	"debug/elf"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"waudit/ingest/ledger"
	"waudit/ingest/source"
	"waudit/ingest/stage"
	"waudit/report"
)

// runPlan is run.json: all that decides what an audit finds.
type runPlan struct {
	Schema  string              `json:"schema"`
	Build   string              `json:"build"`   // hash of the program
	Command string              `json:"command"` // what is run in stages: audit, bill, pack, reconcile or replay
	Paths   []string            `json:"paths"`
	Flags   map[string][]string `json:"flags"`  // those that are set, wherever
	Config  string              `json:"config"` // path of the configuration file, "" for none
	Files   map[string][]byte   `json:"files"`  // content of it, and of what else was read
	stage.Plan
}

const planSchema = "waudit.run/v1"

// machineFlags say how a process runs, not what it finds.
var machineFlags = []string{"memory", "tmp", "workers", "no-progress", "help"}

// planOnly are the flags that the plan itself takes the place of.
var planOnly = []string{"partitions", "task-size", "config"}

// reportOnly are the flags that nothing before the report has to do with.
var reportOnly = []string{"output", "report", "format", "color", "redact", "redact-key", "csv-dialect", "zone", "top", "rejects", "write-claims"}

// planFlags are those that the plan has beside the flags of the command.
type planFlags struct {
	partitions int
	taskSize   byteSize
}

func newPlan() *cobra.Command {
	var f stagedFlags
	o := planFlags{partitions: 64, taskSize: 256 << 20}
	c := &cobra.Command{
		Use:   "plan [flags of audit] PATH...",
		Short: "Plan an audit in stages",
		Long: `plan finds the inputs of an audit and writes a plan, run.json, to standard output.
It takes the flags of audit, which hold for all stages; formats and files of reports
are those of the last stage. Paths are absolute or URLs, so that every machine finds
what they name. Configuration, rate cards and what else flags name are in the plan;
only the key of --redact-key is read where the report is written, by plan pack in all
stages, and the secrets of --app-secret-file where inputs are read.

plan bill plans what waudit bill does, and takes its flags but for --forecast and
--budget; plan pack, plan reconcile and plan replay plan what waudit pack, waudit
reconcile and waudit replay do, and take their flags.

Each task reads an input, a part of a ledger, or some of the lines of a large file:
write large logs that are compressed in several files, or pack them. Databases and standard input are for waudit audit alone.`,
		Example: "  waudit stage plan --partitions 64 s3://logs/2026-10/ >run.json",
		RunE:    func(c *cobra.Command, args []string) error { return planRun(c, &f, args, &o) },
	}
	f.register(c, "audit")
	c.PersistentFlags().Var(&o.taskSize, "task-size", "bytes of a file that a task reads; larger ones are divided if each of their lines is a record, 0: none is")
	c.PersistentFlags().IntVar(&o.partitions, "partitions", o.partitions, "parts among which the customers are divided, each to fit into the memory of a process")
	for _, sub := range []*cobra.Command{{
		Use:   "bill [flags of bill] PATH...",
		Short: "Plan a bill in stages",
		Long: `bill plans the bill as it should have been, as waudit bill writes it: see waudit stage
plan --help. A forecast is for waudit bill alone, as it replays the log a second time.`,
	}, {
		Use:   "pack [flags of pack] PATH... -o DIR",
		Short: "Plan a ledger in stages",
		Long: `pack plans a new ledger, as waudit pack writes it; with --hive its events lie as engines
of tables partition them. The last stage writes it: see waudit stage plan --help. To
add to a ledger is for waudit pack alone.`,
	}, {
		Use:   "reconcile [flags of reconcile] PATH... --invoice FILE",
		Short: "Plan a reconciliation in stages",
		Long: `reconcile plans what waudit reconcile does. The log is read in stages; the bill is read,
and laid beside the log, where the report is written: see waudit stage plan --help.`,
	}, {
		Use:   "replay [flags of replay] PATH...",
		Short: "Plan a replay in stages",
		Long: `replay plans the decisions on all messages, or on those of --user or --message, as waudit
replay writes them: see waudit stage plan --help.`,
	}} {
		var f stagedFlags
		f.register(sub, sub.Name())
		sub.RunE = func(c *cobra.Command, args []string) error { return planRun(c, &f, args, &o) }
		c.AddCommand(sub)
	}
	return c
}

// stagedFlags are the flags of the command that is run in stages.
type stagedFlags struct {
	reconcileFlags
	pack   packTarget
	replay replayTarget
}

// register adds the flags of the command that have to do with stages.
func (f *stagedFlags) register(c *cobra.Command, command string) {
	switch command {
	case "bill":
		f.readFlags.register(c, "table", report.BillFormats())
		f.registerCurrency(c.Flags())
	case "pack":
		f.pack.register(c, &f.readFlags)
	case "reconcile":
		f.reconcileFlags.register(c)
	case "replay":
		f.replay.register(c, &f.readFlags)
	default:
		f.auditFlags.register(c)
	}
}

// refused says why a pack cannot run in stages, or not so.
func (t *packTarget) refused(f *readFlags) error {
	switch {
	case t.dir == "":
		return usage("--output is missing: name the folder of the ledger")
	case ledger.Is(t.dir):
		return usage("--output %s: it is a ledger: a new one is made in stages, and `waudit pack` adds to one", t.dir)
	}
	return t.check(f)
}

func planRun(c *cobra.Command, f *stagedFlags, args []string, o *planFlags) error {
	command := c.Name()
	if command == "plan" {
		command = "audit"
	}
	switch {
	case len(args) == 0:
		return usage("stage plan: name a file, a folder or a glob")
	case o.partitions < 1 || o.partitions > stage.MaxPartitions:
		return usage("--partitions %d: give a number from 1 to %d", o.partitions, stage.MaxPartitions)
	}
	if err := f.readAnywhere(args); err != nil {
		return err
	}
	f.contents.read = map[string][]byte{}
	st := &staged{f: f, inner: c, plan: &runPlan{Schema: planSchema, Command: command, Paths: args, Flags: map[string][]string{}}}
	if err := st.configure(); err != nil {
		return err
	}
	if err := f.refused(st.packs()); err != nil {
		return err
	}
	options := st.options().Options
	if f.rejects != "" {
		options.Rejects = io.Discard // they are wanted
	}
	plan, err := stage.NewPlan(c.Context(), options, o.partitions, int64(o.taskSize))
	if err != nil {
		return err
	}
	plan.Rejects = f.rejects != ""
	st.plan.Plan, st.plan.Config, st.plan.Files = *plan, st.s.config.path, f.contents.read
	c.Flags().VisitAll(st.plan.keep)
	if st.plan.Build, err = buildHash(); err != nil {
		return err
	}
	return writeOutput("", c.OutOrStdout(), func(w io.Writer) error { return json.NewEncoder(w).Encode(st.plan) })
}

// refused says why what was configured cannot run in stages.
func (f *stagedFlags) refused(packs bool) error {
	if packs {
		if err := f.pack.refused(&f.readFlags); err != nil {
			return err
		}
	}
	if f.secrets != nil && f.secretFile == "" {
		return usage("%s: the stages of a run read app secrets from the file of --app-secret-file", secretVariable)
	}
	return foundAnywhere(f.secretFile)
}

// readAnywhere refuses what not every machine could read.
func (f *stagedFlags) readAnywhere(args []string) error {
	for _, path := range slices.Concat(args, f.invoices, f.volumes, []string{f.redactKey}) {
		switch {
		case path == "-":
			return usage("stage plan: standard input can be read once, and by one process: name files")
		case source.InDatabase(path):
			return usage("stage plan: %s is in a database: export it to files, or use waudit audit", source.Shown(path))
		}
		if err := foundAnywhere(path); err != nil {
			return err
		}
	}
	return nil
}

// keep takes a flag into the plan, if it is set and has to do with what is found.
func (p *runPlan) keep(flag *pflag.Flag) {
	if !flag.Changed || slices.Contains(planOnly, flag.Name) || slices.Contains(machineFlags, flag.Name) {
		return
	}
	p.Flags[flag.Name] = []string{flag.Value.String()}
	if list, ok := flag.Value.(pflag.SliceValue); ok {
		p.Flags[flag.Name] = list.GetSlice()
	}
}

// foundAnywhere refuses a path that depends on where a process runs.
func foundAnywhere(path string) error {
	if path != "" && !filepath.IsAbs(path) && !strings.Contains(path, "://") {
		return usage("stage plan: %s: give an absolute path or a URL, by which every machine finds it", path)
	}
	return nil
}

// buildHash tells one build of the program from others: by the linker's id of it, which
// is of its content, where that can be found fast.
func buildHash() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	h := xxhash.New()
	if id := linkerID(file); len(id) > 0 {
		_, _ = h.Write(id)
	} else if _, err = io.Copy(h, file); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %s/%s %016x", programVersion(), runtime.GOOS, runtime.GOARCH, h.Sum64()), nil
}

// linkerID returns the id that Go's linker gives to a program, nil if there is none.
func linkerID(file io.ReaderAt) []byte {
	program, err := elf.NewFile(file)
	if err != nil {
		return nil
	}
	section := program.Section(".note.go.buildid")
	if section == nil {
		return nil
	}
	const head = 16 // lengths, type and owner of the note
	if id, err := section.Data(); err == nil && len(id) > head {
		return id[head:]
	}
	return nil
}
