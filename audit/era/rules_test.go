package era_test

import (
	"slices"
	"testing"
	"time"

	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/reading"
	"waudit/audit/verdict"
	. "waudit/audit/verdict/verdicttest"
)

// TestRules: what each era makes of the last message of a pair, by clause, within its
// hours and at their edges. The pair is whole in the log and in the United States, unless
// the case says otherwise. The timelines of the rules in testdata go further.
func TestRules(t *testing.T) {
	type pair = [][]event.Event
	const (
		covered, entry, carried = "covered:open_conversation", "free:free_entry_point", "covered:free_entry_point"
		window, tier            = "free:customer_service_window", "free:free_tier"
	)
	failed := func(at string) []event.Event { return Sent("z", at, "utility", Failed) }
	for _, of := range []struct {
		clause  string
		name    string
		events  pair
		want    []string
		country string // "": US
		facts   func(*era.Profile)
	}{
		{"2.nbp.1", "a template outside the window", pair{Sent("a", "2021-08-10 10:00", "marketing")}, []string{"charge:notification"}, "", nil},
		{"2.nbp.2", "a template in the window", pair{Wrote("2021-08-10 09:00"), Sent("a", "2021-08-10 10:00", "marketing")}, []string{"charge:notification", window}, "", nil},
		{"2.nbp.3", "service", pair{Wrote("2021-08-10 09:00"), Sent("a", "2021-08-10 10:00", "service")}, []string{"free:service"}, "", nil},
		{"2.nbp.4", "in Mexico, a conversation covers", pair{Sent("a", "2021-08-10 10:00", "marketing"), Sent("b", "2021-08-11 09:59", "utility")}, []string{covered}, "MX", nil},

		{"3.1.1", "any conversation covers whatever comes", pair{Sent("a", "2022-08-10 10:00", "marketing"), Sent("b", "2022-08-11 09:59", "utility")}, []string{covered}, "", nil},
		{"3.1.1", "not at its end", pair{Sent("a", "2022-08-10 10:00", "marketing"), Sent("b", "2022-08-11 10:00", "utility")}, []string{"charge:business_initiated", tier}, "", nil},
		{"3.1.2", "the answer to a click", pair{Clicked("2022-08-10 09:00"), Sent("a", "2022-08-10 10:00", "service")}, []string{entry}, "", nil},
		{"3.1.2", "for 24 hours in 2022", pair{Clicked("2022-08-10 09:00"), Sent("a", "2022-08-10 10:00", "service"), Sent("b", "2022-08-11 09:59", "marketing")}, []string{carried}, "", nil},
		{"3.1.2", "not for 25", pair{Clicked("2022-08-10 09:00"), Sent("a", "2022-08-10 10:00", "service"), Sent("b", "2022-08-11 11:00", "marketing")}, []string{"charge:business_initiated", tier}, "", nil},
		{"3.1.2", "for 72 from March 2023", pair{Clicked("2023-03-10 09:00"), Sent("a", "2023-03-10 10:00", "service"), Sent("b", "2023-03-13 09:59", "marketing")}, []string{carried}, "", nil},
		{"3.1.3", "within 24 hours of the user's message", pair{Wrote("2022-08-10 09:00"), Sent("a", "2022-08-11 08:59", "marketing")}, []string{"charge:user_initiated", tier}, "", nil},
		{"3.1.4", "after them", pair{Wrote("2022-08-10 09:00"), Sent("a", "2022-08-11 09:00", "marketing")}, []string{"charge:business_initiated", tier}, "", nil},
		{"3.3", "business-initiated leaves the free tier", pair{Sent("a", "2023-04-02 10:00", "marketing")}, []string{"charge:business_initiated"}, "", nil},
		{"3.3", "two months later through a partner", pair{Sent("a", "2023-04-02 10:00", "marketing")}, []string{"charge:business_initiated", tier}, "", func(f *era.Profile) { f.PartnerServed = reading.Yes }},

		{"3.2.1", "free entry covers other categories", pair{Clicked("2023-08-10 09:00"), Sent("a", "2023-08-10 10:00", "service"), Sent("b", "2023-08-13 09:59", "marketing")}, []string{carried}, "", nil},
		{"3.2.1", "until its end", pair{Clicked("2023-08-10 09:00"), Sent("a", "2023-08-10 10:00", "service"), Sent("b", "2023-08-13 10:01", "marketing")}, []string{"charge:marketing"}, "", nil},
		{"3.2.2", "the answer ends what was open", pair{Sent("a", "2023-08-10 08:00", "marketing"), Clicked("2023-08-10 09:00"), Sent("b", "2023-08-10 10:00", "marketing")}, []string{entry}, "", nil},
		{"3.2.2", "a message sent before the click answers nothing", pair{Sent("a", "2023-08-10 08:59", "marketing", Late(2*time.Minute)), Clicked("2023-08-10 09:00")}, []string{"charge:marketing"}, "", nil},
		{"3.2.2", "an answer after a day is none", pair{Clicked("2023-08-10 09:00"), Sent("a", "2023-08-11 09:00", "marketing")}, []string{"charge:marketing"}, "", nil},
		{"3.2.3", "its own category covers a template", pair{Sent("a", "2023-08-10 10:00", "marketing"), Sent("b", "2023-08-11 09:59", "marketing")}, []string{covered}, "", nil},
		{"3.2.3", "another does not", pair{Sent("a", "2023-08-10 10:00", "marketing"), Sent("b", "2023-08-10 11:00", "utility")}, []string{"charge:utility"}, "", nil},
		{"3.2.3", "what failed opens none", pair{failed("2023-08-10 10:00"), Sent("b", "2023-08-10 11:00", "utility")}, []string{"charge:utility"}, "", nil},
		{"3.2.3", "marketing lite is a category of its own", pair{Sent("a", "2024-11-10 10:00", "marketing", Type("", "marketing_lite")), Sent("b", "2024-11-10 11:00", "marketing", Type("", "marketing"))}, []string{"charge:marketing"}, "", nil},
		{"3.2.4", "any conversation covers service", pair{Wrote("2023-08-10 09:00"), Sent("a", "2023-08-10 10:00", "marketing"), Sent("b", "2023-08-10 11:00", "service")}, []string{covered}, "", nil},
		{"3.2.4", "none is open", pair{Wrote("2023-08-10 09:00"), Sent("b", "2023-08-10 11:00", "service")}, []string{"charge:service", tier}, "", nil},
		{"3.2.4", "free from November 2024", pair{Wrote("2024-11-02 09:00"), Sent("b", "2024-11-02 11:00", "service")}, []string{"free:service"}, "", nil},
		{"3.2.4", "user-initiated goes on as service", pair{Wrote("2023-05-31 20:00"), Sent("a", "2023-05-31 21:00", "service"), Sent("b", "2023-06-01 10:00", "service")}, []string{covered}, "", nil},
		{"3.2", "what business-initiated covers is not documented", pair{Sent("a", "2023-05-31 21:00", "marketing"), Sent("b", "2023-06-01 10:00", "marketing")}, []string{"charge:marketing", covered}, "", nil},

		{"4.1.1", "it failed", pair{failed("2025-08-10 10:00")}, []string{"undelivered:failed"}, "", nil},
		{"4.1.2", "free entry, whatever the category", pair{Clicked("2025-08-10 09:00"), Sent("a", "2025-08-10 10:00", "service"), Sent("b", "2025-08-13 09:59", "marketing")}, []string{entry}, "", nil},
		{"4.1.2", "sent in it, delivered behind", pair{Clicked("2025-08-10 09:00"), Sent("a", "2025-08-10 10:00", "service"), Sent("b", "2025-08-13 09:59", "marketing", Late(2*time.Minute))}, []string{"charge:marketing", entry}, "", nil},
		{"4.1.2", "open since before the change", pair{Clicked("2025-06-30 09:00"), Sent("a", "2025-06-30 10:00", "service"), Sent("b", "2025-07-02 10:00", "marketing")}, []string{entry}, "", nil},
		{"4.1.3", "the answer", pair{Clicked("2025-08-10 09:00"), Sent("a", "2025-08-10 10:00", "marketing")}, []string{entry}, "", nil},
		{"4.1.4", "a utility conversation from before", pair{Sent("a", "2025-06-30 20:00", "utility"), Sent("b", "2025-07-01 19:59", "utility")}, []string{covered}, "", nil},
		{"4.1.4", "of utility alone", pair{Sent("a", "2025-06-30 20:00", "marketing"), Sent("b", "2025-07-01 19:59", "marketing")}, []string{"charge:marketing"}, "", nil},
		{"4.1.5", "an AI provider in Italy", pair{Wrote("2026-03-01 09:00"), Sent("a", "2026-03-01 10:00", "service")}, []string{"charge:general_purpose_ai"}, "IT", aiProvider},
		{"4.1.5", "before it began in Germany", pair{Wrote("2026-03-01 09:00"), Sent("a", "2026-03-01 10:00", "service")}, []string{"free:service"}, "DE", aiProvider},
		{"4.1.5", "after its end", pair{Wrote("2026-05-14 09:00"), Sent("a", "2026-05-14 10:00", "service")}, []string{"free:service"}, "IT", aiProvider},
		{"4.1.6", "service", pair{Wrote("2025-08-10 09:00"), Sent("a", "2025-08-10 10:00", "service")}, []string{"free:service"}, "", nil},
		{"4.1.7", "utility in the window", pair{Wrote("2025-08-10 09:00"), Sent("a", "2025-08-11 08:59", "utility")}, []string{window}, "", nil},
		{"4.1.7", "at its end", pair{Wrote("2025-08-10 09:00"), Sent("a", "2025-08-11 09:00", "utility")}, []string{"charge:utility"}, "", nil},
		{"4.1.7", "sent in it alone", pair{Wrote("2025-08-10 09:00"), Sent("a", "2025-08-11 08:59", "utility", Late(2*time.Minute))}, []string{"charge:utility", window}, "", nil},
		{"4.1.7", "delivered in it alone", pair{Sent("a", "2025-08-10 08:59", "utility", Late(2*time.Minute)), Wrote("2025-08-10 09:00")}, []string{"charge:utility", window}, "", nil},
		{"4.1.8", "marketing in the window", pair{Wrote("2025-08-10 09:00"), Sent("a", "2025-08-10 10:00", "marketing")}, []string{"charge:marketing"}, "", nil},
		{"4.6", "authentication, from abroad", pair{Sent("a", "2025-08-10 10:00", "authentication")}, []string{"charge:authentication_international"}, "IN", abroad},
		{"4.6", "before the account's rate began", pair{Sent("a", "2025-07-10 10:00", "authentication")}, []string{"charge:authentication"}, "IN", abroad},
		{"4.6", "at home", pair{Sent("a", "2025-08-10 10:00", "authentication")}, []string{"charge:authentication"}, "IN", func(f *era.Profile) { abroad(f); f.PrimaryLocation = "IN" }},
		{"4.6", "to a country without such a rate", pair{Sent("a", "2025-08-10 10:00", "authentication")}, []string{"charge:authentication"}, "IT", abroad},

		{"4.2.2", "free entry within 72 hours", pair{Clicked("2026-10-10 09:00"), Sent("a", "2026-10-10 10:00", "service"), Sent("b", "2026-10-13 09:59", "marketing")}, []string{entry}, "", nil},
		{"4.2.2", "up to 7 days", pair{Clicked("2026-10-10 09:00"), Sent("a", "2026-10-10 10:00", "service"), Sent("b", "2026-10-17 09:59", "marketing")}, []string{"charge:marketing", entry}, "", nil},
		{"4.2.2", "not after them", pair{Clicked("2026-10-10 09:00"), Sent("a", "2026-10-10 10:00", "service"), Sent("b", "2026-10-17 10:00", "marketing")}, []string{"charge:marketing"}, "", nil},
		{"4.2.3", "utility in the window is charged", pair{Wrote("2026-10-10 09:00"), Sent("a", "2026-10-10 10:00", "utility")}, []string{"charge:utility"}, "", nil},
		{"4.2.4", "a reaction", pair{Wrote("2026-10-10 09:00"), reacted("a", "2026-10-10 10:00")}, []string{"free:reaction"}, "", nil},
		{"4.2.5", "an AI provider in Brazil", pair{Wrote("2026-10-10 09:00"), Sent("a", "2026-10-10 10:00", "service")}, []string{"charge:general_purpose_ai"}, "BR", aiProvider},
		{"4.2.6", "service", pair{Wrote("2026-10-10 09:00"), Sent("a", "2026-10-10 10:00", "service")}, []string{"charge:service", tier}, "", nil},
		{"2", "sent before a change, delivered after it", pair{Sent("a", "2026-09-30 23:59", "utility", Late(2*time.Minute)), Wrote("2026-09-30 23:00")}, []string{"charge:utility"}, "", nil},
	} {
		t.Run(of.clause+": "+of.name, func(t *testing.T) {
			acc := Known()
			if of.facts != nil {
				of.facts(&acc.Facts)
			}
			var got []string
			Pair{Events: slices.Concat(of.events...), Account: acc, Country: of.country, Tier: reading.Maybe}.Judge(func(_ *verdict.JudgedPair, j *verdict.Judgement) {
				got = j.Final.Strings()
			})
			if !slices.Equal(got, of.want) {
				t.Errorf("%q, want %q", got, of.want)
			}
		})
	}
}

// aiProvider makes the account that of an AI provider.
func aiProvider(f *era.Profile) { f.AIProvider = reading.Yes }

// abroad makes the business one of the United States that pays the international rate of
// authentication in India and Italy from August 2025 on.
func abroad(f *era.Profile) {
	from := time.Date(2025, 8, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	f.AuthInternational = map[string]int64{"IN": from, "IT": from}
}

// reacted is a reaction of the business.
func reacted(id, at string) []event.Event {
	e := Sent(id, at, "service")
	for i := range e {
		e[i].Type = "reaction"
	}
	return e
}
