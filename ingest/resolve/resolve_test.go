package resolve

import (
	"fmt"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"waudit/ingest/dialect"
)

func table(links ...dialect.Link) *Links {
	t := NewLinks()
	c := t.Collector()
	for _, l := range links {
		c.Add(l)
	}
	t.Merge(c)
	return t
}

func TestTable(t *testing.T) {
	link := func(id, phone, previous string) dialect.Link {
		return dialect.Link{UserID: id, Phone: phone, Previous: previous}
	}
	tests := []struct {
		name             string
		links            []dialect.Link
		id               string
		phone, canonical string
	}{
		{"unknown", nil, "US.1", "", "US.1"},
		{"beside the phone", []dialect.Link{link("US.1", "1555", "")}, "US.1", "1555", "US.1"},
		{"said twice", []dialect.Link{link("US.1", "1555", ""), link("US.2", "1666", ""), link("US.1", "1555", "")}, "US.1", "1555", "US.1"},
		{"no id", []dialect.Link{link("", "1555", "")}, "", "", ""},
		{"two phones", []dialect.Link{link("US.1", "1555", ""), link("US.1", "1666", "")}, "US.1", "", "US.1"},
		{"followed, no phone", []dialect.Link{link("US.2", "", "US.1"), link("US.3", "", "US.2")}, "US.1", "", "US.3"},
		{"follows itself", []dialect.Link{link("US.1", "", "US.1")}, "US.1", "", "US.1"},
		{"the later id's phone", []dialect.Link{link("US.2", "1555", "US.1")}, "US.1", "1555", "US.2"},
		{"the earlier id's phone", []dialect.Link{link("US.1", "1555", ""), link("US.2", "", "US.1")}, "US.2", "1555", "US.2"},
		{"its own phone first", []dialect.Link{link("US.1", "1555", ""), link("US.2", "1666", "US.1")}, "US.1", "1555", "US.2"},
		{"the current id's phone before an older one", []dialect.Link{link("US.1", "1555", ""), link("US.2", "", "US.1"), link("US.3", "1666", "US.2")}, "US.2", "1666", "US.3"},
		{"two older phones", []dialect.Link{link("US.1", "1555", ""), link("US.2", "1666", "US.1"), link("US.3", "", "US.2")}, "US.3", "", "US.3"},
		{"an older id with two phones", []dialect.Link{link("US.1", "1555", ""), link("US.1", "1666", ""), link("US.2", "", "US.1")}, "US.2", "", "US.2"},
		{"two forms of a phone", []dialect.Link{link("BR.1", "5511987654321", ""), link("BR.1", "551187654321", "")}, "BR.1", "551187654321", "BR.1"},
		{"two forms of an older phone", []dialect.Link{link("BR.1", "5511987654321", ""), link("BR.2", "551187654321", "BR.1"), link("BR.3", "", "BR.2")}, "BR.3", "551187654321", "BR.3"},
		{"two ends", []dialect.Link{link("US.3", "", "US.1"), link("US.2", "", "US.1")}, "US.1", "", "US.2"},
		{"a circle", []dialect.Link{link("US.2", "", "US.1"), link("US.1", "", "US.2")}, "US.2", "", "US.1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table := table(tt.links...)
			phone, ok := table.Phone(tt.id)
			if phone != tt.phone || ok != (tt.phone != "") {
				t.Errorf("Phone(%q) = %q, %v, want %q", tt.id, phone, ok, tt.phone)
			}
			if got := table.Canonical(tt.id); got != tt.canonical {
				t.Errorf("Canonical(%q) = %q, want %q", tt.id, got, tt.canonical)
			}
		})
	}
}

// TestConflict: an id with several phones has none.
func TestConflict(t *testing.T) {
	table := table(dialect.Link{UserID: "BR.1", Phone: "55"}, dialect.Link{UserID: "BR.1", Phone: "54"}, dialect.Link{UserID: "BR.2", Phone: "53"})
	if phone, ok := table.Phone("BR.1"); ok {
		t.Errorf("the phone is %q", phone)
	}
	if phone, _ := table.Phone("BR.2"); phone != "53" {
		t.Errorf("the phone is %q, want 53", phone)
	}
}

// TestStringsAreCopied holds Add to its promise: dialects hand out strings that
// share memory with a buffer.
func TestStringsAreCopied(t *testing.T) {
	l := dialect.Link{UserID: "US.1", Phone: "1555", Previous: "US.0"}
	c := NewLinks().Collector()
	n := testing.AllocsPerRun(100, func() {
		c.facts.clear()
		c.last = dialect.Link{}
		c.Add(l)
	})
	if n != 1 || c.last != l {
		t.Errorf("Add copies %v into %v pieces of memory, want 1, as %v", l, n, c.last)
	}
}

// TestOrder: neither the order of links nor their division among collectors,
// nor how often one is repeated, changes an answer.
func TestOrder(t *testing.T) {
	id := rapid.SampledFrom([]string{"", "A", "B", "C", "D", "E", "F", "G"})
	link := rapid.Custom(func(t *rapid.T) dialect.Link {
		return dialect.Link{
			UserID:   id.Draw(t, "id"),
			Phone:    rapid.SampledFrom([]string{"", "", "1", "2", "551187654321", "5511987654321"}).Draw(t, "phone"),
			Previous: id.Draw(t, "previous"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		links := rapid.SliceOfN(link, 0, 20).Draw(t, "links")
		want := table(links...)

		got := NewLinks()
		collectors := []*Collector{got.Collector(), got.Collector(), got.Collector()}
		for _, l := range rapid.Permutation(append(links, links...)).Draw(t, "shuffled") {
			i := rapid.IntRange(0, len(collectors)-1).Draw(t, "collector")
			collectors[i].Add(l)
			if rapid.Bool().Draw(t, "early") {
				got.Merge(collectors[i])
			}
		}
		for _, c := range collectors {
			got.Merge(c)
		}

		for _, id := range []string{"A", "B", "C", "D", "E", "F", "G"} {
			wantPhone, wantOK := want.Phone(id)
			if phone, ok := got.Phone(id); phone != wantPhone || ok != wantOK {
				t.Errorf("Phone(%q) = %q, %v, want %q, %v", id, phone, ok, wantPhone, wantOK)
			}
			if g, w := got.Canonical(id), want.Canonical(id); g != w {
				t.Errorf("Canonical(%q) = %q, want %q", id, g, w)
			}
		}
	})
}

func TestBatches(t *testing.T) {
	table := NewLinks()
	c := table.Collector()
	for i := range 3 * batchSize {
		c.Add(dialect.Link{UserID: fmt.Sprintf("US.%d", i), Phone: strconv.Itoa(i)})
	}
	if n := c.facts.size(); n >= batchSize {
		t.Errorf("a collector holds %d facts, want fewer than %d", n, batchSize)
	}
	table.Merge(c)
	for _, id := range []int{0, batchSize, 3*batchSize - 1} {
		if phone, _ := table.Phone(fmt.Sprintf("US.%d", id)); phone != strconv.Itoa(id) {
			t.Errorf("Phone(US.%d) = %q", id, phone)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	var links [4096]dialect.Link
	for i := range links {
		links[i] = dialect.Link{UserID: fmt.Sprintf("US.10000%05d", i), Phone: fmt.Sprintf("1555%07d", i)}
	}
	c := NewLinks().Collector()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Add(links[i%len(links)])
	}
}
