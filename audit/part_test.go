package audit_test

import (
	"context"
	"encoding/json"
	"slices"
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
		survey := surveyOf(t, parts[:], order, options)
		opts := options()
		opts.Survey = survey
		assembler := audit.NewAssembler(opts)
		for _, i := range order {
			opts := options()
			opts.Survey = survey
			judged, err := audit.Judge(context.Background(), parts[i], opts)
			if err == nil {
				err = assembler.Add(judged)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := asText(t, assembler.Findings()); got != expected {
			t.Fatalf("in parts, in the order %v:\n%s\nwant\n%s", order, got, expected)
		}
	}
}

// surveyOf takes the survey in parts. Of merging, which part comes first and which are
// merged before makes no difference.
func surveyOf(t *testing.T, parts []memoryLog, order []int, options func() audit.Options) *audit.Survey {
	t.Helper()
	var found []*audit.Surveyed
	for _, i := range order {
		s, err := audit.Look(context.Background(), parts[i], options())
		if err != nil {
			t.Fatal(err)
		}
		data, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		read := &audit.Surveyed{}
		if err := read.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		found = append(found, read)
	}
	if order[0] == 0 { // the first with the second, else the second with the third
		found[0].Merge(found[1])
		found = slices.Delete(found, 1, 2)
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
