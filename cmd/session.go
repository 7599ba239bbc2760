package cmd

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/price"
	"waudit/audit/template"
	"waudit/ingest"
	"waudit/ingest/dialect"
	"waudit/ingest/group"
	"waudit/ingest/resolve"
)

// session is one run over the inputs: what was configured, what was read, and
// the events grouped by pair.
type session struct {
	flags     *readFlags
	config    *configFile
	book      *account.Book
	prices    *price.Book
	period    audit.Period
	checks    []check.Check
	ignored   map[string]bool // ids of accepted findings
	entries   []template.Entry
	templates *template.Book
	read      *ingest.Result
	sealed    group.Sealed
	set       *group.Set
	changes   []event.Change
	census    *coverage.Census
	ledger    ledgerUse
	// beforeSeal adds events that are not of the log; nil: there are none.
	beforeSeal func(context.Context) error
	oldLimit   int64 // of the process' memory, as debug.SetMemoryLimit has it
}

// openSession checks the configuration and reads the inputs, as the caller has
// prepared it to. The caller closes the session.
func openSession(c *cobra.Command, f *readFlags, config *configFile, paths []string, prepare ...func(*session) error) (*session, error) {
	s := &session{flags: f, config: config, census: coverage.NewCensus()}
	if err := s.configure(); err != nil {
		return nil, err
	}
	s.openLedger(c.Context(), paths)
	for _, p := range prepare {
		if err := p(s); err != nil {
			return nil, err
		}
	}
	s.selectPeriod()
	tmp := cmp.Or(f.tmp, os.TempDir())
	if err := group.ClearStale(tmp); err != nil {
		return nil, usage("--tmp %s: %v", tmp, err)
	}
	memory := f.memoryLimit()
	set, err := group.New(group.Options{Memory: memory, Tmp: tmp})
	if err != nil {
		return nil, usage("--tmp %s: %v", tmp, err)
	}
	s.set = set
	// The set keeps to its limit by itself; garbage, and what is found, come on top.
	s.oldLimit = debug.SetMemoryLimit(memory + memory/4 + besideGroups)
	if err := s.ingest(c, paths, tmp); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.noteRejected(c.ErrOrStderr())
	return s, nil
}

// besideGroups is the memory, in bytes, for all that is not proportional to the
// log: buffers, and the program itself.
const besideGroups = 128 << 20

// fewRejects is how many rejected records are told of without --verbose.
const fewRejects = 5

// noteRejected says which records the report goes without, and why.
func (s *session) noteRejected(w io.Writer) {
	shown := s.read.Rejected
	if !s.flags.verbose {
		shown = shown[:min(len(shown), fewRejects)]
	}
	for _, r := range shown {
		place := fmt.Sprintf("%s:%d", r.Path, r.Place.Line)
		if r.At != "" {
			place += ": " + r.At
		}
		s.flags.note(w, "rejected: %s: %s", place, r.Reason)
	}
	if more := s.read.Total().RejectedItems - int64(len(shown)); more > 0 {
		s.flags.note(w, "rejected: %d more; --rejects FILE writes all of them, to be mended and read again", more)
	}
}

// configure builds what the configuration says.
func (s *session) configure() error {
	var err error
	if s.book, err = account.Build(s.config.Accounts); err != nil {
		return usage("configuration %s: %v", s.config.path, err)
	}
	if s.prices, err = loadPrices(s.config, s.book); err != nil {
		return err
	}
	if s.period, err = audit.ParsePeriod(s.flags.period, s.flags.from, s.flags.to); err != nil {
		return usage("%v", err)
	}
	configs := s.config.Templates
	if s.flags.templates != "" {
		more, err := readTemplates(s.flags.templates)
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

// readTemplates reads a CSV of template categories over time.
func readTemplates(path string) ([]account.TemplateConfig, error) {
	data, err := os.ReadFile(path)
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

// sink is one worker's way from records to the grouped set.
type sink struct {
	writer  *group.Writer
	links   *resolve.Collector
	book    *account.Book // replaces aliases; nil: ids stay as they are
	census  *coverage.Census
	changes []event.Change
	err     error
}

// Record implements ingest.Sink.
func (s *sink) Record(items *dialect.Items) {
	for i := range items.Events {
		items.Events[i].WABA = s.book.ID(items.Events[i].WABA)
		s.census.See(&items.Events[i])
		if err := s.writer.Add(&items.Events[i]); err != nil && s.err == nil {
			s.err = err
		}
	}
	for _, c := range items.Changes {
		c.WABA = s.book.ID(c.WABA)
		s.changes = append(s.changes, cloneChange(c))
	}
	for _, l := range items.Links {
		if !toldByEvent(items.Events, l) {
			s.links.Add(l)
		}
	}
}

// toldByEvent reports whether an event gives the link's phone to its id: the
// set knows that without being told.
func toldByEvent(events []event.Event, l dialect.Link) bool {
	if l.Previous != "" {
		return false
	}
	for i := range events {
		if e := &events[i]; e.User == l.Phone && e.UserID == l.UserID && e.Group == "" {
			return true
		}
	}
	return false
}

func cloneChange(c event.Change) event.Change {
	for _, field := range []*string{&c.WABA, &c.Template, &c.Language, &c.Previous, &c.New, &c.Country} {
		*field = strings.Clone(*field)
	}
	return c
}

// ingest reads the inputs into the set and seals it.
func (s *session) ingest(c *cobra.Command, paths []string, tmp string) error {
	bar := newProgress(c.ErrOrStderr(), s.flags)
	defer bar.done()
	table := resolve.NewTable()
	var sinks []*sink
	read := func(rejects io.Writer) (err error) {
		s.read, err = ingest.Read(c.Context(), s.ledger.options(ingest.Options{
			Paths: paths, Stdin: c.InOrStdin(), Workers: s.flags.workers, MaxRecord: int64(s.flags.maxRecord),
			InputFormat: s.flags.inputFormat, Dialect: s.flags.dialect, Strict: s.flags.strict, HashInputs: s.flags.hashInputs,
			TempDir: tmp, Rejects: rejects, Progress: bar.read, Mapping: s.flags.mapping.mapping,
		}), func(int) ingest.Sink {
			k := &sink{book: s.book, writer: s.set.Writer(), links: table.Collector(), census: coverage.NewCensus()}
			sinks = append(sinks, k)
			return s.ledger.sink(k)
		})
		return err
	}
	var err error
	if s.flags.rejects == "" {
		err = read(nil)
	} else {
		err = writeOutput(s.flags.rejects, c.OutOrStdout(), read)
	}
	for _, k := range sinks {
		err = errors.Join(err, k.err, k.writer.Close())
		table.Merge(k.links)
		s.census.Merge(k.census)
		s.changes = append(s.changes, k.changes...)
	}
	if err != nil {
		return err
	}
	s.addUnread()
	s.knowUnread()
	if s.beforeSeal != nil {
		if err := s.beforeSeal(c.Context()); err != nil {
			return err
		}
	}
	s.set.Twins = s.read.SameContent
	if s.sealed, err = s.set.Seal(c.Context(), s.flags.workers, table); err != nil {
		return err
	}
	if err := s.settleNumbers(c.ErrOrStderr()); err != nil {
		return err
	}
	duplicates := s.sealed.Duplicates
	s.changes, duplicates = dropRepeated(s.changes, duplicates)
	s.read.DuplicateItems(duplicates)
	s.read.RejectItems(s.sealed.Orphans, "names no user or group, and no other event of its message does: add the log that has the message's other statuses")
	return nil
}

// knowUnread tells the set of the numbers of ledgers that are read in part.
func (s *session) knowUnread() {
	for _, l := range s.read.Ledgers {
		if !l.Partial {
			continue
		}
		for number := range s.census.Numbers {
			s.set.KnowNumber(number, "")
		}
		for number, accounts := range l.Manifest.Accounts {
			for _, waba := range accounts {
				s.set.KnowNumber(number, waba)
			}
		}
	}
}

// settleNumbers tells of events that were given a business number. If some named
// none where others do, it takes the census again, by the numbers of their pairs.
func (s *session) settleNumbers(w io.Writer) error {
	for _, a := range s.sealed.Adopted {
		of := "of the log"
		if a.WABA != "" {
			of = "of account " + a.WABA
		}
		s.flags.note(w, "%d events name no business number: taken for those of %s, the only number %s", a.Events, a.Number, of)
	}
	partial := slices.ContainsFunc(s.read.Ledgers, func(l *ingest.Ledger) bool { return l.Partial })
	if bare := s.census.Numbers[""]; bare == nil || len(s.census.Numbers) == 1 || partial {
		return nil
	}
	s.census = coverage.NewCensus()
	for part := range s.set.Partitions() {
		err := s.set.Each(part, nil, func(p group.Pair) error {
			for i := range p.Events {
				if s.set.Bill != 0 && p.Events[i].Place.Input >= s.set.Bill {
					continue // a line of the bill is no event of the log
				}
				p.Events[i].Number = p.Number
				s.census.See(&p.Events[i])
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// dropRepeated leaves of equal changes the one at the lowest place, and adds
// the places of the others to duplicates.
func dropRepeated(changes []event.Change, duplicates []event.Place) ([]event.Change, []event.Place) {
	bare := func(c event.Change) event.Change {
		c.Place = event.Place{}
		return c
	}
	slices.SortFunc(changes, func(a, b event.Change) int { return a.Place.Compare(b.Place) })
	seen := map[event.Change]bool{}
	kept := changes[:0]
	for _, c := range changes {
		if seen[bare(c)] {
			duplicates = append(duplicates, c.Place)
			continue
		}
		seen[bare(c)] = true
		kept = append(kept, c)
	}
	return kept, duplicates
}

// auditOptions says how to audit what was read.
func (s *session) auditOptions() audit.Options {
	s.book.Learn(s.changes)
	s.templates = template.New(s.entries, s.changes, s.flags.tolerance.Milliseconds())
	return audit.Options{
		Book: s.book, Census: s.census, Templates: s.templates, Markets: s.prices.Markets, Prices: s.prices, Checks: s.checks, Ignored: s.ignored,
		Tolerance: s.flags.tolerance, Period: s.period, Workers: s.flags.workers, Survey: s.ledger.survey, Unread: s.ledger.unread,
	}
}

// Close frees the grouped events.
func (s *session) Close() error {
	debug.SetMemoryLimit(s.oldLimit)
	return s.set.Close()
}

// pairs shows a grouped set to the auditor.
type pairs struct{ *group.Set }

// Each implements audit.Log.
func (p pairs) Each(partition int, want func(n int) bool, fn func(audit.Pair) error) error {
	return p.Set.Each(partition, want, func(g group.Pair) error {
		return fn(audit.Pair{Number: g.Number, User: g.User, UserID: g.UserID, Group: g.Group, Events: g.Events})
	})
}

// note writes a line to standard error, unless --quiet.
func (f *readFlags) note(w io.Writer, format string, args ...any) {
	if !f.quiet {
		fmt.Fprintf(w, "waudit: "+format+"\n", args...)
	}
}
