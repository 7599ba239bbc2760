package report

import (
	"strconv"
	"strings"

	"waudit/audit/result"
	"waudit/report/sheet"
)

// decisionTables are the one table of decisions: a column for each key of the NDJSON form,
// those of window and reported with a prefix.
func decisionTables(decisions Decisions, _ Options) []sheet.Table {
	return []sheet.Table{{Name: "decisions", Columns: decisionColumns(), Rows: func(each func([]string) error) error {
		var row []string // of the last decision, for its memory
		return decisions(func(d *result.Decision) error {
			row = appendCells(row[:0], d)
			return each(row)
		})
	}}}
}

func decisionColumns() []sheet.Column {
	var columns []sheet.Column
	add := func(kind sheet.ColumnKind, names ...string) {
		for _, name := range names {
			columns = append(columns, sheet.Column{Name: name, Kind: kind})
		}
	}
	add(sheet.Text, "message_id", "participant_id", "waba_id", "phone_number_id", "wa_id", "user_id", "group_id")
	add(sheet.Instant, "sent_at", "delivered_at")
	add(sheet.Text, "era", "outcome", "category", "reason", "candidates", "window_kind", "window_opened_by")
	add(sheet.Instant, "window_opened_at", "window_expires_at")
	add(sheet.Truth, "reported_charged")
	add(sheet.Text, "reported_pricing_model", "reported_type", "reported_category")
	add(sheet.Truth, "reported_billable")
	add(sheet.Text, "reported_conversation_id")
	add(sheet.Money, "reported_amount")
	add(sheet.Text, "reported_currency", "verdict", "verdict_reason")
	return columns
}

// appendCells adds the cells of a decision to a row.
func appendCells(row []string, d *result.Decision) []string {
	var w result.Window
	if d.Window != nil {
		w = *d.Window
	}
	r := &d.Reported
	return append(row,
		d.Message, d.Participant, d.WABA, d.Number, d.User, d.UserID, d.Group, result.Known(d.SentAt), result.Known(d.DeliveredAt),
		d.Era, d.Outcome, d.Category, d.Reason, strings.Join(d.Candidates, " "), w.Kind, w.OpenedBy, w.OpenedAt, w.ExpiresAt,
		truth(r.Charged), r.PricingModel, r.Type, r.Category, truth(r.Billable), r.ConversationID, r.Amount, r.Currency,
		string(d.Verdict), d.VerdictWhy)
}

// truth returns "true" or "false", "" for nil.
func truth(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}
