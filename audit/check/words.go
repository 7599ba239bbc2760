package check

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	amounts "waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// charge says how the message is charged.
func (c *Case) charge() Text {
	r := &c.Message.Reported
	word := r.CategoryWord
	switch {
	case r.Bill.Lines > 0:
		if word = cmp.Or(c.lineCategory(), word); word != "" {
			return BilledAs.Say(c.what(), word)
		}
		return Billed.Say(c.what())
	case c.Charging == verdict.Opened && r.Listed():
		return ListPrice.Say(c.what())
	case c.Charging == verdict.Opened && word != "":
		return OpenedAs.Say(word)
	case c.Charging == verdict.Opened:
		return Opened.Say()
	case word != "":
		return ChargedAs.Say(word)
	}
	return Charged.Say(c.what())
}

// lineCategory is the category that a line of the bill names, "" if none does.
func (c *Case) lineCategory() string {
	for _, i := range c.Message.Events {
		if e := &c.Pair.Events[i]; e.BillLine() && e.Category != "" {
			return e.Category
		}
	}
	return ""
}

// what names the message in a sentence.
func (c *Case) what() string {
	m := c.Message
	switch {
	case m.Template == reading.Yes:
		return strings.TrimLeft(m.Category.String()+" template", " ")
	case m.Type == "reaction":
		return "reaction"
	case m.Type != "":
		return m.Type + " message"
	case m.Template == reading.No:
		return "service message"
	}
	return "message"
}

// undelivered says why the message did not arrive.
func (c *Case) undelivered() Text {
	switch m := c.Message; {
	case m.FailedAt == 0:
		return NeverDelivered.Say()
	case m.Error != "":
		return FailedWith.Say(m.Error)
	}
	return Failed.Say()
}

// exemption says why the message is free beyond the free tier.
func (c *Case) exemption() Text {
	switch {
	case c.Message.Type == "reaction":
		return Reaction.Say()
	case c.Message.App:
		return AppMessage.Say()
	case c.Pair.Facts.Exempt == reading.Yes:
		return ExemptAccount.Say()
	}
	return Text{}
}

// source says where the template's category is known from.
func (c *Case) source() string {
	switch c.Message.Source {
	case message.CategoryFromSend:
		return "the record of its sending"
	case message.CategoryConfigured:
		return "the configuration"
	}
	return "the announced changes of its category"
}

// month is the calendar month in which the message is counted.
func (c *Case) month() era.Month { return price.Month(c.Pair, c.Judgement) }

// chargedOnce writes the amount that one charge of the message takes.
func (c *Case) chargedOnce() string {
	return c.Worth.Currency + " " + c.Message.Reported.Amount.Sub(c.Worth.Extra).String()
}

// due names the category that is due.
func (c *Case) due() string { return category.Category(c.Code).String() }

// dueCharge names the charge that is due, with its unit.
func (c *Case) dueCharge() string {
	unit, article := "message", "a"
	if c.Era.Conversational() {
		unit = "conversation"
	}
	if strings.HasPrefix(c.due(), "authentication") {
		article = "an"
	}
	return article + " " + c.due() + " " + unit
}

// dueRate writes the rate of the charge that is due.
func (c *Case) dueRate() string {
	text := c.Worth.Due.Currency + " " + amounts.Of(c.Worth.Due.Amount).String()
	if c.Worth.Due.AtMost {
		return "at most " + text
	}
	return text
}

// rateHit makes the finding of an amount that the account's card does not allow.
func (c *Case) rateHit(why Text) Hit {
	switch c.Verdict {
	case result.Undercharge:
		return Hit{Explanation: why, Severity: result.Info}
	case result.Uncertain:
		return Hit{Explanation: why.Then(c.rateDoubt()), Severity: result.Warning}
	}
	return Hit{Explanation: why}
}

// rateDoubt says why the charge may be right, or no more than is due.
func (c *Case) rateDoubt() Text {
	switch c.Doubt {
	case reading.Certain:
		return RateUnverified.Say()
	case reading.FactUnknown:
		return DearerUnknown.Say()
	}
	return c.doubt(c.Doubt)
}

// billLines are the lines of bills above zero that name the message.
func (c *Case) billLines() (lines []*event.Event) {
	for _, i := range c.Message.Events {
		if e := &c.Pair.Events[i]; e.BillLine() && e.Amount > 0 {
			lines = append(lines, e)
		}
	}
	return lines
}

// stamp writes an instant for a person, in UTC.
func stamp(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05Z") }

// duration writes a length of time for a person, rounded down.
func duration(ms int64) string {
	if ms < era.Hour {
		return Counted(ms/(era.Hour/60), "minute")
	}
	return Counted(ms/era.Hour, "hour")
}

// Times says how often: "once", "twice", "3 times".
func Times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprint(n, " times")
}

// Counted writes a number of things: "1 message", "14 messages".
func Counted(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprint(n, " ", thing)
}

// List joins words: "a", "a or b", "a, b or c".
func List(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}
