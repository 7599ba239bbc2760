package report

import "io"

// inspectJSON is the canonical form, waudit.inspect/v1.
func inspectJSON(w io.Writer, in *Inspect, _ Options) error {
	c := *in
	c.Inputs = list(c.Inputs)
	c.Ignored = list(c.Ignored)
	c.Rejected = list(c.Rejected)
	c.Unknown = list(c.Unknown)
	c.Dialects = make([]DialectLimits, len(in.Dialects))
	for i, d := range in.Dialects {
		d.Tells, d.Lacks = list(d.Tells), list(d.Lacks)
		c.Dialects[i] = d
	}
	c.CannotRun = list(c.CannotRun)
	c.Accounts = make([]InspectAccount, len(in.Accounts))
	for i, a := range in.Accounts {
		a.Numbers = list(a.Numbers)
		c.Accounts[i] = a
	}
	return indented(w, "").Encode(&c)
}
