package simulate

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func worldOptions(t *testing.T, from string) Options {
	t.Helper()
	return Options{Seed: 3, Messages: 3000, From: date(t, from), Days: 30, Dir: t.TempDir()}
}

// recordsOf counts the lines of a log in which each record is a line.
func recordsOf(t *testing.T, o Options) map[string]int {
	t.Helper()
	o.Dialect, o.Dir = Flat, t.TempDir()
	all := map[string]int{}
	for text := range bytes.Lines(read(t, simulate(t, o).Log)) {
		all[string(text)]++
	}
	return all
}

func flatOf(t *testing.T, text string) flatRecord {
	t.Helper()
	var r flatRecord
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// missing returns what a log lacks of the whole one, and fails where it has more.
func missing(t *testing.T, whole, log map[string]int) []flatRecord {
	t.Helper()
	var all []flatRecord
	for text, n := range whole {
		for range n - log[text] {
			all = append(all, flatOf(t, text))
		}
	}
	for text, n := range log {
		if n > whole[text] {
			t.Fatalf("not in the whole log: %s", text)
		}
	}
	return all
}

func at(t *testing.T, r flatRecord) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, r.Timestamp)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestOutage(t *testing.T) {
	o := worldOptions(t, "2024-08-01")
	whole := recordsOf(t, o)
	for _, account := range []bool{false, true} {
		o.Outage, o.OutageAccount = 5*24*time.Hour, account
		log := recordsOf(t, o)
		var first, last time.Time
		numbers := map[string]bool{}
		for _, r := range missing(t, whole, log) {
			numbers[r.Number] = true
			if first.IsZero() || at(t, r).Before(first) {
				first = at(t, r)
			}
			if at(t, r).After(last) {
				last = at(t, r)
			}
		}
		if span := last.Sub(first); span > o.Outage || span < o.Outage-12*time.Hour {
			t.Errorf("silent from %v to %v", first, last)
		}
		if (len(numbers) > 1) != account || len(numbers) == 0 {
			t.Errorf("silent: %v", numbers)
		}
		for text := range log {
			if r := flatOf(t, text); numbers[r.Number] && r.Event != evCharge && !at(t, r).Before(first) && at(t, r).Before(last) {
				t.Fatalf("in the silence: %s", text)
			}
		}
	}
}

func TestLostAndCut(t *testing.T) {
	o := worldOptions(t, "2025-09-01")
	whole := recordsOf(t, o)
	o.Lose = 0.05
	sum := 0
	for _, n := range whole {
		sum += n
	}
	if n := len(missing(t, whole, recordsOf(t, o))); n < sum/25 || n > sum*6/100 {
		t.Errorf("%d of %d records are lost", n, sum)
	}
	o.Lose, o.Cut = 0, 4*24*time.Hour
	begins := date(t, "2025-09-05")
	gone := missing(t, whole, recordsOf(t, o))
	for _, r := range gone {
		if at(t, r).After(begins.Add(12 * time.Hour)) { // the days are those of an account's zone
			t.Errorf("lost after the cut: %v", r)
		}
	}
	if len(gone) < sum/20 {
		t.Errorf("%d of %d records are cut away", len(gone), sum)
	}
}

// TestDamageChangesNoCharge: the bill of a log that lacks something is that of the
// whole one, and no configuration calls such a log complete.
func TestDamageChangesNoCharge(t *testing.T) {
	o := billOptions(t, "2025-09-01", 4)
	whole := simulate(t, o)
	o.Dir, o.Outage, o.Lose, o.Cut = t.TempDir(), 3*24*time.Hour, 0.03, 2*24*time.Hour
	damaged := simulate(t, o)
	for i := range whole.Invoices {
		if !bytes.Equal(read(t, whole.Invoices[i]), read(t, damaged.Invoices[i])) {
			t.Errorf("%s differs", damaged.Invoices[i])
		}
	}
	for _, sum := range []Summary{whole, damaged} {
		config := string(read(t, sum.Config))
		if got := strings.Contains(config, "complete_from"); got != (sum.Config == whole.Config) {
			t.Errorf("the configuration calls the log complete: %v\n%s", got, config)
		}
	}
}

// TestUnprovenClicks: they open no window, or one that no status tells, and errors
// are hidden at none of them.
func TestUnprovenClicks(t *testing.T) {
	o := worldOptions(t, "2025-09-01")
	o.ErrorShare, o.Checks = 0.02, []string{"WA104"}
	proofs := func(o Options) (clicks, told int) {
		for text := range recordsOf(t, o) {
			r := flatOf(t, text)
			if r.Referral == "ad" {
				clicks++
			}
			if r.Pricing == typeFreeEntry {
				told++
			}
		}
		return clicks, told
	}
	clicks, told := proofs(o)
	o.Unproven = 1
	moreClicks, lessTold := proofs(o)
	if lessTold >= told*3/4 || moreClicks < clicks {
		t.Errorf("%d clicks and %d statuses of their windows, where none is in doubt %d and %d", moreClicks, lessTold, clicks, told)
	}
	if sum := simulate(t, o); sum.Errors[0].Count != 0 {
		t.Errorf("hidden where nobody can find them: %v", sum.Errors)
	}
}

// TestAnswerInFlight: what arrives first of the messages sent after the click is the
// answer; what was sent before it is charged.
func TestAnswerInFlight(t *testing.T) {
	p, names := play(t, "", []step{
		{at: "2024-03-05T09:00:00", user: "ad"},
		{at: "2024-03-05T08:59:00", m: "before", as: utility, got: "2024-03-05T09:01:00"},
		{at: "2024-03-05T09:05:00", m: "answer", as: "text", got: "2024-03-05T12:00:00"},
		{at: "2024-03-05T09:30:00", m: "first", as: marketing},
	})
	bills := billPair(p)
	for name, want := range map[string]string{"before": "charge:utility", "first": "free entry", "answer": "covered:referral_conversion"} {
		if got := told(&bills[names[name]].decision); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestChangedCategories(t *testing.T) {
	o := worldOptions(t, "2024-08-01")
	o.Changes = maxChanges
	sum := simulate(t, o)
	config := string(read(t, sum.Config))
	type change struct{ announced, told, from int64 }
	changes := map[string]*change{}
	noted := map[string]map[string]bool{}
	lines := bufio.NewScanner(bytes.NewReader(read(t, sum.Log)))
	for lines.Scan() {
		if r := flatOf(t, lines.Text()); r.Event == evRequest && r.Template != "" {
			if noted[r.WABA+r.Template] == nil {
				noted[r.WABA+r.Template] = map[string]bool{}
			}
			noted[r.WABA+r.Template][r.TemplateCategory] = true
		}
		var body struct {
			Entry []struct {
				ID      string
				Time    int64
				Changes []struct {
					Field string
					Value metaTemplateChange
				}
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		if len(body.Entry) == 0 || body.Entry[0].Changes[0].Field != "template_category_update" {
			continue
		}
		v := body.Entry[0].Changes[0].Value
		key := body.Entry[0].ID + v.Name
		if changes[key] == nil {
			changes[key] = &change{}
		}
		if v.Correct != "" {
			changes[key].announced, changes[key].from = body.Entry[0].Time, v.From
		} else {
			changes[key].told = body.Entry[0].Time
		}
	}
	if len(changes) != 2*(1+maxChanges) {
		t.Errorf("%d templates change", len(changes))
	}
	kinds := map[string]int{}
	for key, c := range changes {
		drifts := strings.HasSuffix(key, "points_balance")
		if !drifts {
			kinds[fmt.Sprint(c.announced != 0, c.told != 0)]++
		}
		if len(noted[key]) != 1 && !drifts {
			t.Errorf("%s is noted as %v", key, noted[key])
		}
		if c.announced != 0 && (c.announced >= c.from || c.told != 0 && c.told != c.from) {
			t.Errorf("%s: announced at %d for %d, told at %d", key, c.announced, c.from, c.told)
		}
	}
	if want := map[string]int{"false true": 4, "true true": 4, "true false": 2}; !maps.Equal(kinds, want) {
		t.Errorf("announced and told: %v, want %v", kinds, want)
	}
	if n := strings.Count(config, "name: case_update"); n != 2 {
		t.Errorf("the configuration has %d categories of case_update in two accounts", n)
	}
}

// TestCurrencies: each account is billed in its own, and where it is at home.
func TestCurrencies(t *testing.T) {
	o := billOptions(t, "2025-09-01", 2)
	o.Currencies, o.Contract, o.InvoiceErrors = []string{"EUR", "INR", "BRL"}, MadeUp, 0
	sum := simulate(t, o)
	config := string(read(t, sum.Config))
	for _, zone := range []string{"Europe/Berlin\n    currency: EUR", "Asia/Kolkata\n    currency: INR", "America/Sao_Paulo\n    currency: BRL"} {
		if !strings.Contains(config, "timezone: "+zone) {
			t.Errorf("no account has timezone: %s:\n%s", zone, config)
		}
	}
	currencies := map[string]string{}
	for _, name := range []string{"lines", "items", "daily"} {
		for _, r := range table(t, filepath.Join(o.Dir, "invoice-"+name+".csv")) {
			if was := currencies[r["waba_id"]]; was != "" && was != r["currency"] {
				t.Fatalf("%v: in two currencies", r)
			}
			currencies[r["waba_id"]] = r["currency"]
		}
	}
	if got := slices.Sorted(maps.Values(currencies)); !slices.Equal(got, []string{"BRL", "EUR", "INR"}) {
		t.Errorf("currencies: %v", got)
	}
}

// TestPartsOfBills: the bill lacks the lines of the part, and no others; a currency
// that is configured wrongly changes nothing in it.
func TestPartsOfBills(t *testing.T) {
	o := billOptions(t, "2025-09-10", 3)
	o.Invoices, o.InvoiceErrors = []string{Lines}, 0
	rows := func(lacks ...string) []record {
		p := o
		p.Dir, p.InvoiceLacks, p.Misconfigured = t.TempDir(), lacks, "BRL"
		sum := simulate(t, p)
		if config := string(read(t, sum.Config)); strings.Count(config, "currency: BRL") != 1 {
			t.Errorf("the first account is not configured in BRL:\n%s", config)
		}
		return table(t, sum.Invoices[0])
	}
	all := rows()
	accounts := map[string]bool{}
	for _, r := range all {
		accounts[r["waba_id"]] = true
	}
	first := slices.Min(slices.Collect(maps.Keys(accounts)))
	for part, has := range map[string]func(record) bool{
		LastAccount: func(r record) bool { return r["waba_id"] == first },
		LastMonth:   func(r record) bool { return r["date"] < "2025-10" },
	} {
		want := map[string]int{}
		for _, r := range all {
			if has(r) {
				want[whatOf(r)]++
			}
		}
		got := map[string]int{}
		for _, r := range rows(part) {
			got[whatOf(r)]++
		}
		if !maps.Equal(got, want) || len(got) == 0 || len(got) == len(all) {
			t.Errorf("%s: %d lines, want %d of %d", part, len(got), len(want), len(all))
		}
	}
}

func TestWorldsSameBytes(t *testing.T) {
	a := billOptions(t, "2025-09-01", 9)
	a.Dialect, a.Currencies, a.Contract = MetaCloud, []string{"EUR", "INR"}, MadeUp
	a.Outage, a.Lose, a.Cut, a.Unproven, a.Changes = 24*time.Hour, 0.1, 24*time.Hour, 0.5, 3
	b := a
	b.Dir = t.TempDir()
	sum := simulate(t, a)
	simulate(t, b)
	for _, path := range append(sum.Invoices, sum.InvoiceTruth, sum.Log, sum.Config, sum.Truth, filepath.Join(a.Dir, contractFile)) {
		if !bytes.Equal(read(t, path), read(t, filepath.Join(b.Dir, filepath.Base(path)))) {
			t.Errorf("%s differs", filepath.Base(path))
		}
	}
}

func TestWorldsRefused(t *testing.T) {
	o := Options{
		Messages: 1, From: date(t, "2025-09-01"), Dir: "x", Dialect: Flat, OutageAccount: true, Lose: 2, Cut: 31 * 24 * time.Hour, Unproven: -1,
		Changes: 1, Currencies: []string{"XXX"}, InvoiceLacks: []string{"year"},
	}
	err := o.Validate()
	if err == nil {
		t.Fatal("nothing is refused")
	}
	for _, want := range []string{
		"outage of an account: ", "lost share: 2", "cut: 744h0m0s", "unproven share: -1", "want the dialect meta-cloud", `currencies: "XXX"`,
		`what the bill lacks: "year"`, "invoices: missing",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not refused: %v", want, err)
		}
	}
}
