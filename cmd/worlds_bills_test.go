package cmd

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waudit/audit/result"
)

// eachWorld runs a test on the bills of several eras, in every form, and in several
// currencies.
func eachWorld(t *testing.T, extra []string, hold func(t *testing.T, w *world, form string)) {
	t.Helper()
	seeds, _ := size()
	eras := []string{"2024-08-01", "2025-09-01", "2026-10-01"}
	if testing.Short() {
		eras = eras[2:]
	}
	for i, from := range eras {
		for seed := range seeds {
			t.Run(fmt.Sprint(from, " ", seed+1), func(t *testing.T) {
				t.Parallel()
				flags := extra
				if (i+seed)%2 == 1 {
					flags = append(slices.Clone(extra), "--currency", "EUR,INR,BRL", "--contract", "made-up")
				}
				w := twoMonths(t, from, seed+1, flags...)
				for _, form := range billForms {
					t.Run(form, func(t *testing.T) { hold(t, w, form) })
				}
			})
		}
	}
}

func everyLie(*lie) bool { return true }

// TestBillOfTheLog: a bill that fits the log is compared whole.
func TestBillOfTheLog(t *testing.T) {
	eachWorld(t, nil, func(t *testing.T, w *world, form string) {
		r := w.lay(t, form, w.both()...)
		r.within(t, w.dueBack(t, everyLie))
		r.expects(t, w, w.due(t, w.path("log.ndjson"), w.both()...))
	})
}

// TestBillWithoutAnAccount: of an account that the bill does not have nothing is said.
func TestBillWithoutAnAccount(t *testing.T) {
	eachWorld(t, []string{"--invoice-lacks", "account"}, func(t *testing.T, w *world, form string) {
		r := w.lay(t, form, w.both()...)
		r.within(t, w.dueBack(t, everyLie))
		all := w.accounts(t)
		last := all[len(all)-1]
		r.accuse(t, func(f *result.Finding) bool { return f.WABA == last })
		path := filepath.Join(t.TempDir(), "log.ndjson")
		write(t, path, slices.DeleteFunc(lines(t, w.path("log.ndjson")), func(l string) bool { return strings.Contains(l, last) }))
		r.expects(t, w, w.due(t, path, w.both()...))
	})
}

// TestLogOfAMonthMore: of a month that the bill does not have nothing is said, and what
// is due is that of the other.
func TestLogOfAMonthMore(t *testing.T) {
	eachWorld(t, []string{"--invoice-lacks", "month"}, func(t *testing.T, w *world, form string) {
		r := w.lay(t, form)
		r.within(t, w.dueBack(t, everyLie))
		next := w.month(1)
		r.accuse(t, func(f *result.Finding) bool { return f.ChargedAt != nil && *f.ChargedAt >= next+"-01T14" })
		r.expects(t, w, w.due(t, w.path("log.ndjson"), "--period", w.month(0)))
	})
}

// TestBillOfAMonthMore: what the log does not reach is worth nothing.
func TestBillOfAMonthMore(t *testing.T) {
	eachWorld(t, []string{"--cut", "33d"}, func(t *testing.T, w *world, form string) {
		r := w.lay(t, form, w.both()...)
		reached := w.from.AddDate(0, 0, 33).Format(time.DateOnly)
		r.within(t, w.dueBack(t, func(l *lie) bool { return l.Day >= reached }))
		r.expects(t, w, w.due(t, w.path("log.ndjson"), w.both()...))
	})
}

// TestBillOfAnotherPeriod: a bill outside the judged period ends with 3 and claims
// nothing; of one that reaches out of it only what lies in it is compared.
func TestBillOfAnotherPeriod(t *testing.T) {
	eachWorld(t, []string{"--invoice-lacks", "month"}, func(t *testing.T, w *world, form string) {
		for _, period := range []string{w.month(1), w.month(-1)} {
			r := w.lay(t, form, "--period", period)
			if r.code != exitIncomplete {
				t.Errorf("%s: exit code %d", period, r.code)
			}
			r.within(t, purse{})
			r.accuse(t, func(*result.Finding) bool { return true })
		}
	})
}

// TestPeriodOfAPartOfTheBill: what of the bill lies outside the period is named only.
func TestPeriodOfAPartOfTheBill(t *testing.T) {
	eachWorld(t, nil, func(t *testing.T, w *world, form string) {
		r := w.lay(t, form, "--period", w.month(1))
		r.within(t, w.dueBack(t, func(l *lie) bool { return l.Day[:7] == w.month(1) }))
		r.expects(t, w, w.due(t, w.path("log.ndjson"), "--period", w.month(1)))
	})
}

// TestBillInAnotherCurrency: what cannot be compared accuses nobody.
func TestBillInAnotherCurrency(t *testing.T) {
	eachWorld(t, []string{"--misconfigure", "INR"}, func(t *testing.T, w *world, form string) {
		r := w.lay(t, form)
		first := w.accounts(t)[0]
		r.within(t, w.dueBack(t, func(l *lie) bool { return l.WABA != first }))
		r.accuse(t, func(f *result.Finding) bool { return f.WABA == first && f.Verdict == result.Overcharge })
	})
}

// TestIgnoredFinding: what is accepted leaves the claim with its money, and the rest
// adds up as before.
func TestIgnoredFinding(t *testing.T) {
	eachWorld(t, nil, func(t *testing.T, w *world, form string) {
		before := w.lay(t, form)
		i := slices.IndexFunc(before.Findings, func(f result.Finding) bool { return f.Verdict == result.Overcharge && f.Amount != nil })
		if i < 0 {
			t.Fatal("nothing is claimed")
		}
		accepted := before.Findings[i]
		text, err := os.ReadFile(w.config)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		list := filepath.Join(dir, "accepted.yaml")
		write(t, list, []string{"ignore: [{id: " + accepted.ID + ", reason: agreed}]"})
		of := *w
		of.config = filepath.Join(dir, "waudit.yaml")
		write(t, of.config, []string{string(text), "ignore: accepted.yaml"})
		if card, err := os.ReadFile(w.path("contract.csv")); err == nil {
			write(t, filepath.Join(dir, "contract.csv"), []string{string(card)})
		}
		after := of.lay(t, form)
		if slices.ContainsFunc(after.Findings, func(f result.Finding) bool { return f.ID == accepted.ID }) {
			t.Errorf("%s is told all the same", accepted.Check)
		}
		less := maps.Clone(before.claimed)
		less[accepted.Amount.Currency] -= parsedAmount(t, accepted.Amount.Overcharged)
		after.claimed.equal(t, "the claim without it", less)
		after.expected(t).equal(t, "what is due without it", before.expected(t))
	})
}

// TestBillOfADamagedLog: what the log lost is no proof against the bill.
func TestBillOfADamagedLog(t *testing.T) {
	for _, damage := range [][]string{{"--outage", "5d"}, {"--outage", "40h", "--outage-account"}, {"--lose", "3%"}} {
		t.Run(strings.Join(damage, " "), func(t *testing.T) {
			eachWorld(t, damage, func(t *testing.T, w *world, form string) {
				w.lay(t, form, w.both()...).within(t, w.dueBack(t, everyLie))
			})
		})
	}
}
