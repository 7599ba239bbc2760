package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/source"
)

// Reasons for which records are ignored that no dialect gives.
const (
	reasonEmpty   = "no items in the record"
	reasonForeign = "no record of a known format"
	reasonMany    = "other reasons, too many to tell apart"
)

// counts is Counts while reading goes on.
type counts struct {
	Counts
	byDialect    []int64 // records that each dialect recognised
	unrecognised int64   // records that are JSON, but none recognised
	marked       int64   // of them those with a sign of a record of WhatsApp
	hidden       int64   // of these again those that are no lines of a bill
}

func (c *counts) add(d *counts) {
	c.Counts.add(&d.Counts)
	c.unrecognised += d.unrecognised
	c.marked += d.marked
	c.hidden += d.hidden
	if c.byDialect == nil {
		c.byDialect = make([]int64, len(d.byDialect))
	}
	for i, n := range d.byDialect {
		c.byDialect[i] += n
	}
}

func (c *counts) reset() {
	clear(c.byDialect)
	*c = counts{byDialect: c.byDialect}
}

func (c *counts) recognised() (n int64) {
	for _, records := range c.byDialect {
		n += records
	}
	return n
}

// foreign reports whether the input holds JSON, but no record of a known
// format nor a sign of one.
func (in *input) foreign() bool {
	return in.counts.recognised() == 0 && in.counts.unrecognised > 0 && in.counts.marked == 0
}

// unreadable reports whether no record of the input was known, and there is a sign of
// one of WhatsApp. A bill is none of the log's: what it has is not missing there.
func (in *input) unreadable() bool {
	return in.counts.recognised() == 0 && in.counts.hidden > 0
}

// result puts together what the run has come to.
func (r *run) result(decoders []*decoder) (*Result, error) {
	result := r.done
	result.Rejected, result.origins, result.ranges = r.rejects.kept, r.origins, r.ranges()
	for i, o := range r.origins {
		result.signed[i] = o.signed
	}
	foreign := IgnoredCount{Reason: reasonForeign}
	for i, in := range r.inputs {
		if in != nil && in.reading != nil {
			r.settle(in)
		}
		if in != nil && in.ledger != nil {
			result.Inputs[i].Signatures = in.ledger.signatures()
			result.Ledgers = append(result.Ledgers, in.ledger)
		}
		if done := &result.Inputs[i]; done.IsForeign() {
			foreign.Records += done.Records
			foreign.Items += done.Items
		}
	}
	result.contents = r.contents()
	if r.opts.Rejects != nil {
		wanted := func(input uint32) bool { return !result.Inputs[input].IsForeign() }
		if err := r.spool.WriteTo(r.opts.Rejects, wanted); err != nil {
			return nil, fmt.Errorf("write the rejected records: %w", err)
		}
	}
	slices.SortStableFunc(result.Ledgers, func(a, b *LedgerInput) int { return cmp.Compare(a.First, b.First) })
	var ignored Tally
	unknown := map[string]*Tally{}
	mergeTallies(&ignored, unknown, decoders)
	for _, d := range decoders {
		result.Hidden.Merge(&d.hidden)
	}
	result.Ignored = ignoredCounts(&ignored, foreign)
	result.Unknown = unknownCounts(unknown)
	return result, nil
}

// ignoredCounts lists the reasons, the most frequent first.
func ignoredCounts(t *Tally, foreign IgnoredCount) []IgnoredCount {
	var list []IgnoredCount
	for reason, s := range t.Names {
		list = append(list, IgnoredCount{reason, s.Records, s.Items})
	}
	if t.Many {
		list = append(list, IgnoredCount{reasonMany, t.All.Records, t.All.Items})
	}
	if foreign.Records > 0 {
		list = append(list, foreign)
	}
	slices.SortFunc(list, func(a, b IgnoredCount) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), cmp.Compare(a.Reason, b.Reason))
	})
	return list
}

// unknownCounts lists the values by field.
func unknownCounts(fields map[string]*Tally) []UnknownCount {
	var list []UnknownCount
	for what, t := range fields {
		for value, s := range t.Names {
			list = append(list, UnknownCount{what, value, s.Items, s.First})
		}
		if t.Many {
			list = append(list, UnknownCount{what, "", t.All.Items, t.All.First})
		}
	}
	slices.SortFunc(list, func(a, b UnknownCount) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Value, b.Value))
	})
	return list
}

// settle makes the result of an input of which all is read.
func (r *run) settle(in *input) {
	r.done.Inputs[in.index] = in.result(r.dialects, r.opts.HashInputs)
	r.done.signed[len(r.origins)+int(in.index)] = in.signed.Joined()
	r.sums[in.index] = in.sum
	r.feeds.end(in)
	if in.ledger == nil && in.Ranges == 0 {
		r.inputs[in.index] = nil
	}
}

func (in *input) result(dialects []dialect.Dialect, hashed bool) InputResult {
	sha256 := ""
	if hashed {
		sha256 = in.sum
	}
	result := InputResult{
		Path: in.Path, SHA256: sha256, Bytes: in.bytes,
		Container: in.container, Compression: in.compression,
		Dialect: in.dialect(dialects), Skipped: in.skipped, Incomplete: in.incomplete(), Loss: in.loss(),
		Counts: in.counts.Counts,
	}
	if in.foreign() {
		// Somebody else's JSON in the folder: nothing is wrong with it.
		result.Skipped = reasonForeign
		result.Ignored, result.Rejected = result.Records, 0
		result.IgnoredItems, result.RejectedItems = result.Items, 0
	}
	if result.Incomplete == "" {
		result.Incomplete = in.unread(&result)
	}
	return result
}

// thoughNamed is said of an input of which nothing is used, though it was named.
const thoughNamed = ", though it was named; leave it out, or say how to read it with --input-format, --dialect or --mapping"

// unread says why an input of which nothing is used is missed: it was named
// itself, or there is a sign of a record in it.
func (in *input) unread(r *InputResult) string {
	why := cmp.Or(r.Skipped, "it holds no records")
	switch {
	case in.unreadable():
		return lostRecords("none of its records can be read")
	case in.Skip != "" || in.ledger != nil || r.Skipped == "" && r.Records > 0:
		return ""
	case in.marked:
		return lostRecords(why)
	case in.Named:
		return why + thoughNamed
	}
	return ""
}

// dialect names the dialects of the input's records, the most frequent first.
func (in *input) dialect(dialects []dialect.Dialect) string {
	if in.ledger != nil {
		return "flat"
	}
	var found []int
	for i, n := range in.counts.byDialect {
		if n > 0 {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b int) int {
		return cmp.Compare(in.counts.byDialect[b], in.counts.byDialect[a])
	})
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = dialects[f].Name()
	}
	return strings.Join(names, ", ")
}

// incomplete says why the input was not read to its end, and what to do.
func (in *input) incomplete() string {
	problem, ok := errors.AsType[*source.Error](in.err)
	switch {
	case in.err == nil && in.damage.err != nil:
		return in.damage.err.Error()
	case in.err == nil:
		return ""
	case !ok:
		return in.err.Error()
	}
	why := problem.What()
	if in.container != "" {
		why += fmt.Sprintf("; %d records before it were read", in.counts.Records-in.counts.Rejected)
	}
	if advice := problem.Advice(); advice != "" {
		why += "; " + advice
	}
	return why
}
