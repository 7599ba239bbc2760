package cmd

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/result"
)

// What is said of one customer rests on a look at no more of the others than that needs;
// it is what a look at all of them says. A finding by its id is asked for among those of all.
func TestOneOfAll(t *testing.T) {
	for _, from := range []string{"2022-03-01", "2023-03-20", "2023-08-01", "2025-06-20", "2025-08-01", "2026-10-01"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			dir, _ := simulated(t, from, 7, 400)
			log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
			all := replayed(t, log, "-c", config)
			byMessage := map[string][]result.Finding{}
			r := audited(t, log, "-c", config)
			for _, f := range r.Findings {
				byMessage[f.Number+f.Message+f.Participant] = append(byMessage[f.Number+f.Message+f.Participant], f)
			}
			users := regexp.MustCompile(`"wa_id":"([0-9]+)"`)
			for n := 0; n < len(all); n += len(all)/4 + 1 {
				user := users.FindStringSubmatch(all[n])
				if user == nil {
					continue
				}
				want := slices.DeleteFunc(slices.Clone(all), func(l string) bool { return !strings.Contains(l, user[0]) })
				if diff := cmp.Diff(want, replayed(t, log, "-c", config, "--user", user[1])); diff != "" {
					t.Errorf("replay of %s:\n%s", user[1], diff)
				}
				e := explanation(t, "explain", log, "-c", config, "--user", user[1])
				if diff := cmp.Diff(r.Run.Inputs, e.Inputs); diff != "" {
					t.Errorf("inputs:\n%s", diff)
				}
				holdExplained(t, e, want, byMessage)
			}
		})
	}
}

// holdExplained sees that an explanation has the decisions of a replay, and the findings of
// an audit.
func holdExplained(t *testing.T, e *result.Explanation, replay []string, byMessage map[string][]result.Finding) {
	t.Helper()
	var decisions []string
	for _, c := range e.Customers {
		var findings []result.Finding
		for _, m := range c.Messages {
			line, err := json.Marshal(m.Decision)
			if err != nil {
				t.Fatal(err)
			}
			decisions = append(decisions, string(line))
			findings = append(findings, byMessage[c.Number+m.Decision.Message+m.Decision.Participant]...)
		}
		if diff := cmp.Diff(findings, c.Findings); diff != "" && len(findings)+len(c.Findings) > 0 {
			t.Errorf("findings of %s:\n%s", c.User, diff)
		}
	}
	if diff := cmp.Diff(replay, decisions); diff != "" {
		t.Errorf("decisions:\n%s", diff[:min(len(diff), 3000)])
	}
}
