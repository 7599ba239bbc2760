package cmd

import "github.com/KimMachineGun/automemlimit/memlimit"

// memoryLimit is what grouping may take up, in bytes.
func (f *readFlags) memoryLimit() int64 {
	if f.memory > 0 {
		return int64(f.memory)
	}
	return available(memlimit.FromSystem, memlimit.FromCgroup) / 4
}

// available is the least memory that the machine or the container says it has, in
// bytes; 8 GiB where neither does.
func available(sources ...memlimit.Provider) int64 {
	const unknown = 8 << 30
	var least uint64
	for _, ask := range sources {
		if bytes, err := ask(); err == nil && (least == 0 || bytes < least) {
			least = bytes
		}
	}
	if least == 0 {
		return unknown
	}
	return int64(least)
}
