package dialect

import (
	"maps"
	"slices"
	"testing"
)

// providerCase is a record of a provider and what it must hold: these items or,
// where a reason is given, one rejected item at that path.
type providerCase struct {
	record string
	want   Items
	at     string
	reason string // words of the reason
}

// providerCases are the cases of one provider, by what they show.
type providerCases map[string]providerCase

// instantText is instant as most providers write it.
const instantText = `"2026-10-02T00:13:20Z"`

func checkProvider(t *testing.T, dialect func() Dialect, cases providerCases) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := dialect()
			got := decode(t, d, c.record)
			if c.reason != "" {
				wantRejected(t, got, c.at, c.reason)
			} else {
				wantItems(t, got, c.want)
			}
			if !recognises(t, d, c.record) {
				t.Errorf("%s does not know its own %s", d.Name(), c.record)
			}
		})
	}
}

// providerB is a dialect and its cases.
type providerB struct {
	dialect func() Dialect
	cases   providerCases
}

func providersB() []providerB {
	return []providerB{
		{of("messagebird"), messageBirdCases()},
		{of("sinch"), sinchCases()},
		{of("ycloud"), yCloudCases()},
		{of("azure"), azureCases()},
		{of("interakt"), interaktCases()},
		{of("wati"), watiCases()},
		{of("kaleyra"), kaleyraCases()},
		{of("8x8"), wavecellCases()},
		{of("engagelab"), engageLabCases()},
		{of("plivo"), plivoCases()},
		{of("conversation-events"), conversationEventsCases()},
		{of("analytics"), analyticsCases()},
		{of("wasapflow"), wasapFlowCases()},
		{of("kapso"), kapsoCases()},
		{of("glific"), glificCases()},
		{of("alibaba"), alibabaCases()},
		{of("chakra"), chakraCases()},
		{of("connectly"), connectlyCases()},
		{of("zenvia"), zenviaCases()},
		{of("heyy"), heyyCases()},
		{of("nifteem"), nifteemCases()},
		{of("msg91"), msg91Cases()},
		{of("telnyx"), telnyxCases()},
		{of("brevo"), brevoCases()},
	}
}

// A record means the same whatever the order in which dialects are tried: none
// claims another's, nor a flat record, nor what Meta sends.
func TestProvidersKnowOnlyTheirOwn(t *testing.T) {
	others := All()
	for _, p := range providersB() {
		others = append(others, p.dialect)
	}
	meta := of("meta-cloud")().Name() // comes last, and looks into all that is wrapped
	for _, p := range providersB() {
		own := p.dialect().Name()
		for _, c := range p.cases {
			for _, other := range others {
				if d := other(); d.Name() != own && d.Name() != meta && recognises(t, d, c.record) {
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
			webhook, body, bareEntry, bareChange, bareValue, bareStatus, flatRecord,
			`{"event":"sent","timestamp":1790900000,"message_id":"m","waba_id":"1","data":""}`,
			`{"event":"message.delivered","waba_id":"1","phone_number_id":"2","data":{"message_id":"x","raw":` + bareStatus + `}}`,
			`{"message_id":"wamid.a","check":"WA101"}`,
			`{"received_at":"2026-10-01T10:00:00Z","body":` + body + `}`,
			`{}`, `[]`, `"text"`, `null`, `1`,
		} {
			if recognises(t, d, record) {
				t.Errorf("%s claims %s", d.Name(), record)
			}
		}
	}
}

// Who names a dialect on the command line gets every record accounted for.
func TestProvidersAccountForForeignRecords(t *testing.T) {
	for _, p := range providersB() {
		for _, record := range []string{`{}`, `[]`, `"text"`, `null`, flatRecord} {
			if got := decode(t, p.dialect(), record); got.Len() != 1 || len(got.Ignored) != 1 {
				t.Errorf("%s makes %+v of %s", p.dialect().Name(), *got, record)
			}
		}
	}
}

// sortedNames keeps the order of the cases the same from run to run.
func sortedNames(cases providerCases) []string { return slices.Sorted(maps.Keys(cases)) }
