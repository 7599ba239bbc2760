package meta_test

import (
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestTemplateCategoryUpdate(t *testing.T) {
	want := event.Change{
		Kind: event.TemplateCategory, Time: dialecttest.Instant, WABA: dialecttest.WABA,
		Template: "ours_parcel", Language: "en", Previous: "utility", New: "marketing",
	}
	const members = `"message_template_id":1234567890123456,"message_template_name":"ours_parcel","message_template_language":"en","new_category":"MARKETING"`
	got := dialecttest.DecodeMeta(t, dialecttest.WebhookOf("template_category_update", members+`,"previous_category":"UTILITY"`))
	dialecttest.WantItems(t, got, dialect.Items{Changes: []event.Change{want}})
	want.Previous = ""
	dialecttest.WantItems(t, dialecttest.DecodeMeta(t, dialecttest.WebhookOf("template_category_update", members)), dialect.Items{Changes: []event.Change{want}})

	const at = "entry[0].changes[0].value"
	dialecttest.WantRejected(t, dialecttest.DecodeMeta(t, dialecttest.WebhookOf("template_category_update", `"new_category":"UTILITY"`)), at, "lacks message_template_name")
	timeless := strings.Replace(dialecttest.WebhookOf("template_category_update", members), `"time":1790900000,`, "", 1)
	dialecttest.WantRejected(t, dialecttest.DecodeMeta(t, timeless), at, "template_category_update has no place in time: it has no entry.time")
}

func TestAuthInternationalEligibility(t *testing.T) {
	eligibility := func(members string) *dialect.Items {
		return dialecttest.DecodeMeta(t, dialecttest.WebhookOf("account_update", `"event":"AUTH_INTL_PRICE_ELIGIBILITY_UPDATE","auth_international_rate_eligibility":`+members))
	}
	change := func(country string, start int64) event.Change {
		return event.Change{Kind: event.AuthInternational, Time: dialecttest.Instant, WABA: dialecttest.WABA, Country: country, Start: start * 1000}
	}
	dialecttest.WantItems(t, eligibility(`{"start_time":1748780624,"exception_countries":[{"country_code":"id","start_time":"1751347424"},{"country_code":"IN","start_time":1751347425}]}`),
		dialect.Items{Changes: []event.Change{change("", 1748780624), change("ID", 1751347424), change("IN", 1751347425)}})
	dialecttest.WantItems(t, eligibility(`{"exception_countries":[{"country_code":"ID","start_time":1751347424}]}`),
		dialect.Items{Changes: []event.Change{change("ID", 1751347424)}})
	dialecttest.WantRejected(t, eligibility(`{}`), "entry[0].changes[0].value", "names no start_time")
	dialecttest.WantRejected(t, eligibility(`{"start_time":"soon"}`), "entry[0].changes[0].value.auth_international_rate_eligibility", `start_time "soon" is no time`)
}

func TestPrimaryLocation(t *testing.T) {
	got := dialecttest.DecodeMeta(t, dialecttest.WebhookOf("account_update", `"event":"BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE","country":"in"`))
	dialecttest.WantItems(t, got, dialect.Items{Changes: []event.Change{{Kind: event.PrimaryLocation, Time: dialecttest.Instant, WABA: dialecttest.WABA, Country: "IN"}}})
	dialecttest.WantRejected(t, dialecttest.DecodeMeta(t, dialecttest.WebhookOf("account_update", `"event":"BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE"`)),
		"entry[0].changes[0].value", "names no country")
}

func TestUserIDUpdate(t *testing.T) {
	got := dialecttest.DecodeMeta(t, dialecttest.WebhookOf("user_id_update", dialecttest.Metadata+`,"user_id_update":[{"wa_id":"15550177001",
		"user_id":{"previous":"US.1","current":"US.2"},"parent_user_id":{"previous":"US.ENT.1","current":"US.ENT.2"},`+dialecttest.Seconds+`}]`))
	dialecttest.WantItems(t, got, dialect.Items{
		Ignored: []string{"field user_id_update"},
		Links: []dialect.Link{
			{UserID: "US.2", Phone: "15550177001", Previous: "US.1"},
			{UserID: "US.ENT.2", Phone: "15550177001", Previous: "US.ENT.1"},
		},
	})
}

// Every other webhook about an account is one item, ignored by its name.
func TestAccountWebhooksAreIgnored(t *testing.T) {
	for _, field := range []string{
		"account_alerts", "account_review_update", "message_template_quality_update", "message_template_status_update",
		"template_correct_category_detection", "group_lifecycle_update", "user_preferences", "smb_app_state_sync", "security",
	} {
		got := dialecttest.DecodeMeta(t, dialecttest.WebhookOf(field, `"event":"APPROVED","groups":[{}],"state_sync":[{},{}]`))
		dialecttest.WantItems(t, got, dialect.Items{Ignored: []string{"field " + field}})
	}
	dialecttest.WantItems(t, dialecttest.DecodeMeta(t, dialecttest.WebhookOf("account_update", `"event":"PARTNER_ADDED"`)), dialect.Items{Ignored: []string{"account_update PARTNER_ADDED"}})
	dialecttest.WantItems(t, dialecttest.DecodeMeta(t, dialecttest.WebhookOf("account_update", ``)), dialect.Items{Ignored: []string{"account_update"}})
	dialecttest.WantItems(t, dialecttest.DecodeMeta(t, dialecttest.WebhookOf("invalid_field", ``)), dialect.Items{
		Ignored: []string{"field invalid_field"}, Unknown: []dialect.Unknown{{What: "field", Value: "invalid_field"}},
	})
}
