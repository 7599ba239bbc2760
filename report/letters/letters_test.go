package letters_test

import (
	"testing"

	"waudit/report/letters"
)

// The font has Latin, Greek and Cyrillic letters; others are escapes, never boxes.
func TestDrawable(t *testing.T) {
	if got, want := letters.Drawable("Ünï Жω\u202eन🙂"), `Ünï Жω\u202e\u0928\U0001f642`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
