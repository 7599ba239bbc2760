package dialect

import (
	"strings"
	"testing"
)

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
		before := u.quick.Found()
		if u.compare(t, text); u.quick.Found()-before != strings.Count(around, "$")+strings.Count(around, "%") {
			t.Errorf("%d records were read quickly: %s", u.quick.Found()-before, text)
		}
	}
	u := newUnwrapper()
	u.compareRow(t, "7", webhook)
	if u.compareRow(t, "8", webhook); u.quick.Found() != 1 || u.fastTree.Misread() {
		t.Errorf("%d rows were read quickly", u.quick.Found())
	}
}
