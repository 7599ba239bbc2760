package simulate

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func date(t *testing.T, day string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func simulate(t *testing.T, o Options) Summary {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	sum, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// flatLog reads a log of the flat dialect, each record once.
func flatLog(t *testing.T, path string) []flatRecord {
	t.Helper()
	seen := map[string]bool{}
	var records []flatRecord
	lines := bufio.NewScanner(bytes.NewReader(read(t, path)))
	for lines.Scan() {
		if seen[lines.Text()] {
			continue
		}
		seen[lines.Text()] = true
		var r flatRecord
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}

func truthOf(t *testing.T, path string) map[string]string {
	t.Helper()
	truth := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(read(t, path)))
	for lines.Scan() {
		var s secret
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		if truth[s.Message] != "" {
			t.Errorf("%s carries two errors", s.Message)
		}
		truth[s.Message] = s.Check
	}
	return truth
}

// eras are runs that together cross every change of the rules, and the
// errors that fit them.
func eras() []struct {
	from   string
	days   int
	checks string
} {
	return []struct {
		from   string
		days   int
		checks string
	}{
		{"2022-02-01", 40, "WA102 WA107 WA108 WA109 WA402 WA406"},
		{"2023-02-15", 75, "WA102 WA104 WA107 WA108 WA109 WA301 WA402 WA406"},
		{"2023-05-15", 40, "WA101 WA102 WA104 WA107 WA108 WA109 WA201 WA301 WA402 WA406"},
		{"2024-10-10", 50, "WA101 WA102 WA104 WA106 WA107 WA108 WA109 WA201 WA301 WA402 WA406"},
		{"2025-06-15", 40, "WA101 WA103 WA104 WA105 WA106 WA108 WA109 WA201 WA202 WA203 WA301 WA302 WA402 WA406"},
		{"2025-09-20", 40, "WA104 WA105 WA106 WA108 WA109 WA201 WA202 WA203 WA301 WA302 WA402"},
		{"2026-09-15", 40, "WA104 WA105 WA106 WA107 WA108 WA109 WA110 WA111 WA201 WA202 WA203 WA301 WA302 WA402"},
		{"2026-12-20", 30, "WA104 WA107 WA108 WA109 WA110 WA111 WA201 WA202 WA203 WA301 WA402"},
	}
}

func TestEachEraHidesItsErrors(t *testing.T) {
	for _, era := range eras() {
		t.Run(era.from, func(t *testing.T) {
			sum := simulate(t, Options{Seed: 7, Messages: 6000, From: date(t, era.from), Days: era.days, ErrorShare: 0.01})
			var checks []string
			hidden := 0
			for _, e := range sum.Errors {
				checks = append(checks, e.Name)
				hidden += e.Count
			}
			if got := strings.Join(checks, " "); got != era.checks {
				t.Errorf("hides %s\n want %s", got, era.checks)
			}
			truth := truthOf(t, sum.Truth)
			if len(truth) != hidden || hidden < sum.Delivered/100 {
				t.Errorf("truth has %d lines, the summary %d errors, of %d messages", len(truth), hidden, sum.Delivered)
			}
			requests := requestsOf(t, sum.Log)
			for id := range truth {
				if !requests[id] {
					t.Errorf("no send request of %s", id)
				}
			}
			if sum.Messages < 6000 || sum.Messages > 6300 {
				t.Errorf("%d messages, want about 6000", sum.Messages)
			}
		})
	}
}

// requestsOf returns the ids of the messages in the send log.
func requestsOf(t *testing.T, path string) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for line := range bytes.Lines(read(t, path)) {
		var r flatRecord
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		if r.Event == evRequest {
			ids[r.Message] = true
		}
	}
	return ids
}

// TestSoundStatements holds every statement that is no hidden error against
// the invariants of the webhooks.
func TestSoundStatements(t *testing.T) {
	for _, era := range eras() {
		t.Run(era.from, func(t *testing.T) {
			sum := simulate(t, Options{
				Seed: 11, Messages: 4000, From: date(t, era.from), Days: era.days, ErrorShare: 0.01,
				Checks: []string{"WA108", "WA110", "WA202", "WA203", "WA301"}, Dialect: Flat,
			})
			truth := truthOf(t, sum.Truth)
			spans := map[string]*[2]string{}
			for _, r := range flatLog(t, sum.Log) {
				if r.Event != evDelivered || truth[r.Message] != "" {
					continue
				}
				if why := unsound(&r); why != "" {
					t.Errorf("%s: %s", r.Message, why)
				}
				if r.Model == modelConversation {
					spans[r.Conversation] = span(spans[r.Conversation], r.Timestamp)
				}
			}
			for id, s := range spans {
				if seconds(t, s[1][:19])-seconds(t, s[0][:19]) >= freeEntry72 {
					t.Errorf("conversation %s lasts from %s to %s", id, s[0], s[1])
				}
			}
		})
	}
}

// unsound says which invariant a delivered status breaks, "" for none.
func unsound(r *flatRecord) string {
	free := []string{typeFreeService, typeFreeEntry, typeFreeGroup}
	switch {
	case r.Billable == nil:
		return "delivered without a price"
	case r.Model == modelConversation:
		if r.Pricing != "" || *r.Billable != (r.Category != referralConversion) || r.Conversation == "" {
			return "no sound conversation"
		}
	case *r.Billable != (r.Pricing == typeRegular), !*r.Billable && !slices.Contains(free, r.Pricing):
		return "type and billable contradict each other"
	case r.Pricing == typeFreeService && (r.Category == marketing || r.Category == authentication):
		return r.Category + " is free by the service window"
	case r.Pricing == typeFreeService && r.Category == utility && r.Timestamp >= "2026-10-02":
		return "utility is free after 2026-10-01"
	case r.Pricing == typeRegular && r.Category == service && r.Timestamp < "2026-09-30":
		return "service is charged before 2026-10-01"
	}
	return ""
}

func span(s *[2]string, at string) *[2]string {
	if s == nil {
		return &[2]string{at, at}
	}
	s[0], s[1] = min(s[0], at), max(s[1], at)
	return s
}

func TestSameSeedSameBytes(t *testing.T) {
	o := Options{Seed: 3, Messages: 2000, From: date(t, "2026-09-15"), ErrorShare: 0.005}
	first := simulate(t, o)
	furthest := int64(0) // watching it changes nothing
	o.Progress = func(done, total int64) {
		if furthest = max(furthest, done); total != int64(o.Messages) {
			t.Errorf("%d of %d messages", done, total)
		}
	}
	second := simulate(t, o)
	if furthest == 0 {
		t.Error("no progress was told")
	}
	o.Seed, o.Progress = 4, nil
	other := simulate(t, o)
	for _, file := range []func(Summary) string{
		func(s Summary) string { return s.Log },
		func(s Summary) string { return s.Config },
		func(s Summary) string { return s.Truth },
	} {
		if !bytes.Equal(read(t, file(first)), read(t, file(second))) {
			t.Errorf("%s differs between two runs", filepath.Base(file(first)))
		}
	}
	if bytes.Equal(read(t, first.Log), read(t, other.Log)) {
		t.Error("another seed gives the same log")
	}
}

// statusKey names a status, and what it says about the price.
type statusKey struct {
	id, status, at, member        string
	conversation, origin, expires string
	billable                      bool
	model, kind, category         string
}

// TestDialectsTellTheSame compares the statuses of a log of webhooks, an array
// and compressed, with those of flat records.
func TestDialectsTellTheSame(t *testing.T) {
	o := Options{Seed: 5, Messages: 1500, From: date(t, "2025-09-25"), Days: 20, ErrorShare: 0.01}
	o.Dialect = Flat
	flat := map[statusKey]bool{}
	for _, r := range flatLog(t, simulate(t, o).Log) {
		if !slices.Contains([]string{evSent, evDelivered, evRead, evFailed}, r.Event) {
			continue
		}
		key := statusKey{
			id: r.Message, status: r.Event, at: unixText(seconds(t, r.Timestamp[:19])), member: r.Participant,
			conversation: r.Conversation, origin: r.Origin, model: r.Model, kind: r.Pricing, category: r.Category,
		}
		if r.Expires != "" {
			key.expires = unixText(seconds(t, r.Expires[:19]))
		}
		key.billable = r.Billable != nil && *r.Billable
		flat[key] = true
	}
	o.Dialect, o.Container, o.Gzip = MetaCloud, JSON, true
	sum := simulate(t, o)
	if meta := metaLog(t, sum); !maps.Equal(flat, meta) {
		t.Errorf("%d statuses in flat records, %d in webhooks, or they differ", len(flat), len(meta))
	}
}

func metaLog(t *testing.T, sum Summary) map[statusKey]bool {
	t.Helper()
	packed, err := gzip.NewReader(bytes.NewReader(read(t, sum.Log)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	var bodies []struct {
		Entry []struct {
			Changes []struct {
				Value struct{ Statuses []metaStatus }
			}
		}
	}
	if err := json.Unmarshal(text, &bodies); err != nil {
		t.Fatal(err)
	}
	if int64(len(bodies)) != sum.Records {
		t.Errorf("%d records, the summary says %d", len(bodies), sum.Records)
	}
	statuses := map[statusKey]bool{}
	for _, body := range bodies {
		for _, entry := range body.Entry {
			for _, s := range entry.Changes[0].Value.Statuses {
				statuses[keyOf(s)] = true
			}
		}
	}
	return statuses
}

func keyOf(s metaStatus) statusKey {
	key := statusKey{id: s.ID, status: s.Status, at: s.Timestamp, member: s.Participant}
	if c := s.Conversation; c != nil {
		key.conversation, key.origin, key.expires = c.ID, c.Origin["type"], c.Expires
	}
	if p := s.Pricing; p != nil {
		key.billable, key.model, key.kind, key.category = p.Billable, p.Model, p.Type, p.Category
	}
	return key
}

func TestConfigNamesTheFreeUnits(t *testing.T) {
	sum := simulate(t, Options{Seed: 1, Messages: 3000, From: date(t, "2026-09-15")})
	config := string(read(t, sum.Config))
	for _, want := range []string{
		"complete_from: 2026-09-15T03:00:00Z", "timezone: Asia/Kolkata", `free_used: {"2026-10": `,
		"name: points_balance, category: marketing, from: 2026-",
	} {
		if !strings.Contains(config, want) {
			t.Errorf("the configuration lacks %q:\n%s", want, config)
		}
	}
	if len(sum.Errors) != 0 || len(read(t, sum.Truth)) != 0 {
		t.Error("errors are hidden though none were asked for")
	}
}

func TestAskedForWithoutPlaceCountsZero(t *testing.T) {
	sum := simulate(t, Options{
		Seed: 1, Messages: 500, From: date(t, "2022-03-01"), ErrorShare: 0.01, Checks: []string{"WA105", "WA108"},
	})
	if len(sum.Errors) != 2 || sum.Errors[0] != (ErrorCount{"WA105", 0}) || sum.Errors[1].Count == 0 {
		t.Errorf("errors: %v", sum.Errors)
	}
}

func TestInterruptedRunLeavesNoLog(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	_, err := Run(ctx, Options{Messages: 1000, From: date(t, "2025-01-01"), Dir: dir})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestValidate(t *testing.T) {
	good := Options{Messages: 1, From: date(t, "2026-12-31"), Dir: "x"}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	bad := Options{
		From: date(t, "2021-12-31"), Days: -1, ErrorShare: 0.5, Accounts: -1, Duplicate: 2,
		Dialect: "meta", Container: "csv", Checks: []string{"WA999"},
	}
	err := bad.Validate()
	if err == nil {
		t.Fatal("no option was refused")
	}
	for _, option := range []string{
		"messages", "from", "days", "error share", "accounts", "duplicate share", "dialect", "container", "dir", "checks",
	} {
		if !strings.Contains(err.Error(), option+": ") {
			t.Errorf("%s is not refused: %v", option, err)
		}
	}
}
