package flat_test

import (
	"testing"

	"waudit/ingest/dialect/dialecttest"
)

func FuzzFlat(f *testing.F) {
	for _, seed := range []string{
		dialecttest.FlatRecord,
		`{"event":"inbound","timestamp":"2026-10-01T10:00:00Z","user_id":"US.1","ctwa_clid":"ARx","referral_source_type":"post"}`,
		`{"event":"charge","timestamp":1790900000123,"message_id":"wamid.a","amount":1.5e-3,"currency":"usd","billable":"true"}`,
	} {
		f.Add([]byte(seed))
	}
	d := dialecttest.Of("flat")()
	f.Fuzz(func(t *testing.T, data []byte) {
		if items := dialecttest.CheckDecode(t, d, data); items != nil && items.Len() != 1 {
			t.Fatalf("a flat record is one item, got %+v", *items)
		}
	})
}
