package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// settingFiles are the files that people write or keep, and the command that reads each:
// FILE stands for its path. What is in them may be anything.
var settingFiles = []struct {
	command string
	example string
}{
	{"audit -q -c FILE -", "accounts: {\"1001\": {name: Acme, timezone: America/Sao_Paulo, currency: USD, free_used: {\"2023-08\": 10}, numbers: {\"2001\": {free_used: {\"2026-10\": 9}}}}}\nchecks: {disable: [WA501]}\ntolerance: 30s\n"},
	{"audit -q --ignore FILE -", "ignore:\n  - {check: WA105, match: {template: \"order_*\"}, reason: agreed, until: 2026-12-31}\n  - {id: 0123456789abcdef, reason: known}\n"},
	{"audit -q --baseline FILE -", `{"schema":"waudit.report/v1","findings":[{"id":"0123456789abcdef","check":"WA105"}]}`},
	{"audit -q --templates FILE -", "waba,name,language,category,from\n1001,order_update,en,utility,2025-01-01\n"},
	{"inspect -q --mapping FILE -", "dialect: mine\nevents: {column: kind, values: {in: inbound, out: sent}}\n"},
	{"convert FILE -f csv", `{"schema":"waudit.report/v1","run":{"inputs":[]},"findings":[{"id":"0123456789abcdef","check":"WA105","amount":{"currency":"USD","overcharged":"0.1"}}]}`},
	{"diff FILE FILE", `{"schema":"waudit.report/v1","findings":[{"id":"0123456789abcdef","check":"WA105","amount":{"currency":"USD","overcharged":"0.1"}}]}`},
	{"rates show --card FILE", "waudit-rates/v1\nmarket,category,currency,from,rate\n"},
	{"rates import --name x FILE", "Market,Currency,Marketing,Utility\nIndia,USD,0.0118,0.0014\n"},
}

// FuzzSettings: whatever is in a file of settings, a command ends with a code for its
// user and never with an internal error.
func FuzzSettings(f *testing.F) {
	for i, s := range settingFiles {
		f.Add(uint8(i), []byte(s.example))
	}
	log, _, _ := strings.Cut(scriptFiles["charged.ndjson"], "\n")
	f.Fuzz(func(t *testing.T, kind uint8, text []byte) {
		s := settingFiles[int(kind)%len(settingFiles)]
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		args := strings.Fields(s.command)
		for i, a := range args {
			if a == "FILE" {
				args[i] = file
			}
		}
		var out, errs bytes.Buffer
		if code := Run(context.Background(), args, strings.NewReader(log), &out, &errs); code == exitInternal {
			t.Errorf("%s: %s", s.command, errs.String())
		}
	})
}
