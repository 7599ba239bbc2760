package invoice

import (
	"slices"
	"strings"
)

// field is what a column of a bill holds.
type field uint8

const (
	noField field = iota
	lineID
	message
	user
	userID
	waba
	number
	country
	market
	categoryField
	typeField
	at
	from
	until
	month
	quantity
	unitPrice
	amount
	currency
	description
	numFields
)

// names are the keys of fields in a mapping.
var names = [numFields]string{
	lineID: "line_id", message: "message_id", user: "customer", userID: "user_id", waba: "waba_id", number: "phone_number_id",
	country: "country", market: "market", categoryField: "category", typeField: "pricing_type", at: "time", from: "period_from", until: "period_to",
	month: "month", quantity: "quantity", unitPrice: "unit_price", amount: "amount", currency: "currency", description: "description",
}

// synonyms are the headers by which a column is found where no mapping names it,
// folded; the first that is there counts.
var synonyms = [numFields][]string{
	lineID:        {"lineid", "invoicelineid", "billlineid", "chargeid", "transactionid", "transactionuid"},
	message:       {"wamid", "messageid", "wamessageid", "messageuuid", "smsmessagesid", "sid", "gsid", "umid", "externalid"},
	user:          {"customer", "customerphone", "to", "recipient", "recipientid", "destination", "waid", "channelphonenumber", "msisdn", "phone", "recipientnumber"},
	userID:        {"userid", "bsuid"},
	waba:          {"wabaid", "waba", "whatsappbusinessaccountid", "accountid"},
	number:        {"phonenumberid", "businessnumber", "businessphone", "number", "sender", "from"},
	country:       {"country", "countrycode", "countryiso", "iso", "destinycountry", "countryname"},
	market:        {"market", "region", "ratecardmarket"},
	categoryField: {"category", "pricingcategory", "messagecategory", "conversationcategory", "deductiontype", "typeofservice", "conversationtype"},
	typeField:     {"pricingtype", "chargetype"},
	at:            {"timestamp", "time", "chargedat", "dateofcharge", "sentat", "datesent", "sentdate", "doneat", "datereceived", "createtime", "datetime", "day", "date", "deliveredat"},
	from:          {"periodfrom", "periodstart", "from", "start", "startdate", "billingperiodstart"},
	until:         {"periodto", "periodend", "to", "end", "enddate", "billingperiodend"},
	month:         {"month", "billingmonth", "billingperiod", "period"},
	quantity:      {"quantity", "qty", "volume", "count", "messages", "units", "numberofmessages", "conversations", "conversation"},
	unitPrice:     {"unitprice", "rate", "pricepermessage", "unitcost"},
	amount:        {"amount", "total", "totalprice", "totalamount", "lineamount", "netamount", "cost", "charge", "price"},
	currency:      {"currency", "currencycode", "priceunit", "pricecurrency"},
	description:   {"description", "item", "details", "product", "name"},
}

// fold makes the spellings of one header equal.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r > 127:
			return r
		}
		return -1
	}, name)
}

// Known reports whether a header says something: it tells the header of a table
// from the lines above it.
func Known(name string) bool {
	f := fold(name)
	return slices.ContainsFunc(synonyms[:], func(all []string) bool { return slices.Contains(all, f) })
}

// bind finds the field of each column: as the mapping says, else by synonyms. A
// bill of volumes has periods where one of messages has ends of the message, so
// that "from" and "to" are read by what else there is.
func bind(columns []string, m *Mapping) []field {
	bound := make([]field, len(columns))
	folded := make([]string, len(columns))
	for i, c := range columns {
		folded[i] = fold(c)
	}
	taken := [numFields]bool{}
	take := func(f field, i int) { bound[i], taken[f] = f, true }
	if m != nil {
		for i, c := range columns {
			if f := m.fieldOf(c); f != noField {
				take(f, i)
			}
		}
	}
	isPhone := slices.Contains(folded, "to") && (hasAny(folded, synonyms[message]) || !hasAny(folded, synonyms[quantity]))
	for f := lineID; f < numFields; f++ {
		if taken[f] || (f == from || f == until) && isPhone {
			continue
		}
		for _, name := range synonyms[f] {
			i := slices.Index(folded, name)
			if i < 0 || bound[i] != noField || !isPhone && (f == user || f == number) && (name == "to" || name == "from") {
				continue
			}
			take(f, i)
			break
		}
	}
	return bound
}

func hasAny(folded, wanted []string) bool {
	return slices.ContainsFunc(wanted, func(name string) bool { return slices.Contains(folded, name) })
}
