package audit_test

import (
	"context"
	"encoding/json"
	"testing"

	"waudit/audit"
	"waudit/audit/event"
)

// holdParts audits the pairs in parts, as processes do that know nothing of each other,
// puts them together in whatever order, and compares what is found with an audit of all
// pairs at once. Every timeline of the tests goes through it.
func holdParts(t *testing.T, all []event.Pair, options func() audit.Options, want *audit.Findings) {
	t.Helper()
	if len(all) > 100 {
		return
	}
	parts := [3]memoryLog{} // of which one may be empty
	for i, p := range all {
		at := &parts[i%2]
		at.pairs = append(at.pairs, p)
	}
	expected := asText(t, want)
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
		left, judged := [3]memoryLog{}, [3][]byte{}
		survey, again := surveyOf(t, parts[:], order, options, func(i int, l *audit.Looked) {
			judged[i] = l.Judged
			for n, p := range parts[i].pairs {
				if l.IsLate(0, n) {
					left[i].pairs = append(left[i].pairs, p)
				}
			}
		})
		if again {
			left, judged = parts, [3][]byte{}
		}
		opts := options()
		opts.Survey = survey
		assembler := audit.NewAssembler(opts)
		add := func(data []byte, err error) {
			if err == nil && data != nil {
				err = assembler.Add(data)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, i := range order {
			opts := options()
			opts.Survey = survey
			add(audit.Judge(context.Background(), left[i], opts))
			add(judged[i], nil)
		}
		if got := asText(t, assembler.Findings()); got != expected {
			t.Fatalf("in parts, in the order %v:\n%s\nwant\n%s", order, got, expected)
		}
	}
}

// surveyOf takes the survey in parts, and shows what is found in each. Of merging, which
// part comes first and which are merged before makes no difference.
func surveyOf(t *testing.T, parts []memoryLog, order []int, options func() audit.Options, show func(int, *audit.Looked)) (*audit.Survey, bool) {
	t.Helper()
	var found []*audit.Surveyed
	for _, i := range order {
		l, err := audit.Look(context.Background(), parts[i], options())
		if err != nil {
			t.Fatal(err)
		}
		data, err := l.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		read := &audit.Surveyed{}
		if err := read.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		found = append(found, read)
		show(i, l)
	}
	if order[0] == 0 { // the first with the second, else the second with the third
		found[0].Merge(found[1])
		found[1] = found[2]
	} else {
		found[1].Merge(found[2])
	}
	found[0].Merge(found[1])
	return found[0].Survey()
}

func asText(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
