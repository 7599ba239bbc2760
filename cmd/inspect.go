package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"waudit/audit/account"
	"waudit/audit/advise"
	"waudit/audit/event"
	"waudit/audit/result"
	"waudit/ingest/mapfile"
	"waudit/ingest/source"
	"waudit/report"
)

func newInspect() *cobra.Command {
	var f readFlags
	var tells, suggestsMapping, suggestsConfig bool
	var into string
	c := &cobra.Command{
		Use:   "inspect [PATH...]",
		Short: "Show what is in these files",
		Long: `inspect reads the files and shows what is in them: records used, ignored and
rejected, events by kind, unknown values, accounts and numbers, the period, and
what their formats do not record.`,
		Annotations: ends("", "there was nothing to make a draft of"),
		RunE: func(c *cobra.Command, args []string) error {
			if tells {
				return writeCapabilities(c, &f, args)
			}
			if (suggestsMapping || suggestsConfig) && len(f.reports) > 0 {
				return usage("--report: a draft is no report; leave out one of them")
			}
			if suggestsMapping {
				return suggestMapping(c, &f, args)
			}
			if into != "" && !suggestsConfig {
				return usage("--write belongs to --suggest-config")
			}
			return runInspect(c, &f, args, suggestsConfig, into)
		},
	}
	f.register(c, "table", report.InspectFormats())
	f.registerZone(c.Flags())
	c.Flags().BoolVar(&suggestsConfig, "suggest-config", false, "write a draft of waudit.yaml for these files: what they show, and questions that only you can answer")
	c.Flags().StringVar(&into, "write", "", "with --suggest-config: write to this configuration; if it exists, only add the accounts that it lacks")
	c.Flags().BoolVar(&suggestsMapping, "suggest-mapping", false, "write a first draft of a mapping file (see --mapping) for these files")
	c.Flags().BoolVar(&tells, "capabilities", false, "read nothing; list what each dialect records")
	return c
}

// writeCapabilities lists what the records of each dialect can tell.
func writeCapabilities(c *cobra.Command, f *readFlags, args []string) error {
	if len(args) > 0 {
		return usage("--capabilities reads nothing: leave out %s", source.Shown(args[0]))
	}
	if err := f.validate(c.OutOrStdout()); err != nil {
		return err
	}
	return writeReports(c, &f.reportFlags, report.CapabilitiesFormats(), capabilities())
}

func runInspect(c *cobra.Command, f *readFlags, args []string, suggestsConfig bool, into string) error {
	s, err := f.open(c, args)
	if err != nil {
		return err
	}
	s.selectPeriod()
	if err := s.readAll(c); err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	chosen, err := chosenChecks("", s.config)
	if err != nil {
		return err
	}
	s.checks = onLogs(chosen)
	if suggestsConfig {
		err = s.suggestConfig(c, into)
	} else {
		err = s.writeInspection(c)
	}
	if err != nil {
		return err
	}
	return incomplete(c, s.notRead())
}

// suggestConfig writes a configuration for what was read, as if nothing was
// configured.
func (s *session) suggestConfig(c *cobra.Command, into string) (err error) {
	if len(s.config.Accounts) > 0 && into == "" {
		s.flags.note(c.ErrOrStderr(), "what %s says of accounts is not taken over: copy it where it still holds", s.config.path)
	}
	if s.book, err = account.Build(nil); err != nil {
		return err
	}
	aliases := map[string][]string{}
	for id, a := range s.config.Accounts {
		aliases[id] = a.Aliases
	}
	log := s.watched(c, "judging", 2)
	draft, err := advise.Log(c.Context(), log, s.auditOptions(), aliases)
	log.bar.finish()
	if err != nil {
		return err
	}
	text := []byte(draft.YAML())
	if into != "" {
		if text, err = merged(into, draft); err != nil {
			return err
		}
	}
	return writeOutput(cmp.Or(into, s.flags.output), c.OutOrStdout(), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// merged adds a draft to a configuration, which may not exist yet. What it has stays
// as it is.
func merged(path string, draft *advise.Draft) ([]byte, error) {
	old, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return []byte(draft.YAML()), checkOutput("--write", path)
	}
	if err != nil {
		return nil, usage("--write: %v", err)
	}
	refuse := func(err error) ([]byte, error) {
		return nil, usage("--write %s: left as it is, as it is not understood: %v", path, err)
	}
	var before, after configFile
	if err := mapfile.Decode(old, &before); err != nil {
		return refuse(err)
	}
	text, err := draft.Merge(old)
	if err != nil {
		return refuse(err)
	}
	if err := mapfile.Decode(text, &after); err != nil {
		return refuse(err)
	}
	for id, a := range before.Accounts {
		if !reflect.DeepEqual(a, after.Accounts[id]) {
			return refuse(fmt.Errorf("account %s would become another", id))
		}
	}
	return text, nil
}

// writeInspection writes what was read.
func (s *session) writeInspection(c *cobra.Command) error {
	in, err := s.inspection(c)
	if err != nil {
		return err
	}
	s.flags.document(in)
	return writeReports(c, &s.flags.reportFlags, report.InspectFormats(), in)
}

// inspection says what was read.
func (s *session) inspection(c *cobra.Command) (*report.Inspect, error) {
	in := &report.Inspect{Schema: report.InspectSchema}
	for _, i := range s.inputs() {
		in.Inputs = append(in.Inputs, report.InspectInput{
			Path: i.Path, Container: i.Container, Compression: i.Compression, Dialect: i.Dialect, Bytes: i.Bytes,
			InputCounts: i.InputCounts, Signatures: i.Signatures, Skipped: i.Skipped, Incomplete: i.Incomplete,
		})
	}
	for _, x := range s.log.Read.Ignored {
		in.Ignored = append(in.Ignored, report.IgnoredRecords{Reason: x.Reason, Records: x.Records})
	}
	for _, x := range s.log.Read.Rejected {
		in.Rejected = append(in.Rejected, report.Rejected{
			Path: s.path(x.Place), Line: x.Place.Line, At: x.At, Reason: x.Reason, Sample: x.Sample,
		})
	}
	for _, x := range s.log.Read.Unknown {
		in.Unknown = append(in.Unknown, report.UnknownValue{
			What: x.What, Value: x.Value, Seen: x.Seen, First: report.InputPlace{Path: s.path(x.First), Line: x.First.Line},
		})
	}
	in.Dialects, in.CannotRun = dialectLimits(dialectsRead(s.log.Read.Sources())), s.cannotRun()
	return in, s.countEvents(c, in)
}

// countEvents counts events by kind, and accounts with their numbers and users.
func (s *session) countEvents(c *cobra.Command, in *report.Inspect) error {
	var kinds [event.NumKinds]int64
	type account struct {
		numbers map[string]bool
		users   int64
	}
	accounts := map[string]*account{}
	var first, last int64
	log := s.watched(c, "counting", 1)
	defer log.bar.finish()
	for part := range s.log.Set.Partitions() {
		err := log.Each(part, nil, func(p event.Pair) error {
			waba := ""
			for i := range p.Events.Len() {
				e := p.Events.At(i)
				kinds[e.Kind]++
				if first == 0 || e.Time < first {
					first = e.Time
				}
				last = max(last, e.Time)
				waba = cmp.Or(waba, e.WABA)
			}
			a := accounts[waba]
			if a == nil {
				a = &account{numbers: map[string]bool{}}
				accounts[waba] = a
			}
			a.numbers[p.Number] = true
			a.users++
			return nil
		})
		if err != nil {
			return err
		}
	}
	in.Events = report.EventCounts{
		Inbound: kinds[event.Inbound], Call: kinds[event.Call], AcceptedCall: kinds[event.AcceptedCall], Request: kinds[event.Request],
		Sent: kinds[event.Sent], Delivered: kinds[event.Delivered], Read: kinds[event.Read], Failed: kinds[event.Failed],
		Echo: kinds[event.Echo], Charge: kinds[event.Charge],
	}
	for _, waba := range slices.Sorted(maps.Keys(accounts)) {
		in.Accounts = append(in.Accounts, report.InspectAccount{
			WABA: waba, Name: s.config.Accounts[waba].Name, Timezone: s.config.Accounts[waba].Timezone, Numbers: slices.Sorted(maps.Keys(accounts[waba].numbers)), Users: accounts[waba].users,
		})
	}
	in.Period = result.Period{From: rfc3339(first), To: rfc3339(last)}
	return nil
}

func rfc3339(ms int64) *string {
	if ms == 0 {
		return nil
	}
	return new(time.UnixMilli(ms).UTC().Format(time.RFC3339))
}

// path names the input of a place.
func (s *session) path(p event.Place) string { return s.log.Read.Path(p) }

// inputs lists what was read, as reports do. The configuration is no input.
func (s *session) inputs() []result.InputFile {
	out := make([]result.InputFile, 0, len(s.log.Read.Inputs))
	for _, i := range s.log.Read.Inputs {
		if i.Skipped == ownConfig {
			continue
		}
		var signatures *result.Signatures
		if n := i.Signatures; n.Valid+n.Invalid+n.Absent > 0 {
			signatures = (*result.Signatures)(&n)
		}
		out = append(out, result.InputFile{
			Path: i.Path, SHA256: i.SHA256, Bytes: i.Bytes, Container: i.Container, Compression: i.Compression, Dialect: i.Dialect,
			InputCounts: result.InputCounts{
				Records: i.Records, Used: i.Used, Ignored: i.Ignored, Duplicates: i.Duplicates, Rejected: i.Rejected, Items: i.Items, Events: i.Events,
				IgnoredItems: i.IgnoredItems, DuplicateItems: i.DuplicateItems, RejectedItems: i.RejectedItems,
			},
			Signatures: signatures, Skipped: i.Skipped, Incomplete: i.Incomplete,
		})
	}
	return out
}
