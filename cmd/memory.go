package cmd

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// memoryLimit is what grouping may take up, in bytes.
func (f *readFlags) memoryLimit() int64 {
	if f.memory > 0 {
		return int64(f.memory)
	}
	return machineMemory() / 4
}

// machineMemory is the machine's memory in bytes, 8 GiB where it does not say.
func machineMemory() int64 {
	const unknown = 8 << 30
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return unknown
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && fields[0] == "MemTotal:" {
			if kb, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
				return kb << 10
			}
		}
	}
	return unknown
}
