package invoice

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/ingest/container"
	"waudit/ingest/dialect"
	"waudit/ingest/notation"
)

// object reads a record of JSON: an answer of Meta's analytics, or an object
// whose keys are columns.
func (r *reader) object(rec container.Record, place event.Place) error {
	if strings.Contains(string(rec.Text), "_analytics") {
		return r.analytics(rec, place)
	}
	var object map[string]json.RawMessage
	if fault := json.Unmarshal(rec.Text, &object); fault != nil {
		r.reject(rec.Line, "no JSON object: "+fault.Error())
		return nil //nolint:nilerr // a record that is rejected ends nothing
	}
	if list := object["transactions"]; list != nil {
		return r.list(list, rec, place)
	}
	return r.member(object, place)
}

// list reads the objects of an array, each a line.
func (r *reader) list(text json.RawMessage, rec container.Record, place event.Place) error {
	var all []map[string]json.RawMessage
	if fault := json.Unmarshal(text, &all); fault != nil {
		r.reject(rec.Line, "no list of objects: "+fault.Error())
		return nil //nolint:nilerr // likewise
	}
	r.bill.Records += int64(len(all)) - 1
	for i, object := range all {
		place.Item += uint32(min(i, 1))
		if err := r.member(object, place); err != nil {
			return err
		}
	}
	return nil
}

// member reads an object as a row.
func (r *reader) member(object map[string]json.RawMessage, place event.Place) error {
	columns := make([]string, 0, len(object))
	for key := range object {
		columns = append(columns, key)
	}
	slices.Sort(columns)
	r.bindTo(columns)
	r.begin()
	for i, f := range r.bound {
		if f != noField {
			if text := strings.Trim(string(object[columns[i]]), `"`); text != "null" {
				r.values[f] = text
			}
		}
	}
	return r.take(nil, place)
}

// answer is what Meta's analytics answer.
type answer struct {
	Currency string `json:"currency"`
	ID       string `json:"id"`
	Pricing  *block `json:"pricing_analytics"`
	Talks    *block `json:"conversation_analytics"`
}

type block struct {
	Data []struct {
		Points []point `json:"data_points"`
	} `json:"data"`
}

// point is a data point of either of them.
type point struct {
	Start        json.Number `json:"start"`
	End          json.Number `json:"end"`
	Country      string      `json:"country"`
	Phone        string      `json:"phone_number"`
	Type         string      `json:"pricing_type"`
	Category     string      `json:"pricing_category"`
	Conversation json.Number `json:"conversation"`
	ConvType     string      `json:"conversation_type"`
	ConvCategory string      `json:"conversation_category"`
	Volume       json.Number `json:"volume"`
	Cost         json.Number `json:"cost"`
}

// analytics reads Meta's answer: a line a data point. Its costs are approximate,
// and its bounds instants at which days of the account begin (formats 6.1, 6.2).
func (r *reader) analytics(rec container.Record, place event.Place) error {
	var a answer
	if err := json.Unmarshal(rec.Text, &a); err != nil {
		r.reject(rec.Line, fmt.Sprintf("no answer of pricing_analytics that can be read: %v; export the plain response", err))
		return nil
	}
	var points []point
	for _, b := range []*block{a.Pricing, a.Talks} {
		if b == nil {
			continue
		}
		for _, d := range b.Data {
			points = append(points, d.Points...)
		}
	}
	r.bill.Records += int64(len(points)) - 1
	for i := range points {
		l, problem := r.point(&points[i], &a)
		if problem != "" {
			r.reject(rec.Line, problem)
			continue
		}
		place.Item++
		l.Place = place
		r.bill.Lines++
		r.bill.Columns.Number = r.bill.Columns.Number || points[i].Phone != ""
		r.bill.Columns.Country = r.bill.Columns.Country || l.Country != ""
		r.bill.Columns.Category = r.bill.Columns.Category || l.Category != category.None
		r.bill.Columns.Type = r.bill.Columns.Type || l.Type != ""
		r.bill.Columns.Day = true
		if err := r.emit(&l); err != nil {
			return err
		}
	}
	if len(points) == 0 {
		r.bill.Records++
		r.bill.Ignored++
	}
	return nil
}

func (r *reader) point(p *point, a *answer) (l invoice.Line, problem string) {
	l = invoice.Line{
		Kind: invoice.Aggregate, WABA: a.ID, Country: strings.ToUpper(p.Country), Currency: strings.ToUpper(a.Currency), Estimate: true,
		Type: event.Word(p.Type + p.ConvType), Category: r.category(p.Category + p.ConvCategory),
	}
	if l.Type == "free_entry" {
		l.Type = "free_entry_point"
	}
	var ok bool
	if l.From, ok = dialect.ParseTime(string(p.Start)); !ok {
		return l, fmt.Sprintf("the start %q is no time", p.Start)
	}
	if l.Until, ok = dialect.ParseTime(string(p.End)); !ok {
		return l, fmt.Sprintf("the end %q is no time", p.End)
	}
	volume := p.Volume + p.Conversation
	n, err := notation.ParseAmount(string(volume))
	if err != nil || n%1_000_000_000 != 0 {
		return l, fmt.Sprintf("the volume %q is no whole number", volume)
	}
	l.Quantity = n / 1_000_000_000
	if p.Cost == "" {
		return l, ""
	}
	if l.Amount, err = notation.ParseAmount(string(p.Cost)); err != nil {
		return l, fmt.Sprintf("the cost %q is no amount", p.Cost)
	}
	l.HasAmount = l.Currency != "" || l.Amount == 0
	if !l.HasAmount {
		return l, "no currency beside the costs; ask for fields=currency,pricing_analytics"
	}
	return l, ""
}
