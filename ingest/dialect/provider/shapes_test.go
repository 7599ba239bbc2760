package provider_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// TestShapes runs over payloads of many shapes: no dialect may fall over any of them, and
// no status or inbound message that is whole may be lost. They are those seen in the wild
// in the file that WAUDIT_SHAPES names, a file of lines {"shape", "about", "payload"}, and
// without it some of the demo log's.
func TestShapes(t *testing.T) {
	whole := 0
	for _, s := range shapes(t) {
		t.Run(s.Shape, func(t *testing.T) { whole += checkShape(t, s.About, s.Payload) })
	}
	if whole == 0 {
		t.Error("there is no whole status or inbound message in them")
	}
}

type shape struct {
	Shape, About string
	Payload      json.RawMessage
}

func shapes(t *testing.T) (all []shape) {
	t.Helper()
	name := os.Getenv("WAUDIT_SHAPES")
	if name == "" {
		return demoShapes(t)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var s shape
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// demoShapes are one in so many records of the demo log.
func demoShapes(t *testing.T) (all []shape) {
	t.Helper()
	const every = 25
	file, err := os.Open("../../../testdata/demo/log.ndjson.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	log, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(log)
	for n := 1; lines.Scan(); n++ {
		if n%every == 0 {
			all = append(all, shape{strconv.Itoa(n), "record of the demo log", bytes.Clone(lines.Bytes())})
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func checkShape(t *testing.T, about string, payload []byte) (whole int) {
	for _, dialect := range provider.All() {
		dialecttest.CheckDecode(t, dialect(), payload)
	}
	items, _ := dialecttest.DecodeWrapped(t, string(payload))
	t.Logf("%s: %d events, %d changes, ignored %q, rejected %v, unknown %v",
		about, len(items.Events), len(items.Changes), items.Ignored, items.Rejected, items.Unknown)
	events := map[string]int{}
	for _, e := range items.Events {
		events[eventKey(e.Kind, e.Message, e.Time)]++
	}
	var record any
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	if err := decoder.Decode(&record); err != nil {
		t.Fatal(err)
	}
	for _, key := range wholeItems(record, "", "") {
		whole++
		if events[key]--; events[key] < 0 {
			t.Errorf("%s is no event", key)
		}
	}
	return whole
}

func eventKey(kind event.Kind, id string, at int64) string {
	return kind.String() + " " + id + " " + strconv.FormatInt(at, 10)
}

// wholeItems walks the record as the standard decoder reads it, and returns the
// keys of all statuses and inbound messages that have all they need. The list
// is the name of the array that holds v, own the number of the business.
func wholeItems(v any, list, own string) (found []string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			found = append(found, wholeItems(e, list, own)...)
		}
	case map[string]any:
		if v["id"] == "0" || v["field"] == "history" {
			return nil
		}
		if key := wholeItem(v, list, own); key != "" {
			found = append(found, key)
		}
		if _, ok := v["metadata"]; ok {
			own = ownNumber(v)
		}
		for name, member := range v {
			found = append(found, wholeItems(member, name, own)...)
		}
	}
	return found
}

// ownNumber is the business number of a value, "" if it is its contact's too.
func ownNumber(value map[string]any) string {
	metadata, _ := value["metadata"].(map[string]any)
	own, _ := metadata["display_phone_number"].(string)
	contacts, _ := value["contacts"].([]any)
	for _, c := range contacts {
		if c, ok := c.(map[string]any); ok && c["wa_id"] == own {
			return ""
		}
	}
	return own
}

func wholeItem(v map[string]any, list, own string) string {
	at, fault := dialect.ReadTime(valueOf(v["timestamp"]))
	id, _ := v["id"].(string)
	if fault != notation.TimeGood || id == "" {
		return ""
	}
	switch list {
	case "statuses":
		if !hasAny(v, "recipient_id", "recipient_user_id", "recipient_parent_user_id", "parent_recipient_user_id") || v["type"] == "call" {
			return ""
		}
		if wamid, ok := v["meta_msg_id"].(string); ok {
			id = wamid
		}
		status, _ := v["status"].(string)
		switch kind := event.KindOf(status); kind {
		case event.Sent, event.Delivered, event.Read, event.Failed:
			return eventKey(kind, id, at)
		}
	case "messages":
		if hasAny(v, "from", "from_user_id") && (own == "" || v["from"] != own) {
			return eventKey(event.Inbound, id, at)
		}
	}
	return ""
}

func hasAny(v map[string]any, keys ...string) bool {
	for _, key := range keys {
		if s, ok := v[key].(string); ok && s != "" {
			return true
		}
	}
	return false
}

// valueOf is what the standard decoder read, as a value of ours.
func valueOf(v any) jsontree.Value {
	text, err := json.Marshal(v)
	if err != nil {
		return jsontree.Value{}
	}
	var tree jsontree.Tree
	_, _ = tree.Parse(text)
	return tree.Root()
}
