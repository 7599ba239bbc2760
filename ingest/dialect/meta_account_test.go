package dialect

import (
	"strings"
	"testing"

	"waudit/audit/event"
)

func TestTemplateCategoryUpdate(t *testing.T) {
	want := event.Change{
		Kind: event.TemplateCategory, Time: instant, WABA: waba,
		Template: "ours_parcel", Language: "en", Previous: "utility", New: "marketing",
	}
	const members = `"message_template_id":1234567890123456,"message_template_name":"ours_parcel","message_template_language":"en","new_category":"MARKETING"`
	got := decodeMeta(t, webhookOf("template_category_update", members+`,"previous_category":"UTILITY"`))
	wantItems(t, got, Items{Changes: []event.Change{want}})
	want.Previous = ""
	wantItems(t, decodeMeta(t, webhookOf("template_category_update", members)), Items{Changes: []event.Change{want}})

	const at = "entry[0].changes[0].value"
	wantRejected(t, decodeMeta(t, webhookOf("template_category_update", `"new_category":"UTILITY"`)), at, "lacks message_template_name")
	timeless := strings.Replace(webhookOf("template_category_update", members), `"time":1790900000,`, "", 1)
	wantRejected(t, decodeMeta(t, timeless), at, "template_category_update has no place in time: it has no entry.time")
}

func TestAuthInternationalEligibility(t *testing.T) {
	eligibility := func(members string) *Items {
		return decodeMeta(t, webhookOf("account_update", `"event":"AUTH_INTL_PRICE_ELIGIBILITY_UPDATE","auth_international_rate_eligibility":`+members))
	}
	change := func(country string, start int64) event.Change {
		return event.Change{Kind: event.AuthInternational, Time: instant, WABA: waba, Country: country, Start: start * 1000}
	}
	wantItems(t, eligibility(`{"start_time":1748780624,"exception_countries":[{"country_code":"id","start_time":"1751347424"},{"country_code":"IN","start_time":1751347425}]}`),
		Items{Changes: []event.Change{change("", 1748780624), change("ID", 1751347424), change("IN", 1751347425)}})
	wantItems(t, eligibility(`{"exception_countries":[{"country_code":"ID","start_time":1751347424}]}`),
		Items{Changes: []event.Change{change("ID", 1751347424)}})
	wantRejected(t, eligibility(`{}`), "entry[0].changes[0].value", "names no start_time")
	wantRejected(t, eligibility(`{"start_time":"soon"}`), "entry[0].changes[0].value.auth_international_rate_eligibility", `start_time "soon" is no time`)
}

func TestPrimaryLocation(t *testing.T) {
	got := decodeMeta(t, webhookOf("account_update", `"event":"BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE","country":"in"`))
	wantItems(t, got, Items{Changes: []event.Change{{Kind: event.PrimaryLocation, Time: instant, WABA: waba, Country: "IN"}}})
	wantRejected(t, decodeMeta(t, webhookOf("account_update", `"event":"BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE"`)),
		"entry[0].changes[0].value", "names no country")
}

func TestUserIDUpdate(t *testing.T) {
	got := decodeMeta(t, webhookOf("user_id_update", metadata+`,"user_id_update":[{"wa_id":"15550177001",
		"user_id":{"previous":"US.1","current":"US.2"},"parent_user_id":{"previous":"US.ENT.1","current":"US.ENT.2"},`+seconds+`}]`))
	wantItems(t, got, Items{
		Ignored: []string{"field user_id_update"},
		Links: []Link{
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
		got := decodeMeta(t, webhookOf(field, `"event":"APPROVED","groups":[{}],"state_sync":[{},{}]`))
		wantItems(t, got, Items{Ignored: []string{"field " + field}})
	}
	wantItems(t, decodeMeta(t, webhookOf("account_update", `"event":"PARTNER_ADDED"`)), Items{Ignored: []string{"account_update PARTNER_ADDED"}})
	wantItems(t, decodeMeta(t, webhookOf("account_update", ``)), Items{Ignored: []string{"account_update"}})
	wantItems(t, decodeMeta(t, webhookOf("invalid_field", ``)), Items{
		Ignored: []string{"field invalid_field"}, Unknown: []Unknown{{"field", "invalid_field"}},
	})
}
