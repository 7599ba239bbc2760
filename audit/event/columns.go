package event

import (
	"strings"
	"unsafe"
)

// Column is a column of the table that events make: those of the flat record in
// the order of its description, then what only ledgers have.
type Column uint8

// The columns. Which name and which field of an Event each has, stands in
// columns, the one place that lists them.
const (
	ColEvent Column = iota
	ColTimestamp
	ColWABA
	ColNumber
	ColUser
	ColUserID
	ColGroup
	ColParticipant
	ColMessage
	ColType
	ColTemplate
	ColTemplateCategory
	ColLanguage
	ColConversation
	ColOrigin
	ColExpires
	ColBillable
	ColModel
	ColPricing
	ColCategory
	ColSubtype
	ColAmount
	ColCurrency
	ColReferral
	ColClick
	ColError
	ColLine
	ColTemplateID
	ColPriceKind
	ColTimeKind
	NumColumns

	NumFlat = ColTemplateID // columns of the flat record, which come first
)

// columns says what each column is called, and where in an Event its text is. It
// is an offset and no function, so that who asks for texts need not keep the
// event on the heap. Those with 0 are no texts, but for ctwa_clid: an event keeps
// only what follows from it.
var columns = [NumColumns]struct {
	name string
	text uintptr
}{
	ColEvent:            {name: "event"},
	ColTimestamp:        {name: "timestamp"},
	ColWABA:             {"waba_id", unsafe.Offsetof(Event{}.WABA)},
	ColNumber:           {"phone_number_id", unsafe.Offsetof(Event{}.Number)},
	ColUser:             {"wa_id", unsafe.Offsetof(Event{}.User)},
	ColUserID:           {"user_id", unsafe.Offsetof(Event{}.UserID)},
	ColGroup:            {"group_id", unsafe.Offsetof(Event{}.Group)},
	ColParticipant:      {"participant_id", unsafe.Offsetof(Event{}.Participant)},
	ColMessage:          {"message_id", unsafe.Offsetof(Event{}.Message)},
	ColType:             {"message_type", unsafe.Offsetof(Event{}.Type)},
	ColTemplate:         {"template_name", unsafe.Offsetof(Event{}.Template)},
	ColTemplateCategory: {"template_category", unsafe.Offsetof(Event{}.TemplateCategory)},
	ColLanguage:         {"template_language", unsafe.Offsetof(Event{}.Language)},
	ColConversation:     {"conversation_id", unsafe.Offsetof(Event{}.Conversation)},
	ColOrigin:           {"conversation_origin", unsafe.Offsetof(Event{}.Origin)},
	ColExpires:          {name: "conversation_expiration"},
	ColBillable:         {name: "billable"},
	ColModel:            {"pricing_model", unsafe.Offsetof(Event{}.Model)},
	ColPricing:          {"pricing_type", unsafe.Offsetof(Event{}.Pricing)},
	ColCategory:         {"pricing_category", unsafe.Offsetof(Event{}.Category)},
	ColSubtype:          {"pricing_subtype", unsafe.Offsetof(Event{}.Subtype)},
	ColAmount:           {name: "amount"},
	ColCurrency:         {"currency", unsafe.Offsetof(Event{}.Currency)},
	ColReferral:         {"referral_source_type", unsafe.Offsetof(Event{}.Referral)},
	ColClick:            {name: "ctwa_clid"},
	ColError:            {"error_code", unsafe.Offsetof(Event{}.Error)},
	ColLine:             {"line_id", unsafe.Offsetof(Event{}.Line)},
	ColTemplateID:       {"template_id", unsafe.Offsetof(Event{}.TemplateID)},
	ColPriceKind:        {"price_kind", unsafe.Offsetof(Event{}.PriceKind)},
	ColTimeKind:         {"time_kind", unsafe.Offsetof(Event{}.TimeKind)},
}

var columnByName = func() map[string]Column {
	byName := make(map[string]Column, NumColumns)
	for c := range NumColumns {
		byName[columns[c].name] = c
	}
	return byName
}()

// ColumnOf returns the column of that name.
func ColumnOf(name string) (c Column, ok bool) {
	c, ok = columnByName[name]
	return c, ok
}

// String returns the column's name.
func (c Column) String() string { return columns[c].name }

// Text returns where the event holds the text of the column, nil if it holds none.
func (c Column) Text(e *Event) *string {
	if at := columns[c].text; at != 0 {
		return (*string)(unsafe.Add(unsafe.Pointer(e), at))
	}
	return nil
}

// Clone returns the event with strings of its own.
func (e *Event) Clone() Event {
	own := *e
	for c := range NumColumns {
		if text := c.Text(&own); text != nil {
			*text = strings.Clone(*text)
		}
	}
	return own
}
