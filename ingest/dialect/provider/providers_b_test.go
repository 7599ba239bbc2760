package provider_test

import (
	"maps"
	"slices"
	"testing"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/provider"
)

// providerCase is a record of a provider and what it must hold: these items or,
// where a reason is given, one rejected item at that path.
type providerCase struct {
	record string
	want   dialect.Items
	at     string
	reason string // words of the reason
}

// providerCases are the cases of one provider, by what they show.
type providerCases map[string]providerCase

// instantText is instant as most providers write it.
const instantText = `"2026-10-02T00:13:20Z"`

func checkProvider(t *testing.T, dialect func() dialect.Dialect, cases providerCases) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := dialect()
			got := dialecttest.Decode(t, d, c.record)
			if c.reason != "" {
				dialecttest.WantRejected(t, got, c.at, c.reason)
			} else {
				dialecttest.WantItems(t, got, c.want)
			}
			if !d.Recognise(dialecttest.Parse(t, c.record)) {
				t.Errorf("%s does not know its own %s", d.Name(), c.record)
			}
		})
	}
}

// providerB is a dialect and its cases.
type providerB struct {
	dialect func() dialect.Dialect
	cases   providerCases
}

func providersB() []providerB {
	return []providerB{
		{dialecttest.Of("messagebird"), messageBirdCases()},
		{dialecttest.Of("sinch"), sinchCases()},
		{dialecttest.Of("ycloud"), yCloudCases()},
		{dialecttest.Of("azure"), azureCases()},
		{dialecttest.Of("interakt"), interaktCases()},
		{dialecttest.Of("wati"), watiCases()},
		{dialecttest.Of("kaleyra"), kaleyraCases()},
		{dialecttest.Of("8x8"), wavecellCases()},
		{dialecttest.Of("engagelab"), engageLabCases()},
		{dialecttest.Of("plivo"), plivoCases()},
		{dialecttest.Of("conversation-events"), conversationEventsCases()},
		{dialecttest.Of("analytics"), analyticsCases()},
		{dialecttest.Of("wasapflow"), wasapFlowCases()},
		{dialecttest.Of("kapso"), kapsoCases()},
		{dialecttest.Of("glific"), glificCases()},
		{dialecttest.Of("alibaba"), alibabaCases()},
		{dialecttest.Of("chakra"), chakraCases()},
		{dialecttest.Of("connectly"), connectlyCases()},
		{dialecttest.Of("zenvia"), zenviaCases()},
		{dialecttest.Of("heyy"), heyyCases()},
		{dialecttest.Of("nifteem"), nifteemCases()},
		{dialecttest.Of("msg91"), msg91Cases()},
		{dialecttest.Of("telnyx"), telnyxCases()},
		{dialecttest.Of("brevo"), brevoCases()},
	}
}

// A record means the same whatever the order in which dialects are tried: none
// claims another's, nor a flat record, nor what Meta sends.
func TestProvidersKnowOnlyTheirOwn(t *testing.T) {
	others := provider.All()
	for _, p := range providersB() {
		others = append(others, p.dialect)
	}
	meta := dialecttest.Of("meta-cloud")().Name() // comes last, and looks into all that is wrapped
	for _, p := range providersB() {
		own := p.dialect().Name()
		for _, c := range p.cases {
			for _, other := range others {
				if d := other(); d.Name() != own && d.Name() != meta && d.Recognise(dialecttest.Parse(t, c.record)) {
					t.Errorf("%s claims a record of %s: %s", d.Name(), own, c.record)
				}
			}
		}
	}
}

func TestProvidersLeaveTheRest(t *testing.T) {
	for _, p := range providersB() {
		d := p.dialect()
		for _, record := range []string{
			dialecttest.Webhook, dialecttest.Body, dialecttest.BareEntry, dialecttest.BareChange, dialecttest.BareValue, dialecttest.BareStatus, dialecttest.FlatRecord,
			`{"event":"sent","timestamp":1790900000,"message_id":"m","waba_id":"1","data":""}`,
			`{"event":"message.delivered","waba_id":"1","phone_number_id":"2","data":{"message_id":"x","raw":` + dialecttest.BareStatus + `}}`,
			`{"message_id":"wamid.a","check":"WA101"}`,
			`{"received_at":"2026-10-01T10:00:00Z","body":` + dialecttest.Body + `}`,
			`{}`, `[]`, `"text"`, `null`, `1`,
		} {
			if d.Recognise(dialecttest.Parse(t, record)) {
				t.Errorf("%s claims %s", d.Name(), record)
			}
		}
	}
}

// Who names a dialect on the command line gets every record accounted for.
func TestProvidersAccountForForeignRecords(t *testing.T) {
	for _, p := range providersB() {
		for _, record := range []string{`{}`, `[]`, `"text"`, `null`, dialecttest.FlatRecord} {
			if got := dialecttest.Decode(t, p.dialect(), record); got.Len() != 1 || len(got.Ignored) != 1 {
				t.Errorf("%s makes %+v of %s", p.dialect().Name(), *got, record)
			}
		}
	}
}

// sortedNames keeps the order of the cases the same from run to run.
func sortedNames(cases providerCases) []string { return slices.Sorted(maps.Keys(cases)) }
