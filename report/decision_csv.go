package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"waudit/audit/result"
)

// decisionCSV is a table with a header: a column for each key of the NDJSON
// form, those of window and reported with a prefix.
func decisionCSV(w io.Writer, decisions Decisions, _ Options) error {
	out := csv.NewWriter(w)
	if err := out.Write(decisionColumns()); err != nil {
		return err
	}
	var row []string // of the last decision, for its memory
	err := decisions(func(d *result.Decision) error {
		row = appendCells(row[:0], d)
		return out.Write(row)
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

func decisionColumns() []string {
	return []string{
		"message_id", "participant_id", "waba_id", "phone_number_id", "wa_id", "user_id", "group_id",
		"sent_at", "delivered_at", "era", "outcome", "category", "reason", "candidates",
		"window_kind", "window_opened_by", "window_opened_at", "window_expires_at",
		"reported_charged", "reported_pricing_model", "reported_type", "reported_category",
		"reported_billable", "reported_conversation_id", "reported_amount", "reported_currency",
		"verdict", "verdict_reason",
	}
}

// appendCells adds the columns of a decision to a row.
func appendCells(row []string, d *result.Decision) []string {
	var w result.Window
	if d.Window != nil {
		w = *d.Window
	}
	r := &d.Reported
	return append(row,
		cell(d.Message), cell(d.Participant), cell(d.WABA), cell(d.Number), cell(d.User), cell(d.UserID), cell(d.Group),
		cell(text(d.SentAt)), cell(text(d.DeliveredAt)), cell(d.Era),
		cell(d.Outcome), cell(d.Category), cell(d.Reason), cell(strings.Join(d.Candidates, " ")),
		cell(w.Kind), cell(w.OpenedBy), cell(w.OpenedAt), cell(w.ExpiresAt),
		truth(r.Charged), cell(r.PricingModel), cell(r.Type), cell(r.Category),
		truth(r.Billable), cell(r.ConversationID), r.Amount, cell(r.Currency),
		cell(string(d.Verdict)), cell(d.VerdictWhy))
}

// cell keeps a spreadsheet from running a text of the log as a formula: one
// that begins like a formula gets an apostrophe in front. No id of Meta does.
func cell(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}

// text returns the string, "" for nil.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// truth returns "true" or "false", "" for nil.
func truth(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}
