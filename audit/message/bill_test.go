package message

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/event"
	"waudit/audit/event/eventtest"
	"waudit/audit/money"
)

// TestLinesAreRead: whatever lines are taken for one another, and whichever of
// them is right then, they charge at least what is sure beyond one charge; where
// each is a charge of its own that is the whole excess.
func TestLinesAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(rapid.Custom(drawLine), 1, 6).Draw(t, "lines")
		b := new(BillLines)
		own := make([]int32, len(events))
		for i := range own {
			own[i] = int32(i)
		}
		b.addBill(eventtest.Packed(events...), own, 0)
		sure, _ := b.Sure.Int64()
		excess, _ := b.Excess.Int64()
		if sure < 0 || sure > excess {
			t.Fatalf("%+v", b)
		}
		isFee := func(e event.Event) bool { return e.Category != "" && e.Amount > 0 }
		fees := slices.DeleteFunc(slices.Clone(events), func(e event.Event) bool { return !isFee(e) })
		others := slices.DeleteFunc(slices.Clone(events), isFee)
		least := min(leastBeyond(events, nil), leastBeyond(fees, nil)+leastBeyond(others, nil))
		if sure > max(least, 0) {
			t.Fatalf("sure %d, and a reading charges %d beyond one charge", sure, least)
		}
		if !b.Restated && len(fees) == 0 && sure != excess {
			t.Fatalf("sure %d of %d, and no line may be another", sure, excess)
		}
	})
}

func drawLine(t *rapid.T) event.Event {
	return event.Event{
		Kind: event.Charge, HasAmount: true, Currency: "USD",
		Amount:   rapid.SampledFrom([]int64{5, 5, 5, 6, 1, -5}).Draw(t, "amount"),
		Line:     rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(t, "id"),
		Category: rapid.SampledFrom([]string{"", "", "", "platform_fee"}).Draw(t, "category"),
		Place:    event.Place{Input: rapid.Uint32Range(0, 2).Draw(t, "input")},
	}
}

// leastBeyond tries all ways to take the lines above zero for one another, and
// returns the least that is charged beyond the dearest charge.
func leastBeyond(rest []event.Event, charges [][]event.Event) int64 {
	if len(rest) == 0 {
		return beyondOne(charges)
	}
	e, rest := rest[0], rest[1:]
	least := leastBeyond(rest, append(slices.Clone(charges), []event.Event{e}))
	for i, c := range charges {
		if e.Amount > 0 && mayBe(&e, c) {
			joined := slices.Clone(charges)
			joined[i] = append(slices.Clone(c), e)
			least = min(least, leastBeyond(rest, joined))
		}
	}
	return least
}

// mayBe tells whether a line may restate a charge: each of its lines has the same
// id, or stands in another input and has no other id.
func mayBe(e *event.Event, charge []event.Event) bool {
	return !slices.ContainsFunc(charge, func(o event.Event) bool {
		switch {
		case o.Amount < 0 || o.Category != e.Category:
			return true
		case o.Line != "" && e.Line != "":
			return o.Line != e.Line
		}
		return o.Place.Input == e.Place.Input
	})
}

func beyondOne(charges [][]event.Event) int64 {
	var sum, dearest int64
	for _, c := range charges {
		lowest := c[0].Amount
		for _, e := range c {
			lowest = min(lowest, e.Amount)
		}
		sum, dearest = sum+lowest, max(dearest, lowest)
	}
	return sum - dearest
}

// TestBillBesideTheLog: beside a bill, lines that the log has of a message are what
// the log says of its price, and no second charge.
func TestBillBesideTheLog(t *testing.T) {
	line := func(input uint32, amount int64) event.Event {
		return event.Event{Kind: event.Charge, HasAmount: true, Currency: "USD", Amount: amount, Place: event.Place{Input: input}}
	}
	events := []event.Event{line(0, 5), line(1, 6), line(2, 7), line(2, 7)}
	var b BillLines
	logged := b.addBill(eventtest.Packed(events...), []int32{0, 1, 2, 3}, 2)
	if b.Amount != money.Of(14) || b.Sure != money.Of(7) || logged != (OwnPrice{true, money.Of(11), "USD"}) {
		t.Errorf("bill %+v, log %+v", b, logged)
	}
	b = BillLines{}
	logged = b.addBill(eventtest.Packed(events...), []int32{0, 1}, 2)
	if b.Amount != money.Of(11) || b.Excess != money.Of(5) || b.Sure != money.Of(0) || logged.OK {
		t.Errorf("not on the bill: %+v, log %+v", b, logged)
	}
}

// TestManyEvents: of a pair of very many events only the messages are kept.
func TestManyEvents(t *testing.T) {
	events := make([]event.Event, 0, manyEvents+2)
	for range manyEvents/2 + 1 {
		id := strconv.Itoa(len(events) / 2)
		events = append(events, event.Event{Kind: event.Sent, Message: id}, event.Event{Kind: event.Delivered, Message: id})
	}
	j := NewJoiner(nil)
	for _, n := range []int{len(events), 4} {
		if got := len(j.Join(event.ListOf(events[:n]...), 0)); got != n/2 {
			t.Errorf("%d messages of %d events", got, n)
		}
		if room := cap(j.ids) + cap(j.table) + cap(j.next); room > n && n > manyEvents {
			t.Errorf("room for %d is kept of what %d events were joined by", room, n)
		}
	}
}

// TestLineLeavesGroup: a message to a group is one also if the last that is said of it is a
// line of a bill, which names the message alone, or the member as its customer.
func TestLineLeavesGroup(t *testing.T) {
	for _, customer := range []string{"", "15550177001"} {
		got := NewJoiner(nil).Join(eventtest.Packed(
			event.Event{Kind: event.Delivered, Time: 1, Message: "a", Group: "g", Participant: "15550177001"},
			event.Event{Kind: event.Charge, Time: 2, Message: "a", Participant: customer, HasAmount: true, Amount: 1},
		), 0)
		if len(got) != 1 || !got[0].Group || got[0].Participant != "15550177001" || got[0].Reported.Bill().Lines != 1 {
			t.Errorf("customer %q: %d messages, the first %+v", customer, len(got), got[0])
		}
	}
}
