package cmd

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// lie is a line of invoice-truth.ndjson: a difference between a simulated bill and
// what is due.
type lie struct {
	Kind     string `json:"kind"`
	Check    string `json:"check"`
	Items    string `json:"items_check"`
	Volumes  string `json:"volumes_check"`
	Message  string `json:"message_id"`
	WABA     string `json:"waba_id"`
	Number   string `json:"phone_number_id"`
	Customer string `json:"customer"`
	Day      string `json:"day"`
	Says     *said  `json:"says"`
	Should   *said  `json:"should"`
}

type said struct{ Country, Market, Category, Amount, Currency string }

func (s *said) amount(t *testing.T) int64 {
	t.Helper()
	if s == nil {
		return 0
	}
	return parsedAmount(t, s.Amount)
}

// claimed is by what the bill is dearer, as a finding says it.
func (l *lie) claimed(t *testing.T) int64 {
	t.Helper()
	return l.Says.amount(t) - l.Should.amount(t)
}

// foreign reports whether the line is in another currency than the account's: it is
// compared with nothing.
func (l *lie) foreign() bool { return l.Kind == "other_currency" }

func liesOf(t *testing.T, dir string) (all []lie) {
	t.Helper()
	for _, text := range lines(t, filepath.Join(dir, "invoice-truth.ndjson")) {
		var l lie
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

// billedMonth is a simulated month with its bill in all forms.
type billedMonth struct {
	dir, log, month string
	lies            []lie
}

func billMonth(t *testing.T, from string, seed int, extra ...string) *billedMonth {
	t.Helper()
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := simulated(t, from, seed, 5000, append([]string{
		"--dialect", "flat", "--days", strconv.Itoa(first.AddDate(0, 1, -1).Day()),
		"--invoice", "lines,items,daily,monthly,analytics", "--invoice-errors", "1%",
	}, extra...)...)
	return &billedMonth{dir, filepath.Join(dir, "log.ndjson"), from[:7], liesOf(t, dir)}
}

func (m *billedMonth) reconcile(t *testing.T, name string) *result.Reconciliation {
	t.Helper()
	return reconciled(t, m.dir, m.log, m.month, filepath.Join(m.dir, "invoice-"+name))
}

// TestSimulatedBills: every error that is hidden in a bill, or told by the log
// itself, is found with its money in every form of the bill, nothing else is, and
// the waterfall leads to the total to the last unit.
func TestSimulatedBills(t *testing.T) {
	seeds, _ := size()
	always := []string{"double_line", "international_for_domestic", "missing_line", "other_currency", "phantom_line", "wrong_category", "wrong_market"}
	for _, c := range []struct {
		from  string
		kinds []string // that the month has places for
	}{{"2024-08-01", append([]string{"old_rate"}, always...)}, {"2025-09-01", always}, {"2026-10-01", always}, {"2026-11-01", always}} {
		for seed := range 2 * seeds {
			share := [...]string{"0%", "1%"}[seed%2] // of errors that the log tells itself
			t.Run(fmt.Sprint(c.from, " ", seed, " ", share), func(t *testing.T) {
				t.Parallel()
				m := billMonth(t, c.from, seed+1, "--errors", share)
				kinds := map[string]bool{}
				for _, l := range m.lies {
					if l.Kind != "log" {
						kinds[l.Kind] = true
					}
				}
				for _, kind := range c.kinds {
					if !kinds[kind] {
						t.Errorf("no %s is hidden", kind)
					}
				}
				m.holdLines(t)
				m.holdItems(t)
				m.holdVolumes(t)
			})
		}
	}
}

// TestRightBills: a bill that is as the log says accuses nobody, in any form.
func TestRightBills(t *testing.T) {
	for _, from := range []string{"2024-08-01", "2025-09-01", "2026-10-01"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			m := billMonth(t, from, 9, "--errors", "0%", "--invoice-errors", "0%")
			m.withoutNumbers(t)
			for _, name := range []string{"lines.csv", "items.csv", "daily.csv", "monthly.csv", "analytics.json", "bare.csv"} {
				for _, f := range m.reconcile(t, name).Findings {
					if f.Verdict != result.Uncertain {
						t.Errorf("%s: %s %s: %s", name, f.Check, f.Message, f.Explanation)
					}
				}
			}
		})
	}
}

// withoutNumbers writes the lines once more, as bills have them that name neither
// the account nor the business number. Messages to groups have a line a member.
func (m *billedMonth) withoutNumbers(t *testing.T) {
	t.Helper()
	var bare []string
	for _, line := range lines(t, filepath.Join(m.dir, "invoice-lines.csv")) {
		cells := strings.Split(line, ",")
		bare = append(bare, strings.Join(slices.Delete(cells, 1, 3), ","))
	}
	if err := os.WriteFile(filepath.Join(m.dir, "invoice-bare.csv"), []byte(strings.Join(bare, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// found counts findings, and what they claim, by a key.
type found map[string]int64

// compare says what differs.
func (got found) compare(t *testing.T, form string, want found) {
	t.Helper()
	for _, k := range slices.Sorted(maps.Keys(got)) {
		if n, ok := want[k]; !ok {
			t.Errorf("%s: found, and not hidden: %s %s", form, k, money.Format(money.Of(got[k]), 4))
		} else if n != got[k] {
			t.Errorf("%s: %s claims %s, want %s", form, k, money.Format(money.Of(got[k]), 4), money.Format(money.Of(n), 4))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[k]; !ok {
			t.Errorf("%s: hidden, and not found: %s %s", form, k, money.Format(money.Of(want[k]), 4))
		}
	}
}

// unbilled returns the messages of which an audit of the log says that they should
// have been charged: so says the bill of the log, which has no line of them.
func (m *billedMonth) unbilled(t *testing.T) map[string]bool {
	t.Helper()
	code, stdout, stderr := run(t, "", "audit", "-f", "json", "-q", "-c", filepath.Join(m.dir, "waudit.yaml"), "--period", m.month, m.log)
	if code != exitClean && code != exitFindings {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var r result.Report
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, f := range r.Findings {
		if strings.HasPrefix(f.Check, "WA3") {
			all[f.Message] = true
		}
	}
	return all
}

// holdLines: with message ids each error is found at its message.
func (m *billedMonth) holdLines(t *testing.T) {
	t.Helper()
	got, want := found{}, found{}
	for i := range m.lies {
		if l := &m.lies[i]; !l.foreign() {
			want[l.Check+" "+l.Message] += l.claimed(t)
		}
	}
	unbilled := m.unbilled(t)
	r := m.reconcile(t, "lines.csv")
	m.holdForeign(t, r)
	for _, f := range r.Findings {
		key := f.Check + " " + f.Message
		if _, hidden := want[key]; !hidden && f.Check == "WA703" && unbilled[f.Message] {
			continue // the log is misread, and not the bill
		}
		if f.Verdict != result.Uncertain {
			got[key] += signed(t, f.Amount)
		}
	}
	got.compare(t, "lines", want)
}

// holdForeign: lines in another currency are uncertain in full, and one finding for
// all of an account.
func (m *billedMonth) holdForeign(t *testing.T, r *result.Reconciliation) {
	t.Helper()
	got, want := found{}, found{}
	for i := range m.lies {
		if l := &m.lies[i]; l.foreign() {
			want[l.WABA+" "+l.Says.Currency] += l.Says.amount(t)
		}
	}
	for _, f := range r.Findings {
		if f.Check == "WA701" && f.Verdict == result.Uncertain && f.Message == "" {
			got[f.WABA+" "+f.Amount.Currency] += parsedAmount(t, f.Amount.Uncertain)
		}
	}
	got.compare(t, "foreign", want)
}

// holdItems: without ids it is found at the customer. What the log tells by itself
// an audit of the log finds.
func (m *billedMonth) holdItems(t *testing.T) {
	t.Helper()
	got, want := found{}, found{}
	missing := map[string]bool{}
	for i := range m.lies {
		if l := &m.lies[i]; strings.HasPrefix(l.Items, "WA7") && !l.foreign() {
			want[l.Items+" "+l.Customer] += l.claimed(t)
			missing[l.Message] = true
		}
	}
	unbilled := m.unbilled(t)
	r := m.reconcile(t, "items.csv")
	m.holdForeign(t, r)
	for _, f := range r.Findings {
		if f.Check == "WA703" && unbilled[f.Message] && !missing[f.Message] {
			continue // the log is misread, and not the bill
		}
		if f.Verdict != result.Uncertain && strings.HasPrefix(f.Check, "WA7") {
			got[f.Check+" "+f.User] += signed(t, f.Amount)
		}
	}
	for i := range m.lies {
		l := &m.lies[i]
		key := l.Items + " " + l.Customer
		if _, ok := got[key]; !ok && m.month < "2025-07" && l.Kind == "log" && l.Items == "WA702" {
			delete(want, key) // a conversation of that day that may be in the free tier takes the line
		}
	}
	got.compare(t, "items", want)
}

// volume is by how much a cell of the bill is more than the log has.
type volume struct{ n, amount int64 }

// volumeForm is how a bill of volumes names its cells.
type volumeForm struct {
	name  string
	rough bool // the costs are
	cell  func(l *lie, s *said) string
}

func volumeForms() []volumeForm {
	market := func(s *said) string { return strings.ToLower(s.Market) }
	return []volumeForm{
		{"daily.csv", false, func(l *lie, s *said) string {
			return fmt.Sprint(l.WABA, l.Number, l.Day, market(s), s.Country, s.Category, "regular", s.Currency)
		}},
		{"monthly.csv", false, func(l *lie, s *said) string {
			return fmt.Sprint(l.WABA, "", l.Day[:7], market(s), "", s.Category, "", s.Currency)
		}},
		{"analytics.json", true, func(l *lie, s *said) string {
			return fmt.Sprint(l.WABA, "", l.Day, "", s.Country, s.Category, "regular", s.Currency)
		}},
	}
}

// holdVolumes: the cells that differ are those that the errors lie in, by as much
// as these come to.
func (m *billedMonth) holdVolumes(t *testing.T) {
	t.Helper()
	for _, form := range volumeForms() {
		want := m.volumes(t, form)
		r := m.reconcile(t, form.name)
		for _, v := range r.Volumes {
			period := v.Period
			if form.name == "monthly.csv" {
				period = period[:7] // a cell that the bill does not have is told by the log's days
			}
			cell := fmt.Sprint(v.WABA, v.Number, period, strings.ToLower(v.Market), v.Country, v.Category, v.Type, v.Currency)
			got := volume{v.Billed - v.Log, parsedAmount(t, v.Amount) - parsedAmount(t, v.Due)}
			w := want[cell]
			delete(want, cell)
			switch {
			case form.rough && got.n == w.n, got == w:
			case m.month < "2025-07" && got.n > w.n: // it is uncertain whether as many conversations are in the free tier
			default:
				t.Errorf("%s: %s has %d and %s more than the log, want %d and %s", form.name, cell, got.n, money.Format(money.Of(got.amount), 4), w.n, money.Format(money.Of(w.amount), 4))
			}
		}
		for cell, w := range want {
			if !form.rough || w.n != 0 {
				t.Errorf("%s: %s has %d and %s more than the log, which is not found", form.name, cell, w.n, money.Format(money.Of(w.amount), 4))
			}
		}
	}
}

// volumes sums up the errors by cell.
func (m *billedMonth) volumes(t *testing.T, form volumeForm) map[string]volume {
	t.Helper()
	want := map[string]volume{}
	add := func(cell string, n, amount int64) {
		v := want[cell]
		want[cell] = volume{v.n + n, v.amount + amount}
	}
	for i := range m.lies {
		l := &m.lies[i]
		switch {
		case l.Volumes == "":
			continue // the log says the same
		case l.Kind == "log" && l.Volumes == "WA701":
			add(form.cell(l, l.Says), 0, l.Says.amount(t)) // and counts it at no price
			continue
		}
		if l.Says != nil {
			add(form.cell(l, l.Says), 1, l.Says.amount(t))
		}
		if l.Should != nil {
			add(form.cell(l, l.Should), -1, -l.Should.amount(t))
		}
	}
	maps.DeleteFunc(want, func(_ string, v volume) bool { return v == volume{} })
	return want
}

// TestBillBeyondTiers: where a month goes beyond its volume tiers, lines at the
// rate of the first are found by what they come to together (WA207), and nothing
// else is: the simulator counts each message, the audit only how many there are.
func TestBillBeyondTiers(t *testing.T) {
	m := billMonth(t, "2026-10-01", 3, "--errors", "0%", "--contract", tieredContract(t))
	most := map[string]int64{}
	for i := range m.lies {
		if l := &m.lies[i]; l.Check == "WA207" {
			most[l.WABA+" "+l.Should.Category] += l.claimed(t)
		}
	}
	if len(most) == 0 {
		t.Fatal("no wrong tier is hidden")
	}
	for _, f := range m.reconcile(t, "lines.csv").Findings {
		if f.Check != "WA207" {
			continue
		}
		scope, claimed := f.WABA+" "+f.Category, signed(t, f.Amount)
		if claimed <= 0 || claimed > most[scope] {
			t.Errorf("%s: %s too much, hidden are %s", scope, money.Format(money.Of(claimed), 4), money.Format(money.Of(most[scope]), 4))
		}
		delete(most, scope)
	}
	for scope, n := range most {
		t.Errorf("%s: hidden, and not found: %s", scope, money.Format(money.Of(n), 4))
	}
	// Without ids no line has a place in the month, and volumes are compared at list
	// rates: there the waterfall still sums.
	for _, name := range []string{"items.csv", "daily.csv", "monthly.csv", "analytics.json"} {
		m.reconcile(t, name)
	}
}

// tieredContract writes a contract whose tiers small months go beyond.
func tieredContract(t *testing.T) string {
	t.Helper()
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	var rows []rate.ListedRate
	for i, name := range markets.Names() {
		for k, c := range []category.Category{category.Marketing, category.Utility, category.Authentication, category.AuthInternational, category.Service} {
			row := rate.ListedRate{Currency: "USD", Market: name, Category: c, Rate: rate.Rate{From: 2026_07_01, State: rate.Known, Amount: int64(40+10*i+1000*k) * 1_000_000, Status: rate.Verified, Source: "test"}}
			rows = append(rows, row)
			for n := int64(0); n < 3 && rate.Tiered(c); n++ {
				step := row
				step.Tier, step.Amount = [...][2]int64{{1, 20}, {21, 75}, {76, 0}}[n], row.Amount-n*1_000_000
				rows = append(rows, step)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "card.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmp.Or(rate.WriteCard(f, "tiered", 2026_12_31, rows), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// signed is what a finding says that the bill is dearer by.
func signed(t *testing.T, a *result.FindingAmount) int64 {
	t.Helper()
	return parsedAmount(t, a.Overcharged) - parsedAmount(t, a.Undercharged)
}

// reconciled lays a bill beside a log, and checks that the waterfall adds up.
func reconciled(t *testing.T, dir, log, month string, bill ...string) *result.Reconciliation {
	t.Helper()
	args := []string{"reconcile", "-f", "json", "-c", filepath.Join(dir, "waudit.yaml"), "--period", month}
	for _, b := range bill {
		args = append(args, "--invoice", b)
	}
	code, stdout, stderr := run(t, "", append(args, log)...)
	if code != exitClean && code != exitFindings {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var r result.Reconciliation
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatal(err)
	}
	for _, w := range r.Waterfall {
		sum := parsedAmount(t, w.Expected)
		for _, s := range w.Steps {
			sum += parsedAmount(t, s.Amount)
			if s.Step == "unexplained" {
				t.Errorf("%s %s is unexplained", w.Currency, s.Amount)
			}
		}
		if sum != parsedAmount(t, w.Total) {
			t.Errorf("%s: the steps come to %s, the bill to %s", w.Currency, money.Format(money.Of(sum), 4), w.Total)
		}
	}
	return &r
}

func parsedAmount(t *testing.T, text string) int64 {
	t.Helper()
	n, err := money.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	nano, _ := n.Int64()
	return nano
}

// TestMoneySameBytes: workers, memory, and whether the log is a ledger decide
// nothing in a bill or a reconciliation.
func TestMoneySameBytes(t *testing.T) {
	dir, _ := simulated(t, "2026-10-01", 5, 2000, "--dialect", "flat", "--errors", "2%", "--invoice", "lines", "--invoice-errors", "1%")
	log, config, bill := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "invoice-lines.csv")
	ledger := filepath.Join(t.TempDir(), "ledger")
	if code, _, stderr := run(t, "", "pack", log, "-o", ledger, "-q"); code != exitClean {
		t.Fatal(stderr)
	}
	for _, command := range [][]string{{"bill", "-f", "csv"}, {"reconcile", "-f", "csv", "--invoice", bill, "--period", "2026-10"}} {
		told := func(more ...string) string {
			code, stdout, stderr := run(t, "", slices.Concat(command, []string{"-c", config, "-q"}, more)...)
			if code != exitClean && code != exitFindings {
				t.Fatalf("%v: exit code %d: %s", more, code, stderr)
			}
			return stdout
		}
		want := told(log)
		for _, more := range [][]string{{"--workers", "1", log}, {"--workers", "3", "--memory", "1MB", log}, {ledger}} {
			if got := told(more...); got != want {
				t.Errorf("%s %v: %s", command[0], more, firstDifference(want, got))
			}
		}
	}
}
