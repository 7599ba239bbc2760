package group

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestCloseRemovesFiles(t *testing.T) {
	tmp := t.TempDir()
	s := fill(t, plan{options: Options{Memory: 1, Tmp: tmp}}, messages(10))
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestClearStale(t *testing.T) {
	const nobody = 1 << 30 // beyond what any system numbers its processes
	type lock int
	const (
		none lock = iota
		free
		held
	)
	tests := []struct {
		what  string
		name  string
		lock  lock
		stays bool
	}{
		{"a run that goes on", fmt.Sprintf("waudit-%d-1", os.Getpid()), held, true},
		{"a run that goes on in another container", fmt.Sprintf("waudit-%d-1", nobody), held, true},
		{"a killed run", fmt.Sprintf("waudit-%d-1", nobody), free, false},
		{"a killed run whose process id is in use again", fmt.Sprintf("waudit-%d-1", os.Getpid()), free, false},
		{"a run that was killed before it had a lock", fmt.Sprintf("waudit-%d-1", nobody), none, false},
		{"a run that begins", fmt.Sprintf("waudit-%d-1", os.Getpid()), none, true},
		{"a folder of another name", "waudit-1-old", free, true},
		{"a folder whose number is none", "waudit-99999999999999999999-1", free, true},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			tmp := t.TempDir()
			d, err := newTempDir(tmp)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(tmp, tt.name)
			if err := os.Rename(d.path, path); err != nil {
				t.Fatal(err)
			}
			if tt.lock == held {
				defer func() { _ = d.lock.Close() }()
			} else if err := d.lock.Close(); err != nil {
				t.Fatal(err)
			}
			if tt.lock == none {
				if err := os.Remove(filepath.Join(path, lockName)); err != nil {
					t.Fatal(err)
				}
			}

			if err := ClearStale(tmp); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(path); (err == nil) != tt.stays {
				t.Errorf("it stays: %v, want %v", err == nil, tt.stays)
			}
		})
	}
}

func TestClearStaleLeavesFiles(t *testing.T) {
	tmp := t.TempDir()
	path := filepath.Join(tmp, "waudit-1-1")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ClearStale(tmp); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	if err := ClearStale(filepath.Join(tmp, "missing")); err == nil {
		t.Error("a missing folder is no error")
	}
}
