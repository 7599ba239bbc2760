package report

import "waudit/audit/result"

// InspectSchema is the name of an inspection's JSON form.
const InspectSchema = "waudit.inspect/v1"

// Inspect is what is in the files: the result of an inspection.
type Inspect struct {
	Schema   string           `json:"schema"`
	Inputs   []InspectInput   `json:"inputs"`
	Events   EventCounts      `json:"events"`
	Ignored  []IgnoredRecords `json:"ignored"`
	Rejected []Rejected       `json:"rejected"`
	Unknown  []UnknownValue   `json:"unknown"`
	Accounts []InspectAccount `json:"accounts"`
	Period   result.Period    `json:"period"` // of the earliest and the latest event, RFC 3339 UTC; null without events

	Dialects  []DialectLimits `json:"dialects"`   // those of the inputs
	CannotRun []result.NotRun `json:"cannot_run"` // checks that need what none of them tells
}

// InspectInput is one file and what came of its records.
type InspectInput struct {
	Path        string `json:"path"`
	Container   string `json:"container"`
	Compression string `json:"compression"` // "" for none
	Dialect     string `json:"dialect"`
	Bytes       int64  `json:"bytes"`
	result.InputCounts

	Signatures *result.Signatures `json:"signatures,omitempty"` // nil where none were verified

	Skipped    string `json:"skipped,omitempty"`    // why the file was skipped
	Incomplete string `json:"incomplete,omitempty"` // why it could not be read to its end
}

// EventCounts counts events by kind.
type EventCounts struct {
	Inbound      int64 `json:"inbound"`
	Call         int64 `json:"call"`
	AcceptedCall int64 `json:"accepted_call"`
	Request      int64 `json:"request"`
	Sent         int64 `json:"sent"`
	Delivered    int64 `json:"delivered"`
	Read         int64 `json:"read"`
	Failed       int64 `json:"failed"`
	Echo         int64 `json:"echo"`
	Charge       int64 `json:"charge"`
}

// IgnoredRecords counts the records that were ignored for one reason.
type IgnoredRecords struct {
	Reason  string `json:"reason"`
	Records int64  `json:"records"`
}

// Rejected is a record, or an item of one, that could not be used.
type Rejected struct {
	Path   string `json:"path"`
	Line   uint32 `json:"line"`   // on which the record begins, from 1
	At     string `json:"at"`     // JSON path inside the record, "" for the whole record
	Reason string `json:"reason"` // what is wrong and what to do
	Sample string `json:"sample"` // how the record begins
}

// UnknownValue is a value that no version of the format knows.
type UnknownValue struct {
	What  string     `json:"what"` // the field: "pricing.category"
	Value string     `json:"value"`
	Seen  int64      `json:"seen"`
	First InputPlace `json:"first"`
}

// InputPlace is a place in an input.
type InputPlace struct {
	Path string `json:"path"`
	Line uint32 `json:"line"` // from 1
}

// InspectAccount is an account that events speak of.
type InspectAccount struct {
	WABA     string   `json:"waba_id"`
	Name     string   `json:"name,omitempty"`     // "" if none is configured
	Timezone string   `json:"timezone,omitempty"` // a name of the tz database, "" if none is configured
	Numbers  []string `json:"numbers"`            // phone_number_id of its business numbers
	Users    int64    `json:"users"`              // customers, counted for each of its numbers
}
