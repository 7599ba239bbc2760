package dialect

import (
	"encoding/json"
	"strings"
	"waudit/ingest/jsontree"
	"waudit/ingest/row"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// unwrapper decodes what is around records both ways.
type unwrapper struct {
	quick              *Quick
	fast, slow         *Unwrap
	fastTree, slowTree jsontree.Tree
	got, want          Items
	row                []byte
	bodies             []row.Body
}

func newUnwrapper() *unwrapper {
	dialects, unkeyed := allDialects(), allDialects()
	for i, d := range unkeyed {
		unkeyed[i] = anyKeys{d}
	}
	u := &unwrapper{quick: NewQuick(dialects), fast: NewUnwrap(dialects), slow: NewUnwrap(unkeyed)}
	u.fast.Use(u.quick)
	return u
}

// compare sees that a text gives the same with Quick and without it.
func (u *unwrapper) compare(t rapid.TB, text string) {
	t.Helper()
	n, err := u.fast.Parse(&u.fastTree, []byte(text))
	m, slowErr := u.slowTree.Parse([]byte(text))
	if (err == nil) != (slowErr == nil) || n != m {
		t.Fatalf("read to %d (%v), want %d (%v)\n%s", n, err, m, slowErr, text)
	}
	if err == nil {
		u.decode(t, text)
	}
}

// decode decodes what was parsed.
func (u *unwrapper) decode(t rapid.TB, text string) {
	t.Helper()
	u.got.Reset()
	u.want.Reset()
	got, want := u.fast.Decode(u.fastTree.Root(), &u.got), u.slow.Decode(u.slowTree.Root(), &u.want)
	if u.fastTree.Misread() {
		return
	}
	if got != want {
		t.Fatalf("taken for dialect %d, want %d\n%s", got, want, text)
	}
	if diff := cmp.Diff(u.want, u.got, equateEmpty); diff != "" {
		t.Fatalf("items (-want +got):\n%s\n%s", diff, text)
	}
}

// compareRow is compare for the cells of a row.
func (u *unwrapper) compareRow(t rapid.TB, cells ...string) {
	t.Helper()
	r := &row.Row{Columns: &row.Columns{Names: []string{"id", "payload", "waba_id", "more", "raw"}}}
	for _, text := range cells {
		r.Cells = append(r.Cells, row.Cell{Kind: row.Text, Text: text})
	}
	text := r.AppendJSON(nil)
	u.row, u.bodies = r.AppendAround(u.row[:0], u.bodies[:0])
	if _, err := u.fast.ParseRow(&u.fastTree, u.row, u.bodies); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if _, err := u.slowTree.Parse(text); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	u.decode(t, string(text))
}

// all compares the record alone and in what people put around it, at first sight
// and when it was seen.
func (u *unwrapper) all(t rapid.TB, record string) {
	t.Helper()
	quoted, _ := json.Marshal(record)
	twice, _ := json.Marshal(`{"Message":` + string(quoted) + `,"waba_id":"7"}`)
	for range 2 {
		u.compare(t, record)
		for _, around := range [...]string{
			`{"body":$}`, `[$,$]`, `{"phone_number_id":5,"waba_id":"9","a":{"b":[$,7,$]},"c":%}`,
			`{"body":%}`, `{"Records":[{"body":%,"x":"a&b=c"},{"body":%}],"time":1790900000}`,
			`{"requestContext":{"http":{"path":"/"},"timeEpoch":1790900000000},"headers":{"a":"*/*","b":"e30="},"body":%,"isBase64Encoded":false}`,
			`{"body":@}`, `{"event":"sent","timestamp":1790900000,"wa_id":"1","raw":$}`, `{"data":$,"customer":$}`,
		} {
			u.compare(t, strings.NewReplacer("$", record, "%", string(quoted), "@", string(twice)).Replace(around))
		}
		u.compareRow(t, "7", record, "", record)
		u.compareRow(t, "7", "{}", "8", `{"a":`+record+`}`, record)
	}
}

// anyKeys is a dialect to which everything is offered, whatever its keys.
type anyKeys struct{ Dialect }

func (d anyKeys) surround(s surroundings) {
	if inner, ok := d.Dialect.(surrounded); ok {
		inner.surround(s)
	}
}

func (d anyKeys) assemble(v jsontree.Value, items *Items) bool {
	inner, ok := d.Dialect.(assembler)
	return ok && inner.assemble(v, items)
}
