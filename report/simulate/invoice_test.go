package simulate

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// record is a row of a bill by its header.
type record map[string]string

func table(t *testing.T, path string) []record {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(read(t, path))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []record
	for _, row := range rows[1:] {
		r := record{}
		for i, name := range rows[0] {
			r[name] = row[i]
		}
		all = append(all, r)
	}
	return all
}

func amountOf(t *testing.T, text string) int64 {
	t.Helper()
	n, err := money.Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	nano, _ := n.Int64()
	return nano
}

// totals sums up rows by currency, and their quantities.
func totals(t *testing.T, rows []record) (sums map[string]int64, units int) {
	t.Helper()
	sums = map[string]int64{}
	for _, r := range rows {
		n, err := strconv.Atoi(r["quantity"])
		if err != nil {
			t.Fatal(err)
		}
		units += n
		sums[r["currency"]] += amountOf(t, r["amount"])
		if amountOf(t, r["unit_price"])*int64(n) != amountOf(t, r["amount"]) {
			t.Errorf("%v: quantity times price is not the amount", r)
		}
	}
	return sums, units
}

func liesOf(t *testing.T, path string) (all []lie) {
	t.Helper()
	for text := range bytes.Lines(read(t, path)) {
		var l lie
		if err := json.Unmarshal(text, &l); err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

// tieredContract writes a contract with volume tiers that small months reach.
func tieredContract(t *testing.T) string {
	t.Helper()
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	var rows []rate.ListedRate
	for i, name := range markets.Names() {
		for k, cat := range [...]category.Category{category.Marketing, category.Utility, category.Authentication, category.AuthInternational, category.Service} {
			list := int64(40+10*i+1000*k) * 1_000_000
			row := rate.ListedRate{Currency: "USD", Market: name, Category: cat, Rate: rate.Rate{From: 2025_07_01, State: rate.Known, Amount: list, Status: rate.Verified, Source: "test"}}
			rows = append(rows, row)
			if !rate.Tiered(cat) {
				continue
			}
			for n, step := range [...][2]int64{{1, 20}, {21, 75}, {76, 0}} {
				row.Tier, row.Amount = step, list-int64(n)*1_000_000
				rows = append(rows, row)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "contract.csv")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := rate.WriteCard(file, "tiered", 2026_12_31, rows); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func billOptions(t *testing.T, from string, seed uint64) Options {
	t.Helper()
	return Options{
		Seed: seed, Messages: 3000, From: date(t, from), Days: 30, ErrorShare: 0.01, Dialect: Flat,
		Invoices: Invoices(), InvoiceErrors: 0.02, Dir: t.TempDir(),
	}
}

// TestInvoiceForms: every form of a bill comes to the same total in each currency.
func TestInvoiceForms(t *testing.T) {
	for _, from := range []string{"2022-03-01", "2024-08-01", "2025-09-01", "2026-10-01"} {
		t.Run(from, func(t *testing.T) {
			o := billOptions(t, from, 5)
			sum := simulate(t, o)
			want, lines := totals(t, table(t, filepath.Join(o.Dir, "invoice-lines.csv")))
			if lines != sum.InvoiceLines || lines < 300 {
				t.Errorf("%d lines, the summary says %d", lines, sum.InvoiceLines)
			}
			monthly := slices.DeleteFunc(table(t, filepath.Join(o.Dir, "invoice-monthly.csv")), func(r record) bool { return r["quantity"] == "" })
			for name, rows := range map[string][]record{
				"items": table(t, filepath.Join(o.Dir, "invoice-items.csv")), "daily": table(t, filepath.Join(o.Dir, "invoice-daily.csv")), "monthly": monthly,
			} {
				if got, units := totals(t, rows); !maps.Equal(got, want) || units != lines {
					t.Errorf("%s: %d units, %v; lines: %d, %v", name, units, got, lines, want)
				}
			}
			stated(t, o.Dir, want)
			rough(t, o.Dir, want, lines)
		})
	}
}

// stated: the total rows of the monthly bill are those of its lines and extras.
func stated(t *testing.T, dir string, want map[string]int64) {
	t.Helper()
	got := map[string]int64{}
	for _, r := range table(t, filepath.Join(dir, "invoice-monthly.csv")) {
		if r["month"] == "Total" {
			got[r["currency"]] = amountOf(t, r["amount"])
		}
	}
	for _, x := range extras {
		got["USD"] -= x.amount
	}
	if !maps.Equal(got, want) {
		t.Errorf("total rows %v, lines %v", got, want)
	}
}

// rough: Meta's analytics count the same charges, at about the same cost.
func rough(t *testing.T, dir string, want map[string]int64, lines int) {
	t.Helper()
	units, costs := 0, map[string]int64{}
	for text := range bytes.Lines(read(t, filepath.Join(dir, "invoice-analytics.json"))) {
		var a metaAnalytics
		if err := json.Unmarshal(text, &a); err != nil {
			t.Fatal(err)
		}
		for _, b := range []*metaBlock{a.Pricing, a.Talks} {
			if b == nil {
				continue
			}
			for _, p := range b.Data[0].Points {
				if p.Type == "REGULAR" || p.ConvType == "REGULAR" {
					units += int(p.Volume + p.Conversation)
				}
				costs[a.Currency] += amountOf(t, string(p.Cost))
			}
		}
	}
	if units != lines {
		t.Errorf("analytics count %d charges, the bill %d", units, lines)
	}
	for currency, sum := range want {
		if off := distance(costs[currency], sum); off > sum/150+100_000 {
			t.Errorf("analytics cost %s %s, the bill %s", currency, money.Format(money.Of(costs[currency]), 4), money.Format(money.Of(sum), 4))
		}
	}
}

// TestInvoiceTruth: the bill less what the truth says of it is the bill of the same
// log that is as it should be, to the last decimal and line by line.
func TestInvoiceTruth(t *testing.T) {
	for _, from := range []string{"2024-08-01", "2025-09-01", "2026-10-01"} {
		for _, contract := range []bool{false, true} {
			if contract && from < "2025-07-01" {
				continue // the contract has no conversations
			}
			t.Run(fmt.Sprint(from, contract), func(t *testing.T) {
				o := billOptions(t, from, 6)
				if contract {
					o.Contract = tieredContract(t)
				}
				sum := simulate(t, o)
				right := o
				right.Dir, right.InvoiceErrors, right.ErrorShare = t.TempDir(), 0, 0
				simulate(t, right)
				want := map[string]int{}
				for _, r := range table(t, filepath.Join(right.Dir, "invoice-lines.csv")) {
					want[whatOf(r)]++
				}
				if text := read(t, filepath.Join(right.Dir, "invoice-truth.ndjson")); len(text) > 0 {
					t.Errorf("wrong in a right bill: %s", text)
				}
				got := map[string]int{}
				for _, r := range table(t, filepath.Join(o.Dir, "invoice-lines.csv")) {
					got[whatOf(r)]++
				}
				kinds := map[string]int{}
				for _, l := range liesOf(t, sum.InvoiceTruth) {
					kinds[l.Kind]++
					got[l.Says.row(&l)]--
					got[l.Should.row(&l)]++
				}
				delete(got, "")
				maps.DeleteFunc(got, func(_ string, n int) bool { return n == 0 })
				if !maps.Equal(got, want) {
					t.Error(difference(got, want))
				}
				for _, e := range sum.InvoiceErrors {
					if e.Count != kinds[e.Name] {
						t.Errorf("%d errors %s, the truth has %d", e.Count, e.Name, kinds[e.Name])
					}
				}
				if contract && kinds["wrong_tier"] == 0 {
					t.Error("no wrong tier")
				}
			})
		}
	}
}

// whatOf is what a line charges, without what only numbers it. A message that
// never was is not in the right bill under any id.
func whatOf(r record) string {
	return fmt.Sprint(r["customer"], r["date"], r["country"], r["category"], r["amount"], r["currency"])
}

func (s *saying) row(l *lie) string {
	if s == nil {
		return ""
	}
	return fmt.Sprint(l.Customer, l.Day, s.Country, s.Category, s.Amount, s.Currency)
}

func difference(got, want map[string]int) string {
	text := ""
	for k := range got {
		if got[k] != want[k] {
			text += fmt.Sprintf("%s: %d, want %d\n", k, got[k], want[k])
		}
	}
	for k := range want {
		if got[k] == 0 {
			text += fmt.Sprintf("%s: none, want %d\n", k, want[k])
		}
	}
	return text
}

// TestInvoiceTiers counts the bill again, line by line in its order: each message
// pays the step that it falls in.
func TestInvoiceTiers(t *testing.T) {
	o := billOptions(t, "2026-10-01", 8)
	o.InvoiceErrors, o.Contract = 0, tieredContract(t)
	simulate(t, o)
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	names := markets.Names()
	counts, deepest := map[[3]string]int{}, 0
	seen := map[string]bool{}
	for _, r := range table(t, filepath.Join(o.Dir, "invoice-lines.csv")) {
		k := slices.Index([]string{marketing, utility, authentication, authInternational, service}, r["category"])
		copied := r["message_id"] + r["customer"]
		if k != 1 && k != 2 || seen[copied] {
			continue // without tiers, or the second line of a message
		}
		seen[copied] = true
		m, _ := markets.OfCountry(r["country"], 2026_10_15)
		want := 40 + 10*slices.Index(names, markets.Name(m)) + 1000*k
		scope := [3]string{r["waba_id"], markets.Name(m), r["category"]}
		counts[scope]++
		switch n := counts[scope]; {
		case n > 75:
			want -= 2
		case n > 20:
			want--
		}
		deepest = max(deepest, counts[scope])
		if got := amountOf(t, r["amount"]); got != int64(want)*1_000_000 {
			t.Fatalf("message %d of %v costs %s, want %d thousandths", counts[scope], scope, r["amount"], want)
		}
	}
	if deepest < 100 {
		t.Errorf("no month goes beyond the second step: %d", deepest)
	}
}

// TestInvoiceSameBytes: the same seed gives the same bill, however little of it
// is held in memory.
func TestInvoiceSameBytes(t *testing.T) {
	a, b := billOptions(t, "2026-10-01", 9), billOptions(t, "2026-10-01", 9)
	sum := simulate(t, a)
	simulate(t, b)
	for _, path := range append(sum.Invoices, sum.InvoiceTruth, sum.Log, sum.Config) {
		name := filepath.Base(path)
		if !bytes.Equal(read(t, path), read(t, filepath.Join(b.Dir, name))) {
			t.Errorf("%s differs", name)
		}
	}
}

// TestInvoiceIsTheLogs: to write a bill changes nothing in the log but the lines of
// bills in it, which are on the bill.
func TestInvoiceIsTheLogs(t *testing.T) {
	with := billOptions(t, "2024-08-01", 10)
	without := with
	without.Invoices, without.InvoiceErrors, without.Dir = nil, 0, t.TempDir()
	a, b := flatLog(t, simulate(t, with).Log), flatLog(t, simulate(t, without).Log)
	isLine := func(r flatRecord) bool { return r.Event == evCharge }
	if slices.ContainsFunc(a, isLine) || !slices.ContainsFunc(b, isLine) {
		t.Error("the lines of bills are not on the bill")
	}
	if b = slices.DeleteFunc(b, isLine); len(a) != len(b) {
		t.Errorf("%d records, want %d", len(a), len(b))
	}
}
