package cmd

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/category"
	"waudit/audit/coverage"
	"waudit/audit/era"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/whatif"
	"waudit/ingest/dialect"
	"waudit/ingest/group"
	"waudit/ingest/mapfile"
	"waudit/ingest/source"
	"waudit/report"
)

type whatIfFlags struct {
	readFlags
	rules, rates        string
	templates, numbers  []string
	dedupe, replyWithin time.Duration
}

func newWhatIf() *cobra.Command {
	var f whatIfFlags
	c := &cobra.Command{
		Use:   "whatif [PATH...]",
		Short: "Show what a log would have cost under other rules, at other rates or by other habits",
		Long: `whatif judges the same messages again, with one assumption more at a time, and explains the difference step by step, by
account, category and market. Without any assumption it takes today's rules and rates, or those of the next change that is
known where these are the log's own. Prices in the log play no part: both sides are valued by the cards.`,
		Example: `  waudit whatif --period 2026-09 --rules 2026-10-01 --rates 2026-10-01 logs/
  waudit whatif --template order_update=utility --dedupe 10m logs/`,
		Annotations: ends("", "there was no message to value"),
		RunE:        func(c *cobra.Command, args []string) error { return runWhatIf(c, &f, args) },
	}
	f.register(c, "table", report.WhatIfFormats())
	f.registerCurrency(c.Flags())
	flags := c.Flags()
	flags.StringVar(&f.rules, "rules", "", "assume the rules of this day, or of an era, see waudit rules")
	flags.StringVar(&f.rates, "rates", "", "assume the rates of this day, or the card in this file for all accounts")
	flags.StringArrayVar(&f.templates, "template", nil, "assume that a template was of a category, as NAME=CATEGORY; repeatable")
	flags.StringArrayVar(&f.numbers, "move-number", nil, "assume that what one business number sent and received was another's, as FROM=TO; repeatable")
	flags.DurationVar(&f.dedupe, "dedupe", 0, "assume that no template was sent again to the same user within this time, such as 10m")
	flags.DurationVar(&f.replyWithin, "reply-within", 0, "assume that every message of a user was answered within this time, such as 24h")
	return c
}

func runWhatIf(c *cobra.Command, f *whatIfFlags, args []string) error {
	s, err := f.open(c, args)
	if err != nil {
		return err
	}
	assumed, err := f.assumptions(c, s)
	if err != nil {
		return err
	}
	moved, err := f.moves(s.paths)
	if err != nil {
		return err
	}
	if err := s.readAll(c); err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if len(moved) > 0 {
		if err := s.sameAccount(moved); err != nil {
			return err
		}
		again := func() (audit.Log, func() *coverage.Census, error) { return s.readMoved(c, moved) }
		assumed = slices.Insert(assumed, 0, whatif.Moved(strings.Join(f.numbers, ", "), again))
	}
	if len(assumed) == 0 {
		assumed = s.standing(rate.DayOf(time.Now().UTC().Date()))
	}
	known := s.noteUnseen(c.ErrOrStderr())
	log := s.watched(c, "judging", 2*(len(assumed)+1))
	world := whatif.World{Log: log, Census: s.log.Census.Data().Census, Options: s.auditOptions()}
	sums, lines, missing, err := whatif.Compare(c.Context(), world, assumed)
	log.bar.finish()
	if err != nil {
		return err
	}
	for _, a := range assumed {
		if !a.Met() {
			f.note(c.ErrOrStderr(), "warning: --%s %s changes nothing: no message in the log is of that template", a.Name, a.Value)
		}
	}
	r := &result.WhatIf{
		Schema: result.WhatIfSchema, Tool: tool(),
		Run:  s.run(s.notRead(), []result.UnsetFact{}, missing, known),
		Sums: sums, Lines: lines,
	}
	for _, a := range assumed {
		r.Assumed = append(r.Assumed, result.Assumption{Name: a.Name, Value: a.Value, Text: a.Text})
	}
	if len(lines) == 0 {
		r.Run.Incomplete = append(r.Run.Incomplete, s.nothingIn())
	}
	return finish(c, &f.readFlags, report.WhatIfFormats(), r, &r.Run)
}

// moves are the numbers that are assumed to be others.
func (f *whatIfFlags) moves(paths []string) (map[string]string, error) {
	moved := map[string]string{}
	for _, text := range f.numbers {
		from, to, ok := strings.Cut(text, "=")
		if !ok || from == "" || to == "" || from == to || moved[from] != "" {
			return nil, usage("--move-number %q: give FROM=TO, each the id of a business number, and each FROM once", text)
		}
		moved[from] = to
	}
	if len(moved) > 0 && slices.Contains(paths, source.Stdin) {
		return nil, usage("--move-number reads the log twice, which standard input cannot be; name a file")
	}
	return moved, nil
}

// sameAccount reports whether the log has the numbers that move, and each is of the account
// that it moves to.
func (s *session) sameAccount(moved map[string]string) error {
	numbers := s.log.Census.Numbers
	for _, from := range slices.Sorted(maps.Keys(moved)) {
		for _, id := range []string{from, moved[from]} {
			if numbers[id] == nil {
				return usage("--move-number: the log has nothing of number %s; it has %s", id, strings.Join(slices.Sorted(maps.Keys(numbers)), ", "))
			}
		}
		a, b := numbers[from].WABA, numbers[moved[from]].WABA
		if s.book.Find(a, from) != s.book.Find(b, moved[from]) {
			return usage("--move-number: %s is of account %s, and %s of account %s: what another account would pay is not known", from, a, moved[from], b)
		}
	}
	return nil
}

// readMoved reads the inputs once more, with the numbers that move.
func (s *session) readMoved(c *cobra.Command, moved map[string]string) (audit.Log, func() *coverage.Census, error) {
	if err := s.Close(); err != nil {
		return nil, nil, err
	}
	o := s.readOptions(c)
	o.Rename = func() func(*dialect.Items) {
		return func(items *dialect.Items) {
			for i := range items.Events {
				if to, moves := moved[items.Events[i].Number]; moves {
					items.Events[i].Number = to
				}
			}
		}
	}
	if err := s.read(c, o); err != nil {
		return nil, nil, err
	}
	if err := s.seal(c, group.SealOptions{}); err != nil {
		return nil, nil, err
	}
	return s.log.Set, s.log.Census.Data().Census, nil
}

// assumptions are what the flags assume: habits first, then rules, then rates.
func (f *whatIfFlags) assumptions(c *cobra.Command, s *session) (assumed []whatif.Assumption, err error) {
	for _, text := range f.templates {
		name, of, ok := strings.Cut(text, "=")
		cat := category.Of(of)
		if !ok || name == "" || !cat.Template() {
			return nil, usage("--template %q: give NAME=CATEGORY, of marketing, utility and authentication", text)
		}
		assumed = append(assumed, whatif.Template(name, cat))
	}
	for _, d := range []struct {
		flag   string
		of     time.Duration
		assume func(time.Duration) whatif.Assumption
	}{{"--dedupe", f.dedupe, whatif.Dedupe}, {"--reply-within", f.replyWithin, whatif.ReplyWithin}} {
		switch {
		case d.of > 0:
			assumed = append(assumed, d.assume(d.of))
		case c.Flags().Changed(strings.TrimPrefix(d.flag, "--")):
			return nil, usage("%s %s: give a time above zero, such as 10m", d.flag, d.of)
		}
	}
	if f.rules != "" {
		day, err := rulesDay(f.rules)
		if err != nil {
			return nil, err
		}
		assumed = append(assumed, whatif.Rules(day))
	}
	if f.rates == "" {
		return assumed, nil
	}
	if day, err := rate.ParseDay(f.rates); err == nil {
		return append(assumed, whatif.Rates(day)), nil
	}
	if _, err := os.Stat(f.rates); errors.Is(err, fs.ErrNotExist) {
		return nil, usage("--rates %q is neither a day, such as 2026-10-01, nor a file", f.rates)
	}
	card, err := readCard(f.rates, s.prices.Markets, os.ReadFile)
	if err != nil {
		return nil, err
	}
	return append(assumed, whatif.Card(f.rates, card)), nil
}

// rulesDay is the day by whose rules is judged: of an era the first.
func rulesDay(text string) (rate.Day, error) {
	if e := era.Named(text); e != nil {
		for _, c := range era.Changes() {
			if c.Change == e.From {
				return c.Date, nil
			}
		}
		return era.Changes()[0].Date.AddDays(-1), nil // the one that nothing precedes
	}
	day, err := rate.ParseDay(text)
	if err != nil {
		return 0, usage("--rules %q is neither a day, such as 2026-10-01, nor an era (%s)%s", text, strings.Join(eraNames(), ", "), mapfile.DidYouMean(text, eraNames()))
	}
	return day, nil
}

// standing are the assumptions where no flag makes one: today's rules and rates, but where
// all of the log is under these already, those of the next change that is known.
func (s *session) standing(today rate.Day) []whatif.Assumption {
	first := rate.DayOf(time.UnixMilli(s.log.Census.From).UTC().Date())
	if from := s.period.From; !from.IsZero() {
		first = rate.DayOf(from.Date())
	}
	changed := s.prices.Meta.NextChange(first)
	rules, rates, since := today, today, changed != 0 && changed <= today
	var next rate.Day
	for _, c := range era.Changes() {
		since = since || c.Date > first && c.Date <= today
		if c.Date > today && (next == 0 || c.Date < next) {
			next = c.Date
		}
	}
	if !since {
		rates = cmp.Or(s.prices.Meta.NextChange(today), today)
		rules = cmp.Or(next, today)
	}
	return []whatif.Assumption{whatif.Rules(rules), whatif.Rates(rates)}
}
