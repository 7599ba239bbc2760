package dialect

import (
	"slices"
	"testing"

	"waudit/ingest/jsontree"
)

// providersA are the dialects of the providers that were the first to have
// one, with samples of what they send.
func providersA() map[string][]string {
	return map[string][]string{
		"meta-on-premises": {onPremStatus, onPremInbound, onPremCamel},
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
func dialectsA() []Dialect {
	return []Dialect{newOf[flat](), newOf[truth](), newOf[onPrem](), newOf[twilio](), newOf[gupshup](), newOf[infobip](), provider("vonage")()}
}

// Every sample is of one dialect, so that their order does not matter.
func TestProvidersDoNotOverlap(t *testing.T) {
	foreign := map[string][]string{
		"flat": {flatRecord}, "simulate-truth": {`{"check":"WA101","message_id":"wamid.a"}`},
		"": {webhook, body, bareValue, bareStatus, messagesOf(`"statuses":[]`), `{"results":[{"messageId":"m","status":"sent"}]}`,
			`{"message_uuid":"u","message_state":"sent","message_type":"whatsapp"}`, `{"sid":"CA1","from":"a","to":"b","status":"busy"}`,
			`{"messages":[{"sid":"IM1"}]}`, `{"app":"a","type":"message","payload":"text"}`, `{"messages":[],"page":0}`,
			`{"sid":"SM1","name":"task"}`, `{"results":[]}`, `{"direction":"inbound","date_received":"today"}`},
	}
	for _, samples := range []map[string][]string{providersA(), foreign} {
		for want, records := range samples {
			for _, record := range records {
				if got := recognisedOf(t, dialectsA(), record); !slices.Equal(got, nonEmpty(want)) {
					t.Errorf("recognised by %q, want %q: %s", got, want, record)
				}
			}
		}
	}
}

// A record that is said to be of a dialect, and is not, is ignored.
func TestProvidersForeign(t *testing.T) {
	for _, d := range dialectsA()[2:] {
		for _, record := range []string{`{}`, `[]`, `null`, flatRecord} {
			if got := decode(t, d, record); got.Len() != 1 || len(got.Ignored) != 1 {
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

// recognisedOf names those of the dialects that recognise the record.
func recognisedOf(t *testing.T, dialects []Dialect, record string) (names []string) {
	t.Helper()
	var tree jsontree.Tree
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	for _, d := range dialects {
		if d.Recognise(tree.Root()) {
			names = append(names, d.Name())
		}
	}
	return names
}

// decodeOnly decodes a record of the dialect, and sees that no other of
// dialectsA takes it for its own.
func decodeOnly(t *testing.T, d Dialect, record string) *Items {
	t.Helper()
	if got := recognisedOf(t, dialectsA(), record); !slices.Equal(got, []string{d.Name()}) {
		t.Errorf("recognised by %q: %s", got, record)
	}
	return decode(t, d, record)
}

// wantForeign wants a record not to be of the dialect.
func wantForeign(t *testing.T, d Dialect, record string) {
	t.Helper()
	if names := recognisedOf(t, []Dialect{d}, record); len(names) > 0 {
		t.Errorf("recognised by %q: %s", names, record)
	}
}

// loggedAt is a time that stands around a record.
func loggedAt(t *testing.T, at string) jsontree.Value {
	t.Helper()
	tree := new(jsontree.Tree)
	if _, err := tree.Parse([]byte(at)); err != nil {
		t.Fatal(err)
	}
	return tree.Root()
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
			items := checkDecode(t, d, data)
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
	case dialect == "infobip" && newOf[infobip]().Recognise(v):
		lists = []jsontree.Value{v.Get("results")}
	case dialect == "twilio" && newOf[twilio]().Recognise(v) && !isTwilioEvent(v):
		lists = []jsontree.Value{v.Get("messages")}
	}
	for _, list := range lists {
		for e := list.First(); e.OK() && list.Kind() == jsontree.Array; e = e.Next() {
			n++
		}
	}
	return n
}
