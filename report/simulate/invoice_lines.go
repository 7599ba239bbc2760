package simulate

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"waudit/audit/money"
)

// billWriter writes a bill in one form.
type billWriter interface {
	add(*line) error
	finish() error // writes what has waited for the last line
}

// output is all files of a bill, and the truth about it.
type output struct {
	files
	forms []billWriter
	truth *json.Encoder
}

// create makes the files of the bill in the folder of the log.
func (v *invoice) create(sum *Summary) (*output, error) {
	out := &output{}
	for _, name := range v.world.opt.distinct() {
		ending := "csv"
		if name == Analytics {
			ending = "json"
		}
		f, err := out.create(filepath.Join(v.world.opt.Dir, "invoice-"+name+"."+ending))
		if err != nil {
			return nil, out.close(err)
		}
		sum.Invoices = append(sum.Invoices, f.file.Name())
		out.forms = append(out.forms, v.form(name, f))
	}
	f, err := out.create(filepath.Join(v.world.opt.Dir, "invoice-truth.ndjson"))
	if err != nil {
		return nil, out.close(err)
	}
	sum.InvoiceTruth = f.file.Name()
	out.truth = json.NewEncoder(f)
	return out, nil
}

func (out *output) add(l *line) error {
	for _, f := range out.forms {
		if err := f.add(l); err != nil {
			return err
		}
	}
	return nil
}

// close finishes the bill, or removes its files if something failed.
func (out *output) close(err error) error {
	for _, f := range out.forms {
		if err == nil {
			err = f.finish()
		}
	}
	return out.files.close(err)
}

func (v *invoice) form(name string, f *file) billWriter {
	switch name {
	case Lines, Items:
		return newRows(f, name == Lines)
	case Daily:
		return &volumes{key: dailyKey, write: func(all []volume) error { return writeDaily(f, v.world, all) }}
	case Monthly:
		return &volumes{key: monthlyKey, write: func(all []volume) error { return writeMonthly(f, v.world, v.world.accounts[0].currency, all) }}
	}
	a := &volumes{key: analyticsKey, write: func(all []volume) error { return writeAnalytics(f, v.world, all) }}
	a.addFree(v.free)
	return a
}

// rows is a bill of a line a charge.
type rows struct {
	w    *csv.Writer
	byID bool // lines name messages and days, else customers and instants
}

func newRows(f *file, byID bool) *rows {
	head := []string{"line_id", "waba_id", "phone_number_id", "message_id", "date", "customer", "country", "category", "quantity", "unit_price", "amount", "currency"}
	if !byID {
		head = slices.Replace(head, 3, 5, "time")
	}
	w := csv.NewWriter(f)
	_ = w.Write(head) // finish returns what fails
	return &rows{w: w, byID: byID}
}

func (r *rows) add(l *line) error {
	a := l.number.account
	fields := []string{l.id, a.id, l.number.id}
	if r.byID {
		fields = append(fields, l.message, l.day.String())
	} else {
		fields = append(fields, flatTime(l.at))
	}
	return r.w.Write(append(fields, l.customer, l.country, l.category, "1", l.price(), l.price(), l.currency))
}

func (r *rows) finish() error {
	r.w.Flush()
	return r.w.Error()
}

// lie is a line of invoice-truth.ndjson: where the bill is not what it should be.
type lie struct {
	Kind    string `json:"kind"`            // of the misprint; "log" where the log tells the same, "tier_shift" for what follows of that
	Check   string `json:"check,omitempty"` // that finds it in a bill with message ids
	Items   string `json:"items_check,omitempty"`
	Volumes string `json:"volumes_check,omitempty"`
	Message string `json:"message_id"`
	Line    string `json:"line_id,omitempty"`
	WABA    string `json:"waba_id"`
	Number  string `json:"phone_number_id"`

	Customer string  `json:"customer"`
	At       string  `json:"charged_at"`
	Day      string  `json:"day"` // in the account's zone
	Says     *saying `json:"says"`
	Should   *saying `json:"should"`
}

// saying is what a line says, or should say.
type saying struct {
	Country  string `json:"country"`
	Market   string `json:"market"`
	Category string `json:"category"`
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

func toldBy(l *line) *saying {
	if l == nil {
		return nil
	}
	return &saying{l.country, l.market, l.category, l.price(), l.currency}
}

// tell notes how the lines of a charge differ from the right one.
func (out *output) tell(v *invoice, p *priced, m *misprint, right *line, lines []line) error {
	for i := range lines {
		if err := out.compare(v, p, m, right, &lines[i]); err != nil {
			return err
		}
		right = nil // any further line is one too many
	}
	if len(lines) == 0 {
		return out.compare(v, p, m, right, nil)
	}
	return nil
}

func (out *output) compare(v *invoice, p *priced, m *misprint, right, says *line) error {
	told, should := toldBy(says), toldBy(right)
	if told != nil && should != nil && *told == *should {
		return nil
	}
	l := lie{
		Kind: "log", Check: p.Check, Message: p.Message, WABA: p.number.account.id, Number: p.number.id,
		Customer: p.Customer, At: flatTime(p.At), Day: p.day.String(), Says: told, Should: should,
	}
	if says != nil {
		l.Message, l.Line = says.message, says.id
	}
	switch {
	case m != nil:
		l.Kind, l.Check, l.Items, l.Volumes = m.kind, m.lines, m.items, m.volumes
		if l.Check == "" {
			l.Check = v.prices.tellable(&p.billed, says.amount)
		}
	case told == nil:
		l.Check, l.Items = "WA703", "WA703" // the log says that it was free, too
	case p.Unseen, p.Twice && right == nil:
		l.Items, l.Volumes = "WA702", "WA704"
	case p.Billed == p.Due:
		l.Kind, l.Check = "tier_shift", ""
	default:
		l.Check = p.Check
		l.Items = l.Check
		if p.billed.unlisted {
			l.Volumes = "WA701" // what the log does not price
		}
	}
	return out.truth.Encode(l)
}

// label names a volume tier as bills do.
func (l *line) label() string {
	switch {
	case l.from == 0:
		return ""
	case l.to == 0:
		return fmt.Sprintf("%d and above", l.from)
	}
	return fmt.Sprintf("%d to %d", l.from, l.to)
}

func amountText(n money.Amount) string { return money.Format(n, priceDecimals) }
