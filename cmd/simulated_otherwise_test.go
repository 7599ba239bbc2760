package cmd

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/result"
)

// known is a line of savings-truth.ndjson, without its order of messages.
type known struct {
	Check    string
	Certain  bool
	Saved    []result.Money
	Messages []string
}

// TestSimulatedOtherwise holds savings, whatif and the judgement of Messenger and Instagram
// to a simulator that bills the traffic again by its own reading of the rules: without one
// habit after the other, and under other rules and rates.
func TestSimulatedOtherwise(t *testing.T) {
	for _, tt := range []struct {
		from  string
		flags []string
		as    string   // day of other rules and rates
		finds []string // habits
	}{
		{"2023-08-01", []string{"--currency", "EUR,INR", "--contract", "made-up", "--days", "40"}, "", []string{"WA603", "WA603 perhaps"}},
		{"2025-08-01", []string{"--days", "40"}, "2026-10-01", []string{
			"WA601", "WA601 perhaps", "WA602", "WA603", "WA603 perhaps", "WA604", "WA604 perhaps", "WA605 perhaps", "WA608 perhaps", "WA609", "WA610 perhaps", "WA611 perhaps",
		}},
		{"2026-10-01", []string{"--days", "45"}, "2025-08-01", []string{
			"WA602", "WA603", "WA603 perhaps", "WA604", "WA604 perhaps", "WA605 perhaps", "WA606 perhaps", "WA607", "WA608 perhaps", "WA609", "WA610 perhaps", "WA611 perhaps",
		}},
	} {
		if testing.Short() && tt.from != "2025-08-01" {
			continue
		}
		t.Run(tt.from, func(t *testing.T) {
			t.Parallel()
			if tt.as != "" {
				tt.flags = append(tt.flags, "--what-if", "rules="+tt.as, "--what-if", "rates="+tt.as)
			}
			dir, truth := simulated(t, tt.from, 1, 1200, append(tt.flags, "--avoidable", "2", "--channels", "40")...)
			var r result.Savings
			auditJSON(t, &r, "savings", "-q", "-f", "json", "--examples", "100000", dir)
			if found := wantSaved(t, dir, &r); !slices.Equal(found, tt.finds) {
				t.Errorf("the habits are %q, want %q", found, tt.finds)
			}
			report := audited(t, dir)
			reportSound(t, report, truth)
			wantAgainst(t, report, truth)
			if tt.as != "" {
				wantOtherwise(t, dir, 0, "--rules", tt.as, "--rates", tt.as)
			}
		})
	}
}

// wantSaved holds what is saved to the truth, message by message, and returns the habits.
func wantSaved(t *testing.T, dir string, r *result.Savings) []string {
	t.Helper()
	want, got := map[string]known{}, map[string]known{}
	put := func(to map[string]known, k known) {
		name := k.Check
		if !k.Certain {
			name += " perhaps"
		}
		slices.Sort(k.Messages)
		to[name] = k
	}
	for _, line := range lines(t, filepath.Join(dir, "savings-truth.ndjson")) {
		var k known
		if err := json.Unmarshal([]byte(line), &k); err != nil {
			t.Fatal(err)
		}
		put(want, k)
	}
	for _, h := range r.Habits {
		k := known{h.Check, h.Certain, h.Saved, nil}
		for _, e := range h.Examples {
			k.Messages = append(k.Messages, e.Message)
		}
		put(got, k)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what could have been saved is not as the simulator counts it:\n%s", diff)
	}
	return slices.Sorted(maps.Keys(want))
}

// wantAgainst fails unless the messages of Messenger and Instagram that are against the
// rules are found, each day's in one finding, and no others.
func wantAgainst(t *testing.T, r *result.Report, truth map[string][]string) {
	t.Helper()
	hidden, found := map[string]int{}, map[string]int{}
	for _, checks := range truth {
		for _, check := range checks {
			if isOfChannels(check) {
				hidden[check]++
			}
		}
	}
	for _, f := range r.Findings {
		if !isOfChannels(f.Check) {
			continue
		}
		found[f.Check] += int(f.Count)
		for _, id := range f.Examples {
			if !slices.Contains(truth[id], f.Check) {
				t.Errorf("%s accuses %s, which is sound", f.Check, id)
			}
		}
	}
	if len(hidden) != 2 || !maps.Equal(hidden, found) {
		t.Errorf("against the rules are %v, want %v", found, hidden)
	}
}

func isOfChannels(check string) bool { return check == "WA503" || check == "WA504" }

// wantOtherwise holds what the log would have cost to what the simulator says; perhaps is
// of how many messages that is not certain then.
func wantOtherwise(t *testing.T, dir string, perhaps int64, flags ...string) {
	t.Helper()
	var what result.WhatIf
	auditJSON(t, &what, append([]string{"whatif", "-q", "-f", "json", dir}, flags...)...)
	var got []string
	uncertain := int64(0)
	for _, s := range what.Sums {
		got = append(got, fmt.Sprintf(`{"schema":"waudit.whatif-truth/v1","currency":%q,"before":%q,"after":%q}`, s.Currency, s.Before.Amount, s.After.Amount))
		uncertain += s.Before.Uncertain + s.After.Uncertain
		if s.Before.Amount == s.After.Amount {
			t.Errorf("%v: nothing differs: %+v", flags, s)
		}
	}
	if want := lines(t, filepath.Join(dir, "whatif-truth.ndjson")); !slices.Equal(got, want) || uncertain != perhaps {
		t.Errorf("%v: %s, and %d messages are uncertain; want %s, and %d", flags, got, uncertain, want, perhaps)
	}
}

// TestSimulatedAssumptions: what each assumption of whatif comes to by itself, and some
// together.
func TestSimulatedAssumptions(t *testing.T) {
	const first, second = "106540352200003", "106540352304732"
	card := filepath.Join("..", "audit", "rate", "data", "meta.csv")
	for _, tt := range []struct {
		from    string
		assumed []string
		perhaps int64 // messages after a click: that it opens free entry is not proven
		flags   []string
	}{
		{"2025-08-01", []string{"template=weekend_offer=utility"}, 0, nil},
		{"2025-08-01", []string{"rates=2026-10-01"}, 0, nil},
		{"2025-08-01", []string{"rates=" + card}, 0, []string{"--contract", "made-up", "--currency", "USD"}},
		{"2025-08-01", []string{"rules=2024-08-01"}, 0, nil},
		{"2024-08-01", []string{"rules=2025-08-01", "rates=2025-08-01"}, 0, nil},
		{"2026-10-01", []string{"move-number=" + first + "=" + second}, 0, nil},
		{"2025-08-01", []string{"dedupe=10m"}, 0, nil},
		{"2025-08-01", []string{"reply-within=24h"}, 2, nil},
		{"2026-10-01", []string{"dedupe=30h", "reply-within=23h", "rules=2025-08-01"}, 2, nil},
	} {
		t.Run(tt.from+" "+strings.Join(tt.assumed, " "), func(t *testing.T) {
			t.Parallel()
			simulate, flags := tt.flags, []string(nil)
			for _, text := range tt.assumed {
				name, value, _ := strings.Cut(text, "=")
				simulate, flags = append(simulate, "--what-if", text), append(flags, "--"+name, value)
			}
			dir, _ := simulated(t, tt.from, 1, 500, append(simulate, "--avoidable", "1", "--errors", "0")...)
			wantOtherwise(t, dir, tt.perhaps, flags...)
		})
	}
}
