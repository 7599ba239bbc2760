package dialect

import "testing"

// A contact in another form of the user's phone is the same user; one with
// another phone is not.
func TestCompleteForms(t *testing.T) {
	who := identity{phone: "551187654321"}
	if got := who.complete(identity{phone: "5511987654321", userID: "BR.1"}, false); got.userID != "BR.1" || got.phone != who.phone {
		t.Errorf("got %+v, want the id of the contact and the phone as it was", got)
	}
	if got := who.complete(identity{phone: "551187654322", userID: "BR.2"}, true); got != who {
		t.Errorf("got %+v: another user's contact was taken", got)
	}
}
