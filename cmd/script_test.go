package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"waudit/report/schema"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"waudit": Execute})
}

// scriptFiles are in the folder of every script that has none of that name of
// its own: a utility message charged though the customer service window was
// open (WA105), one that is charged rightly, and the account of both.
var scriptFiles = map[string]string{
	"charged.ndjson": `{"event":"inbound","timestamp":"2025-09-01T09:00:00Z","waba_id":"1001","phone_number_id":"2001","wa_id":"15551230001","message_id":"wamid.in1","message_type":"text"}
{"event":"sent","timestamp":"2025-09-01T10:00:00Z","waba_id":"1001","phone_number_id":"2001","wa_id":"15551230001","message_id":"wamid.out1","message_type":"template","template_name":"order_update","template_category":"utility","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility"}
{"event":"delivered","timestamp":"2025-09-01T10:00:01Z","waba_id":"1001","phone_number_id":"2001","wa_id":"15551230001","message_id":"wamid.out1","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility"}
`,
	"clean.ndjson": `{"event":"inbound","timestamp":"2025-09-01T09:00:00Z","waba_id":"1001","phone_number_id":"2001","wa_id":"15551230002","message_id":"wamid.in2","message_type":"text"}
{"event":"sent","timestamp":"2025-09-03T10:00:00Z","waba_id":"1001","phone_number_id":"2001","wa_id":"15551230002","message_id":"wamid.out2","message_type":"template","template_name":"order_update","template_category":"utility","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility"}
{"event":"delivered","timestamp":"2025-09-03T10:00:01Z","waba_id":"1001","phone_number_id":"2001","wa_id":"15551230002","message_id":"wamid.out2","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility"}
`,
	"waudit.yaml": `accounts:
  "1001": {name: Acme, timezone: UTC, complete_from: 2025-08-01T00:00:00Z}
`,
}

// TestScript runs the scripts of testdata/script, each a report of one thing
// that went wrong, or could. Beside the commands of testscript they have those
// of scriptCommands. Under -short, where the race detector looks on, it runs some: most
// of a script is the starting of processes.
func TestScript(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "*.txt"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	if testing.Short() {
		some := scripts[:0]
		for i := 0; i < len(scripts); i += 8 {
			some = append(some, scripts[i])
		}
		scripts = some
	}
	testscript.Run(t, testscript.Params{
		Files: scripts, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			cards, err := filepath.Abs(filepath.Join("..", "ingest", "card", "testdata"))
			if err != nil {
				return err
			}
			env.Setenv("CARDS", cards)
			for name, text := range scriptFiles {
				path := filepath.Join(env.WorkDir, name)
				if _, err := os.Stat(path); err == nil {
					continue
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					return err
				}
			}
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: scriptCommands,
	})
}

type scriptCommand = func(ts *testscript.TestScript, neg bool, args []string)

var scriptCommands = map[string]scriptCommand{
	"append":  wanting(2, appendText),
	"counts":  wanting(1, checkCounts),
	"exits":   wanting(2, exits),
	"gzip":    wanting(2, compress(func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })),
	"json":    wanting(3, checkJSON),
	"replace": wanting(3, replaceText),
	"same":    wanting(1, checkSame),
	"cut":     wanting(2, cut),
	"valid":   wanting(2, checkValid),
	"zstd":    wanting(2, compress(func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })),
}

// wanting checks how many arguments a script gives to a command.
func wanting(least int, command func(ts *testscript.TestScript, args []string)) scriptCommand {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < least {
			ts.Fatalf("the command takes no ! and at least %d arguments", least)
		}
		command(ts, args)
	}
}

// exits CODE PROGRAM ARG...: the program ends with this exit code, and never
// with a trace of its stack.
func exits(ts *testscript.TestScript, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		code = failed.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
	if strings.Contains(ts.ReadFile("stderr"), "goroutine ") {
		ts.Fatalf("a stack trace on stderr")
	}
}

// append FILE TEXT [TIMES]: adds text with the escapes of Go, such as \n, \xff.
func appendText(ts *testscript.TestScript, args []string) {
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(args[1], `"`, `\"`) + `"`)
	ts.Check(err)
	if len(args) > 2 {
		times, err := strconv.Atoi(args[2])
		ts.Check(err)
		text = strings.Repeat(text, times)
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	ts.Check(err)
	_, err = f.WriteString(text)
	ts.Check(errors.Join(err, f.Close()))
}

// replace FILE OLD NEW: replaces every OLD; \n and \r are line ends.
func replaceText(ts *testscript.TestScript, args []string) {
	ends := strings.NewReplacer(`\n`, "\n", `\r`, "\r")
	text, before, after := ts.ReadFile(args[0]), ends.Replace(args[1]), ends.Replace(args[2])
	if !strings.Contains(text, before) {
		ts.Fatalf("%s has no %q", args[0], before)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, before, after)), 0o600))
}

// gzip FILE OUT, zstd FILE OUT: compresses.
func compress(open func(io.Writer) (io.WriteCloser, error)) func(*testscript.TestScript, []string) {
	return func(ts *testscript.TestScript, args []string) {
		var packed bytes.Buffer
		w, err := open(&packed)
		ts.Check(err)
		_, err = io.WriteString(w, ts.ReadFile(args[0]))
		ts.Check(errors.Join(err, w.Close()))
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), packed.Bytes(), 0o600))
	}
}

// cut FILE BYTES: takes so many bytes from the file's end.
func cut(ts *testscript.TestScript, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	text := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text[:len(text)-n]), 0o600))
}

// json FILE PATH VALUE: the value at the path, as findings.0.check, is this
// JSON; a path that ends in len counts.
func checkJSON(ts *testscript.TestScript, args []string) {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	for key := range strings.SplitSeq(args[1], ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			if key == "len" {
				v = len(x)
				continue
			}
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(x) {
				ts.Fatalf("%s: no element %s of %d", args[1], key, len(x))
			}
			v = x[i]
		default:
			ts.Fatalf("%s: nothing at %s", args[1], key)
		}
	}
	got, err := json.Marshal(v)
	ts.Check(err)
	if string(got) != args[2] {
		ts.Fatalf("%s is %s, want %s", args[1], got, args[2])
	}
}

// counts FILE: the counts of every input add up; those of items are told only
// by an audit's report.
func checkCounts(ts *testscript.TestScript, args []string) {
	type input map[string]any
	var r struct {
		Schema string
		Inputs []input
		Run    struct{ Inputs []input }
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &r))
	inputs := append(r.Inputs, r.Run.Inputs...)
	if len(inputs) == 0 {
		ts.Fatalf("%s has no inputs", args[0])
	}
	for _, in := range inputs {
		n := func(key string) int {
			count, ok := in[key].(float64)
			if !ok {
				ts.Fatalf("%v: no %s", in["path"], key)
			}
			return int(count)
		}
		if n("records") != n("used")+n("ignored")+n("duplicates")+n("rejected") {
			ts.Fatalf("records do not add up: %v", in)
		}
		if n("items") != n("events")+n("ignored_items")+n("duplicate_items")+n("rejected_items") {
			ts.Fatalf("items do not add up: %v", in)
		}
	}
}

// same FILE...: the files have the same bytes.
func checkSame(ts *testscript.TestScript, args []string) {
	for _, other := range args[1:] {
		if ts.ReadFile(args[0]) != ts.ReadFile(other) {
			ts.Fatalf("%s and %s differ", args[0], other)
		}
	}
}

// valid SCHEMA FILE: every JSON value of the file obeys the schema.
func checkValid(ts *testscript.TestScript, args []string) {
	text := schema.Of(args[0])
	if text == nil {
		ts.Fatalf("unknown schema %s", args[0])
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	ts.Check(err)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	ts.Check(compiler.AddResource("schema.json", document))
	compiled, err := compiler.Compile("schema.json")
	ts.Check(err)
	values := 0
	for dec := json.NewDecoder(strings.NewReader(ts.ReadFile(args[1]))); dec.More(); values++ {
		var v any
		ts.Check(dec.Decode(&v))
		ts.Check(compiled.Validate(v))
	}
	if values == 0 {
		ts.Fatalf("%s is empty", args[1])
	}
}

// TestInterrupted: a signal ends the run while it waits for input, with the
// code of the signal, and leaves nothing behind.
func TestInterrupted(t *testing.T) {
	for signal, want := range map[syscall.Signal]int{syscall.SIGINT: exitInterrupted, syscall.SIGTERM: exitTerminated} {
		for _, command := range []string{"audit", "replay", "inspect"} {
			t.Run(command+"/"+signal.String(), func(t *testing.T) {
				out, tmp := t.TempDir(), t.TempDir()
				ctx, cancel := context.WithCancelCause(t.Context())
				stdin, log := io.Pipe()
				defer log.Close()
				go func() {
					io.WriteString(log, scriptFiles["charged.ndjson"])
					cancel(interrupted{signal})
				}()
				var stdout, stderr bytes.Buffer
				code := Run(ctx, []string{
					command, "-", "--tmp", tmp, "-o", filepath.Join(out, "report"), "--rejects", filepath.Join(out, "rejects"),
				}, stdin, &stdout, &stderr)
				if code != want {
					t.Errorf("exit code %d, want %d; stderr: %s", code, want, stderr.String())
				}
				if got := stderr.String(); got != "waudit: "+signal.String()+"\n" {
					t.Errorf("stderr: %q", got)
				}
				for _, dir := range []string{out, tmp} {
					if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
						t.Errorf("left behind in %s: %v %v", dir, left, err)
					}
				}
			})
		}
	}
}
