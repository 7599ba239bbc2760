package quick_test

import (
	"strings"
	"testing"

	"waudit/ingest/dialect/dialecttest"
)

// wrappedOdd are records around which, or in which, there is something that the Reader
// must not pass over.
var wrappedOdd = []string{
	statusOf(`$,"more":{"raw":` + dialecttest.Webhook + `}`),
	strings.Replace(statusOf(`$`), `"id":"100000000000007",`, "", 1),
	messageOf("$,\"text\":{\"body\":\"\\x\x01\"}"), messageOf("$,\"text\":{\"body\":\"\xff\"}"), messageOf(`$,"text":{"body":"ü\ud83d\ude00\ud83d"}`),
	`{"_waudit":{},"record":` + dialecttest.Webhook + `,` + strings.TrimPrefix(dialecttest.Webhook, "{"),
	flatOf(`"event":"sent",$,"more":` + strings.Repeat("[", 400) + strings.Repeat("]", 400)),
	`{"a":` + strings.Repeat(`{"a":`, 30) + dialecttest.Webhook + strings.Repeat("}", 31),
	strings.Repeat("[", 200) + flatOf(`"event":"sent",$,"more":`+strings.Repeat("[", 250)+strings.Repeat("]", 250)) + strings.Repeat("]", 200),
}

func TestUnwrapQuickly(t *testing.T) {
	u := dialecttest.NewBoth()
	for range 2 {
		for _, records := range [][]string{quickTakes, quickDeclines, wrappedOdd} {
			for _, record := range records {
				u.CompareAll(t, record)
			}
		}
	}
}

// Wherever a wrapped record is cut off, or a byte of it is another one, it gives
// the same.
func TestUnwrapDamaged(t *testing.T) {
	u := dialecttest.NewBoth()
	for _, record := range []string{dialecttest.Webhook, quickStatusRecord, dialecttest.FlatRecord} {
		u.CompareAll(t, record)
		text := `{"body":` + record + `,"more":` + dialecttest.Quoted(t, record) + `}`
		for i := range len(text) {
			u.Compare(t, text[:i]+text[i+1:])
			for _, damage := range []string{`"`, `\`, "}", ",", "0", "\x00", "\xff"} {
				u.Compare(t, text[:i]+damage+text[i+1:])
			}
		}
	}
}

// Ordinary records that are wrapped do reach the Reader.
func TestUnwrapReachesQuick(t *testing.T) {
	for _, around := range []string{`{"body":$}`, `[$,$]`, `{"body":%}`, `{"Records":[{"body":%},{"body":%}]}`} {
		u := dialecttest.NewBoth()
		text := strings.NewReplacer("$", dialecttest.Webhook, "%", dialecttest.Quoted(t, dialecttest.Webhook)).Replace(around)
		u.Compare(t, text)
		before := u.Quick.Found()
		if u.Compare(t, text); u.Quick.Found()-before != strings.Count(around, "$")+strings.Count(around, "%") {
			t.Errorf("%d records were read quickly: %s", u.Quick.Found()-before, text)
		}
	}
	u := dialecttest.NewBoth()
	u.CompareRow(t, "7", dialecttest.Webhook)
	if u.CompareRow(t, "8", dialecttest.Webhook); u.Quick.Found() != 1 || u.FastTree.Misread() {
		t.Errorf("%d rows were read quickly", u.Quick.Found())
	}
}
