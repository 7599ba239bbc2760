package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/result"
	"waudit/ingest/ledger"
	"waudit/ingest/phone"
	"waudit/report"
)

type replayFlags struct {
	readFlags
	user    string
	message string
	redact  bool
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
	c.Flags().BoolVar(&f.redact, "redact", false, "replace users' phones and ids by pseudonyms")
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
	a, err := audit.New(c.Context(), pairs{s.log.Set}, s.auditOptions())
	if err != nil {
		return err
	}
	s.noteUnseen(c.ErrOrStderr())
	var messages int
	err = writeReports(c, &f.reportFlags, report.DecisionFormats(), func(each func(*result.Decision) error) error {
		for _, who := range phone.Lookup(f.user) {
			if messages, err = f.replay(c.Context(), a, &who, each); err != nil || messages > 0 {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	reasons := s.log.Read.Incomplete(float64(f.maxRejected), f.strict)
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
		where += " (" + days + ")"
	}
	if f.user != "" {
		where += "; give a phone with its country code"
	}
	return "nothing to replay: " + what + where
}

// replay writes the decisions that the flags select, and returns how many they are.
func (f *replayFlags) replay(ctx context.Context, a *audit.Auditor, who *phone.Asked, each func(*result.Decision) error) (messages int, err error) {
	var want func(*audit.Pair) bool
	if f.user != "" {
		want = ofCustomer(who).Pair
	}
	err = a.Decisions(ctx, want, func(d *result.Decision) error {
		if f.message != "" && d.Message != f.message || !who.Is(d.User, d.Participant, d.UserID, d.Group) {
			return nil
		}
		messages++
		if f.redact {
			d = redacted(d)
		}
		return each(d)
	})
	return messages, err
}
