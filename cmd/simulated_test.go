package cmd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/result"
)

// months are the simulated months: each era, and each change inside one; under
// -short, where the race detector looks on, one of conversations and one of messages.
func months() []string {
	if testing.Short() {
		return []string{"2023-08-01", "2026-10-01"}
	}
	return []string{
		"2022-03-01", "2023-02-15", "2023-03-20", "2023-05-20", "2023-08-01", "2024-10-15", "2025-03-01",
		"2025-06-20", "2025-08-01", "2026-03-01", "2026-09-15", "2026-10-01",
	}
}

// size is how much to simulate: a little by default and under -short, the full
// five seeds of 100,000 messages with WAUDIT_LONG=1.
func size() (seeds, messages int) {
	switch {
	case os.Getenv("WAUDIT_LONG") != "":
		return 5, 100_000
	case testing.Short():
		return 1, 1_500
	}
	return 1, 6_000
}

// simulated writes a month and returns its folder and the truth: the checks
// hidden by message.
func simulated(t *testing.T, from string, seed, messages int, extra ...string) (dir string, truth map[string][]string) {
	t.Helper()
	dir = t.TempDir()
	args := append([]string{
		"simulate", "--seed", strconv.Itoa(seed), "--messages", strconv.Itoa(messages), "--from", from,
		"--days", "30", "--errors", "1%", "--duplicate", "20%", "--out", dir,
	}, extra...)
	if code, _, stderr := run(t, "", args...); code != exitClean {
		t.Fatalf("simulate: exit %d: %s", code, stderr)
	}
	truth = map[string][]string{}
	for _, line := range lines(t, filepath.Join(dir, "truth.ndjson")) {
		var x struct {
			Message string `json:"message_id"`
			Check   string `json:"check"`
		}
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Fatal(err)
		}
		truth[x.Message] = append(truth[x.Message], x.Check)
	}
	return dir, truth
}

// run calls the program in-process.
func run(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(context.Background(), args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var all []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		all = append(all, s.Text())
	}
	return all
}

// audited returns the JSON report of an audit.
func audited(t *testing.T, args ...string) *result.Report {
	t.Helper()
	code, stdout, stderr := run(t, "", append([]string{"audit", "-f", "json", "-q"}, args...)...)
	if code != exitClean && code != exitFindings && code != exitIncomplete {
		t.Fatalf("audit %v: exit %d: %s", args, code, stderr)
	}
	var r result.Report
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatalf("audit %v: %v", args, err)
	}
	return &r
}

// TestSimulatedMonths holds the auditor to a simulator that bills by its own
// reading of the rules: every hidden error is found under its check, and no
// sound charge is called an overcharge.
func TestSimulatedMonths(t *testing.T) {
	seeds, messages := size()
	for _, from := range months() {
		for seed := 1; seed <= seeds; seed++ {
			t.Run(fmt.Sprintf("%s/%d", from, seed), func(t *testing.T) {
				t.Parallel()
				dir, truth := simulated(t, from, seed, messages)
				r := audited(t, dir)
				reportSound(t, r, truth)
				reportFound(t, r, truth)
				if len(truth) == 0 {
					t.Error("no error was hidden")
				}
			})
		}
	}
}

// reportFound fails for every hidden error that is not found under its check.
func reportFound(t *testing.T, r *result.Report, truth map[string][]string) {
	t.Helper()
	found := map[string]map[string]bool{} // checks by message
	for _, f := range r.Findings {
		for _, id := range append([]string{f.Message}, f.Examples...) {
			if found[id] == nil {
				found[id] = map[string]bool{}
			}
			found[id][f.Check] = true
		}
	}
	missed := 0
	for id, checks := range truth {
		for _, c := range checks {
			if !found[id][c] && !dailyFinds(r, c) {
				missed++
				if missed <= 5 {
					t.Errorf("%s of %s was not found (found: %v)", c, id, slices.Sorted(maps.Keys(found[id])))
				}
			}
		}
	}
	if missed > 0 {
		t.Errorf("%d of %d hidden errors were not found", missed, len(truth))
	}
}

// dailyFinds tells whether a check that makes one finding a day, with a few
// examples, has findings at all.
func dailyFinds(r *result.Report, check string) bool {
	return strings.HasPrefix(check, "WA4") && slices.ContainsFunc(r.Findings, func(f result.Finding) bool { return f.Check == check })
}

// reportSound fails for every overcharge of a message without a hidden error.
func reportSound(t *testing.T, r *result.Report, truth map[string][]string) {
	t.Helper()
	wrong := 0
	for _, f := range r.Findings {
		if f.Verdict == result.Overcharge && truth[f.Message] == nil {
			if wrong++; wrong <= 5 {
				t.Errorf("sound charge accused: %s %s: %s", f.Check, f.Message, f.Explanation)
			}
		}
	}
	if wrong > 5 {
		t.Errorf("%d sound charges accused", wrong)
	}
}

var placesOnly = cmp.Transformer("noPlaces", func(r result.Report) result.Report {
	r.Run.Inputs = nil
	findings := slices.Clone(r.Findings)
	for i := range findings {
		findings[i].Evidence = nil
	}
	r.Findings = findings
	return r
})

// TestOrderDoublingAndSplitting: shuffling, doubling and splitting the input,
// other workers and less memory change nothing but inputs and places.
func TestOrderDoublingAndSplitting(t *testing.T) {
	_, messages := size()
	for _, from := range []string{"2022-03-01", "2023-08-01", "2025-06-20", "2026-09-15"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			dir, _ := simulated(t, from, 3, messages/2)
			config := filepath.Join(dir, "waudit.yaml")
			log := lines(t, filepath.Join(dir, "log.ndjson"))
			want := audited(t, filepath.Join(dir, "log.ndjson"), "-c", config)
			rng := rand.New(rand.NewPCG(1, 2))
			shuffled := slices.Concat(log, log)
			rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			other := t.TempDir()
			for i := range 3 {
				part := shuffled[i*len(shuffled)/3 : (i+1)*len(shuffled)/3]
				write(t, filepath.Join(other, fmt.Sprintf("part%d.ndjson", i)), part)
			}
			for _, flags := range [][]string{{"--workers", "1"}, {"--workers", "3"}, {"--memory", "1MB"}} {
				got := audited(t, append(flags, other, "-c", config)...)
				if diff := cmp.Diff(*want, *got, placesOnly); diff != "" {
					t.Errorf("%v: the report changed:\n%s", flags, diff[:min(len(diff), 3000)])
				}
				for _, in := range got.Run.Inputs {
					if in.Records != in.Used+in.Ignored+in.Duplicates+in.Rejected ||
						in.Items != in.Events+in.IgnoredItems+in.DuplicateItems+in.RejectedItems {
						t.Errorf("%v: an input does not add up: %+v", flags, in)
					}
				}
			}
		})
	}
}

// TestUnrelatedCustomers: adding customers changes no decision on others, in an
// era without a free tier to share.
func TestUnrelatedCustomers(t *testing.T) {
	_, messages := size()
	dir, _ := simulated(t, "2025-08-01", 1, messages/2)
	others, _ := simulated(t, "2025-08-01", 2, messages/2, "--errors", "0%")
	config := filepath.Join(dir, "waudit.yaml")
	own := lines(t, filepath.Join(dir, "log.ndjson"))
	more := lines(t, filepath.Join(others, "log.ndjson"))
	accounts, numbers := regexp.MustCompile(`\b1022901\d{8}\b`), regexp.MustCompile(`\b1065403\d{8}\b`)
	all := strings.Join(own, "")
	account, number := accounts.FindString(all), numbers.FindString(all)
	for i := range more { // move them to one number, with messages and users of their own
		more[i] = numbers.ReplaceAllString(accounts.ReplaceAllString(more[i], account), number)
		more[i] = strings.NewReplacer("wamid.", "wamid.other.", `"wa_id":"`, `"wa_id":"99`, `"from":"`, `"from":"99`, `"to":"`, `"to":"99`,
			`"recipient_id":"`, `"recipient_id":"99`, `"id":"wacid.`, `"id":"wacid.other.`).Replace(more[i])
	}
	path := filepath.Join(t.TempDir(), "both.ndjson")
	write(t, path, slices.Concat(more, own))
	_, want, _ := run(t, "", "replay", filepath.Join(dir, "log.ndjson"), "-c", config)
	_, both, _ := run(t, "", "replay", path, "-c", config)
	got := slices.DeleteFunc(strings.SplitAfter(both, "\n"), func(l string) bool { return strings.Contains(l, "wamid.other.") })
	if diff := cmp.Diff(strings.SplitAfter(want, "\n"), got); diff != "" {
		t.Errorf("decisions changed:\n%s", diff[:min(len(diff), 3000)])
	}
	if len(got) == len(strings.SplitAfter(both, "\n")) {
		t.Error("no customer was added")
	}
}

func write(t *testing.T, path string, lines []string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

var (
	timestamps   = regexp.MustCompile(`"timestamp":"?(\d{10})`)
	isoTimes     = regexp.MustCompile(`"timestamp":"(\d{4}-[^"]+)"`)
	inboundParts = regexp.MustCompile(`"messages":\[|"calls":\[|"event":"(inbound|call|accepted_call)"`)
	completeness = regexp.MustCompile(`(?m)^\s*complete_from:.*\n`)
)

// TestCutLogs: a log that begins in the middle, and is not said to be complete,
// turns no sound charge into an overcharge; nor does one that lacks the users'
// side.
func TestCutLogs(t *testing.T) {
	seeds, messages := size()
	for _, from := range months() {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			for seed := 1; seed <= seeds; seed++ {
				cutLogs(t, from, seed, messages)
			}
		})
	}
}

func cutLogs(t *testing.T, from string, seed, messages int) {
	dir, truth := simulated(t, from, seed, messages)
	log := lines(t, filepath.Join(dir, "log.ndjson"))
	config, err := os.ReadFile(filepath.Join(dir, "waudit.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	blind := filepath.Join(other, "blind.yaml")
	write(t, blind, []string{completeness.ReplaceAllString(string(config), "")})
	rng := rand.New(rand.NewPCG(uint64(seed), 7))
	path := filepath.Join(other, "log.ndjson")
	for range 4 {
		instant := timeOf(log[rng.IntN(len(log))])
		write(t, path, slices.DeleteFunc(slices.Clone(log), func(l string) bool { return timeOf(l) < instant }))
		reportSound(t, audited(t, path, "-c", blind), truth)
	}
	write(t, path, slices.DeleteFunc(slices.Clone(log), inboundParts.MatchString))
	reportSound(t, audited(t, path, "-c", blind), truth)
	reportSound(t, audited(t, path, "-c", filepath.Join(dir, "waudit.yaml")), truth)
}

// timeOf returns the earliest event time of a record, Unix seconds.
func timeOf(line string) int64 {
	first := int64(1 << 40)
	for _, m := range timestamps.FindAllStringSubmatch(line, -1) {
		if n, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			first = min(first, n)
		}
	}
	for _, m := range isoTimes.FindAllStringSubmatch(line, -1) {
		if t, err := time.Parse(time.RFC3339, m[1]); err == nil {
			first = min(first, t.Unix())
		}
	}
	return first
}
