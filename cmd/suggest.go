package cmd

import (
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/event"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// suggestConfigFlag makes inspect write a configuration.
const suggestConfigFlag = "suggest-config"

func registerSuggest(flags *pflag.FlagSet) {
	flags.Bool(suggestConfigFlag, false, "write a waudit.yaml for these files instead: what they show, and what only you can know")
}

// writeSuggestion writes a configuration for what was read.
func (s *session) writeSuggestion(c *cobra.Command) error {
	if len(s.config.Accounts) > 0 {
		s.flags.note(c.ErrOrStderr(), "what %s says of accounts is not taken over: copy it where it still holds", s.config.path)
	}
	found, err := s.survey(c)
	if err != nil {
		return err
	}
	err = writeOutput(s.flags.output, c.OutOrStdout(), func(w io.Writer) error {
		_, err := io.WriteString(w, found.yaml())
		return err
	})
	if err != nil {
		return err
	}
	return incomplete(c, s.read.Incomplete(float64(s.flags.maxRejected), s.flags.strict))
}

// survey finds out what the log shows of its accounts, and which of the facts
// that it cannot show its verdicts depend on, as if nothing was configured.
func (s *session) survey(c *cobra.Command) (*suggestion, error) {
	var err error
	if s.book, err = account.Build(nil); err != nil {
		return nil, err
	}
	opts := s.auditOptions()
	found := newSuggestion()
	for id, c := range s.config.Accounts {
		found.aliases[id] = c.Aliases
	}
	if err := found.seeAll(pairs{s.set}, opts.Markets); err != nil {
		return nil, err
	}
	a, findings, err := audit.Audit(c.Context(), pairs{s.set}, opts)
	if err != nil {
		return nil, err
	}
	for _, f := range findings.Unset {
		found.account(f.WABA).stakes[f.Key] += f.Messages
	}
	return found, a.Decisions(c.Context(), func(d *result.Decision) error {
		found.decide(d)
		return nil
	})
}

// seeAll takes note of all events.
func (g *suggestion) seeAll(log audit.Log, markets *rate.Markets) error {
	for part := range log.Partitions() {
		err := log.Each(part, nil, func(p audit.Pair) error {
			g.see(&p, markets.Country(p.User, p.UserID))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// see takes note of a pair whose user lives in the country.
func (g *suggestion) see(p *audit.Pair, country string) {
	waba := ""
	for i := range p.Events {
		if waba = p.Events[i].WABA; waba != "" {
			break
		}
	}
	if waba == "" {
		g.loose[clone(p.Number)] = true
	}
	a := g.account(waba)
	a.users++
	if country != "" {
		a.countries[country]++
	}
	for i := range p.Events {
		e := &p.Events[i]
		if e.WABA != "" {
			a = g.account(e.WABA)
		}
		a.see(e)
		a.number(p.Number).see(e.Time)
	}
}

// see takes note of an event of the account.
func (a *suggestedAccount) see(e *event.Event) {
	a.span.see(e.Time)
	if e.Kind == event.Sent || e.Kind == event.Request {
		a.hours[e.Time/msPerHour%24]++
	}
	if partnerServedFrom <= e.Time && e.Time < partnerServedTo {
		a.partnerMonths = true
	}
	if e.HasAmount && e.Currency != "" {
		a.currencies[clone(e.Currency)] = true
	}
	for _, category := range [...]string{e.Category, e.TemplateCategory, e.Origin} {
		a.authentication = a.authentication || isAuthentication(category)
		a.ai = a.ai || category == "general_purpose_ai"
	}
}
