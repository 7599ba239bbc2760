package rate

import "testing"

func TestCountry(t *testing.T) {
	m, err := LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	for phone, want := range map[string]string{
		"5511987654321": "BR", "919876543210": "IN", "15551230001": "US", "18095550100": "DO", "77011234567": "KZ", "79161234567": "RU",
		"393331234567": "IT", "37251234567": "EE", "999999": "", "": "",
	} {
		if got := m.Country(phone, ""); want == "US" && got != "US" && got != "CA" || want != "US" && got != want {
			t.Errorf("Country(%q) = %q, want %q", phone, got, want)
		}
	}
	if got := m.Country("", "BR.1502"); got != "BR" {
		t.Errorf("by the letters of a user id: %q", got)
	}
}
