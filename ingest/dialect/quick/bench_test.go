package quick_test

import (
	"testing"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/quick"
	"waudit/ingest/jsontree"
)

// The records of the benchmarks, as the Cloud API sends them.
const (
	quickStatusRecord  = `{"object":"whatsapp_business_account","entry":[{"id":"102290129307920","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"915090000002","phone_number_id":"106540352409461"},"statuses":[{"id":"wamid.HBgMOTE1MDc0Njk5NDYzFQIAERgUQjE2RjI4MzlCQzdCOTQ4MzAwMDAA","status":"delivered","timestamp":"1789439429","recipient_id":"915074699463","recipient_user_id":"IN.8103310473831763","conversation":{"id":"7a1e4f0c9b6d4a58b1f2c3d4e5f60718","origin":{"type":"utility"}},"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"utility"}}]},"field":"messages"}]}]}`
	quickInboundRecord = `{"object":"whatsapp_business_account","entry":[{"id":"102290129307920","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"915090000002","phone_number_id":"106540352409461"},"contacts":[{"profile":{"name":"Putri"},"wa_id":"915061800261","user_id":"IN.7837713544115655"}],"messages":[{"from":"915061800261","from_user_id":"IN.7837713544115655","id":"wamid.HBgMOTE1MDYxODAwMjYxFQIAEhgUQjM5RDZCQkNGMzM4NEY5NTAwMDAA","timestamp":"1789439434","type":"text","text":{"body":"Is this still available? I would like to have it in blue, and delivered before Friday."}}]},"field":"messages"}]}]}`
	quickFlatRecord    = `{"event":"request","timestamp":"2026-09-15T02:30:27Z","waba_id":"102290129307920","phone_number_id":"106540352409461","wa_id":"915074699463","user_id":"IN.8103310473831763","message_id":"wamid.HBgMOTE1MDc0Njk5NDYzFQIAERgUQjE2RjI4MzlCQzdCOTQ4MzAwMDAA","message_type":"template","template_name":"order_confirmed","template_category":"utility","template_language":"en"}`
)

func BenchmarkQuickStatus(b *testing.B)  { benchmarkQuick(b, quickStatusRecord) }
func BenchmarkQuickInbound(b *testing.B) { benchmarkQuick(b, quickInboundRecord) }
func BenchmarkQuickFlat(b *testing.B)    { benchmarkQuick(b, quickFlatRecord) }

// benchmarkQuick decodes a record the quick way, and the way of the dialects.
func benchmarkQuick(b *testing.B, record string) {
	data, dialects, items := []byte(record), dialecttest.All(), new(dialect.Items)
	b.Run("quick", func(b *testing.B) {
		q := taught(dialects, record)
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := q.Decode(data, items); !ok {
				b.Fatal("not an ordinary record")
			}
		}
	})
	b.Run("tree", func(b *testing.B) {
		var tree jsontree.Tree
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := tree.Parse(data); err != nil {
				b.Fatal(err)
			}
			if decodeAny(dialects, tree.Root(), items) < 0 {
				b.Fatal("not recognised")
			}
		}
	})
}

// decodeAny decodes a record by the first dialect that recognises it, and
// returns its index, -1 if there is none.
func decodeAny(dialects []dialect.Dialect, record jsontree.Value, items *dialect.Items) int {
	items.Reset()
	for i, d := range dialects {
		if d.Recognise(record) {
			d.Decode(record, items)
			return i
		}
	}
	return -1
}

// taught is a Reader that has learned the records.
func taught(dialects []dialect.Dialect, records ...string) *quick.Reader {
	q, items, tree := quick.New(dialects), new(dialect.Items), new(jsontree.Tree)
	for _, record := range records {
		if _, err := tree.Parse([]byte(record)); err == nil {
			q.Learn(tree.Root(), decodeAny(dialects, tree.Root(), items), items)
		}
	}
	return q
}
