package ledger

import (
	"unsafe"

	"waudit/audit/event"
)

// storedRow is a row as it is written. Its columns are those of events, then where
// the row comes from. A text that is not there is null.
type storedRow struct {
	Event            string `parquet:"event,dict"`
	Timestamp        int64  `parquet:"timestamp,timestamp(millisecond),delta"`
	WABA             string `parquet:"waba_id,optional,dict"`
	Number           string `parquet:"phone_number_id,optional,dict"`
	User             string `parquet:"wa_id,optional,dict"`
	UserID           string `parquet:"user_id,optional,dict"`
	Group            string `parquet:"group_id,optional,dict"`
	Participant      string `parquet:"participant_id,optional,dict"`
	Message          string `parquet:"message_id,optional,plain"`
	Type             string `parquet:"message_type,optional,dict"`
	Template         string `parquet:"template_name,optional,dict"`
	TemplateCategory string `parquet:"template_category,optional,dict"`
	Language         string `parquet:"template_language,optional,dict"`
	Conversation     string `parquet:"conversation_id,optional,plain"`
	Origin           string `parquet:"conversation_origin,optional,dict"`
	Expires          int64  `parquet:"conversation_expiration,optional,timestamp(millisecond),delta"`
	Billable         *bool  `parquet:"billable,optional"`
	Model            string `parquet:"pricing_model,optional,dict"`
	Pricing          string `parquet:"pricing_type,optional,dict"`
	Category         string `parquet:"pricing_category,optional,dict"`
	Subtype          string `parquet:"pricing_subtype,optional,dict"`
	Amount           *int64 `parquet:"amount,optional,decimal(9:18)"`
	Currency         string `parquet:"currency,optional,dict"`
	Referral         string `parquet:"referral_source_type,optional,dict"`
	Error            string `parquet:"error_code,optional,dict"`
	TemplateID       string `parquet:"template_id,optional,dict"`
	BillLine         string `parquet:"line_id,optional,plain"`
	PriceKind        string `parquet:"price_kind,optional,dict"`
	TimeKind         string `parquet:"time_kind,optional,dict"`
	Resolved         int32  `parquet:"resolved,dict"`
	OriginInput      int32  `parquet:"origin_input,dict"`
	OriginLine       int64  `parquet:"origin_line,delta"`
	OriginItem       int64  `parquet:"origin_item,delta"`
}

// Bits of the column "resolved": which ids the log does not have in the row.
// They were found out from other records of the same message or user, and are
// filled in so that each row tells its customer on its own.
const (
	foundUser = 1 << iota
	foundUserID
	foundGroup
	foundNumber
	adoptedNumber // the only number that the event can be of, as long as there is but one
)

// idColumns are the columns of ids, each with a filter that tells which of them a
// row group may hold. Those of messages and conversations come first, then those of
// customers.
var idColumns = []string{"message_id", "conversation_id", "wa_id", "user_id", "group_id", "participant_id"}

// customerColumns is where the ids of customers begin.
const customerColumns = 2

// Customer is the pair that a row belongs to. One of User, UserID and Group is
// set; none for a row that belongs to nobody.
type Customer struct {
	Number string
	User   string // phone
	UserID string // business-scoped id of a user without a phone
	Group  string
}

// name is the id by which rows are sorted.
func (c *Customer) name() string {
	switch {
	case c.Group != "":
		return c.Group
	case c.User != "":
		return c.User
	}
	return c.UserID
}

// StoredEvent is an event of a customer.
type StoredEvent struct {
	Customer
	Event *event.Event
	// Adopted is set if the log does not have the event's number.
	Adopted bool
}

// fill sets the line to a row, whose strings it shares.
func (l *storedRow) fill(r *StoredEvent, flags *[3]bool) {
	e := r.Event
	*l = storedRow{
		Event: e.Kind.String(), Timestamp: e.Time, Expires: e.Expires,
		OriginInput: int32(e.Place.Input), OriginLine: int64(e.Place.Line), OriginItem: int64(e.Place.Item),
	}
	for i, text := range l.texts() {
		if from := event.Column(i).Text(e); from != nil {
			*text = *from
		}
	}
	if e.Billable != event.Absent {
		l.Billable = &flags[e.Billable]
	}
	if e.HasAmount {
		amount := e.Amount
		l.Amount = &amount
	}
	if r.Adopted {
		l.Resolved |= adoptedNumber
	}
	l.resolve(&r.Customer)
}

// resolve fills in the ids of the customer that the event lacks.
func (l *storedRow) resolve(c *Customer) {
	if l.Number != c.Number && c.name() != "" {
		l.Number = c.Number
		l.Resolved |= foundNumber
	}
	switch {
	case l.Group != "":
	case c.Group != "":
		l.Group = c.Group
		l.Resolved |= foundGroup
	case l.User == "" && c.User != "":
		l.User = c.User
		l.Resolved |= foundUser
	case l.User == "" && l.UserID == "" && c.UserID != "":
		l.UserID = c.UserID
		l.Resolved |= foundUserID
	}
}

// unresolve takes out of an event what was filled in.
func unresolve(e *event.Event, resolved int64) {
	if resolved&foundUser != 0 {
		e.User = ""
	}
	if resolved&foundUserID != 0 {
		e.UserID = ""
	}
	if resolved&foundGroup != 0 {
		e.Group = ""
	}
	if resolved&(foundNumber|adoptedNumber) != 0 {
		e.Number = ""
	}
}

// texts are the strings of the line by column, nil for what is no text.
func (l *storedRow) texts() [event.NumColumns]*string {
	return [...]*string{
		event.ColEvent: &l.Event, event.ColWABA: &l.WABA, event.ColNumber: &l.Number, event.ColUser: &l.User, event.ColUserID: &l.UserID,
		event.ColGroup: &l.Group, event.ColParticipant: &l.Participant, event.ColMessage: &l.Message, event.ColType: &l.Type,
		event.ColTemplate: &l.Template, event.ColTemplateCategory: &l.TemplateCategory, event.ColLanguage: &l.Language,
		event.ColConversation: &l.Conversation, event.ColOrigin: &l.Origin, event.ColModel: &l.Model, event.ColPricing: &l.Pricing,
		event.ColCategory: &l.Category, event.ColSubtype: &l.Subtype, event.ColCurrency: &l.Currency, event.ColReferral: &l.Referral,
		event.ColError: &l.Error, event.ColLine: &l.BillLine, event.ColTemplateID: &l.TemplateID, event.ColPriceKind: &l.PriceKind, event.ColTimeKind: &l.TimeKind,
	}
}

// keep copies the strings of the line into room, and returns that with them.
func (l *storedRow) keep(room []byte) []byte {
	size := 0
	texts := l.texts()
	for _, t := range texts {
		if t != nil {
			size += len(*t)
		}
	}
	if cap(room)-len(room) < size {
		room = make([]byte, 0, max(roomSize, size)) // lines before keep what they have
	}
	for _, t := range texts {
		if t == nil || *t == "" {
			continue
		}
		start := len(room)
		room = append(room, *t...)
		*t = unsafe.String(&room[start], len(*t))
	}
	return room
}

// roomSize is how many bytes of strings are copied into one piece.
const roomSize = 256 << 10
