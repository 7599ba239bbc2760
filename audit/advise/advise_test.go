package advise

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waudit/audit/account"
	"waudit/audit/event"
	"waudit/ingest/mapfile"
)

// loaded is what a draft has of a configuration.
type loaded struct {
	Accounts map[string]account.Config `yaml:"accounts"`
}

// load reads a draft as strictly as a configuration is read.
func load(text string) (c loaded, err error) {
	err = mapfile.Decode([]byte(text), &c)
	return c, err
}

// TestSuggestionLoads: whatever a log calls its accounts, what is suggested
// loads, with each account that can be named.
func TestSuggestionLoads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found := newDraft()
		id := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-c]`))
		for range rapid.IntRange(0, 5).Draw(t, "pairs") {
			e := event.Event{
				Kind: event.Sent, Time: 1680307200_000, WABA: id.Draw(t, "waba"), Category: "authentication",
				HasAmount: true, Currency: id.Draw(t, "currency"),
			}
			found.see(&event.Pair{Number: id.Draw(t, "number"), Events: event.ListOf(e)})
		}
		for _, a := range found.accounts {
			a.stakes["templates"], a.months["2023-04"] = 1, 2
			for _, n := range a.numbers {
				n.months["2026-10"] = rapid.Int64Range(0, 1).Draw(t, "stake")
			}
		}
		config, err := load(found.YAML())
		if err != nil {
			t.Fatalf("%v\n%s", err, found.YAML())
		}
		if _, err := account.Build(config.Accounts); err != nil {
			t.Error(err)
		}
		if len(config.Accounts) != len(found.ordered()) {
			t.Errorf("%d accounts, want %d:\n%s", len(config.Accounts), len(found.ordered()), found.YAML())
		}
	})
}

// TestSuggestedFactsAreFacts: a commented fact is a key of an account. It has a value
// only if the log shows one, and loads with one that its text names.
func TestSuggestedFactsAreFacts(t *testing.T) {
	found := newDraft()
	e := event.Event{Kind: event.Sent, Time: 1680307200_000, WABA: "1", Category: "authentication"}
	found.see(&event.Pair{Number: "2", User: "5511987654321", Events: event.ListOf(e)})
	e.WABA, e.Time = "0", e.Time-1
	found.see(&event.Pair{Number: "2", Events: event.ListOf(e)})
	a := found.account("1")
	a.ai = true
	a.stakes["assume_sent_within"], a.months["2023-04"] = 1, 1
	examples := map[string]string{
		"timezone": "America/Sao_Paulo", "complete_from": "2023-04-01T00:00:00Z", "exempt": "false", "currency": "BRL", "rates": "meta", "portfolio": `"1"`,
		"partner_served": "true", "assume_sent_within": "2m", "primary_location": `"??"`, "auth_international": "{}", "ai_provider": "false", "free_used": `{"2023-04": 0}`,
	}
	text := regexp.MustCompile(`(?m)^( +)# ([a-z_]+):( .*)?$`).ReplaceAllStringFunc(found.YAML(), func(line string) string {
		indent, fact, _ := strings.Cut(line, "# ")
		key, value, _ := strings.Cut(fact, ":")
		if value == "" {
			value = " " + examples[key]
		} else if key != "aliases" {
			t.Errorf("the log does not tell %s", fact)
		}
		return indent + key + ":" + value
	})
	config, err := load(text)
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

// TestPartnerIsAskedWhereItDecides: partner_served decides in the months in which
// only accounts of partners kept the free tier, whatever the zone (3.1.4).
func TestPartnerIsAskedWhereItDecides(t *testing.T) {
	g := newDraft()
	for at, want := range map[string]bool{
		"2023-03-31T09:00:00Z": false, "2023-03-31T11:00:00Z": true, "2023-05-31T23:00:00Z": true, "2023-06-01T11:00:00Z": true, "2023-06-01T13:00:00Z": false,
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.partnerDecides(when.UnixMilli()); got != want {
			t.Errorf("%s: %t, want %t", at, got, want)
		}
	}
}
