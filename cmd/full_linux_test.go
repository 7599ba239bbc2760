package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestTmpFull: a disk that fills up while spilling ends the run with exit 3, a
// message that says which, and no report.
func TestTmpFull(t *testing.T) {
	tmp := t.TempDir()
	if err := syscall.Mount("tmpfs", tmp, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("a file system of a given size needs rights: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(tmp, 0); err != nil {
			t.Error(err)
		}
	})
	report := filepath.Join(t.TempDir(), "report.json")
	var out, errs bytes.Buffer
	code := Run(context.Background(), []string{"audit", "-", "--memory", "1MB", "--tmp", tmp, "-f", "json", "-o", report}, bytes.NewReader(longLog(t)), &out, &errs)
	if code != exitIncomplete || !strings.Contains(errs.String(), tmp) || !strings.Contains(errs.String(), "no space left") {
		t.Errorf("exit %d, %q; want 3 and what is full", code, errs.String())
	}
	for _, dir := range []string{tmp, filepath.Dir(report)} {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%v is left in %s, %v", left, dir, err)
		}
	}
}

// TestTmpReadOnly: a folder that cannot be written to is found out at the start.
func TestTmpReadOnly(t *testing.T) {
	tmp := t.TempDir()
	if err := syscall.Mount("tmpfs", tmp, "tmpfs", syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("a file system that is read only needs rights: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(tmp, 0); err != nil {
			t.Error(err)
		}
	})
	code, out, stderr := run(t, "", "audit", "../testdata/demo", "--tmp", tmp)
	if code != exitUsage || out != "" || !strings.Contains(stderr, "--tmp "+tmp) {
		t.Errorf("exit %d, %q, %q; want 2 and the folder named", code, out, stderr)
	}
}
