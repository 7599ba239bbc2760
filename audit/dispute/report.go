// Package dispute chooses from a report what is claimed for one account and month, and
// sums it up.
package dispute

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"waudit/audit/account"
	"waudit/audit/result"
)

// Source is a JSON report of an audit or a reconciliation, as far as a claim needs it.
type Source struct {
	Head     result.DisputeReport
	Run      result.Run
	Findings []result.Finding
	Coverage *result.Coverage // nil: the report does not say
	Volumes  []result.Volume
	Scope    result.Scope // of a bill
	IsBill   bool         // it lays a bill beside the log
	accounts map[string]bool
}

// Read reads a report. The error says in the words of the file what is wrong with it.
func Read(path string, text []byte) (*Source, error) {
	doc, err := result.ReadDocument(path, text)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	r := &Source{Head: result.DisputeReport{Path: path, Schema: doc.Schema, SHA256: hex.EncodeToString(sum[:])}, accounts: map[string]bool{}}
	switch doc.Schema {
	case result.Schema:
		x, err := result.Of[result.Report](doc)
		if err != nil {
			return nil, err
		}
		r.Head.Version, r.Run, r.Findings, r.Coverage = x.Tool.Version, x.Run, x.Findings, &x.Coverage
		for _, g := range x.Totals.Groups {
			r.accounts[g.Key] = r.accounts[g.Key] || g.By == "account" && !g.Others
		}
	case result.ReconcileSchema:
		x, err := result.Of[result.Reconciliation](doc)
		if err != nil {
			return nil, err
		}
		r.Head.Version, r.Run, r.Findings, r.Coverage = x.Tool.Version, x.Run, x.Findings, x.Coverage
		r.Volumes, r.Scope, r.IsBill = x.Volumes, x.Scope, true
		for _, id := range slices.Concat(x.Scope.Bill.Accounts, x.Scope.Log.Accounts) {
			r.accounts[id] = true
		}
	default:
		return nil, fmt.Errorf("%s: its schema is %q; a claim is made from %s or %s (audit or reconcile with -f json)", path, doc.Schema, result.Schema, result.ReconcileSchema)
	}
	maps.DeleteFunc(r.accounts, func(id string, is bool) bool { return !is || id == "" })
	for i := range r.Findings {
		f := &r.Findings[i]
		if !findingID.MatchString(f.ID) {
			return nil, fmt.Errorf("%s: is damaged: %q is no id of a finding", path, f.ID)
		}
		if f.WABA != "" {
			r.accounts[f.WABA] = true
		}
	}
	return r, nil
}

// of tells of which account a finding is: the one that it names, else that of its number,
// else the only one of the report; "" if that is not known.
func (r *Source) of(f *result.Finding, book *account.Book) string {
	switch {
	case f.WABA != "":
		return f.WABA
	case f.Number != "" && book.Find("", f.Number).ID != "":
		return book.Find("", f.Number).ID
	case len(r.accounts) == 1:
		for id := range r.accounts {
			return id
		}
	}
	return ""
}

// findingID is the form of ids, of which names of files are made.
var findingID = regexp.MustCompile(`^[0-9a-f]{16}$`)

// Account finds an account of the report by its id, by an id that it had before, or by
// its configured name.
func (r *Source) Account(asked string, book *account.Book) (*account.Account, error) {
	if id := book.ID(asked); r.accounts[id] {
		return book.Find(id, ""), nil
	}
	var named []*account.Account
	known := slices.Sorted(maps.Keys(r.accounts))
	for _, id := range known {
		if a := book.Find(id, ""); a.Name == asked && asked != "" {
			named = append(named, a)
		}
	}
	switch {
	case len(named) == 1:
		return named[0], nil
	case len(named) > 1:
		return nil, fmt.Errorf("%q is the name of %d accounts; give the id of one", asked, len(named))
	case len(known) == 0:
		return nil, fmt.Errorf("the report has no account %q, nor any other", asked)
	}
	const shown = 10
	list := strings.Join(known[:min(len(known), shown)], ", ")
	if len(known) > shown {
		list += fmt.Sprintf(" and %d more", len(known)-shown)
	}
	return nil, fmt.Errorf("the report has no account %q; it has %s", asked, list)
}

// ReportCommand is the command line that makes the report again, from the folder in which
// it was made.
func (r *Source) ReportCommand() string {
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
	for _, key := range []string{"tolerance", "checks", "max_record", "max_rejected", "estimate_tolerance", "input_format", "dialect", "currency", "as_of", "app_secret_file"} {
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
func (r *Source) inputWords() (words []string) {
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
func (r *Source) Command(c *result.Dispute, flags ...string) string {
	words := append([]string{"waudit", "dispute", "--account=" + c.Account.WABA, "--period=" + c.Month}, flags...)
	return quote(append(words, "--", r.Head.Path))
}

// quote writes words as a shell reads them.
func quote(words []string) string {
	for i, w := range words {
		if !isPlain.MatchString(w) {
			words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}

// isPlain is a word that every shell takes as it is.
var isPlain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)
