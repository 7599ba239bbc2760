package table

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/notation"
)

// No name means two columns for one event.
func TestMappingSynonyms(t *testing.T) {
	type meaning struct {
		column event.Column
		kinds  kindSet
	}
	meanings := map[string][]meaning{}
	for i := range event.NumFlat {
		for _, s := range synonymsOf(i, anywhere) {
			for _, other := range meanings[notation.Fold(s.name)] {
				if s.kinds == 0 || other.kinds == 0 || s.kinds&other.kinds != 0 {
					t.Errorf("%q is %s and %s", s.name, other.column, i)
				}
			}
			meanings[notation.Fold(s.name)] = append(meanings[notation.Fold(s.name)], meaning{i, s.kinds})
		}
	}
	for _, name := range []string{"wamid", "SMS Message SID", "gsId", "umid", "externalId", "sentAt", "Date Sent", "SentDate", "doneAt", "createTime",
		"DATE", "to", "destination", "CUSTOMER_PHONE", "waId", "pricePerMessage", "deduction_type"} {
		if len(meanings[notation.Fold(name)]) == 0 {
			t.Errorf("%q is none", name)
		}
	}
	if kinds := setOf(event.Sent, event.Read); !kinds.has(event.Read) || kinds.has(event.Failed) {
		t.Error("sets do not hold")
	}
}
