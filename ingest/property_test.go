package ingest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

// drawRecords draws the texts of records, good ones and such as are not used.
func drawRecords(t *rapid.T) []string {
	n := 0
	one := rapid.Custom(func(t *rapid.T) string {
		n++
		id := fmt.Sprintf("m%d", n)
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			return alerts
		case 1:
			return other
		case 2, 3:
			return batch(id+"a", "", id+"b")
		case 4:
			return batch(id + "a")
		}
		return sent(id)
	})
	return append(rapid.SliceOfN(one, 0, 40).Draw(t, "records"), sent("m0"))
}

// layouts are the ways in which records may lie in a file.
func layouts() map[string]func(records []string) string {
	spread := strings.NewReplacer("{", "{\n  ", "}", "\n}", ":", ": ")
	return map[string]func(records []string) string{
		"lines":             func(r []string) string { return strings.Join(r, "\n") + "\n" },
		"lines, CRLF":       func(r []string) string { return "\ufeff" + strings.Join(r, "\r\n\r\n") },
		"array":             func(r []string) string { return "[" + strings.Join(r, ", ") + "]" },
		"array on lines":    func(r []string) string { return "[\n  " + strings.Join(r, ",\n  ") + "\n]\n" },
		"side by side":      func(r []string) string { return strings.Join(r, "") },
		"one after another": func(r []string) string { return spread.Replace(strings.Join(r, "\n")) },
		"gzip":              func(r []string) string { return gzipped(strings.Join(r, "\n")) },
		"gzip of an array":  func(r []string) string { return gzipped("[", strings.Join(r, ","), "]") },
		"zstd":              func(r []string) string { return zstandard(strings.Join(r, "\n")) },
		"lines of arrays": func(r []string) string {
			var lines []string
			for some := range slices.Chunk(r, 3) {
				lines = append(lines, "["+strings.Join(some, ",")+"]")
			}
			return strings.Join(lines, "\n")
		},
	}
}

// ids lists the messages of the events, without their places.
func (c *collector) ids() []string {
	var ids []string
	for _, m := range c.messages() {
		_, id, _ := strings.Cut(m, " ")
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// However records are laid out, split into files and compressed, the same
// events come of them and the same counts.
func TestLayoutChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		records := drawRecords(rt)
		split := rapid.IntRange(0, len(records)-1).Draw(rt, "split")
		want, c := readText(t, strings.Join(records, "\n"))
		wantIDs := c.ids()
		all := layouts()
		layout := all[rapid.SampledFrom(slices.Sorted(maps.Keys(all))).Draw(rt, "layout")]
		contents := map[string]string{"b": layout(records[split:])}
		if split > 0 {
			// The first record of each file is one that is recognised.
			contents["a"] = layout(append([]string{sent("m0")}, records[:split]...))
			wantIDs = append([]string{"m0"}, wantIDs...)
		}
		got, c := mustRead(t, Options{Paths: []string{files(t, contents)}, Workers: rapid.IntRange(1, 3).Draw(rt, "workers")})
		if diff := gocmp.Diff(wantIDs, c.ids()); diff != "" {
			rt.Error(diff)
		}
		wantTotal := want.Total()
		if split > 0 {
			wantTotal.add(&Counts{Records: 1, Used: 1, Items: 1, Events: 1})
		}
		if diff := gocmp.Diff(wantTotal, got.Total()); diff != "" {
			rt.Error(diff)
		}
	})
}

// greedy takes every object for its own, and says so in what it ignores.
type greedy struct{ name, key string }

func (g greedy) Name() string                         { return g.name }
func (g greedy) Recognise(record jsontree.Value) bool { return record.Get(g.key).OK() }
func (g greedy) Decode(record jsontree.Value, items *dialect.Items) {
	if record.Get("empty").OK() {
		return
	}
	items.Ignored = append(items.Ignored, "taken by "+g.name)
	items.Unknown = append(items.Unknown, dialect.Unknown{What: g.name, Value: record.Get("id").Num()})
}

// The result is the same, to the last byte of the rejects, however many
// workers share the work, even if a record may be of two dialects.
func TestWorkersChangeNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	contents := map[string]string{}
	for f := range 6 {
		var text strings.Builder
		for i := range 20_000 {
			switch keys := random.IntN(8); keys {
			case 0:
				text.WriteString("{\"broken\n")
			case 1:
				text.WriteString("{\"none\":1}\n")
			case 2:
				text.WriteString("{\"a\":1,\"empty\":true}\n")
			default:
				fmt.Fprintf(&text, "{%q:1,%q:1,\"id\":%d,\"x\":%q}\n", "abb"[keys%3:][:1], "aab"[keys%2:][:1], i%300, strings.Repeat("x", 200))
			}
		}
		contents[fmt.Sprint("file", f)] = text.String()
	}
	dir := files(t, contents)
	var results []*Result
	var rejects []string
	for _, workers := range []int{1, 2, 7} {
		var out bytes.Buffer
		result, _ := mustRead(t, Options{
			Paths: []string{dir}, Workers: workers, Rejects: &out,
			Dialects: []func() dialect.Dialect{
				func() dialect.Dialect { return greedy{"first", "a"} },
				func() dialect.Dialect { return greedy{"second", "b"} },
			},
		})
		results, rejects = append(results, result), append(rejects, out.String())
	}
	for i := 1; i < len(results); i++ {
		if diff := gocmp.Diff(results[0], results[i], gocmp.AllowUnexported(Result{})); diff != "" {
			t.Error(diff)
		}
		if rejects[i] != rejects[0] {
			t.Error("the rejects differ")
		}
	}
}

// A record that is too long is passed over in flat memory, whatever it lies in.
func TestMemoryOfLongRecord(t *testing.T) {
	const size, maxRecord = 200 << 20, 4 << 20
	long := func() io.Reader {
		return io.MultiReader(strings.NewReader(`{"a":"`), io.LimitReader(letters{}, size), strings.NewReader(`"}`))
	}
	for name, around := range map[string][3]string{
		"line":  {"", "\n", "\n"},
		"array": {"[", ",", "]"},
	} {
		t.Run(name, func(t *testing.T) {
			stdin := io.MultiReader(strings.NewReader(around[0]+sent("a")+around[1]), long(), strings.NewReader(around[1]+sent("b")+around[2]))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			result, c := mustRead(t, Options{Paths: []string{"-"}, Stdin: stdin, MaxRecord: maxRecord})
			runtime.ReadMemStats(&after)
			if diff := gocmp.Diff([]string{"a", "b"}, c.ids()); diff != "" {
				t.Error(diff)
			}
			if len(result.Rejected) != 1 || !strings.HasPrefix(result.Rejected[0].Reason, "longer than 4194304 bytes") {
				t.Errorf("got %+v", result.Rejected)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 40<<20 {
				t.Errorf("%d bytes allocated in all", got)
			}
		})
	}
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// Reading more records takes no more memory.
func TestNoAllocationPerRecord(t *testing.T) {
	allocated := func(records int) uint64 {
		text := strings.Repeat(batch("a")+"\n", records)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Read(t.Context(), Options{Paths: []string{"-"}, Stdin: strings.NewReader(text), Workers: 1}, discard); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return after.Mallocs - before.Mallocs
	}
	allocated(1000)
	if more := int64(allocated(101_000)) - int64(allocated(1000)); more > 1000 {
		t.Errorf("100000 more records take %d more allocations", more)
	}
}

type none struct{}

func (none) Record(*dialect.Items) {}

func discard(int) Sink { return none{} }
