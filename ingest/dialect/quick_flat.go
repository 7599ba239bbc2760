package dialect

import (
	"strings"

	"waudit/audit/event"
)

// quickRow are the columns of a flat record that are not taken as they are
// written.
type quickRow struct {
	event, timestamp, expires, amount string
	user, userID, participant         string
	referral, click                   string
}

// readFlat reads a record that is a flat record.
func (q *Quick) readFlat() bool {
	var row quickRow
	var key string
	s, e := q.src, q.addEvent()
	i := s.open(0, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch key {
		case "billable":
			i = q.readFlag(&e.Billable, i)
		case "customer", "data": // other formats have them
			return false
		case WrapperKey:
			return false
		default:
			if column := row.column(e, key); column != nil {
				i = s.field(i, column)
			} else {
				i = q.skip(i)
			}
		}
		i, more = s.next(i, '}')
	}
	return i != fault && s.space(i) == len(s) && q.useRow(e, &row)
}

// column returns where a column belongs, nil if it is unknown.
func (r *quickRow) column(e *event.Event, key string) *string {
	switch key {
	case "event":
		return &r.event
	case "timestamp":
		return &r.timestamp
	case "waba_id":
		return &e.WABA
	case "phone_number_id":
		return &e.Number
	case "wa_id":
		return &r.user
	case "user_id":
		return &r.userID
	case "group_id":
		return &e.Group
	case "participant_id":
		return &r.participant
	case "message_id":
		return &e.Message
	case "message_type":
		return &e.Type
	case "template_name":
		return &e.Template
	case "template_category":
		return &e.TemplateCategory
	case "template_language":
		return &e.Language
	case "conversation_id":
		return &e.Conversation
	case "conversation_origin":
		return &e.Origin
	case "conversation_expiration":
		return &r.expires
	case "pricing_model":
		return &e.Model
	case "pricing_type":
		return &e.Pricing
	case "pricing_category":
		return &e.Category
	case "pricing_subtype":
		return &e.Subtype
	case "amount":
		return &r.amount
	case "currency":
		return &e.Currency
	case "referral_source_type":
		return &r.referral
	case "ctwa_clid":
		return &r.click
	case "error_code":
		return &e.Error
	case "line_id":
		return &e.Line
	}
	return nil
}

// useRow makes the event of the row. It reports whether it is one.
func (q *Quick) useRow(e *event.Event, r *quickRow) bool {
	e.Kind = flatKind(r.event)
	at, why := readTimeText(r.timestamp)
	e.Time = at
	if e.Kind == 0 || why != timeGood || readExpiration(&e.Expires, r.expires, 0) == fault {
		return false
	}
	q.seen[slotWABA], q.seen[slotNumber], q.seen[slotMessage] = e.WABA, e.Number, e.Message
	q.seen[slotTime], q.seen[slotConversation], q.seen[slotExpires] = r.timestamp, e.Conversation, r.expires
	q.seen[slotGroup], q.seen[slotAmount], q.seen[slotParticipant] = e.Group, r.amount, r.participant
	q.seen[slotUser], q.seen[slotUserID], q.seen[slotTemplate], q.seen[slotClick] = r.user, r.userID, e.Template, r.click
	q.seen[slotLine] = e.Line
	q.normalise(e)
	if e.Kind == event.Inbound && (r.referral != "" || r.click != "") {
		e.Referral = q.items.referralSource(r.referral, r.click)
	}
	return q.readAmount(e, r.amount) && q.whoOfRow(e, r.user, r.userID, r.participant)
}

// normalise brings the words of a row into their form.
func (q *Quick) normalise(e *event.Event) {
	it := q.items
	e.Type = it.messageType(e.Type)
	e.TemplateCategory = it.templateCategory(e.TemplateCategory)
	e.Origin = it.category("conversation.origin.type", e.Origin)
	e.Model = it.pricingModel(e.Model)
	e.Pricing = it.pricingType(e.Pricing)
	e.Category = it.category("pricing.category", e.Category)
	e.Subtype = it.pricingSubtype(e.Subtype)
	e.Currency = strings.ToUpper(e.Currency)
}
