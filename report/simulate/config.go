package simulate

import (
	"bytes"
	"fmt"
	"time"
)

// config returns waudit.yaml: every fact about the accounts that an outcome
// can depend on, so that nothing is uncertain for want of one.
func (w *world) config(t *tiers) []byte {
	out := &bytes.Buffer{}
	fmt.Fprintf(out, "# Written by waudit simulate, with the log beside it.\naccounts:\n")
	for _, a := range w.accounts {
		fmt.Fprintf(out, "  %q:\n    name: %q\n    timezone: %s\n    currency: %s\n", a.id, a.name, a.zone, w.configured(a))
		if w.prices != nil {
			fmt.Fprintf(out, "    rates: %s\n", w.prices.file())
		}
		if w.whole() {
			fmt.Fprintf(out, "    complete_from: %s\n", flatTime(a.from()))
		}
		fmt.Fprintf(out, "    primary_location: %s\n", a.country.iso)
		fmt.Fprintf(out, "    partner_served: false\n    ai_provider: false\n    exempt: false\n    auth_international: %s\n", w.abroad(a))
		writeUsed(out, "    ", w.known(t.usedBy(a, nil)))
		fmt.Fprintf(out, "    numbers:\n")
		for _, n := range a.numbers {
			used := w.known(t.usedBy(a, n))
			if len(used) == 0 {
				fmt.Fprintf(out, "      %q: {}\n", n.id)
				continue
			}
			fmt.Fprintf(out, "      %q:\n", n.id)
			writeUsed(out, "        ", used)
		}
	}
	out.Write(w.channelAccounts())
	fmt.Fprintf(out, "templates:\n")
	for _, a := range w.accounts {
		for _, tpl := range a.templates() {
			known := time.Unix(a.from(), 0).In(a.cal.zone).AddDate(-1, 0, 0).Format(time.DateOnly)
			writeTemplate(out, a, tpl.name, tpl.category, known)
			if tpl.changed != 0 && !tpl.stale {
				writeTemplate(out, a, tpl.name, tpl.later, flatTime(tpl.changed))
			}
		}
	}
	return out.Bytes()
}

// usedMonth is an entry of free_used.
type usedMonth struct{ month, units int }

// usedBy lists, by month, the free units that an account, or one of its
// numbers, spent on what is not in the log. The month in which the log begins
// is listed even at zero, for the log alone does not show that it was zero.
func (t *tiers) usedBy(a *account, n *number) []usedMonth {
	var list []usedMonth
	for _, key := range t.sorted {
		ours := !key.perNumber && key.index == a.index
		if n != nil {
			ours = key.perNumber && key.index == n.index
		}
		used := t.months[key].used
		if ours && (used > 0 || key.month == a.cal.month(a.from())) {
			list = append(list, usedMonth{key.month, used})
		}
	}
	return list
}

func writeUsed(out *bytes.Buffer, indent string, used []usedMonth) {
	if len(used) == 0 {
		return
	}
	fmt.Fprintf(out, "%sfree_used: {", indent)
	for i, u := range used {
		if i > 0 {
			out.WriteString(", ")
		}
		fmt.Fprintf(out, "\"%04d-%02d\": %d", u.month/12, u.month%12+1, u.units)
	}
	out.WriteString("}\n")
}

func writeTemplate(out *bytes.Buffer, a *account, name, category, from string) {
	fmt.Fprintf(out, "  - {waba: %q, name: %s, category: %s, from: %s}\n", a.id, name, category, from)
}
