package provider_test

import (
	"testing"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestAnalytics(t *testing.T) { checkProvider(t, dialecttest.Of("analytics"), analyticsCases()) }

func analyticsCases() providerCases {
	const reconcile = ": volumes, not messages; give it to waudit reconcile"
	const counts = ": counts, not messages"
	pricing := dialect.Items{Ignored: []string{"Meta's pricing_analytics" + reconcile}}
	return providerCases{
		"pricing": {record: `{"currency":"USD","pricing_analytics":{"data":[{"data_points":[{"start":1790838000,"end":1790924400,"country":"BR",
			"pricing_type":"REGULAR","pricing_category":"SERVICE","volume":12,"cost":0.0816}]}]},"id":"100000000000007"}`, want: pricing},
		"pricing, nothing": {record: `{"pricing_analytics":{"data":[]},"id":"100000000000007"}`, want: pricing},
		"pricing, inner":   {record: `{"data_points":[{"start":1790838000,"pricing_category":"SERVICE","volume":12}]}`, want: pricing},
		"conversations, inner": {record: `{"data_points":[{"start":1719792000,"conversation":7}]}`,
			want: dialect.Items{Ignored: []string{"Meta's conversation_analytics" + reconcile}}},
		"templates, inner": {record: `{"data_points":[{"start":1719792000,"template_id":"7","sent":3}]}`,
			want: dialect.Items{Ignored: []string{"Meta's template_analytics" + counts}}},
		"conversations": {record: `{"conversation_analytics":{"data":[{"data_points":[{"start":1719792000,"end":1719878400,"conversation":7,"cost":0}]}]}}`,
			want: dialect.Items{Ignored: []string{"Meta's conversation_analytics" + reconcile}}},
		"messages": {record: `{"analytics":{"phone_numbers":["15550100007"],"granularity":"DAY","data_points":[{"start":1,"end":2,"sent":3,"delivered":3}]}}`,
			want: dialect.Items{Ignored: []string{"Meta's analytics" + counts}}},
		"templates": {record: `{"template_analytics":{"data":[{"granularity":"DAILY","data_points":[{"template_id":"7","sent":3}]}]}}`,
			want: dialect.Items{Ignored: []string{"Meta's template_analytics" + counts}}},
	}
}
