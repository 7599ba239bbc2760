package cmd

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"waudit/audit/check"
	"waudit/audit/result"
)

// TestBillExplanations holds what users read of bills to the facts: every explanation of
// WA701 to WA704 is taken apart into its sentences, and what these name is the finding's.
func TestBillExplanations(t *testing.T) {
	said := map[check.Phrase]bool{}
	billPhrases() // before scripts change the folder
	for _, extra := range [][]string{
		{"--currency", "EUR,INR,BRL", "--contract", "made-up"},
		{"--invoice-lacks", "account", "--outage", "5d"},
		{"--cut", "33d", "--lose", "3%"},
		{"--misconfigure", "INR"},
	} {
		t.Run(strings.Join(extra, " "), func(t *testing.T) {
			w := twoMonths(t, "2025-09-01", 3, extra...)
			for _, form := range billForms {
				w.lay(t, form, w.both()...).explained(t, said)
			}
			if extra[0] == "--invoice-lacks" { // the same bill beside a log that has less than it
				path := w.path("log.ndjson")
				first := w.accounts(t)[0]
				write(t, path, slices.DeleteFunc(lines(t, path), func(l string) bool { return strings.Contains(l, first) }))
				for _, form := range billForms {
					w.lay(t, form, w.both()...).explained(t, said)
				}
			}
		})
	}
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "*.txt"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, script := range scripts {
		explainScript(t, script, said)
	}
	for _, b := range billPhrases() {
		if !said[b] {
			t.Errorf("no bill says %q", b)
		}
	}
}

var reconciles = regexp.MustCompile(`(?m)^(?:exec|exits [01]) waudit ((?:reconcile|rates import) .*)$`)

// explainScript holds what the runs of a script explain to the facts.
func explainScript(t *testing.T, script string, said map[check.Phrase]bool) {
	t.Helper()
	a, err := txtar.ParseFile(script)
	if err != nil {
		t.Fatal(err)
	}
	runs := reconciles.FindAllSubmatch(a.Comment, -1)
	if runs == nil {
		return
	}
	t.Run(filepath.Base(script), func(t *testing.T) {
		t.Chdir(t.TempDir())
		for name, text := range scriptFiles {
			write(t, name, []string{strings.TrimSuffix(text, "\n")})
		}
		for _, f := range a.Files {
			if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, f.Name, []string{strings.TrimSuffix(string(f.Data), "\n")})
		}
		for _, args := range runs {
			command := strings.Fields(string(args[1]))
			if command[0] == "rates" { // a card that a run needs
				run(t, "", command...)
				continue
			}
			r := &told{}
			code, _, _ := run(t, "", append(command, "-f", "json", "-o", "told.json")...)
			if code == exitUsage {
				continue // of a file that a command of the script makes
			}
			text, err := os.ReadFile("told.json")
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &r.Reconciliation); err != nil {
				t.Fatal(err)
			}
			r.explained(t, said)
		}
	})
}

// billSlots are the forms of facts.
var billSlots = map[string]string{
	"money": `[A-Z]{3} -?[\d.]+|0\.0000`, "currency": `[A-Z]{3}|others`, "period": `\d{4}-\d\d(?:-\d\d)?(?: to \d{4}-\d\d-\d\d)?`, "volume": `[^:.]+?`,
	"count": `\d+`, "lines": `\d+ lines?`, "rows": `\d+ rows?`, "how": `[\w.' ]+?`, "account": `\S+`, "number": `\d+`, "whose": `account \S+|the accounts of the log`,
}

// sentence is a sentence of an explanation and the facts that it names.
type sentence struct {
	check.Phrase
	values map[string][]string
}

// billPhrases are all that there are, as the source lists them.
var billPhrases = sync.OnceValue(func() (all []check.Phrase) {
	text, err := os.ReadFile("../audit/check/phrase_bill.go")
	if err != nil {
		panic(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^\t\w+ +Phrase = "(.*)"$`).FindAllSubmatch(text, -1) {
		all = append(all, check.Phrase(m[1]))
	}
	return all
})

var billPatterns = sync.OnceValue(func() (all []*regexp.Regexp) {
	slot := regexp.MustCompile(`\\\{([a-z]+)\\\}`)
	for _, b := range billPhrases() {
		all = append(all, regexp.MustCompile("^"+slot.ReplaceAllStringFunc(regexp.QuoteMeta(string(b)), func(s string) string {
			return "(?P<" + s[2:len(s)-2] + ">" + billSlots[s[2:len(s)-2]] + ")"
		})+"(?: |$)"))
	}
	return all
})

// sentences takes an explanation apart, nil if it is not made of the sentences.
func sentences(text string) []sentence {
	for b, re := range billPatterns() {
		m := re.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		s := sentence{billPhrases()[b], map[string][]string{}}
		for i, name := range re.SubexpNames()[1:] {
			s.values[name] = append(s.values[name], m[i+1])
		}
		if len(m[0]) == len(text) {
			return []sentence{s}
		}
		if rest := sentences(text[len(m[0]):]); rest != nil {
			return append([]sentence{s}, rest...)
		}
	}
	return nil
}

// explained holds the explanations of a reconciliation to its facts.
func (r *told) explained(t *testing.T, said map[check.Phrase]bool) {
	t.Helper()
	for i := range r.Findings {
		f := &r.Findings[i]
		if !slices.Contains([]string{"WA701", "WA702", "WA703", "WA704"}, f.Check) {
			continue
		}
		all := sentences(f.Explanation)
		if all == nil {
			t.Errorf("%s: not made of sentences: %s", f.Check, f.Explanation)
		}
		for _, s := range all {
			said[s.Phrase] = true
			if !r.holds(f, &s) {
				t.Errorf("%s %s %+v: %q is not so\n  of: %s", f.Check, f.Verdict, f.Amount, s.Phrase, f.Explanation)
			}
		}
	}
}

// holds reports whether what a sentence names is the finding's.
func (r *told) holds(f *result.Finding, s *sentence) bool {
	amount, of := result.FindingAmount{}, s.values
	if f.Amount != nil {
		amount = *f.Amount
	}
	billed, due := amount.Currency+" "+amount.Reported, amount.Currency+" "+amount.Expected
	whole := r.left(f)
	named := func(name string, fact string) bool { return of[name] == nil || of[name][0] == fact }
	switch s.Phrase {
	case check.LineDiffers:
		return of["money"][0] == billed && (of["money"][1] == due || amount.Uncertain != "0.0000")
	case check.LineInOtherCurrency:
		return of["money"][0] == billed && of["currency"][0] == of["money"][1][:3] && of["currency"][0] != amount.Currency
	case check.LineNotSeen:
		return f.Check == "WA702" && f.Message != "" && amount.Reported[0] != '-'
	case check.CreditNotSeen:
		return f.Check == "WA702" && amount.Reported[0] == '-'
	case check.ItemNotSeen:
		return f.Check == "WA702" && f.Message == "" && f.User != ""
	case check.MessageNotBilled:
		return f.Check == "WA703" && f.Message != "" && (f.Amount == nil || amount.Reported == "0.0000")
	case check.RowsNotRead:
		rows := int64(0)
		for i := range r.Bills {
			rows += r.Bills[i].Rejected
		}
		return of["rows"][0] == check.Counted(rows, "row") && (f.Check == "WA703" || f.Check == "WA704")
	case check.LinesOtherIDs:
		return of["lines"][0] == check.Counted(r.Matching.NotSeen, "line") && f.Check == "WA703"
	case check.VolumeIsOther, check.VolumeOfNoDay:
		if of["count"][0] == of["count"][1] { // of approximate money no view is shown
			return of["money"][0] == billed && (of["money"][1] == due || amount.Uncertain != "0.0000")
		}
		return slices.ContainsFunc(r.Volumes, func(c result.Volume) bool {
			return c.Period == strings.Join(of["period"], "") && c.WABA == f.WABA && c.Number == f.Number && c.Category == f.Category && strings.Contains(of["volume"][0], c.Market) &&
				slices.Equal(of["count"], []string{strconv.FormatInt(c.Billed, 10), strconv.FormatInt(c.Log, 10)}) &&
				slices.Equal(of["money"], []string{strings.TrimSpace(c.Currency + " " + c.Amount), strings.TrimSpace(c.Currency + " " + c.Due)})
		})
	case check.BillScaled, check.BillTaxed, check.BillInOtherUnit:
		times, fee := 1.0, 0.0
		var err error
		if text, _, ok := strings.Cut(of["how"][0], " times"); ok {
			times, err = strconv.ParseFloat(text, 64)
		}
		if _, text, ok := strings.Cut(of["how"][0], " and "+amount.Currency+" "); ok {
			fee, err = strconv.ParseFloat(strings.Fields(text)[0], 64)
		}
		if strings.HasPrefix(of["how"][0], "above") {
			return amount.Uncertain != "0.0000"
		}
		reported, err1 := strconv.ParseFloat(amount.Reported, 64)
		expected, err2 := strconv.ParseFloat(amount.Expected, 64)
		return err == nil && err1 == nil && err2 == nil && math.Abs((expected*times+fee)/reported-1) < 0.05 && amount.Uncertain != "0.0000"
	case check.DaysLate, check.DaysEarly: // of a volume of one day
		return (f.Check == "WA704" || f.Check == "WA701") && regexp.MustCompile(`^\d{4}-\d\d-\d\d [^t]`).MatchString(f.Explanation)
	case check.InsteadOf:
		n, err := strconv.ParseInt(of["count"][0], 10, 64)
		return err == nil && n > 0 && (amount.Expected != "0.0000" || amount.Uncertain != "0.0000")
	case check.AccountNotInLog, check.NumberNotInLog, check.CurrencyUnknown, check.OtherCurrency:
		return whole != nil && strings.HasPrefix(of["lines"][0], strconv.FormatInt(whole.Lines, 10)+" line") && of["money"][0] == whole.Currency+" "+whole.Amount && named("account", whole.WABA) &&
			named("number", whole.Number) && (of["whose"] == nil || whole.WABA == "" || of["whose"][0] == "account "+whole.WABA) && f.Verdict == result.Uncertain &&
			(whole.Reason == "not_in_log") == (f.Check != "WA701")
	}
	return amount.Uncertain != "0.0000" || f.Verdict == result.Uncertain // what keeps it open
}

// left is what is left out that the finding tells.
func (r *told) left(f *result.Finding) *result.LeftOut {
	for i := range r.Scope.Left {
		if r.Scope.Left[i].Finding == f.ID {
			return &r.Scope.Left[i]
		}
	}
	return nil
}
