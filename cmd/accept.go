package cmd

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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
