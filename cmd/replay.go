package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/event"
	"waudit/audit/result"
	"waudit/ingest/ledger"
	"waudit/ingest/phone"
	"waudit/report"
)

type replayFlags struct {
	readFlags
	replayTarget
}

// replayTarget is what is replayed.
type replayTarget struct {
	user    string
	message string
}

func newReplay() *cobra.Command {
	var f replayFlags
	c := &cobra.Command{
		Use:   "replay [PATH...]",
		Short: "Show what each message should have cost, and why",
		Long: `replay writes one decision for each business message (and group member): what it
should have cost and why, which window decided it, what was reported, and the verdict.`,
		Example:     "  waudit replay logs/ --user 5511987654321",
		Annotations: ends("", "there was no such message"),
		RunE:        func(c *cobra.Command, args []string) error { return runReplay(c, &f, args) },
	}
	f.replayTarget.register(c, &f.readFlags)
	return c
}

// register adds the flags of a replay.
func (t *replayTarget) register(c *cobra.Command, f *readFlags) {
	f.register(c, "ndjson", report.DecisionFormats())
	c.Flags().StringVar(&t.user, "user", "", "only this customer: phone, business-scoped user id or group id")
	c.Flags().StringVar(&t.message, "message", "", "only this message")
}

// lookedFor is what is asked of a ledger for it.
func (t *replayTarget) lookedFor() ledger.Query {
	return ledger.Query{Message: t.message, User: t.user}
}

func runReplay(c *cobra.Command, f *replayFlags, args []string) error {
	s, err := f.open(c, args)
	if err != nil {
		return err
	}
	s.selectCustomer(c.Context(), f.lookedFor())
	s.selectPeriod()
	if err := s.readAll(c); err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	s.keepSurvey()
	log := s.watched(c, "judging", 1)
	opts := s.auditOptions()
	opts.Asked = ofAnyMeaning(f.user)
	a, err := audit.New(c.Context(), log, opts)
	log.bar.finish()
	if err != nil {
		return err
	}
	return s.replay(c, &f.replayTarget, a.Decisions)
}

// decisions hands over those of the pairs in want, of more if need be, as
// audit.Auditor.Decisions does.
type decisions func(ctx context.Context, want func(*event.Pair) bool, fn func(*result.Decision) error) error

// replay writes the decisions that the target selects, and says how the run ends. The census
// must be finished.
func (s *session) replay(c *cobra.Command, t *replayTarget, all decisions) (err error) {
	s.noteUnseen(c.ErrOrStderr())
	var messages int
	wrote, finish := s.writing(c, "decisions")
	defer finish()
	err = writeReports(c, &s.flags.reportFlags, report.DecisionFormats(), func(each func(*result.Decision) error) error {
		for _, who := range phone.Lookup(t.user) {
			messages = 0
			err := t.each(c.Context(), &who, all, func(d *result.Decision) error {
				messages++
				wrote()
				return each(s.flags.redactedDecision(d))
			})
			if err != nil || messages > 0 {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	reasons := s.notRead()
	if messages == 0 {
		reasons = append(reasons, t.nothing(s))
	}
	return incomplete(c, reasons)
}

// nothing says what was looked for in vain.
func (t *replayTarget) nothing(s *session) string {
	what := "no business message"
	switch {
	case t.message != "":
		what = "no message " + t.message
	case t.user != "":
		what = "no message to or from " + t.user
	}
	where := " in these logs"
	if days := s.daysOfLog(); days != "" {
		where += " (" + days + ")" + s.otherChannels()
	}
	if t.user != "" {
		where += "; give a phone with its country code"
	}
	return "nothing to replay: " + what + where
}

// each hands over the decisions of the target.
func (t *replayTarget) each(ctx context.Context, who *phone.Search, all decisions, fn func(*result.Decision) error) error {
	var want func(*event.Pair) bool
	if t.user != "" {
		want = ofCustomer(who).Pair
	}
	return all(ctx, want, func(d *result.Decision) error {
		if t.message != "" && d.Message != t.message || !who.Is(d.User, d.Participant, d.UserID, d.Group) {
			return nil
		}
		return fn(d)
	})
}

// redactedDecision returns a decision with pseudonyms, if they are asked for.
func (f *readFlags) redactedDecision(d *result.Decision) *result.Decision {
	if f.redactor == nil {
		return d
	}
	c := *d
	if d.Window != nil {
		window := *d.Window
		c.Window = &window
	}
	f.redactor.Value(&c)
	return &c
}
