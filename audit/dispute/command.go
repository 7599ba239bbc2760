package dispute

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"waudit/audit/result"
)

// ReportCommand is the command line that makes the report again, from the folder in which
// it was made.
func (r *Report) ReportCommand() string {
	words := []string{"waudit", "audit"}
	if r.IsBill {
		words[1] = "reconcile"
	}
	add := func(flag, value string) {
		if value != "" {
			words = append(words, "--"+flag+"="+value)
		}
	}
	if c := r.Run.Config; c != nil {
		add("config", c.Path)
		for _, f := range c.Files {
			if isFlag.MatchString(f.Key) {
				add(f.Key, f.Path)
			}
		}
	}
	if p := &r.Run.Period; p.From != nil {
		add("from", *p.From)
	}
	if p := &r.Run.Period; p.To != nil {
		add("to", *p.To)
	}
	for _, key := range []string{"tolerance", "checks", "max_record", "max_rejected", "estimate_tolerance", "input_format", "dialect", "currency", "as_of"} {
		add(strings.ReplaceAll(key, "_", "-"), optionText(r.Run.Options[key]))
	}
	for _, key := range []string{"strict", "redact"} {
		if r.Run.Options[key] == true {
			words = append(words, "--"+key)
		}
	}
	words = append(words, r.inputWords()...)
	return quote(words)
}

// inputWords are the inputs: bills and volumes by their flags, then the logs.
func (r *Report) inputWords() (words []string) {
	var logs []string
	hashed := false
	for _, in := range r.Run.Inputs {
		switch {
		case in.Dialect == "invoice" && in.Skipped != "":
			words = append(words, "--volumes="+in.Path)
		case in.Dialect == "invoice":
			words = append(words, "--invoice="+in.Path)
		default:
			hashed = hashed || in.SHA256 != ""
			logs = append(logs, in.Path)
		}
	}
	if hashed {
		words = append(words, "--hash-inputs")
	}
	return slices.Concat(words, []string{"-f", "json", "-o", r.Head.Path, "--"}, logs)
}

// isFlag is the form of a flag's name.
var isFlag = regexp.MustCompile(`^[a-z][a-z-]*$`)

// optionText writes an option of a report as its flag takes it.
func optionText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		words := make([]string, len(v))
		for i := range v {
			words[i] = fmt.Sprint(v[i])
		}
		return strings.Join(words, ",")
	}
	text, _ := json.Marshal(v) // it was JSON
	return string(text)
}

// Command is the command line that makes the claim again from the report.
func (r *Report) Command(c *result.Dispute, flags ...string) string {
	words := append([]string{"waudit", "dispute", "--account=" + c.Account.WABA, "--period=" + c.Month}, flags...)
	return quote(append(words, "--", r.Head.Path))
}

// quote writes words as a shell reads them.
func quote(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		if !isPlain.MatchString(w) {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		quoted[i] = w
	}
	return strings.Join(quoted, " ")
}

// isPlain is a word that every shell takes as it is.
var isPlain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)
