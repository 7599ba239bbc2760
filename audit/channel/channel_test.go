package channel_test

import (
	"testing"
	"time"

	"waudit/audit/account"
	"waudit/audit/channel"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/event/eventtest"
)

const (
	hour = int64(3_600_000)
	day  = 24 * hour
)

// open begins with events whose times are milliseconds from the beginning of a June.
func open(tolerance time.Duration, events ...event.Event) *channel.Conversation {
	start := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	number := &coverage.Number{Traffic: coverage.Traffic{ID: "messenger:1", First: start - 30*day, Last: start + 30*day, Inbound: true}}
	for i := range events {
		events[i].Time += start
	}
	return channel.Open(channel.Conversation{Account: &account.Account{}, Coverage: number, Tolerance: tolerance.Milliseconds(), Events: eventtest.Packed(events...)})
}

func wrote(at int64, word string) event.Event {
	return event.Event{Kind: event.Inbound, Time: at, Type: word}
}

func sent(at int64, id, as string) event.Event {
	return event.Event{Kind: event.Sent, Time: at, Message: id, TemplateCategory: as}
}

// Receipts are for all messages that were sent up to an instant, and change no earlier one.
func TestReceipts(t *testing.T) {
	c := open(0,
		sent(1*hour, "a", ""), event.Event{Kind: event.Delivered, Time: 2 * hour, Message: "a"},
		sent(3*hour, "b", ""), sent(4*hour, "c", ""),
		event.Event{Kind: event.Delivered, Time: 3 * hour}, event.Event{Kind: event.Read, Time: 3 * hour},
	)
	got := map[string][2]bool{}
	for _, m := range c.Messages {
		got[m.ID] = [2]bool{m.Delivered != 0, m.Read != 0}
	}
	want := map[string][2]bool{"a": {true, true}, "b": {true, true}, "c": {}}
	if len(got) != 3 || got["a"] != want["a"] || got["b"] != want["b"] || got["c"] != want["c"] {
		t.Errorf("delivered and read: %v, want %v", got, want)
	}
	if a := c.Messages[0]; a.Delivered-a.Sent != hour {
		t.Errorf("a was delivered %d ms after it was sent", a.Delivered-a.Sent)
	}
}

// The echo tells when a message was sent, whichever comes first in the log, and the request
// as what.
func TestRequestAndEcho(t *testing.T) {
	request := event.Event{Kind: event.Request, Time: hour, Message: "a", TemplateCategory: "update", Type: "text"}
	for _, events := range [][]event.Event{{request, sent(2*hour, "a", "")}, {sent(2*hour, "a", ""), request}} {
		c := open(0, events...)
		if m := c.Messages; len(m) != 1 || m[0].As != "update" || m[0].Sent != c.Events.At(0).Time && m[0].Sent != c.Events.At(1).Time || m[0].Sent%day != 2*hour {
			t.Errorf("%+v", m)
		}
	}
}

func TestJudge(t *testing.T) {
	ad := wrote(0, "text")
	ad.Referral = "ad"
	for name, x := range map[string]struct {
		events    []event.Event // of which the last is judged
		tolerance time.Duration
		state     channel.Standing
		why       channel.Ground
	}{
		"inside":                    {[]event.Event{wrote(0, "text"), sent(day-1, "a", "response")}, 0, channel.Inside, channel.Certain},
		"the first instant outside": {[]event.Event{wrote(0, "text"), sent(day, "a", "response")}, 0, channel.Outside, channel.Certain},
		"at the edge":               {[]event.Event{wrote(0, "text"), sent(day-1, "a", "response")}, time.Minute, channel.Outside, channel.Doubtful},
		"a clock is off":            {[]event.Event{sent(0, "a", "response"), wrote(1000, "text")}, time.Minute, channel.Outside, channel.Doubtful},
		"nobody wrote":              {[]event.Event{sent(0, "a", "response")}, 0, channel.Outside, channel.Certain},
		"taken back":                {[]event.Event{wrote(0, "revoke"), sent(1, "a", "response")}, 0, channel.Outside, channel.Certain},
		"an edit":                   {[]event.Event{wrote(0, "edit"), sent(1, "a", "response")}, 0, channel.Outside, channel.Certain},
		"a call":                    {[]event.Event{{Kind: event.Call}, sent(1, "a", "response")}, 0, channel.Outside, channel.Doubtful},
		"an opt-in to more":         {[]event.Event{wrote(0, "notification_optin"), sent(1, "a", "response")}, 0, channel.Outside, channel.Doubtful},
		"a comment":                 {[]event.Event{wrote(0, "comment"), sent(6*day, "a", "response")}, 0, channel.Outside, channel.Doubtful},
		"long after a comment":      {[]event.Event{wrote(0, "comment"), sent(7*day, "a", "response")}, 0, channel.Outside, channel.Certain},
		"an ad, before the rule":    {[]event.Event{ad, sent(2*day, "a", "response")}, 0, channel.Outside, channel.Certain},
		"an ad, with the rule":      {[]event.Event{at(ad, 130), sent(132*day, "a", "response")}, 0, channel.Outside, channel.AfterAd},
		"an echo alone":             {[]event.Event{wrote(0, "text"), sent(2*day, "a", "")}, 0, channel.Outside, channel.SentAs},
		"an echo alone, and late":   {[]event.Event{wrote(0, "text"), sent(8*day, "a", "")}, 0, channel.Outside, channel.SentLate},
		"a person in the inbox":     {[]event.Event{wrote(0, "text"), {Kind: event.Echo, Time: 9 * day, Message: "a"}}, 0, channel.Allowed, channel.ByPerson},
		"HUMAN_AGENT":               {[]event.Event{wrote(0, "text"), sent(7*day-1, "a", "human_agent")}, 0, channel.Allowed, channel.ByTag},
		"HUMAN_AGENT, too late":     {[]event.Event{wrote(0, "text"), sent(7*day, "a", "human_agent")}, 0, channel.Misused, channel.TooLate},
		"HUMAN_AGENT, at the edge":  {[]event.Event{wrote(0, "text"), sent(7*day, "a", "human_agent")}, time.Minute, channel.Allowed, channel.ByTag},
		"a tag that is no more":     {[]event.Event{wrote(0, "text"), sent(1, "a", "account_update")}, 0, channel.Misused, channel.Retired},
		"a utility template":        {[]event.Event{sent(0, "a", "utility")}, 0, channel.Allowed, channel.ByTemplate},
		"a tag of tomorrow":         {[]event.Event{sent(0, "a", "tomorrow")}, 0, channel.Unseen, channel.Certain},
		"it failed":                 {[]event.Event{{Kind: event.Failed, Message: "a"}}, 0, channel.Unseen, channel.Certain},
		"before the log":            {[]event.Event{sent(-29*day-hour, "a", "response")}, 0, channel.Unseen, channel.Certain},
		"HUMAN_AGENT, before it":    {[]event.Event{sent(-28*day, "a", "human_agent")}, 0, channel.Unseen, channel.Certain},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(x.tolerance, x.events...)
			if r := c.Judge(&c.Messages[len(c.Messages)-1]); r.Standing != x.state || r.Why != x.why {
				t.Errorf("state %d for %d, want %d for %d", r.Standing, r.Why, x.state, x.why)
			}
		})
	}
	c := open(0, wrote(0, "text"), sent(2*day, "a", "response"))
	c.Coverage.Inbound = false
	if r := c.Judge(&c.Messages[0]); r.Standing != channel.Unseen {
		t.Errorf("without the users' side: state %d", r.Standing)
	}
	c.Coverage.Inbound, c.Coverage.Gaps = true, []coverage.Gap{{From: c.Messages[0].Sent - 2*hour, To: c.Messages[0].Sent - hour}}
	if r := c.Judge(&c.Messages[0]); r.Standing != channel.Unseen {
		t.Errorf("beside a gap: state %d", r.Standing)
	}
}

// at is an event so many days later.
func at(e event.Event, days int64) event.Event {
	e.Time += days * day
	return e
}
