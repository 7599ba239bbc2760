package result

// DiffSchema is the name of the JSON form of a comparison of two reports.
const DiffSchema = "waudit.diff/v1"

// Diff is what differs between two reports of one kind. Every list holds what
// differs and nothing else, so two reports of the same have a Diff with empty lists.
type Diff struct {
	Schema   string       `json:"schema"`
	Tool     Tool         `json:"tool"`
	Of       string       `json:"of"` // schema of both reports
	Old      Compared     `json:"old"`
	New      Compared     `json:"new"`
	Same     bool         `json:"same"` // no finding, sum or count differs
	Summary  DiffSummary  `json:"summary"`
	Hashed   bool         `json:"inputs_hashed"` // both reports have hashes of their inputs
	Causes   []Cause      `json:"causes"`        // in what the runs differ, which may be why the rest does
	Exceeded []Exceeded   `json:"exceeded"`
	Amounts  []AmountDiff `json:"amounts"`
	Counts   []CountDiff  `json:"counts"`
	Checks   []CheckDiff  `json:"checks"`
	Lines    []LineDiff   `json:"lines"` // of bills
	Added    []Finding    `json:"added"`
	Resolved []Finding    `json:"resolved"`
	Changed  []Changed    `json:"changed"`
}

// Compared is one of the two reports.
type Compared struct {
	Path       string   `json:"path"`
	Version    string   `json:"version"`    // of the program that wrote it
	Config     string   `json:"config"`     // path of the configuration that was used, "" for none
	Incomplete []string `json:"incomplete"` // why its run is incomplete
}

// DiffSummary counts findings by what became of them.
type DiffSummary struct {
	Added    int64 `json:"added"`
	Resolved int64 `json:"resolved"`
	Changed  int64 `json:"changed"`
	Worsened int64 `json:"worsened"` // of the changed
	Same     int64 `json:"same"`
}

// Cause is something in which the two runs differ: "version", "rules", "rates",
// "configuration", "options", "period", "inputs", "bills", "not_run" or "incomplete".
type Cause struct {
	What string `json:"what"`
	Key  string `json:"key,omitempty"` // of rates, configuration and options: which one
	Old  string `json:"old"`
	New  string `json:"new"`
}

// Exceeded is a limit to what may be paid too much that the new report is over.
type Exceeded struct {
	Limit    string `json:"limit"` // as it was given: "5%", "USD 10"
	Currency string `json:"currency"`
	Old      string `json:"old"`
	New      string `json:"new"`
	Increase string `json:"increase"`
}

// AmountDiff is a sum of money that differs.
type AmountDiff struct {
	Name       string `json:"name"`            // such as "overcharged", or a step of the waterfall
	Check      string `json:"check,omitempty"` // of a step
	Currency   string `json:"currency"`
	Old        string `json:"old"`
	New        string `json:"new"`
	Difference string `json:"difference"` // new less old
}

// CountDiff is a count that differs.
type CountDiff struct {
	Name       string `json:"name"`
	Old        int64  `json:"old"`
	New        int64  `json:"new"`
	Difference int64  `json:"difference"`
}

// CheckDiff is what a check finds in one currency, "" for what has no amount, where
// it differs: the sums of its findings.
type CheckDiff struct {
	Check    string     `json:"check"`
	Name     string     `json:"name"`
	Currency string     `json:"currency"`
	Findings CountPair  `json:"findings"`
	Messages CountPair  `json:"messages"` // that the findings stand for
	Amounts  []SumsDiff `json:"amounts"`  // reported, expected, overcharged, undercharged, uncertain; those that differ
}

// CountPair is a count in both reports.
type CountPair struct {
	Old        int64 `json:"old"`
	New        int64 `json:"new"`
	Difference int64 `json:"difference"`
}

// SumsDiff is a sum in both reports.
type SumsDiff struct {
	Name       string `json:"name"`
	Old        string `json:"old"`
	New        string `json:"new"`
	Difference string `json:"difference"`
}

// LineDiff is a line of bills that differs.
type LineDiff struct {
	WABA      string      `json:"waba_id"`
	Portfolio string      `json:"portfolio"`
	Month     string      `json:"month"`
	Market    string      `json:"market"`
	Category  string      `json:"category"`
	Unit      string      `json:"unit"`
	Currency  string      `json:"currency"`
	Counts    []CountDiff `json:"counts"`
	Amounts   []SumsDiff  `json:"amounts"`
}

// Changed is a finding that both reports have and tell otherwise.
type Changed struct {
	Worsened bool         `json:"worsened"`
	Changes  []ChangedKey `json:"changes"`
	Finding  Finding      `json:"finding"` // as the new report has it
}

// ChangedKey is a key of a finding that differs, such as "amount.overcharged".
type ChangedKey struct {
	Key string `json:"key"`
	Old string `json:"old"`
	New string `json:"new"`
}
