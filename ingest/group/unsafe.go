package group

import "unsafe"

// view returns b as a string without copying it, which makes decoding an event
// several times faster. The string changes with b, so a chunk must not be written to
// while events decoded from it are in use: it is only appended to until it is
// sealed, and is reused only after the last call that got its events has returned.
func view(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b))
}
