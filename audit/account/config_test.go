package account

import (
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/audit/reading"
)

func TestBuildNamesWhatIsWrong(t *testing.T) {
	for want, c := range map[string]Config{
		`accounts.1.timezone: unknown time zone "Mars/Base"`:                    {Timezone: "Mars/Base"},
		`accounts.1.assume_sent_within: "soon"`:                                 {AssumeSentWithin: "soon"},
		`accounts.1.primary_location: "Brazil"`:                                 {PrimaryLocation: "Brazil"},
		`accounts.1.currency: "$"`:                                              {Currency: "$"},
		`accounts.1.auth_international: IN: "July"`:                             {AuthInternational: map[string]string{"IN": "July"}},
		`accounts.1.free_used: "October"`:                                       {FreeUsed: map[string]int{"October": 1}},
		`accounts.1.numbers.2.free_used: 2026-10: -1 units are fewer than none`: {Numbers: map[string]NumberConfig{"2": {FreeUsed: map[string]int{"2026-10": -1}}}},
	} {
		if _, err := Build(map[string]Config{"1": c}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	twice := map[string]Config{"1": {Aliases: []string{"3"}}, "2": {Aliases: []string{"3"}}}
	if _, err := Build(twice); err == nil || !strings.Contains(err.Error(), "accounts.2.aliases: 3 is account 1 already") {
		t.Errorf("an alias of two accounts: %v", err)
	}
}

// TestUnsetIsUnknown: what the configuration does not say is neither yes nor no.
func TestUnsetIsUnknown(t *testing.T) {
	b, err := Build(map[string]Config{"1": {Exempt: new(false), Aliases: []string{"old"}}})
	if err != nil {
		t.Fatal(err)
	}
	f := b.Find("old", "").Facts
	if f.Exempt != reading.No || f.AIProvider != reading.Maybe || f.PartnerServed != reading.Maybe || f.AuthInternational != nil || f.Calendar.ZoneKnown() {
		t.Errorf("%+v", f)
	}
	if b.ID("old") != "1" || b.ID("1") != "1" || b.ID("9") != "9" || b.ID("") != "" {
		t.Error("an alias is not put for its account, or something else is")
	}
	if stranger := b.Find("9", ""); stranger.Facts.Exempt != reading.Maybe || stranger != b.Find("9", "") {
		t.Error("an account that nobody configured has facts, or is not one")
	}
}

// TestTemplatesOfAliases: a template that the configuration names with an alias
// is the account's.
func TestTemplatesOfAliases(t *testing.T) {
	b, err := Build(map[string]Config{"1": {Aliases: []string{"old"}}})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := Templates(b, []TemplateConfig{{WABA: "old", Name: "parcel", Category: "utility"}, {Name: "any", Category: "utility"}})
	if err != nil || entries[0].WABA != "1" || entries[1].WABA != "" {
		t.Errorf("%v, %v", entries, err)
	}
}

// TestLearn: webhooks add to what the configuration leaves open, never against it.
func TestLearn(t *testing.T) {
	b, err := Build(map[string]Config{"1": {PrimaryLocation: "BR", AuthInternational: map[string]string{"IN": "2024-07-01"}}, "2": {}})
	if err != nil {
		t.Fatal(err)
	}
	var changes []event.Change
	for _, waba := range []string{"1", "2"} {
		changes = append(changes,
			event.Change{Kind: event.PrimaryLocation, WABA: waba, Country: "DE"},
			event.Change{Kind: event.AuthInternational, WABA: waba, Start: 5},
			event.Change{Kind: event.AuthInternational, WABA: waba, Country: "ID", Start: 7})
	}
	b.Learn(changes)
	one, two := b.Find("1", "").Facts, b.Find("2", "").Facts
	if one.PrimaryLocation != "BR" || len(one.AuthInternational) != 1 {
		t.Errorf("the configuration was overruled: %+v", one)
	}
	if two.PrimaryLocation != "DE" || two.AuthInternational["IN"] != 5 || two.AuthInternational["ID"] != 7 {
		t.Errorf("the webhooks were not heard: %+v", two)
	}
}
