package check

import (
	"strings"

	"waudit/audit/message"
	"waudit/audit/outcome"
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
