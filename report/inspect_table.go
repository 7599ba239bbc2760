package report

import (
	"cmp"
	"strconv"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

// inspectTable is the inspection that a person reads in a terminal.
func inspectTable(p *page.Page, in *Inspect, o Options) {
	v := &inspectView{Page: p, in: in, clock: newReportClock(o, in.named())}
	v.summary()
	v.files()
	v.events()
	v.accounts()
	v.limits()
	lines(p, "Ignored", in.Ignored, func(i *IgnoredRecords) { p.Hang("  ", page.Clean(i.Reason)+": "+counted(i.Records, "record")) })
	v.rejected()
	lines(p, "Unknown values", in.Unknown, func(u *UnknownValue) {
		p.Hang("  ", page.Clean(u.What)+" "+strconv.Quote(brief(u.Value))+": seen "+counted(u.Seen, "time")+", first at "+place(u.First.Path, u.First.Line))
	})
}

// inspectView is an inspection on its way to a page.
type inspectView struct {
	*page.Page
	in    *Inspect
	clock *reportClock
}

// summary says how much was read, and of what time.
func (v *inspectView) summary() {
	var sum inputTotals
	for i := range v.in.Inputs {
		f := &v.in.Inputs[i]
		sum.add(f.Skipped, &f.InputCounts, f.Signatures)
	}
	sum.list(v.Page, "")
	if p := v.in.Period; p.From != nil && p.To != nil {
		v.Text(0, "Events from "+v.clock.instant("", *p.From)+" to "+v.clock.instant("", *p.To))
	}
}

// files lists the files: first those that were read, then what is amiss.
func (v *inspectView) files() {
	columns := []page.Column{{Name: "file", Shrink: true}, {Name: "container"}, {Name: "dialect"}, {Name: "records", Right: true},
		{Name: "used", Right: true}, {Name: "ignored", Right: true}, {Name: "duplicates", Right: true}, {Name: "rejected", Right: true}}
	var rows [][]string
	var notes []string
	for _, f := range v.in.Inputs {
		if f.Skipped != "" {
			notes = append(notes, "skipped "+page.Clean(f.Path)+": "+page.Clean(f.Skipped))
			continue
		}
		if f.Incomplete != "" {
			notes = append(notes, v.Paint(page.Red, "incomplete ")+page.Clean(f.Path)+": "+page.Clean(f.Incomplete))
		}
		container := page.Clean(f.Container)
		if f.Compression != "" {
			container += " (" + page.Clean(f.Compression) + ")"
		}
		rows = append(rows, []string{page.Clean(f.Path), container, page.Clean(f.Dialect), count(f.Records),
			count(f.Used), count(f.Ignored), count(f.Duplicates), count(f.Rejected)})
	}
	if len(rows) > 0 {
		section(v.Page, "Files")
		v.Table(2, columns, rows[:min(len(rows), maxListed)])
		more(v.Page, "  ", len(rows))
	}
	if len(notes) > 0 {
		v.notes(notes)
	}
}

// notes lists what is amiss with files.
func (v *inspectView) notes(notes []string) {
	v.Blank()
	for _, note := range notes[:min(len(notes), maxListed)] {
		v.Hang("  ", note)
	}
	more(v.Page, "  ", len(notes))
}

// events counts what the records hold; kinds of which there is none are named
// too, for they say what the log cannot show.
func (v *inspectView) events() {
	n := &v.in.Events
	section(v.Page, "Events")
	v.Items("  ",
		phrase("inbound "+count(n.Inbound)), phrase("call "+count(n.Call)), phrase("accepted call "+count(n.AcceptedCall)),
		phrase("request "+count(n.Request)), phrase("sent "+count(n.Sent)), phrase("delivered "+count(n.Delivered)),
		phrase("read "+count(n.Read)), phrase("failed "+count(n.Failed)), phrase("echo "+count(n.Echo)),
		phrase("charge "+count(n.Charge)))
}

// named lists what is configured of the accounts.
func (in *Inspect) named() []result.AccountLabel {
	var all []result.AccountLabel
	for _, a := range in.Accounts {
		all = append(all, result.AccountLabel{WABA: a.WABA, Name: a.Name, Timezone: a.Timezone})
	}
	return all
}

func (v *inspectView) accounts() {
	names := namesOf(&result.Run{Accounts: v.in.named()})
	lines(v.Page, "Accounts", v.in.Accounts, func(a *InspectAccount) {
		items := []string{phrase("account " + names.full(a.WABA)), counted(a.Users, "user")}
		for _, n := range a.Numbers[:min(len(a.Numbers), maxListed)] {
			items = append(items, phrase("number "+brief(n)))
		}
		if left := len(a.Numbers) - maxListed; left > 0 {
			items = append(items, phrase("… and "+counted(int64(left), "more number")))
		}
		v.Items("  ", items...)
	})
}

// limits says what the dialects of the files do not tell, and which checks
// cannot run for it.
func (v *inspectView) limits() {
	if len(v.in.Dialects) == 0 {
		return
	}
	section(v.Page, "Not recorded by this format")
	for _, d := range v.in.Dialects {
		lacks := cmp.Or(strings.Join(d.Lacks, ", "), "nothing")
		v.Hang("  ", page.Clean(d.Dialect)+": "+page.Clean(lacks))
	}
	if len(v.in.CannotRun) > 0 {
		section(v.Page, "Checks that cannot run")
		listNotRun(v.Page, v.in.CannotRun)
	}
}

func (v *inspectView) rejected() {
	lines(v.Page, "Rejected", v.in.Rejected, func(r *Rejected) {
		where := place(r.Path, r.Line)
		if r.At != "" {
			where += " at " + page.Clean(r.At)
		}
		v.Hang("  ", where+": "+v.Paint(page.Red, page.Clean(r.Reason)))
		if r.Sample != "" {
			v.Clip("    ", page.Clean(r.Sample))
		}
	})
}

// place is where something stands in a file, as editors take it.
func place(path string, line uint32) string {
	return strings.ReplaceAll(page.Clean(path), " ", page.NoBreak) + ":" + strconv.FormatUint(uint64(line), 10)
}
