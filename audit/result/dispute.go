package result

// DisputeSchema is the name of the JSON form of a dispute's manifest.
const DisputeSchema = "waudit.dispute/v1"

// Dispute is what a claim for the charges of one account and month says, and what it
// rests on: the manifest of its folder.
type Dispute struct {
	Schema  string       `json:"schema"`
	Tool    Tool         `json:"tool"`
	Account AccountLabel `json:"account"`
	Month   string       `json:"month"` // 2026-10, in the account's zone
	From    string       `json:"from"`  // first instant, RFC 3339 with the offset
	To      string       `json:"to"`    // first instant behind it

	Claimed       []ClaimSum `json:"claimed"`  // one a currency
	ByCheck       []ClaimSum `json:"by_check"` // what Claimed is the sum of, by currency and check
	Uncertain     []ClaimSum `json:"uncertain"`
	ClaimedBefore int64      `json:"claimed_before"` // findings that are left out, as they were claimed before
	Undated       int64      `json:"undated"`        // that are left out, as their month is not known
	Unassigned    int64      `json:"unassigned"`     // that are left out, as they name none of the report's accounts
	Doubts        []string   `json:"doubts"`         // why the evidence of the month is not shown to be complete; empty if it is
	Redacted      bool       `json:"redacted"`       // pseudonyms stand for customers, and no record is quoted

	Report   DisputeReport  `json:"report"`
	Rules    *Rules         `json:"rules"`
	Rates    []RateCard     `json:"rates"`
	Config   *UsedConfig    `json:"config"`
	Inputs   []DisputeInput `json:"inputs"`
	Commands []string       `json:"commands"` // that make the report, and this

	Evidence []DisputeEvidence `json:"evidence,omitempty"` // nil in what older programs wrote
	Files    []DisputeFile     `json:"files"`              // all but the manifest
}

// DisputeEvidence is what a file of evidence comes to.
type DisputeEvidence struct {
	File    string             `json:"file"`
	Records int64              `json:"records"`
	Signed  *DisputeSignatures `json:"signed,omitempty"` // nil where no signature was verified
	// Chain has a link for each line of the file: the SHA-256, in hex, of the link before,
	// which the first line does not have, and the line with its line feed. Whoever has noted
	// the last link knows of each line whether it is there, unchanged and in its place.
	Chain []string `json:"chain"`
}

// DisputeSignatures count the records of logs by whether their webhooks are signed.
type DisputeSignatures struct {
	Valid  int64  `json:"valid"`
	Absent int64  `json:"absent"`
	Share  string `json:"share"` // of the valid, "0.0000" to "1.0000"
}

// ClaimSum is the money of a claim in one currency, or the part of it that one check
// found.
type ClaimSum struct {
	Check    string `json:"check"` // "" for the whole
	Name     string `json:"name"`
	Currency string `json:"currency"`
	Findings int64  `json:"findings"`
	Charges  int64  `json:"charges"`
	Reported string `json:"reported"` // what was charged
	Expected string `json:"expected"` // what is due
	Amount   string `json:"amount"`   // what is claimed, or uncertain
}

// DisputeReport is the report that a claim is made from.
type DisputeReport struct {
	Path    string `json:"path"`
	Schema  string `json:"schema"`
	Version string `json:"version"` // of the program that wrote it
	SHA256  string `json:"sha256"`
}

// DisputeInput is a log or a bill that the report was made from.
type DisputeInput struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// DisputeFile is a file of the claim.
type DisputeFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}
