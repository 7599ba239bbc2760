package message

import (
	"testing"
	"unsafe"
)

// TestMessageIsSmall: a customer may have a million messages, which are in memory at once.
func TestMessageIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Message{}); size > 408 {
		t.Errorf("a message takes up %d bytes", size)
	}
}
