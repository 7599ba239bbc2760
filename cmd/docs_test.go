package cmd

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waudit/audit/channel"
	"waudit/audit/check"
	"waudit/audit/era"
)

// update makes the generated parts of docs anew: go test ./cmd -run Docs -update.
var update = flag.Bool("update", false, "write the generated parts of docs")

// TestDocs holds the tables of docs to those by which charges are decided.
func TestDocs(t *testing.T) {
	generated(t, "rules.md", ruleTables())
	generated(t, "checks.md", map[string]string{"checks": checkTable()})
}

// generated compares, or writes, what stands behind each marker of a page.
func generated(t *testing.T, name string, tables map[string]string) {
	t.Helper()
	path := filepath.Join("..", "docs", name)
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(old)
	for marker, table := range tables {
		begin, end := "<!-- "+marker+" -->\n\n", "\n\n<!-- /"+marker+" -->"
		head, rest, found := strings.Cut(text, begin)
		if !found {
			t.Fatalf("%s: no %s", name, begin)
		}
		if _, after, closed := strings.Cut(rest, end); closed {
			rest = after
		}
		text = head + begin + table + end + rest
	}
	switch {
	case *update:
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	case text != string(old):
		t.Errorf("docs/%s does not say what the tables of the code do; run: go test ./cmd -run Docs -update", name)
	}
}

func ruleTables() map[string]string {
	tables := map[string]string{}
	var eras, changes strings.Builder
	eras.WriteString("| era | from | unit | in one line |\n| --- | --- | --- | --- |")
	changes.WriteString("| from | change | sure |\n| --- | --- | --- |")
	from := map[era.RuleChange]string{era.BeforeAll: "before"}
	for _, c := range era.Changes() {
		from[c.Change] = c.Date.String()
		sure := string(c.Sure)
		if c.ZoneUnstated {
			sure += ", time zone not stated"
		}
		fmt.Fprintf(&changes, "\n| %s | [%s](%s) | %s |", c.Date, c.Text, c.Source, sure)
	}
	for _, e := range era.Eras() {
		fmt.Fprintf(&eras, "\n| `%s` | %s | %s | [%s](%s) |", e.Name, from[e.From], e.Unit, e.Summary, e.Source)
		var clauses strings.Builder
		fmt.Fprintf(&clauses, "| clause | `%s` | sure |\n| --- | --- | --- |", e.Name)
		for _, c := range e.Clauses {
			fmt.Fprintf(&clauses, "\n| %s | %s | %s |", c.Number, c.Text, c.Sure)
		}
		tables[e.Name] = clauses.String()
	}
	var channels strings.Builder
	channels.WriteString("| clause | on Messenger and Instagram | sure |\n| --- | --- | --- |")
	for _, r := range channel.Rules() {
		fmt.Fprintf(&channels, "\n| %s | [%s](%s) | %s |", r.Clause, r.Text, r.Source, r.Sure)
	}
	tables["eras"], tables["changes"], tables["channels"] = eras.String(), changes.String(), channels.String()
	return tables
}

func checkTable() string {
	var b strings.Builder
	b.WriteString("| id | name | severity | finds | holds |\n| --- | --- | --- | --- | --- |")
	for _, c := range check.Documented() {
		fmt.Fprintf(&b, "\n| %s | %s | %s | %s | %s |", c.ID, c.Name, c.Severity, c.Doc.Title, c.Doc.Since)
	}
	return b.String()
}

// TestShown: what pages show of the program is what it prints, but for what stands behind
// an ellipsis.
func TestShown(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	write(t, "secrets.txt", []string{"s3cret"})
	for path, commands := range map[string]int{"README.md": 6, "docs/whatif.md": 1, "docs/savings.md": 1, "docs/wording.md": 12} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
		if err != nil {
			t.Fatal(err)
		}
		shows := strings.Split(string(text), "\n$ go run . ")[1:]
		if len(shows) != commands {
			t.Errorf("%s shows %d commands, want %d", path, len(shows), commands)
		}
		for _, show := range shows {
			show, _, _ = strings.Cut(show, "```")
			show, _, _ = strings.Cut(show, "\n$ ")
			line, shown, _ := strings.Cut(strings.TrimSuffix(show, "\n")+"\n", "\n")
			args := strings.Fields(strings.ReplaceAll(line, "testdata/", filepath.Join(root, "testdata")+string(filepath.Separator)))
			code, got, stderr := run(t, "", args...)
			if code != exitClean && code != exitFindings {
				t.Fatalf("%s: %s: exit code %d: %s", path, line, code, stderr)
			}
			for part := range strings.SplitSeq(shown, " …\n") {
				_, after, found := strings.Cut(got, part)
				if !found {
					t.Fatalf("%s: %s does not print, or not at this place:\n%s\nbut\n%s", path, line, part, got)
				}
				got = after
			}
		}
	}
}
