package audit

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/message"
	"waudit/audit/verdict"
)

// templateKey is a template of an account.
type templateKey struct{ WABA, Name string }

// templateCharges is when a template was charged: in the category that the house has noted
// for it, and in others. Unix milliseconds.
type templateCharges struct {
	Noted int64 // the last time
	First int64 // the first time in another one, 0: never
	N     int64 // how many times in another one
}

// templates are charges by template, of accounts whose log is not said to be complete: it
// may lack the notice of a change.
type templates map[templateKey]templateCharges

// see notes how a message is charged.
func (t templates) see(v *verdict.JudgedPair, d verdict.Decided) {
	m, c := d.Message, templateCharges{}
	switch other := verdict.MismatchedCategory(d.Decision); {
	case m.Name == "" || !m.Arrived || v.Account.CompleteBefore(m.Sent.Lo) || !d.Paid():
		return
	case other:
		c.First, c.N = m.Delivered.Lo, 1
	case m.Source != message.CategoryReported && d.Category.Template() && m.Reported.Category.Base() == d.Category.Base():
		c.Noted = m.Delivered.Lo
	default:
		return
	}
	t.add(templateKey{v.Account.ID, m.Name}, c)
}

func (t templates) add(k templateKey, c templateCharges) {
	own, known := t[k]
	if !known {
		k.Name = strings.Clone(k.Name) // which may be valid for a pair only
	}
	if c.First != 0 && (own.First == 0 || c.First < own.First) {
		own.First = c.First
	}
	own.Noted, own.N = max(own.Noted, c.Noted), own.N+c.N
	t[k] = own
}

func (t templates) merge(o templates) {
	for k, c := range o {
		t.add(k, c)
	}
}

// changed reports whether the category of a template may have changed without a notice in
// the log: since some time all charges, several, are in another than the noted one.
func (t templates) changed(k templateKey) bool {
	c := t[k]
	return c.N > 1 && c.Noted < c.First
}

// templateCount is one entry of templates.
type templateCount struct {
	WABA  string `json:"waba"`
	Name  string `json:"name"`
	Noted int64  `json:"noted,omitempty"`
	First int64  `json:"first,omitempty"`
	N     int64  `json:"n,omitempty"`
}

// export lists the templates in an order of their own.
func (t templates) export() []templateCount {
	var all []templateCount
	for k, c := range t {
		all = append(all, templateCount{k.WABA, k.Name, c.Noted, c.First, c.N})
	}
	slices.SortFunc(all, func(a, b templateCount) int { return cmp.Or(cmp.Compare(a.WABA, b.WABA), cmp.Compare(a.Name, b.Name)) })
	return all
}

func (t templates) adopt(all []templateCount) {
	for _, c := range all {
		t.add(templateKey{c.WABA, c.Name}, templateCharges{c.Noted, c.First, c.N})
	}
}
