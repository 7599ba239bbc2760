package invoice

import "waudit/ingest/mapfile"

// field is what a column of a bill holds.
type field uint8

const (
	lineID field = iota
	reference
	message
	conversation
	user
	userID
	waba
	number
	businessPhone
	country
	market
	categoryField
	typeField
	tier
	at
	from
	until
	period
	quantity
	unitPrice
	amount
	tax
	currencyField
	entryField
	description

	// Not for a mapping to name: what known exports have.
	price   // of one, or of all: by what else there is
	phone   // the customer's or the business': likewise
	usage   // AWS' usage types
	before  // balances of a wallet
	after   //
	channel // over which the message went
	direction
	eventField // of a flat record
	status
	numFields

	numNamed = description + 1
)

// names are the keys of fields in a mapping: those of the flat record where it has
// them.
func names() [numNamed]string {
	return [numNamed]string{
		lineID: "line_id", reference: "reference", message: "message_id", conversation: "conversation_id", user: "wa_id", userID: "user_id",
		waba: "waba_id", number: "phone_number_id", businessPhone: "business_phone", country: "country", market: "market",
		categoryField: "pricing_category", typeField: "pricing_type", tier: "tier", at: "timestamp", from: "period_from", until: "period_to",
		period: "period", quantity: "quantity", unitPrice: "unit_price", amount: "amount", tax: "tax", currencyField: "currency",
		entryField: "entry", description: "description",
	}
}

// holds says what the field is for.
func (f field) holds() mapfile.Holds {
	switch f {
	case at, from, until, period:
		return mapfile.Times
	case amount, unitPrice, tax, price, before, after, quantity:
		return mapfile.Amounts
	}
	return mapfile.Text
}

// synonyms are the names by which a column is found where no mapping names it, as
// headerWord writes them; the first that is there counts, and of times and
// customers the others where it is empty. What is charged is charged at delivery,
// so that this is the first of times.
func synonyms() [numFields][]string {
	return [numFields][]string{
		lineID:        {"lineid", "invoicelineid", "billlineid", "lineitemid", "identitylineitemid", "chargeid", "transactionid", "transactionuid"},
		reference:     {"ref", "reference", "refersto", "originalline", "originallineid", "creditedline", "creditedlineid", "relatedlineid", "originalmessageid"},
		message:       {"wamid", "messageid", "wamessageid", "messageuuid", "smsmessagesid", "messagesid", "sid", "gsid", "umid", "externalid", "uniqueid"},
		conversation:  {"conversationid", "conversationuuid"},
		user:          {"waid", "customer", "customerphone", "customernumber", "to", "recipient", "recipientid", "recipientnumber", "recipientphone", "destination", "destinationnumber", "channelphonenumber", "msisdn", "enduser"},
		userID:        {"userid", "bsuid", "recipientuserid"},
		waba:          {"wabaid", "waba", "whatsappbusinessaccountid", "businessaccountid", "whatsappaccountid"},
		number:        {"phonenumberid", "businessphonenumberid"},
		businessPhone: {"businessphone", "businessnumber", "businessphonenumber", "sender", "senderid", "sendernumber", "from", "wabanumber", "displayphonenumber"},
		country:       {"country", "countrycode", "countryiso", "iso", "isocountry", "destinationcountry", "destinycountry", "destiny", "recipientcountry", "countryname"},
		market:        {"market", "region", "ratecardmarket", "billingmarket", "zone"},
		categoryField: {"pricingcategory", "messagecategory", "conversationcategory", "templatecategory", "deductiontype", "category", "typeofservice", "servicetype", "conversationtype", "messagetype"},
		typeField:     {"pricingtype"},
		tier:          {"tier", "volumetier", "pricingtier"},
		at: {"chargedat", "dateofcharge", "chargedate", "deliveredat", "datedelivered", "datefinalized", "doneat", "timestamp", "datesent", "sentdate", "sentat", "dateofshipment",
			"conversationtime", "conversationstart", "conversationstarttime", "datereceived", "createtime", "createdat", "datetime", "time", "date", "day", "datecreated", "transactiondate"},
		from:      {"periodfrom", "periodstart", "from", "start", "startdate", "starttime", "billingperiodstart", "billingperiodstartdate", "lineitemusagestartdate", "usagestartdate", "datefrom", "begin"},
		until:     {"periodto", "periodend", "to", "end", "enddate", "endtime", "billingperiodend", "billingperiodenddate", "lineitemusageenddate", "usageenddate", "dateto"},
		period:    {"period", "month", "billingmonth", "billingperiod", "invoicemonth", "usagemonth"},
		quantity:  {"quantity", "qty", "volume", "count", "messages", "messagecount", "units", "numberofmessages", "noofmessages", "totalmessages", "conversations", "conversation", "numberofconversations", "lineitemusageamount", "usagequantity", "delivered", "menge", "cantidad", "quantidade"},
		unitPrice: {"unitprice", "priceperunit", "rate", "pricepermessage", "priceperconversation", "unitcost", "costpermessage", "lineitemunblendedrate", "einzelpreis", "preciounitario", "precounitario"},
		amount: {"netamount", "amountnet", "nettotal", "amountexcltax", "totalexcltax", "subtotal", "lineamount", "linetotal", "amount", "totalprice", "totalcost", "totalamount", "totalperunit", "totalcharge", "lineitemunblendedcost",
			"total", "cost", "charge", "charges", "fee", "amountvalue", "pricevalue", "priceamount", "costamount", "chargeamount", "approximatecharge", "approxcost", "grossamount", "amountgross", "totalincltax", "amountincltax", "betrag", "importe", "valor", "montant"},
		tax:           {"tax", "taxamount", "vat", "vatamount", "gst", "gstamount", "iva", "taxes", "totaltax", "mwst"},
		currencyField: {"currency", "currencycode", "priceunit", "pricecurrency", "lineitemcurrencycode", "billingcurrency", "moneda", "moeda", "waehrung", "währung"},
		entryField:    {"entry", "entrytype", "transactiontype", "lineitemlineitemtype", "lineitemtype", "linetype", "debitcredit", "drcr", "type"},
		description:   {"description", "lineitemlineitemdescription", "lineitemdescription", "item", "itemname", "details", "product", "productname", "service", "concept", "concepto", "beschreibung", "name", "referencetype", "remarks", "note"},
		price:         {"price", "precio", "preco", "preis"},
		phone:         {"phone", "phonenumber", "number", "mobile"},
		usage:         {"lineitemusagetype", "usagetype"},
		before:        {"previousbalance", "openingbalance", "balancebefore"},
		after:         {"nextbalance", "newbalance", "closingbalance", "balanceafter"},
		channel:       {"channel", "sendchannel", "channeltype", "channelprefix"},
		direction:     {"direction"},
		eventField:    {"event"},
		status:        {"status", "messagestatus"},
	}
}

// alternates reports whether a field has its other columns where the first is
// empty.
func (f field) alternates() bool { return f == at || f == user }

// knownWords are the words of all headers that say something by themselves.
func knownWords() map[string]bool {
	words := map[string]bool{}
	for _, list := range synonyms() {
		for _, word := range list {
			words[word] = true
		}
	}
	return words
}
