package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect/dialecttest"
)

// AWS End User Messaging Social sends Meta's entries as a text, mostly by way
// of SNS, which makes a text of the whole once more.
func TestAWS(t *testing.T) {
	const context = `"context":{"MetaWabaIds":[{"wabaId":"` + dialecttest.WABA + `","arn":"arn:aws:social-messaging:x"}],
		"MetaPhoneNumberIds":[{"metaPhoneNumberId":"` + dialecttest.Number + `","arn":"arn:aws:social-messaging:y"}]}`
	notice := `{` + context + `,"whatsAppWebhookEntry":` + dialecttest.Quoted(t, dialecttest.BareEntry) + `,"aws_account_id":"100000000001",
		"message_timestamp":"2026-10-02T00:13:21.000000000Z","messageId":"m7"}`
	for name, record := range map[string]string{
		"by SNS": `{"Type":"Notification","MessageId":"x","TopicArn":"arn:aws:sns:x","Message":` + dialecttest.Quoted(t, notice) + `,"Timestamp":` + instantText + `}`,
		"bare":   notice,
	} {
		t.Run(name, func(t *testing.T) {
			dialecttest.WantEvent(t, dialecttest.DecodeMeta(t, record), dialecttest.Delivered(func(e *event.Event) { e.WABA, e.Number = dialecttest.WABA, dialecttest.Number }))
			for _, p := range providersB() {
				if d := p.dialect(); d.Recognise(dialecttest.Parse(t, record)) {
					t.Errorf("%s claims it", d.Name())
				}
			}
		})
	}
}
