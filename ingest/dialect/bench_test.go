package dialect

import (
	"testing"

	"waudit/ingest/jsontree"
)

// webhook is a status webhook as Meta sends it since July 2026.
const webhook = `{"object":"whatsapp_business_account","entry":[{"id":"100000000000007","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100007","phone_number_id":"100000000000017"},"contacts":[{"wa_id":"15550177001","user_id":"US.1000000001"}],"statuses":[{"id":"wamid.HBgLMTU1NTAxNzcwMDEVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA","status":"delivered","timestamp":"1790900000","recipient_id":"15550177001","recipient_user_id":"US.1000000001","pricing":{"billable":true,"pricing_model":"PMP","category":"utility","type":"regular"}}]},"field":"messages"}]}]}`

const flatRecord = `{"event":"delivered","timestamp":1790900000,"waba_id":"100000000000007","phone_number_id":"100000000000017","wa_id":"15550177001","message_id":"wamid.b","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility"}`

func benchmarkDecode(b *testing.B, d Dialect, record string) {
	data := []byte(record)
	var tree jsontree.Tree
	var items Items
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tree.Parse(data); err != nil {
			b.Fatal(err)
		}
		items.Reset()
		if d.Recognise(tree.Root()) {
			d.Decode(tree.Root(), &items)
		}
	}
	if len(items.Events) != 1 {
		b.Fatalf("%+v", items)
	}
}

// The benchmarks parse, recognise and decode.
func BenchmarkMeta(b *testing.B) { benchmarkDecode(b, newOf[metaCloud](), webhook) }
func BenchmarkFlat(b *testing.B) { benchmarkDecode(b, newOf[flat](), flatRecord) }

func TestDecodeReusesMemory(t *testing.T) {
	for _, c := range []struct {
		dialect Dialect
		record  string
	}{{newOf[metaCloud](), webhook}, {newOf[flat](), flatRecord}} {
		var tree jsontree.Tree
		var items Items
		if _, err := tree.Parse([]byte(c.record)); err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() {
			items.Reset()
			c.dialect.Decode(tree.Root(), &items)
		}); n != 0 {
			t.Errorf("%s: %v allocations per record, want none", c.dialect.Name(), n)
		}
	}
}
