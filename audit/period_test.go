package audit

import (
	"testing"
	"time"

	"waudit/audit/account"
	"waudit/audit/era"
)

// A period begins and ends with the account's days, also where the clocks leave out the
// midnight: in Paraguay October 2023 began at 01:00.
func TestPeriodBounds(t *testing.T) {
	zone, err := time.LoadLocation("America/Asuncion")
	if err != nil {
		t.Fatal(err)
	}
	var a account.Account
	a.Facts.Calendar = era.NewCalendar(zone)
	for period, want := range map[string][2]string{
		"2023-09": {"2023-09-01T04:00:00Z", "2023-10-01T04:00:00Z"},
		"2023-10": {"2023-10-01T04:00:00Z", "2023-11-01T03:00:00Z"},
	} {
		p, err := ParsePeriod(period, "", "")
		if err != nil {
			t.Fatal(err)
		}
		from, to := p.Bounds(&a)
		if got := [2]string{time.UnixMilli(from).UTC().Format(time.RFC3339), time.UnixMilli(to).UTC().Format(time.RFC3339)}; got != want {
			t.Errorf("%s: %s, want %s", period, got, want)
		}
	}
}
