package ledger

import (
	"bytes"
	"slices"
	"strings"
	"sync"
)

// Index tells whom findings are about, so that for one of them its customer alone is
// read. It is a hint: which findings there are depends on the configuration and the
// period, so that the reader looks whether the finding is there. It is safe for
// concurrent use.
type Index struct {
	mu    sync.Mutex
	lines []string // the finding's id, and the id of the customer
}

// mostIndexed is how many findings an index has at most: with more of them a log is
// not one that somebody asks single questions of.
const mostIndexed = 1 << 20

// Add adds a finding about a customer: a phone, else a user id, else a group id.
func (x *Index) Add(finding, customer string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.lines) <= mostIndexed && customer != "" {
		x.lines = append(x.lines, finding+" "+customer)
	}
}

// Lines are the findings, to be Taken by another index.
func (x *Index) Lines() []string { return x.lines }

// Take adds the findings of another index.
func (x *Index) Take(lines []string) {
	if !x.isFull() {
		x.lines = append(x.lines, lines...)
	}
}

// isFull reports whether findings were left out, or are too many to be kept.
func (x *Index) isFull() bool { return len(x.lines) > mostIndexed }

// encode writes the findings in their order, a line each.
func (x *Index) encode() []byte {
	slices.Sort(x.lines)
	return []byte(strings.Join(slices.Compact(x.lines), "\n") + "\n")
}

// About returns the id of the customer that the only finding is about of which is
// tells that it is meant; "" if the index has none, or several.
func (l *Ledger) About(is func(finding string) bool) (customer string, err error) {
	if l.Manifest.Findings == nil {
		return "", nil
	}
	data, err := l.readPacked(l.Manifest.Findings)
	if err != nil {
		return "", err
	}
	for line := range bytes.Lines(data) {
		id, of, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
		switch {
		case !is(id):
		case customer != "" && customer != of:
			return "", nil
		default:
			customer = of
		}
	}
	return customer, nil
}
