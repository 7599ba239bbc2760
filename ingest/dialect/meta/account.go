package meta

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// account reads the webhooks about accounts, templates and user ids that
// change what is charged, or to whom.
func (d *Cloud) account(field string, v jsontree.Value) {
	if field == "user_id_update" {
		d.each(v.Get("user_id_update"), (*Cloud).userIDUpdate)
		d.items.Ignore("field user_id_update")
		return
	}
	name := dialect.Text(v.Get("event"))
	label := strings.TrimSuffix(field+" "+notation.Clip(name), " ")
	var read func(*Cloud, jsontree.Value, event.Change)
	switch {
	case field == "template_category_update":
		read = (*Cloud).templateCategory
	case name == "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE":
		read = (*Cloud).authInternational
	case name == "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE":
		read = (*Cloud).primaryLocation
	default:
		d.items.Ignore(label)
		return
	}
	at, fault := dialect.ReadTime(d.scope.time)
	if fault != notation.TimeGood {
		d.reject(v, label+" has no place in time: "+dialect.TimeProblem("entry.time", d.scope.time, fault))
		return
	}
	read(d, v, event.Change{Time: at, WABA: d.scope.waba})
}

// templateCategory reads the change of a template's category.
func (d *Cloud) templateCategory(v jsontree.Value, c event.Change) {
	c.Kind = event.TemplateCategory
	c.Template = dialect.Text(v.Get("message_template_name"))
	c.Language = dialect.Text(v.Get("message_template_language"))
	c.Previous = d.items.TemplateCategory(dialect.Text(v.Get("previous_category")))
	c.New = d.items.TemplateCategory(dialect.Text(v.Get("new_category")))
	if c.Template == "" || c.New == "" {
		d.reject(v, "template_category_update lacks message_template_name or new_category; "+exportAgain)
		return
	}
	d.items.AddTemplateChange(c, v)
}

// authInternational reads from when the authentication-international rate
// applies: a time for all countries, and others for the exceptions.
func (d *Cloud) authInternational(v jsontree.Value, c event.Change) {
	c.Kind = event.AuthInternational
	rate := v.Get("auth_international_rate_eligibility")
	before := d.items.Len()
	d.rateStart(rate, c)
	for e := rate.Get("exception_countries").First(); e.OK(); e = e.Next() {
		c.Country = strings.ToUpper(dialect.Text(e.Get("country_code")))
		d.rateStart(e, c)
	}
	if d.items.Len() == before {
		d.reject(v, "account_update AUTH_INTL_PRICE_ELIGIBILITY_UPDATE names no start_time; "+exportAgain)
	}
}

// rateStart adds the change that begins at the start_time of v, if it has one.
func (d *Cloud) rateStart(v jsontree.Value, c event.Change) {
	start := v.Get("start_time")
	at, fault := dialect.ReadTime(start)
	switch fault {
	case notation.TimeMissing:
	case notation.TimeGood:
		c.Start = at
		d.items.Changes = append(d.items.Changes, c)
	default:
		d.reject(v, "the authentication-international rate has no start: "+dialect.TimeProblem("start_time", start, fault))
	}
}

func (d *Cloud) primaryLocation(v jsontree.Value, c event.Change) {
	c.Kind = event.PrimaryLocation
	c.Country = strings.ToUpper(dialect.Text(v.Get("country")))
	if c.Country == "" {
		d.reject(v, "account_update BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE names no country; "+exportAgain)
		return
	}
	d.items.Changes = append(d.items.Changes, c)
}

// userIDUpdate links a user's new business-scoped id to the one before, and to
// the phone if it is known.
func (d *Cloud) userIDUpdate(v jsontree.Value) {
	phone, _ := dialect.SplitID(dialect.Text(v.Get("wa_id")))
	for _, ids := range [...]jsontree.Value{v.Get("user_id"), v.Get("parent_user_id")} {
		d.items.Link(dialect.Link{UserID: dialect.Text(currentID(ids)), Phone: phone, Previous: dialect.Text(ids.Get("previous"))})
	}
}
