package quick_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waudit/ingest/dialect/dialecttest"
)

// wrappedOdd are records around which, or in which, there is something that the Reader
// must not pass over.
var wrappedOdd = []string{
	statusOf(`$,"more":{"raw":` + dialecttest.Webhook + `}`),
	dialecttest.MessagesOf(`"contacts":[{"wa_id":"15550177001","user_id":"US.1"},{"wa_id":"15550177002","user_id":"US.2"},{"wa_id":"15550177001","user_id":"US.1"}],"statuses":[{` + quickStatusPart + `}]`), // ends with the link it begins with
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
				compareAll(t, u, record)
			}
		}
	}
}

// Wherever a wrapped record is cut off, or a byte of it is another one, it gives
// the same.
func TestUnwrapDamaged(t *testing.T) {
	u := dialecttest.NewBoth()
	for _, record := range []string{dialecttest.Webhook, quickStatusRecord, dialecttest.FlatRecord} {
		compareAll(t, u, record)
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
		u.Compare(t, text) // the layout of the record is known, and now what is around it
		before, records := u.Quick.Found(), strings.Count(around, "$")+strings.Count(around, "%")
		u.Compare(t, text)
		if u.Quick.Found()-before != records+u.Known || (u.Known == 1) != (records == 1) {
			t.Errorf("%d records were read quickly, %d texts known: %s", u.Quick.Found()-before, u.Known, text)
		}
	}
	for _, record := range []string{dialecttest.Webhook, messageOf(`$,"text":{"body":"\"\\\"\"."}`)} {
		u := dialecttest.NewBoth()
		u.CompareRow(t, "7", record)
		if u.CompareRow(t, "8", record); u.Quick.Found() != 1 || u.Known != 0 || u.FastTree.Misread() {
			t.Errorf("%d rows were read quickly, %d known", u.Quick.Found(), u.Known)
		}
		u.CompareRow(t, "90", record) // what differs is known now
		if u.CompareRow(t, "91", record); u.Known != 2 {
			t.Errorf("a row is known %d times of 2, as CSV has it and else: %s", u.Known, record)
		}
	}
}

// compareAll compares the record alone and in what people put around it, at first sight
// and when it was seen.
func compareAll(t rapid.TB, u *dialecttest.Both, record string) {
	t.Helper()
	quoted, _ := json.Marshal(record)
	encoded := base64.StdEncoding.EncodeToString([]byte(record))
	twice, _ := json.Marshal(`{"Message":` + string(quoted) + `,"waba_id":"7"}`)
	for range 2 {
		u.Compare(t, record)
		for _, around := range [...]string{
			`{"body":$}`, `[$,$]`, `{"phone_number_id":5,"waba_id":"9","a":{"b":[$,7,$]},"c":%}`,
			`{"body":%}`, `{"Records":[{"body":%,"x":"a&b=c"},{"body":%}],"time":1790900000}`,
			`{"requestContext":{"http":{"path":"/"},"timeEpoch":1790900000000},"headers":{"a":"*/*","b":"e30="},"body":%,"isBase64Encoded":false}`,
			`{"headers":{"a":"*/*"},"multiValueHeaders":{"a":["*/*"],"b":["e30="]},"body":"^","isBase64Encoded":true}`,
			`{"body":@}`, `{"event":"sent","timestamp":1790900000,"wa_id":"1","raw":$}`, `{"data":$,"customer":$}`,
		} {
			u.Compare(t, strings.NewReplacer("$", record, "%", string(quoted), "^", encoded, "@", string(twice)).Replace(around))
		}
		u.CompareRow(t, "7", record, "", record)
		u.CompareRow(t, "7", "{}", "8", `{"a":`+record+`}`, record)
	}
}
