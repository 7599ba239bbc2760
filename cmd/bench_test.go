package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkAudit audits each of the logs that WAUDIT_BENCH lists, with the
// waudit.yaml beside the first, or in it, for profiles:
//
//	WAUDIT_BENCH=month go test ./cmd -run '^$' -bench Audit -cpuprofile cpu.prof
func BenchmarkAudit(b *testing.B) {
	logs := filepath.SplitList(os.Getenv("WAUDIT_BENCH"))
	if len(logs) == 0 {
		b.Skip("WAUDIT_BENCH names no log")
	}
	config := filepath.Join(logs[0], "waudit.yaml")
	if info, err := os.Stat(logs[0]); err == nil && !info.IsDir() {
		config = filepath.Join(filepath.Dir(logs[0]), "waudit.yaml")
	}
	for _, log := range logs {
		b.Run(filepath.Base(log), func(b *testing.B) {
			for b.Loop() {
				var out, errs bytes.Buffer
				if code := Run(context.Background(), []string{"audit", log, "-c", config, "-f", "json", "-q", "--fail-on", "none"}, nil, &out, &errs); code != exitClean {
					b.Fatalf("exit %d: %s", code, errs.String())
				}
			}
		})
	}
}
