// Package report writes what an audit, a replay or an inspection came to, for
// people and for programs. Every format is made from the same result; the JSON
// report is the canonical one.
//
// A new format is a function that writes, and its line in a list below.
package report

import (
	"waudit/audit/result"
	"waudit/report/format"
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
		{Name: "table", For: forPeople, Write: auditTable},
		{Name: "json", For: forPrograms, Write: auditJSON},
		{Name: "html", For: forBrowsers, Binary: true, Write: auditHTML},
	}.And(sheets("WhatsApp charges that should not have occurred", auditTables, 1)).And(findingFormats(auditFound))
}

// ReconcileFormats returns every format of a reconciliation.
func ReconcileFormats() format.List[*result.Reconciliation] {
	return format.List[*result.Reconciliation]{
		{Name: "table", For: forPeople, Write: reconcileTable},
		{Name: "json", For: forPrograms, Write: reconcileJSON},
		{Name: "html", For: forBrowsers, Binary: true, Write: reconcileHTML},
	}.And(sheets("The bill beside the log", reconcileTables, 1)).And(findingFormats(reconcileFound))
}

// BillFormats returns every format of a bill.
func BillFormats() format.List[*result.Bill] {
	return format.List[*result.Bill]{
		{Name: "table", For: forPeople, Write: billTable},
		{Name: "json", For: forPrograms, Write: billJSON},
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
		{Name: "table", For: forPeople, Write: inspectTable},
		{Name: "json", For: forPrograms, Write: inspectJSON},
	}
}

// CapabilitiesFormats returns every format of what dialects can tell.
func CapabilitiesFormats() format.List[*Capabilities] {
	return format.List[*Capabilities]{
		{Name: "table", For: forPeople, Write: capabilitiesTable},
		{Name: "json", For: forPrograms, Write: capabilitiesJSON},
	}
}
