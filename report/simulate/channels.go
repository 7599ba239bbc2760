package simulate

import (
	"fmt"
	"math/rand/v2"
)

// channel is Messenger or Instagram, on which nothing is charged: what can be wrong is
// that a message is sent when it may not be.
type channel struct {
	name     string // as the ids of its accounts begin in configurations
	object   string // of its webhooks
	host     string // of its send calls
	id       string // of the business' account
	users    uint64 // where ids of users begin
	mid      string // how ids of messages begin
	inbox    int64  // id of the app in which people answer by hand
	delivers bool   // tells of deliveries, by the instant up to which all have arrived
}

func channels() []channel {
	return []channel{
		{"messenger", "page", "graph.facebook.com", "102030405060", 2_485_012_345_000_000, "m_", 263902037430900, true},
		{"instagram", "instagram", "graph.instagram.com", "17841400008460056", 1_084_512_345_000_000, "aWdfZAG1faXRlbToz", 1217981644879628, false},
	}
}

// talkBadly is in how many users one is written to against the rules.
const talkBadly = 5

// When Messenger ceased to take message tags but HUMAN_AGENT, and was sure to have.
var tagsEnd = utc(2026, 4, 28)

// thread is a user of a channel, and what the log tells of the talk.
type thread struct {
	channel
	rng   *rand.Rand
	user  string
	tell  func(at int64, o jsonObject)
	truth []secret
	mids  int
}

// tellChannels writes what users of both channels and the business wrote, and returns
// which messages were against the rules.
func (w *world) tellChannels(order *sorter) (truth []secret, failed error) {
	a, seq := w.accounts[0], 0
	for n, c := range channels() {
		for i := range w.opt.Channels {
			t := &thread{channel: c, rng: w.stream("thread "+c.name, i), user: fmt.Sprint(c.users + 7919*uint64(i))}
			t.tell = func(at int64, o jsonObject) {
				if failed == nil {
					failed = order.add(arrived{At: at, Pair: -2 - n, Seq: seq, Number: -1, Body: appendJSON(nil, o)})
				}
				seq++
			}
			// What an ad may allow for so long, the log is to show.
			at := a.from() + 8*day + t.between(0, 3*day)
			for bad := i%talkBadly == 0; at < a.end()-10*day; bad = false {
				if at += t.between(8*hour, 22*hour); bad {
					at = t.badly(at)
				} else {
					at = t.well(at)
				}
				at += silence + t.between(0, 2*day)
			}
			truth = append(truth, t.truth...)
		}
	}
	return truth, failed
}

func (t *thread) between(low, high int64) int64 { return low + t.rng.Int64N(high-low) }

// well is a talk in which all was allowed, and returns when it ended.
func (t *thread) well(at int64) int64 {
	switch t.rng.IntN(8) {
	case 0:
		t.userActs(at, "postback", jsonObject{"mid", t.newMid(), "title", "Start", "payload", "START"})
	case 1: // a person answers, some days later
		t.userWrites(at, nil)
		return t.send(at+t.between(30*hour, 6*day), tagged("HUMAN_AGENT"))
	case 2:
		t.userWrites(at, nil)
		at += t.between(26*hour, 50*hour)
		t.userActs(at, "reaction", jsonObject{"mid", "m_0", "action", "react", "reaction", "love"})
	case 3:
		return t.sendTo(at, jsonObject{"id", t.user}, jsonObject{"messaging_type", "UTILITY"}, jsonObject{"template", jsonObject{"name", "parcel", "language", jsonObject{"code", "en_US"}}})
	case 4: // a comment, and the one reply to it
		t.userComments(at)
		return t.sendTo(at+t.between(hour, 6*day), jsonObject{"comment_id", "9"}, nil, jsonObject{"text", "We wrote you."})
	case 5: // by hand, in Meta's inbox
		t.userWrites(at, nil)
		return t.echo(at+t.between(25*hour, 9*day), t.newMid(), t.inbox)
	case 6:
		t.userWrites(at, jsonObject{"ad_id", "6", "source", "ADS", "type", "OPEN_THREAD"})
	default:
		t.userWrites(at, nil)
	}
	return t.send(at+t.between(minute, 23*hour), jsonObject{"messaging_type", "RESPONSE"})
}

// badly is a talk with a message that was not allowed.
func (t *thread) badly(at int64) int64 {
	t.userWrites(at, nil)
	hide := func(check string, at int64, says jsonObject) int64 {
		t.send(at, says)
		t.truth = append(t.truth, secret{t.lastMid(), check, at})
		return at
	}
	switch t.rng.IntN(4) {
	case 0:
		return hide("WA504", at+t.between(7*day+hour, 9*day), tagged("HUMAN_AGENT"))
	case 1:
		if t.name == "instagram" || at > tagsEnd {
			return hide("WA504", at+t.between(hour, 3*day), tagged("ACCOUNT_UPDATE"))
		}
	case 2:
		return hide("WA503", at+t.between(25*hour, 6*day), jsonObject{"messaging_type", "UPDATE"})
	}
	return hide("WA503", at+t.between(25*hour, 6*day), jsonObject{"messaging_type", "RESPONSE"})
}

func tagged(tag string) jsonObject { return jsonObject{"messaging_type", "MESSAGE_TAG", "tag", tag} }

func (t *thread) newMid() string {
	t.mids++
	return t.lastMid()
}

// lastMid is the id of the message that was made last.
func (t *thread) lastMid() string { return fmt.Sprintf("%s%s%04x", t.mid, t.user, t.mids) }

// webhook tells an item, or a change of the account.
func (t *thread) webhook(at int64, key string, item jsonObject) {
	arrival := at*1000 + t.between(200, 2500)
	t.tell(arrival, jsonObject{"object", t.object, "entry", []any{jsonObject{"id", t.id, "time", arrival - 100, key, []any{item}}}})
}

func (t *thread) item(from, to string, at int64, key string, says jsonObject) {
	t.webhook(at, "messaging", jsonObject{"sender", jsonObject{"id", from}, "recipient", jsonObject{"id", to}, "timestamp", at * 1000, key, says})
}

func (t *thread) userActs(at int64, key string, says jsonObject) { t.item(t.user, t.id, at, key, says) }

func (t *thread) userWrites(at int64, referral jsonObject) {
	says := jsonObject{"mid", t.newMid(), "text", phrase(at)}
	if referral != nil {
		says = append(says, "referral", referral)
	}
	t.userActs(at, "message", says)
}

func (t *thread) userComments(at int64) {
	from := jsonObject{"id", t.user}
	field, value := "feed", jsonObject{"item", "comment", "verb", "add", "from", from, "created_time", at}
	if t.name == "instagram" {
		field, value = "comments", jsonObject{"id", "9", "from", from, "text", phrase(at)}
	}
	t.webhook(at, "changes", jsonObject{"field", field, "value", value})
}

func (t *thread) send(at int64, says jsonObject) int64 {
	return t.sendTo(at, jsonObject{"id", t.user}, says, jsonObject{"text", "Here you are."})
}

// sendTo tells a send call with its answer, the echo, and the receipts.
func (t *thread) sendTo(at int64, to, says, message jsonObject) int64 {
	mid := t.newMid()
	body := append(jsonObject{"recipient", to, "message", message}, says...)
	t.tell(at*1000+300, jsonObject{
		"ts", at, "request", jsonObject{"url", "https://" + t.host + "/v21.0/" + t.id + "/messages", "body", body},
		"response", jsonObject{"recipient_id", t.user, "message_id", mid},
	})
	return t.echo(at, mid, 1517776481860111)
}

func (t *thread) echo(at int64, mid string, app int64) int64 {
	t.item(t.id, t.user, at, "message", jsonObject{"mid", mid, "is_echo", true, "app_id", app, "text", "Here you are."})
	read := jsonObject{"mid", mid}
	if t.delivers {
		t.userActs(at+2, "delivery", jsonObject{"mids", []any{mid}, "watermark", (at + 2) * 1000})
		read = jsonObject{"watermark", (at + 90) * 1000}
	}
	if t.rng.IntN(3) > 0 {
		t.userActs(at+90, "read", read)
	}
	return at
}

// channelAccounts are the entries of the configuration.
func (w *world) channelAccounts() (text []byte) {
	if w.opt.Channels == 0 {
		return nil
	}
	a := w.accounts[0]
	for _, c := range channels() {
		text = fmt.Appendf(text, "  %q:\n    name: %q\n    timezone: %s\n", c.name+":"+c.id, a.name, a.zone)
		if w.whole() {
			text = fmt.Appendf(text, "    complete_from: %s\n", flatTime(a.from()))
		}
	}
	return text
}
