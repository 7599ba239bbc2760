package check

import (
	"strings"

	"waudit/audit/category"
	"waudit/audit/message"
	amounts "waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/result"
)

// errorCode puts the code of a failure into words.
func (c *Case) errorCode() string {
	if c.Message.Error == "" {
		return ""
	}
	return " (error " + c.Message.Error + ")"
}

// exemption says why the message is free beyond the free tier.
func (c *Case) exemption() string {
	switch {
	case c.Final.Has(outcome.FreeReaction):
		return "reactions are free"
	case c.Final.Has(outcome.FreeAppEcho):
		return "it was written in the WhatsApp Business app, which is free"
	}
	return "service messages of an exempt organisation are free"
}

// categorySource says where the template's category is known from.
func (c *Case) categorySource() string {
	switch c.Message.Source {
	case message.CategoryFromSend:
		return "so says the send request"
	case message.CategoryConfigured:
		return "so says the configuration"
	}
	return "so say the category webhooks"
}

// article returns the indefinite article of a word.
func article(word string) string {
	if word != "" && strings.ContainsRune("aeiou", rune(word[0])) && !strings.HasPrefix(word, "uti") {
		return "an"
	}
	return "a"
}

// charged writes the amount that one charge of the message takes.
func (c *Case) charged() string {
	return c.Worth.Currency + " " + amounts.Format(c.Message.Reported.Amount.Sub(c.Worth.Extra), 4)
}

// duty names the charge that is due.
func (c *Case) duty() string {
	return category.Category(c.Code).String() + " to this customer"
}

// dueRate writes the rate of the charge that is due.
func (c *Case) dueRate() string {
	text := c.Worth.Due.Currency + " " + amounts.Format(amounts.Of(c.Worth.Due.Amount), 4)
	if c.Worth.Due.AtMost {
		return "at most " + text
	}
	return text
}

// rateHit makes the finding of an amount that the account's card does not allow.
func (c *Case) rateHit(why string) Hit {
	switch c.Verdict {
	case result.Undercharge:
		return Hit{Explanation: why, Severity: result.Info}
	case result.Uncertain:
		return Hit{Explanation: why + " Not sure: that rate is not verified.", Severity: result.Warning}
	}
	return Hit{Explanation: why}
}
