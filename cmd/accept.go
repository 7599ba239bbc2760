package cmd

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"waudit/audit/result"
	"waudit/ingest/mapfile"
)

// acceptance is what users said about findings beforehand: a baseline of known
// ones, and a list of accepted ones with reason and expiry.
type acceptance struct {
	known   map[string]bool // in the baseline: still shown, but not counted for --fail-on
	ignored []ignoreEntry
	asOf    string
}

// ignoreEntry accepts a finding until a day.
type ignoreEntry struct {
	ID     string `yaml:"id"`
	Reason string `yaml:"reason"`
	Until  string `yaml:"until"` // last day, "" for ever
}

// acceptedFindings reads --baseline and --ignore.
func acceptedFindings(f *auditFlags, config *configFile) (*acceptance, error) {
	a := &acceptance{known: map[string]bool{}, asOf: f.asOf}
	if f.asOf != "" {
		if _, err := time.Parse(time.DateOnly, f.asOf); err != nil {
			return nil, usage("--as-of %q is not a day such as 2026-10-31", f.asOf)
		}
	}
	if f.baseline != "" {
		data, err := os.ReadFile(f.baseline)
		if err != nil {
			return nil, usage("--baseline: %v", err)
		}
		var r result.Report
		if err := json.Unmarshal(data, &r); err != nil || r.Schema != result.Schema {
			return nil, usage("--baseline: %s is not a %s report", f.baseline, result.Schema)
		}
		for _, x := range r.Findings {
			a.known[x.ID] = true
		}
	}
	path := f.ignore
	if path == "" && config.Ignore != "" {
		path = config.Ignore
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(config.path), path)
		}
	}
	if path == "" {
		return a, nil
	}
	return a, a.readIgnored(path)
}

func (a *acceptance) readIgnored(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return usage("ignore file: %v", err)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return usage("ignore file %s: it is empty", path)
	}
	var file struct {
		Ignore []ignoreEntry `yaml:"ignore"`
	}
	if err := mapfile.Decode(data, &file); err != nil {
		return usage("ignore file %s: %v", path, err)
	}
	for i, e := range file.Ignore {
		if e.ID == "" || e.Reason == "" {
			return usage("ignore file %s: entry %d needs an id and a reason", path, i+1)
		}
		if _, err := time.Parse(time.DateOnly, e.Until); e.Until != "" && err != nil {
			return usage("ignore file %s: entry %d: until %q is not a day such as 2026-12-31", path, i+1, e.Until)
		}
	}
	a.ignored = file.Ignore
	return nil
}

// ids returns the findings that are accepted, end being the last day of the log, and
// which acceptances ran out.
func (a *acceptance) ids(end string) (accepted map[string]bool, notes []string) {
	accepted = map[string]bool{}
	for _, e := range a.ignored {
		if e.Until != "" && e.Until < cmp.Or(a.asOf, end) {
			notes = append(notes, fmt.Sprintf("the exception for finding %s expired on %s", e.ID, e.Until))
			continue
		}
		accepted[e.ID] = true
	}
	return accepted, notes
}

// dayOf is the day of an instant, Unix milliseconds, "" for none.
func dayOf(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format(time.DateOnly)
}

// redact replaces what identifies users by pseudonyms that are the same in
// every report, so that two of them can be compared. Message ids go too, since
// a wamid holds the phone.
func redact(r *result.Report) {
	for i := range r.Findings {
		x := &r.Findings[i]
		ids := []*string{&x.User, &x.UserID, &x.Participant, &x.Message}
		for k := range x.Examples {
			ids = append(ids, &x.Examples[k])
		}
		if x.Window != nil {
			ids = append(ids, &x.Window.OpenedBy)
		}
		texts := []*string{&x.Explanation}
		for k := range x.Evidence {
			texts = append(texts, &x.Evidence[k].What)
		}
		redactTexts(texts, ids)
		for _, id := range ids {
			*id = pseudonym(*id)
		}
	}
}

// redacted returns a decision with pseudonyms, as redact gives them.
func redacted(d *result.Decision) *result.Decision {
	c := *d
	for _, field := range []*string{&c.User, &c.UserID, &c.Participant, &c.Message} {
		*field = pseudonym(*field)
	}
	if d.Window != nil {
		window := *d.Window
		window.OpenedBy = pseudonym(window.OpenedBy)
		c.Window = &window
	}
	return &c
}

// redactTexts replaces the ids where they stand in texts: of ids that begin
// alike the longest, and any other message id.
func redactTexts(texts, ids []*string) {
	ids = slices.SortedFunc(slices.Values(ids), func(a, b *string) int { return cmp.Compare(len(*b), len(*a)) })
	var pairs []string
	for _, id := range ids {
		if *id != "" {
			pairs = append(pairs, *id, pseudonym(*id))
		}
	}
	known := strings.NewReplacer(pairs...)
	for _, text := range texts {
		*text = wamid.ReplaceAllStringFunc(known.Replace(*text), pseudonym)
	}
}

// wamid is the form of message ids.
var wamid = regexp.MustCompile(`wamid\.[0-9A-Za-z+/=_-]+`)

func pseudonym(s string) string {
	if s == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("waudit user\x1f" + s))
	return "p-" + hex.EncodeToString(sum[:6])
}
