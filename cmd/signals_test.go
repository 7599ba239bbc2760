//go:build unix

package cmd

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// spilling is a run of the program that reads from a pipe, has files in its
// folder for them, and waits for more.
type spilling struct {
	*exec.Cmd
	tmp, report string
	stderr      bytes.Buffer
}

// startSpilling starts the program as a process of its own.
func startSpilling(t *testing.T, log []byte) *spilling {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "waudit") // by its name the test binary is the program
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	s := &spilling{tmp: t.TempDir(), report: filepath.Join(t.TempDir(), "report.json")}
	s.Cmd = exec.Command(program, "audit", "-", "--memory", "1MB", "--tmp", s.tmp, "-f", "json", "-o", s.report)
	s.Stderr = &s.stderr
	in, err := s.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Process.Kill() })
	go func() { _, _ = io.Copy(in, bytes.NewReader(log)) }() // and leaves the pipe open
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if events, _ := filepath.Glob(filepath.Join(s.tmp, "waudit-*", "*.events")); len(events) > 0 {
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("nothing is spilled: %s", s.stderr.String())
		}
	}
}

// left lists what is in the folders for files and for the report.
func (s *spilling) left(t *testing.T) (names []string) {
	t.Helper()
	for _, dir := range []string{s.tmp, filepath.Dir(s.report)} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
	}
	return names
}

func longLog(t *testing.T) []byte {
	t.Helper()
	dir, _ := simulated(t, "2026-09-01", 1, 6000)
	log, err := os.ReadFile(filepath.Join(dir, "log.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// TestSignals: a run that is told to end leaves no file and no half report.
func TestSignals(t *testing.T) {
	log := longLog(t)
	for signal, code := range map[syscall.Signal]int{syscall.SIGINT: exitInterrupted, syscall.SIGTERM: exitTerminated} {
		s := startSpilling(t, log)
		if err := s.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		ended := (*exec.ExitError)(nil)
		if err := s.Wait(); !errors.As(err, &ended) || ended.ExitCode() != code {
			t.Errorf("%v: %v, want exit %d\n%s", signal, err, code, s.stderr.String())
		}
		if left := s.left(t); len(left) > 0 {
			t.Errorf("%v: %v is left", signal, left)
		}
	}
}

// TestKilled: what a run that was killed has left is cleared by the next one,
// and what a run that goes on has, is not.
func TestKilled(t *testing.T) {
	log := longLog(t)
	killed, running := startSpilling(t, log), startSpilling(t, log)
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.Wait()
	if left := killed.left(t); len(left) != 1 || !strings.HasPrefix(left[0], "waudit-") {
		t.Fatalf("%v is left, want a folder of files and no report", left)
	}
	for _, tmp := range []string{killed.tmp, running.tmp} {
		if code, _, stderr := run(t, "", "audit", "../testdata/demo", "--tmp", tmp, "-q"); code != exitFindings {
			t.Fatalf("exit %d: %s", code, stderr)
		}
	}
	if left := killed.left(t); len(left) > 0 {
		t.Errorf("%v is still there", left)
	}
	if left := running.left(t); len(left) != 1 {
		t.Errorf("%v: the files of a run that goes on are not to be touched", left)
	}
}
