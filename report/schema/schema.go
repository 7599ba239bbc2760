// Package schema holds the JSON Schemas (draft 2020-12) of what waudit writes
// as JSON. They are the contract with programs that read it: keys may be added
// within a version, never renamed or removed. A key that is added later is not
// required, so that what older programs wrote stays valid.
package schema

import _ "embed" // for the schemas

//go:embed report-v1.json
var report string

//go:embed inspect-v1.json
var inspect string

//go:embed capabilities-v1.json
var capabilities string

//go:embed replay-v1.json
var replay string

//go:embed bill-v1.json
var bill string

//go:embed reconcile-v1.json
var reconcile string

//go:embed diff-v1.json
var diff string

//go:embed explain-v1.json
var explain string

//go:embed dispute-v1.json
var dispute string

//go:embed whatif-v1.json
var whatif string

// Report returns the schema of waudit.report/v1.
func Report() []byte { return []byte(report) }

// Inspect returns the schema of waudit.inspect/v1.
func Inspect() []byte { return []byte(inspect) }

// Capabilities returns the schema of waudit.capabilities/v1.
func Capabilities() []byte { return []byte(capabilities) }

// Replay returns the schema of one line of a replay.
func Replay() []byte { return []byte(replay) }

// Bill returns the schema of waudit.bill/v1.
func Bill() []byte { return []byte(bill) }

// Reconcile returns the schema of waudit.reconcile/v1.
func Reconcile() []byte { return []byte(reconcile) }

// Diff returns the schema of waudit.diff/v1.
func Diff() []byte { return []byte(diff) }

// Explain returns the schema of waudit.explain/v1.
func Explain() []byte { return []byte(explain) }

// Dispute returns the schema of waudit.dispute/v1.
func Dispute() []byte { return []byte(dispute) }

// WhatIf returns the schema of waudit.whatif/v1.
func WhatIf() []byte { return []byte(whatif) }
