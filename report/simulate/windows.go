package simulate

import "slices"

// windows answers questions about the customer service window of one pair. It
// holds the instants, in order, at which the user wrote or called.
type windows []int64

func windowsOf(p *pair) windows {
	var w windows
	for i := range p.inbound {
		if p.inbound[i].kind != reacted {
			w = append(w, p.inbound[i].at)
		}
	}
	return w
}

// last returns the latest of them at or before an instant.
func (w windows) last(at int64) (int64, bool) {
	i, found := slices.BinarySearch(w, at)
	if found {
		return at, true
	}
	if i == 0 {
		return 0, false
	}
	return w[i-1], true
}

// open reports whether the window is open at an instant.
func (w windows) open(at int64) bool {
	last, ok := w.last(at)
	return ok && at < last+serviceWindow
}

// since returns from when on the window that is open at an instant has been
// open without a break; the instant itself where none is open.
func (w windows) since(at int64) int64 {
	i, found := slices.BinarySearch(w, at)
	if !found {
		i--
	}
	if i < 0 || at-w[i] >= serviceWindow {
		return at
	}
	for i > 0 && w[i]-w[i-1] < serviceWindow {
		i--
	}
	return w[i]
}

// nearEnd reports whether a window could end within the given seconds around
// an instant. Ends that a later message moved on count too.
func (w windows) nearEnd(at, within int64) bool {
	i, _ := slices.BinarySearch(w, at-serviceWindow-within+1)
	return i < len(w) && w[i] < at-serviceWindow+within
}
