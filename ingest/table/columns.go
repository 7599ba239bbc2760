package table

import "waudit/audit/event"

// kindSet is a set of kinds of event; the empty one stands for all of them.
type kindSet uint16

func setOf(kinds ...event.Kind) (s kindSet) {
	for _, k := range kinds {
		s |= 1 << k
	}
	return s
}

func (s kindSet) has(k event.Kind) bool { return s == 0 || s&(1<<k) != 0 }

// synonym is another name of a column, as providers and spreadsheets have it.
type synonym struct {
	name  string
	kinds kindSet // the events for which it means the column
	party bool    // it is one end of the message, so a phone may be written in any way
}

// synonymsOf are the names by which a column is found where no mapping names
// it, the best one first. They are compared as fold says, so that one spelling
// stands for all. Of names that may mean anything, as "id" and "type", none is
// among them.
//
// What "to" is depends on who wrote; and the time of sending is none of the
// delivery, so that a name that says which event it is the time of counts for
// no other.
func synonymsOf(c event.Column) []synonym {
	var inbound, outbound = setOf(event.Inbound, event.Call), ^setOf(event.Inbound, event.Call, 0)
	switch c {
	case event.ColEvent:
		return named("status", "message_status", "delivery_status", "event_type", "status_name")
	case event.ColTimestamp:
		return timeSynonyms()
	case event.ColWABA:
		return named("waba", "whatsapp_business_account_id", "business_account_id")
	case event.ColNumber:
		return append(named("business_phone_number_id", "phone_id", "business_number", "business_phone"),
			synonym{"from", outbound, true}, synonym{"sender", outbound, true}, synonym{"to", inbound, true}, synonym{"recipient", inbound, true})
	case event.ColUser:
		return append(named("customer_phone", "user_phone", "recipient_phone", "contact_phone", "channel_phone_number", "msisdn"),
			synonym{"to", outbound, true}, synonym{"recipient", outbound, true}, synonym{"recipient_id", outbound, true}, synonym{"destination", outbound, true},
			synonym{"from", inbound, true}, synonym{"sender", inbound, true})
	case event.ColUserID:
		return named("bsuid", "recipient_user_id", "from_user_id")
	case event.ColMessage:
		return named("wamid", "wa_message_id", "whatsapp_message_id", "wa_msg_id", "provider_message_id", "meta_message_id", "message_uuid", "SMS Message SID", "sid", "gs_id", "umid", "external_id")
	case event.ColTemplate:
		return named("template", "hsm")
	case event.ColLanguage:
		return named("language")
	case event.ColOrigin:
		return named("origin_type")
	case event.ColBillable:
		return named("pricing_billable", "is_billable")
	case event.ColModel:
		return named("pricing_pricing_model")
	case event.ColCategory:
		return named("category", "deduction_type", "conversation_category")
	case event.ColAmount:
		return named("price", "cost", "total_price", "total_amount", "price_per_message")
	case event.ColCurrency:
		return named("price_unit", "price_currency", "currency_code")
	case event.ColError:
		return named("failure_code")
	case event.ColLine:
		return named("bill_line_id", "invoice_line_id", "charge_id")
	}
	return nil
}

func timeSynonyms() []synonym {
	var all []synonym
	for _, of := range [...]struct {
		kinds kindSet
		names []string
	}{
		{setOf(event.Sent), []string{"sent_at", "date_sent", "sent_date", "sent_time", "sent_timestamp", "date_of_shipment"}},
		{setOf(event.Delivered), []string{"delivered_at", "date_delivered", "delivered_date", "delivered_time", "delivery_time", "delivered_timestamp"}},
		{setOf(event.Read), []string{"read_at", "date_read", "read_date", "seen_at", "read_time", "read_timestamp"}},
		{setOf(event.Failed), []string{"failed_at", "date_failed", "failed_date"}},
		{setOf(event.Inbound), []string{"received_at", "date_received"}},
		{setOf(event.Delivered, event.Failed), []string{"done_at"}},
		{setOf(event.Request, event.Inbound), []string{"created_at", "create_time", "date_created"}},
		{setOf(event.Charge), []string{"date_of_charge"}},
		{0, []string{"event_time", "event_timestamp", "status_time", "status_timestamp", "occurred_at", "time", "date", "datetime", "updated_at"}},
	} {
		for _, name := range of.names {
			all = append(all, synonym{name: name, kinds: of.kinds})
		}
	}
	return all
}

func named(names ...string) []synonym {
	all := make([]synonym, len(names))
	for i, name := range names {
		all[i].name = name
	}
	return all
}
