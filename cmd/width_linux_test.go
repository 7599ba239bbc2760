package cmd

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/sys/unix"

	"waudit/report/page"
)

// screen opens a terminal of so many columns: what is written to the one file is
// read of the other.
func screen(t *testing.T, columns uint16) (terminal, reader *os.File) {
	t.Helper()
	reader, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no terminal can be made: %v", err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	fd := int(reader.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns})
	}
	if err != nil {
		t.Fatal(err)
	}
	if terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return terminal, reader
}

// TestFilesAreNotForTerminals: what a terminal cannot show is refused before anything
// is read, and written all the same where a file is named.
func TestFilesAreNotForTerminals(t *testing.T) {
	demo := filepath.Join("..", "testdata", "demo", "log.ndjson.gz")
	for _, format := range []string{"xlsx", "parquet"} {
		terminal, _ := screen(t, 100)
		var errs bytes.Buffer
		code := Run(t.Context(), []string{"audit", "-f", format, demo}, strings.NewReader(""), terminal, &errs)
		if code != exitUsage || !strings.Contains(errs.String(), "--format "+format+": a terminal cannot show it; name a file with -o") {
			t.Errorf("exit code %d: %s", code, &errs)
		}
		if code := Run(t.Context(), []string{"audit", "-q", "-f", format, "-o", filepath.Join(t.TempDir(), "out"), demo}, strings.NewReader(""), terminal, &errs); code != exitFindings {
			t.Errorf("exit code %d: %s", code, &errs)
		}
	}
}

// TestWidth: a report is as wide as the terminal, and 100 columns wide elsewhere.
func TestWidth(t *testing.T) {
	t.Setenv("COLUMNS", "")
	demo := filepath.Join("..", "testdata", "demo", "log.ndjson.gz")
	widest := func(text string) (columns int) {
		for line := range strings.Lines(text) {
			columns = max(columns, page.Width(strings.TrimRight(line, "\r\n")))
		}
		return columns
	}
	for _, columns := range []int{60, 100, 140} {
		terminal, reader := screen(t, uint16(columns))
		shown := make(chan string)
		go func() {
			text, _ := io.ReadAll(reader) // ends with an error when the terminal is closed
			shown <- string(text)
		}()
		Run(t.Context(), []string{"audit", "--color", "never", demo}, strings.NewReader(""), terminal, io.Discard)
		if err := terminal.Close(); err != nil {
			t.Fatal(err)
		}
		if got := widest(<-shown); got > columns || got < columns-20 {
			t.Errorf("on a terminal of %d columns the report is %d wide", columns, got)
		}
	}
	var out bytes.Buffer
	Run(t.Context(), []string{"audit", demo}, strings.NewReader(""), &out, io.Discard)
	if got := widest(out.String()); got > 100 || got < 80 {
		t.Errorf("elsewhere the report is %d wide", got)
	}
}

// TestTerminalWidth: COLUMNS comes before the terminal, and both stay within what
// reports are laid out for.
func TestTerminalWidth(t *testing.T) {
	for _, c := range []struct {
		columns uint16
		env     string
		want    int
	}{{40, "", 60}, {80, "", 80}, {300, "", 200}, {80, "120", 120}, {80, "10", 60}, {80, "wide", 80}} {
		t.Setenv("COLUMNS", c.env)
		terminal, _ := screen(t, c.columns)
		if got := terminalWidth(terminal); got != c.want {
			t.Errorf("%d columns, COLUMNS %q: %d, want %d", c.columns, c.env, got, c.want)
		}
		if err := terminal.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestProgress: a phase that takes a while is shown on a terminal, with how fast it is
// and how long it takes still; a short one, and anything on a pipe, is not.
func TestProgress(t *testing.T) {
	terminal, reader := screen(t, 100)
	shown := make(chan string)
	go func() {
		text, _ := io.ReadAll(reader)
		shown <- string(text)
	}()
	for _, phase := range []struct {
		name  string
		began time.Duration
	}{{"short", 0}, {"long", time.Hour}} {
		p := newProgress(terminal, false, phase.name, progressbar.OptionShowCount(), progressbar.OptionShowIts())
		p.began = p.began.Add(-phase.began)
		p.show(1, 4)
		time.Sleep(300 * time.Millisecond)
		p.show(2, 4)
		p.finish()
	}
	if err := terminal.Close(); err != nil {
		t.Fatal(err)
	}
	if got := <-shown; strings.Contains(got, "short") || !strings.Contains(got, "long") || !strings.Contains(got, "1/4") || !strings.Contains(got, "/s") {
		t.Errorf("got %q", got)
	}
	var pipe bytes.Buffer
	p := newProgress(&pipe, false, "long")
	p.began = p.began.Add(-time.Hour)
	p.show(1, 4)
	p.finish()
	if pipe.Len() > 0 {
		t.Errorf("on a pipe: %q", pipe.String())
	}
}
