package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hamba/avro/v2/ocf"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"go.yaml.in/yaml/v3"
)

// form is one way in which the same log can lie in a file.
type form struct {
	name  string
	write func(t *testing.T, records []string) []byte
}

// TestFormsOfOneLog: what a log is stored as decides nothing. A month says the
// same in every container and every wrapper, but for where things lie.
func TestFormsOfOneLog(t *testing.T) {
	months := []string{"2026-09-15", "2025-06-20"} // messages are charged; conversations are, and then messages
	if testing.Short() {
		months = months[:1]
	}
	for _, from := range months {
		for dialect, forms := range map[string][]form{
			"flat":       slices.Concat(jsonForms(), tableForms()),
			"meta-cloud": slices.Concat(jsonForms(), wrappedForms()),
		} {
			formsOfOneLog(t, from, dialect, forms)
		}
	}
}

func formsOfOneLog(t *testing.T, from, dialect string, forms []form) {
	const seed, messages = 5, 300
	dir, _ := simulated(t, from, seed, messages, "--dialect", dialect)
	records := lines(t, filepath.Join(dir, "log.ndjson"))
	if dialect == "flat" {
		addPrices(t, records)
	}
	config := filepath.Join(dir, "waudit.yaml")
	want := toldBy(t, config, "log", joined(records, "\n"))
	for _, f := range forms {
		t.Run(from+"/"+dialect+"/"+f.name, func(t *testing.T) {
			t.Parallel()
			got := toldBy(t, config, f.name, f.write(t, records))
			if got != want {
				t.Error(firstDifference(want, got))
			}
		})
	}
}

// toldBy is the report of an audit of one file, without what says where things
// lie. Nothing in the file may be rejected, and something must be found.
func toldBy(t *testing.T, config, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log") // its ending tells nothing
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return toldOf(t, config, name, path)
}

// toldOf is the same of any path.
func toldOf(t *testing.T, config, name, path string) string {
	t.Helper()
	code, stdout, stderr := run(t, "", "audit", "-f", "json", "-c", config, path)
	if code != exitFindings || stderr != "" {
		t.Fatalf("%s: exit code %d: %s", name, code, stderr)
	}
	var report map[string]any
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	delete(report["run"].(map[string]any), "inputs")
	for _, f := range report["findings"].([]any) {
		for _, e := range f.(map[string]any)["evidence"].([]any) {
			for _, place := range []string{"path", "line", "item"} {
				delete(e.(map[string]any), place)
			}
		}
	}
	told, err := json.MarshalIndent(report, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(told)
}

// firstDifference shows two reports from the line on which they part.
func firstDifference(want, got string) string {
	const shown = 12
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	return fmt.Sprintf("the report changed at its line %d:\nwant\n%s\ngot\n%s", i+1,
		strings.Join(a[i:min(i+shown, len(a))], "\n"), strings.Join(b[i:min(i+shown, len(b))], "\n"))
}

// addPrices puts a price on every charge that is reported on delivery.
func addPrices(t *testing.T, records []string) {
	t.Helper()
	priced := 0
	for i, r := range records {
		if strings.Contains(r, `"event":"delivered"`) && strings.Contains(r, `"billable":true`) {
			records[i] = strings.TrimSuffix(r, "}") + `,"amount":"1234.0068","currency":"EUR"}`
			priced++
		}
	}
	if priced == 0 {
		t.Fatal("no charge is reported")
	}
}

// joined is the records one after the other.
func joined(records []string, separator string) []byte {
	return []byte(strings.Join(records, separator) + "\n")
}

// jsonForms are the containers of JSON, and what compresses them.
func jsonForms() []form {
	return []form{
		{"array", func(_ *testing.T, records []string) []byte {
			return slices.Concat([]byte("["), joined(records, ",\n"), []byte("]\n"))
		}},
		{"array on one line", func(_ *testing.T, records []string) []byte {
			return []byte("[" + strings.Join(records, ",") + "]")
		}},
		{"pretty-printed", func(t *testing.T, records []string) []byte {
			var out bytes.Buffer
			for _, r := range records {
				if err := json.Indent(&out, []byte(r), "", "    "); err != nil {
					t.Fatal(err)
				}
				out.WriteByte('\n')
			}
			return out.Bytes()
		}},
		{"avro", avroBodies}, {"yaml", yamlBodies},
		{"several on a line", func(_ *testing.T, records []string) []byte { return joined(records, "") }},
		{"line ends of Windows", func(_ *testing.T, records []string) []byte {
			return slices.Concat([]byte("\ufeff"), joined(records, "\r\n\r\n"))
		}},
		{"gzip", func(t *testing.T, records []string) []byte {
			var out bytes.Buffer
			w := gzip.NewWriter(&out)
			if _, err := w.Write(joined(records, "\n")); err != nil || w.Close() != nil {
				t.Fatal(err)
			}
			return out.Bytes()
		}},
		{"zstd", func(t *testing.T, records []string) []byte {
			w, err := zstd.NewWriter(nil)
			if err != nil {
				t.Fatal(err)
			}
			return w.EncodeAll(joined(records, "\n"), nil)
		}},
	}
}

// yamlBodies are records as documents of YAML, laid out over lines.
func yamlBodies(t *testing.T, records []string) []byte {
	t.Helper()
	var layOut func(n *yaml.Node)
	layOut = func(n *yaml.Node) {
		n.Style = 0
		for _, inner := range n.Content {
			layOut(inner)
		}
	}
	var out bytes.Buffer
	w := yaml.NewEncoder(&out)
	for _, r := range records {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(r), &n); err != nil {
			t.Fatal(err)
		}
		layOut(&n)
		if err := w.Encode(&n); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

// avroBodies are records as texts in a column of an Avro file.
func avroBodies(t *testing.T, records []string) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := ocf.NewEncoder(`{"type":"record","name":"row","fields":[{"name":"offset","type":"long"},{"name":"value","type":["null","string"]}]}`,
		&out, ocf.WithCodec(ocf.Snappy))
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range records {
		if err := w.Encode(map[string]any{"offset": int64(i), "value": r}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
