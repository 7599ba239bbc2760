// Package accept holds what users said about findings beforehand: exceptions, which
// take findings out of a report with a reason and until a day, and a baseline of
// those that are known.
package accept

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"waudit/audit/check"
	"waudit/audit/result"
)

// Exception is an exception as a file has it: the findings that have the id, are of the
// checks and match, as far as each is given.
type Exception struct {
	ID     string            `yaml:"id"`
	Check  string            `yaml:"check"` // as --checks lists them
	Match  map[string]string `yaml:"match"` // keys of findings, and what stands there; * is anything
	Reason string            `yaml:"reason"`
	Expiry string            `yaml:"expiry"` // last day, "" for ever
	Until  string            `yaml:"until"`  // the same
	Line   uint32            `yaml:"-"`      // of the file
}

// Exceptions is the exceptions of a run. Accepts is safe for concurrent use.
type Exceptions struct {
	path       string
	exceptions []*matcher
	day        string // at which expiries are judged
}

type matcher struct {
	Exception
	last   string          // day, "" for ever
	checks map[string]bool // by id; nil: any
	match  map[string]*regexp.Regexp
	used   atomic.Bool
}

// New makes a list of the entries of a file. The error says what is wrong with the
// first one that is.
func New(path string, entries []Exception) (*Exceptions, error) {
	l := &Exceptions{path: path}
	for i, e := range entries {
		x, err := newException(e)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		l.exceptions = append(l.exceptions, x)
	}
	return l, nil
}

func newException(e Exception) (*matcher, error) {
	x := &matcher{Exception: e, last: cmp.Or(e.Expiry, e.Until)}
	if e.Expiry != "" && e.Until != "" {
		return nil, fmt.Errorf("expiry and until say the same: give one")
	}
	if _, err := time.Parse(time.DateOnly, x.last); x.last != "" && err != nil {
		key := "until"
		if e.Expiry != "" {
			key = "expiry"
		}
		return nil, fmt.Errorf("%s %q is not a day such as 2026-12-31", key, x.last)
	}
	if e.Check != "" {
		if strings.HasPrefix(e.Check, "-") {
			return nil, fmt.Errorf("check %q: name the checks that are accepted", e.Check)
		}
		checks, err := check.Select(check.Documented(), e.Check)
		if err != nil {
			return nil, err
		}
		x.checks = map[string]bool{}
		for _, c := range checks {
			x.checks[c.ID] = true
		}
	}
	x.match = map[string]*regexp.Regexp{}
	for key, pattern := range e.Match {
		if !slices.Contains(Keys(), key) {
			return nil, &UnknownKeyError{key}
		}
		x.match[key] = regexp.MustCompile(`(?s)^` + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `.*`) + `$`)
	}
	return x, nil
}

// UnknownKeyError is a key of match that findings do not have.
type UnknownKeyError struct{ Key string }

// Error names the key and those that there are.
func (e *UnknownKeyError) Error() string {
	return fmt.Sprintf("match: unknown key %q; known: %s", e.Key, strings.Join(Keys(), ", "))
}

// Keys are the keys of findings by which they can be matched.
func Keys() []string { return slices.Sorted(maps.Keys(keys)) }

var keys = map[string]func(*result.Finding) string{
	"waba_id":         func(f *result.Finding) string { return f.WABA },
	"phone_number_id": func(f *result.Finding) string { return f.Number },
	"wa_id":           func(f *result.Finding) string { return f.User },
	"user_id":         func(f *result.Finding) string { return f.UserID },
	"group_id":        func(f *result.Finding) string { return f.Group },
	"participant_id":  func(f *result.Finding) string { return f.Participant },
	"message_id":      func(f *result.Finding) string { return f.Message },
	"conversation_id": func(f *result.Finding) string { return f.Conversation },
	"era":             func(f *result.Finding) string { return f.Era },
	"category":        func(f *result.Finding) string { return f.Category },
	"template":        func(f *result.Finding) string { return f.Template },
}

// On sets the day at which expiries are judged, "" for none: nothing has expired. It
// comes before Accepts.
func (l *Exceptions) On(day string) { l.day = day }

func (l *Exceptions) expired(x *matcher) bool { return x.last != "" && x.last < l.day }

// Accepts reports whether an exception that holds is of the finding.
func (l *Exceptions) Accepts(f *result.Finding) bool {
	accepted := false
	for _, x := range l.exceptions {
		if !l.expired(x) && x.is(f) {
			x.used.Store(true)
			accepted = true
		}
	}
	return accepted
}

// Used returns the exceptions that were of findings so far, by their number. Where
// findings are asked for in several processes, Use brings it to the one that tells
// of the others.
func (l *Exceptions) Used() (used []int) {
	for i, x := range l.exceptions {
		if x.used.Load() {
			used = append(used, i)
		}
	}
	return used
}

// Use notes what Used has returned elsewhere.
func (l *Exceptions) Use(used []int) {
	for _, i := range used {
		l.exceptions[i].used.Store(true)
	}
}

func (x *matcher) is(f *result.Finding) bool {
	if x.ID != "" && x.ID != f.ID || x.checks != nil && !x.checks[f.Check] {
		return false
	}
	for key, pattern := range x.match {
		if !pattern.MatchString(keys[key](f)) {
			return false
		}
	}
	return true
}

// Findings tells of the exceptions that have expired, and after all findings of a
// run were asked for, of those that were of none. Checks are the ones that ran: an
// exception of others could not be used.
func (l *Exceptions) Findings(checks []check.Check) []result.Finding {
	told := map[string]bool{}
	var found []result.Finding
	for i, x := range l.exceptions {
		of, why := &check.UnusedException, "is of no finding of this run"
		switch {
		case l.expired(x):
			of, why = &check.ExpiredException, "expired on "+x.last
		case x.used.Load() || x.checks != nil && !slices.ContainsFunc(checks, func(c check.Check) bool { return x.checks[c.ID] }):
			continue
		}
		f := of.Finding("", check.OfException.Say(fmt.Sprint(x.Line), fmt.Sprint(i+1), why), x.subject()...)
		f.Evidence = []result.Evidence{{Path: l.path, Line: x.Line, What: "exception"}}
		if chosen := slices.ContainsFunc(checks, func(c check.Check) bool { return c.ID == of.ID }); chosen && !told[f.ID] {
			told[f.ID] = true
			found = append(found, f)
		}
	}
	slices.SortStableFunc(found, func(a, b result.Finding) int { return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.ID, b.ID)) })
	return found
}

// Expired says for notes which exceptions have expired.
func (l *Exceptions) Expired() (notes []string) {
	for i, x := range l.exceptions {
		if l.expired(x) {
			notes = append(notes, fmt.Sprintf("the exception for %s expired on %s", x.about(i), x.last))
		}
	}
	return notes
}

// about names what an exception is for, without what it says of customers.
func (x *matcher) about(i int) string {
	switch {
	case x.ID != "":
		return "finding " + x.ID
	case x.Check != "":
		return fmt.Sprintf("%s (entry %d)", x.Check, i+1)
	}
	return fmt.Sprintf("entry %d", i+1)
}

// subject is what an exception is for.
func (x *matcher) subject() []string {
	parts := []string{x.ID, x.Check}
	for _, key := range slices.Sorted(maps.Keys(x.Match)) {
		parts = append(parts, key, x.Match[key])
	}
	return parts
}

// Baseline is the ids of known findings.
type Baseline map[string]bool

// Mark marks the findings that are known, and counts them.
func (b Baseline) Mark(findings []result.Finding) *result.BaselineCounts {
	n := &result.BaselineCounts{}
	met := map[string]bool{}
	for i := range findings {
		f := &findings[i]
		if f.Known = b[f.ID]; !f.Known {
			n.New++
			continue
		}
		n.Known++
		met[f.ID] = true
	}
	n.Gone = int64(len(b) - len(met))
	return n
}
