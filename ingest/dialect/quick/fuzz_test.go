package quick_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waudit/ingest/dialect/dialecttest"
)

func FuzzQuick(f *testing.F) {
	for _, seed := range slices.Concat(quickTakes, quickDeclines, wrappedOdd) {
		f.Add([]byte(seed))
	}
	c, u := newComparer(), dialecttest.NewBoth()
	f.Fuzz(func(t *testing.T, data []byte) {
		c.check(t, string(data))
		u.CompareAll(t, string(data))
	})
}

// Ordinary webhooks and rows are taken, however they are laid out; with a flaw
// in them they need not be.
func TestQuickProperty(t *testing.T) {
	c, u := newComparer(), dialecttest.NewBoth()
	rapid.Check(t, func(t *rapid.T) {
		d := drawer{T: t}
		record := d.record()
		c.check(t, record) // among the layouts of all before
		u.CompareAll(t, record)
		if !newComparer().check(t, record) {
			t.Fatalf("declined: %s", record)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		record := drawer{T: t, flaws: true}.record()
		c.check(t, record)
		u.CompareAll(t, record)
	})
}

// drawer draws records: members in any order, with white space between them,
// unknown ones among them, numbers for strings.
type drawer struct {
	*rapid.T
	flaws bool
}

func (d drawer) oneOf(choices ...string) string {
	return rapid.SampledFrom(choices).Draw(d.T, "one of")
}

func (d drawer) chance(percent int) bool {
	return rapid.IntRange(0, 99).Draw(d.T, "chance") < percent
}

func (d drawer) space() string {
	if d.chance(90) {
		return ""
	}
	return d.oneOf(" ", "\t", " \r\n ")
}

// object puts members "key=value" into an object. Those whose key begins with
// "?" may be missing.
func (d drawer) object(members ...string) string {
	if d.chance(20) {
		members = append(members, d.oneOf("more", "", "x", "longer_than_any_other_key")+"="+d.skipped(3))
	}
	var out []string
	for _, m := range rapid.Permutation(members).Draw(d.T, "order") {
		key, value, _ := strings.Cut(m, "=")
		key, optional := strings.CutPrefix(key, "?")
		if optional && d.chance(40) {
			continue
		}
		if d.flaws && d.chance(2) {
			value = d.flaw(value)
		}
		member := d.space() + `"` + key + `"` + d.space() + ":" + d.space() + value + d.space()
		out = append(out, member)
		if d.flaws && d.chance(1) {
			out = append(out, member)
		}
	}
	return "{" + strings.Join(out, ",") + "}"
}

func (d drawer) flaw(value string) string {
	return d.oneOf("null", "true", "{}", "[]", `""`, "7", `"strange"`, `"\u0061"`, "["+value+"]", value+value, "[null]", "{", "]")
}

func (d drawer) list(most int, draw func() string) string {
	var out []string
	for range rapid.IntRange(1, most).Draw(d.T, "length") {
		out = append(out, d.space()+draw()+d.space())
	}
	return "[" + strings.Join(out, ",") + "]"
}

// skipped draws any value.
func (d drawer) skipped(depth int) string {
	if depth == 0 || d.chance(60) {
		return d.oneOf("null", "true", "false", "0", "-1.5e+3", `""`, `"Zoë \"Z\" \\"`, `"]}"`, `"a long text, of a message that nobody reads, with \u00fc"`, "{ }", "[\n]")
	}
	if d.chance(50) {
		return d.list(3, func() string { return d.skipped(depth - 1) })
	}
	return `{"a":` + d.skipped(depth-1) + `,"\n":` + d.skipped(depth-1) + `}`
}

func (d drawer) id(prefix string) string {
	return fmt.Sprintf(`"%s%d"`, prefix, rapid.IntRange(1, 3).Draw(d.T, "id"))
}

func (d drawer) phone() string {
	n := fmt.Sprint(15550177000 + rapid.IntRange(1, 3).Draw(d.T, "phone"))
	return d.oneOf(`"`+n+`"`, n, `"+`+n+`"`, `"US.`+n+`"`)
}

func (d drawer) time() string {
	return d.oneOf(`"1790900000"`, "1790900000", "1790900000123", `"2026-10-01T10:00:00Z"`, `"2026-10-01 10:00:00.5+0530"`)
}

func (d drawer) words(words ...string) string { return `"` + d.oneOf(words...) + `"` }

func (d drawer) category() string {
	return d.words("utility", "marketing", "AUTHENTICATION-INTERNATIONAL", "service", "customer initiated")
}

func (d drawer) record() string {
	if d.chance(40) {
		return d.row()
	}
	// What begins otherwise is not taken for a webhook at a glance.
	first := `{"object":"whatsapp_business_account",`
	return first + d.object("entry=" + d.list(2, d.entry))[1:] + d.space()
}

func (d drawer) entry() string {
	return d.object("?id="+d.id("10"), "?time="+d.time(), "changes="+d.list(2, d.change))
}

func (d drawer) change() string {
	members := []string{
		`?messaging_product="whatsapp"`,
		"?metadata=" + d.object("?display_phone_number="+d.words("+1 555-010-0007", "15550100007"), "phone_number_id="+d.id("11")),
		"?contacts=" + d.list(2, func() string {
			return d.object("?profile="+d.object(`name="A"`), "wa_id="+d.phone(), "?user_id="+d.id("US.1"), "?parent_user_id="+d.id("US.ENT.1"))
		}),
	}
	if d.chance(50) {
		members = append(members, "statuses="+d.list(3, d.status))
	} else {
		members = append(members, "messages="+d.list(3, d.message))
	}
	return d.object("field="+`"messages"`, "value="+d.object(members...))
}

func (d drawer) status() string {
	return d.object(
		"id="+d.id("wamid."), "status="+d.words("sent", "delivered", "read", "failed"), "timestamp="+d.time(),
		"?recipient_id="+d.phone(), "?recipient_user_id="+d.id("US.1"), "?recipient_parent_user_id="+d.id("US.ENT.1"),
		"?recipient_type="+d.words("individual", "group"), "?template_id="+d.id("9"),
		"?recipient_participant_id="+d.phone(), "?recipient_participant_user_id="+d.id("US.1"),
		"?conversation="+d.object("id="+d.id("c"), "?expiration_timestamp="+d.time(), "?origin="+d.object("type="+d.category())),
		"?pricing="+d.object("?billable="+d.oneOf("true", "false", `"True"`, "null"), "pricing_model="+d.words("PMP", "cbp"),
			"?type="+d.words("regular", "free_entry_point"), "category="+d.category(), `?subtype="paid_exempt"`),
		"?errors="+d.list(2, func() string { return d.object("code="+d.oneOf("131047", `"131047"`), `?title="t"`) }),
	)
}

func (d drawer) message() string {
	return d.object(
		"id="+d.id("wamid."), "timestamp="+d.time(), "type="+d.words("text", "IMAGE", "reaction"), "from="+d.phone(),
		"?group_id="+d.id("g"), "?from_user_id="+d.id("US.1"), "?from_parent_user_id="+d.id("US.ENT.1"), "?text="+d.object(`body="Ok"`),
		"?referral="+d.object("source_type="+d.words("ad", "post", "page-cta"), "?ctwa_clid="+d.id("AR")),
	)
}

func (d drawer) row() string {
	return d.object(
		"event="+d.words("inbound", "Sent", "delivered", "played", "charge", "call"), "timestamp="+d.time(), "wa_id="+d.phone(),
		"?waba_id="+d.id("10"), "?phone_number_id="+d.id("11"), "?user_id="+d.id("US.1"), "?group_id="+d.id("g"),
		"?participant_id="+d.phone(), "message_id="+d.id("wamid."), "?message_type="+d.words("template", "Text"),
		"?template_name="+d.id("t"), "?template_category="+d.words("utility", "MARKETING"), "?template_language="+d.words("en", "pt_BR"),
		"?conversation_id="+d.id("c"), "?conversation_origin="+d.category(), "?conversation_expiration="+d.time(),
		"?billable="+d.oneOf("true", "false", "null"), "?pricing_model="+d.words("PMP", "NBP"), "?pricing_type="+d.words("regular"),
		"?pricing_category="+d.category(), "?pricing_subtype="+d.words("paid-exempt"), "?amount="+d.oneOf("0.05", "1e-3", `"0.0068"`),
		"?currency="+d.words("USD", "inr"), "?referral_source_type="+d.words("ad", "post"), "?ctwa_clid="+d.id("AR"), "?error_code="+d.oneOf("131047", `""`),
	)
}
