package check

import (
	"bytes"
	"fmt"

	"waudit/audit/era"
)

// Rules returns the tables by which the program decides as one text, for a hash by
// which two versions of them can be told apart: eras, dated changes, clauses, checks.
func Rules() []byte {
	var b bytes.Buffer
	for _, e := range era.Eras() {
		fmt.Fprintf(&b, "era %q from %d %q %q %q tier %+v %t %t %t %t\n", e.Name, e.From, e.Country, e.Unit, e.Model, e.FreeTier, e.OneConversation, e.Notifications, e.UtilityFree, e.ServiceCharged)
		for _, c := range e.Clauses {
			fmt.Fprintf(&b, "clause {%q %q %q}\n", c.Number, c.Text, c.Sure)
		}
	}
	for _, c := range era.Changes() {
		fmt.Fprintf(&b, "change %d %s %q %s %t\n", c.Change, c.Date, c.Text, c.Sure, c.ZoneUnstated)
	}
	for _, c := range Documented() {
		fmt.Fprintf(&b, "check %s %s %s %q\n", c.ID, c.Name, c.Severity, c.Doc)
	}
	return b.Bytes()
}
