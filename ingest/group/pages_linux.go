package group

import (
	"syscall"
	"unsafe"
)

// hugePage is the size of a huge page on the machines where it matters, in
// bytes.
const hugePage = 2 << 20

// wantHugePages asks the system to back the slab, which nobody has touched yet,
// by huge pages. That it may refuse costs time only.
func wantHugePages(slab []byte) {
	start := int(-uintptr(unsafe.Pointer(unsafe.SliceData(slab))) % hugePage)
	if size := (len(slab) - start) &^ (hugePage - 1); size > 0 {
		_ = syscall.Madvise(slab[start:start+size], syscall.MADV_HUGEPAGE)
	}
}
