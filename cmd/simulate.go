package cmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waudit/ingest/simulate"
)

func newSimulate() *cobra.Command {
	var (
		o      simulate.Options
		from   string
		errs   share
		checks string
		dup    share = 0.03
	)
	c := &cobra.Command{
		Use:   "simulate --out DIR",
		Short: "Write a realistic log with known billing errors in it, and the truth about them",
		Long: `simulate writes log.ndjson, a waudit.yaml for it, and truth.ndjson with one line
for each error that it hid. The same seed gives the same bytes.`,
		Example: "  waudit simulate --seed 7 --messages 3000 --from 2026-10-01 --days 30 --errors 0.5% --out month",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Dir == "" {
				return usage("--out is missing: name the folder to write to")
			}
			day, err := time.Parse(time.DateOnly, from)
			if err != nil {
				return usage("--from %q is no day, such as 2026-10-01", from)
			}
			o.From, o.ErrorShare, o.Duplicate = day, float64(errs), float64(dup)
			if dup == 0 {
				o.Duplicate = -1 // the option's zero is its default
			}
			o.Checks = strings.FieldsFunc(checks, func(r rune) bool { return r == ',' })
			if err := o.Validate(); err != nil {
				return usage("%v", err)
			}
			s, err := simulate.Run(c.Context(), o)
			if err != nil {
				return err
			}
			hidden := 0
			for _, e := range s.Errors {
				hidden += e.Count
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%d messages, %d delivered, %d records: %s\n%d errors hidden: %s\nconfiguration: %s\n",
				s.Messages, s.Delivered, s.Records, s.Log, hidden, s.Truth, s.Config)
			return err
		},
	}
	errs = 0.005
	f := c.Flags()
	f.Uint64Var(&o.Seed, "seed", 1, "the same seed gives the same bytes")
	f.IntVar(&o.Messages, "messages", 10_000, "business messages, about")
	f.StringVar(&from, "from", "2026-10-01", "first day")
	f.IntVar(&o.Days, "days", 30, "days of traffic")
	f.Var(&errs, "errors", "share of delivered messages that get a billing error")
	f.StringVar(&checks, "checks", "", "hide only errors of these checks, such as WA105,WA107")
	f.IntVar(&o.Accounts, "accounts", 2, "accounts, each in a time zone of its own")
	f.StringVar(&o.Dialect, "dialect", simulate.MetaCloud, simulate.MetaCloud+" or "+simulate.Flat)
	f.StringVar(&o.Container, "container", simulate.NDJSON, simulate.NDJSON+" or "+simulate.JSON)
	f.BoolVar(&o.Gzip, "gzip", false, "compress the log with gzip")
	f.BoolVar(&o.Zstd, "zstd", false, "compress the log with zstd")
	f.BoolVar(&o.NoSends, "no-sends", false, "leave out the send log, so that only pricing tells the categories")
	f.Var(&dup, "duplicate", "share of webhooks that arrive twice")
	f.StringVar(&o.Dir, "out", "", "folder to write to")
	return c
}
