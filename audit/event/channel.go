package event

import "strings"

// Channel is what messages are sent over.
type Channel uint8

// The channels. Nothing is charged for messages but on WhatsApp.
const (
	WhatsApp Channel = iota
	Messenger
	Instagram
	NumChannels
)

var channelNames = [NumChannels]string{WhatsApp: "whatsapp", Messenger: "messenger", Instagram: "instagram"}

// String returns the channel's name, in lower case.
func (c Channel) String() string { return channelNames[c] }

// ID returns an id of the channel as events have it, "" for none: the Page 1234 is
// "messenger:1234", and so are the people whom it knows by their page-scoped ids. The
// channel stands in the ids alone, so that equal digits of two channels are never one
// user, none is taken for a phone, and events of WhatsApp are as they always were.
func (c Channel) ID(id string) string {
	if c == WhatsApp || id == "" {
		return id
	}
	return channelNames[c] + ":" + id
}

// ChannelOf returns the channel of an id that events have: of a business number, of an
// account or of a user; and the id as the channel has it.
func ChannelOf(id string) (c Channel, bare string) {
	if id == "" || id[0] != 'm' && id[0] != 'i' {
		return WhatsApp, id
	}
	for c := Messenger; c < NumChannels; c++ {
		if name, bare, found := strings.Cut(id, ":"); found && name == channelNames[c] {
			return c, bare
		}
	}
	return WhatsApp, id
}

// IsUnpaid reports whether the pair is of a channel on which nothing is charged.
func (p *Pair) IsUnpaid() bool {
	c, _ := ChannelOf(p.Number)
	return c != WhatsApp
}
