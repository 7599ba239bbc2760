package ingest

import (
	"fmt"

	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/ingest/signature"
)

// Result is what became of everything that was read. It does not depend on
// how the work was shared among workers.
type Result struct {
	Inputs   []InputResult   // by path; Path tells which of them has a place
	Ignored  []IgnoredCount  // why items were ignored, by reason
	Rejected []Reject        // the first thousand, by place
	Unknown  []UnknownCount  // values that no version of a format names, by field and value
	Hidden   coverage.Hidden // of what was rejected, what may be of WhatsApp

	Ledgers []*LedgerInput // those among the inputs that could be opened, by First

	contents []string         // by the number of an input in places: the sum of its bytes where another may have the same, else ""
	signed   []signature.Runs // by the number of an input in places; of those that were added later there are none
	origins  []origin         // of the rows of ledgers, by the first numbers in places
	ranges   []lineRange      // by the numbers in places behind those; nil: they are those of Inputs
	// withdrawn counts the events that are counted as such no more, by their
	// record, where it has others.
	withdrawn map[event.Place]int
}

// InputResult is what became of one input.
type InputResult struct {
	Path        string
	SHA256      string // of the raw bytes, in hex; "" if not asked for or not all could be read
	Bytes       int64  // raw, as far as read
	Container   string // "ndjson", "json"; "" if not known
	Compression string // "gzip", "zstd" or ""
	Dialect     string // of the records; of several that of the most first
	Skipped     string // why nothing of it is used though it could be read, "" if it is
	Incomplete  string // why it was not read, or not to its end, "" if it was
	Loss        Loss   // what is missing then
	Counts
}

// IsForeign reports whether the input holds JSON, but nothing of a known format.
func (r *InputResult) IsForeign() bool { return r.Skipped == reasonForeign }

// Counts says what became of records and items. Two identities hold:
//
//	Records = Used + Ignored + Duplicates + Rejected
//	Items = Events + IgnoredItems + DuplicateItems + RejectedItems
//
// A record that could not be decoded counts as one rejected item. Changes of
// accounts and templates count as events.
type Counts struct {
	Records    int64
	Used       int64 // at least one event came of it
	Ignored    int64 // nothing came of it, and nothing is wrong with it
	Duplicates int64 // all its events are known from elsewhere
	Rejected   int64 // nothing came of it, and something is wrong with it

	Items          int64
	Events         int64
	IgnoredItems   int64
	DuplicateItems int64
	RejectedItems  int64

	Signatures signature.Counts // none without Options.Secrets
}

// IgnoredCount says how much was ignored for one reason.
type IgnoredCount struct {
	Reason  string
	Records int64 // records with at least one such item
	Items   int64
}

// UnknownCount says how often a value was seen that no version of the format
// names.
type UnknownCount struct {
	What  string // the field: "pricing.category"
	Value string // "" if the field has too many different ones to tell
	Seen  int64
	First event.Place // of the first record with it
}

func (c *Counts) add(d *Counts) {
	c.Records += d.Records
	c.Used += d.Used
	c.Ignored += d.Ignored
	c.Duplicates += d.Duplicates
	c.Rejected += d.Rejected
	c.Items += d.Items
	c.Events += d.Events
	c.IgnoredItems += d.IgnoredItems
	c.DuplicateItems += d.DuplicateItems
	c.RejectedItems += d.RejectedItems
	c.Signatures.Add(d.Signatures)
}

// Total sums up all inputs.
func (r *Result) Total() Counts {
	var total Counts
	for i := range r.Inputs {
		total.add(&r.Inputs[i].Counts)
	}
	return total
}

// fewRejected is how many records may be rejected whatever their share.
const fewRejected = 10

// Incomplete says in a sentence each why the result does not cover all of the
// inputs: one that could not be read to its end, a share of rejected records
// above maxRejected (0.001 is one in a thousand) and more than ten of them,
// or, if strict, any rejected item. Nil if nothing is missing.
func (r *Result) Incomplete(maxRejected float64, strict bool) []string {
	var why []string
	for _, in := range r.Inputs {
		if in.Incomplete != "" {
			why = append(why, in.Path+": "+in.Incomplete)
		}
	}
	for _, l := range r.Ledgers {
		for _, missing := range l.Manifest.Missing() {
			why = append(why, l.Dir+": "+missing)
		}
	}
	total := r.Total()
	share := float64(total.Rejected) / float64(max(total.Records, 1))
	if total.Rejected > fewRejected && share > maxRejected {
		why = append(why, fmt.Sprintf("%d of %d records were rejected (%.3g%%, and more than %.3g%% are too many)",
			total.Rejected, total.Records, 100*share, 100*maxRejected))
	}
	if strict && total.RejectedItems > 0 {
		why = append(why, fmt.Sprintf("%d items were rejected, and --strict allows none", total.RejectedItems))
	}
	return why
}
