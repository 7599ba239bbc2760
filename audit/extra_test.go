package audit_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waudit/audit"
	"waudit/audit/money"
	"waudit/audit/result"
)

// drawBilled draws messages of two conversations, with lines of bills and credits.
func drawBilled(t *rapid.T) *timeline {
	day := rapid.SampledFrom([]string{"2022-06-01", "2023-08-01", "2025-09-08", "2026-10-10"}).Draw(t, "day")
	now, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	tl := &timeline{Timezone: "UTC", Blind: rapid.Bool().Draw(t, "blind")}
	tl.Card = rapid.SampledFrom([]string{"", "meta"}).Draw(t, "card")
	for i := range rapid.IntRange(1, 6).Draw(t, "messages") {
		now = now.Add(time.Duration(rapid.IntRange(1, 20*60).Draw(t, "wait")) * time.Minute)
		if rapid.IntRange(0, 3).Draw(t, "inbound") == 0 {
			tl.Events = append(tl.Events, moment{At: now, User: "message", Via: rapid.SampledFrom([]string{"", "ad"}).Draw(t, "via")})
			continue
		}
		delivered := now.Add(time.Second)
		m := moment{At: now, Send: fmt.Sprint("m", i), Template: rapid.SampledFrom([]string{"marketing", "utility"}).Draw(t, "template")}
		if rapid.IntRange(0, 9).Draw(t, "failed") == 0 {
			m.Failed = true
		} else {
			m.Delivered = &delivered
		}
		if now.Year() < 2024 {
			m.Reported = &reported{Model: "CBP", Category: m.Template, Billable: new(true), Conversation: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "conversation")}
		}
		m.Lines = rapid.SliceOfN(rapid.Custom(drawBillLine), 0, 3).Draw(t, "lines")
		tl.Events = append(tl.Events, m)
	}
	return tl
}

func drawBillLine(t *rapid.T) billLine {
	return billLine{
		Amount: rapid.SampledFrom([]string{"0.05", "0.05", "0.0625", "-0.05"}).Draw(t, "amount"),
		ID:     rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "id"),
		File:   rapid.Uint32Range(0, 1).Draw(t, "file"),
	}
}

// TestMoneyIsToldOnce: the lines of bills come to what is reported; that is what
// should have been charged and what is too much; and the findings tell all that
// is too much, once.
func TestMoneyIsToldOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tl := drawBilled(rt)
		if len(tl.Events) == 0 {
			return
		}
		var billed int64
		for _, m := range tl.Events {
			for _, l := range m.Lines {
				billed += parseAmount(t, l.Amount)
			}
		}
		decisions, found := tl.audit(t)
		verdicts := map[result.Verdict]int64{}
		for _, d := range decisions {
			verdicts[d.Verdict]++
		}
		if v := found.Totals.Verdicts; v.Overcharge != verdicts[result.Overcharge] || v.Uncertain != verdicts[result.Uncertain] || v.OK != verdicts[result.OK] {
			rt.Fatalf("totals %+v, messages %v", v, verdicts)
		}
		var reported, over int64
		for _, a := range found.Totals.Amounts {
			checkSums(t, rt, a)
			reported, over = reported+parseAmount(t, a.Reported), over+parseAmount(t, a.Overcharged)
		}
		if reported != billed {
			rt.Fatalf("%s reported, and the lines come to %s", money.Format(money.Of(reported), 4), money.Format(money.Of(billed), 4))
		}
		if told := toldOver(t, rt, found); told != over {
			rt.Fatalf("%s overcharged, and the findings tell %s: %s", money.Format(money.Of(over), 4), money.Format(money.Of(told), 4), listed(found))
		}
	})
}

// toldOver sums up what the findings call overcharged.
func toldOver(t *testing.T, rt *rapid.T, found *audit.Findings) (sum int64) {
	ids := map[string]bool{}
	for i := range found.Findings {
		f := &found.Findings[i]
		if ids[f.ID] {
			rt.Fatalf("two findings %s", f.ID)
		}
		ids[f.ID] = true
		a := f.Amount
		if a == nil {
			continue
		}
		checkSums(t, rt, result.Amounts{Currency: a.Currency, Reported: a.Reported, Expected: a.Expected, Overcharged: a.Overcharged, Undercharged: a.Undercharged, Uncertain: a.Uncertain})
		if f.Verdict == result.Uncertain && parseAmount(t, a.Overcharged) != 0 {
			rt.Fatalf("uncertain, and %s overcharged: %s", a.Overcharged, f.Explanation)
		}
		sum += parseAmount(t, a.Overcharged)
	}
	return sum
}

func checkSums(t *testing.T, rt *rapid.T, a result.Amounts) {
	t.Helper()
	if parseAmount(t, a.Reported) != parseAmount(t, a.Expected)+parseAmount(t, a.Overcharged)-parseAmount(t, a.Undercharged)+parseAmount(t, a.Uncertain) {
		rt.Fatalf("%+v does not add up", a)
	}
}

func listed(found *audit.Findings) (out []string) {
	for i := range found.Findings {
		f := &found.Findings[i]
		if f.Amount != nil {
			out = append(out, fmt.Sprintf("%s %s %s over %s uncertain %s", f.Check, f.Message, f.Verdict, f.Amount.Overcharged, f.Amount.Uncertain))
		}
	}
	return out
}
