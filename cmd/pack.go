package cmd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/result"
	"waudit/audit/template"
	"waudit/ingest/dialect"
	"waudit/ingest/group"
	"waudit/ingest/ledger"
	"waudit/ingest/load"
	"waudit/ingest/pack"
)

type packFlags struct {
	readFlags
	packTarget
}

// packTarget is the ledger that is written.
type packTarget struct {
	dir      string
	partSize byteSize
	hive     bool
}

func newPack() *cobra.Command {
	var f packFlags
	c := &cobra.Command{
		Use:   "pack [PATH...] -o DIR",
		Short: "Pack logs into a sorted, de-duplicated Parquet ledger that every command reads",
		Long: `pack writes the events of the logs into a ledger: a folder of Parquet files, sorted
by business number, customer and time, without duplicates. It adds to a ledger
that already exists, and skips files that the ledger already has. Other
commands read a ledger like a log, and only the parts of it that they need.`,
		Example:     "  waudit pack logs/2026-10/ -o ledger\n  waudit audit --period 2026-10 ledger",
		Annotations: ends("", "there was nothing to pack"),
		RunE:        func(c *cobra.Command, args []string) error { return runPack(c, &f, args) },
	}
	f.packTarget.register(c, &f.readFlags)
	return c
}

// register adds the flags of a pack.
func (t *packTarget) register(c *cobra.Command, f *readFlags) {
	flags := c.Flags()
	f.registerReading(flags)
	t.partSize = 128 << 20
	flags.VarP((*folder)(&t.dir), "output", "o", "folder of the ledger, created if missing")
	flags.Var(&t.partSize, "part-size", "target size of each Parquet file")
	flags.BoolVar(&t.hive, "hive", false, "lay the events out as engines of tables partition them: events/month=2026-10/")
	for _, name := range []string{"period", "from", "to"} {
		_ = flags.MarkHidden(name) // they mean nothing to pack
	}
}

// folder is a flag that names a folder.
type folder string

// Set takes the name.
func (f *folder) Set(s string) error {
	if s == "" {
		return errors.New("give a folder")
	}
	*f = folder(filepath.Clean(s))
	return nil
}

// String returns the name.
func (f *folder) String() string { return string(*f) }

// Type names the flag's value in help texts.
func (f *folder) Type() string { return "folder" }

// check says what is wrong before anything is read.
func (t *packTarget) check(f *readFlags) error {
	switch {
	case f.period != "" || f.from != "" || f.to != "":
		return usage("a ledger keeps everything: give the period to the command that reads it")
	case t.partSize <= 0:
		return usage("--part-size 0: give a size above zero")
	}
	return nil
}

// options says how to pack.
func (t *packTarget) options(f *readFlags) pack.Options {
	o := pack.Options{Dir: t.dir, PartSize: int64(t.partSize), Hive: t.hive, Memory: f.groupMemory(), Tmp: f.tmp, Workers: f.workers}
	if f.redactor != nil {
		o.Redacted, o.Text = f.redactor.Mark(), f.redactor.Bare().Text
	}
	return o
}

// prepare changes how a log is read for a ledger.
func (s *session) prepare(c *cobra.Command, p *pack.Pack, read *load.Options) error {
	if r := s.flags.redactor; r != nil {
		read.Rename = func() func(*dialect.Items) {
			return (&renamer{redactor: r.Bare(), markets: s.prices.Markets, known: map[string]string{}}).items
		}
		read.Pseudonym = func(id string) string { return r.Stored(id, "") }
	}
	if err := p.Prepare(c.Context(), read); err != nil {
		return usage("--tmp %s: %v", s.flags.tmp, err)
	}
	return nil
}

func runPack(c *cobra.Command, f *packFlags, args []string) (err error) {
	if !c.Flags().Changed("output") { // by the configuration it would be that of reports
		return usage("--output is missing: name the folder of the ledger")
	}
	config, args, err := f.start(c, args)
	if err != nil {
		return err
	}
	if err := f.check(&f.readFlags); err != nil {
		return err
	}
	p, err := pack.Begin(f.options(&f.readFlags))
	if err != nil {
		return usage("--output %s: %v", f.dir, err)
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	paths := p.Paths(args)
	s, err := newSession(c, &f.readFlags, config, paths)
	if err != nil {
		return err
	}
	key, err := s.surveyKey()
	if err != nil {
		return err
	}
	if done, err := p.HasAll(c.Context(), args, key); done || err != nil {
		if err == nil {
			fmt.Fprintf(c.OutOrStdout(), "%s: added nothing; it has all %d inputs already\n", f.dir, p.Known())
		}
		return err
	}
	read := s.readOptions(c)
	if err := s.prepare(c, p, &read); err != nil {
		return err
	}
	if err := s.read(c, read); err != nil {
		return err
	}
	if err := s.seal(c, group.SealOptions{}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.pack(c, p, key, func() (*ledger.Commit, error) { return s.surveyed(c, key) })
}

// pack adds to the ledger what was read, with what surveyed has found out of all of it,
// and says so.
func (s *session) pack(c *cobra.Command, p *pack.Pack, key string, surveyed func() (*ledger.Commit, error)) error {
	if why := p.Damaged(s.log.Read); why != "" {
		return incomplete(c, []string{why, "nothing was packed: the ledger is damaged"})
	}
	something := p.Take(s.log)
	reasons := p.News().Incomplete(float64(s.flags.maxRejected), s.flags.strict)
	if !something {
		return incomplete(c, append(reasons, "nothing to pack: no record of a known format"))
	}
	if err := p.Write(c.Context(), s.inOrder(c)); err != nil {
		return err
	}
	if p.Changed(key) {
		commit, err := surveyed()
		if err != nil {
			return err
		}
		if err := p.Commit(c.Context(), commit); err != nil {
			return err
		}
	}
	fmt.Fprint(c.OutOrStdout(), p.Summary())
	return incomplete(c, reasons)
}

// inOrder is a pack.Order that shows its progress.
func (s *session) inOrder(c *cobra.Command) pack.Order {
	return func(ctx context.Context, set *group.Set, fn func(*event.Pair) error) error {
		wrote, finish := s.writing(c, "customers")
		defer finish()
		return audit.InOrder(ctx, set, func(p *event.Pair) error {
			wrote()
			return fn(p)
		})
	}
}

// surveyed finds out what no single customer can know, of all that the ledger is to
// hold, and whom the findings are about.
func (s *session) surveyed(c *cobra.Command, key string) (commit *ledger.Commit, err error) {
	commit = &ledger.Commit{Version: programVersion(), Key: key, Findings: &ledger.Index{}}
	// The census comes first: the auditor takes it for finished.
	if commit.Census, err = json.Marshal(s.log.Census.Data()); err != nil {
		return nil, err
	}
	opts := s.auditOptions()
	indexed(&opts, commit.Findings)
	a, _, err := s.audit(c, "surveying", opts)
	if err != nil {
		return nil, err
	}
	commit.Survey, err = json.Marshal(a.Survey())
	return commit, err
}

// indexed makes an audit one whose findings go into an index.
func indexed(o *audit.Options, index *ledger.Index) {
	o.Checks = onLogs(check.Documented())
	o.Accepted = func(f *result.Finding) bool { // so that none is kept
		if f.Message != "" {
			index.Add(f.ID, cmp.Or(f.Group, f.User, f.UserID))
		}
		return true
	}
}

// surveyKey tells apart the configurations for which surveys differ: by what is
// known of accounts, templates and rates, by the tolerance, and by the program itself.
func (s *session) surveyKey() (string, error) {
	data, err := json.Marshal(struct {
		Version   string
		Accounts  map[string]account.Config
		Templates []template.Assignment
		Rates     []result.RateCard
		Tolerance string
	}{programVersion(), s.config.Accounts, s.entries, s.ratesUsed(s.prices), s.flags.tolerance.String()})
	if err != nil {
		return "", err
	}
	return hash(data), nil
}
