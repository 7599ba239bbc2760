// Package report writes what an audit, a replay or an inspection came to, for
// people and for programs. Every format is made from the same result; the JSON
// report is the canonical one.
//
// A new format is a function that writes, and its line in a list below.
package report

import (
	"io"

	"waudit/audit/result"
	"waudit/report/format"
	"waudit/report/page"
	"waudit/report/sheet"
)

// Options says how a report looks.
type Options = format.Options

const (
	forPeople    = "people at a terminal"
	forBrowsers  = "browsers: one page with charts, filters and details"
	forPrograms  = "programs; every other format can be made of it"
	forStreaming = "programs that read line by line"
)

// AuditFormats returns every format of an audit's report.
func AuditFormats() format.List[*result.Report] {
	return format.List[*result.Report]{
		{Name: "table", For: forPeople, Write: paged(auditTable)},
		{Name: "json", For: forPrograms, Write: auditJSON},
		{Name: "html", For: forBrowsers, Binary: true, Write: auditHTML},
	}.And(sheets("WhatsApp charges that should not have occurred", auditTables, 1)).And(findingFormats(auditFound))
}

// ReconcileFormats returns every format of a reconciliation.
func ReconcileFormats() format.List[*result.Reconciliation] {
	return format.List[*result.Reconciliation]{
		{Name: "table", For: forPeople, Write: paged(reconcileTable)},
		{Name: "json", For: forPrograms, Write: reconcileJSON},
		{Name: "html", For: forBrowsers, Binary: true, Write: reconcileHTML},
	}.And(sheets("The bill beside the log", reconcileTables, 1)).And(findingFormats(reconcileFound))
}

// BillFormats returns every format of a bill.
func BillFormats() format.List[*result.ExpectedBill] {
	return format.List[*result.ExpectedBill]{
		{Name: "table", For: forPeople, Write: paged(billTable)},
		{Name: "json", For: forPrograms, Write: documentJSON[*result.ExpectedBill]},
	}.And(sheets("The bill as it should have been", billTables, 1))
}

// DecisionFormats returns every format of a replay's decisions.
func DecisionFormats() format.List[Decisions] {
	return format.List[Decisions]{
		{Name: "ndjson", For: forStreaming, Write: decisionNDJSON},
	}.And(sheets("What each message should have cost", decisionTables, 0))
}

// InspectFormats returns every format of an inspection.
func InspectFormats() format.List[*Inspect] {
	return format.List[*Inspect]{
		{Name: "table", For: forPeople, Write: paged(inspectTable)},
		{Name: "json", For: forPrograms, Write: documentJSON[*Inspect]},
	}
}

// CapabilitiesFormats returns every format of what dialects can tell.
func CapabilitiesFormats() format.List[*Capabilities] {
	return format.List[*Capabilities]{
		{Name: "table", For: forPeople, Write: paged(capabilitiesTable)},
		{Name: "json", For: forPrograms, Write: documentJSON[*Capabilities]},
	}
}

// DiffFormats returns every format of a comparison of two reports.
func DiffFormats() format.List[*result.Diff] {
	return format.List[*result.Diff]{
		{Name: "table", For: forPeople, Write: paged(diffTable)},
		{Name: "markdown", For: "comments of pull requests", Write: diffMarkdown},
		{Name: "json", For: forPrograms, Write: documentJSON[*result.Diff]},
	}
}

// ExplainFormats returns every format of an explanation.
func ExplainFormats() format.List[*result.Explanation] {
	return format.List[*result.Explanation]{
		{Name: "table", For: forPeople, Write: paged(explainTable)},
		{Name: "json", For: forPrograms, Write: documentJSON[*result.Explanation]},
		{Name: "markdown", For: "a ticket or a mail", Write: explainMarkdown},
		{Name: "html", For: "a page of its own", Write: explainHTML},
	}
}

// paged is a format for people: what lay adds to a page.
func paged[T any](lay func(p *page.Page, doc T, o Options)) func(io.Writer, T, Options) error {
	return func(w io.Writer, doc T, o Options) error {
		p := page.New(o.Width, o.Color)
		lay(p, doc, o)
		_, err := io.WriteString(w, p.String())
		return err
	}
}

// sheets are the formats for spreadsheets of a document that is made of tables, of
// which main is the one that formats of a single table have.
func sheets[T any](title string, tables func(T, Options) []sheet.Table, main int) format.List[T] {
	return format.List[T]{
		{Name: "csv", For: "any spreadsheet: a row each", Write: func(w io.Writer, doc T, o Options) error {
			return sheet.CSV(w, tables(doc, o)[main], sheet.CSVStyle(o.CSV))
		}},
		{Name: "xlsx", For: "Excel: a sheet for each part of the report", Binary: true, Write: func(w io.Writer, doc T, o Options) error {
			return sheet.XLSX(w, tables(doc, o), o.TempDir)
		}},
		{Name: "markdown", For: "wikis and tickets: the sums, and the rows with the most money", Write: func(w io.Writer, doc T, o Options) error {
			return sheet.Markdown(w, title, tables(doc, o))
		}},
		{Name: "parquet", For: "databases and notebooks: a row each", Binary: true, Write: func(w io.Writer, doc T, o Options) error {
			return sheet.Parquet(w, tables(doc, o)[main])
		}},
	}
}
