package cmd

import (
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit/result"
	"waudit/report"
	"waudit/report/format"
)

type convertFlags struct {
	reportFlags
	redaction
}

func newConvert() *cobra.Command {
	var f convertFlags
	c := &cobra.Command{
		Use:   "convert REPORT",
		Short: "Turn a JSON report into any other format",
		Long: `convert reads what audit, reconcile, bill, whatif, diff, explain or inspect wrote with -f json, and writes it in another format, to
the byte as that command itself would have written it, also with --redact. REPORT is a file, or - for standard input.`,
		Example: "  waudit convert report.json -f xlsx -o october.xlsx\n  waudit convert report.json --report sarif=waudit.sarif --report csv=findings.csv",
		Args:    one("report"),
		RunE:    func(c *cobra.Command, args []string) error { return runConvert(c, &f, args[0]) },
	}
	f.reportFlags.register(c, "table", everyFormat())
	f.redaction.register(c.Flags())
	f.registerZone(c.Flags())
	f.registerTop(c.Flags())
	return c
}

// document is a kind of JSON report that can be converted.
type document struct {
	formats format.Choice
	convert func(*cobra.Command, *convertFlags, *result.Document) error
}

// documents are the kinds by the name of their schema.
func documents() map[string]document {
	return map[string]document{
		result.Schema:             documentOf(report.AuditFormats()),
		result.ReconcileSchema:    documentOf(report.ReconcileFormats()),
		result.BillSchema:         documentOf(report.BillFormats()),
		report.InspectSchema:      documentOf(report.InspectFormats()),
		report.CapabilitiesSchema: documentOf(report.CapabilitiesFormats()),
		result.DiffSchema:         documentOf(report.DiffFormats()),
		result.ExplainSchema:      documentOf(report.ExplainFormats()),
		result.WhatIfSchema:       documentOf(report.WhatIfFormats()),
		result.SavingsSchema:      documentOf(report.SavingsFormats()),
		result.VerifySchema:       documentOf(report.VerifyFormats()),
	}
}

func documentOf[T any](formats format.List[*T]) document {
	return document{formats, func(c *cobra.Command, f *convertFlags, d *result.Document) error {
		doc, err := result.Of[T](d)
		if err != nil {
			return usage("%v", err)
		}
		f.document(doc)
		return writeReports(c, &f.reportFlags, formats, doc)
	}}
}

// everyFormat is the formats of all kinds: of which kind a report is shows when it is
// read.
func everyFormat() format.Union {
	var all format.Union
	kinds := documents()
	for _, schema := range slices.Sorted(maps.Keys(kinds)) {
		all = append(all, kinds[schema].formats)
	}
	return all
}

func runConvert(c *cobra.Command, f *convertFlags, path string) error {
	if err := (&configFile{}).applyDefaults(c); err != nil { // the environment
		return err
	}
	if err := f.validate(c.OutOrStdout()); err != nil {
		return err
	}
	if err := errors.Join(keepApart(c.Flags(), namedFile{"the report", path}), f.startRedacting(c)); err != nil {
		return err
	}
	text, err := readWhole(path, c.InOrStdin())
	if err != nil {
		return usage("%v", err)
	}
	const reads = "convert reads what waudit's commands write with -f json"
	doc, err := result.ReadDocument(path, text)
	if err != nil {
		return usage("%v; %s", err, reads)
	}
	kind, why := kindOf(doc.Schema)
	if why != "" {
		return usage("%s: %s; %s", path, why, reads)
	}
	f.formats = kind.formats
	if err := f.validate(c.OutOrStdout()); err != nil {
		return err
	}
	return kind.convert(c, f, doc)
}

func readWhole(path string, stdin io.Reader) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(path)
}

// kindOf tells of which kind a report is, or why it is none that can be converted.
func kindOf(schema string) (kind document, why string) {
	kinds := documents()
	kind, ok := kinds[schema]
	name, _, isVersioned := strings.Cut(schema, "/v")
	switch {
	case ok:
		return kind, ""
	case !strings.HasPrefix(name, "waudit.") || !isVersioned:
		return kind, "is no report of waudit"
	case slices.ContainsFunc(slices.Collect(maps.Keys(kinds)), func(known string) bool { return strings.HasPrefix(known, name+"/v") }):
		return kind, "has the schema " + schema + ", which this version of waudit does not know; use a newer one"
	}
	return kind, "has the schema " + schema + ", which has no other formats"
}
