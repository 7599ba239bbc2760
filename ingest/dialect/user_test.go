package dialect_test

import (
	"testing"

	"waudit/ingest/dialect"
)

// A contact in another form of the user's phone is the same user; one with
// another phone is not.
func TestCompleteForms(t *testing.T) {
	who := dialect.Identity{Phone: "551187654321"}
	if got := who.Complete(dialect.Identity{Phone: "5511987654321", UserID: "BR.1"}, false); got.UserID != "BR.1" || got.Phone != who.Phone {
		t.Errorf("got %+v, want the id of the contact and the phone as it was", got)
	}
	if got := who.Complete(dialect.Identity{Phone: "551187654322", UserID: "BR.2"}, true); got != who {
		t.Errorf("got %+v: another user's contact was taken", got)
	}
}
