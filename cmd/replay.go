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
	f.register(c, "ndjson", report.DecisionFormats())
	c.Flags().StringVar(&f.user, "user", "", "only this customer: phone, business-scoped user id or group id")
	c.Flags().StringVar(&f.message, "message", "", "only this message")
	return c
}

func runReplay(c *cobra.Command, f *replayFlags, args []string) error {
	config, args, err := f.start(c, args)
	if err != nil {
		return err
	}
	s, err := newSession(c, &f.readFlags, config, args)
	if err != nil {
		return err
	}
	s.selectCustomer(c.Context(), ledger.Query{Message: f.message, User: f.user})
	s.selectPeriod()
	if err := s.readAll(c, args); err != nil {
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
	s.noteUnseen(c.ErrOrStderr())
	var messages int
	wrote, finish := s.writing(c, "decisions")
	defer finish()
	err = writeReports(c, &f.reportFlags, report.DecisionFormats(), func(each func(*result.Decision) error) error {
		for _, who := range phone.Lookup(f.user) {
			if messages, err = f.replay(c.Context(), a, &who, func(d *result.Decision) error { wrote(); return each(d) }); err != nil || messages > 0 {
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
		reasons = append(reasons, f.nothing(s))
	}
	return incomplete(c, reasons)
}

// nothing says what was looked for in vain.
func (f *replayFlags) nothing(s *session) string {
	what := "no business message"
	switch {
	case f.message != "":
		what = "no message " + f.message
	case f.user != "":
		what = "no message to or from " + f.user
	}
	where := " in these logs"
	if days := s.daysOfLog(); days != "" {
		where += " (" + days + ")" + s.otherChannels()
	}
	if f.user != "" {
		where += "; give a phone with its country code"
	}
	return "nothing to replay: " + what + where
}

// replay writes the decisions that the flags select, and returns how many they are.
func (f *replayFlags) replay(ctx context.Context, a *audit.Auditor, who *phone.Search, each func(*result.Decision) error) (messages int, err error) {
	var want func(*event.Pair) bool
	if f.user != "" {
		want = ofCustomer(who).Pair
	}
	err = a.Decisions(ctx, want, func(d *result.Decision) error {
		if f.message != "" && d.Message != f.message || !who.Is(d.User, d.Participant, d.UserID, d.Group) {
			return nil
		}
		messages++
		if f.redactor != nil {
			d = f.redacted(d)
		}
		return each(d)
	})
	return messages, err
}

// redacted returns a decision with pseudonyms.
func (f *replayFlags) redacted(d *result.Decision) *result.Decision {
	c := *d
	if d.Window != nil {
		window := *d.Window
		c.Window = &window
	}
	f.redactor.Value(&c)
	return &c
}
