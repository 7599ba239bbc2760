package invoice

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/ingest/mapfile"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

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

// kinds says of each field what it is and how it is found.
var kinds = [numFields]struct {
	key        string // in a mapping, that of the flat record where it has it
	holds      mapfile.Holds
	ofAll      bool // it may stand once for all rows of a list
	nests      bool // it may lie within an object of a row, as the price in "price.amount", whatever that is
	alternates bool // it has its other columns where the first is empty

	// The names by which a column is found where no mapping names it, as
	// table.HeaderWord writes them; the first that is there counts, and behind them come
	// those of a column of logs. What is charged is charged at delivery, so that this is
	// the first of times.
	words string
	like  event.Column // 0: none
}{
	lineID: {key: "line_id", words: "lineid invoicelineid billlineid lineitemid identitylineitemid chargeid transactionid transactionuid" +
		" zeilenid idlinea idlinha idligne", like: event.ColLine},
	reference: {key: "reference", words: "ref reference refersto originalline originallineid creditedline creditedlineid relatedlineid originalmessageid"},
	message: {key: "message_id", nests: true, words: "wamid messageid wamessageid messageuuid smsmessagesid messagesid sid gsid umid externalid uniqueid" +
		" nachrichtenid nachrichtid iddemensaje iddelmensaje idmensaje mensajeid iddamensagem idmensagem mensagemid iddumessage idmessage idpesan pesanid", like: event.ColMessage},
	conversation: {key: "conversation_id", words: "conversationid conversationuuid" +
		" konversationsid idconversacion iddelaconversacion idconversa iddaconversa idconversation iddelaconversation idpercakapan"},
	user: {key: "wa_id", nests: true, alternates: true, words: "waid customer customerphone customernumber to recipient recipientid recipientnumber recipientphone destination destinationnumber channelphonenumber " +
		"msisdn enduser" +
		" empfanger empfaenger empfangernummer destinatario destinataire penerima nomorpenerima nomortujuan"},
	userID:        {key: "user_id", nests: true, words: "userid", like: event.ColUserID},
	waba:          {key: "waba_id", ofAll: true, nests: true, words: "wabaid whatsappaccountid", like: event.ColWABA},
	number:        {key: "phone_number_id", ofAll: true, nests: true, words: "phonenumberid businessphonenumberid"},
	businessPhone: {key: "business_phone", ofAll: true, words: "businessphone businessnumber businessphonenumber sender senderid sendernumber from wabanumber displayphonenumber"},
	country: {key: "country", nests: true, words: "country countrycode countryiso iso isocountry destinationcountry destinycountry destiny recipientcountry countryname" +
		" land zielland pais paisdestino paisdedestino pays paysdedestination negara negaratujuan"},
	market: {key: "market", words: "market region ratecardmarket billingmarket zone" +
		" markt mercado marche pasar"},
	categoryField: {key: "pricing_category", nests: true, words: "pricingcategory messagecategory conversationcategory templatecategory deductiontype category typeofservice servicetype conversationtype messagetype" +
		" kategorie nachrichtenkategorie categoria categoriademensaje categoriadelmensaje categoriadamensagem categorie categoriedumessage kategori kategoripesan"},
	typeField: {key: "pricing_type", nests: true, words: "pricingtype"},
	tier:      {key: "tier", words: "tier volumetier pricingtier"},
	at: {key: "timestamp", holds: mapfile.Times, nests: true, alternates: true, words: "chargedat dateofcharge chargedate deliveredat datedelivered datefinalized doneat timestamp datesent sentdate sentat dateofshipment conversationtime " +
		"conversationstart conversationstarttime datereceived createtime createdat datetime time date day datecreated transactiondate" +
		" datum uhrzeit zeitpunkt zustelldatum fecha fechahora fechayhora fechadeenvio fechadeentrega dataehora datahora datadeenvio datadeentrega dateheure datedenvoi datedelivraison tanggal waktu tanggalpengiriman data"},
	from: {key: "period_from", holds: mapfile.Times, ofAll: true, words: "periodfrom periodstart from start startdate starttime billingperiodstart billingperiodstartdate lineitemusagestartdate usagestartdate datefrom begin" +
		" desde fechainicio datainicio datedebut tanggalmulai"},
	until: {key: "period_to", holds: mapfile.Times, ofAll: true, words: "periodto periodend to end enddate endtime billingperiodend billingperiodenddate lineitemusageenddate usageenddate dateto" +
		" hasta fechafin datafim datefin tanggalselesai"},
	period: {key: "period", holds: mapfile.Times, ofAll: true, words: "period month billingmonth billingperiod invoicemonth usagemonth" +
		" monat abrechnungsmonat leistungszeitraum zeitraum mes mesdefacturacion periodo mois periode bulan"},
	quantity: {key: "quantity", holds: mapfile.Amounts, nests: true, words: "quantity qty volume count messages messagecount units numberofmessages noofmessages totalmessages conversations conversation numberofconversations " +
		"lineitemusageamount usagequantity delivered menge anzahl stuckzahl cantidad quantidade quantite nombredemessages kuantitas banyaknya jumlahpesan"},
	unitPrice: {key: "unit_price", holds: mapfile.Amounts, nests: true, words: "unitprice priceperunit rate pricepermessage priceperconversation unitcost costpermessage lineitemunblendedrate einzelpreis preciounitario " +
		"precounitario" +
		" preisproeinheit preispronachricht valorunitario prixunitaire hargasatuan"},
	amount: {key: "amount", holds: mapfile.Amounts, nests: true, words: "netamount amountnet nettotal amountexcltax totalexcltax subtotal lineamount linetotal amount totalprice totalcost totalamount totalperunit totalcharge " +
		"lineitemunblendedcost total cost charge charges fee amountvalue pricevalue priceamount costamount chargeamount approximatecharge approxcost " +
		"grossamount amountgross totalincltax amountincltax nettobetrag montantht totalht valorliquido importeneto betrag gesamtbetrag gesamtpreis importe importetotal monto montototal costo costototal " +
		"valor valortotal custo custototal montant montanttotal cout couttotal biaya totalbiaya totalharga bruttobetrag montantttc totalttc valorbruto"},
	tax: {key: "tax", holds: mapfile.Amounts, nests: true, words: "tax taxamount vat vatamount gst gstamount iva taxes totaltax mwst" +
		" umsatzsteuer mehrwertsteuer ust steuer steuerbetrag impuesto impuestos imposto impostos tva montanttva taxe taxes ppn pajak"},
	currencyField: {key: "currency", ofAll: true, nests: true, words: "currency currencycode priceunit pricecurrency lineitemcurrencycode billingcurrency moneda moeda waehrung wahrung" +
		" divisa devise matauang", like: event.ColCurrency},
	entryField: {key: "entry", words: "entry entrytype transactiontype lineitemlineitemtype lineitemtype linetype debitcredit drcr type"},
	description: {key: "description", words: "description lineitemlineitemdescription lineitemdescription item itemname details product productname service concept concepto beschreibung name " +
		"referencetype remarks note" +
		" bezeichnung descripcion descricao detalle libelle designation keterangan deskripsi produkt producto produto bemerkung"},
	price: {holds: mapfile.Amounts, nests: true, words: "price precio preco preis" +
		" prix harga"},
	phone: {words: "phone phonenumber number mobile" +
		" rufnummer telefonnummer telefon telefono telefone telephone"},
	usage:      {words: "lineitemusagetype usagetype"},
	before:     {holds: mapfile.Amounts, words: "previousbalance openingbalance balancebefore"},
	after:      {holds: mapfile.Amounts, words: "nextbalance newbalance closingbalance balanceafter"},
	channel:    {words: "channel sendchannel channeltype channelprefix"},
	direction:  {words: "direction"},
	eventField: {words: "event"},
	status:     {words: "status messagestatus"},
}

// headers are the names of the columns of each field, the best first.
var headers = func() (all [numFields][]string) {
	for f, k := range kinds {
		if all[f] = strings.Fields(k.words); k.like != 0 {
			all[f] = append(all[f], table.Names(k.like)...)
		}
	}
	return all
}()

// keys are those that a mapping may name.
func keys() (all []string) {
	for _, k := range kinds[:numNamed] {
		all = append(all, k.key)
	}
	return all
}

// known are the words of all headers that say something by themselves.
var known = func() map[string]bool {
	all := map[string]bool{}
	for _, words := range headers {
		for _, word := range words {
			all[word] = true
		}
	}
	return all
}()

// Mapping says how to read a bill whose columns have names or words of their own.
// It is never changed once it is read.
type Mapping struct {
	parts []rowForm
	named map[string]bool // folded, of columns that the parts name
}

// rowForm is how the rows of one shape are read.
type rowForm struct {
	mapfile.Shape
	columns [numNamed]mapfile.ColumnSource
	asked   [numNamed]bool // the mapping names it; else it is looked for by its synonyms
	order   table.DateOrder
	tax     taxRule
}

// taxRule says whether amounts hold their tax.
type taxRule uint8

const (
	taxUnknown taxRule = iota
	taxAdded           // the amount is net
	taxIncluded
)

// The keys of a mapping beside those that all files of columns have.
const (
	keyDates = "dates"
	keyTax   = "tax"
)

// ParseMapping reads a mapping file. The error names the file and the line of
// everything that is wrong, a line each. docs/invoice.md has the words for users.
func ParseMapping(file string, data []byte) (*Mapping, error) {
	f := &mapfile.Parser{Name: file}
	m := &Mapping{named: map[string]bool{}}
	if root := f.Parse(data); root != nil {
		m.read(f, root)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Mapping) read(f *mapfile.Parser, root *yaml.Node) {
	around, all := f.Sections(root, mapfile.SectionKeys(keyDates, keyTax), mapfile.KeyWhen, mapfile.KeyLists)
	for _, own := range all {
		p := readPart(f, own, around)
		m.parts = append(m.parts, p)
		m.learn(&p)
	}
}

// readPart reads a part, for which holds what is said around it, too.
func readPart(f *mapfile.Parser, own, around mapfile.Section) rowForm {
	p := rowForm{Shape: f.Shape(own, around)}
	for _, in := range [...]mapfile.Section{around, own} {
		if n := in.Of(keyDates); n != nil {
			p.order = map[string]table.DateOrder{"dmy": table.DayFirst, "mdy": table.MonthFirst}[f.Word(n, keyDates, "dmy", "mdy")]
		}
		if n := in.Of(keyTax); n != nil {
			p.tax = map[string]taxRule{"included": taxIncluded, "added": taxAdded}[f.Word(n, keyTax, "included", "added")]
		}
	}
	p.begin()
	names := keys()
	f.EachColumn(own, around, names, func(c mapfile.Entry) {
		i := field(slices.Index(names, c.Key))
		p.columns[i], p.asked[i] = f.Column(c, kinds[i].holds, p.Scope), true
		if i == categoryField {
			mapfile.EachValue(c, func(n *yaml.Node, text string) { checkCategory(f, n, text) })
		}
	})
	return p
}

// begin makes all columns those that nobody has named.
func (p *rowForm) begin() {
	for i := range p.columns {
		p.columns[i] = p.Scope.Implicit(kinds[i].holds)
	}
}

// checkCategory sees that what a word is made to say is a category.
func checkCategory(f *mapfile.Parser, n *yaml.Node, text string) {
	if _, c := table.Category(text); c != category.Other && c != category.None {
		return
	}
	var words []string
	for c := category.Marketing; c < category.Other; c++ {
		words = append(words, c.String())
	}
	f.Fault(n, "%q is no category; it takes %s%s", text, mapfile.OneOfWords(words), mapfile.DidYouMean(event.Word(text), words))
}

// unmapped is how bills are read without a mapping.
func unmapped() *Mapping {
	m := &Mapping{parts: make([]rowForm, 1)}
	m.parts[0].begin()
	return m
}

// Knows reports whether a header means something, by the mapping or by itself: it
// tells the header of a table from what stands above it.
func (m *Mapping) Knows(name string) bool {
	const longest = 100
	if len(name) > longest {
		return false
	}
	if !strings.ContainsAny(name, "0123456789") { // no word has any, and most cells that are no header do
		if word, _ := table.HeaderWord(name); known[word] {
			return true
		}
	}
	return m.named[notation.Fold(name)]
}

// learn notes the columns that a part names.
func (m *Mapping) learn(p *rowForm) {
	name := func(path string) { m.named[notation.Fold(path)] = true }
	for i := range p.columns {
		p.columns[i].EachPath(name)
	}
	for _, c := range slices.Concat(p.When, p.Skip) {
		for i := range c.Tests {
			name(c.Tests[i].Path)
		}
	}
}

// title begins what is said of the part.
func (p *rowForm) title() string {
	if p.Name == "" {
		return ""
	}
	return fmt.Sprintf("part %q: ", p.Name)
}
