package event

import "testing"

func TestChannelOf(t *testing.T) {
	for id, want := range map[string]struct {
		c    Channel
		bare string
	}{
		"messenger:1234": {Messenger, "1234"}, "instagram:1784": {Instagram, "1784"}, "messenger:": {Messenger, ""},
		"": {WhatsApp, ""}, "15550177001": {WhatsApp, "15550177001"}, "whatsapp:+1": {WhatsApp, "whatsapp:+1"},
		"messenger": {WhatsApp, "messenger"}, "intercom:1": {WhatsApp, "intercom:1"},
	} {
		if c, bare := ChannelOf(id); c != want.c || bare != want.bare {
			t.Errorf("%q is %q of %s", id, bare, c)
		}
	}
	for c := range NumChannels {
		if of, bare := ChannelOf(c.ID("77")); of != c || bare != "77" || c.ID("") != "" {
			t.Errorf("the id 77 of %s is %q of %s", c, bare, of)
		}
	}
}
