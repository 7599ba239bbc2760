// Command wrap writes the webhooks of a log as people keep them.
//
//	wrap object|string|gateway|csv|parquet <LOG >OTHER
package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/parquet-go/parquet-go"
)

// kept is a row of a table of webhooks.
type kept struct {
	ID         int64     `parquet:"id"`
	ReceivedAt time.Time `parquet:"received_at"`
	Payload    string    `parquet:"payload"`
}

// gateway is what API Gateway hands to a function, with room for the number of the
// record, its time in milliseconds and its body.
const gateway = `{"version":"2.0","routeKey":"POST /hook","rawPath":"/hook","rawQueryString":"","headers":{"accept":"*/*",` +
	`"content-type":"application/json","host":"abc.example.com","user-agent":"webhooks/1.0","x-trace-id":"Root=1-%016x",` +
	`"x-forwarded-for":"192.0.2.7","x-hub-signature-256":"sha256=%064[1]x"},"requestContext":{"accountId":"123456789012",` +
	`"http":{"method":"POST","path":"/hook","sourceIp":"192.0.2.7"},"requestId":"r%[1]d=","stage":"$default",` +
	`"timeEpoch":%[2]d},"body":%[3]s,"isBase64Encoded":false}` + "\n"

func main() {
	if err := wrap(os.Args[len(os.Args)-1], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "wrap:", err)
		os.Exit(1)
	}
}

func wrap(form string, from io.Reader, to io.Writer) error {
	out := bufio.NewWriter(to)
	var put func(n int64, line string) error
	end := out.Flush
	switch form {
	case "object", "string", "gateway":
		put = func(n int64, line string) error { return putJSON(out, form, n, line) }
	case "csv":
		w := csv.NewWriter(out)
		if err := w.Write([]string{"id", "received_at", "payload"}); err != nil {
			return err
		}
		put = func(n int64, line string) error {
			return w.Write([]string{fmt.Sprint(n), receivedAt(n).Format(time.RFC3339), line})
		}
		end = func() error { w.Flush(); return w.Error() }
	case "parquet":
		w := parquet.NewGenericWriter[kept](out, parquet.Compression(&parquet.Zstd))
		put = func(n int64, line string) error {
			_, err := w.Write([]kept{{n, receivedAt(n), line}})
			return err
		}
		end = w.Close
	default:
		return fmt.Errorf("no form %q", form)
	}
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 16<<20)
	for n := int64(0); lines.Scan(); n++ {
		if err := put(n, lines.Text()); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if err := end(); err != nil {
		return err
	}
	return out.Flush()
}

// receivedAt is when the record of that number was stored.
func receivedAt(n int64) time.Time { return time.Unix(1790900000+n, 0).UTC() }

func putJSON(out io.Writer, form string, n int64, line string) error {
	body := []byte(line)
	if form != "object" {
		var err error
		if body, err = json.Marshal(line); err != nil {
			return err
		}
	}
	if form == "gateway" {
		_, err := fmt.Fprintf(out, gateway, n, receivedAt(n).UnixMilli(), body)
		return err
	}
	_, err := fmt.Fprintf(out, "{\"body\":%s}\n", body)
	return err
}
