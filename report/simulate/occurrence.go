package simulate

import "math/rand/v2"

// The kinds of occurrence, named as the flat record's column "event" is.
const (
	evInbound   = "inbound"
	evCall      = "call"
	evEcho      = "echo"
	evRequest   = "request"
	evSent      = "sent"
	evDelivered = "delivered"
	evRead      = "read"
	evFailed    = "failed"
	evCharge    = "charge"
)

// occurrence is one thing that the log tells about a pair.
type occurrence struct {
	p     *pair
	event string
	at    int64
	id    string // of the message or the call

	inbound *inbound   // what the user did; nil for a message of the business
	message *message   // nil for what the user did, and for echoes
	priced  *statement // nil where the status says nothing about the price
	expires int64      // end of the conversation; 0: not said
	code    int        // error code of a failure
	line    int        // which of the message's lines of the bill, from 1
}

// toGroup reports whether a status goes to the group as a whole: the first one
// does, those of delivery and reading are about a member.
func (o *occurrence) toGroup() bool { return o.p.group != "" && o.event == evSent }

// teller turns a pair, its bills and its statements into occurrences, each
// with the instant at which the receiver got it.
type teller struct {
	rng       *rand.Rand
	duplicate float64
	tell      func(o *occurrence, arrival int64)
}

func (t *teller) pair(p *pair, bills []bill, st []statement) {
	for i := range p.inbound {
		in := &p.inbound[i]
		o := &occurrence{p: p, event: evInbound, at: in.at, id: p.wamid(idInbound, i), inbound: in}
		if in.kind == called {
			o.event, o.id = evCall, "wacid."+o.id[len("wamid."):]
		}
		t.webhook(o)
	}
	for i := range p.echoes {
		t.webhook(&occurrence{p: p, event: evEcho, at: p.echoes[i].at, id: p.wamid(idEcho, i)})
	}
	for i := range p.out {
		t.message(p, &p.out[i], &bills[i], &st[i])
	}
}

// message tells the life of one message: the send call, each status, and the
// lines of the bill if there are any.
func (t *teller) message(p *pair, m *message, b *bill, st *statement) {
	base := occurrence{p: p, id: p.wamid(idOutbound, m.ordinal), message: m}
	tell := func(event string, at int64, priced *statement) *occurrence {
		o := base
		o.event, o.at, o.priced = event, at, priced
		return &o
	}
	if !m.repeats {
		t.log(tell(evRequest, m.sent-t.rng.Int64N(2), nil), 40)
		if m.announced {
			t.webhook(sending(tell(evSent, m.sent, nil), b, st))
		}
	}
	if m.delivered != 0 && m.fate != arrivesUnseen {
		t.webhook(tell(evDelivered, m.delivered, st))
	}
	if m.read != 0 {
		o := tell(evRead, m.read, nil)
		if m.fate == arrivesUnseen || b.era >= perMessage && t.rng.IntN(3) == 0 {
			o.priced = st
		}
		t.webhook(o)
	}
	if m.failed != 0 {
		o := tell(evFailed, m.failed, nil)
		o.code = m.errorCode
		t.webhook(o)
	}
	if st.conflicts {
		o := tell(evFailed, m.delivered+t.rng.Int64N(2*minute)+5, nil)
		o.code = codeUndeliverable
		t.webhook(o)
	}
	for line := range st.lines {
		o := tell(evCharge, max(m.delivered, m.failed), st)
		o.line = line + 1
		t.log(o, 1000*(hour+t.rng.Int64N(6*hour)))
	}
}

// sending completes the status sent: its price is what Meta foresaw.
func sending(o *occurrence, b *bill, st *statement) *occurrence {
	m := o.message
	if !o.p.pricedWhenSent(m) {
		return o
	}
	o.priced = st
	if !m.prompt() {
		if b.foreseen.opens && b.foreseen.conv.kind == referralConversion {
			o.priced = nil // free entry is not certain before an answer arrives
			return o
		}
		foreseen := o.p.stated(m, &b.foreseen)
		o.priced = &foreseen
	}
	o.expires = o.priced.expires
	return o
}

// pricedWhenSent reports whether the status sent carries the price, as most
// do. Those to a group never do.
func (p *pair) pricedWhenSent(m *message) bool {
	return m.member == "" && p.world.hash("priced", p.index, m.ordinal)%14 != 0
}

// log notes what the business writes down itself, some milliseconds later.
func (t *teller) log(o *occurrence, after int64) {
	t.tell(o, o.at*1000+after)
}

// webhook delivers what Meta reports: in a second or two, at times in minutes
// or, retried, in hours. Some come again.
func (t *teller) webhook(o *occurrence) {
	if o.priced != nil && o.priced.untold {
		o.priced, o.expires = nil, 0
	}
	delay := 200 + t.rng.Int64N(2300)
	switch draw := t.rng.IntN(1000); {
	case draw < 3:
		delay += 1000 * t.rng.Int64N(5*hour)
	case draw < 25:
		delay += 1000 * t.rng.Int64N(10*minute)
	}
	arrival := o.at*1000 + delay
	t.tell(o, arrival)
	if t.rng.Float64() < t.duplicate {
		t.tell(o, arrival+1000+t.rng.Int64N(2*hour*1000))
	}
}
