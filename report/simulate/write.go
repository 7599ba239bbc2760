package simulate

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
)

// heldBytes is how much of the log is sorted in memory.
const heldBytes = 256 << 20

// secret is a line of truth.ndjson: an error that was hidden.
type secret struct {
	Message string `json:"message_id"`
	Check   string `json:"check"`
	at      int64
}

// write makes the traffic a last time and writes the three files.
func (w *world) write(ctx context.Context, sum Summary, t *tiers, plan planned[*fault]) (_ Summary, err error) {
	_, absent := os.Stat(w.opt.Dir)
	if err := os.MkdirAll(w.opt.Dir, 0o755); err != nil {
		return sum, err
	}
	runs, err := os.MkdirTemp(w.opt.Dir, ".simulate-*")
	if err != nil {
		return sum, err
	}
	order := &sorter{dir: runs, limit: heldBytes}
	var bill *invoice
	if w.opt.billing() {
		bill = newInvoice(w, runs)
	}
	defer func() {
		err = errors.Join(err, order.close(), bill.close(), os.RemoveAll(runs))
		if err != nil && absent != nil {
			_ = os.Remove(w.opt.Dir) // unless something was written
		}
	}()

	truth, err := w.tellAll(ctx, order, bill, t, plan)
	if err != nil {
		return sum, err
	}
	sum.Against = len(truth)
	for _, list := range plan {
		sum.Against -= len(list)
	}
	beside, err := w.reckonAll(ctx, runs, t)
	if err != nil {
		return sum, err
	}
	if err := bill.write(ctx, &sum); err != nil {
		return sum, err
	}
	if err := beside.write(w.opt.Dir, &sum); err != nil {
		return sum, err
	}
	sum.Log = filepath.Join(w.opt.Dir, w.logName())
	sum.Config = filepath.Join(w.opt.Dir, "waudit.yaml")
	sum.Truth = filepath.Join(w.opt.Dir, "truth.ndjson")
	if sum.Records, err = w.writeLog(ctx, sum.Log, order); err != nil {
		return sum, err
	}
	if err := errors.Join(os.WriteFile(sum.Config, w.config(t), 0o644), w.saveContract()); err != nil {
		return sum, err
	}
	return sum, writeTruth(sum.Truth, truth)
}

func (w *world) logName() string {
	name := "log." + w.opt.Container
	switch {
	case w.opt.Gzip:
		name += ".gz"
	case w.opt.Zstd:
		name += ".zst"
	}
	return name
}

// tellAll renders every occurrence into the sorter, puts what is charged on the
// bill, if there is one, and returns the truth.
func (w *world) tellAll(ctx context.Context, order *sorter, on *invoice, t *tiers, plan planned[*fault]) ([]secret, error) {
	truth, err := w.tellChannels(order)
	if err != nil {
		return nil, err
	}
	if err := w.tellTemplates(order); err != nil {
		return nil, err
	}
	err = w.each(ctx, func(p *pair, bills []bill) error {
		st := w.statements(p, bills, t)
		quiet := make([]bool, len(bills))
		sites(p, bills, t, func(s *site) {
			quiet[s.index] = s.place == calm
			for _, f := range plan[p.index] {
				if f.index == s.index {
					f.kind.hide(s, st)
					truth = append(truth, secret{p.wamid(idOutbound, s.message().ordinal), f.kind.check, f.at})
				}
			}
		})
		if err := on.take(p, bills, st, plan[p.index], quiet); err != nil {
			return err
		}
		return w.tellPair(order, p, bills, st)
	})
	return truth, err
}

// statements settles the bills of a pair and says them as Meta does.
func (w *world) statements(p *pair, bills []bill, t *tiers) []statement {
	pricesService := w.opt.hides("WA106") || w.opt.hides("WA107")
	st := make([]statement, len(bills))
	for i := range bills {
		b := &bills[i]
		t.settle(p, i, &b.foreseen)
		if b.outcome == undelivered {
			continue
		}
		t.settle(p, i, &b.decision)
		st[i] = p.stated(&p.out[i], &b.decision)
		// A wrong bill line must not stand out by being there.
		if pricesService && b.era < perMessage && b.tiered && b.outcome == due {
			st[i].lines = 1
		}
	}
	return st
}

// tellPair renders what the log tells about a pair.
func (w *world) tellPair(order *sorter, p *pair, bills []bill, st []statement) error {
	var failed error
	seq := 0
	t := teller{
		rng:       w.stream("arrival", p.index),
		duplicate: w.opt.Duplicate,
		tell: func(o *occurrence, arrival int64) {
			if failed != nil || w.opt.NoSends && o.event == evRequest || w.opt.billing() && o.event == evCharge {
				return
			}
			r := arrived{At: arrival, Pair: p.index, Seq: seq, Number: -1}
			seq++
			if w.lacks(o, r.Seq) {
				return
			}
			var status bool
			if r.Body, status = w.render(o); status {
				r.Number = p.number.index
			}
			failed = order.add(r)
		},
	}
	t.pair(p, bills, st)
	return failed
}

// render writes an occurrence in the dialect of the log, and reports whether
// the result is a status yet to be wrapped.
func (w *world) render(o *occurrence) (body []byte, status bool) {
	if w.opt.Dialect == Flat {
		return renderFlat(o), false
	}
	return renderMeta(o)
}

// tellTemplates announces the templates that Meta re-categorised, which the
// flat dialect has no record for.
func (w *world) tellTemplates(order *sorter) error {
	if w.opt.Dialect == Flat {
		return nil
	}
	seq := 0
	for _, a := range w.accounts {
		for _, t := range a.templates() {
			for _, n := range t.notices() {
				body := metaWebhook(a, n.at, "template_category_update", n.value)
				if err := order.add(arrived{At: n.at*1000 + 900, Pair: -1, Seq: seq, Number: -1, Body: body}); err != nil {
					return err
				}
				seq++
			}
		}
	}
	return nil
}

// writeLog writes the records by arrival, and removes the file again if that
// fails.
func (w *world) writeLog(ctx context.Context, path string, order *sorter) (records int64, err error) {
	var out files
	defer func() { err = out.close(err) }()
	file, err := out.create(path)
	if err != nil {
		return 0, err
	}
	packed, err := w.pack(file)
	if err != nil {
		return 0, err
	}
	l := &logWriter{w: packed, array: w.opt.Container == JSON, world: w}
	if err := l.all(ctx, order); err != nil {
		return 0, err
	}
	if err := packed.Close(); err != nil {
		return 0, fmt.Errorf("compress: %w", err)
	}
	return l.records, nil
}

// pack returns a writer that compresses as the options say. To close it leaves
// to open.
func (w *world) pack(to io.Writer) (io.WriteCloser, error) {
	switch {
	case w.opt.Gzip:
		return gzip.NewWriter(to), nil
	case w.opt.Zstd:
		return zstd.NewWriter(to, zstd.WithEncoderConcurrency(1))
	}
	return unpacked{to}, nil
}

// unpacked is a writer that compresses nothing.
type unpacked struct{ io.Writer }

func (unpacked) Close() error { return nil }

// writeTruth lists the errors by the time of their messages.
func writeTruth(path string, truth []secret) error {
	slices.SortFunc(truth, func(a, b secret) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.Message, b.Message))
	})
	return writeLines(path, truth)
}

// logWriter writes records in order of arrival into one container.
type logWriter struct {
	w       io.Writer
	array   bool // a JSON array, else a record a line
	world   *world
	records int64

	batch []any   // statuses of one number that will share a body
	last  arrived // the latest of them
}

// A batch takes statuses that arrive within a second of each other.
const (
	batchGap  = 1000
	batchSize = 20
)

func (l *logWriter) all(ctx context.Context, order *sorter) error {
	for r, err := range order.sorted() {
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		if err := l.add(r); err != nil {
			return err
		}
	}
	if err := l.flush(); err != nil || !l.array {
		return err
	}
	end := "\n]\n"
	if l.records == 0 {
		end = "[\n" + end
	}
	_, err := io.WriteString(l.w, end)
	return err
}

func (l *logWriter) add(r *arrived) error {
	if r.Number < 0 || len(l.batch) > 0 && !l.joins(r) {
		if err := l.flush(); err != nil {
			return err
		}
	}
	if r.Number < 0 {
		return l.record(r.Body)
	}
	l.batch, l.last = append(l.batch, json.RawMessage(r.Body)), *r
	return nil
}

// joins reports whether Meta sends the status along with those before it: it
// does at times, when they come at once.
func (l *logWriter) joins(r *arrived) bool {
	return r.Number == l.last.Number && r.At-l.last.At < batchGap && len(l.batch) < batchSize &&
		l.world.hash("batch", r.Pair, r.Seq)%3 != 0
}

// flush writes the statuses that wait as one body.
func (l *logWriter) flush() error {
	if len(l.batch) == 0 {
		return nil
	}
	body := metaStatuses(l.world.numbers[l.last.Number], l.batch)
	l.batch = l.batch[:0]
	return l.record(body)
}

func (l *logWriter) record(body []byte) error {
	before, after := "", "\n"
	if l.array {
		before, after = ",\n", ""
		if l.records == 0 {
			before = "[\n"
		}
	}
	l.records++
	if l.world.opt.Sign != nil && bytes.HasPrefix(body, []byte(webhookStart)) {
		body = gatewayEvent(body, l.world.opt.Sign)
	}
	_, err := io.WriteString(l.w, before+string(body)+after)
	return err
}

// webhookStart tells webhooks from the records of the send log, which nobody signs.
const webhookStart = `{"object":`

// gatewayEvent is what an API gateway hands on of a request with that body, as Meta
// escapes and signs it.
func gatewayEvent(body []byte, sign func([]byte) string) []byte {
	type event struct {
		Version string            `json:"version"`
		Key     string            `json:"routeKey"`
		Headers map[string]string `json:"headers"`
		Body    string            `json:"body"`
		Base64  bool              `json:"isBase64Encoded"`
	}
	raw := escaped(body)
	headers := map[string]string{"content-type": "application/json", "user-agent": "facebookexternalua", "x-hub-signature-256": sign(raw)}
	text, _ := json.Marshal(event{"2.0", "POST /webhook", headers, string(raw), false}) // a text has no error
	return text
}

// escaped writes JSON with the escapes that Meta's has: of slashes, and of all letters
// beyond ASCII.
func escaped(body []byte) (raw []byte) {
	for _, r := range string(body) {
		switch {
		case r == '/':
			raw = append(raw, `\/`...)
		case r < utf8.RuneSelf:
			raw = append(raw, byte(r))
		default:
			for _, unit := range utf16.AppendRune(nil, r) {
				raw = fmt.Appendf(raw, `\u%04x`, unit)
			}
		}
	}
	return raw
}
