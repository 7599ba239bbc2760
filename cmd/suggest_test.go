package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/event"
)

// TestSuggestionChangesNothing: the configuration that is suggested for a log
// loads as it stands, and the audit with it is the audit without, in every era.
func TestSuggestionChangesNothing(t *testing.T) {
	for _, from := range []string{"2022-03-01", "2023-03-20", "2024-10-15", "2026-09-15"} {
		t.Run(from, func(t *testing.T) {
			dir, _ := simulated(t, from, 1, 600)
			log, none := filepath.Join(dir, "log.ndjson"), filepath.Join(t.TempDir(), "none.yaml")
			if err := os.WriteFile(none, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			suggested := filepath.Join(dir, "suggested.yaml")
			if code, _, stderr := run(t, "", "inspect", "--suggest-config", "-c", none, "-o", suggested, log); code != exitClean {
				t.Fatalf("inspect: exit %d: %s", code, stderr)
			}
			_, without, _ := run(t, "", "audit", "-f", "json", "-c", none, log)
			_, with, stderr := run(t, "", "audit", "-f", "json", "-c", suggested, log)
			if diff := cmp.Diff(without, with); diff != "" {
				t.Errorf("%s\n%s", stderr, diff)
			}
		})
	}
}

// TestSuggestionLoads: whatever a log calls its accounts, what is suggested
// loads, with each account that can be named.
func TestSuggestionLoads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "waudit.yaml")
	rapid.Check(t, func(t *rapid.T) {
		found := newSuggestion()
		id := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-c]`))
		for range rapid.IntRange(0, 5).Draw(t, "pairs") {
			e := event.Event{
				Kind: event.Sent, Time: 1680307200_000, WABA: id.Draw(t, "waba"), Category: "authentication",
				HasAmount: true, Currency: id.Draw(t, "currency"),
			}
			found.see(&audit.Pair{Number: id.Draw(t, "number"), Events: []event.Event{e}}, id.Draw(t, "country"))
		}
		for _, a := range found.accounts {
			a.stakes["templates"], a.months["2023-04"] = 1, 2
			for _, n := range a.numbers {
				n.months["2026-10"] = rapid.Int64Range(0, 1).Draw(t, "stake")
			}
		}
		if err := os.WriteFile(path, []byte(found.yaml()), 0o600); err != nil {
			t.Fatal(err)
		}
		config, err := readConfig(path)
		if err != nil {
			t.Fatalf("%v\n%s", err, found.yaml())
		}
		if _, err := account.Build(config.Accounts); err != nil {
			t.Error(err)
		}
		if len(config.Accounts) != len(found.ordered()) {
			t.Errorf("%d accounts, want %d:\n%s", len(config.Accounts), len(found.ordered()), found.yaml())
		}
	})
}

// TestSuggestedFactsAreFacts: a commented fact is a key of an account, with a
// value that loads, or one that is an error until it is filled in.
func TestSuggestedFactsAreFacts(t *testing.T) {
	found := newSuggestion()
	e := event.Event{Kind: event.Sent, Time: 1680307200_000, WABA: "1", Category: "authentication"}
	found.see(&audit.Pair{Number: "2", User: "5511987654321", Events: []event.Event{e}}, "BR")
	e.WABA, e.Time = "0", e.Time-1
	found.see(&audit.Pair{Number: "2", Events: []event.Event{e}}, "")
	a := found.account("1")
	a.ai = true
	a.stakes["assume_sent_within"], a.months["2023-04"] = 1, 1
	a.hours = [24]int64{15: 1}

	text := regexp.MustCompile(`(?m)^( +)# ([a-z_]+: )`).ReplaceAllString(found.yaml(), "$1$2")
	text = strings.ReplaceAll(text, "Area/City", "UTC")
	path := filepath.Join(t.TempDir(), "waudit.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := readConfig(path)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	one := config.Accounts["1"]
	if one.Timezone != "America/Sao_Paulo" || one.CompleteFrom == nil || one.PartnerServed == nil || one.AIProvider == nil ||
		one.Exempt == nil || one.Portfolio != "1" || one.AssumeSentWithin == "" || one.AuthInternational == nil ||
		one.PrimaryLocation != "??" || len(one.FreeUsed) != 1 || len(one.Aliases) != 1 || len(one.Numbers) != 1 {
		t.Errorf("%+v\n%s", one, text)
	}
}

// TestZoneGuess: a zone is guessed from where the customers are, if the hours of
// what is sent to them do not speak against it.
func TestZoneGuess(t *testing.T) {
	for name, tt := range map[string]struct {
		account suggestedAccount
		want    string
	}{
		"one country, by day":       {suggestedAccount{users: 4, countries: map[string]int64{"BR": 3}, hours: [24]int64{12: 5, 3: 1}}, "America/Sao_Paulo"},
		"one country, nothing sent": {suggestedAccount{users: 1, countries: map[string]int64{"IN": 1}}, "Asia/Kolkata"},
		"one country, by night":     {suggestedAccount{users: 1, countries: map[string]int64{"IN": 1}, hours: [24]int64{20: 5}}, ""},
		"many countries":            {suggestedAccount{users: 5, countries: map[string]int64{"BR": 2, "IN": 2}}, ""},
		"no country":                {suggestedAccount{users: 5}, ""},
		"a country without a guess": {suggestedAccount{users: 5, countries: map[string]int64{"KZ": 5}}, ""},
	} {
		if zone, why := tt.account.zoneGuess(); zone != tt.want || (why == "") != (zone == "") {
			t.Errorf("%s: %q because %q, want %q", name, zone, why, tt.want)
		}
	}
}
