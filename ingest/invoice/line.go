package invoice

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/rate"
	"waudit/ingest/dialect"
	"waudit/ingest/notation"
	phones "waudit/ingest/phone"
	"waudit/ingest/table"
)

// line makes a line of the values of a row.
func (d *decoder) line(l *invoice.Line) problem {
	v := &d.values
	if p := d.mendIDs(); p.is() {
		return p
	}
	d.moveWords()
	*l = invoice.Line{
		ID: v[lineID].text, Ref: v[reference].text, WABA: v[waba].text, Number: v[number].text, Message: v[message].text,
		Conversation: v[conversation].text, Tier: v[tier].text, Type: pricingType(v[typeField].text), Description: v[description].text,
	}
	if p := d.parties(l); p.is() {
		return p
	}
	d.place(l)
	d.category(l)
	if p := d.money(l); p.is() {
		return p
	}
	if p := d.when(l); p.is() {
		return p
	}
	if l.Estimate = d.layout.approx; l.Estimate {
		l.Description = event.Word(l.Description)
	}
	if d.layout.kaleyra {
		d.kaleyra(l)
	}
	l.Kind = d.kind(l)
	return ""
}

// moveWords takes words out of the columns that name what a row is of: "VAT 19 %" in the
// first of them says what the row charges. No id of a message has blanks.
func (d *decoder) moveWords() {
	for _, f := range [...]field{lineID, message, conversation, user} {
		text := d.values[f].text
		blank := strings.ContainsRune(text, ' ')
		if blank && f == message || (blank || !strings.ContainsAny(text, "0123456789")) && invoice.IsFee(text) {
			d.values[description].text = cmp.Or(d.values[description].text, text)
			d.values[f].text = ""
		}
	}
}

// mendIDs mends ids that were made numbers on their way. One that has lost digits would
// be another message's, or none's.
func (d *decoder) mendIDs() problem {
	for _, f := range [...]field{lineID, reference, message, conversation, userID, waba, number} {
		text := d.values[f].text
		mended, lost := dialect.MendID(text)
		if lost {
			return d.fault(f, text, dialect.LostDigits)
		}
		d.values[f].text = mended
	}
	return ""
}

// kaleyra reads an id that is called nothing else: it is a message's where it has the
// number of its part, "5f0c…:0", as Kaleyra's have, and else the line's. Kaleyra names
// prices also for free units of a month, which it does not charge.
func (d *decoder) kaleyra(l *invoice.Line) {
	id, part, ok := strings.Cut(l.Message, ":")
	if l.Estimate = ok && id != "" && part != "" && notation.IsDigits(part); l.Estimate || l.ID != "" {
		return
	}
	l.ID, l.Message = l.Message, ""
}

// parties reads who wrote to whom. Of what the customer wrote, the sender is the
// customer.
func (d *decoder) parties(l *invoice.Line) problem {
	customer, business := user, businessPhone
	if d.inbound() && d.layout.sources[direction].there() {
		customer, business = businessPhone, user
	}
	text, p := d.phone(customer)
	if p.is() {
		return p
	}
	switch digits := dialect.PhoneDigits(text); {
	case digits != "":
		l.User = digits
	case dialect.IsUserID(text): // anything else, as a masked phone, names nobody
		l.UserID = text
	}
	if id := d.values[userID].text; id != "" {
		l.UserID = id
	}
	if text, p = d.phone(business); p.is() {
		return p
	}
	l.NumberPhone = dialect.PhoneDigits(text)
	return ""
}

// phone reads a phone as another program has left it.
func (d *decoder) phone(f field) (string, problem) {
	c := d.values[f]
	digits, lost := phones.Restore(c.text, c.number)
	if lost {
		return "", d.fault(f, c.text, phones.Lost)
	}
	return digits, ""
}

// inbound reports whether the row says that the customer wrote. Kaleyra says true.
func (d *decoder) inbound() bool {
	return slices.Contains(inboundWords, table.Squeeze(d.values[direction].text))
}

var inboundWords = []string{"inbound", "incoming", "in", "mo", "received", "true"}

// place reads country and market, where either may stand for the other. A name that is
// neither stays a market's, of which nobody knows what it costs.
func (d *decoder) place(l *invoice.Line) {
	where, within := d.values[country].text, d.values[market].text
	if to := d.values[user].text; where == "" && to != "" && l.User == "" && l.UserID == "" {
		where = d.country(to) // "destination" may be either
	}
	l.Country = d.country(where)
	if _, known := d.shared.markets.Named(within); known {
		l.Market = rate.FoldMarket(within)
		return
	}
	if l.Country = cmp.Or(l.Country, d.country(within)); l.Country != "" {
		return
	}
	l.Market = rate.FoldMarket(cmp.Or(within, where))
	if _, known := d.shared.markets.Named(l.Market); l.Market != "" && !known {
		d.out.isUnknown("market or country", l.Market)
	}
}

// country returns the ISO code of a country as bills write it, "" for what is none.
func (d *decoder) country(text string) string {
	return d.countries.of(text, func(text string) string { return table.Country(text, d.shared.markets) })
}

// word returns what a word for a category means.
func (d *decoder) word(text string) (word string, c category.Category) {
	of := d.words.of(text, func(text string) categoryOf {
		word, c := table.Category(strings.Clone(text))
		return categoryOf{word, c}
	})
	return of.word, of.category
}

// category reads the category, of its own column or of the description.
func (d *decoder) category(l *invoice.Line) {
	v := &d.values
	entry := v[entryField].text
	switch word := pricingType(entry); {
	case entry == "":
	case l.Type == "" && slices.Contains(pricingTypes, word):
		l.Type = word
	case l.Description == "":
		l.Description = entry
	}
	text := v[categoryField].text
	l.Word, l.Category = d.word(text)
	if l.Word == "ftc" { // a conversation of the free tier, in Gupshup's word
		l.Word, l.Category, l.Type = "", category.None, "free_tier"
	}
	if slices.Contains(messageTypes, l.Word) {
		l.Word, l.Category = "", category.None
	}
	if l.Category == category.Other {
		d.out.isUnknown("category", text)
		l.Description = cmp.Or(l.Description, text)
	}
	if l.Category == category.None {
		if l.Word, l.Category = table.Category(entry); l.Category == category.Other || l.Category == category.None {
			l.Word, l.Category = table.CategoryIn(l.Description)
		}
	}
	d.usage(l, v[usage].text)
}

// messageTypes are the words that say what a message holds, and not what it is charged
// as.
var messageTypes = []string{"text", "image", "audio", "video", "document", "sticker", "location", "contacts", "interactive", "button", "media", "session"}

// kind says how closely a line tells what it charges.
func (d *decoder) kind(l *invoice.Line) invoice.LineKind {
	v := &d.values
	known := l.Category != category.None && l.Category != category.Other
	switch {
	case d.layout.approx:
		return invoice.Aggregate
	case !dialect.IsWhatsApp(v[channel].text) || d.inbound() || entryOf(v[entryField].text) == entryTopUp || d.notMeta:
		return invoice.Other
	case l.Message != "" && d.isFee(l):
		return invoice.Other
	case l.Message != "":
		return invoice.Message
	case invoice.IsFee(l.Description) && (!known || table.Squeeze(v[categoryField].text) == ""):
		return invoice.Other
	case (l.User != "" || l.UserID != "") && l.Quantity == 1:
		return invoice.Item
	case d.isVolume(l, known):
		return invoice.Aggregate
	}
	return invoice.Other
}

// isVolume reports whether a line counts messages, and says which.
func (d *decoder) isVolume(l *invoice.Line, known bool) bool {
	counted := d.layout.sources[quantity].there() || d.layout.sources[usage].there()
	placed := d.values[usage].text == "" && cmp.Or(l.Country, l.Market) != ""
	return counted && d.values[quantity].text != "" && (known || l.Type != "" || placed)
}

// isFee reports whether a line that names a message is a fee or a tax on it, by the
// word for its category or, where that names none of WhatsApp's, by its description. Of
// one that may be a fee or the charge the words stay, to be seen by its amount.
func (d *decoder) isFee(l *invoice.Line) bool {
	text := d.values[categoryField].text
	if word, c := d.word(text); c != category.None && c != category.Other && !slices.Contains(messageTypes, word) {
		return false
	}
	if invoice.IsOnlyFee(text) || invoice.IsOnlyFee(l.Description) {
		return true
	}
	if l.Category == category.None && invoice.IsFee(l.Description) {
		l.Category = category.Other
	}
	return false
}

// usage reads a usage type of AWS, "USE1-WhatsApp-BR-Marketing-MetaTemplateMessageFee".
// What AWS itself takes for a message, MessageFee, no charge of Meta's explains.
func (d *decoder) usage(l *invoice.Line, text string) {
	d.notMeta = false
	if text == "" {
		return
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '-' || r == '–' || r == ':' })
	at := -1
	for i, p := range parts {
		if table.Squeeze(p) == "whatsapp" {
			at = i
		}
	}
	l.Description = cmp.Or(l.Description, text)
	if at < 0 || at+1 >= len(parts) {
		d.notMeta = true // another service
		return
	}
	rest := parts[at+1:]
	if iso := d.country(rest[0]); len(rest[0]) == 2 && iso != "" {
		l.Country, rest = iso, rest[1:]
	}
	if len(rest) == 0 {
		d.notMeta = true
		return
	}
	switch rest[len(rest)-1] {
	case "ConversationFee", "MetaTemplateMessageFee":
		l.Word, l.Category = table.Category(strings.Join(rest[:len(rest)-1], "-"))
	default:
		d.notMeta = true
	}
}

// pricingType normalises a pricing type.
func pricingType(text string) string {
	switch word := event.Word(strings.TrimSpace(text)); word {
	case "free_entry", "fep":
		return "free_entry_point"
	case "ftc":
		return "free_tier"
	default:
		return word
	}
}

// pricingTypes are the types of pricing, which are none of entry.
var pricingTypes = []string{"regular", "free_customer_service", "free_entry_point", "free_group_customer_service", "free_tier"}
