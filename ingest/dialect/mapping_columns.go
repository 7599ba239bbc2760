package dialect

import (
	"waudit/audit/event"
)

// column is a column of the flat record.
type column uint8

// The columns of the flat record.
const (
	colEvent column = iota
	colTimestamp
	colWABA
	colNumber
	colUser
	colUserID
	colGroup
	colParticipant
	colMessage
	colType
	colTemplate
	colTemplateCategory
	colLanguage
	colConversation
	colOrigin
	colExpires
	colBillable
	colModel
	colPricing
	colCategory
	colSubtype
	colAmount
	colCurrency
	colReferral
	colClick
	colError
	colLine
	numColumns
)

// columnNames are the names of the columns in their order.
func columnNames() [numColumns]string {
	return [numColumns]string{
		colEvent: "event", colTimestamp: "timestamp", colWABA: "waba_id", colNumber: "phone_number_id",
		colUser: "wa_id", colUserID: "user_id", colGroup: "group_id", colParticipant: "participant_id",
		colMessage: "message_id", colType: "message_type",
		colTemplate: "template_name", colTemplateCategory: "template_category", colLanguage: "template_language",
		colConversation: "conversation_id", colOrigin: "conversation_origin", colExpires: "conversation_expiration",
		colBillable: "billable", colModel: "pricing_model", colPricing: "pricing_type", colCategory: "pricing_category", colSubtype: "pricing_subtype",
		colAmount: "amount", colCurrency: "currency", colReferral: "referral_source_type", colClick: "ctwa_clid", colError: "error_code",
		colLine: "line_id",
	}
}

// isTime reports whether the column holds times.
func (c column) isTime() bool { return c == colTimestamp || c == colExpires }

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
func synonymsOf(c column) []synonym {
	var inbound, outbound = setOf(event.Inbound, event.Call), ^setOf(event.Inbound, event.Call, 0)
	switch c {
	case colEvent:
		return named("status", "message_status", "delivery_status", "event_type", "status_name")
	case colTimestamp:
		return timeSynonyms()
	case colWABA:
		return named("waba", "whatsapp_business_account_id", "business_account_id")
	case colNumber:
		return append(named("business_phone_number_id", "phone_id", "business_number", "business_phone"),
			synonym{"from", outbound, true}, synonym{"sender", outbound, true}, synonym{"to", inbound, true}, synonym{"recipient", inbound, true})
	case colUser:
		return append(named("customer_phone", "user_phone", "recipient_phone", "contact_phone", "channel_phone_number", "msisdn"),
			synonym{"to", outbound, true}, synonym{"recipient", outbound, true}, synonym{"recipient_id", outbound, true}, synonym{"destination", outbound, true},
			synonym{"from", inbound, true}, synonym{"sender", inbound, true})
	case colUserID:
		return named("bsuid", "recipient_user_id", "from_user_id")
	case colMessage:
		return named("wamid", "wa_message_id", "message_uuid", "SMS Message SID", "sid", "gs_id", "umid", "external_id")
	case colTemplate:
		return named("template", "hsm")
	case colLanguage:
		return named("language")
	case colOrigin:
		return named("origin_type")
	case colModel:
		return named("pricing_pricing_model")
	case colCategory:
		return named("category", "deduction_type", "conversation_category")
	case colAmount:
		return named("price", "cost", "total_price", "total_amount", "price_per_message")
	case colCurrency:
		return named("price_unit", "price_currency", "currency_code")
	case colError:
		return named("failure_code")
	case colLine:
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
		{0, []string{"event_time", "event_timestamp", "status_time", "status_timestamp", "time", "date", "datetime", "updated_at"}},
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
