package cmd

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Two logs in which users go by ids, groups and messages, and of which each
// tells what the other needs to know.
const (
	earlyIDs = `{"event":"inbound","timestamp":"2026-06-01T08:00:00Z","waba_id":"1001","phone_number_id":"2001","user_id":"US.1001","message_id":"wamid.in1"}
{"event":"sent","timestamp":"2026-06-01T09:00:00Z","waba_id":"1001","phone_number_id":"2001","user_id":"US.1001","message_id":"wamid.a","template_name":"parcel"}
{"event":"delivered","timestamp":"2026-06-01T09:00:02Z","waba_id":"1001","phone_number_id":"2001","message_id":"wamid.a","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility","amount":"0.0068","currency":"USD"}
{"event":"sent","timestamp":"2026-06-01T10:00:00Z","waba_id":"1001","phone_number_id":"2001","user_id":"US.3001","message_id":"wamid.b"}
{"event":"delivered","timestamp":"2026-06-01T10:00:02Z","waba_id":"1001","message_id":"wamid.c","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"marketing"}
{"event":"delivered","timestamp":"2026-06-01T10:00:03Z","waba_id":"1001","phone_number_id":"2001","message_id":"wamid.nobody"}
{"event":"sent","timestamp":"2026-06-01T11:00:00Z","waba_id":"1001","phone_number_id":"2001","group_id":"G.9","participant_id":"15550177009","message_id":"wamid.g"}
{"event":"charge","timestamp":"2026-06-03T00:00:00Z","phone_number_id":"2001","wa_id":"15550177001","amount":"0.5","currency":"USD"}
{"object":"whatsapp_business_account","entry":[{"id":"1001","time":1780300000,"changes":[{"field":"template_category_update","value":{"message_template_id":12345,"message_template_name":"parcel","message_template_language":"en","previous_category":"MARKETING","new_category":"UTILITY"}}]}]}
`
	lateIDs = `{"event":"inbound","timestamp":"2026-07-01T08:00:00Z","waba_id":"1001","phone_number_id":"2001","wa_id":"15550177001","user_id":"US.1001","message_id":"wamid.in2"}
{"event":"sent","timestamp":"2026-07-01T09:00:00Z","waba_id":"1001","phone_number_id":"2001","wa_id":"15550177003","message_id":"wamid.c"}
{"event":"delivered","timestamp":"2026-07-02T09:00:00Z","waba_id":"1001","phone_number_id":"2001","user_id":"US.3002","message_id":"wamid.d","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"marketing"}
{"event":"delivered","timestamp":"2026-07-02T10:00:00Z","waba_id":"1001","phone_number_id":"2001","group_id":"G.9","participant_id":"15550177001","message_id":"wamid.g2"}
{"object":"whatsapp_business_account","entry":[{"id":"1001","changes":[{"field":"user_id_update","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100001","phone_number_id":"2001"},"user_id_update":[{"user_id":{"previous":"US.3001","current":"US.3002"},"timestamp":"1782900000"}]}}]}]}
{"event":"delivered","timestamp":"2026-06-01T09:00:02Z","waba_id":"1001","phone_number_id":"2001","message_id":"wamid.a","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility","amount":"0.0068","currency":"USD"}
`
)

// However the ids of users are spread over the logs, and in whatever order these
// are packed, a ledger knows who is who, and finds each by every id.
func TestLedgerIdentities(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.ndjson"), filepath.Join(dir, "b.ndjson")
	write(t, a, []string{strings.TrimSpace(earlyIDs)})
	write(t, b, []string{strings.TrimSpace(lateIDs)})
	both := packed(t, a, b)
	grown := packed(t, a)
	mustPack(t, grown, b)
	backwards := packed(t, b)
	mustPack(t, backwards, a)
	report := audited(t, a, b)
	queries := [][]string{
		{}, {"--user", "+1 555 017 7001"}, {"--user", "15550177003"}, {"--user", "US.1001"}, {"--user", "US.3001"}, {"--user", "US.3002"},
		{"--user", "G.9"}, {"--user", "15550177009"}, {"--user", "nobody"}, {"--message", "wamid.a"}, {"--message", "wamid.c"},
		{"--message", "wamid.g2"}, {"--message", "wamid.nobody"}, {"--period", "2026-07"}, {"--period", "2026-07", "--user", "15550177001"},
	}
	for name, ledger := range map[string]string{"both": both, "grown": grown, "backwards": backwards} {
		sameReport(t, name, report, audited(t, ledger))
		for _, query := range queries {
			_, want, _ := run(t, "", append(append([]string{"replay", "-q"}, query...), a, b)...)
			_, got, stderr := run(t, "", append(append([]string{"replay", "-q"}, query...), ledger)...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %v: %s\n%s", name, query, stderr, diff)
			}
		}
	}
	_, all, _ := run(t, "", "replay", "-q", both)
	if n := strings.Count(all, "\n"); n != 6 {
		t.Errorf("%d messages, want 6:\n%s", n, all)
	}
}

// What goes without a business number is of the only one that there is, until
// there is another. Phones may be written in several forms.
func TestLedgerNumbers(t *testing.T) {
	const (
		unnamed = `{"event":"inbound","timestamp":"2026-06-01T08:00:00Z","wa_id":"551187654321","message_id":"wamid.in1"}
{"event":"sent","timestamp":"2026-06-01T09:00:00Z","wa_id":"5511987654321","message_id":"wamid.a","template_category":"utility"}
{"event":"delivered","timestamp":"2026-06-01T09:00:02Z","message_id":"wamid.a","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility"}`
		first = `{"event":"sent","timestamp":"2026-06-01T12:00:00Z","phone_number_id":"2001","wa_id":"5511987654321","message_id":"wamid.b","template_category":"utility"}
{"event":"delivered","timestamp":"2026-06-01T12:00:02Z","phone_number_id":"2001","wa_id":"551187654321","message_id":"wamid.b","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility"}`
		second = `{"event":"sent","timestamp":"2026-06-02T12:00:00Z","phone_number_id":"2002","wa_id":"15550177001","message_id":"wamid.c"}`
	)
	dir := t.TempDir()
	paths := []string{filepath.Join(dir, "a.ndjson"), filepath.Join(dir, "b.ndjson"), filepath.Join(dir, "c.ndjson")}
	for i, text := range []string{unnamed, first, second} {
		write(t, paths[i], []string{text})
	}
	ledger := filepath.Join(dir, "ledger")
	for n := range paths {
		mustPack(t, ledger, paths[n])
		sameReport(t, paths[n], audited(t, paths[:n+1]...), audited(t, ledger))
		for _, query := range [][]string{nil, {"--user", "5511987654321"}, {"--user", "+55 11 8765-4321"}, {"--message", "wamid.b"}, {"--from", "2026-06-01"}} {
			_, want, _ := run(t, "", append(append([]string{"replay", "-q"}, query...), paths[:n+1]...)...)
			_, got, _ := run(t, "", append(append([]string{"replay", "-q"}, query...), ledger)...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d logs, %v:\n%s", n+1, query, diff)
			}
		}
	}
}
