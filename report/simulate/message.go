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
