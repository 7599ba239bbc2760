//go:build !linux

package group

// wantHugePages does nothing where the system decides by itself.
func wantHugePages([]byte) {}
