package container

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	writer "github.com/parquet-go/parquet-go"
)

// A row says that its texts are valid UTF-8 only if they are, and does where it is
// cheaply known: in CSV, and of what Parquet files keep in dictionaries.
func TestKnownUTF8(t *testing.T) {
	type sample struct {
		Word string `parquet:"word,dict"`
		Text string `parquet:"text,plain"`
	}
	var table bytes.Buffer
	w := writer.NewGenericWriter[sample](&table)
	for _, s := range []string{"plain", "\u00e9", "\xff\xc3"} {
		if _, err := w.Write([]sample{{s, s}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		file  io.Reader
		known []string // the cells that are known to be valid, row by row
	}{
		{"parquet", &table, []string{"plain", "\u00e9"}},
		{"csv", strings.NewReader("a,b\nplain,\u00e9\n"), []string{"plain", "\u00e9"}},
		{"csv in Windows-1252", strings.NewReader("a,b\nplain,\xe9\n"), []string{"plain", "\u00e9"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reader, _, err := (&Sniffer{Limits: limits(1<<20, 1<<12)}).Open(tt.file)
			if err != nil {
				t.Fatal(err)
			}
			var known []string
			for b := new(Block); reader.Next(b) == nil; {
				for rec := range b.Records() {
					for _, c := range rec.Row.Cells {
						if !rec.Row.UTF8 && !c.UTF8 {
							continue
						}
						known = append(known, strings.Clone(c.Text))
						if !utf8.ValidString(c.Text) {
							t.Errorf("%q is not valid", c.Text)
						}
					}
				}
			}
			if fmt.Sprint(known) != fmt.Sprint(tt.known) {
				t.Errorf("got %q, want %q", known, tt.known)
			}
		})
	}
}
