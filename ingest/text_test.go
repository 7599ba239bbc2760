package ingest

import (
	"bytes"
	"strings"
	"testing"
)

// pythonOf is a record as Python prints it.
func pythonOf(record string) string {
	return strings.NewReplacer(`"`, `'`, `:true`, `: True`).Replace(record)
}

// A text log is read for the bodies in it, and accounts for every line.
func TestTextLog(t *testing.T) {
	log := strings.Join([]string{
		"2026-03-14 07:38:44,123 - INFO - service started",
		"2026-03-14 07:38:45,001 - INFO - Raw JSON payload: " + pythonOf(batch("a")),
		"2026-03-14 07:38:45,002 - DEBUG - again: " + batch("a"),
		"2026-03-14 07:38:46,000 - INFO - task hook headers={'Host': 'example.com', 'Age': None} payload=" + pythonOf(sent("b")) + " retries=0",
		"2026-03-14 07:38:47,000 - INFO - settings " + other,
		"",
		"2026-03-14 07:38:48,000 - ERROR - " + pythonOf(batch("c", "")),
		"2026-03-14 07:38:49,000 - INFO - {'event': 'sent', 'at': range(1, 2)}",
		"event=sent&timestamp=1754280000&wa_id=%2B15551230001&message_id=d",
		"2026-03-14 07:38:50,000 - INFO - request " + pythonOf(batch("e"))[:60],
		"2026-03-14 07:38:51,000 - INFO - " + strings.Replace(batch("f"), `{"object"`, "{\n  \"object\"", 1),
	}, "\n") + "\n"
	result, c := readText(t, log)
	in := result.Inputs[0]
	if in.Container != "text" || in.Dialect != "meta-cloud, flat" {
		t.Errorf("got %q, %q", in.Container, in.Dialect)
	}
	if in.Records != 10 || in.Used != 6 || in.Ignored != 2 || in.Rejected != 2 || len(c.events) != 6 {
		t.Errorf("got %+v, %d events", in.Counts, len(c.events))
	}
	reasons := map[string]bool{}
	for _, count := range result.Ignored {
		reasons[count.Reason] = true
	}
	if !reasons["log lines with no webhook in them"] || !reasons[reasonStray] || len(reasons) != 2 {
		t.Errorf("ignored by %v", reasons)
	}
	var rejected []string
	for _, r := range result.Rejected {
		word, _, _ := strings.Cut(r.Reason, ",")
		rejected = append(rejected, strings.Repeat(".", int(r.Place.Line))+r.At+" "+word)
	}
	want := []string{
		".......entry[0].changes[0].value.statuses[1] status sent of broken has no place in time: timestamp \"bogus\" is no time; write Unix seconds",
		"........ the body holds a Python object that is no JSON; log it with json.dumps(…",
		".......... the body does not end where its line does: the log cuts long lines; export the bodies themselves",
	}
	if strings.Join(rejected, "\n") != strings.Join(want, "\n") {
		t.Errorf("rejected\n%s\nwant\n%s", strings.Join(rejected, "\n"), strings.Join(want, "\n"))
	}
}

// Whatever writes the log, a body is found behind what it puts on the line.
func TestTextLogsOfAllKinds(t *testing.T) {
	body, python := batch("a"), pythonOf(batch("a"))
	for name, line := range map[string]string{
		"Lambda":      "2026-03-14T07:38:45.000Z\t6f1-aa\tINFO\t" + body,
		"tabs":        "INFO\thook\t" + body,
		"commas":      "INFO,hook,2026-03-14," + python,
		"Celery":      "[2026-03-14 07:38:45,001: INFO/MainProcess] Task hook headers={'Host': 'x'} payload=" + python,
		"Flask":       "INFO in app: b'" + body + "'",
		"bare Python": python,
		"logfmt":      `level=info msg="got webhook" body="` + strings.ReplaceAll(body, `"`, `\"`) + `"`,
		"syslog":      "Mar 14 07:38:45 host app[12]: payload: " + body,
		"Docker":      `{"log":"INFO payload: ` + strings.ReplaceAll(body, `"`, `\"`) + `\n","stream":"stdout"}`,
		"access log":  `192.0.2.7 - - [14/Mar/2026:07:38:44 +0000] "GET /hook?event=sent&timestamp=1754280000&wa_id=15551230001&message_id=d HTTP/1.1" 200 2 "-" "x, y"`,
	} {
		for _, before := range []string{"", "2026-03-14 07:38:45,001 - INFO - started, event, timestamp\n"} {
			result, c := readText(t, before+line+"\n"+line+"\n")
			if len(c.events) != 2 {
				t.Errorf("%s: got %+v", name, result.Inputs[0])
			}
		}
	}
}

// The rows of a dump are tables like any other: what is in a column, or in
// several, is read, and rows of other tables are ignored.
func TestSQLDump(t *testing.T) {
	mysql := strings.ReplaceAll(batch("a"), `"`, `\"`)
	dump := "-- a dump\nINSERT INTO `users` VALUES (1,'Zoë'),(2,'Ann');\n" +
		"INSERT INTO webhook_debug VALUES(\"3\",\"" + mysql + "\",\"2026-03-14 07:38:44\"),(\"4\",\"\",\"2026-03-14 07:38:45\");\n" +
		"INSERT INTO messages (event, timestamp, wa_id, message_id) VALUES\n('sent',1754280000,'15551230001','b'),\n('sent',1754280000,'15551230001','c');\n" +
		"COPY public.hook (id, body) FROM stdin;\n7\t" + batch("d") + "\n\\.\n"
	result, c := readText(t, dump)
	in := result.Inputs[0]
	if in.Container != "sql" || in.Records != 8 || in.Used != 4 || in.Rejected != 0 || len(c.events) != 4 {
		t.Errorf("got %+v, %d events", in, len(c.events))
	}
}

// A text in which nothing is known is skipped, whatever is wrong in it: the
// folder of a log holds other files too.
func TestForeignText(t *testing.T) {
	dir := files(t, map[string]string{
		"readme.md": "# Usage\n\nSend `{\"a\": 1}` or {'a': range(1, 2)}.\n",
		"log.txt":   "INFO " + sent("a") + "\n",
	})
	result, _ := mustRead(t, Options{Paths: []string{dir}})
	if log, readme := result.Inputs[0], result.Inputs[1]; log.Used != 1 || readme.Skipped == "" || readme.Rejected != 0 || len(result.Rejected) != 0 {
		t.Errorf("got %+v", result.Inputs)
	}
}

// What was rejected of a text log is read again once it is mended, in JSON or as
// it stood in the log, also where the file lies in the folder that is read.
func TestTextRejects(t *testing.T) {
	python := "{'event': 'sent', 'timestamp': range(1, 2), 'wa_id': '15551230001', 'message_id': 'b'}"
	dir := files(t, map[string]string{
		"log.txt": "INFO " + sent("a") + "\nINFO " + python + "\nINFO " + strings.Replace(sent("c"), "1754280000", `"never"`, 1) + "\n",
	})
	var rejects bytes.Buffer
	result, _ := mustRead(t, Options{Paths: []string{dir}, Rejects: &rejects})
	if in := result.Inputs[0]; in.Used != 1 || in.Rejected != 2 {
		t.Fatalf("got %+v", in)
	}
	again, _ := readText(t, sent("d")+"\n"+rejects.String())
	if in := again.Inputs[0]; in.Used != 1 || in.Rejected != 2 {
		t.Errorf("not mended: got %+v", in)
	}
	mended := strings.NewReplacer("range(1, 2)", "1754280000", `"never"`, "1754280000").Replace(rejects.String())
	both, c := mustRead(t, Options{Paths: []string{files(t, map[string]string{"log.txt": "INFO " + sent("a") + "\n", "rejects.ndjson": mended})}})
	if total := both.Total(); total.Used != 3 || total.Rejected != 0 || len(c.events) != 3 {
		t.Errorf("mended: got %+v of %s", total, mended)
	}
}

// An array that ends before its bracket is told as incomplete, with all that is
// in it read.
func TestArrayIsCut(t *testing.T) {
	result, c := readText(t, "["+sent("a")+",\n"+sent("b")+",\n")
	in := result.Inputs[0]
	if in.Used != 2 || len(c.events) != 2 || !strings.HasPrefix(in.Incomplete, "the array does not end: the file may be cut") {
		t.Errorf("got %+v", in)
	}
}
