package ingest

import (
	"cmp"
	"slices"

	"waudit/audit/event"
	"waudit/ingest/signature"
)

// signedRuns say of the events of an input which are signed: each holds from its place
// to that of the next. Nearly all events of a log are alike, so that they are few.
type signedRuns []signedRun

type signedRun struct {
	Line, Item uint32
	Valid      bool
}

func (r signedRun) compare(o signedRun) int {
	return cmp.Or(cmp.Compare(r.Line, o.Line), cmp.Compare(r.Item, o.Item))
}

// noteSigned counts the signatures of the present record, and notes which of its events
// are signed. What was read without looking for any stands alone, and has none.
func (d *decoder) noteSigned(found int) {
	counts, signed := d.unwrap.Signatures()
	if counts == (signature.Counts{}) {
		counts.Absent = 1
	}
	d.counts.Signatures.Add(counts)
	isWhole := found == len(d.items.Events) // else nobody knows which event is which
	for i := range d.items.Events {
		at := &d.items.Events[i].Place
		run := signedRun{at.Line, at.Item, isWhole && i < len(signed) && signed[i]}
		if n := len(d.signed); n == 0 || d.signed[n-1].Valid != run.Valid {
			d.signed = append(d.signed, run)
		}
	}
}

// joined orders the runs of all blocks, and makes one of those that are alike.
func (r signedRuns) joined() signedRuns {
	slices.SortFunc(r, signedRun.compare)
	return slices.CompactFunc(r, func(a, b signedRun) bool { return a.Valid == b.Valid })
}

// Signature is what is known of the signature of the webhook of the event at a place:
// signature.Valid, signature.Absent, or "" where nobody looked, as in ledgers and bills.
func (r *Result) Signature(p event.Place) string {
	i := int(p.Input) - len(r.origins)
	if i < 0 || i >= len(r.signed) {
		return ""
	}
	runs := r.signed[i]
	at, exact := slices.BinarySearchFunc(runs, signedRun{Line: p.Line, Item: p.Item}, signedRun.compare)
	if !exact {
		at--
	}
	switch {
	case at < 0:
		return ""
	case runs[at].Valid:
		return signature.Valid
	}
	return signature.Absent
}
