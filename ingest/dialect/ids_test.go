package dialect_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

// Spreadsheets and data frames make numbers of ids.
func TestIDsThatWereMadeNumbers(t *testing.T) {
	const lost = "was made a number and has lost digits; export the column as text"
	for id, reason := range map[string]string{
		"1.23457E+15": lost, "1,2E+15": lost, "1E+15": lost, "1.0654035224e+14": lost, "1.2E15": lost,
		"wamid.E+15": "", "1.E15": "", "12E15": "", "1e15": "", "E+15": "", "1.2E+": "", "12.3E+15": "", "1.xE+15": "", "106540352242922": "", "": "",
	} {
		for name, e := range map[string]event.Event{
			"message": {Message: id}, "user": {UserID: id}, "number": {Number: id}, "account": {WABA: id},
			"conversation": {Conversation: id}, "group": {Group: id}, "participant": {Participant: id}, "line": {Line: id},
		} {
			items := &dialect.Items{Events: []event.Event{{Message: "before"}, e, {Message: "after"}}}
			items.CheckIDs()
			if reason == "" {
				dialecttest.WantItems(t, items, dialect.Items{Events: []event.Event{{Message: "before"}, e, {Message: "after"}}})
				continue
			}
			if len(items.Events) != 2 || len(items.Rejected) != 1 {
				t.Errorf("%s %s: %d events, %v", name, id, len(items.Events), items.Rejected)
				continue
			}
			items.Events = nil
			dialecttest.WantRejected(t, items, "", reason)
		}
	}
}

// What was put on ids is taken off, and what stands for none is none.
func TestIDsAreMended(t *testing.T) {
	items := &dialect.Items{Events: []event.Event{
		{WABA: "102290129340398.0", Number: "106540352242922.0", Message: "12345678.0", Conversation: "v2.0", Group: "1.0"},
		{WABA: "nan", Number: "None", Message: "null", Conversation: "undefined", UserID: "<NA>"},
		{WABA: "'102290129340398", Number: `="106540352242922"`, Message: "'m", Conversation: "'", Group: `="`},
	}}
	items.CheckIDs()
	dialecttest.WantItems(t, items, dialect.Items{Events: []event.Event{
		{WABA: "102290129340398", Number: "106540352242922", Message: "12345678", Conversation: "v2.0", Group: "1.0"},
		{},
		{WABA: "102290129340398", Number: "106540352242922", Message: "'m", Conversation: "'", Group: `="`},
	}})
	for _, id := range []string{"15550177001.0", "+15550177001.0", "'15550177001", "'+15550177001", `="15550177001"`, `="+15550177001"`} {
		if phone, other := dialect.SplitID(id); phone != "15550177001" || other != "" {
			t.Errorf("the user of %s is %q, %q", id, phone, other)
		}
	}
}
