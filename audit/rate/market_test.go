package rate

import "testing"

func TestCountry(t *testing.T) {
	m, err := LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	for phone, want := range map[string]string{
		"5511987654321": "BR", "919876543210": "IN", "15551230001": "US", "14165550100": "CA", "18095550100": "DO", "77011234567": "KZ", "79161234567": "RU",
		"393331234567": "IT", "37251234567": "EE", "999999": "", "": "",
	} {
		if got := m.Country(phone, ""); got != want {
			t.Errorf("Country(%q) = %q, want %q", phone, got, want)
		}
	}
	if got := m.Country("", "BR.1502"); got != "BR" {
		t.Errorf("by the letters of a user id: %q", got)
	}
}

// TestMarkets: the longest prefix decides, on the day; what nobody publishes is
// not known.
func TestMarkets(t *testing.T) {
	m, _ := load(t)
	for _, c := range []struct {
		phone, userID string
		day           Day
		want          string
	}{
		{"5511987654321", "", 2026_10_01, "Brazil"},
		{"15551230001", "", 2026_10_01, "North America"},
		{"525512345678", "", 2021_02_01, "Mexico"}, // where conversations were charged first
		{"525512345678", "", 2021_01_31, ""},
		{"5511987654321", "", 2021_06_01, ""},
		{"14165550100", "", 2026_10_01, "North America"}, // Toronto
		{"18095550100", "", 2026_10_01, "Rest of Latin America"},
		{"12425550100", "", 2026_10_01, "Other"}, // the Bahamas
		{"16715550100", "", 2026_10_01, ""},      // Guam
		{"77011234567", "", 2026_09_30, "Other"},
		{"77011234567", "", 2026_10_01, "Kazakhstan"},
		{"79161234567", "", 2026_10_01, "Russia"},
		{"97455501234", "", 2026_06_30, "Rest of Middle East"},
		{"97455501234", "", 2026_07_01, "Qatar"},
		{"243810000000", "", 2026_10_01, "Other"}, // not listed
		{"", "BR.1502", 2026_10_01, "Brazil"},
		{"", "CD.1502", 2026_10_01, "Other"},
		{"", "GU.1502", 2026_10_01, ""},
		{"", "user.0a1b", 2026_10_01, ""},
		{"", "", 2026_10_01, ""},
		{"999", "", 2026_10_01, ""},
	} {
		if got, _ := m.Of(c.phone, c.userID, c.day); m.Name(got) != c.want {
			t.Errorf("%q %q on %s: %q, want %q", c.phone, c.userID, c.day, m.Name(got), c.want)
		}
	}
	for _, name := range []string{"Rest of Central & Eastern Europe", "rest of central and eastern  europe"} {
		if _, ok := m.Named(name); !ok {
			t.Errorf("there is no market %q", name)
		}
	}
}

func TestFoldMarket(t *testing.T) {
	for name, want := range map[string]string{
		"Rest of Africa": "rest of africa", " REST  OF AFRICA ": "rest of africa", "Rest of Central & Eastern Europe": "rest of central and eastern europe",
		"Central&Eastern": "central and eastern", "": "",
	} {
		if got := FoldMarket(name); got != want || FoldMarket(got) != got {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}
