package provider

import (
	"waudit/ingest/dialect/flat"
	"waudit/ingest/notation"
)

// IsKnownColumn reports whether a column of that name means something to one of
// the dialects that are also written as tables: the flat record, and the rows
// that providers export. It tells the header of a table from what stands above
// it, so that names that any note may hold, as "From", are left out.
func IsKnownColumn(name string) bool { return flat.IsColumn(name) || isProviderColumn(name) }

// isProviderColumn knows the columns of providers' exports, whatever stands
// between their words: "Date Sent", "DateSent" and "date_sent" are one.
func isProviderColumn(name string) bool {
	var buf [notation.FoldSize]byte
	switch string(notation.AppendFold(buf[:0], name)) {
	case "status", "direction", "price": // of several
	case "sid", "smsmessagesid", "accountsid", "datecreated", "datesent", "dateupdated", "sentdate", "messagesegments",
		"numsegments", "numbersegments", "priceunit", "errormessage", "apiversion", "body": // Twilio
	case "accountid", "messagebody", "countryname", "datereceived", "datefinalized", "latency", "totalprice": // Vonage
	case "conversationuuid", "deductiontype", "isbillable", "insertedat", "updatedat", "payload": // Glific
	case "createdat": // Kaleyra
	case "messageid", "sentat", "doneat", "seenat", "pricepermessage": // Infobip
	default:
		return false
	}
	return true
}
