package dialect

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/ingest/jsontree"
	"waudit/ingest/row"
)

// unwrapper decodes what is around records both ways.
type unwrapper struct {
	fast, slow         *Unwrap
	fastTree, slowTree jsontree.Tree
	got, want          Items
	row                []byte
	bodies             []row.Body
}

func newUnwrapper() *unwrapper {
	dialects := allDialects()
	u := &unwrapper{fast: NewUnwrap(dialects), slow: NewUnwrap(allDialects())}
	u.fast.Use(NewQuick(dialects))
	u.slow.shapes.known = map[string]uint64{} // full, so that everything is offered to all
	for i := range maxShapes {
		u.slow.shapes.known[strconv.Itoa(i)] = 0
	}
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
		r.Cells = append(r.Cells, textCell(text))
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

// wrappedOdd are records around which, or in which, there is something that Quick
// must not pass over.
var wrappedOdd = []string{
	statusOf(`$,"more":{"raw":` + webhook + `}`),
	strings.Replace(statusOf(`$`), `"id":"100000000000007",`, "", 1),
	messageOf("$,\"text\":{\"body\":\"\\x\x01\"}"), messageOf("$,\"text\":{\"body\":\"\xff\"}"), messageOf(`$,"text":{"body":"ü\ud83d\ude00\ud83d"}`),
	`{"_waudit":{},"record":` + webhook + `,` + strings.TrimPrefix(webhook, "{"),
	flatOf(`"event":"sent",$,"more":` + strings.Repeat("[", 400) + strings.Repeat("]", 400)),
	`{"a":` + strings.Repeat(`{"a":`, 30) + webhook + strings.Repeat("}", 31),
	strings.Repeat("[", 200) + flatOf(`"event":"sent",$,"more":`+strings.Repeat("[", 250)+strings.Repeat("]", 250)) + strings.Repeat("]", 200),
}

func TestUnwrapQuickly(t *testing.T) {
	u := newUnwrapper()
	for range 2 {
		for _, records := range [][]string{quickTakes, quickDeclines, wrappedOdd} {
			for _, record := range records {
				u.all(t, record)
			}
		}
	}
	for _, w := range wrappers() {
		u.compare(t, w.wrap(t, webhook))
	}
}

// Wherever a wrapped record is cut off, or a byte of it is another one, it gives
// the same.
func TestUnwrapDamaged(t *testing.T) {
	u := newUnwrapper()
	for _, record := range []string{webhook, quickStatusRecord, flatRecord} {
		u.all(t, record)
		text := `{"body":` + record + `,"more":` + quoted(t, record) + `}`
		for i := range len(text) {
			u.compare(t, text[:i]+text[i+1:])
			for _, damage := range []string{`"`, `\`, "}", ",", "0", "\x00", "\xff"} {
				u.compare(t, text[:i]+damage+text[i+1:])
			}
		}
	}
}

// Ordinary records that are wrapped do reach Quick.
func TestUnwrapReachesQuick(t *testing.T) {
	for _, around := range []string{`{"body":$}`, `[$,$]`, `{"body":%}`, `{"Records":[{"body":%},{"body":%}]}`} {
		u := newUnwrapper()
		text := strings.NewReplacer("$", webhook, "%", quoted(t, webhook)).Replace(around)
		u.compare(t, text)
		before := u.fast.quick.found
		if u.compare(t, text); u.fast.quick.found-before != strings.Count(around, "$")+strings.Count(around, "%") {
			t.Errorf("%d records were read quickly: %s", u.fast.quick.found-before, text)
		}
	}
	u := newUnwrapper()
	u.compareRow(t, "7", webhook)
	if u.compareRow(t, "8", webhook); u.fast.quick.found != 1 || u.fastTree.Misread() {
		t.Errorf("%d rows were read quickly", u.fast.quick.found)
	}
}
