package simulate

import (
	"slices"
	"testing"
	"time"
)

// step is one thing of a timeline: a user's, or a message named m.
type step struct {
	at   string // RFC 3339; without a time zone letter, UTC
	user string // message, call, reaction, ad, desktop
	m    string // the message that is sent
	as   string // its template's category, or text or reaction
	got  string // when it was delivered; "": a second later, "-": never
}

func seconds(t *testing.T, at string) int64 {
	t.Helper()
	when, err := time.Parse("2006-01-02T15:04:05", at)
	if err != nil {
		t.Fatal(err)
	}
	return when.Unix()
}

// play makes a pair of the steps.
func play(t *testing.T, zone string, steps []step) (*pair, map[string]int) {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	a := &account{cal: newCalendar(location), days: []int64{0, 1 << 40}}
	p := &pair{world: &world{}, number: &number{account: a}, user: "5510971111111"}
	names := map[string]int{}
	for _, s := range steps {
		at := seconds(t, s.at)
		if s.m == "" {
			in := inbound{at: at}
			switch s.user {
			case "call":
				in.kind = called
			case "reaction":
				in.kind = reacted
			case "ad", "desktop":
				in.referral, in.qualifies = "ad", s.user == "ad"
			}
			p.inbound = append(p.inbound, in)
			continue
		}
		m := message{ordinal: len(p.out), kind: s.as, sent: at, delivered: at + 1}
		if s.as != "text" && s.as != "reaction" {
			m.kind, m.category = "template", s.as
			m.template = &template{name: s.as, category: s.as}
		}
		switch s.got {
		case "":
		case "-":
			m.delivered, m.fate = 0, neverArrives
		default:
			m.delivered = seconds(t, s.got)
		}
		names[s.m] = len(p.out)
		p.out = append(p.out, m)
	}
	return p, names
}

// told names a decision: what is charged, or how it is not.
func told(d *decision) string {
	kind := d.category
	if d.conv != nil {
		kind = d.conv.kind
	}
	switch {
	case d.outcome == due && d.tiered:
		return "tier:" + kind
	case d.outcome == due:
		return "charge:" + kind
	case d.outcome == covered:
		return "covered:" + kind
	case d.outcome == free && kind == referralConversion:
		return "free entry"
	case d.outcome == free:
		return "free"
	}
	return "undelivered"
}

// billingCase is a timeline and what each message costs, as told names it.
type billingCase struct {
	name  string
	zone  string // "": UTC
	steps []step
	want  map[string]string
}

func TestBilling(t *testing.T) {
	for _, test := range slices.Concat(oneConversationCases(), perCategoryCases(), perMessageCases(), servicePricedCases()) {
		t.Run(test.name, func(t *testing.T) {
			p, names := play(t, test.zone, test.steps)
			bills := billPair(p)
			for name, want := range test.want {
				if got := told(&bills[names[name]].decision); got != want {
					t.Errorf("%s: %s, want %s", name, got, want)
				}
			}
		})
	}
}

func oneConversationCases() []billingCase {
	return []billingCase{
		{
			name: "3.1: a conversation runs 24 h from the delivered answer",
			steps: []step{
				{at: "2022-03-07T11:00:00", user: "message"},
				{at: "2022-03-08T05:00:00", m: "a", as: "text", got: "2022-03-08T05:00:00"},
				{at: "2022-03-08T15:00:00", m: "b", as: "text"},
				{at: "2022-03-09T04:59:59", m: "c", as: marketing, got: "2022-03-09T04:59:59"},
				{at: "2022-03-09T05:00:00", m: "d", as: marketing, got: "2022-03-09T05:00:00"},
			},
			want: map[string]string{
				"a": "tier:user_initiated", "b": "covered:user_initiated",
				"c": "covered:user_initiated", "d": "tier:business_initiated",
			},
		},
		{
			name: "3.1: what does not arrive opens nothing; late delivery splits a day",
			steps: []step{
				{at: "2023-05-02T11:00:00", m: "a", as: marketing, got: "-"},
				{at: "2023-05-02T18:00:00", m: "b", as: marketing},
				{at: "2023-05-03T10:00:00", m: "c", as: marketing, got: "2023-05-04T09:00:00"},
			},
			want: map[string]string{"a": "undelivered", "b": "charge:business_initiated", "c": "charge:business_initiated"},
		},
		{
			name: "3.1: free entry lasts 24 h before 2023-03-01",
			steps: []step{
				{at: "2022-06-01T10:00:00", user: "ad"},
				{at: "2022-06-01T10:10:00", m: "a", as: "text", got: "2022-06-01T10:10:01"},
				{at: "2022-06-02T10:10:00", m: "b", as: marketing, got: "2022-06-02T10:10:00"},
				{at: "2022-06-02T11:00:00", m: "c", as: marketing},
			},
			want: map[string]string{"a": "free entry", "b": "covered:referral_conversion", "c": "tier:business_initiated"},
		},
	}
}

func perCategoryCases() []billingCase {
	return []billingCase{
		{
			name: "3.2: categories are open side by side; service rides on any",
			steps: []step{
				{at: "2023-08-01T00:00:00", m: "a", as: marketing, got: "2023-08-01T00:00:00"},
				{at: "2023-08-01T04:00:00", m: "b", as: utility, got: "2023-08-01T04:00:00"},
				{at: "2023-08-01T10:00:00", m: "c", as: utility},
				{at: "2023-08-01T11:00:00", user: "message"},
				{at: "2023-08-01T12:00:00", m: "d", as: "text"},
				{at: "2023-08-02T03:59:59", m: "e", as: "text", got: "2023-08-02T03:59:59"},
				{at: "2023-08-02T04:00:00", m: "f", as: "text", got: "2023-08-02T04:00:00"},
			},
			want: map[string]string{
				"a": "charge:marketing", "b": "charge:utility", "c": "covered:utility",
				"d": "covered:utility", "e": "covered:utility", "f": "tier:service",
			},
		},
		{
			name: "3.2: free entry ends what is open, and nothing opens in it",
			steps: []step{
				{at: "2023-08-01T00:00:00", m: "a", as: marketing},
				{at: "2023-08-01T01:00:00", user: "ad"},
				{at: "2023-08-01T02:00:00", m: "b", as: "text"},
				{at: "2023-08-04T01:59:00", m: "c", as: marketing},
				{at: "2023-08-04T02:00:01", m: "d", as: marketing},
			},
			want: map[string]string{
				"a": "charge:marketing", "b": "free entry", "c": "covered:referral_conversion", "d": "charge:marketing",
			},
		},
		{
			name: "3.2: an ad click that is answered late, or made on a desktop, is no free entry",
			steps: []step{
				{at: "2023-10-02T10:00:00", user: "ad"},
				{at: "2023-10-03T10:00:00", m: "a", as: marketing},
				{at: "2023-10-10T10:00:00", user: "desktop"},
				{at: "2023-10-10T10:05:00", m: "b", as: "text"},
			},
			want: map[string]string{"a": "charge:marketing", "b": "tier:service"},
		},
		{
			name:  "3.2: service is free from 2024-11-01 in the account's zone",
			zone:  "America/Sao_Paulo",
			steps: []step{{at: "2024-10-29T02:59:58", m: "a", as: "text"}, {at: "2024-11-01T03:00:00", m: "b", as: "text"}},
			want:  map[string]string{"a": "tier:service", "b": "free"},
		},
		{
			name: "3.2: a user-initiated conversation goes on as service on 2023-06-01",
			steps: []step{
				{at: "2023-05-31T12:00:00", user: "message"},
				{at: "2023-05-31T12:05:00", m: "a", as: "text"},
				{at: "2023-06-01T09:00:00", m: "b", as: "text"},
				{at: "2023-06-01T09:30:00", m: "c", as: utility},
			},
			want: map[string]string{"a": "tier:user_initiated", "b": "covered:user_initiated", "c": "charge:utility"},
		},
	}
}

func perMessageCases() []billingCase {
	return []billingCase{
		{
			name: "4.1: a utility conversation from before the change covers utility only",
			zone: "America/Sao_Paulo",
			steps: []step{
				{at: "2025-06-30T23:00:00", m: "a", as: utility, got: "2025-06-30T23:00:00"},
				{at: "2025-07-01T13:00:00", m: "b", as: utility},
				{at: "2025-07-01T14:00:00", m: "c", as: marketing},
				{at: "2025-07-01T23:00:00", m: "d", as: utility, got: "2025-07-01T23:00:00"},
			},
			want: map[string]string{
				"a": "charge:utility", "b": "covered:utility", "c": "charge:marketing", "d": "charge:utility",
			},
		},
		{
			name: "4.1: in the service window utility is free, for 24 h to the second",
			steps: []step{
				{at: "2025-08-04T02:00:00", user: "message"},
				{at: "2025-08-04T03:00:00", m: "a", as: marketing},
				{at: "2025-08-04T03:00:10", m: "b", as: authentication},
				{at: "2025-08-04T03:00:20", m: "c", as: "text"},
				{at: "2025-08-05T01:59:59", m: "d", as: utility, got: "2025-08-05T01:59:59"},
				{at: "2025-08-05T02:00:00", m: "e", as: utility, got: "2025-08-05T02:00:00"},
				{at: "2025-08-06T10:00:00", user: "call"},
				{at: "2025-08-06T20:00:00", m: "f", as: utility},
			},
			want: map[string]string{
				"a": "charge:marketing", "b": "charge:authentication", "c": "free",
				"d": "free", "e": "charge:utility", "f": "free",
			},
		},
		{
			name: "4.1: a reaction of the user opens no window; free entry runs from the answer",
			steps: []step{
				{at: "2025-09-01T09:00:00", user: "reaction"},
				{at: "2025-09-01T10:00:00", m: "a", as: utility},
				{at: "2025-09-02T10:00:00", user: "ad"},
				{at: "2025-09-02T10:05:00", m: "b", as: "text", got: "2025-09-02T10:15:00"},
				{at: "2025-09-05T10:04:58", m: "c", as: marketing, got: "2025-09-05T10:04:59"},
				{at: "2025-09-05T10:05:00", m: "d", as: marketing},
			},
			want: map[string]string{"a": "charge:utility", "b": "free entry", "c": "free entry", "d": "charge:marketing"},
		},
	}
}

func servicePricedCases() []billingCase {
	return []billingCase{
		{
			name: "4.2: utility is charged in the window, service after the tier, reactions never",
			zone: "America/Los_Angeles",
			steps: []step{
				{at: "2026-10-01T05:00:00", user: "message"},
				{at: "2026-10-01T06:59:58", m: "a", as: utility, got: "2026-10-01T06:59:59"},
				{at: "2026-10-01T06:59:59", m: "b", as: utility, got: "2026-10-01T07:00:00"},
				{at: "2026-10-01T08:00:00", m: "c", as: "text"},
				{at: "2026-10-01T08:01:00", m: "d", as: "reaction"},
			},
			want: map[string]string{"a": "free", "b": "charge:utility", "c": "tier:service", "d": "free"},
		},
	}
}

func TestDoubt(t *testing.T) {
	tests := []struct {
		name  string
		steps []step
		clean []bool // of the messages in order
	}{
		{
			name: "a click on a desktop looks like free entry until all is over",
			steps: []step{
				{at: "2025-09-01T10:00:00", m: "a", as: marketing},
				{at: "2025-09-02T10:00:00", user: "desktop"},
				{at: "2025-09-02T10:30:00", m: "b", as: "text"},
				{at: "2025-09-04T10:00:00", m: "c", as: marketing},
				{at: "2025-09-13T10:00:00", m: "d", as: marketing},
			},
			clean: []bool{true, false, false, true},
		},
		{
			name: "the end of the service window, and a reaction after it",
			steps: []step{
				{at: "2025-09-01T10:00:00", user: "message"},
				{at: "2025-09-02T09:55:00", m: "a", as: utility},
				{at: "2025-09-11T10:00:00", user: "reaction"},
				{at: "2025-09-11T12:00:00", m: "b", as: utility},
			},
			clean: []bool{false, false},
		},
		{
			name: "free entry may last a week since 2026-09-28",
			steps: []step{
				{at: "2026-10-05T10:00:00", user: "ad"},
				{at: "2026-10-05T11:00:00", m: "a", as: "text"},
				{at: "2026-10-07T11:00:00", m: "b", as: marketing},
				{at: "2026-10-09T11:00:00", m: "c", as: marketing},
			},
			clean: []bool{true, true, false},
		},
		{
			name: "what never arrived might yet",
			steps: []step{
				{at: "2023-09-01T10:00:00", m: "a", as: marketing, got: "-"},
				{at: "2023-09-01T15:00:00", m: "b", as: marketing},
			},
			clean: []bool{false, false},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, _ := play(t, "", test.steps)
			for i, b := range billPair(p) {
				if b.clean != test.clean[i] {
					t.Errorf("message %d: clean %v, want %v", i, b.clean, test.clean[i])
				}
			}
		})
	}
}

func TestWindows(t *testing.T) {
	w := windows{100 * hour, 110 * hour, 130 * hour, 160 * hour}
	if got := w.since(140 * hour); got != 100*hour {
		t.Errorf("open since %d h, want 100", got/hour)
	}
	if w.open(154*hour) || !w.open(154*hour-1) {
		t.Error("the window of 130 h does not end at 154 h")
	}
	if !w.nearEnd(154*hour+9*minute, edge) || w.nearEnd(154*hour+11*minute, edge) {
		t.Error("the end of the window is not 10 minutes wide")
	}
}
