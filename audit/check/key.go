package check

import (
	"cmp"

	"waudit/audit/era"
	"waudit/audit/price"
	"waudit/audit/reading"
)

// Key is a key of an account in the configuration.
type Key struct {
	Name   string    // "timezone", "free_used", ...; "" for none
	Number string    // of the business number that it is about; "" for the account
	Month  era.Month // of free_used
}

// String returns the key as it stands under the account.
func (k Key) String() string {
	switch {
	case k.Name != freeUsed:
		return k.Name
	case k.Number == "":
		return freeUsed + "." + k.Month.String()
	}
	return "numbers." + k.Number + "." + freeUsed + "." + k.Month.String()
}

const freeUsed = "free_used"

// Unset returns the key that is not set and may settle why the verdict is
// uncertain, or why a charge has no amount; no key if there is none.
func (c *Case) Unset() Key {
	w := c.Worth
	if w.Why == price.NoZone || w.Basis == "" && w.Due != nil && w.Due.Why == price.NoZone {
		return c.unset(reading.ZoneUnknown)
	}
	return c.unset(c.Doubt)
}

func (c *Case) unset(why reading.Reason) Key {
	acc := c.Pair.Account
	switch {
	case why == reading.ZoneUnknown && !c.Pair.Facts.Facts.Calendar.ZoneKnown():
		return Key{Name: "timezone"}
	case why == reading.LogStart && !acc.Complete:
		return Key{Name: "complete_from"}
	case why == reading.SentTimeUnknown && c.Message.SentAt == 0 && acc.AssumeSentWithin == 0:
		return Key{Name: "assume_sent_within"}
	case why == reading.FreeTierCount:
		return c.freeUsed()
	}
	return Key{}
}

// freeUsed is the key for what is not in the log of a free tier, where the log
// does not have the month from its beginning.
func (c *Case) freeUsed() Key {
	month, acc := c.month(), c.Pair.Account
	k := Key{Name: freeUsed, Month: month}
	_, set := acc.FreeUsed(month)
	if c.Era.PerMessage() {
		_, set = acc.NumberFreeUsed(c.Pair.Number, month)
		k.Number = c.Pair.Number
	}
	if set || acc.CompleteBefore(c.Pair.Facts.Facts.Calendar.MonthStart(month)) {
		return Key{}
	}
	return k
}

// settle names the key that may settle a doubt.
func (c *Case) settle(why reading.Reason) Text {
	k := c.unset(why)
	if k.Name == "" {
		return Text{}
	}
	return say(MaySettle, "accounts."+cmp.Or(c.Pair.Account.ID, "ID")+"."+k.String())
}
