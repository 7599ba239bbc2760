package cmd

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/price"
	"waudit/audit/result"
	"waudit/audit/template"
	"waudit/ingest"
	"waudit/ingest/group"
	"waudit/ingest/load"
	"waudit/ingest/source"
	"waudit/report/format"
)

// session is one run over the inputs: what was configured, and the log.
type session struct {
	flags     *readFlags
	config    *configFile
	paths     []string // of the inputs
	book      *account.Book
	prices    *price.Cards
	period    audit.Period
	checks    []check.Check
	accepted  func(*result.Finding) bool // nil: nothing is
	entries   []template.Assignment
	templates *template.Categories
	ledger    ledgerUse
	log       *load.Log
	readFrom  load.Options // how the log was read
}

// open finds out what to read and how. The session holds nothing that is to be closed.
func (f *readFlags) open(c *cobra.Command, args []string) (*session, error) {
	config, paths, err := f.start(c, args)
	if err != nil {
		return nil, err
	}
	return newSession(c, f, config, paths)
}

// newSession checks the configuration. It holds nothing that is to be closed.
func newSession(c *cobra.Command, f *readFlags, config *configFile, paths []string) (*session, error) {
	s := &session{flags: f, config: config, paths: paths}
	if err := s.configure(); err != nil {
		return nil, err
	}
	s.openLedger(c.Context(), paths)
	return s, nil
}

// readAll reads the inputs and seals them. After an error the session is closed.
func (s *session) readAll(c *cobra.Command) error {
	if err := s.read(c, s.readOptions(c)); err != nil {
		return err
	}
	return s.seal(c, group.SealOptions{})
}

// readOptions says how the inputs are read.
func (s *session) readOptions(c *cobra.Command) load.Options {
	f := s.flags
	return load.Options{Book: s.book, Whole: s.ledger.census, Options: ingest.Options{
		Paths: s.paths, Stdin: c.InOrStdin(), Workers: f.workers, MaxRecord: int64(f.maxRecord), InputFormat: f.inputFormat, Dialect: f.dialect,
		Strict: f.strict, HashInputs: f.hashInputs, TempDir: cmp.Or(f.tmp, os.TempDir()), Mapping: f.mapping.mapping, Select: s.ledger.selection, Secrets: f.secrets,
		Known: s.known(c), Outputs: writtenPaths(c.Flags()),
	}}
}

// known says of what inputs there is nothing in them for the log: the configuration,
// and what another flag reads, which may lie beside the log but is not named as one.
func (s *session) known(c *cobra.Command) func(source.Input) string {
	read := filesOf(c.Flags(), readFileFlags)
	sizes := make([]int64, len(read)) // by which most files are told apart, without asking for each
	for i, f := range read {
		if info, err := os.Stat(f.path); err == nil {
			sizes[i] = info.Size()
		}
	}
	return func(in source.Input) string {
		for i, f := range read {
			mayBe := in.Size == sizes[i] || in.Size < 0 || in.Within != ""
			if !in.Named && mayBe && sameFile(in.Path, f.path) {
				return "read by " + f.called
			}
		}
		return s.config.known(in)
	}
}

// read reads the inputs. After an error the session is closed.
func (s *session) read(c *cobra.Command, o load.Options) (err error) {
	s.readFrom = o
	if s.log, err = load.New(group.Options{Memory: s.flags.groupMemory(), Tmp: o.TempDir}); err != nil {
		return usage("--tmp %s: %v", o.TempDir, err)
	}
	s.limitMemory()
	bar := newProgress(c.ErrOrStderr(), s.flags.hidesProgress(), "reading", progressbar.OptionShowBytes(true))
	defer bar.finish()
	o.Progress = bar.show
	if s.flags.rejects == "" {
		err = s.log.Fill(c.Context(), o)
	} else {
		err = writeOutput(s.flags.rejects, c.OutOrStdout(), func(w io.Writer) error {
			o.Rejects = s.flags.rejectsTo(w)
			return s.log.Fill(c.Context(), o)
		})
	}
	if err == nil && o.Pseudonym == nil {
		err = s.keepApart()
	}
	if err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}

// limitMemory keeps the process to the memory that it is given. The collector sees neither
// the program itself nor what is allocated while it runs, and needs room, however little
// is given.
func (s *session) limitMemory() {
	memoryLimits.set(s, max(s.flags.memoryLimit()-besideGroups, 5*besideGroups/2))
}

// seal makes the log readable, and says what the report goes without. After an error
// the session is closed.
func (s *session) seal(c *cobra.Command, o group.SealOptions) error {
	o.Workers = s.flags.workers
	err := s.log.Seal(c.Context(), o)
	if err == nil {
		err = s.writeLateRejects(c)
	}
	if err != nil {
		return errors.Join(err, s.Close())
	}
	s.noteSealed(c.ErrOrStderr())
	return nil
}

// noteSealed says what the report goes without.
func (s *session) noteSealed(w io.Writer) {
	if s.flags.redactor != nil {
		s.keepOwn()
	}
	s.noteAdopted(w)
	s.noteRejected(w)
}

// writeLateRejects adds to --rejects what was rejected only when all was read.
func (s *session) writeLateRejects(c *cobra.Command) error {
	if s.flags.rejects == "" || !s.log.HasLateRejects() {
		return nil
	}
	return appendOutput(s.flags.rejects, c.OutOrStdout(), func(w io.Writer) error {
		unwritten, err := s.log.WriteLateRejects(c.Context(), s.readFrom.Options, s.flags.rejectsTo(w))
		for _, why := range unwritten {
			s.flags.note(c.ErrOrStderr(), "--rejects: %s", why)
		}
		return err
	})
}

// keepOwn keeps the ids of the business itself from being redacted.
func (s *session) keepOwn() {
	accounts, numbers := s.idsInLog()
	for id, a := range s.config.Accounts {
		accounts[id] = true
		for n := range a.Numbers {
			numbers[n] = true
		}
	}
	s.flags.redactor.Keep(slices.Concat(slices.Collect(maps.Keys(accounts)), slices.Collect(maps.Keys(numbers)))...)
}

// noteAdopted tells of events that were given a business number.
func (s *session) noteAdopted(w io.Writer) {
	for _, a := range s.log.Sealed.Adopted {
		of := "of the log"
		if a.WABA != "" {
			of = "of account " + a.WABA
		}
		s.flags.note(w, "%d events name no business number: taken for those of %s, the only number %s", a.Events, a.Number, of)
	}
}

// besideGroups is the memory, in bytes, for all that is not proportional to the
// log: buffers, and the program itself.
const besideGroups = 128 << 20

// fewRejects is how many rejected records are told of without --verbose.
const fewRejects = 5

// noteRejected says which records the report goes without, and why.
func (s *session) noteRejected(w io.Writer) {
	shown := s.log.Read.Rejected
	if !s.flags.verbose {
		shown = shown[:min(len(shown), fewRejects)]
	}
	for _, r := range shown {
		place := fmt.Sprintf("%s:%d", r.Path, s.log.Read.Line(r.Place))
		if r.At != "" {
			place += ": " + r.At
		}
		s.flags.note(w, "rejected: %s: %s", place, r.Reason)
	}
	if more := s.log.Read.Total().RejectedItems - int64(len(shown)); more > 0 {
		s.flags.note(w, "rejected: %d more; --rejects FILE writes all of them, to be mended and read again", more)
	}
}

// configure builds what the configuration says.
func (s *session) configure() error {
	var err error
	if s.book, err = account.Build(s.config.Accounts); err != nil {
		return usage("configuration %s: %v", s.config.path, err)
	}
	if err = s.loadPrices(); err != nil {
		return err
	}
	if s.period, err = audit.ParsePeriod(s.flags.period, s.flags.from, s.flags.to); err != nil {
		return usage("%v", err)
	}
	configs := s.config.Templates
	if s.flags.templates != "" {
		more, err := readTemplates(s.config, s.flags.templates)
		if err != nil {
			return err
		}
		configs = append(slices.Clone(configs), more...)
	}
	if s.entries, err = account.Templates(s.book, configs); err != nil {
		return usage("%v", err)
	}
	return nil
}

// loadPrices reads the rate cards, unless nothing is valued.
func (s *session) loadPrices() (err error) {
	if s.flags.unvalued {
		return nil
	}
	if s.prices, err = loadPrices(s.config, s.book); err != nil {
		return err
	}
	if s.prices.Estimate = s.flags.estimate; s.flags.estimate != "" && !s.prices.Meta.Has(s.flags.estimate) {
		return usage("--currency %q: Meta's list has %s", s.flags.estimate, strings.Join(s.prices.Meta.Currencies(), ", "))
	}
	return nil
}

// readTemplates reads a CSV of template categories over time.
func readTemplates(config *configFile, path string) ([]account.TemplateConfig, error) {
	data, err := config.read("templates", path)
	if err != nil {
		return nil, usage("--templates: %v", err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, usage("--templates %s: no CSV with a header row: %v", path, err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, need := range []string{"name", "category"} {
		if _, ok := column[need]; !ok {
			return nil, usage("--templates %s: the header row lacks %q; it needs name and category, and takes waba, language and from", path, need)
		}
	}
	configs := make([]account.TemplateConfig, 0, len(rows)-1)
	for _, row := range rows[1:] {
		cell := func(name string) string {
			if i, ok := column[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		configs = append(configs, account.TemplateConfig{
			WABA: cell("waba"), Name: cell("name"), Language: cell("language"), Category: cell("category"), From: cell("from"),
		})
	}
	return configs, nil
}

// auditOptions says how to audit what was read.
func (s *session) auditOptions() audit.Options {
	s.book.Learn(s.log.Changes)
	s.templates = template.New(s.entries, s.log.Changes, s.flags.tolerance.Milliseconds())
	return audit.Options{
		Book: s.book, Census: s.log.Census, Templates: s.templates, Markets: s.prices.Markets, Prices: s.prices, Checks: s.checks, Accepted: s.accepted,
		Tolerance: s.flags.tolerance, Period: s.period, Workers: s.flags.workers, Survey: s.ledger.survey, Channel: s.flags.channel, Unread: audit.Unread(s.log.Unread),
	}
}

// Close frees the grouped events.
func (s *session) Close() error {
	memoryLimits.drop(s)
	return s.log.Close()
}

// audit judges the log, and shows its progress as that of a phase.
func (s *session) audit(c *cobra.Command, phase string, o audit.Options) (*audit.Auditor, *audit.Findings, error) {
	log := s.watched(c, phase, 2)
	defer log.bar.finish()
	return audit.Audit(c.Context(), log, o)
}

// run tells of a run over the log what its report says: why it is incomplete, and what is
// not known of the accounts and charges. Its options are those that all reports have.
func (s *session) run(incomplete []string, unset []result.UnsetFact, missing []result.MissingRate, notes []string) result.Run {
	return result.Run{
		Inputs: s.inputs(), Period: s.period.Report(), Accounts: s.accounts(), Incomplete: slices.Clip(append([]string{}, incomplete...)),
		Unset: unset, Missing: missing, Notes: notes, Rates: s.ratesUsed(s.prices),
		Options: map[string]any{"tolerance": s.flags.tolerance.String(), "strict": s.flags.strict}, Rules: &result.Rules{SHA256: hash(check.Rules())}, Config: s.config.used(),
	}
}

// notRead says why what was read does not cover all of the inputs.
func (s *session) notRead() []string {
	return s.log.Read.Incomplete(float64(s.flags.maxRejected), s.flags.strict)
}

// finish writes the report of a run, and says how the run ends.
func finish[T any](c *cobra.Command, f *readFlags, formats format.List[T], doc T, run *result.Run) error {
	f.noteMissing(c.ErrOrStderr(), run.Missing)
	f.document(doc)
	if err := writeReports(c, &f.reportFlags, formats, doc); err != nil {
		return err
	}
	return incomplete(c, run.Incomplete)
}

// note writes a line to standard error, unless --quiet.
func (f *readFlags) note(w io.Writer, format string, args ...any) {
	if !f.quiet {
		fmt.Fprintf(w, "waudit: "+format+"\n", args...)
	}
}
