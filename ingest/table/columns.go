package table

import (
	"sync"

	"waudit/audit/event"
	"waudit/ingest/notation"
)

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

// use says where a synonym is good enough.
type use uint8

const (
	anywhere   use = iota // where no mapping names the column
	tableFirst            // in tables, where the values are looked at too: it says more than the common ones
	tableLast             // likewise, and says less
	inDrafts              // in Spanish and Portuguese, or of many meanings: for a draft that somebody reads
)

// Of the columns that name one end of the message, what "to" is depends on who wrote.
const (
	byUser     kindSet = 1<<event.Inbound | 1<<event.Call
	byBusiness         = ^(byUser | 1)
)

// synonymLists are the other names of columns, the best first. They are compared as
// notation.Fold says, so that one spelling stands for all. Of names that may mean
// anything, as "id" and "type", none is good enough anywhere. The time of sending is
// none of the delivery, so that a name that says which event it is the time of counts
// for no other.
var synonymLists = [...]struct {
	column event.Column
	use    use
	kinds  kindSet
	party  bool
	names  []string
}{
	{event.ColEvent, anywhere, 0, false, []string{"status", "message_status", "delivery_status", "event_type", "status_name"}},
	{event.ColEvent, tableFirst, 0, false, []string{"delivery_status", "latest_status", "meta_status"}},
	{event.ColEvent, tableLast, 0, false, []string{"result"}},
	{event.ColEvent, inDrafts, 0, false, []string{"estado", "situacao", "situação", "evento", "state", "delivery_state"}},

	{event.ColTimestamp, tableFirst, setOf(event.Request), false, []string{"accepted_at"}},
	{event.ColTimestamp, anywhere, setOf(event.Sent), false, []string{"sent_at", "date_sent", "sent_date", "sent_time", "sent_timestamp", "date_of_shipment"}},
	{event.ColTimestamp, anywhere, setOf(event.Delivered), false, []string{"delivered_at", "date_delivered", "delivered_date", "delivered_time", "delivery_time", "delivered_timestamp"}},
	{event.ColTimestamp, anywhere, setOf(event.Read), false, []string{"read_at", "date_read", "read_date", "seen_at", "read_time", "read_timestamp"}},
	{event.ColTimestamp, anywhere, setOf(event.Failed), false, []string{"failed_at", "date_failed", "failed_date"}},
	{event.ColTimestamp, anywhere, setOf(event.Inbound), false, []string{"received_at", "date_received"}},
	{event.ColTimestamp, anywhere, setOf(event.Delivered, event.Failed), false, []string{"done_at"}},
	{event.ColTimestamp, anywhere, setOf(event.Request, event.Inbound), false, []string{"created_at", "create_time", "date_created"}},
	{event.ColTimestamp, anywhere, setOf(event.Charge), false, []string{"date_of_charge"}},
	{event.ColTimestamp, anywhere, 0, false, []string{"event_time", "event_timestamp", "status_time", "status_timestamp", "status_at", "status_updated_at", "last_status_at", "occurred_at", "time", "date", "datetime", "updated_at"}},
	{event.ColTimestamp, tableLast, 0, false, []string{"meta_timestamp", "received_at"}},
	{event.ColTimestamp, inDrafts, setOf(event.Sent), false, []string{"fecha_envio", "fecha envío", "enviado_en", "enviado_em", "data_envio", "sent_ts", "sent_on", "sent"}},
	{event.ColTimestamp, inDrafts, setOf(event.Delivered), false, []string{"fecha_entrega", "entregado_en", "entregue_em", "data_entrega", "delivered_ts", "delivered_on", "delivered"}},
	{event.ColTimestamp, inDrafts, setOf(event.Read), false, []string{"fecha_lectura", "leido_en", "leído_en", "lido_em", "lida_em", "data_leitura", "read_ts", "read_on", "read"}},
	{event.ColTimestamp, inDrafts, setOf(event.Failed), false, []string{"fecha_fallo", "fallido_en", "falhou_em", "failed_ts", "failed_on", "failed"}},
	{event.ColTimestamp, inDrafts, 0, false, []string{"fecha", "fecha_hora", "fecha_evento", "data", "data_hora", "hora", "ts", "created", "event_ts"}},

	{event.ColWABA, anywhere, 0, false, []string{"waba", "whatsapp_business_account_id", "business_account_id"}},
	{event.ColWABA, inDrafts, 0, false, []string{"account", "account_id", "cuenta", "conta"}},
	{event.ColNumber, anywhere, 0, false, []string{"business_phone_number_id", "phone_id", "business_number", "business_phone"}},
	{event.ColNumber, anywhere, byBusiness, true, []string{"from", "sender"}},
	{event.ColNumber, anywhere, byUser, true, []string{"to", "recipient"}},
	{event.ColNumber, inDrafts, 0, false, []string{"phone_number_id", "numero_empresa", "linea", "channel_id"}},
	{event.ColUser, anywhere, 0, false, []string{"customer_phone", "user_phone", "recipient_phone", "contact_phone", "channel_phone_number", "msisdn"}},
	{event.ColUser, anywhere, byBusiness, true, []string{"to", "recipient", "recipient_id", "destination"}},
	{event.ColUser, anywhere, byUser, true, []string{"from", "sender"}},
	{event.ColUser, tableLast, 0, true, []string{"contact_number", "customer_number", "recipient_number", "to_phone_number", "phone", "mobile", "telephone", businessPhone}},
	{event.ColUser, inDrafts, 0, false, []string{"telefono", "teléfono", "telefone", "celular", "movil", "móvil", "numero_cliente", "destinatario", "destinatário", "phone", businessPhone, "mobile", "customer", "contact", "user"}},
	{event.ColUserID, anywhere, 0, false, []string{"bsuid", "recipient_user_id", "from_user_id"}},

	{event.ColMessage, anywhere, 0, false, []string{"wamid", "wa_message_id", "whatsapp_message_id", "wa_msg_id", "provider_message_id", "meta_message_id", "message_uuid", "SMS Message SID", "sid", "gs_id", "umid", "external_id"}},
	{event.ColMessage, inDrafts, 0, false, []string{"id_mensaje", "id_mensagem", "mensaje_id", "mensagem_id", "msg_id", "id", "uuid"}},
	{event.ColConversation, tableLast, 0, false, []string{"conversation.id"}},
	{event.ColTemplate, anywhere, 0, false, []string{"template", "hsm"}},
	{event.ColTemplate, inDrafts, 0, false, []string{"plantilla", "modelo"}},
	{event.ColLanguage, anywhere, 0, false, []string{"language"}},
	{event.ColOrigin, anywhere, 0, false, []string{"origin_type"}},
	{event.ColOrigin, tableLast, 0, false, []string{"conversation.origin.type"}},
	{event.ColBillable, anywhere, 0, false, []string{"pricing_billable", "is_billable"}},
	{event.ColBillable, tableLast, 0, false, []string{"pricing.billable"}},
	{event.ColModel, anywhere, 0, false, []string{"pricing_pricing_model"}},
	{event.ColModel, tableLast, 0, false, []string{"pricing.pricing_model"}},
	{event.ColPricing, tableLast, 0, false, []string{"pricing.type"}},
	{event.ColCategory, anywhere, 0, false, []string{"category", "deduction_type", "conversation_category"}},
	{event.ColCategory, tableLast, 0, false, []string{"pricing.category"}},
	{event.ColCategory, inDrafts, 0, false, []string{"categoria", "categoría"}},
	{event.ColAmount, anywhere, 0, false, []string{"price", "cost", "total_price", "total_amount", "price_per_message"}},
	{event.ColAmount, inDrafts, 0, false, []string{"precio", "preço", "preco", "costo", "coste", "custo", "importe", "monto", "valor", "charge"}},
	{event.ColCurrency, anywhere, 0, false, []string{"price_unit", "price_currency", "currency_code"}},
	{event.ColCurrency, inDrafts, 0, false, []string{"moneda", "moeda"}},
	{event.ColError, anywhere, 0, false, []string{"failure_code"}},
	{event.ColError, tableLast, 0, false, []string{"errors[0].code", "error.code"}},
	{event.ColError, inDrafts, 0, false, []string{"error", "codigo_error", "error_number"}},
	{event.ColLine, anywhere, 0, false, []string{"bill_line_id", "invoice_line_id", "charge_id"}},
}

// Names are the names by which a column of logs is found for any event, as HeaderWord
// writes them.
func Names(c event.Column) (words []string) {
	for _, s := range synonymsOf(c, anywhere) {
		if s.kinds == 0 {
			words = append(words, Squeeze(s.name))
		}
	}
	return words
}

// synonymsOf are the names of a column that are good enough for a use.
func synonymsOf(c event.Column, of use) (all []synonym) {
	if of == anywhere {
		all = append(all, synonym{name: c.String()})
	}
	for _, l := range synonymLists {
		if l.column == c && l.use == of {
			for _, name := range l.names {
				all = append(all, synonym{name, l.kinds, l.party})
			}
		}
	}
	return all
}

// NamesPair reports whether a column or a key of that name may tell whose message a record
// is about.
func NamesPair(name string) bool { return pairNames()[notation.Fold(name)] }

var pairNames = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, c := range pairColumns {
		for _, of := range [...]use{anywhere, tableFirst, tableLast} {
			for _, s := range synonymsOf(c, of) {
				all[notation.Fold(s.name)] = true
			}
		}
	}
	return all
})
