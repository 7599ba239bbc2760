package container

import "bytes"

// A broken record does not say where it ends. Reading goes on at the next line
// that begins with a record and is indented no further than the line on which
// the broken one began: what is indented further is a part of it. Closing
// brackets may stand in front, as in "}, {".

// maxPrefix is how many bytes of white space and brackets a line may begin with
// to be looked at, so that it need not be held if there is nothing else on it.
const maxPrefix = 1 << 10

// goBack chooses where the search for the next record begins: after the first byte
// of the broken one, because with a bracket or quote missing it may have swallowed
// others before the fault was found. To bound the work for hostile files, bytes are
// read four times on average at most; beyond that the search begins on the line of
// the fault.
func (r *valueReader) goBack() {
	r.state = lost
	if r.long {
		return
	}
	back := int64(r.pos - r.start)
	if r.reread+back <= 4*(r.base+int64(r.pos)) {
		r.reread += back
		r.pos = r.start
	} else if feed := bytes.LastIndexByte(r.window[r.start:r.pos], '\n'); feed >= 0 {
		r.pos = r.start + feed
	}
}

// resync goes on to the next record and hands out what comes before it as one.
// It returns false if that takes more than the window holds.
func (r *valueReader) resync(b *Block) bool {
	for {
		feed := bytes.IndexByte(r.window[r.pos:], '\n')
		if feed < 0 {
			r.pos = len(r.window)
			break
		}
		line := r.pos + feed + 1
		next, ok := r.recordOnLine(line)
		if ok {
			r.resume(b, line, next)
			return true
		}
		if next == len(r.window) && r.err == nil {
			r.pos += feed // the line is not known in full
			break
		}
		r.pos = line
	}
	switch {
	case r.err != nil:
		r.record.Unended = true
		r.endRecord(b, len(r.window))
		return true
	case r.long:
		r.count(r.pos)
	case int64(r.pos-r.start) > r.limits.MaxRecord:
		r.tooLong()
	}
	return false
}

// resume ends the broken record where the next one begins, on the line that
// begins at index line.
func (r *valueReader) resume(b *Block, line, next int) {
	if r.window[next] == '[' {
		r.inArray = false
	}
	r.record.Lost = false
	r.endRecord(b, next)
	r.indent = indentation(r.window[line:next])
}

// recordOnLine returns the index of the first byte of the line that begins at
// index line, white space and closing brackets aside, and whether it begins a
// record.
func (r *valueReader) recordOnLine(line int) (next int, ok bool) {
	for next = line; next < len(r.window) && next-line <= maxPrefix; next++ {
		switch c := r.window[next]; c {
		case ' ', '\t', '\r', '}', ']', ',':
			continue
		case '{':
			return next, indentation(r.window[line:next]) <= r.within
		case '[':
			// In an array only one at the very beginning of a line is taken
			// for a record; it is then an array of its own.
			return next, next == line || !r.inArray && indentation(r.window[line:next]) <= r.within
		}
		return next, false
	}
	return next, false
}
