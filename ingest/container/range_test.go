package container

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// TestHasRanges: only files in which every line is a record by itself have ranges.
func TestHasRanges(t *testing.T) {
	line := `{"event":"inbound","message_id":"a"}` + "\n"
	for name, c := range map[string]struct {
		file string
		want bool
	}{
		"lines":      {strings.Repeat(line, 10), true},
		"carried":    {strings.Repeat(`{"log":"{}","stream":"stdout"}`+"\n", 10), false},
		"an array":   {"[" + strings.Repeat(strings.TrimSpace(line)+",\n", 9) + line + "]", false},
		"laid out":   {strings.Repeat("{\n\"event\":\n\"inbound\"\n}\n", 10), false},
		"rows":       {strings.Repeat("event,message_id\n", 10), false},
		"other text": {strings.Repeat("2026-10-01 INFO body={}\n", 10), false},
		"UTF-32":     {strings.ReplaceAll(strings.Repeat(line, 10), "", "\x00\x00\x00")[:4*10*len(line)], false},
		"UTF-16":     {"\xff\xfe" + strings.ReplaceAll(strings.Repeat(line, 10), "", "\x00")[1:] + "\x00", false},
	} {
		t.Run(name, func(t *testing.T) {
			o := Sniffer{Limits: Limits{MaxRecord: 1 << 10, BlockSize: 1 << 10}}
			r, _, err := o.Open(strings.NewReader(c.file))
			if err != nil {
				return // what cannot be read has none
			}
			if got := HasRanges(r, strings.NewReader(c.file)); got != c.want {
				t.Errorf("%t, want %t", got, c.want)
			}
		})
	}
}

// TestLineRange: wherever a file is cut into ranges, they have its lines, each once and
// in order, and the counts of their line feeds give back the lines' numbers.
func TestLineRange(t *testing.T) {
	limits := Limits{MaxRecord: 40, BlockSize: 64}
	for name, file := range map[string]string{
		"lines":          "{\"a\":1}\n{\"b\":2}\n\n{\"c\":3}\r\n{\"d\":4}\n",
		"an open end":    "{\"a\":1}\n{\"b\":2}",
		"one too long":   "{\"a\":1}\n" + strings.Repeat("x", 200) + "\n{\"b\":2}\n",
		"no line feed":   strings.Repeat("y", 30),
		"nothing else":   "\n\n\n",
		"nothing at all": "",
	} {
		t.Run(name, func(t *testing.T) {
			read := func(from, to int64) (got []string, lines, bytes int64) {
				r, n, err := NewLineRange(strings.NewReader(file), from, to, int64(len(file)), limits)
				if err != nil {
					t.Fatal(err)
				}
				for {
					var b Block
					if err := r.Next(&b); errors.Is(err, io.EOF) {
						return got, r.Lines(), n
					} else if err != nil {
						t.Fatal(err)
					}
					for rec := range b.Records() {
						got = append(got, fmt.Sprintf("%d %t %q", rec.Line, rec.TooLong, rec.Text))
					}
				}
			}
			want, wantLines, _ := read(0, int64(len(file)))
			for size := int64(1); size <= int64(len(file)); size++ {
				var got []string
				before, all := int64(0), int64(0)
				for from := int64(0); from < int64(len(file)); from += size {
					part, lines, bytes := read(from, from+size)
					for _, text := range part {
						var line int64
						_, _ = fmt.Sscan(text, &line)
						_, rest, _ := strings.Cut(text, " ")
						got = append(got, fmt.Sprint(line+before, " ", rest))
					}
					before, all = before+lines, all+bytes
				}
				if !slices.Equal(got, want) || before != wantLines || all != int64(len(file)) {
					t.Fatalf("in ranges of %d: %d lines of %d bytes: %q\nwant %d: %q", size, before, all, got, wantLines, want)
				}
			}
		})
	}
}
