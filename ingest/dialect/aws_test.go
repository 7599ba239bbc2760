package dialect

import (
	"testing"

	"waudit/audit/event"
)

// AWS End User Messaging Social sends Meta's entries as a text, mostly by way
// of SNS, which makes a text of the whole once more.
func TestAWS(t *testing.T) {
	const context = `"context":{"MetaWabaIds":[{"wabaId":"` + waba + `","arn":"arn:aws:social-messaging:x"}],
		"MetaPhoneNumberIds":[{"metaPhoneNumberId":"` + number + `","arn":"arn:aws:social-messaging:y"}]}`
	notice := `{` + context + `,"whatsAppWebhookEntry":` + quoted(t, bareEntry) + `,"aws_account_id":"100000000001",
		"message_timestamp":"2026-10-02T00:13:21.000000000Z","messageId":"m7"}`
	for name, record := range map[string]string{
		"by SNS": `{"Type":"Notification","MessageId":"x","TopicArn":"arn:aws:sns:x","Message":` + quoted(t, notice) + `,"Timestamp":` + instantText + `}`,
		"bare":   notice,
	} {
		t.Run(name, func(t *testing.T) {
			wantEvent(t, decodeMeta(t, record), delivered(func(e *event.Event) { e.WABA, e.Number = waba, number }))
			for _, p := range providersB() {
				if d := p.dialect(); recognises(t, d, record) {
					t.Errorf("%s claims it", d.Name())
				}
			}
		})
	}
}
