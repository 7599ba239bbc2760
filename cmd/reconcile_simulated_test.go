package cmd

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waudit/audit/money"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// billedMessage is a charge that a simulated log reports.
type billedMessage struct {
	ID       string `json:"message_id"`
	Event    string `json:"event"`
	Time     string `json:"timestamp"`
	User     string `json:"wa_id"`
	UserID   string `json:"user_id"`
	Member   string `json:"participant_id"`
	Category string `json:"pricing_category"`
	Type     string `json:"pricing_type"`
	Billable bool   `json:"billable"`
}

// billLines makes the bill of what a log of the message era says was charged: a
// line a message, at the list rates of the day, by a reading of the card of its own.
func billLines(t *testing.T, log string, card map[[2]string]int64, markets *rate.Markets) [][]string {
	t.Helper()
	var rows [][]string
	seen := map[string]bool{}
	for _, line := range lines(t, log) {
		var m billedMessage
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		if m.Event != "delivered" || m.Type != "regular" || !m.Billable || m.Member != "" || seen[m.ID] {
			continue
		}
		seen[m.ID] = true
		market, _ := markets.Of(m.User, m.UserID, 2026_10_15)
		category := strings.ReplaceAll(m.Category, "-", "_")
		amount, ok := card[[2]string{markets.Name(market), category}]
		if !ok {
			continue // general_purpose_ai: no card has it
		}
		user := m.User
		if user == "" {
			user = m.UserID
		}
		rows = append(rows, []string{"L" + strconv.Itoa(len(rows)), m.ID, m.Time, user, category, money.Format(amount, 4), "USD"})
	}
	return rows
}

// cardOf reads the list rates of Meta's card that began on a day.
func cardOf(t *testing.T, markets *rate.Markets, from rate.Day) map[[2]string]int64 {
	t.Helper()
	meta, err := rate.Meta(markets)
	if err != nil {
		t.Fatal(err)
	}
	card := map[[2]string]int64{}
	for _, row := range meta.Rows(markets) {
		if row.Currency == "USD" && row.From == from && row.Tier[0] == 0 && row.State == rate.Known {
			card[[2]string{row.Market, row.Category.String()}] = row.Amount
		}
	}
	return card
}

// Columns of the rows of billLines.
const (
	lineAt = iota
	messageAt
	timeAt
	userAt
	categoryAt
	amountAt
	currencyAt
)

// hide puts an error of each kind into the bill, and returns by check and message
// what must be found.
func hide(t *testing.T, rows [][]string, card, before map[[2]string]int64) (bill [][]string, want map[string]int64) {
	t.Helper()
	want = map[string]int64{}
	parsed := func(text string) int64 {
		n, err := money.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	taken := map[int]bool{}
	pick := func(fits func(row []string) bool) []string {
		for i, row := range rows {
			if !taken[i] && fits(row) {
				taken[i] = true
				return row
			}
		}
		t.Fatal("no line fits")
		return nil
	}
	set := func(check string, row []string, amount int64) {
		want[check+" "+row[messageAt]] = amount - parsed(row[amountAt])
		row[amountAt] = money.Format(amount, 4)
	}
	brazil := func(category string) func([]string) bool {
		return func(row []string) bool {
			return strings.HasPrefix(row[userAt], "55") && row[categoryAt] == category
		}
	}
	// Another market's rate, which is none of Brazil's.
	set("WA205", pick(brazil("marketing")), card[[2]string{"Germany", "marketing"}])
	// The rate of no market and no tier.
	set("WA204", pick(brazil("utility")), 12_300_000)
	// The rate of last quarter, where there was another one.
	old := pick(func(row []string) bool {
		return strings.HasPrefix(row[userAt], "52") && row[categoryAt] == "marketing"
	})
	set("WA204|WA205", old, before[[2]string{"Mexico", "marketing"}])
	// International for domestic.
	set("WA206", pick(func(row []string) bool {
		return strings.HasPrefix(row[userAt], "91") && row[categoryAt] == "authentication"
	}), card[[2]string{"India", "authentication_international"}])
	// Another category's rate.
	set("WA204|WA205", pick(func(row []string) bool {
		return strings.HasPrefix(row[userAt], "91") && row[categoryAt] == "utility"
	}), card[[2]string{"India", "marketing"}])
	// Double, missing, phantom, another currency.
	twice := slices.Clone(pick(brazil("authentication")))
	want["WA109 "+twice[messageAt]] = parsed(twice[amountAt])
	twice[lineAt] = "again"
	gone := pick(brazil("marketing"))
	want["WA703 "+gone[messageAt]] = -parsed(gone[amountAt])
	phantom := []string{"phantom", "wamid.phantom", rows[0][timeAt], "5511900000000", "marketing", "0.0625", "USD"}
	want["WA702 wamid.phantom"] = 62_500_000
	foreign := pick(brazil("marketing"))
	foreign[currencyAt] = "EUR"
	want["WA701 "+foreign[messageAt]] = parsed(foreign[amountAt])
	for _, row := range rows {
		if row[lineAt] != gone[lineAt] {
			bill = append(bill, row)
		}
	}
	return append(bill, twice, phantom), want
}

// TestSimulatedBill: every error that is hidden in a bill is found with its money,
// nothing else is, and the waterfall leads to the total to the last unit.
func TestSimulatedBill(t *testing.T) {
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from         string
		card, before rate.Day // from when the rates hold, and those before
		seed         int
	}{
		{"2026-10-01", 2026_10_01, 2026_07_01, 1}, {"2026-10-01", 2026_10_01, 2026_07_01, 2}, {"2026-11-01", 2026_10_01, 2026_07_01, 3},
		{"2025-09-01", 2025_07_01, 2026_10_01, 4}, // of the next card, not the last: conversations had other rates
	} {
		t.Run(fmt.Sprint(c.from, " ", c.seed), func(t *testing.T) {
			t.Parallel()
			card, before := cardOf(t, markets, c.card), cardOf(t, markets, c.before)
			dir, _ := simulated(t, c.from, c.seed, 6000, "--dialect", "flat", "--errors", "0%")
			log := filepath.Join(dir, "log.ndjson")
			billedByMeta(t, filepath.Join(dir, "waudit.yaml"))
			right := billLines(t, log, card, markets)
			clean := reconciled(t, dir, log, c.from[:7], writeBill(t, right))
			for _, f := range clean.Findings {
				if f.Verdict == result.Overcharge {
					t.Errorf("in a right bill: %s %s: %s", f.Check, f.Message, f.Explanation)
				}
			}
			wrong, want := hide(t, right, card, before)
			r := reconciled(t, dir, log, c.from[:7], writeBill(t, wrong))
			knownBefore := map[string]bool{}
			for _, f := range clean.Findings {
				knownBefore[f.ID] = true
			}
			for _, f := range r.Findings {
				if knownBefore[f.ID] {
					continue
				}
				key := ""
				for k := range want {
					checks, message, _ := strings.Cut(k, " ")
					if message == f.Message && slices.Contains(strings.Split(checks, "|"), f.Check) {
						key = k
					}
				}
				if key == "" {
					t.Errorf("found, and not hidden: %s %s: %s", f.Check, f.Message, f.Explanation)
					continue
				}
				if got := signed(t, f.Amount); got != want[key] {
					t.Errorf("%s: %s, want %s: %s", key, money.Format(got, 4), money.Format(want[key], 4), f.Explanation)
				}
				delete(want, key)
			}
			for _, key := range slices.Sorted(maps.Keys(want)) {
				t.Errorf("hidden, and not found: %s", key)
			}
		})
	}
}

// signed is what a finding says that the bill is dearer by.
func signed(t *testing.T, a *result.Amount) int64 {
	t.Helper()
	over, err := money.Parse(a.Overcharged)
	if err != nil {
		t.Fatal(err)
	}
	under, err := money.Parse(a.Undercharged)
	if err != nil {
		t.Fatal(err)
	}
	return over - under
}

// billedByMeta says in the configuration that Meta bills the accounts.
func billedByMeta(t *testing.T, config string) {
	t.Helper()
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.ReplaceAll(string(text), "    exempt:", "    rates: meta\n    exempt:")
	if err := os.WriteFile(config, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
}

func writeBill(t *testing.T, rows [][]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bill.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := csv.NewWriter(f)
	err = w.WriteAll(append([][]string{{"line_id", "message_id", "date", "to", "category", "amount", "currency"}}, rows...))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
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
			t.Errorf("%s: the steps come to %s, the bill to %s", w.Currency, money.Format(sum, 4), w.Total)
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
	return n
}

// TestBillForms: the same bill with ids, without, and as Meta's volumes comes to
// the same total, and none of them accuses a right bill.
func TestBillForms(t *testing.T) {
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := simulated(t, "2026-10-01", 9, 3000, "--dialect", "flat", "--errors", "0%")
	log := filepath.Join(dir, "log.ndjson")
	billedByMeta(t, filepath.Join(dir, "waudit.yaml"))
	rows := billLines(t, log, cardOf(t, markets, 2026_10_01), markets)
	withIDs := reconciled(t, dir, log, "2026-10", writeBill(t, rows))
	bare := make([][]string, len(rows))
	for i, row := range rows {
		bare[i] = slices.Clone(row)
		bare[i][messageAt] = ""
	}
	withoutIDs := reconciled(t, dir, log, "2026-10", writeBill(t, bare))
	if withIDs.Matching.Matched != int64(len(rows)) || withoutIDs.Matching.Matched != withIDs.Matching.Matched {
		t.Errorf("%d and %d of %d lines matched", withIDs.Matching.Matched, withoutIDs.Matching.Matched, len(rows))
	}
	if withIDs.Waterfall[0].Total != withoutIDs.Waterfall[0].Total || withIDs.Waterfall[0].Expected != withoutIDs.Waterfall[0].Expected {
		t.Errorf("with ids %+v, without %+v", withIDs.Waterfall[0], withoutIDs.Waterfall[0])
	}
	for _, r := range []*result.Reconciliation{withIDs, withoutIDs} {
		for _, f := range r.Findings {
			if strings.HasPrefix(f.Check, "WA7") && f.Severity == result.Error {
				t.Errorf("%s %s: %s", f.Check, f.Message, f.Explanation)
			}
		}
	}
	slices.Reverse(rows)
	turned := reconciled(t, dir, log, "2026-10", writeBill(t, rows))
	if fmt.Sprint(turned.Waterfall) != fmt.Sprint(withIDs.Waterfall) || len(turned.Findings) != len(withIDs.Findings) {
		t.Error("the order of the lines decides something")
	}
}

// TestMoneySameBytes: workers, memory, and whether the log is a ledger decide
// nothing in a bill or a reconciliation.
func TestMoneySameBytes(t *testing.T) {
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := simulated(t, "2026-10-01", 5, 2000, "--dialect", "flat", "--errors", "2%")
	log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
	billedByMeta(t, config)
	bill := writeBill(t, billLines(t, log, cardOf(t, markets, 2026_10_01), markets))
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
