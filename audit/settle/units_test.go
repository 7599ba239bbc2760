package settle

import (
	"testing"

	"waudit/audit/reading"
)

// A ledger that was kept answers as it did, also where a month has more units
// than the tier.
func TestExportImport(t *testing.T) {
	s, l := Allowance{ID: "1001", Month: 100}, New()
	for i := range int64(3 * FreeUnits) {
		l.Add(s, reading.Span{Lo: 10 * i, Hi: 10*i + 3}, i%3 != 0)
		if i%7 == 0 {
			l.AddLost(s, reading.At(10*i))
		}
	}
	l.Seal()
	kept := Import(l.Export())
	for at := int64(0); at < 30*FreeUnits; at += 5 {
		for _, base := range []Base{{Covered: true}, {Used: 400, Stated: true}, {}} {
			span := reading.At(at)
			want, why := l.Paid(s, span, base, 20)
			got, gotWhy := kept.Paid(s, span, base, 20)
			if got != want || gotWhy != why || kept.Margin(s, span, base, 20) != l.Margin(s, span, base, 20) {
				t.Fatalf("at %d with %+v: got %v, %v, want %v, %v", at, base, got, gotWhy, want, why)
			}
		}
	}
}
