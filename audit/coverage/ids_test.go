package coverage

import (
	"testing"

	"waudit/audit/event"
)

// TestIDs: which ids can be none of a log's.
func TestIDs(t *testing.T) {
	const id = "wamid.HBgMOTE1MDg5NDc0NTgyFQIAERgUMzlFNzMzNDgzNEQy"
	for _, x := range []struct {
		log, of string
		foreign bool
	}{
		{id, "wamid.HBgMOTE1MDg5NDc0NTgyFQIAERgUMDcyMjk2REQxQkU5", false},
		{id, "0b9f6b1e-7d3b-4b51-9a7e-1b2c3d4e5f60", true},
		{id, "HBgMOTE1MDg5NDc0NTgyFQIAERgUMDcyMjk2REQxQkU5", true},
		{id, "wamid.hbgmote1mdg5ndc0ntgyfqiaergumdcymjk2rerxqku5", true},
		{id, "wamid.HBGMOTE1MDG5NDC0NTGYFQIAERGUMDCYMJK2RERXQKU5", true},
		{"SM1", "SM2", false},
		{"SM1", id, true},
		{"wamid.a1", "wamid.b", false},
		{"", "SM1", false},
	} {
		c := NewCensus()
		c.See(&event.Event{Kind: event.Inbound, Message: "of the customer", Time: 1})
		c.See(&event.Event{Kind: event.Charge, Message: "of a bill", Time: 1})
		c.See(&event.Event{Kind: event.Sent, Message: x.log, Time: 1})
		of := NewCensus()
		of.Merge(c)
		of = of.Data().Census()
		if got := of.IDs.Foreign(x.of); got != x.foreign {
			t.Errorf("%s beside %s: %v", x.of, x.log, got)
		}
	}
}
