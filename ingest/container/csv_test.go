package container

import (
	"bytes"
	stdcsv "encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"waudit/ingest/row"
)

// What stands above the header is a title, unless there is a sign of a record in it.
func TestRowsAboveTheHeader(t *testing.T) {
	o := Sniffer{Limits: tableLimits()}
	o.Limits.Marked = func(text []byte) bool { return bytes.Contains(text, []byte("wamid.")) }
	reader, _, err := o.Open(strings.NewReader("Report\nsent,1,wamid.A\nevent,timestamp,id\nread,2,wamid.A\n"))
	var got []string
	for b := new(Block); err == nil; {
		if err = reader.Next(b); err == nil {
			for rec := range b.Records() {
				got = append(got, fmt.Sprint(rec.Line, " ", string(rec.Text), " ", rec.Fault != ""))
			}
		}
	}
	if diff := cmp.Diff([]string{"2 sent,1,wamid.A true", "4 read,2,wamid.A false"}, got); diff != "" {
		t.Error(diff)
	}
}

// rowsOf reads a table. A row comes out as "3: a=1 b=2", with its line and the
// cells that hold a value, and with what is wrong with it.
func rowsOf(t testing.TB, r io.Reader, o Sniffer) (format string, rows []string) {
	t.Helper()
	reader, found, err := o.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	b := new(Block)
	for err = reader.Next(b); err == nil; err = reader.Next(b) {
		for rec := range b.Records() {
			rows = append(rows, describe(rec))
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return found.Name(), rows
}

func describe(rec Record) string {
	out := fmt.Sprintf("%d:", rec.Line)
	if rec.TooLong {
		return out + " TOO LONG " + string(rec.Text)
	}
	for i, c := range rec.Row.Cells {
		switch c.Kind {
		case row.Text:
			out += " " + rec.Row.Columns.Names[i] + "=" + c.Text
		case row.Doubled:
			out += " " + rec.Row.Columns.Names[i] + "=" + string(row.AppendUndoubled(nil, c.Text))
		}
	}
	if words := strings.Fields(rec.Fault); len(words) > 0 {
		out += " FAULT " + strings.Join(words[:min(len(words), 6)], " ")
	}
	return out
}

// known is a recogniser of column names.
func known(name string) bool {
	return slices.Contains([]string{"event", "timestamp", "wa_id", "amount"}, name)
}

func tableLimits() Limits { return Limits{MaxRecord: 1 << 20, BlockSize: 1 << 16, Known: known} }

func TestTables(t *testing.T) {
	tests := []struct {
		name, text, format string
		want               []string
	}{
		{"commas", "event,timestamp\nsent,1\nread,2\n", "csv", []string{"2: event=sent timestamp=1", "3: event=read timestamp=2"}},
		{"semicolons, byte order mark, CRLF", "\ufeffevent;timestamp\r\nsent;1\r\n", "csv", []string{"2: event=sent timestamp=1"}},
		{"bars", "event|timestamp\nsent|1\n", "csv", []string{"2: event=sent timestamp=1"}},
		{"table of psql", " event | timestamp \n-------+-----------\n sent  | 1\n -     | 2\n(2 rows)\n", "csv", []string{"3: event=sent timestamp=1", "4: event=- timestamp=2"}},
		{"tabs", "event\ttimestamp\nsent\t\"1\"\n", "tsv", []string{"2: event=sent timestamp=1"}},
		{"lines of old Macs", "event,timestamp\rsent,1\rread,\"2\n3\"\r", "csv", []string{"2: event=sent timestamp=1", "3: event=read timestamp=2\n3"}},
		{"quotes", "\"event\",\"timestamp\"\n\"a,\"\"b\"\"\nc\", \"1\" \nsent,2\n", "csv", []string{"2: event=a,\"b\"\nc timestamp=1", "4: event=sent timestamp=2"}},
		{"quotes that stand for themselves", "event,timestamp\n5\" pipe,2\"\nsent,1\n", "csv", []string{"2: event=5\" pipe timestamp=2\"", "3: event=sent timestamp=1"}},
		{"title and notes", "Report of May\n\nall times in UTC, by hand\nevent,timestamp,note\nsent,1,x\n", "csv", []string{"5: event=sent timestamp=1 note=x"}},
		{"unknown names under a title", "Report of May,,\nName,City,Count\nAnn,Rome,3\nBob,Oslo,4\n", "csv", []string{"3: Name=Ann City=Rome Count=3", "4: Name=Bob City=Oslo Count=4"}},
		{"unnamed columns at the end", "event,timestamp,,\nsent,1,,\nread,2\n", "csv", []string{"2: event=sent timestamp=1", "3: event=read timestamp=2"}},
		{"blanks", " event , timestamp\n sent , 1 \n\" x \",2\n", "csv", []string{"2: event=sent timestamp=1", "3: event= x  timestamp=2"}},
		{"no values", "event,timestamp,wa_id\nsent,NULL,\\N\nread,\"NULL\",\"\"\n,,\n \n", "csv", []string{"2: event=sent", "3: event=read timestamp=NULL"}},
		{"short rows", "event,timestamp,wa_id\nsent\nread,1\n", "csv", []string{"2: event=sent", "3: event=read timestamp=1"}},
		{"short row that ends the file", "event,timestamp\nsent,1\nre", "csv", []string{"2: event=sent timestamp=1", "3: event=re FAULT the file ends in this row,"}},
		{"too many cells", "event,timestamp\nsent,1,2,3\nread,1,,\n", "csv", []string{"2: event=sent timestamp=1 column 3=2 column 4=3 FAULT the row has 4 cells, and", "3: event=read timestamp=1"}},
		{"text behind a quote", "event,timestamp\n\"a\"b,1\nsent,2\n", "csv", []string{"2: event=\"a\"b timestamp=1 FAULT cell 1 goes on behind the", "3: event=sent timestamp=2"}},
		{"quote that does not close", "event,timestamp\nsent,\"1\nread,2\n", "csv", []string{"2: event=sent timestamp=1 FAULT a quoted cell does not end:", "3: event=read timestamp=2"}},
		{"quote that does not close, and others behind", "event,timestamp\nsent,\"1\nread,\"2\"\nfailed,\"3\"\n", "csv",
			[]string{"2: event=sent timestamp=\"1\nread,\"2\" FAULT cell 2 goes on behind the", "4: event=failed timestamp=3"}},
		{"joined files", "event,timestamp\nsent,1\n\ufeffevent,timestamp\nread,2\nwa_id,\"event\",x,timestamp\n7,sent,,3\n", "csv",
			[]string{"2: event=sent timestamp=1", "4: event=read timestamp=2", "6: wa_id=7 event=sent timestamp=3"}},
		{"joined files, unknown name first", "event,timestamp\nsent,1\nremark,event,timestamp\nx,read,2\nx,read,3\n", "csv",
			[]string{"2: event=sent timestamp=1", "4: remark=x event=read timestamp=2", "5: remark=x event=read timestamp=3"}},
		{"a row like a header", "event,timestamp,wa_id\namount,event,7\nread,2,8\n", "csv", []string{"2: event=amount timestamp=event wa_id=7", "3: event=read timestamp=2 wa_id=8"}},
		{"Windows-1252", "event,note\nsent,Zo\xeb \x80\nread,Zoë\n", "csv", []string{"2: event=sent note=Zoë €", "3: event=read note=Zoë"}},
		{"column of JSON", "payload\n\"{\"\"a\"\":\n1}\"\n\"{}\"\n", "csv", []string{"2: payload={\"a\":\n1}", "4: payload={}"}},
		{"text of a column of JSON is odd", "event,payload\nsent,\"{\"\"\"\nread,\"{\"\"a\"\"\"\"\"\n", "csv", []string{"2: event=sent payload={\"", "3: event=read payload={\"a\"\""}},
		{"header alone", "event,timestamp\n", "csv", nil},
	}
	for _, tt := range tests {
		for _, block := range []int{1, 7, 1 << 16} {
			t.Run(fmt.Sprint(tt.name, ", blocks of ", block), func(t *testing.T) {
				o := Sniffer{Limits: tableLimits()}
				if _, format, _ := o.Open(strings.NewReader(tt.text)); format == nil || format.Name() != tt.format {
					t.Fatalf("format %v, want %s", format, tt.format)
				}
				o.Limits.BlockSize, o.Format, o.Limits.Doubled = block, &csv, block > 1
				_, rows := rowsOf(t, strings.NewReader(tt.text), o)
				if diff := cmp.Diff(tt.want, rows); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// A row ends where it does for who looks at one byte after the other.
func TestRowEnds(t *testing.T) {
	s, texts := syntax{delimiter: ',', feed: '\n'}, []string{""}
	for len(texts[0]) < 6 {
		var longer []string
		for _, text := range texts {
			for _, c := range []string{`"`, ",", " ", "\n", "x"} {
				longer = append(longer, text+c)
			}
		}
		texts = longer
		for _, text := range texts {
			for _, text := range []string{text, strings.ReplaceAll(text, "x", strings.Repeat(`long""`, 11)), `"""` + strings.Repeat("-", 58) + text} {
				n, state := s.scan([]byte(text))
				if wantN, want := scanSlowly(text); n != wantN || state != want {
					t.Fatalf("%q: %d, %d, want %d, %d", text, n, state, wantN, want)
				}
			}
		}
	}
}

// scanSlowly is scan for commas and line feeds.
func scanSlowly(text string) (n int, state rowState) {
	inside, mayOpen := false, true
	for ; n < len(text); n++ {
		switch c := text[n]; {
		case inside && strings.HasPrefix(text[n:], `""`):
			n++
		case c == '"' && (inside || mayOpen):
			inside, mayOpen = !inside, false
		case c == '\n' && !inside:
			return n, ended
		default:
			mayOpen = c == ',' || c == ' ' && mayOpen
		}
	}
	if inside {
		return n, quoted
	}
	return n, unended
}

// What is no table is not taken for one.
func TestNoTables(t *testing.T) {
	for name, text := range map[string]string{
		"text log":              "2026-10-01 10:00:00,123 INFO started\n2026-10-01 10:00:01,456 INFO ready\n",
		"text log with words":   "Oct  1 10:00:00 host app[1]: up, ready\nOct  1 10:00:01 host app[1]: down, ready\n",
		"text log with JSON":    "INFO {\"event\":\"sent\",\"timestamp\":1}\nINFO {\"event\":\"sent\",\"timestamp\":2}\n",
		"lines of JSON":         "{\"event\":\"sent\",\"timestamp\":1}\n{\"event\":\"sent\",\"timestamp\":2}\n",
		"prose":                 "Dear Ann, how are you?\nFine, thank you, Bob, and yourself?\n",
		"rows of unlike length": "Name,City\nAnn,Rome,3\nBob\n",
		"one column":            "name\nAnn\nBob\n",
		"values alone":          "1,2,3\n4,5,6\n",
	} {
		head := newHead([]byte(text), true)
		head.known = known
		for _, format := range []*Format{&csv, &tsv} {
			if format.sniff(head) {
				t.Errorf("%s is taken for %s", name, format.Name())
			}
		}
	}
}

func TestTableOfUTF16(t *testing.T) {
	text := "event,timestamp,note\nsent,1,Zoë\nread,2,日本 😀\n"
	want := []string{"2: event=sent timestamp=1 note=Zoë", "3: event=read timestamp=2 note=日本 😀"}
	for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		for _, bom := range []unicode.BOMPolicy{unicode.UseBOM, unicode.IgnoreBOM} {
			encoded, err := unicode.UTF16(order, bom).NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			_, rows := rowsOf(t, iotest.OneByteReader(strings.NewReader(encoded)), Sniffer{Limits: tableLimits()})
			if diff := cmp.Diff(want, rows); diff != "" {
				t.Errorf("%v, %v: %s", order, bom, diff)
			}
		}
	}
}

func TestLongRows(t *testing.T) {
	long := strings.Repeat("x", 100)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"line", "event,timestamp\nsent," + long + "\nread,2\n", []string{"2: TOO LONG sent,xxxxxxxxxxxxxxx", "3: event=read timestamp=2"}},
		{"last line", "event,timestamp\nread,2\nsent," + long, []string{"2: event=read timestamp=2", "3: TOO LONG sent,xxxxxxxxxxxxxxx"}},
		{"quoted line breaks", "event,timestamp\nsent,\"1\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\"\nread,2\n",
			[]string{"2: event=sent timestamp=1 FAULT a quoted cell does not end:", "17: FAULT a quoted cell does not end:", "18: event=read timestamp=2"}},
		{"quote open for long", "event,timestamp\nsent,\"1\n" + strings.Repeat("read,2\n", 4),
			[]string{"2: event=sent timestamp=1 FAULT a quoted cell does not end:", "3: event=read timestamp=2", "4: event=read timestamp=2", "5: event=read timestamp=2", "6: event=read timestamp=2"}},
	}
	for _, tt := range tests {
		for _, block := range []int{1, 30, 1 << 16} {
			t.Run(fmt.Sprint(tt.name, ", blocks of ", block), func(t *testing.T) {
				o := Sniffer{Limits: Limits{MaxRecord: 20, BlockSize: block, Known: known}, Format: &csv}
				_, rows := rowsOf(t, strings.NewReader(tt.text), o)
				if diff := cmp.Diff(tt.want, rows); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// A row in which reading broke off is not taken for a whole one.
func TestTableReadError(t *testing.T) {
	broken := errors.New("the disk is broken")
	o := Sniffer{Limits: tableLimits(), Format: &csv}
	reader, _, err := o.Open(io.MultiReader(strings.NewReader("event,timestamp\nsent,1\nread,2"), iotest.ErrReader(broken)))
	var rows []string
	for b := new(Block); err == nil; {
		if err = reader.Next(b); err == nil {
			for rec := range b.Records() {
				rows = append(rows, describe(rec))
			}
		}
	}
	want := []string{"2: event=sent timestamp=1", "3: event=read timestamp=2 FAULT the file breaks off in this"}
	if diff := cmp.Diff(want, rows); diff != "" || !errors.Is(err, broken) {
		t.Error(err, diff)
	}
}

// Nothing makes it panic; however the file comes in pieces, its rows are the
// same; and what encoding/csv reads, it reads alike.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"event,timestamp\nsent,1\n", "a;b\r\n\"x\"\"y\";\"\r\n\"\r\n", "a\tb\n\t\n\"\"\t1\n", "event,timestamp\nsent,\"1\nread,2\nevent,timestamp\n1,2,3",
		"p\n\"{\"\"a\"\":1}\"\n", "p,q\n1,\"{\"\"a\"\":\"\"\"\"}\"\n2,\"{\"\"\"\n3,\"{\"\"}\"x\n", "a,b\r1,2\r", "d,p\nA,\n\r,", "a , b\na,b\n1,2\n", "\ufeffa|b\n \"1\" | 2\n\ufeffa|b\n", "\xff\xfea\x00,\x00b\x00", "title\n\na,b\n1,\xe9\n", "event,timestamp\n\"",
	} {
		f.Add(seed, uint8(3), uint8(200))
	}
	f.Fuzz(func(t *testing.T, text string, block, maxRecord uint8) {
		for _, format := range []*Format{&csv, &tsv} {
			o := Sniffer{Format: format, Limits: Limits{MaxRecord: int64(maxRecord) + 1, BlockSize: 1 << 16, Known: known}}
			if _, _, err := o.Open(strings.NewReader(text)); err != nil {
				return // an empty file
			}
			_, all := rowsOf(t, strings.NewReader(text), o)
			o.Limits.BlockSize, o.Limits.Doubled = int(block)+1, true
			_, pieces := rowsOf(t, iotest.OneByteReader(strings.NewReader(text)), Sniffer{Format: format, Limits: o.Limits})
			if diff := cmp.Diff(all, pieces); diff != "" {
				t.Fatalf("in one block and in blocks of %d (-, +):\n%s", block, diff)
			}
		}
		agreesWithStandard(t, text)
	})
}

// agreesWithStandard compares with encoding/csv where it reads the table, and
// where both see the same header.
func agreesWithStandard(t *testing.T, text string) {
	t.Helper()
	reading := stdcsv.NewReader(strings.NewReader(text))
	all, err := reading.ReadAll()
	if err != nil || len(all) == 0 || feedOf([]byte(text)) != '\n' || strings.ContainsAny(text, "\ufeff\x00") {
		return
	}
	found, ok := findTable([]byte(text), true, delimiters, nil)
	if !ok || found.delimiter != ',' || !slices.EqualFunc(found.columns.Names, all[0], func(name, cell string) bool { return name == cleanName(cell) }) {
		return
	}
	var got [][]string
	o := Sniffer{Limits: Limits{MaxRecord: 1 << 20, BlockSize: 1 << 16}, Format: &csv}
	reader, _, err := o.Open(strings.NewReader(text))
	for b := new(Block); err == nil; {
		if err = reader.Next(b); err != nil {
			break
		}
		for rec := range b.Records() {
			if rec.Fault != "" {
				t.Fatalf("%q: %s", rec.Text, rec.Fault)
			}
			var cells []string
			for _, c := range rec.Row.Cells {
				cells = append(cells, standard(strings.Clone(c.Text))) // the next row uses its memory
			}
			if len(trimEmpty(cells)) > 0 {
				got = append(got, cells)
			}
		}
	}
	var want [][]string
	for _, record := range all[1:] {
		if slices.EqualFunc(trimEmpty(record), found.columns.Names, func(cell, name string) bool { return cleanName(cell) == name }) {
			continue // the header of a file that was joined to another
		}
		for i, c := range record {
			record[i] = standard(c)
		}
		if len(trimEmpty(record)) > 0 {
			want = append(want, record)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("encoding/csv and this (-, +):\n%s", diff)
	}
}

// standard hides what is meant to differ: blanks, words for no value, carriage
// returns, and bytes that are no UTF-8.
func standard(cell string) string {
	cell = strings.Trim(strings.ReplaceAll(cell, "\r", ""), " ")
	for i := range len(cell) {
		if cell[i] >= 0x80 {
			return "…"
		}
	}
	if cell == "NULL" || cell == "null" || cell == `\N` {
		return ""
	}
	return cell
}
