package cmd

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/result"
)

// replayed returns the lines of a replay.
func replayed(t *testing.T, args ...string) []string {
	t.Helper()
	code, stdout, stderr := run(t, "", append([]string{"replay", "-q"}, args...)...)
	if code != exitClean && code != exitIncomplete {
		t.Fatalf("replay %v: exit %d: %s", args, code, stderr)
	}
	return slices.DeleteFunc(strings.Split(stdout, "\n"), func(l string) bool { return l == "" })
}

// TestPeriodsJudgeAlike: what a period cuts is what is judged, not what is known:
// a message has the same decision whatever else is judged, in a log as in its
// ledger.
func TestPeriodsJudgeAlike(t *testing.T) {
	seeds, messages := size()
	for _, from := range []string{"2022-02-10", "2023-05-10", "2024-09-10", "2025-06-10", "2026-02-10", "2026-08-20"} {
		for seed := 1; seed <= seeds; seed++ {
			t.Run(fmt.Sprintf("%s/%d", from, seed), func(t *testing.T) {
				t.Parallel()
				dir, _ := simulated(t, from, seed, messages/2, "--days", "100")
				log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
				ledger := packed(t, log, "-c", config, "--part-size", "100KB")
				all := replayed(t, log, "-c", config)
				slices.Sort(all)
				start, _ := time.Parse(time.DateOnly, from)
				for _, where := range []string{log, ledger} {
					joined := replayed(t, where, "-c", config, "--to", from[:7])
					for month := range 6 {
						first := time.Date(start.Year(), start.Month()+time.Month(month), 1, 0, 0, 0, 0, time.UTC)
						joined = append(joined, replayed(t, where, "-c", config, "--period", first.Format("2006-01"))...)
					}
					slices.Sort(joined)
					if diff := cmp.Diff(all, joined); diff != "" {
						t.Errorf("%s: decisions depend on the period:\n%s", where, diff[:min(len(diff), 3000)])
					}
				}
			})
		}
	}
}

// TestReplayAndAuditAgree: a message has one verdict, whoever asks.
func TestReplayAndAuditAgree(t *testing.T) {
	_, messages := size()
	for _, from := range months() {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			dir, _ := simulated(t, from, 7, messages/2)
			log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
			blind := filepath.Join(t.TempDir(), "blind.yaml")
			write(t, blind, []string{completeness.ReplaceAllString(strings.Join(lines(t, config), "\n"), "")})
			ledger := packed(t, log, "-c", config, "--part-size", "100KB")
			week := from[:8] + "2"
			for _, args := range [][]string{
				{log, "-c", config},
				{log, "-c", blind},
				{ledger, "-c", config},
				{log, "-c", config, "--from", week + "1", "--to", week + "7"},
				{ledger, "-c", config, "--from", week + "1", "--to", week + "7"},
			} {
				agree(t, audited(t, args...), replayed(t, args...))
			}
			all := replayed(t, log, "-c", config)
			for _, line := range []string{all[len(all)/4], all[len(all)*2/3]} {
				id := regexp.MustCompile(`"message_id":"([^"]+)"`).FindStringSubmatch(line)[1]
				for _, where := range []string{log, ledger} {
					if one := replayed(t, where, "-c", config, "--message", id); !slices.Contains(one, line) {
						t.Errorf("--message %s of %s: got %s\nwant %s", id, where, one, line)
					}
				}
			}
		})
	}
}

// agree fails unless a report and the lines of a replay tell the same verdicts.
func agree(t *testing.T, r *result.Report, replay []string) {
	t.Helper()
	verdicts, counts := map[string]result.Verdict{}, map[result.Verdict]int64{}
	for _, line := range replay {
		var d result.Decision
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		verdicts[d.Message+d.Participant] = d.Verdict
		counts[d.Verdict]++
	}
	v := r.Totals.Verdicts
	got := map[result.Verdict]int64{
		result.OK: v.OK, result.Overcharge: v.Overcharge, result.Undercharge: v.Undercharge, result.Uncertain: v.Uncertain, result.Unreported: v.Unreported,
	}
	maps.DeleteFunc(got, func(_ result.Verdict, n int64) bool { return n == 0 })
	if !maps.Equal(counts, got) {
		t.Errorf("audit counts %v, replay %v", got, counts)
	}
	for _, f := range r.Findings {
		if v := verdicts[f.Message+f.Participant]; f.Verdict == result.Overcharge && f.Message != "" && f.Check < "WA202" && v != result.Overcharge {
			t.Errorf("%s of %s: audit says %s, replay %s", f.Check, f.Message, f.Verdict, v)
		}
	}
}
