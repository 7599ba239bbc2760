package provider_test

import (
	"testing"

	"waudit/ingest/dialect/provider"
)

func TestIsKnownColumn(t *testing.T) {
	for name, want := range map[string]bool{
		"event": true, "pricing_category": true, "billable": true, "Event": false,
		"SMS Message SID": true, "Date Sent": true, "DateSent": true, "date_sent": true, "SentDate": true, "PriceUnit": true,
		"date_received": true, "total_price": true, "deduction_type": true, "is_billable": true, "doneAt": true, "Status": true,
		"": false, "From": false, "to": false, "Date: sent": false, "date2sent": false, "a very long name of a column": false,
		"delivered": false, "15550177001": false,
	} {
		if got := provider.IsKnownColumn(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func BenchmarkIsKnownColumn(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		provider.IsKnownColumn("delivered")
	}
}
