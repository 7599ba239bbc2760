package table_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/jsontree"
	"waudit/ingest/table"
)

// draftOf is the draft of a mapping for these records.
func draftOf(t testing.TB, records ...string) string {
	t.Helper()
	sample := table.NewSample(provider.All())
	sample.Want(100, nil)
	var tree jsontree.Tree
	var items dialect.Items
	for _, record := range records {
		if _, err := tree.Parse([]byte(record)); err != nil {
			t.Fatal(err)
		}
		if d := sample.Dialect(); d.Recognise(tree.Root()) {
			d.Decode(tree.Root(), &items)
		}
	}
	var out strings.Builder
	if err := sample.WriteDraft(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A draft whose guesses suffice is a mapping that reads the log.
func TestDraftReads(t *testing.T) {
	sent := mappedEvent(nil)
	for _, tt := range []struct {
		name, record string
		want         []event.Event
	}{
		{"other names", `{"msg_id":"m1","phone":"+15550177001","state":"sent","ts":1790900000}`, []event.Event{sent}},
		{"in Spanish", `{"ID Mensaje":"m1","Teléfono":"15550177001","Estado":"Enviado","Fecha":"2026-10-02T00:13:20Z","Precio":"-0,05"}`,
			[]event.Event{mappedEvent(func(e *event.Event) { e.HasAmount, e.Amount = true, 50_000_000 })}},
		{"by the values", `{"a":"wamid.m1","b":"15550177001","c":"SENT","d":"1790900000"}`,
			[]event.Event{mappedEvent(func(e *event.Event) { e.Message = "wamid.m1" })}},
		{"times of their own", `{"msg_id":"m1","phone":"15550177001","sent_on":1790900000,"delivered_on":1790900000}`,
			[]event.Event{sent, mappedEvent(func(e *event.Event) { e.Kind = event.Delivered })}},
		{"a list", `{"batch":"9","events":[{"msg":{"msg_id":"m1"},"phone":"15550177001","state":"sent","ts":1790900000}]}`, []event.Event{sent}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := draftOf(t, tt.record)
			got := decodeMapped(t, text, tt.record)
			dialecttest.WantItems(t, got, dialect.Items{Events: tt.want})
			if t.Failed() {
				t.Log(text)
			}
		})
	}
}

// What is not sure is left to the reader, and no phone is shown.
func TestDraftAsks(t *testing.T) {
	got := draftOf(t,
		`{"id":"m1","phone":"+15550177001","state":"Enviado","when":"03/04/2026 10:00:00","wamid":"wamid.HBgLMTU1NQ=="}`,
		`{"id":"m2","phone":"+15550177002","state":"Clic","when":"05/04/2026 10:00:00"}`, dialecttest.FlatRecord)
	for _, want := range []string{
		"made of 2 records", "# 1 further records need no mapping",
		"# FILL IN: the times have no zone", "# zone: America/Sao_Paulo",
		"Enviado: sent", `# FILL IN: what these mean`, `# Clic: ignore`,
		"# FILL IN: the values fit several forms", `# time: "02/01/2006 15:04:05"`, `# time: "01/02/2006 15:04:05"`,
		"message_id: wamid # by its name", "# FILL IN: waba_id is not found. It decides the account",
		"#   phone  +15…01", "#   wamid  wamid.…",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(got, "0177001") || strings.Contains(got, "HBgL") {
		t.Error("a phone is shown")
	}
	if t.Failed() {
		t.Log(got)
	}
}

// Of a long log only so many records are looked at.
func TestDraftOfSome(t *testing.T) {
	sample, full := table.NewSample(provider.All()), 0
	sample.Want(2, func() { full++ })
	for i := range 5 {
		dialecttest.Decode(t, sample.Dialect(), `{"only `+string(rune('a'+i))+`":1}`)
	}
	var out strings.Builder
	if err := sample.WriteDraft(&out); err != nil || full != 4 || !strings.Contains(out.String(), "only b") || strings.Contains(out.String(), "only c") {
		t.Errorf("%v, full %d times, %s", err, full, out.String())
	}
}

// Whatever the records are, the draft is a mapping.
func TestDraftIsMapping(t *testing.T) {
	keys := rapid.OneOf(rapid.SampledFrom([]string{"id", "estado", "fecha", "sent_at", "read at", "price", "a.b", "x[0]", "- y: z", "#", "items"}), rapid.String())
	values := rapid.OneOf(rapid.SampledFrom([]any{"Enviado", "Clic #1: \"x\"", "01/02/2026 10:00", 46297.5, "1,5", -3, true, nil, "15550177001", []any{1, "a"}}), rapid.Map(rapid.String(), func(s string) any { return s }))
	rapid.Check(t, func(t *rapid.T) {
		object := rapid.MapOfN(keys, values, 0, 6)
		record := map[string]any{}
		for k, v := range object.Draw(t, "record") {
			record[k] = v
		}
		record[keys.Draw(t, "list")] = []any{object.Draw(t, "item"), object.Draw(t, "item")}
		record[keys.Draw(t, "group")] = object.Draw(t, "members")
		text, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		sample, tree, items := table.NewSample(provider.All()), new(jsontree.Tree), new(dialect.Items)
		sample.Want(10, nil)
		if _, err := tree.Parse(text); err != nil {
			t.Fatal(err)
		}
		sample.Dialect().Decode(tree.Root(), items)
		var out strings.Builder
		if err := sample.WriteDraft(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := table.Parse("draft.yaml", []byte(out.String()), provider.All()); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
	})
}
