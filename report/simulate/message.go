package simulate

import "cmp"

// The categories of the rules, as webhooks spell them.
const (
	marketing         = "marketing"
	utility           = "utility"
	authentication    = "authentication"
	authInternational = "authentication_international"
	service           = "service"
	aiPurpose         = "general_purpose_ai"

	businessInitiated  = "business_initiated"
	userInitiated      = "user_initiated"
	referralConversion = "referral_conversion"
)

// inboundKind says what a user did.
type inboundKind uint8

const (
	wrote   inboundKind = iota
	reacted             // whether that opens the service window is not documented
	called
)

// inbound is one thing that a user did; times are Unix seconds throughout.
type inbound struct {
	at       int64
	kind     inboundKind
	member   string // who it was, in a group
	referral string // "ad" or "post": came through a click on one
	clickID  string
	// qualifies tells whether the click opens free entry. Clicks on desktop
	// and posts do not, and no webhook says which it was.
	qualifies bool
	unproven  bool // nor can anybody tell from the statuses
	untold    bool // none of them says anything about the window
}

// fate is what becomes of a message.
type fate uint8

const (
	arrives fate = iota
	arrivesLate
	arrivesUnseen // the webhook of the delivery is lost, that of the reading is not
	fails
	neverArrives
)

// The error codes of failures.
const (
	codeUndeliverable = 131026
	codeWindowClosed  = 131047
	codeEcosystem     = 131049 // marketing that Meta holds back
)

// message is one message of the business to one recipient.
type message struct {
	ordinal  int  // names the message within its pair
	repeats  bool // the copy of a group message for a further member
	member   string
	kind     string // template, text, image, interactive, document, reaction
	template *template
	category string // of the template when it was sent; "" without one

	habit   *habit // by which it could have been cheaper; nil: by none
	instead int64  // when it, or an answer before it, would have been sent then
	abroad  bool   // authentication at the international rate

	fate      fate
	alone     bool // what is sent after it need not wait until it arrives
	errorCode int
	announced bool // a status sent was written

	sent, delivered, read, failed int64 // 0: did not happen
}

// prompt reports whether the message arrived so soon after sending that its
// first status already knew what the last says.
func (m *message) prompt() bool {
	return m.delivered != 0 && m.delivered-m.sent <= 10*minute
}

// billedAs is the category in which the message would be charged by itself.
func (m *message) billedAs() string {
	category := cmp.Or(m.category, service)
	if m.member != "" {
		return "group_" + category
	}
	return category
}

// The spellings of pricing objects.
const (
	modelConversation = "CBP"
	modelMessage      = "PMP"

	typeRegular     = "regular"
	typeFreeService = "free_customer_service"
	typeFreeGroup   = "free_group_customer_service"
	typeFreeEntry   = "free_entry_point"
)

// madeUpPrice is the price of every bill line: only that there is one matters.
const madeUpPrice = "0.0100"

// statement is what Meta's webhooks say about one message's price.
type statement struct {
	conversation string // id; "" for no conversation object
	origin       string
	expires      int64 // on the status sent only; 0: left out

	billable bool
	model    string
	kind     string // pricing.type; "" in the conversation eras
	category string
	untold   bool // no status says any of this

	// What is beside the statuses' pricing.
	lines     int  // of a bill, that give the message a price
	conflicts bool // a status failed follows the delivery
}

// stated returns what a sound webhook says about a decision (clause 5).
func (p *pair) stated(m *message, d *decision) statement {
	switch {
	case d.era < perMessage:
		return p.ofConversation(m, d)
	case d.outcome == covered: // 4.1.4
		st := p.ofConversation(m, d)
		st.expires = 0
		return st
	case d.conv != nil:
		return statement{
			conversation: p.conversationID(idConversation, d.conv.opener),
			origin:       referralConversion,
			expires:      d.conv.planned,
			model:        modelMessage, kind: typeFreeEntry, category: referralConversion,
			untold: d.conv.untold,
		}
	}
	st := p.byMessage(m, d.category)
	if d.outcome == free {
		st.billable, st.kind = false, typeFreeService
		if m.member != "" {
			st.kind = typeFreeGroup
		}
	}
	return st
}

// ofConversation describes the conversation that a message opens or rides on.
// A conversation is billable even where the free tier or 2024-11-01 made it
// free; only free entry is not.
func (p *pair) ofConversation(m *message, d *decision) statement {
	c := d.conv
	st := statement{
		conversation: p.conversationID(idConversation, c.opener),
		origin:       c.kind,
		expires:      fullMinute(c.planned),
		billable:     c.kind != referralConversion,
		model:        modelConversation,
		category:     c.kind,
		untold:       c.untold,
	}
	if d.opens && d.at-m.sent > minute {
		// Meta foretells the end when it sends; free entry it leaves open.
		st.expires = fullMinute(m.sent + c.planned - c.start)
		if c.kind == referralConversion {
			st.expires = 0
		}
	}
	return st
}

// byMessage is the statement of a message that is charged by itself. The
// conversation there is one per message, and expires when it begins.
func (p *pair) byMessage(m *message, category string) statement {
	return statement{
		conversation: p.conversationID(idConversation, m.ordinal),
		origin:       category,
		expires:      m.sent,
		billable:     true,
		model:        modelMessage, kind: typeRegular, category: category,
	}
}

// fullMinute rounds up, as expiration_timestamp is.
func fullMinute(at int64) int64 { return (at + minute - 1) / minute * minute }

// showsConversation reports whether a status at an instant has a conversation
// object: since Graph v24 only those of free entry, and of conversations.
func (p *pair) showsConversation(st *statement, at int64) bool {
	return st.conversation != "" &&
		(at < noConversationFrom || st.model == modelConversation || st.kind == typeFreeEntry)
}
