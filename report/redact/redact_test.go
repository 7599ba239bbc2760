package redact_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/result"
	"waudit/report/redact"
)

func asIs(phone string) string { return phone }

// What a ledger stores is known again in reports: by the pseudonym that the id itself
// gets there.
func TestStored(t *testing.T) {
	r := redact.New([]byte("key"), func(phone string) string { return strings.TrimPrefix(phone, "00") })
	for id, country := range map[string]string{"15551230001": "1", "US.13491208655302741918": "US.", "wamid.HBgNNTUxMTk4NzY1NDMyMQ==": ""} {
		stored := r.Stored(id, country)
		if !strings.HasPrefix(stored, country+"p-") || r.Stored(stored, country) != stored {
			t.Errorf("%s is stored as %s, and that as %s", id, stored, r.Stored(stored, country))
		}
		if r.ID(stored) != r.ID(id) || r.Text("("+stored+")") != "("+r.ID(id)+")" {
			t.Errorf("%s is %s in a report, and %s if it was stored", id, r.ID(id), r.Text("("+stored+")"))
		}
	}
	if r.ID("0015551230001") != r.ID("15551230001") {
		t.Error("two forms of a phone have two pseudonyms")
	}
}

func TestText(t *testing.T) {
	r := redact.New(nil, asIs)
	r.Keep("102290129340398", "14155238886")
	p := r.ID
	coded := base64.StdEncoding.EncodeToString([]byte("x\x04\x0d5511987654321\x15"))
	for in, want := range map[string]string{
		"logs/5511987654321/a.ndjson:3":                      "logs/" + p("5511987654321") + "/a.ndjson:3",
		"logs/+55 11 98765-4321.txt":                         "logs/" + p("5511987654321") + ".txt",
		"55 11 98765-4321":                                   p("5511987654321"),
		"logs/" + coded + "/b":                               "logs/" + p(coded) + "/b",
		"user US.13491208655302741918 wrote":                 "user " + p("US.13491208655302741918") + " wrote",
		"wamid.HBgNNTUxMTk4NzY1NDMyMQ== was sent":            p("wamid.HBgNNTUxMTk4NzY1NDMyMQ==") + " was sent",
		"id5511987654321x":                                   "id" + p("5511987654321") + "x",
		"from 2026-09-30 08:49:33Z, 1,000 units":             "from 2026-09-30 08:49:33Z, 1,000 units",
		"IDR 18000000000.0000 more than one charge":          "IDR 18000000000.0000 more than one charge",
		"18000000000.0000":                                   "18000000000.0000",
		"accounts.102290129340398.currency, 14155238886":     "accounts.102290129340398.currency, 14155238886",
		"finding 1234567890123abc, p-123456789012":           "finding 1234567890123abc, p-123456789012",
		"log-20261001.ndjson.gz, log-20261001120000.json":    "log-20261001.ndjson.gz, log-20261001120000.json",
		"reads whatever-a-provider-calls-its-own/log.ndjson": "reads whatever-a-provider-calls-its-own/log.ndjson",
	} {
		if got := r.Text(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// However a phone is wrapped, no seven digits of it come out, and what came out stays.
func TestNoPhoneComesOut(t *testing.T) {
	r := redact.New([]byte("key"), asIs)
	rapid.Check(t, func(t *rapid.T) {
		phone := rapid.StringMatching(`[3-9][0-9]{8,13}`).Draw(t, "phone")
		around := rapid.StringMatching(`[g-z/ :._]{0,8}`) // with a to f it may be the id of a finding, which stays
		before, after := around.Draw(t, "before"), around.Draw(t, "after")
		wrapped := []byte(before + phone + after)
		text := before + rapid.SampledFrom([]string{
			phone, "+" + phone, base64.StdEncoding.EncodeToString(wrapped), base64.RawURLEncoding.EncodeToString(wrapped), "wamid." + base64.StdEncoding.EncodeToString(wrapped),
		}).Draw(t, "form") + after
		got := r.Text(text)
		if strings.Contains(got, phone) || strings.Contains(got, base64.RawStdEncoding.EncodeToString(wrapped)[4:min(12, len(wrapped))]) && len(wrapped) > 12 {
			t.Fatalf("%q became %q", text, got)
		}
		if again := r.Text(got); again != got {
			t.Fatalf("%q became %q", got, again)
		}
	})
}

func TestKey(t *testing.T) {
	one, same, other, none := redact.New([]byte("a"), asIs), redact.New([]byte("a"), asIs), redact.New([]byte("b"), asIs), redact.New(nil, asIs)
	const phone = "5511987654321"
	if one.ID(phone) != same.ID(phone) || one.ID(phone) == other.ID(phone) || one.ID(phone) == none.ID(phone) || none.ID("") != "" {
		t.Error(one.ID(phone), same.ID(phone), other.ID(phone), none.ID(phone))
	}
}

// A report keeps what it needs to be compared: ids of findings, accounts, numbers and
// amounts; what it names customers by goes, also in its texts.
func TestValue(t *testing.T) {
	r := redact.New(nil, asIs)
	report := result.Report{
		Run: result.Run{Inputs: []result.InputFile{{Path: "logs/15551230001.json", SHA256: strings.Repeat("12345678", 8)}}, Options: map[string]any{"tolerance": "1m0s", "strict": true}},
		Findings: []result.Finding{{
			ID: "0123456789012345", WABA: "102290129340398", Number: "106540352242922", User: "15551230001", UserID: "US.1349", Group: "group-of-ann",
			Message: "msg-1", Conversation: "conv-1", Window: &result.Window{OpenedBy: "msg-2"}, Examples: []string{"msg-3"}, Amount: &result.FindingAmount{Amounts: result.Amounts{Reported: "12345678.0000"}},
			Explanation: "msg-1 in conv-1 of group-of-ann, opened by msg-2", Evidence: []result.Evidence{{What: "user message msg-2", Path: "15551230001.json"}},
		}},
	}
	r.Value(&report)
	f := &report.Findings[0]
	p := r.ID
	if f.ID != "0123456789012345" || f.WABA != "102290129340398" || f.Number != "106540352242922" || f.Amount.Reported != "12345678.0000" || report.Run.Inputs[0].SHA256 != strings.Repeat("12345678", 8) {
		t.Errorf("%+v", report)
	}
	if f.User != p("15551230001") || f.UserID != p("US.1349") || f.Group != p("group-of-ann") || f.Message != p("msg-1") || f.Conversation != p("conv-1") ||
		f.Window.OpenedBy != p("msg-2") || f.Examples[0] != p("msg-3") {
		t.Errorf("%+v", f)
	}
	if f.Explanation != p("msg-1")+" in "+p("conv-1")+" of "+p("group-of-ann")+", opened by "+p("msg-2") || f.Evidence[0].What != "user message "+p("msg-2") {
		t.Errorf("%q, %q", f.Explanation, f.Evidence[0].What)
	}
	if f.Evidence[0].Path != p("15551230001")+".json" || report.Run.Inputs[0].Path != "logs/"+p("15551230001")+".json" {
		t.Errorf("%q", f.Evidence[0].Path)
	}
}

// What an explanation names anywhere, or was asked for, goes from all of its texts; the
// business' own ids stay, and what is a pseudonym already.
func TestWhole(t *testing.T) {
	r := redact.New(nil, asIs)
	p := r.ID
	e := result.Explanation{
		Asked:     result.Asked{By: "user", Value: "Ann of Main Street"},
		Answer:    []string{"msg-1 to " + p("15551230001") + " of 106540352242922 is free."},
		Customers: []result.Explained{{WABA: "102290129340398", Number: "106540352242922", User: p("15551230001"), Contacts: []result.Contact{{Message: "msg-1"}}}},
	}
	r.KeepOwn(&e)
	r.Whole(&e, e.Asked.Value)
	if e.Asked.Value != p("Ann of Main Street") || e.Answer[0] != p("msg-1")+" to "+p("15551230001")+" of 106540352242922 is free." ||
		e.Customers[0].User != p("15551230001") || e.Customers[0].Contacts[0].Message != p("msg-1") || e.Customers[0].Number != "106540352242922" {
		t.Errorf("%+v", e)
	}
}
