package cmd

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// wrappedForms are what people store for a webhook.
func wrappedForms() []form {
	return []form{
		wrapped("house-made", `{"received_at":"2026-11-02T10:00:00Z","headers":{"host":"x"},"body":%s}`, asIs),
		wrapped("escaped string", `{"id":%[2]d,"received_at":"2026-11-02T10:00:00Z","raw":%[1]s}`, quoted),
		wrapped("string of a string", `{"raw":%s}`, func(body string) string { return quoted(quoted(body)) }),
		wrapped("lines of strings", `%s`, quoted),
		wrapped("API gateway", `{"resource":"/hook","requestContext":{"timeEpoch":1793613600000},"headers":{},"body":%s,"isBase64Encoded":true}`, base64Of),
		wrapped("API gateway, text", `{"version":"2.0","headers":{"accept":"*/*","x-id":"MTIzNDU2Nzg=","more":"{\"a\":[1]}"},"requestContext":{"http":{"method":"POST","path":"/hook"},"requestId":"r%[2]d","timeEpoch":1793613600000},"body":%[1]s,"isBase64Encoded":false}`, quoted),
		wrapped("object", `{"body":%s}`, asIs),
		wrapped("one of two", `{"waba_id":"7","phone_number_id":"8","items":[{"n":%[2]d},%[1]s],"text":"{\"statuses\":[]}"}`, asIs),
		wrapped("SNS", `{"Type":"Notification","MessageId":"%[2]d","Message":%[1]s,"Timestamp":"2026-11-02T10:00:00Z"}`, quoted),
		wrapped("SQS", `{"Records":[{"messageId":"%[2]d","eventSource":"aws:sqs","body":%[1]s}]}`, quoted),
		wrapped("Kinesis", `{"Records":[{"kinesis":{"data":%s,"sequenceNumber":"%d"},"eventSource":"aws:kinesis"}]}`, base64Of),
		wrapped("Lambda log", "2026-11-02T10:00:00.000Z\t6f1-%03[2]d\tINFO\t%[1]s", asIs),
		wrapped("SNS in SQS", `{"Records":[{"messageId":"%[2]d","eventSource":"aws:sqs","body":%[1]s}]}`, func(body string) string {
			return quoted(`{"Type":"Notification","Message":` + quoted(body) + `}`)
		}),
		wrapped("Pub/Sub", `{"message":{"data":%s,"messageId":"%d","publishTime":"2026-11-02T10:00:00Z"},"subscription":"s"}`, base64Of),
		wrapped("CloudWatch", `{"logGroup":"g","logStream":"s","logEvents":[{"id":"%[2]d","timestamp":1793613600000,"message":%[1]s}]}`, quoted),
		wrapped("Kafka", `{"topic":"hooks","partition":0,"offset":%[2]d,"timestamp":1793613600000,"key":null,"value":%[1]s}`, quoted),
		wrapped("n8n", `[{"headers":{"host":"x"},"params":{},"query":{},"body":%s}]`, asIs),
		wrapped("text log", `2026-11-02 10:00:00,%03[2]d - INFO - hook - payload: %[1]s`, asIs),
		wrapped("Python log", `2026-11-02 10:00:00,%03[2]d INFO webhook %[1]s done`, pythonOf),
		wrapped("form", `2026-11-02 10:00:00,%03[2]d INFO POST /hook?source=meta&payload=%[1]s`, url.QueryEscape),
		wrapped("SQL dump", "INSERT INTO `webhooks` VALUES (%[2]d,'%[1]s','2026-11-02 10:00:00');", func(body string) string {
			return strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`).Replace(body)
		}),
		wrapped("XML", `<row><id>%[2]d</id><payload>%[1]s</payload></row>`, html.EscapeString),
		wrapped("syslog, laid out", `Nov  2 10:00:00 h app[%[2]d]: %[1]s`, func(body string) string { return strings.ReplaceAll(laidOut(body), "\n", "#012") }),
		wrapped("mysql, laid out", "%[2]d\t%[1]s\t2026-11-02 10:00:00", func(body string) string {
			return strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(laidOut(body))
		}),
		wrapped("CSV without a header", `%[2]d,app,"hook: %[1]s"`, func(body string) string { return strings.ReplaceAll(body, `"`, `""`) }),
		{"Python's list", func(_ *testing.T, records []string) []byte {
			return []byte(pythonOf("[" + strings.Join(records, ",") + "]"))
		}},
		{"SQL copy", func(_ *testing.T, records []string) []byte {
			var out bytes.Buffer
			out.WriteString("COPY public.webhooks (id, body, received_at) FROM stdin;\n")
			for i, r := range records {
				fmt.Fprintf(&out, "%d\t%s\t2026-11-02 10:00:00\n", i, strings.ReplaceAll(r, `\`, `\\`))
			}
			out.WriteString("\\.\n")
			return out.Bytes()
		}},
		{"Docker, laid out", func(_ *testing.T, records []string) []byte {
			var out bytes.Buffer
			for _, r := range records {
				for line := range strings.Lines("hook " + laidOut(r) + "\n") {
					fmt.Fprintf(&out, `{"log":%s,"stream":"stdout","time":"2026-11-02T10:00:00Z"}`+"\n", quoted(line))
				}
			}
			return out.Bytes()
		}},
		{"Fluent Bit, cut", func(_ *testing.T, records []string) []byte {
			var out bytes.Buffer
			for i, r := range records {
				const part = `{"log":%s,"partial_message":"true","partial_id":"p%d","partial_last":"%t"}` + "\n"
				half := len(r) / 2
				for !utf8.RuneStart(r[half]) {
					half++
				}
				fmt.Fprintf(&out, part+part, quoted(r[:half]), i, false, quoted(r[half:]), i, true)
			}
			return out.Bytes()
		}},
		{"column of a csv", func(t *testing.T, records []string) []byte {
			table := [][]string{{"id", "received_at", "payload"}}
			for i, r := range records {
				table = append(table, []string{strconv.Itoa(i), "2026-11-02 10:00:00", r})
			}
			return delimited(t, table, ',')
		}},
		{"column of a parquet file", func(t *testing.T, records []string) []byte {
			type hook struct {
				Received time.Time `parquet:"received_at,timestamp(millisecond)"`
				Payload  string    `parquet:"payload,json"`
			}
			hooks := make([]hook, len(records))
			for i, r := range records {
				hooks[i] = hook{time.UnixMilli(1793613600000), r}
			}
			return parquetOf(t, hooks)
		}},
	}
}

// wrapped is a form with a line for each record: what encode makes of it, and
// its number, in their places.
func wrapped(name, line string, encode func(body string) string) form {
	return form{name, func(_ *testing.T, records []string) []byte {
		var out bytes.Buffer
		for i, r := range records {
			text := fmt.Sprintf(line, encode(r), i)
			text, _, _ = strings.Cut(text, "%!(EXTRA")
			out.WriteString(text + "\n")
		}
		return out.Bytes()
	}}
}

func asIs(body string) string { return body }

func quoted(body string) string {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return string(text)
}

func laidOut(body string) string {
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(body), "", "  "); err != nil {
		panic(err) // bodies are written by this program
	}
	return out.String()
}

func base64Of(body string) string { return `"` + base64.StdEncoding.EncodeToString([]byte(body)) + `"` }

// pythonOf writes JSON as Python prints what it made of it.
func pythonOf(body string) string {
	var v any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		panic(err) // bodies are written by this program
	}
	return string(appendPython(nil, v))
}

func appendPython(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "None"...)
	case bool:
		return append(dst, map[bool]string{true: "True", false: "False"}[v]...)
	case float64:
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	case string:
		return append(append(append(dst, '\''), strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`).Replace(v)...), '\'')
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendPython(dst, e)
		}
		return append(dst, ']')
	}
	dst = append(dst, '{')
	o := v.(map[string]any)
	for i, key := range slices.Sorted(maps.Keys(o)) {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendPython(append(appendPython(dst, key), ": "...), o[key])
	}
	return append(dst, '}')
}
