package cmd

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"waudit/audit/result"
)

// mutation is a way in which a file is damaged: it returns another file.
type mutation struct {
	name string
	do   func(data []byte, rng *rand.Rand) []byte
	// silent is set if what is left may be a whole file of fewer records, or of others,
	// so that nobody can tell that there was more.
	silent bool
	// changed is set if what is left may say something else, which may be an error
	// of billing as well as of the file.
	changed bool
}

func mutations() []mutation {
	some := func(data []byte, rng *rand.Rand) (from, to int) { // a part in the middle
		from = rng.IntN(len(data))
		return from, min(from+1+rng.IntN(200), len(data))
	}
	return []mutation{
		{"cut", func(data []byte, rng *rand.Rand) []byte { return data[:rng.IntN(len(data))] }, true, false},
		{"hole", func(data []byte, rng *rand.Rand) []byte {
			from, to := some(data, rng)
			clear(data[from:to])
			return data
		}, false, false},
		{"noise", func(data []byte, rng *rand.Rand) []byte {
			from, to := some(data, rng)
			for i := range data[from:to] {
				data[from+i] = byte(rng.Uint32())
			}
			return data
		}, true, false},
		{"part lost", func(data []byte, rng *rand.Rand) []byte {
			from, to := some(data, rng)
			return slices.Delete(data, from, to)
		}, true, true},
		{"part twice", func(data []byte, rng *rand.Rand) []byte {
			from, to := some(data, rng)
			return slices.Insert(data, to, slices.Clone(data[from:to])...)
		}, true, true},
		{"bit", func(data []byte, rng *rand.Rand) []byte {
			data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
			return data
		}, true, true},
	}
}

// TestMutations: whatever damages a file, in whatever form the log lies there, a run
// ends with a code for its user, every record is accounted for, records that are gone
// are told of where anybody can tell, and damage accuses nobody. WAUDIT_LONG is how many
// mutations of each kind a form gets, at length.
func TestMutations(t *testing.T) {
	const from, messages = "2025-06-20", 80
	each, every := 1, 2 // mutations of a kind; of the forms with one, by turns
	if n, err := strconv.Atoi(os.Getenv("WAUDIT_LONG")); err == nil {
		each, every = n, 1
	}
	for dialect, forms := range map[string][]form{
		"flat":       slices.Concat(plainForms(), jsonForms(), tableForms()),
		"meta-cloud": slices.Concat(plainForms(), jsonForms(), wrappedForms()),
	} {
		dir, _ := simulated(t, from, 11, messages, "--dialect", dialect, "--errors", "0%")
		records, config := lines(t, filepath.Join(dir, "log.ndjson")), filepath.Join(dir, "waudit.yaml")
		for i, f := range forms {
			whole := f.write(t, records)
			used := usedOf(t, config, whole)
			for j, m := range mutations() {
				if (i+j)%every != 0 {
					continue
				}
				t.Run(dialect+"/"+f.name+"/"+m.name, func(t *testing.T) {
					t.Parallel()
					for seed := range uint64(each) {
						data := m.do(slices.Clone(whole), rand.New(rand.NewPCG(seed, 7)))
						if !bytes.Equal(data, whole) {
							mutated(t, m, config, data, used)
						}
					}
				})
			}
		}
	}
}

// plainForms are a record a line, as it is and in each archive, of two files.
func plainForms() []form {
	forms := []form{{"ndjson", func(_ *testing.T, records []string) []byte { return joined(records, "\n") }}}
	for name, write := range archives {
		forms = append(forms, form{name, func(t *testing.T, records []string) []byte {
			half := len(records) / 2
			return write(t, []string{"a.ndjson", "b.ndjson"}, [][]byte{joined(records[:half], "\n"), joined(records[half:], "\n")})
		}})
	}
	return forms
}

// auditOf is the report on a file, whatever is in it.
func auditOf(t *testing.T, config string, data []byte) (r result.Report) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := run(t, "", "audit", "-f", "json", "-c", config, path)
	if code != exitClean && code != exitFindings && code != exitIncomplete {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// usedOf is how many records of a whole file are used.
func usedOf(t *testing.T, config string, data []byte) (used int64) {
	for _, in := range auditOf(t, config, data).Run.Inputs {
		used += in.Used
	}
	return used
}

// mutated holds the report on a damaged file to what it can say, of the whole one so many
// records being used.
func mutated(t *testing.T, m mutation, config string, data []byte, used int64) {
	t.Helper()
	r := auditOf(t, config, data)
	rejected, spare := int64(0), true
	for _, in := range r.Run.Inputs {
		rejected += in.RejectedItems
		used -= in.Used
		spare = spare && (in.Container == "xlsx" || in.Container == "parquet") // they have parts that no record is in
		if in.Records != in.Used+in.Ignored+in.Duplicates+in.Rejected || in.Items != in.Events+in.IgnoredItems+in.DuplicateItems+in.RejectedItems {
			t.Errorf("not all is accounted for: %+v", in)
		}
	}
	if !m.silent && rejected == 0 && len(r.Run.Incomplete) == 0 && (!spare || used != 0) {
		t.Errorf("nothing tells of the damage: %+v", r.Run.Inputs)
	}
	if n := r.Totals.Verdicts.Overcharge; n > 0 && !m.changed {
		t.Errorf("%d overcharges", n)
	}
}
