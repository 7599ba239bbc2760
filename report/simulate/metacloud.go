package simulate

import (
	"encoding/json"
	"strconv"
)

// The shapes of Meta's Cloud API webhooks, as far as they are written.
type (
	metaStatus struct {
		ID            string            `json:"id"`
		Status        string            `json:"status"`
		Timestamp     string            `json:"timestamp"`
		Recipient     string            `json:"recipient_id"`
		RecipientUser string            `json:"recipient_user_id,omitempty"`
		RecipientType string            `json:"recipient_type,omitempty"`
		Participant   string            `json:"recipient_participant_id,omitempty"`
		Conversation  *metaConversation `json:"conversation,omitempty"`
		Pricing       *metaPricing      `json:"pricing,omitempty"`
		Errors        []metaError       `json:"errors,omitempty"`
	}
	metaConversation struct {
		ID      string            `json:"id"`
		Expires string            `json:"expiration_timestamp,omitempty"`
		Origin  map[string]string `json:"origin"`
	}
	metaPricing struct {
		Billable bool   `json:"billable"`
		Model    string `json:"pricing_model"`
		Type     string `json:"type,omitempty"`
		Category string `json:"category"`
	}
	metaError struct {
		Code    int               `json:"code"`
		Title   string            `json:"title"`
		Message string            `json:"message,omitempty"`
		Data    map[string]string `json:"error_data,omitempty"`
	}
	metaMessage struct {
		From      string            `json:"from"`
		FromUser  string            `json:"from_user_id,omitempty"`
		To        string            `json:"to,omitempty"` // of an echo
		Group     string            `json:"group_id,omitempty"`
		ID        string            `json:"id"`
		Timestamp string            `json:"timestamp"`
		Type      string            `json:"type"`
		Text      map[string]string `json:"text,omitempty"`
		Reaction  *metaReaction     `json:"reaction,omitempty"`
		Referral  *metaReferral     `json:"referral,omitempty"`
	}
	metaReaction struct {
		Message string `json:"message_id"`
		Emoji   string `json:"emoji"`
	}
	metaReferral struct {
		URL     string `json:"source_url"`
		ID      string `json:"source_id"`
		Type    string `json:"source_type"`
		Title   string `json:"headline"`
		ClickID string `json:"ctwa_clid,omitempty"`
	}
	metaCall struct {
		ID        string `json:"id"`
		From      string `json:"from"`
		FromUser  string `json:"from_user_id,omitempty"`
		To        string `json:"to"`
		Event     string `json:"event"`
		Timestamp string `json:"timestamp"`
		Direction string `json:"direction"`
	}
	metaContact struct {
		Profile map[string]string `json:"profile"`
		Phone   string            `json:"wa_id"`
		User    string            `json:"user_id,omitempty"`
	}
	metaMetadata struct {
		Display string `json:"display_phone_number"`
		Number  string `json:"phone_number_id"`
	}
	metaValue struct {
		Product  string            `json:"messaging_product"`
		Metadata metaMetadata      `json:"metadata"`
		Contacts []metaContact     `json:"contacts,omitempty"`
		Messages []metaMessage     `json:"messages,omitempty"`
		Statuses []json.RawMessage `json:"statuses,omitempty"`
		Calls    []metaCall        `json:"calls,omitempty"`
		Echoes   []metaMessage     `json:"message_echoes,omitempty"`
	}
	metaTemplateChange struct {
		ID       uint64 `json:"message_template_id"`
		Name     string `json:"message_template_name"`
		Language string `json:"message_template_language"`
		Previous string `json:"previous_category,omitempty"`
		New      string `json:"new_category"`
		Correct  string `json:"correct_category,omitempty"` // to come
		From     int64  `json:"category_update_timestamp,omitempty"`
	}
	metaBody struct {
		Object string      `json:"object"`
		Entry  []metaEntry `json:"entry"`
	}
	metaEntry struct {
		ID      string       `json:"id"`
		Time    int64        `json:"time,omitempty"`
		Changes []metaChange `json:"changes"`
	}
	metaChange struct {
		Value any    `json:"value"`
		Field string `json:"field"`
	}
)

func unixText(at int64) string { return strconv.FormatInt(at, 10) }

// metaWebhook wraps one change of an account; at is 0 where the field carries
// no time of the entry.
func metaWebhook(a *account, at int64, field string, value any) ([]byte, error) {
	return json.Marshal(metaBody{
		Object: "whatsapp_business_account",
		Entry:  []metaEntry{{ID: a.id, Time: at, Changes: []metaChange{{Value: value, Field: field}}}},
	})
}

func metaValueOf(n *number) metaValue {
	return metaValue{Product: "whatsapp", Metadata: metaMetadata{Display: n.display, Number: n.id}}
}

// metaStatuses wraps statuses of one number, as they were rendered.
func metaStatuses(n *number, statuses []json.RawMessage) ([]byte, error) {
	value := metaValueOf(n)
	value.Statuses = statuses
	return metaWebhook(n.account, 0, "messages", value)
}

// renderMeta writes an occurrence as its webhook. A status is returned bare,
// for several may share a body. What no webhook tells, the send call and the
// bill line, is a flat record.
func renderMeta(o *occurrence) (body []byte, status bool, err error) {
	value, field := metaValueOf(o.p.number), "messages"
	switch o.event {
	case evRequest, evCharge:
		body, err = renderFlat(o)
		return body, false, err
	case evSent, evDelivered, evRead, evFailed:
		body, err = json.Marshal(metaStatusOf(o))
		return body, true, err
	case evInbound:
		value.Contacts = []metaContact{o.contact()}
		value.Messages = []metaMessage{metaInbound(o)}
	case evCall:
		field = "calls"
		value.Contacts = []metaContact{o.contact()}
		value.Calls = []metaCall{{
			ID: o.id, From: o.p.user, FromUser: o.p.userID(o.at), To: o.p.number.display,
			Event: "connect", Timestamp: unixText(o.at), Direction: "USER_INITIATED",
		}}
	case evEcho:
		field = "smb_message_echoes"
		value.Echoes = []metaMessage{{
			From: o.p.number.display, To: o.p.user, ID: o.id, Timestamp: unixText(o.at),
			Type: "text", Text: map[string]string{"body": "On its way."},
		}}
	}
	body, err = metaWebhook(o.p.number.account, 0, field, value)
	return body, false, err
}

// from is the phone of who wrote: the user, or a member of the group.
func (o *occurrence) from() string {
	if o.p.group != "" {
		return o.inbound.member
	}
	return o.p.user
}

func (o *occurrence) contact() metaContact {
	return metaContact{Profile: map[string]string{"name": o.p.name}, Phone: o.from(), User: o.p.userID(o.at)}
}

func metaInbound(o *occurrence) metaMessage {
	m := metaMessage{
		From: o.from(), FromUser: o.p.userID(o.at), Group: o.p.group,
		ID: o.id, Timestamp: unixText(o.at), Type: inboundType(o.inbound),
	}
	if o.inbound.kind == reacted {
		m.Reaction = &metaReaction{Message: o.p.wamid(idOutbound, 0), Emoji: "👍"}
		return m
	}
	m.Text = map[string]string{"body": phrase(o.at)}
	if source := o.inbound.referral; source != "" {
		m.Referral = &metaReferral{
			URL: "https://example.com/" + source, ID: "120200330044", Type: source,
			Title: "New arrivals", ClickID: o.inbound.clickID,
		}
	}
	return m
}

func phrase(at int64) string {
	phrases := [...]string{"Hello!", "Where is my order?", "Thanks", "Is this still available?", "Ok", "Can I pay by card?"}
	return phrases[at%int64(len(phrases))]
}

func metaStatusOf(o *occurrence) metaStatus {
	s := metaStatus{
		ID: o.id, Status: o.event, Timestamp: unixText(o.at),
		Recipient: o.p.user, RecipientUser: o.p.userID(o.at),
	}
	if o.p.group != "" {
		s.Recipient, s.RecipientType = o.p.group, "group"
		if !o.toGroup() {
			s.Participant = o.message.member
		}
	}
	if o.code != 0 {
		s.Errors = []metaError{metaErrorOf(o)}
	}
	st := o.priced
	if st == nil {
		return s
	}
	s.Pricing = &metaPricing{Billable: st.billable, Model: st.model, Type: st.kind, Category: st.category}
	if o.p.showsConversation(st, o.at) {
		s.Conversation = &metaConversation{ID: st.conversation, Origin: map[string]string{"type": st.origin}}
		if o.expires != 0 {
			s.Conversation.Expires = unixText(o.expires)
		}
	}
	return s
}

func metaErrorOf(o *occurrence) metaError {
	title := "Message undeliverable"
	switch o.code {
	case codeWindowClosed:
		title = "Re-engagement message"
	case codeEcosystem:
		title = "This message was not delivered to maintain healthy ecosystem engagement."
	}
	e := metaError{Code: o.code, Title: title}
	if o.at >= errorDetailsFrom {
		e.Message, e.Data = title, map[string]string{"details": "See the documentation of the error code."}
	}
	return e
}
