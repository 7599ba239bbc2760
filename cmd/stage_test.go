package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/ingest/frame"
	"waudit/ingest/ledger"
)

// stages runs an audit in stages as an engine would: frames come shuffled and
// doubled, and processes are given several partitions at once.
type stages struct {
	t         *testing.T
	rng       *rand.Rand
	dir       string
	processes int // among which the partitions are divided; 0: each has its own
	lines     bool
	command   string   // that is run in stages, "" for audit
	plan      []string // flags of the plan alone
	frames    map[frame.ContentKind][]frame.Frame
}

func newStages(t *testing.T, seed uint64, processes int, lines bool) *stages {
	return &stages{t: t, rng: rand.New(rand.NewPCG(seed, 1)), dir: t.TempDir(), processes: processes, lines: lines, frames: map[frame.ContentKind][]frame.Frame{}}
}

// stage runs one, and keeps its frames.
func (s *stages) stage(in []frame.Frame, args ...string) (code int, stdout []byte, stderr string) {
	s.t.Helper()
	var out, errs bytes.Buffer
	if args[0] != "plan" {
		args = append(args, "--run", filepath.Join(s.dir, "run.json"))
		if s.lines {
			args = append(args, "--lines")
		}
	}
	code = Run(context.Background(), append([]string{"stage"}, args...), bytes.NewReader(s.stream(in)), &out, &errs)
	return code, out.Bytes(), errs.String()
}

// must runs a stage that must go well.
func (s *stages) must(in []frame.Frame, args ...string) []byte {
	s.t.Helper()
	code, out, stderr := s.stage(in, args...)
	if code != exitClean {
		s.t.Fatalf("stage %v: exit %d: %s", args, code, stderr)
	}
	return out
}

// keep keeps the frames that a stage has written.
func (s *stages) keep(out []byte) {
	r := frame.NewReader(bytes.NewReader(out), s.lines)
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			s.t.Fatal(err)
		}
		s.frames[f.Kind] = append(s.frames[f.Kind], f)
	}
}

// stream is frames as bytes, shuffled, and some of them twice.
func (s *stages) stream(frames []frame.Frame) []byte {
	frames = slices.Clone(frames)
	for _, f := range frames {
		if s.rng.IntN(3) == 0 {
			frames = append(frames, f)
		}
	}
	s.rng.Shuffle(len(frames), func(i, j int) { frames[i], frames[j] = frames[j], frames[i] })
	var b bytes.Buffer
	w := frame.NewWriter(&b, s.lines)
	for _, f := range frames {
		if err := w.Write(f); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		s.t.Fatal(err)
	}
	return b.Bytes()
}

// with writes frames of the kinds to a file for --with.
func (s *stages) with(kinds ...frame.ContentKind) string {
	var all []frame.Frame
	for _, k := range kinds {
		all = append(all, s.frames[k]...)
	}
	path := filepath.Join(s.dir, fmt.Sprintf("with-%d", s.rng.Uint64()))
	if err := os.WriteFile(path, s.stream(all), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return "--with=" + path
}

// processesOf divides the frames of a kind among processes.
func (s *stages) processesOf(kind frame.ContentKind) [][]frame.Frame {
	of := map[uint32][]frame.Frame{}
	for _, f := range s.frames[kind] {
		at := f.Key
		if s.processes > 0 {
			at %= uint32(s.processes)
		}
		of[at] = append(of[at], f)
	}
	var all [][]frame.Frame
	for _, k := range slices.Sorted(maps.Keys(of)) {
		all = append(all, of[k])
	}
	return all
}

// plan plans, and runs all tasks.
func (s *stages) mapAll(args ...string) {
	s.t.Helper()
	plan := s.must(nil, append([]string{"plan"}, args...)...)
	if err := os.WriteFile(filepath.Join(s.dir, "run.json"), plan, 0o600); err != nil {
		s.t.Fatal(err)
	}
	var p runPlan
	if err := json.Unmarshal(plan, &p); err != nil {
		s.t.Fatal(err)
	}
	for task := range p.Tasks {
		s.keep(s.must(nil, "map", "--task", fmt.Sprint(task)))
	}
}

// run runs all stages and returns how the last one ended.
func (s *stages) run(args ...string) (code int, stdout, stderr string) {
	s.t.Helper()
	s.mapAll(args...)
	s.keep(s.must(slices.Concat(s.frames[frame.Facts], s.frames[frame.Pending]), "facts"))
	if s.command == "reconcile" {
		in := slices.Concat(s.frames[frame.Events], s.frames[frame.Pending], s.frames[frame.Rejected])
		code, out, stderr := s.stage(in, "report", s.with(frame.Log))
		return code, string(out), stderr
	}
	if len(s.frames[frame.Question]) > 0 {
		for _, p := range s.processesOf(frame.Events) {
			s.keep(s.must(p, "answer", s.with(frame.Log, frame.Question)))
		}
		s.keep(s.must(s.frames[frame.Pending], "route", s.with(frame.Log, frame.Question, frame.Answer)))
	}
	if len(s.frames[frame.Damaged]) > 0 {
		for _, p := range s.processesOf(frame.Events) {
			s.keep(s.must(p, "measure", s.with(frame.Log, frame.Routing)))
		}
	}
	for _, p := range s.processesOf(frame.Events) {
		s.keep(s.must(p, "survey", s.with(knownFrames...)))
	}
	s.keep(s.must(s.frames[frame.Surveyed], "join", s.with(knownFrames...)))
	judged := s.processesOf(frame.Left)
	if len(s.frames[frame.Again]) > 0 {
		judged = s.processesOf(frame.Events)
	}
	for _, p := range judged {
		s.keep(s.must(p, "judge", s.with(knownFrames...), s.with(frame.Survey)))
	}
	code, out, stderr := s.stage(s.toReport(), "report", s.with(append(knownFrames, frame.Survey)...))
	return code, string(out), stderr
}

// toReport are the frames that the last stage reads.
func (s *stages) toReport() []frame.Frame {
	return slices.Concat(s.frames[frame.Judged], s.frames[frame.Rejected], s.frames[frame.Loose], s.frames[frame.Piece], s.frames[frame.Decided])
}

// knownFrames are the frames that go to all stages from the survey on.
var knownFrames = []frame.ContentKind{frame.Log, frame.Routing, frame.Measured}

// holdStages compares an audit in stages with that of one process: report, notes and
// exit code.
func holdStages(t *testing.T, s *stages, partitions int, args ...string) {
	t.Helper()
	command, format, of := "audit", "json", append([]string{"--partitions", fmt.Sprint(partitions)}, s.plan...)
	if s.command != "" {
		command, of = s.command, append([]string{s.command}, of...)
	}
	if s.command == "replay" {
		format = "ndjson"
	}
	args = append([]string{"-f", format}, args...)
	wantCode, want, wantNotes := run(t, "", append([]string{command}, args...)...)
	if wantCode == exitUsage || wantCode == exitInternal {
		t.Fatalf("audit: exit %d: %s", wantCode, wantNotes)
	}
	rejected := func() []byte {
		at := slices.Index(args, "--rejects")
		if at < 0 {
			return nil
		}
		text, err := os.ReadFile(args[at+1])
		if err != nil || len(text) == 0 {
			t.Fatalf("%d bytes of rejected records: %v", len(text), err)
		}
		return text
	}
	wantRejected := rejected()
	code, got, notes := s.run(append(of, args...)...)
	if code != wantCode || notes != wantNotes {
		t.Errorf("exit %d, want %d, with the notes\n%s\nwant\n%s", code, wantCode, notes, wantNotes)
	}
	if !bytes.Equal(rejected(), wantRejected) {
		t.Errorf("the rejected records are\n%s\nwant\n%s", rejected(), wantRejected)
	}
	if got != want {
		a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("line %d of the report is\n%s\nwant\n%s", i+1, b[i], a[i])
			}
		}
		t.Fatalf("the report has %d lines, want %d", len(b), len(a))
	}
}

// ofStages is how many messages a log has that is audited in stages: enough for several
// partitions, few as each stage starts a program.
const ofStages = 800

// TestStages: an audit in stages gives the bytes of an audit at once, evidence and
// inputs among them, whatever the partitions, the order of frames and how often they
// come.
func TestStages(t *testing.T) {
	split := func(t *testing.T, dir, drop string) []string {
		log := slices.DeleteFunc(lines(t, filepath.Join(dir, "log.ndjson")), func(line string) bool {
			return drop != "" && strings.Contains(line, drop)
		})
		other := filepath.Join(dir, "parts")
		if err := os.Mkdir(other, 0o700); err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			write(t, filepath.Join(other, fmt.Sprintf("part%d.ndjson", i)), log[i*len(log)/2:(i+1)*len(log)/2])
		}
		write(t, filepath.Join(other, "again.ndjson"), log[:len(log)/2]) // the content of another
		write(t, filepath.Join(other, "notes.json"), []string{`{"somebody": "else's"}`})
		return []string{other, "-c", filepath.Join(dir, "waudit.yaml")}
	}
	for _, c := range []struct {
		from                  string
		partitions, processes int
		lines                 bool
		simulate, flags       []string
		drop                  string // of the log the lines with it
		again                 bool   // all pairs are judged again
	}{
		{from: "2022-03-01", partitions: 1, flags: []string{"--checks", "all"}},
		{from: "2023-08-01", partitions: 7, processes: 3, flags: []string{"--from", "2023-08-10", "--to", "2023-08-20"}},
		{from: "2024-10-15", partitions: 3, lines: true, simulate: []string{"--dialect", "flat"}},
		{from: "2025-06-20", partitions: 64, processes: 3, flags: []string{"--redact", "--hash-inputs"}},
		{from: "2025-08-01", partitions: 2, simulate: []string{"--dialect", "flat"}, drop: `"inbound"`, flags: []string{"--tolerance", "0s", "--currency", "EUR"}, again: true},
		{from: "2026-10-01", partitions: 4, flags: []string{"--period", "2026-10", "--report", "csv=" + os.DevNull}},
	} {
		t.Run(fmt.Sprintf("%s/%d", c.from, c.partitions), func(t *testing.T) {
			t.Parallel()
			dir, _ := simulated(t, c.from, 5, ofStages, c.simulate...)
			s := newStages(t, 1, c.processes, c.lines)
			holdStages(t, s, c.partitions, append(split(t, dir, c.drop), c.flags...)...)
			if again := len(s.frames[frame.Again]) > 0; again != c.again {
				t.Errorf("all pairs are judged again: %t", again)
			}
		})
	}
}

// TestStagesOfRanges: a file is read in ranges of its lines, and every line that the
// report names is that of the file: of evidence, of rejected records and of what is cut.
func TestStagesOfRanges(t *testing.T) {
	t.Parallel()
	dir, _ := simulated(t, "2025-08-01", 5, ofStages)
	log := lines(t, filepath.Join(dir, "log.ndjson"))
	folder := filepath.Join(dir, "parts")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "a.ndjson"), log[:len(log)/8])
	cut := strings.Join(log[len(log)*3/5:], "\n")
	foreign := slices.Repeat([]string{`{"other": "` + strings.Repeat("x", 500) + `"}`}, len(cut)/500) // more than a range
	rejected := append(foreign, "{", `{"object": "whatsapp_business_account", "entry": 1}`)
	write(t, filepath.Join(folder, "b.ndjson"), slices.Concat(rejected, log[len(log)/10:len(log)*2/3]))
	if err := os.WriteFile(filepath.Join(folder, "c.ndjson"), []byte(cut[:len(cut)-50]), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "d.ndjson"), log[len(log)-len(log)/8:])
	s := newStages(t, 12, 3, false)
	s.plan = []string{"--task-size", fmt.Sprint(len(cut) / 3)}
	holdStages(t, s, 5, folder, "-c", filepath.Join(dir, "waudit.yaml"))
	if tasks := len(s.frames[frame.Facts]); tasks < 10 {
		t.Errorf("there are %d tasks", tasks)
	}
}

// TestStagesOfLedgers: a ledger is read in parts, and of a period in part.
func TestStagesOfLedgers(t *testing.T) {
	t.Parallel()
	dir, _ := simulated(t, "2026-03-01", 6, ofStages)
	log := lines(t, filepath.Join(dir, "log.ndjson"))
	write(t, filepath.Join(dir, "early.ndjson"), log[:len(log)*2/3])
	write(t, filepath.Join(dir, "late.ndjson"), log[len(log)/2:])
	config, ledger := filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "ledger")
	if code, _, stderr := run(t, "", "pack", filepath.Join(dir, "early.ndjson"), "-c", config, "-o", ledger, "--part-size", "40KB"); code != exitClean {
		t.Fatalf("pack: exit %d: %s", code, stderr)
	}
	s := newStages(t, 2, 2, false)
	holdStages(t, s, 5, ledger, "-c", config, "--from", "2026-03-28")
	if len(s.frames[frame.Left]) > 0 {
		t.Error("with the survey that a ledger keeps nothing needs to be left")
	}
	holdStages(t, newStages(t, 2, 0, false), 2, ledger, filepath.Join(dir, "late.ndjson"), "-c", config)
}

// TestStagesOfLateLedgers: of a ledger of many months the parts are read that a period
// needs, or a customer.
func TestStagesOfLateLedgers(t *testing.T) {
	t.Parallel()
	dir, _ := simulated(t, "2026-02-01", 6, ofStages, "--days", "240")
	config, log := filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "log.ndjson")
	ledger := packed(t, log, "-c", config)
	s := newStages(t, 15, 2, false)
	holdStages(t, s, 2, ledger, "-c", config, "--period", "2026-08")
	if tasks, parts := len(s.frames[frame.Facts]), len(manifestOf(t, ledger).Parts); tasks >= parts {
		t.Errorf("all %d parts were read", parts)
	}
	s = newStages(t, 15, 2, false)
	s.command = "replay"
	holdStages(t, s, 2, ledger, "-c", config, "--user", anyUser(t, log, config))
}

// anyUser is the customer of some decision on a log.
func anyUser(t *testing.T, log, config string) string {
	t.Helper()
	all := replayed(t, log, "-c", config)
	return regexp.MustCompile(`"wa_id":"(\d+)"`).FindStringSubmatch(all[len(all)/2])[1]
}

// TestStagesOfReplays: decisions are those of one process, in its order, in every format,
// for all or for one customer or message, of logs that are damaged and those in which users
// are known by an id only; none gets lost unseen, and none comes from elsewhere.
func TestStagesOfReplays(t *testing.T) {
	t.Parallel()
	folder, config := pendingLog(t, "2025-08-01", true)
	if err := os.Truncate(filepath.Join(folder, "1.ndjson"), 60_000); err != nil {
		t.Fatal(err)
	}
	all := replayed(t, folder, "-c", config)
	message := regexp.MustCompile(`"message_id":"([^"]+)"`).FindStringSubmatch(all[len(all)/3])[1]
	var last *stages
	for name, args := range map[string][]string{
		"user":    {"--user", "+" + anyUser(t, folder, config)},
		"message": {"--message", message},
		"nobody":  {"--user", "15550000000", "--quiet"},
		"csv":     {"-f", "csv", "--redact", "--from", "2025-08-10"},
		"all":     {"--report", "csv=" + filepath.Join(t.TempDir(), "decisions.csv"), "--rejects", filepath.Join(t.TempDir(), "rejects")},
	} {
		s := newStages(t, 16, 2*(len(name)%2), name == "csv") // two processes, or one for each partition
		s.command = "replay"
		holdStages(t, s, 5, append([]string{folder, "-c", config}, args...)...)
		if name == "all" {
			last = s
		}
	}
	s := last
	report := []string{"report", s.with(append(knownFrames, frame.Survey)...)}
	for i, f := range s.toReport() {
		in := slices.Delete(s.toReport(), i, i+1)
		if code, out, stderr := s.stage(in, report...); code != exitIncomplete || len(out) > 0 || !strings.Contains(stderr, "missing") {
			t.Errorf("without a frame of the kind %q: exit %d with %d bytes: %s", f.Kind, code, len(out), stderr)
		}
	}
	other := s.frames[frame.Decided][0]
	other.Key, other.Data = 99, append([]byte{99}, other.Data[1:]...)
	if code, out, stderr := s.stage(append(s.toReport(), other), report...); code == exitClean || len(out) > 0 || !strings.Contains(stderr, "another run") {
		t.Errorf("with a frame of another run: exit %d with %d bytes: %s", code, len(out), stderr)
	}
}

// pendingLog makes a log in parts, in which users are known by an id only, statuses name
// nobody, and events name no business number or belong to nobody. With numbers there are
// several that those without one may be of.
func pendingLog(t *testing.T, from string, numbers bool) (folder, config string) {
	t.Helper()
	dir, _ := simulated(t, from, 7, ofStages, "--dialect", "flat")
	rng := rand.New(rand.NewPCG(3, 4))
	parts := make([][]string, 3)
	number := ""
	for i, line := range lines(t, filepath.Join(dir, "log.ndjson")) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		user, _ := e["wa_id"].(string)
		if number == "" {
			number, _ = e["phone_number_id"].(string)
		}
		if !numbers { // one number, so that what names none can be of it
			e["phone_number_id"] = number
		}
		last := ""
		if user != "" {
			last = user[len(user)-1:]
		}
		switch {
		case last == "1" || last == "2": // by both, or either of them
			e["user_id"] = "US." + user[1:]
			if rng.IntN(3) == 0 {
				delete(e, "wa_id")
			} else if rng.IntN(2) == 0 {
				delete(e, "user_id")
			}
		case last == "3": // never by the phone
			e["user_id"] = "US." + user[1:]
			delete(e, "wa_id")
		case rng.IntN(20) == 0 && e["event"] != "inbound":
			delete(e, "wa_id")
			if rng.IntN(5) == 0 {
				e["message_id"] = fmt.Sprint("wamid.nobody", i)
			}
		}
		if rng.IntN(15) == 0 {
			delete(e, "phone_number_id")
		}
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		to := &parts[rng.IntN(len(parts))]
		*to = append(*to, string(text))
	}
	folder = filepath.Join(dir, "parts")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for i, part := range parts {
		write(t, filepath.Join(folder, fmt.Sprintf("%d.ndjson", i)), part)
	}
	return folder, filepath.Join(dir, "waudit.yaml")
}

// TestStagesOfPending: users who are known by an id only, statuses that name nobody,
// events that name no business number and such that belong to nobody find their pairs
// across partitions.
func TestStagesOfPending(t *testing.T) {
	for from, numbers := range map[string]bool{"2023-08-01": true, "2026-10-01": false} {
		t.Run(fmt.Sprint(from, numbers), func(t *testing.T) {
			t.Parallel()
			folder, config := pendingLog(t, from, numbers)
			s := newStages(t, 8, 0, false)
			holdStages(t, s, 4, folder, "-c", config)
			if len(s.frames[frame.Pending]) == 0 || len(s.frames[frame.Answer]) == 0 {
				t.Error("nothing was pending")
			}
		})
	}
}

// TestStagesOfExceptions: accepted findings are left out wherever they are found, and
// what is told of exceptions is of all processes.
func TestStagesOfExceptions(t *testing.T) {
	t.Parallel()
	dir, _ := simulated(t, "2025-08-01", 9, ofStages)
	config := filepath.Join(dir, "waudit.yaml")
	r := audited(t, filepath.Join(dir, "log.ndjson"), "-c", config)
	var ignore strings.Builder
	ignore.WriteString("ignore:\n")
	for _, f := range r.Findings[:min(5, len(r.Findings))] {
		fmt.Fprintf(&ignore, "  - {id: %s, reason: known}\n", f.ID)
	}
	ignore.WriteString("  - {id: \"0000000000000000\", reason: nothing}\n  - {check: WA4*, reason: old, until: 2020-01-01}\n")
	path := filepath.Join(dir, "ignore.yaml")
	if err := os.WriteFile(path, []byte(ignore.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	holdStages(t, newStages(t, 4, 0, false), 3, filepath.Join(dir, "log.ndjson"), "-c", config, "--ignore", path)
}

// TestStagesOfBills: a bill is that of one process, with what is free, uncertain and in
// volume tiers, also where all pairs are judged again.
func TestStagesOfBills(t *testing.T) {
	t.Parallel()
	dir, _ := simulated(t, "2025-07-15", 4, ofStages)
	for _, drop := range []string{"", `"messages":[`} {
		log := slices.DeleteFunc(lines(t, filepath.Join(dir, "log.ndjson")), func(line string) bool { return drop != "" && strings.Contains(line, drop) })
		path := filepath.Join(t.TempDir(), "log.ndjson")
		write(t, path, log)
		s := newStages(t, 11, 2, false)
		s.command = "bill"
		holdStages(t, s, 3, path, "-c", filepath.Join(dir, "waudit.yaml"))
		if again := len(s.frames[frame.Again]) > 0; again != (drop != "") {
			t.Errorf("all pairs are judged again: %t", again)
		}
	}
}

// TestStagesOfReconciliations: a bill is laid beside a log that was read in stages as beside
// one that one process has read, with all of its lines and claims.
func TestStagesOfReconciliations(t *testing.T) {
	t.Parallel()
	dir, _ := simulated(t, "2026-10-01", 7, ofStages, "--days", "31", "--dialect", "flat", "--invoice", "lines,items", "--invoice-errors", "2%")
	log, folder := lines(t, filepath.Join(dir, "log.ndjson")), filepath.Join(dir, "parts")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for i, line := range log {
		if i%7 == 0 { // their customers are known by their messages alone
			log[i] = regexp.MustCompile(`"wa_id":"\d+",?`).ReplaceAllString(line, "")
		}
	}
	write(t, filepath.Join(folder, "a.ndjson"), append(log[:len(log)/2:len(log)/2], "{"))
	write(t, filepath.Join(folder, "b.ndjson"), log[len(log)/2:])
	claims, rejects := filepath.Join(dir, "claims"), filepath.Join(dir, "rejects")
	for _, name := range []string{"invoice-lines.csv", "invoice-items.csv"} {
		s := newStages(t, 14, 0, false)
		s.command = "reconcile"
		args := []string{folder, "--invoice", filepath.Join(dir, name), "-c", filepath.Join(dir, "waudit.yaml"), "--period", "2026-10", "--rejects", rejects, "--write-claims", claims}
		holdStages(t, s, 2, args...)
		got := lines(t, claims)
		run(t, "", append([]string{"reconcile"}, args...)...)
		if want := lines(t, claims); !slices.Equal(got, want) || len(got) == 0 {
			t.Errorf("%s: the claims differ", name)
		}
		if len(s.frames[frame.Pending]) == 0 {
			t.Error("nothing was pending")
		}
		for _, kind := range []frame.ContentKind{frame.Events, frame.Pending, frame.Rejected} {
			in := slices.Concat(s.frames[frame.Events], s.frames[frame.Pending], s.frames[frame.Rejected])
			in = slices.DeleteFunc(in, func(f frame.Frame) bool { return f.Kind == kind && f.Key == s.frames[kind][0].Key })
			if code, out, stderr := s.stage(in, "report", s.with(frame.Log)); code != exitIncomplete || len(out) > 0 || !strings.Contains(stderr, "missing") {
				t.Errorf("without frames of the kind %q: exit %d with %d bytes: %s", kind, code, len(out), stderr)
			}
		}
	}
}

// TestStagesOfPacks: a ledger that is packed in stages is that of one process but for the
// division of its events among files, with what belongs to nobody and what is cut. One
// that lacks something is none.
func TestStagesOfPacks(t *testing.T) {
	t.Parallel()
	folder, config := pendingLog(t, "2023-08-01", true)
	if err := os.Truncate(filepath.Join(folder, "1.ndjson"), 60_000); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "ledger")
	for _, flags := range [][]string{{"--hive"}, {"--redact"}} {
		holdPack(t, dir, config, append(flags, folder, "-c", config, "--part-size", "60KB", "-o", dir))
	}
}

// holdPack compares a ledger that is packed in stages with that of one process.
func holdPack(t *testing.T, dir, config string, args []string) {
	t.Helper()
	wantCode, wantOut, wantNotes := run(t, "", append([]string{"pack"}, args...)...)
	wantReport, wantManifest, wantRows := audited(t, dir, "-c", config), manifestOf(t, dir), 0
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	s := newStages(t, 13, 2, false)
	s.command = "pack"
	code, out, notes := s.run(append([]string{"pack", "--partitions", "3"}, args...)...)
	if code != wantCode || code != exitIncomplete || notes != wantNotes {
		t.Fatalf("exit %d, want %d, with the notes\n%s\nwant\n%s", code, wantCode, notes, wantNotes)
	}
	parts := regexp.MustCompile(`in \d+ parts`)
	if parts.ReplaceAllString(out, "") != parts.ReplaceAllString(wantOut, "") || len(s.frames[frame.Loose]) == 0 {
		t.Errorf("%s, want %s", out, wantOut)
	}
	m, rows := manifestOf(t, dir), 0
	for _, p := range wantManifest.Parts {
		wantRows += int(p.Rows)
	}
	for _, p := range m.Parts {
		rows += int(p.Rows)
	}
	if m.Parts, wantManifest.Parts = nil, nil; rows != wantRows || !cmp.Equal(m, wantManifest) {
		t.Errorf("%d rows, want %d; the manifests differ in\n%s", rows, wantRows, cmp.Diff(wantManifest, m))
	}
	sameReport(t, "packed in stages", wantReport, audited(t, dir, "-c", config))

	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	in := slices.Concat(s.frames[frame.Judged], s.frames[frame.Loose], s.frames[frame.Piece][1:])
	if code, _, stderr := s.stage(in, "report", s.with(append(knownFrames, frame.Survey)...)); code != exitIncomplete || !strings.Contains(stderr, "missing or cut") {
		t.Errorf("without a piece: exit %d: %s", code, stderr)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("something is left of a ledger that is not whole: %v", err)
	}
}

// manifestOf reads the manifest of a ledger.
func manifestOf(t *testing.T, dir string) (m ledger.Manifest) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, ledger.ManifestName))
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestStagesKeepApart: customers who have pseudonyms in a ledger are not taken for others
// than those of the log beside it.
func TestStagesKeepApart(t *testing.T) {
	t.Parallel()
	dir, _ := simulated(t, "2026-10-01", 2, ofStages/4)
	log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
	s := newStages(t, 17, 0, false)
	s.mapAll(log, packed(t, log, "-c", config, "--redact"), "-c", config)
	s.keep(s.must(s.frames[frame.Facts], "facts"))
	if code, _, stderr := s.stage(s.frames[frame.Events], "survey", s.with(frame.Log)); code != exitUsage || !strings.Contains(stderr, "pseudonyms") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// TestStagesLackNothing: what is cut or missing is an error that names it, whichever
// frame it is, and so is a log that is not whole.
func TestStagesLackNothing(t *testing.T) {
	t.Parallel()
	dir, _ := simulated(t, "2026-10-01", 2, ofStages/2)
	config, log := filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "log.ndjson")
	all, rest := lines(t, log), filepath.Join(dir, "rest.ndjson")
	write(t, log, all[:len(all)/2])
	write(t, rest, all[len(all)/2:])
	s := newStages(t, 5, 0, false)
	if code, _, stderr := s.run(log, rest, "-c", config, "--partitions", "3"); code != exitFindings {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	lacks := func(in []frame.Frame, says string, args ...string) {
		t.Helper()
		if code, out, stderr := s.stage(in, args...); code != exitIncomplete || len(out) > 0 || !strings.Contains(stderr, says) {
			t.Errorf("%v: exit %d with %d bytes: %s; want it to say %q", args, code, len(out), stderr, says)
		}
	}
	without := func(kind frame.ContentKind, i int) []frame.Frame {
		return slices.Delete(slices.Clone(s.frames[kind]), i, i+1)
	}
	known, survey := s.with(frame.Log, frame.Routing), s.with(frame.Survey)
	lacks(nil, "task 0", "facts")
	for i, f := range s.frames[frame.Events] {
		rest := slices.DeleteFunc(without(frame.Events, i), func(g frame.Frame) bool { return g.Key != f.Key })
		lacks(rest, fmt.Sprintf("partition %d, task", f.Key), "survey", known)
	}
	for i := range s.frames[frame.Surveyed] {
		lacks(without(frame.Surveyed, i), "partition", "join", known)
	}
	for i := range s.frames[frame.Judged] {
		lacks(without(frame.Judged, i), "partition", "report", known, survey)
	}
	lacks(s.frames[frame.Judged], "stage join", "report", known)
	lacks(s.frames[frame.Events], "stage facts", "judge", survey)
	whole := s.stream(s.frames[frame.Judged])
	for _, cut := range []int{1, 7, len(whole) / 2, len(whole) - 1} {
		var out, errs bytes.Buffer
		args := []string{"stage", "report", "--run", filepath.Join(s.dir, "run.json"), known, survey}
		if code := Run(context.Background(), args, bytes.NewReader(whole[:cut]), &out, &errs); code != exitIncomplete || out.Len() > 0 {
			t.Errorf("cut at %d: exit %d: %s", cut, code, errs.String())
		}
	}

	d := newStages(t, 6, 0, false)
	if err := os.WriteFile(filepath.Join(d.dir, "run.json"), d.must(nil, "plan", log, "-c", config), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, log, []string{"changed"})
	if code, _, stderr := d.stage(nil, "map", "--task", "0"); code != exitIncomplete || !strings.Contains(stderr, "plan again") {
		t.Errorf("a changed input: exit %d: %s", code, stderr)
	}
}

// TestStagesOfDamage: inputs that are cut, corrupt or hold no record, records that are
// rejected and webhooks that are not signed, are told as a run at once tells them, and
// what they leave open is uncertain in every partition.
func TestStagesOfDamage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret, folder, rejects := filepath.Join(dir, "secret"), filepath.Join(dir, "logs"), filepath.Join(dir, "rejects.ndjson")
	write(t, secret, []string{"0123456789abcdef0123456789abcdef"})
	signed, _ := simulated(t, "2026-10-01", 3, ofStages/2, "--sign", secret)
	month, _ := simulated(t, "2026-10-01", 3, ofStages/2, "--dialect", "flat")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	log := lines(t, filepath.Join(month, "log.ndjson"))
	packed := string(gzipped(t, []byte(strings.Join(log[len(log)/3:], "\n"))))
	for name, content := range map[string]string{
		"a.ndjson":       strings.Join(log[:len(log)/2], "\n")[:100*len(log[0])],
		"cut.ndjson.gz":  packed[:len(packed)*3/4],
		"bad.ndjson.gz":  packed[:len(packed)/2] + "corrupt" + packed[len(packed)/2+7:],
		"some.ndjson":    strings.Join(slices.Concat(log[len(log)/2:], []string{"{", `{"event": "status", "wamid": 1}`, `{"event":"delivered","message_id":"wamid.x","time":"2026-10-05T10:00:00Z","phone_number_id":"1"}`}), "\n") + "\n",
		"foreign.ndjson": `{"a": "b"}` + "\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(month, "waudit.yaml")
	for name, args := range map[string][]string{
		"damaged":  {folder, "-c", config, "--rejects", rejects},
		"redacted": {folder, "-c", config, "--rejects", rejects, "--redact"},
		"signed":   {filepath.Join(signed, "log.ndjson"), "-c", config, "--app-secret-file", secret},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStages(t, 3, 2, name == "redacted")
			holdStages(t, s, 3, args...)
			if damaged := len(s.frames[frame.Measured]) > 0; damaged != (name != "signed") {
				t.Errorf("something was measured: %t", damaged)
			}
		})
	}
}
