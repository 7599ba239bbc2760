package textlog

import (
	"bytes"
	"time"
)

// lineTime is when the line says that it was written, in RFC 3339, "" if it
// does not say, or not in which zone: without that it is no instant.
func lineTime(line []byte) string {
	line = bytes.TrimLeft(line, " \t[\"")
	if written := leadingTime(line); written != "" {
		return written
	}
	return accessTime(line)
}

// leadingTime reads an ISO date and time at the beginning of a line.
func leadingTime(line []byte) string {
	const second = len(time.DateTime)
	if len(line) <= second || !isDigits(line[:4]) || line[4] != '-' {
		return ""
	}
	text := string(line[:len(time.DateOnly)]) + "T" + string(line[len("2006-01-02T"):second])
	end := second
	if line[end] == '.' || line[end] == ',' {
		for end++; end < len(line) && isDigits(line[end:end+1]); end++ {
		}
		text += "." + string(line[second+1:end])
	}
	zone := bytes.TrimLeft(line[end:], " ")
	if len(zone) < 2 || bytes.IndexByte([]byte("ZU+-"), zone[0]) < 0 || zone[0] == '-' && !isDigits(zone[1:2]) {
		return ""
	}
	for _, layout := range [...]string{"Z07:00", "Z0700", "UTC"} {
		size := len(layout)
		if layout != "UTC" && bytes.HasPrefix(zone, []byte("Z")) {
			size = 1
		}
		if len(zone) < size {
			continue
		}
		if t, err := time.Parse("2006-01-02T15:04:05"+layout, text+string(zone[:size])); err == nil {
			return t.Format(time.RFC3339Nano)
		}
	}
	return ""
}

// accessTime reads the time of a line of an access log, "[01/Oct/2026:10:00:00
// +0000]".
func accessTime(line []byte) string {
	const layout = "02/Jan/2006:15:04:05 -0700"
	open := bytes.IndexByte(line, '[')
	if open < 0 || len(line) <= open+1+len(layout) || line[open+1+len(layout)] != ']' {
		return ""
	}
	t, err := time.Parse(layout, string(line[open+1:][:len(layout)]))
	if err != nil {
		return ""
	}
	return t.Format(time.RFC3339)
}

func isDigits(text []byte) bool {
	for _, c := range text {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}
