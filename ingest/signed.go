package ingest

import (
	"waudit/audit/event"
	"waudit/ingest/signature"
)

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
		d.signed = d.signed.Add(signature.Run{Line: at.Line, Item: at.Item, Valid: isWhole && i < len(signed) && signed[i]})
	}
}

// Signature is what is known of the signature of the webhook of the event at a place:
// signature.Valid, signature.Absent, or "" where nobody looked, as in bills.
func (r *Result) Signature(p event.Place) string { return r.Signed(p.Input).At(p.Line, p.Item) }

// Signed says which events of an input are signed, by its number in places; nil where
// nobody looked. Those of ledgers are as they were when they were packed.
func (r *Result) Signed(input uint32) signature.Runs {
	if int(input) >= len(r.signed) {
		return nil
	}
	return r.signed[input]
}

// Verified reports whether the signatures of any input were verified, if only when it was
// packed.
func (r *Result) Verified() bool {
	for i := range r.Inputs {
		if r.Inputs[i].Signatures != (signature.Counts{}) {
			return true
		}
	}
	return false
}
