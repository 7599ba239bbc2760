package quick_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/meta"
	"waudit/ingest/dialect/quick"
	"waudit/ingest/jsontree"
	"waudit/report/simulate"
)

// comparer decodes records both ways.
type comparer struct {
	dialects []dialect.Dialect
	quick    *quick.Reader
	tree     jsontree.Tree

	got, want dialect.Items
}

func newComparer() *comparer {
	dialects := dialecttest.All()
	return &comparer{dialects: dialects, quick: quick.New(dialects)}
}

// check sees that the Reader declines the record or gives what the dialects give, at
// first sight and when the dialects have read it. It reports whether the Reader then
// took it.
func (c *comparer) check(t rapid.TB, record string) (taken bool) {
	t.Helper()
	if c.compare(t, record) {
		return true
	}
	if _, err := c.tree.Parse([]byte(record)); err == nil {
		if i := decodeAny(c.dialects, c.tree.Root(), &c.want); i >= 0 {
			c.quick.Learn(c.tree.Root(), i, &c.want)
		}
	}
	return c.compare(t, record)
}

// compare reports whether the Reader takes the record, and sees that it gives what the
// dialects give.
func (c *comparer) compare(t rapid.TB, record string) (taken bool) {
	t.Helper()
	got, ok := c.quick.Decode([]byte(record), &c.got)
	if !ok {
		if c.got.Len()+len(c.got.Unknown)+len(c.got.Links) > 0 {
			t.Fatalf("declined, but items are left: %+v\n%s", c.got, record)
		}
		return false
	}
	n, err := c.tree.Parse([]byte(record))
	if fault := (*jsontree.SyntaxError)(nil); errors.As(err, &fault) {
		if !isTextFault(fault.Msg) {
			t.Fatalf("taken, but %v\n%s", fault, record)
		}
		return true
	}
	if rest := strings.Trim(record[n:], " \t\r\n"); rest != "" {
		t.Fatalf("taken, but %q is left\n%s", rest, record)
	}
	if want := decodeAny(c.dialects, c.tree.Root(), &c.want); got != want {
		t.Fatalf("taken for dialect %d, want %d\n%s", got, want, record)
	}
	if diff := cmp.Diff(c.want, c.got, dialecttest.EquateEmpty); diff != "" {
		t.Fatalf("items (-want +got):\n%s\n%s", diff, record)
	}
	return true
}

// isTextFault tells the faults in the text of a string that is skipped, which
// the Reader may overlook, from those of structure.
func isTextFault(msg string) bool {
	for _, text := range []string{"control characters", "no escape", "the text is not valid UTF-8"} {
		if strings.HasPrefix(msg, text) {
			return true
		}
	}
	return false
}

// In these, $ stands for the rest of an ordinary part.
var (
	quickStatusPart  = `"id":"wamid.a","timestamp":"1790900000","status":"sent","recipient_id":"15550177001"`
	quickMessagePart = `"id":"wamid.i","timestamp":1790900000,"type":"text","from":"15550177001"`
	quickFlatPart    = `"timestamp":"2026-10-01T10:00:00Z","waba_id":"1","wa_id":"+15550177001","message_id":"wamid.a"`
)

func statusOf(members string) string {
	return dialecttest.MessagesOf(`"statuses":[{` + strings.ReplaceAll(members, "$", quickStatusPart) + `}]`)
}

func messageOf(members string) string {
	return dialecttest.MessagesOf(`"messages":[{` + strings.ReplaceAll(members, "$", quickMessagePart) + `}]`)
}

func flatOf(members string) string {
	return `{` + strings.ReplaceAll(members, "$", quickFlatPart) + `}`
}

var quickTakes = []string{
	dialecttest.Webhook, quickStatusRecord, quickInboundRecord, quickFlatRecord, dialecttest.FlatRecord,
	statusOf(`$`), messageOf(`$`), flatOf(`"event":"sent",$`),
	statusOf(`$,"pricing":{"billable":"TRUE","pricing_model":"cbp","category":"authentication-international","type":"free entry point","subtype":"paid_exempt"}`),
	statusOf(`$,"pricing":null,"conversation":null,"errors":null,"biz_opaque_callback_data":"\"} 😀"`),
	statusOf(`$,"conversation":{"expiration_timestamp":1790986400,"id":"c","origin":{"type":"customer-initiated","more":[[],{},-1.5e+3]}}`),
	statusOf(`"errors":[{"title":"t","code":131047,"error_data":{"details":"d"}},{"code":1}],$`),
	statusOf(`$,"recipient_user_id":"US.1","recipient_parent_user_id":"US.ENT.1","recipient_type":"individual","template_id":7`),
	messageOf(`$,"referral":{"source_type":"post","headline":"h"},"text":{"body":"a\\"}`),
	messageOf(`$,"referral":{"ctwa_clid":"ARx"},"errors":[]`),
	messageOf(`$,"contacts":[{"name":{}}]`),
	dialecttest.MessagesOf(`"contacts":[{"wa_id":"15550177001","user_id":"US.1"}],"statuses":[{` + quickStatusPart + `},{` + quickStatusPart + `,"recipient_user_id":"US.2"}]`),
	dialecttest.MessagesOf(`"statuses":[{` + quickStatusPart + `}],"messages":[{` + quickMessagePart + `}],"contacts":[{"user_id":"US.1"},{"wa_id":"15550177001","user_id":"US.1"}]`),
	statusOf(`$,"recipient_participant_id":"1"`), statusOf(`$,"recipient_type":"group"`), messageOf(`$,"group_id":"g"`),
	statusOf(`"id":"wamid.a","timestamp":"1790900000","status":"sent","recipient_id":"1@g.us","recipient_participant_user_id":"US.1","recipient_participant_parent_user_id":"US.ENT.1"`),
	dialecttest.MessagesOf(`"contacts":[{"wa_id":"15550177001","user_id":"US.1"}],"statuses":[{` + quickStatusPart + `,"recipient_participant_id":"15550177002","recipient_participant_user_id":"US.2"}]`),
	flatOf(`"event":"Played",$,"billable":null,"more":{"a":[1]},"group_id":"g","participant_id":"US.2"`),
	flatOf(`"event":"inbound",$,"user_id":"US.1","ctwa_clid":"ARx"`),
	statusOf(`$,"pricing":[]`), messageOf(`"id":"wamid.i",` + dialecttest.Seconds + `,"from":"1"`), flatOf(`"event":"sent",$,"more":` + strings.Repeat("[", 40) + strings.Repeat("]", 40)),
	flatOf(`"event":"charge",$,"amount":1.5e-3,"currency":"usd","conversation_expiration":"1790900000"`),
}

var quickDeclines = []string{
	``, ` `, `{`, `{}`, `[]`, `null`, `{"object"`, `{"object":"whatsapp_business_account","entry":[]}`, `{"object":"whatsapp_business_account"}`, dialecttest.BareValue, dialecttest.BareStatus,
	` ` + dialecttest.FlatRecord, dialecttest.FlatRecord + dialecttest.FlatRecord, dialecttest.FlatRecord + `,`, `[` + dialecttest.FlatRecord + `]`,
	strings.Replace(dialecttest.Webhook, meta.WhatsApp, "instagram", 1),
	strings.Replace(dialecttest.Webhook, `"messages"`, `"colours"`, 1),
	strings.Replace(dialecttest.Webhook, `"100000000000007"`, `"0"`, 1),
	strings.Replace(dialecttest.Webhook, `"100000000000017"`, `"123456123"`, 1),
	strings.Replace(dialecttest.Webhook, `"entry":`, `"event":"sent","entry":`, 1),
	statusOf(`$,"id":"wamid.b"`), statusOf(`$,"status":"sent"`), statusOf(`$,"pricing":{},"pricing":{"billable":true}`),
	statusOf(`$,"group_id":"g"`), statusOf(`$,"recipient_participant_id":"1","participant_recipient_id":"2"`),
	statusOf(`"id":"wacid.a",` + dialecttest.Seconds + `,"status":"sent"`), statusOf(`"id":"wamid.a","status":"sent"`),
	statusOf(`"id":"wamid.a",` + dialecttest.Seconds + `,"status":"deleted"`), statusOf(`"id":"wamid\u002ea",` + dialecttest.Seconds + `,"status":"sent"`),
	statusOf(`$,"pricing":{"category":"colour"}`), statusOf(`$,"pricing":{"billable":"perhaps"}`),
	statusOf(`$,"conversation":{"expiration_timestamp":"soon"}`), statusOf(`$,"type":"call"`),
	messageOf(`$,"system":{"wa_id":"1"}`), messageOf(`$,"type":"text"`),
	messageOf(`"id":"wamid.i",` + dialecttest.Seconds + `,"type":"text"`),
	messageOf(`"id":"wamid.i",` + dialecttest.Seconds + `,"type":"text","from":"15550100007"`),
	dialecttest.MessagesOf(`"messages":[{` + quickMessagePart + `}],"statuses":[{` + quickStatusPart + `}]`),
	dialecttest.MessagesOf(`"calls":[]`), dialecttest.MessagesOf(`"contacts":[{"wa_id":"1"}]`), dialecttest.MessagesOf(`"statuses":[{` + quickStatusPart + `}],"statuses":[]`),
	flatOf(`$`), flatOf(`"event":"danced",$`), flatOf(`"event":"sent",$,"customer":{}`), flatOf(`"event":"sent",$,"wa_id":"1"`),
	flatOf(`"` + dialect.WrapperKey + `":{},"event":"sent",$`), flatOf(`"event":"sent","timestamp":"yesterday","wa_id":"1"`),
	flatOf(`"event":"sent","timestamp":1790900000`), flatOf(`"event":"sent",$,"amount":"1,5"`), flatOf(`"event":"sent",$,"more":` + strings.Repeat("[", 600)),
	flatOf(`"event":"sent",$,"more":01`),
}

func TestQuick(t *testing.T) {
	c := newComparer()
	for _, record := range quickTakes {
		if !c.check(t, record) {
			t.Errorf("declined: %s", record)
		}
	}
	for _, record := range quickDeclines {
		if c.check(t, record) {
			t.Errorf("taken: %s", record)
		}
	}
}

// Wherever a record is cut off, or a byte of it is another one, the Reader must give
// what the dialects give or nothing.
func TestQuickDamaged(t *testing.T) {
	c := newComparer()
	for _, record := range quickTakes {
		for i := range len(record) {
			c.check(t, record[:i])
			for n, damage := range []string{`"`, `\`, "{", "}", "[", "]", ",", ":", "0", "a", " ", "\x00", "\xff"} {
				if n%4 == i%4 { // a fourth of all will do
					c.check(t, record[:i]+damage+record[i+1:])
					c.check(t, record[:i]+damage+record[i:])
				}
			}
			c.check(t, record[:i]+record[i+1:])
		}
	}
}

// TestQuickSimulated runs over logs of several eras, and sees that few records
// of them need the dialects.
func TestQuickSimulated(t *testing.T) {
	for _, from := range []time.Time{
		time.Date(2022, 5, 1, 0, 0, 0, 0, time.UTC), time.Date(2023, 10, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2025, 8, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 9, 15, 0, 0, 0, 0, time.UTC),
	} {
		for _, dialect := range []string{simulate.MetaCloud, simulate.Flat} {
			t.Run(from.Format(time.DateOnly)+" "+dialect, func(t *testing.T) { compareSimulated(t, from, dialect) })
		}
	}
}

func compareSimulated(t *testing.T, from time.Time, dialect string) {
	sum, err := simulate.Run(t.Context(), simulate.Options{
		Seed: 7, Messages: 1500, From: from, ErrorShare: 0.1, Dialect: dialect, Dir: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(sum.Log)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	c, taken, records := newComparer(), 0, 0
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for ; lines.Scan(); records++ {
		if c.check(t, lines.Text()) {
			taken++
		}
	}
	t.Logf("%d of %d records taken", taken, records)
	if err := lines.Err(); err != nil || taken < records*9/10 {
		t.Errorf("%d of %d records taken, want nine of ten; %v", taken, records, err)
	}
}

// Behind a dialect that may take anything, nothing is left to stand in for.
func TestNewQuick(t *testing.T) {
	for _, c := range []struct {
		dialects      []dialect.Dialect
		flat, webhook int
	}{
		{dialecttest.All(), 0, 3},
		{[]dialect.Dialect{dialecttest.Of("flat")()}, 0, -1},
		{[]dialect.Dialect{dialecttest.Of("meta-cloud")()}, -1, 0},
		{[]dialect.Dialect{dialecttest.Of("meta-cloud")(), dialecttest.Of("flat")()}, -1, 0},
		{[]dialect.Dialect{struct{ dialect.Dialect }{dialecttest.Of("sinch")()}, dialecttest.Of("flat")()}, -1, -1},
	} {
		if flat, webhook := quick.New(c.dialects).Reads(); flat != c.flat || webhook != c.webhook {
			t.Errorf("%T: flat %d, webhook %d, want %d, %d", c.dialects, flat, webhook, c.flat, c.webhook)
		}
		for _, record := range []string{dialecttest.Webhook, dialecttest.FlatRecord} {
			var items dialect.Items
			if i, ok := taught(c.dialects, record).Decode([]byte(record), &items); ok && i != c.flat && i != c.webhook {
				t.Errorf("%T: %s is of dialect %d", c.dialects, record, i)
			}
		}
	}
}

func TestQuickReusesMemory(t *testing.T) {
	q, items := taught(dialecttest.All(), quickStatusRecord, quickInboundRecord, quickFlatRecord), new(dialect.Items)
	for _, record := range []string{quickStatusRecord, quickInboundRecord, quickFlatRecord} {
		data := []byte(record)
		if n := testing.AllocsPerRun(100, func() { q.Decode(data, items) }); n != 0 {
			t.Errorf("%v allocations, want none: %s", n, record)
		}
	}
}

// A layout is remembered in memory of its own: the record that it was learned
// of is gone when the next one comes.
func TestQuickLayouts(t *testing.T) {
	c := newComparer()
	for n := range 10 {
		record := []byte(strings.NewReplacer("wamid.a", fmt.Sprint("wamid.", n), "15550177001", fmt.Sprint(15550177001+n)).Replace(
			statusOf(`$,"pricing":{"billable":true,"pricing_model":"PMP","category":"utility"},"biz_opaque_callback_data":"` + fmt.Sprint(n*n) + `"`)))
		c.check(t, string(record))
		if _, ok := c.quick.Decode(record, &c.got); !ok {
			t.Fatalf("declined: %s", record)
		}
		clear(record)
	}
	if c.quick.Tries() != 1 || c.quick.Found() != 20 {
		t.Errorf("%d layouts were learned, %d records had one; want 1 and 20", c.quick.Tries(), c.quick.Found())
	}
}

// Every record is learned, whatever it says and however many events it has: what
// is read of it is found again where it stands.
func TestQuickLearns(t *testing.T) {
	for _, record := range quickTakes {
		c := newComparer()
		if !c.check(t, record) || c.quick.Found() == 0 {
			t.Errorf("not learned: %s", record)
		}
	}
}

// What depends on the ids is worked out anew: here they say that the record is
// no ordinary one of its layout.
func TestQuickOddSlots(t *testing.T) {
	usual := statusOf(`$,"recipient_user_id":"US.1"`)
	for _, odd := range []string{
		strings.Replace(usual, "wamid.a", "wacid.a", 1), strings.Replace(usual, "wamid.a", meta.TestMessage, 1), strings.Replace(usual, "wamid.a", "", 1),
		strings.Replace(usual, "1790900000", "soon", 1),
		strings.Replace(usual, `"100000000000007"`, `"0"`, 1), strings.Replace(usual, `"100000000000017"`, `"123456123"`, 1),
	} {
		c := newComparer()
		if !c.check(t, usual) || c.quick.Tries() != 1 {
			t.Fatal("the usual record is not learned")
		}
		if c.check(t, odd) {
			t.Errorf("taken: %s", odd)
		}
	}
}

// A log whose records are all different is not learned by heart.
func TestQuickStrangers(t *testing.T) {
	c := newComparer()
	for n := range 3 * quick.MaxTries {
		if !c.check(t, statusOf(fmt.Sprintf(`$,"pricing":{"key %d":1,"billable":true,"pricing_model":"PMP","category":"utility"}`, n))) && n < quick.MaxTries {
			t.Fatal("declined")
		}
	}
	if n, most := c.quick.Tries(), quick.MaxTries+c.quick.Found()/quick.PerTry+1; n > most {
		t.Errorf("tried to learn %d times, want at most %d", n, most)
	}
}

// A fault in a string that nobody reads is not looked for, but for text that is
// not UTF-8.
func TestQuickSkipsText(t *testing.T) {
	var items dialect.Items
	q := taught(dialecttest.All(), messageOf(`$,"text":{"body":"a"}`))
	record := messageOf("$,\"text\":{\"body\":\"\\x\x01\"}")
	if _, ok := q.Decode([]byte(record), &items); !ok || len(items.Events) != 1 || items.Events[0].Kind != event.Inbound {
		t.Errorf("%v %+v", ok, items)
	}
	garbled := messageOf("$,\"text\":{\"body\":\"\xff\"}")
	if _, ok := q.Decode([]byte(garbled), &items); ok {
		t.Error("taken though it is not UTF-8")
	}
}
