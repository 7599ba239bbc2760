package provider_test

import (
	"slices"
	"strings"
	"testing"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/jsontree"
)

// providersA are the dialects of the providers that were the first to have
// one, with samples of what they send.
func providersA() map[string][]string {
	return map[string][]string{
		"meta-on-premises": {dialecttest.OnPremStatus, dialecttest.OnPremInbound, dialecttest.OnPremCamel},
		"twilio": {
			twilioCallback, twilioWebhook, twilioResource, twilioPage, twilioBulk, twilioRow, twilioConsoleRow,
			twilioCloudEvent, twilioInboundEvent,
		},
		"gupshup": {gupshupStatus, gupshupEnqueued, gupshupBilling, gupshupInbound},
		"infobip": {infobipDelivery, infobipSeen, infobipInbound, infobipMessages, infobipRequest, infobipAnswer},
		"vonage":  {vonageStatus, vonageOldStatus, vonageInbound, vonageOldInbound, vonageRow, vonageInboundRow},
	}
}

// dialectsA are the dialects of providersA, with those that they must not take
// records from.
func dialectsA() []dialect.Dialect {
	return []dialect.Dialect{dialecttest.Of("flat")(), dialecttest.Of("simulate-truth")(), dialecttest.Of("meta-on-premises")(), dialecttest.Of("twilio")(), dialecttest.Of("gupshup")(), dialecttest.Of("infobip")(), dialecttest.Of("vonage")()}
}

// Every sample is of one dialect, so that their order does not matter.
func TestProvidersDoNotOverlap(t *testing.T) {
	foreign := map[string][]string{
		"flat": {dialecttest.FlatRecord}, "simulate-truth": {`{"check":"WA101","message_id":"wamid.a"}`},
		"": {dialecttest.Webhook, dialecttest.Body, dialecttest.BareValue, dialecttest.BareStatus, dialecttest.MessagesOf(`"statuses":[]`), `{"results":[{"messageId":"m","status":"sent"}]}`,
			`{"message_uuid":"u","message_state":"sent","message_type":"whatsapp"}`, `{"sid":"CA1","from":"a","to":"b","status":"busy"}`,
			`{"messages":[{"sid":"IM1"}]}`, `{"app":"a","type":"message","payload":"text"}`, `{"messages":[],"page":0}`,
			`{"sid":"SM1","name":"task"}`, `{"results":[]}`, `{"direction":"inbound","date_received":"today"}`},
	}
	for _, samples := range []map[string][]string{providersA(), foreign} {
		for want, records := range samples {
			for _, record := range records {
				if got := dialecttest.RecognisedOf(t, dialectsA(), record); !slices.Equal(got, nonEmpty(want)) {
					t.Errorf("recognised by %q, want %q: %s", got, want, record)
				}
			}
		}
	}
}

// A record that is said to be of a dialect, and is not, is ignored.
func TestProvidersForeign(t *testing.T) {
	for _, d := range dialectsA()[2:] {
		for _, record := range []string{`{}`, `[]`, `null`, dialecttest.FlatRecord} {
			if got := dialecttest.Decode(t, d, record); got.Len() != 1 || len(got.Ignored) != 1 {
				t.Errorf("%s makes %+v of %s", d.Name(), *got, record)
			}
		}
	}
}

func nonEmpty(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

func FuzzProviders(f *testing.F) {
	for _, samples := range providersA() {
		for _, sample := range samples {
			f.Add([]byte(sample))
		}
	}
	dialects := dialectsA()[2:]
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range dialects {
			items := dialecttest.CheckDecode(t, d, data)
			if items == nil {
				return
			}
			var tree jsontree.Tree
			_, _ = tree.Parse(data)
			switch listed := listedItems(d.Name(), tree.Root()); {
			case items.Len() < listed:
				t.Fatalf("%s makes %d items of a list of %d: %+v", d.Name(), items.Len(), listed, *items)
			case d.Name() != "meta-on-premises" && !d.Recognise(tree.Root()) && len(items.Ignored) != 1:
				t.Fatalf("%s decodes what it does not know: %+v", d.Name(), *items)
			}
		}
	})
}

// listedItems is how many items a record of the dialect lists, 0 if it is none.
func listedItems(dialect string, v jsontree.Value) (n int) {
	var lists []jsontree.Value
	switch {
	case dialect == "meta-on-premises":
		lists = []jsontree.Value{v.Get("statuses"), v.Get("messages")}
	case dialect == "infobip" && dialecttest.Of("infobip")().Recognise(v):
		lists = []jsontree.Value{v.Get("results")}
	case dialect == "twilio" && dialecttest.Of("twilio")().Recognise(v) && !strings.HasPrefix(v.Get("type").Str(), "com.twilio."):
		lists = []jsontree.Value{v.Get("messages")}
	}
	for _, list := range lists {
		for e := list.First(); e.OK() && list.Kind() == jsontree.Array; e = e.Next() {
			n++
		}
	}
	return n
}
