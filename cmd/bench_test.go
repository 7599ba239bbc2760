package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkAudit audits the folder that WAUDIT_BENCH names, for profiles:
//
//	WAUDIT_BENCH=month go test ./cmd -run '^$' -bench Audit -cpuprofile cpu.prof
func BenchmarkAudit(b *testing.B) {
	dir := os.Getenv("WAUDIT_BENCH")
	if dir == "" {
		b.Skip("WAUDIT_BENCH names no folder of logs")
	}
	info, err := os.Stat(filepath.Join(dir, "log.ndjson"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	for b.Loop() {
		var out, errs bytes.Buffer
		if code := Run(context.Background(), []string{"audit", dir, "-f", "json", "-q", "--fail-on", "none"}, nil, &out, &errs); code != exitClean {
			b.Fatalf("exit %d: %s", code, errs.String())
		}
	}
}
