package simulate

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
)

// country is where a user's phone is from.
type country struct {
	iso    string
	prefix string // calling code and the first digits of a mobile number
	digits int    // how many more follow
}

// countries have prefixes that no operator assigns, so that no phone made here
// is anybody's.
func countries() []country {
	return []country{
		{"BR", "55109", 8}, {"IN", "9150", 8}, {"GB", "4460", 8}, {"ID", "6280", 8}, {"MX", "5210", 8},
		{"AR", "5410", 8}, {"CO", "5720", 8}, {"DE", "4910", 9}, {"ES", "345", 8}, {"NG", "23460", 8},
		{"AE", "9711", 8}, {"ZA", "2700", 8}, {"EG", "2019", 8},
	}
}

func (w *world) country(iso string) *country {
	i := slices.IndexFunc(w.countries, func(c country) bool { return c.iso == iso })
	return &w.countries[max(i, 0)]
}

// phone returns the n-th user's phone in the country. Users below seventy
// million have different phones.
func (c *country) phone(n uint64) string {
	low := c.lowest()
	return c.prefix + strconv.FormatUint(2*low+(n*7368787+3141593)%(7*low), 10)
}

// businessPhone returns the n-th business' phone: it begins with a 9, where
// those of users have 2 to 8.
func (c *country) businessPhone(n uint64) string {
	return c.prefix + strconv.FormatUint(9*c.lowest()+n, 10)
}

// lowest is the lowest number with as many digits as follow the prefix.
func (c *country) lowest() uint64 {
	low := uint64(1)
	for range c.digits - 1 {
		low *= 10
	}
	return low
}

// pair is one user, or group, of one business number, with all that passed
// between them.
type pair struct {
	world  *world
	index  int
	number *number

	country *country
	user    string // phone of the user; "" for a group
	name    string
	group   string
	members []string // phones of the group's members

	inbound []inbound // what the user did, by time
	echoes  []inbound // what the business wrote in its phone app, by time
	out     []message // what it sent through the API, by sending
}

// messages counts the business messages: one to a group is one, though each
// member's copy is billed by itself.
func (p *pair) messages() int {
	n := 0
	for i := range p.out {
		if !p.out[i].repeats {
			n++
		}
	}
	return n
}

// one in this many pairs is a group; one in that many is a user whom another
// number of the business serves too.
const (
	groupEvery  = 90
	sharedEvery = 25
)

// meet decides who the i-th pair is, without any traffic yet.
func (w *world) meet(i int) *pair {
	h := w.hash("pair", i, 0)
	p := &pair{world: w, index: i, number: w.share(h)}
	a := p.number.account
	who := i
	if i > 0 && (h>>16)%sharedEvery == 0 {
		// The user before, where that is a user of another number.
		if other := w.share(w.hash("pair", i-1, 0)); other != p.number {
			who = i - 1
		}
	}
	p.country = a.country
	if g := w.hash("abroad", who, 0); g%6 == 0 {
		p.country = &w.countries[(g>>8)%uint64(len(w.countries))]
	}
	if h := w.plantedIn(i); h != nil && h.country != nil {
		p.country = h.country(w, a)
	}
	if i%groupEvery == groupEvery-1 && a.end() > groupsFrom+day && w.opt.Avoidable == 0 {
		p.country = a.country
		p.group = "R3JvdXA" + strconv.FormatUint(h, 36)
		for k := range 3 + h>>40%4 {
			p.members = append(p.members, p.country.phone(uint64(5_000_000+8*i)+k))
		}
		return p
	}
	p.user = p.country.phone(uint64(who))
	p.name = givenName(w.hash("name", who, 0))
	return p
}

func givenName(h uint64) string {
	names := [...]string{"Ana", "Ravi", "Joana", "Meera", "Tom", "Putri", "Lucas", "Asha", "Grace", "Diego", "Noor", "Ines"}
	return names[h%uint64(len(names))]
}

// userID returns the user's business-scoped id at an instant, "" before they
// existed.
func (p *pair) userID(at int64) string {
	if p.user == "" || at < userIDsFrom {
		return ""
	}
	// Scoped to the business: one user has another id with another account.
	h := p.world.hash("user "+p.user, p.number.account.index, 0)
	return p.country.iso + "." + strconv.FormatUint(1_000_000_000_000_000+h%9_000_000_000_000_000, 10)
}

// The purposes of ids, mixed into them so that no two collide.
const (
	idInbound      = "in"
	idEcho         = "echo"
	idOutbound     = "out"
	idConversation = "conversation"
	idWrong        = "wrong conversation"
)

// wamid returns a message id built as Meta's are: base64 of a frame that
// holds the phone and a random part.
func (p *pair) wamid(purpose string, n int) string {
	who := p.user
	if p.group != "" {
		who = p.group
	}
	direction := byte(0x11)
	if purpose == idInbound {
		direction = 0x12
	}
	frame := append(make([]byte, 0, 64), 0x1c, 0x18, byte(len(who)))
	frame = append(frame, who...)
	frame = append(frame, 0x15, 0x02, 0x00, direction, 0x18, 0x14)
	frame = fmt.Appendf(frame, "%016X%04X", p.world.hash(purpose, p.index, n), n&0xffff)
	frame = append(frame, 0x00)
	return "wamid." + base64.StdEncoding.EncodeToString(frame)
}

// conversationID returns the id of the conversation that the n-th message of
// the pair opens, or falsely opens.
func (p *pair) conversationID(purpose string, n int) string {
	h := p.world.hash(purpose, p.index, n)
	return fmt.Sprintf("%016x%016x", h, mix(h))
}
