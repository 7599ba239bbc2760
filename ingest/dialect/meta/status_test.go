package meta_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

// statusWith is a delivered status to one user, with more members.
func statusWith(members string) string {
	return dialecttest.MessagesOf(`"statuses":[{"id":"wamid.a","status":"delivered",` + dialecttest.Seconds + `,"recipient_id":"15550177001"` + members + `}]`)
}

func TestStatusPricing(t *testing.T) {
	for name, c := range map[string]struct {
		members string
		want    func(*event.Event)
	}{
		"none":        {"", nil},
		"null":        {`,"pricing":null,"conversation":null,"errors":null`, nil},
		"of any type": {`,"pricing":"PMP","conversation":7`, nil},
		"conversation era": {
			`,"conversation":{"id":"c1","expiration_timestamp":"1790986400","origin":{"type":"utility"}},"pricing":{"billable":true,"pricing_model":"CBP","category":"utility"}`,
			func(e *event.Event) {
				e.Conversation, e.Origin, e.Expires = "c1", "utility", 1790986400_000
				e.Billable, e.Model, e.Category = event.True, "CBP", "utility"
			},
		},
		"per message": {
			`,"pricing":{"category":"marketing","type":"regular","pricing_model":"PMP","billable":true}`,
			func(e *event.Event) {
				e.Billable, e.Model, e.Pricing, e.Category = event.True, "PMP", "regular", "marketing"
			},
		},
		"spellings": {
			`,"conversation":{"origin":{"type":"authentication_international"}},"pricing":{"billable":"False","pricing_model":"pmp","type":"FREE_CUSTOMER_SERVICE","category":"authentication-international","subtype":"PAID EXEMPT"}`,
			func(e *event.Event) {
				e.Origin, e.Billable, e.Model = "authentication_international", event.False, "PMP"
				e.Pricing, e.Category, e.Subtype = "free_customer_service", "authentication_international", "paid_exempt"
			},
		},
		"first conversation era": {
			`,"conversation":{"id":"c1","origin":{"type":"customer_initiated"}},"pricing":{"billable":true,"pricing_model":"NBP"}`,
			func(e *event.Event) {
				e.Conversation, e.Origin, e.Billable, e.Model = "c1", "user_initiated", event.True, "NBP"
			},
		},
		"numbers for strings": {
			`,"template_id":1234567890123456,"conversation":{"id":77,"origin":"service","expiration_timestamp":1790986400}`,
			func(e *event.Event) {
				e.TemplateID, e.Conversation, e.Origin, e.Expires = "1234567890123456", "77", "service", 1790986400_000
			},
		},
		"pricing inside the conversation": {
			`,"conversation":{"id":"c1","pricing":{"billable":true,"pricing_model":"PMP","category":"group_utility"}}`,
			func(e *event.Event) {
				e.Conversation, e.Billable, e.Model, e.Category = "c1", event.True, "PMP", "group_utility"
			},
		},
		"camel case": {
			`,"conversation":{"id":"c1","expirationTimestamp":1790986400},"pricing":{"billable":true,"pricingModel":"CBP","category":"marketing"}`,
			func(e *event.Event) {
				e.Conversation, e.Expires, e.Billable, e.Model, e.Category = "c1", 1790986400_000, event.True, "CBP", "marketing"
			},
		},
		"junk expiration": {`,"conversation":{"expiration_timestamp":"soon"}`, nil},
		"error":           {`,"errors":[{"code":131026,"title":"x"},{"code":2}]`, func(e *event.Event) { e.Error = "131026" }},
		"error as text":   {`,"errors":[{"code":"131026"}]`, func(e *event.Event) { e.Error = "131026" }},
	} {
		t.Run(name, func(t *testing.T) {
			dialecttest.WantEvent(t, dialecttest.DecodeMeta(t, statusWith(c.members)), dialecttest.Delivered(c.want))
		})
	}
}

// Values that no documentation names pass through and are reported.
func TestStatusUnknownValues(t *testing.T) {
	got := dialecttest.DecodeMeta(t, statusWith(`,"conversation":{"origin":{"type":"user"}},`+
		`"pricing":{"billable":"IS_BILLABLE","pricing_model":"XBP","type":"Half-Free","category":"new_thing","subtype":"s"}`))
	dialecttest.WantItems(t, got, dialect.Items{
		Events: []event.Event{dialecttest.Delivered(func(e *event.Event) {
			e.Origin, e.Model, e.Pricing, e.Category, e.Subtype = "user", "XBP", "half_free", "new_thing", "s"
		})},
		Unknown: []dialect.Unknown{
			{What: "conversation.origin.type", Value: "user"}, {What: "pricing.billable", Value: "IS_BILLABLE"}, {What: "pricing.pricing_model", Value: "XBP"},
			{What: "pricing.type", Value: "Half-Free"}, {What: "pricing.category", Value: "new_thing"}, {What: "pricing.subtype", Value: "s"},
		},
	})
}

func TestStatusKinds(t *testing.T) {
	status := func(name string) *dialect.Items {
		return dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"statuses":[{"id":"wamid.a","status":"`+name+`",`+dialecttest.Seconds+`,"recipient_id":"15550177001"}]`))
	}
	for name, kind := range map[string]event.Kind{
		"sent": event.Sent, "delivered": event.Delivered, "read": event.Read, "failed": event.Failed,
		"played": event.Read, "accepted": event.Request, "DELIVERED": event.Delivered,
	} {
		dialecttest.WantEvent(t, status(name), dialecttest.Delivered(func(e *event.Event) { e.Kind = kind }))
	}
	dialecttest.WantIgnored(t, status("warning"), "status warning")
	dialecttest.WantIgnored(t, status("deleted"), "status deleted")
	unknown := status("in_orbit")
	dialecttest.WantIgnored(t, unknown, "status in_orbit")
	dialecttest.WantItems(t, &dialect.Items{Unknown: unknown.Unknown}, dialect.Items{Unknown: []dialect.Unknown{{What: "status", Value: "in_orbit"}}})
}

// The user is told by the recipient's ids, else by the only contact.
func TestStatusUser(t *testing.T) {
	const us1 = "US.1000000001"
	for name, c := range map[string]struct {
		lists string
		user  string
		id    string
		links []dialect.Link
	}{
		"phone":              {`"statuses":[{S,"recipient_id":"15550177001"}]`, "15550177001", "", nil},
		"phone with plus":    {`"statuses":[{S,"recipient_id":"+1 (555) 017-7001"}]`, "15550177001", "", nil},
		"phone as number":    {`"statuses":[{S,"recipient_id":15550177001}]`, "15550177001", "", nil},
		"camel case":         {`"statuses":[{S,"recipientId":"15550177001"}]`, "15550177001", "", nil},
		"On-Premises":        {`"statuses":[{S,"message":{"recipient_id":"15550177001"}}]`, "15550177001", "", nil},
		"nobody":             {`"statuses":[{S}]`, "", "", nil},
		"masked":             {`"statuses":[{S,"recipient_id":"a1b2c3"}]`, "", "a1b2c3", nil},
		"id for phone":       {`"statuses":[{S,"recipient_id":"MY.2035"}]`, "", "MY.2035", nil},
		"parent for phone":   {`"statuses":[{S,"recipient_id":"MY.ENT.2035"}]`, "", "MY.ENT.2035", nil},
		"id":                 {`"statuses":[{S,"recipient_id":"","recipient_user_id":"US.1000000001"}]`, "", us1, nil},
		"parent alone":       {`"statuses":[{S,"recipient_parent_user_id":"US.ENT.1"}]`, "", "US.ENT.1", nil},
		"parent, other name": {`"statuses":[{S,"parent_recipient_user_id":"US.ENT.1"}]`, "", "US.ENT.1", nil},
		"phone and id": {
			`"statuses":[{S,"recipient_id":"15550177001","recipient_user_id":"US.1000000001"}]`, "15550177001", us1,
			[]dialect.Link{{UserID: us1, Phone: "15550177001"}},
		},
		"the only contact": {`"contacts":[{"wa_id":"15550177001"}],"statuses":[{S}]`, "15550177001", "", nil},
		"one contact, phone for id": {
			`"contacts":[{"wa_id":"15550177001","user_id":"US.1000000001"}],"statuses":[{S,"recipient_user_id":"US.1000000001"}]`,
			"15550177001", us1, []dialect.Link{{UserID: us1, Phone: "15550177001"}},
		},
		"one contact, id for phone": {
			`"contacts":[{"user_id":"US.1000000001"}],"statuses":[{S,"recipient_id":"15550177001"}]`,
			"15550177001", us1, []dialect.Link{{UserID: us1, Phone: "15550177001"}},
		},
		"one contact, somebody else": {
			`"contacts":[{"wa_id":"15550177009","user_id":"US.1000000009"}],"statuses":[{S,"recipient_id":"15550177001"}]`,
			"15550177001", "", []dialect.Link{{UserID: "US.1000000009", Phone: "15550177009"}},
		},
		"two contacts": {`"contacts":[{"wa_id":"15550177001"},{"wa_id":"15550177002"}],"statuses":[{S}]`, "", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := dialecttest.DecodeMeta(t, dialecttest.MessagesOf(replaceS(c.lists, `"id":"wamid.a","status":"delivered",`+dialecttest.Seconds)))
			dialecttest.WantItems(t, got, dialect.Items{
				Events: []event.Event{dialecttest.Delivered(func(e *event.Event) { e.User, e.UserID = c.user, c.id })},
				Links:  c.links,
			})
		})
	}
}

// A contact that is not alone with the item, and shares no id with it, does not
// lend it its own.
func TestStatusUserAmongMany(t *testing.T) {
	got := dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"contacts":[{"user_id":"US.1"}],"statuses":[`+
		`{"id":"wamid.a","status":"sent",`+dialecttest.Seconds+`,"recipient_id":"15550177001"},`+
		`{"id":"wamid.b","status":"sent",`+dialecttest.Seconds+`,"recipient_id":"15550177002"}]`))
	for _, e := range got.Events {
		if e.UserID != "" {
			t.Errorf("%s is to %s", e.Message, e.UserID)
		}
	}
}

func TestStatusGroup(t *testing.T) {
	for name, c := range map[string]struct {
		members     string
		participant string
		links       []dialect.Link
	}{
		"sent":      {`"recipient_type":"group"`, "", nil},
		"member":    {`"recipient_type":"group","recipient_participant_id":"+15550177001"`, "15550177001", nil},
		"old name":  {`"participant_recipient_id":"15550177001"`, "15550177001", nil},
		"member id": {`"recipient_type":"group","recipient_participant_user_id":"US.1"`, "US.1", nil},
		"both": {
			`"recipient_participant_id":"15550177001","recipient_participant_user_id":"US.1"`, "15550177001",
			[]dialect.Link{{UserID: "US.1", Phone: "15550177001"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"statuses":[{"id":"wamid.a","status":"delivered",`+dialecttest.Seconds+`,"recipient_id":"R3JvdXA=",`+c.members+`}]`))
			want := dialecttest.Base(event.Delivered, "wamid.a")
			want.Group, want.Participant = "R3JvdXA=", c.participant
			dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{want}, Links: c.links})
		})
	}
}

// A partner's status has an id of its own; the wamid stands beside it.
func TestStatusPartnerID(t *testing.T) {
	got := dialecttest.DecodeMeta(t, `{"gs_app_id":"g","_target_core":{},`+statusWith(`,"gs_id":"u-1","meta_msg_id":"wamid.m"`)[1:])
	dialecttest.WantEvent(t, got, dialecttest.Delivered(func(e *event.Event) { e.Message = "wamid.m" }))
}

// A status with a type is one of the message only if the type says so: that of a
// payment tells nothing about the delivery.
func TestStatusType(t *testing.T) {
	for _, kind := range []string{"message", "group", ""} {
		dialecttest.WantEvent(t, dialecttest.DecodeMeta(t, statusWith(`,"type":"`+kind+`"`)), dialecttest.Delivered(func(*event.Event) {}))
	}
	dialecttest.WantIgnored(t, dialecttest.DecodeMeta(t, statusWith(`,"type":"payment"`)), "status of a payment")
}

func TestStatusRejected(t *testing.T) {
	const at = "entry[0].changes[0].value.statuses[0]"
	for status, word := range map[string]string{
		`{"id":"wamid.a","status":"read","timestamp":"bogus"}`:               `status read of wamid.a has no place in time: timestamp "bogus" is no time; write`,
		`{"id":"wamid.a","status":"read","timestamp":true}`:                  `timestamp true is no time`,
		`{"id":"wamid.a","status":"read"}`:                                   "it has no timestamp",
		`{"id":"wamid.a","status":"read","timestamp":"99"}`:                  "1970-01-01T00:01:39Z, outside 2016 to 2036",
		`{"id":"wamid.a","status":"read","timestamp":"2026-10-01T10:00:00"}`: "has no time zone",
		`{"status":"read","timestamp":"1790900000"}`:                         "has no id",
		`{"id":"wamid.a","timestamp":"1790900000"}`:                          "the status of wamid.a says nothing",
		`"read"`: "the status is no object",
		`null`:   "the status is no object",
	} {
		dialecttest.WantRejected(t, dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"statuses":[`+status+`]`)), at, word)
	}
}
