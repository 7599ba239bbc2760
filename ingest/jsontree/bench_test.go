package jsontree

import (
	"encoding/json"
	"testing"
)

// webhook is a status webhook as Meta sends it since July 2026.
const webhook = `{"object":"whatsapp_business_account","entry":[{"id":"100000000000007","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100007","phone_number_id":"100000000000017"},"contacts":[{"wa_id":"15550177001","user_id":"US.1000000001"}],"statuses":[{"id":"wamid.HBgLMTU1NTAxNzcwMDEVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA","status":"delivered","timestamp":"1790900000","recipient_id":"15550177001","recipient_user_id":"US.1000000001","pricing":{"billable":true,"pricing_model":"PMP","category":"utility","type":"regular"}}]},"field":"messages"}]}]}`

func BenchmarkParse(b *testing.B) {
	data := []byte(webhook)
	var tree Tree
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tree.Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	var tree Tree
	if _, err := tree.Parse([]byte(webhook)); err != nil {
		b.Fatal(err)
	}
	value := tree.Root().Get("entry").First().Get("changes").First().Get("value")
	status := value.Get("statuses").First()
	b.ReportAllocs()
	for b.Loop() {
		if status.Get("pricing").Get("type").Str() != "regular" {
			b.Fatal("no pricing type")
		}
	}
}

// BenchmarkValid is the measure to compare with: the standard decoder that
// only checks the syntax.
func BenchmarkValid(b *testing.B) {
	data := []byte(webhook)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if !json.Valid(data) {
			b.Fatal("not valid")
		}
	}
}
