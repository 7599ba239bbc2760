package dialecttest

import (
	"encoding/json"
	"strings"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/quick"
	"waudit/ingest/dialect/unwrap"
	"waudit/ingest/jsontree"
	"waudit/ingest/row"
)

// Both decodes what is around records both ways: with ordinary ones read quickly, and
// by the dialects alone.
type Both struct {
	Quick              *quick.Reader // what the quick way has learned
	fast, slow         *unwrap.Finder
	FastTree, slowTree jsontree.Tree
	got, want          dialect.Items
	row                []byte
	bodies             []row.Body
}

// NewBoth returns what has seen no record so far.
func NewBoth() *Both {
	dialects, unkeyed := All(), All()
	for i, d := range unkeyed {
		unkeyed[i] = anyKeys{d}
	}
	u := &Both{Quick: quick.New(dialects), fast: unwrap.New(dialects), slow: unwrap.New(unkeyed)}
	u.fast.Use(u.Quick)
	return u
}

// Compare sees that a text gives the same with quick.Reader and without it.
func (u *Both) Compare(t rapid.TB, text string) {
	t.Helper()
	n, err := u.fast.Parse(&u.FastTree, []byte(text))
	m, slowErr := u.slowTree.Parse([]byte(text))
	if (err == nil) != (slowErr == nil) || n != m {
		t.Fatalf("read to %d (%v), want %d (%v)\n%s", n, err, m, slowErr, text)
	}
	if err == nil {
		u.decode(t, text)
	}
}

// decode decodes what was parsed.
func (u *Both) decode(t rapid.TB, text string) {
	t.Helper()
	u.got.Reset()
	u.want.Reset()
	got, want := u.fast.Decode(u.FastTree.Root(), &u.got), u.slow.Decode(u.slowTree.Root(), &u.want)
	if u.FastTree.Misread() {
		return
	}
	if got != want {
		t.Fatalf("taken for dialect %d, want %d\n%s", got, want, text)
	}
	if diff := cmp.Diff(u.want, u.got, EquateEmpty); diff != "" {
		t.Fatalf("items (-want +got):\n%s\n%s", diff, text)
	}
}

// CompareRow is Compare for the cells of a row.
func (u *Both) CompareRow(t rapid.TB, cells ...string) {
	t.Helper()
	r := &row.Row{Columns: &row.Columns{Names: []string{"id", "payload", "waba_id", "more", "raw"}}}
	for _, text := range cells {
		r.Cells = append(r.Cells, row.Cell{Kind: row.Text, Text: text})
	}
	text := r.AppendJSON(nil)
	u.row, u.bodies = r.AppendAround(u.row[:0], u.bodies[:0])
	if _, err := u.fast.ParseRow(&u.FastTree, u.row, u.bodies); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if _, err := u.slowTree.Parse(text); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	u.decode(t, string(text))
}

// CompareAll compares the record alone and in what people put around it, at first sight
// and when it was seen.
func (u *Both) CompareAll(t rapid.TB, record string) {
	t.Helper()
	quoted, _ := json.Marshal(record)
	twice, _ := json.Marshal(`{"Message":` + string(quoted) + `,"waba_id":"7"}`)
	for range 2 {
		u.Compare(t, record)
		for _, around := range [...]string{
			`{"body":$}`, `[$,$]`, `{"phone_number_id":5,"waba_id":"9","a":{"b":[$,7,$]},"c":%}`,
			`{"body":%}`, `{"Records":[{"body":%,"x":"a&b=c"},{"body":%}],"time":1790900000}`,
			`{"requestContext":{"http":{"path":"/"},"timeEpoch":1790900000000},"headers":{"a":"*/*","b":"e30="},"body":%,"isBase64Encoded":false}`,
			`{"body":@}`, `{"event":"sent","timestamp":1790900000,"wa_id":"1","raw":$}`, `{"data":$,"customer":$}`,
		} {
			u.Compare(t, strings.NewReplacer("$", record, "%", string(quoted), "@", string(twice)).Replace(around))
		}
		u.CompareRow(t, "7", record, "", record)
		u.CompareRow(t, "7", "{}", "8", `{"a":`+record+`}`, record)
	}
}

// anyKeys is a dialect to which everything is offered, whatever its keys.
type anyKeys struct{ dialect.Dialect }

func (d anyKeys) Surround(s dialect.Surroundings) {
	if inner, ok := d.Dialect.(dialect.Surrounded); ok {
		inner.Surround(s)
	}
}

func (d anyKeys) Assemble(v jsontree.Value, items *dialect.Items) bool {
	inner, ok := d.Dialect.(dialect.Assembler)
	return ok && inner.Assemble(v, items)
}
