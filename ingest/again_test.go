package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"waudit/ingest/dialect"
	"waudit/ingest/source"
)

// spotSink keeps the places of what was read.
type spotSink struct {
	spots    []Spot
	messages []string
}

func (s *spotSink) Record(items *dialect.Items) {
	for i := range items.Events {
		s.spots = append(s.spots, Spot{items.Events[i].Place.Line, items.Events[i].Place.Item})
		s.messages = append(s.messages, strings.Clone(items.Events[i].Message))
	}
}

func readSpots(t *testing.T, path string) *spotSink {
	t.Helper()
	k := new(spotSink)
	if _, err := Read(t.Context(), Options{Paths: []string{path}, Workers: 1}, func(int) Sink { return k }); err != nil {
		t.Fatal(err)
	}
	return k
}

func readAgain(ctx context.Context, path string, spots []Spot) (found map[int]string, whole Whole, err error) {
	inputs, err := source.Find(ctx, []string{path}, nil)
	if err != nil {
		return nil, whole, err
	}
	found = map[int]string{}
	whole, err = ReadAgain(ctx, Options{}, inputs[0], spots, func(r Again, of []int) error {
		for _, i := range of {
			found[i] = string(r.Text) + "|" + string(r.Row)
		}
		return nil
	})
	return found, whole, err
}

// Whatever holds the records, each place leads back to the record of its event.
func TestReadAgainFindsEveryRecord(t *testing.T) {
	event := func(n int) string {
		return fmt.Sprintf(`{"event":"sent","timestamp":"2026-10-02T08:00:0%dZ","phone_number_id":"2","wa_id":"15551230001","message_id":"m%d"}`, n, n)
	}
	for name, text := range map[string]string{
		"lines":    event(1) + "\n" + event(2) + "\n\n" + event(3) + "\n",
		"one line": "[" + event(1) + ", " + event(2) + "," + event(3) + "]",
		"array":    "[\n" + event(1) + ",\n" + event(2) + ",\n" + event(3) + "\n]\n",
		"table":    "event,timestamp,phone_number_id,wa_id,message_id\nsent,2026-10-02T08:00:01Z,2,15551230001,m1\nsent,2026-10-02T08:00:02Z,2,15551230001,\"m2\"\nsent,2026-10-02T08:00:03Z,2,15551230001,m3\n",
		"log":      "2026-10-02 INFO got " + event(1) + "\n2026-10-02 INFO got " + event(2) + "\n2026-10-02 INFO nothing\n2026-10-02 INFO got " + event(3) + "\n",
	} {
		for _, zipped := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%t", name, zipped), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "log")
				data := []byte(text)
				if zipped {
					var b bytes.Buffer
					w := gzip.NewWriter(&b)
					_, _ = io.WriteString(w, text)
					w.Close()
					data = b.Bytes()
				}
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
				spots := readSpots(t, path).spots
				if len(spots) != 3 {
					t.Fatalf("%d events were read, want 3", len(spots))
				}
				for _, want := range [][]int{{0, 1, 2}, {1}, {2, 0}, {2, 2}} {
					var asked []Spot
					for _, i := range want {
						asked = append(asked, spots[i])
					}
					found, whole, err := readAgain(t.Context(), path, asked)
					if err != nil {
						t.Fatal(err)
					}
					if whole.Bytes != int64(len(data)) || len(whole.SHA256) != 64 {
						t.Errorf("read %d bytes with hash %q, want %d", whole.Bytes, whole.SHA256, len(data))
					}
					for k, i := range want {
						mine, other := fmt.Sprintf("m%d", i+1), fmt.Sprintf("m%d", (i+1)%3+1)
						if !bytes.Contains([]byte(found[k]), []byte(mine)) || bytes.Contains([]byte(found[k]), []byte(other)) {
							t.Errorf("spot %v gives %q, want the record of %s", spots[i], found[k], mine)
						}
					}
				}
			})
		}
	}
}

// So it is for every sample that there is, of every container.
func TestReadAgainFindsEverySample(t *testing.T) {
	events := 0
	for _, root := range []string{"dialect/provider/testdata", "container/testdata", "../testdata/demo"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			read := readSpots(t, path)
			if len(read.spots) == 0 {
				return nil
			}
			events += len(read.spots)
			found, _, err := readAgain(t.Context(), path, read.spots)
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			for i, message := range read.messages {
				if !strings.Contains(found[i], message) {
					t.Errorf("%s:%d: the record lacks message %s: %.200s", path, read.spots[i].Line, message, found[i])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if events < 1000 {
		t.Errorf("only %d events were read", events)
	}
}

func TestReadAgainNamesWhatIsMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.ndjson")
	if err := os.WriteFile(path, []byte("{\"a\":1}\n{\"a\":2}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := readAgain(t.Context(), path, []Spot{{1, 0}, {7, 0}})
	var missing *MissingError
	if !errors.As(err, &missing) || missing.Line != 7 || missing.Path != path {
		t.Errorf("got %v, want line 7 of %s", err, path)
	}
}

func TestReadAgainStopsAtAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.ndjson")
	if err := os.WriteFile(path, []byte("{\"a\":1}\n{\"a\":2}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	inputs, err := source.Find(t.Context(), []string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	full, calls := errors.New("full"), 0
	_, err = ReadAgain(t.Context(), Options{}, inputs[0], slices.Repeat([]Spot{{1, 0}, {2, 0}}, 2), func(Again, []int) error {
		calls++
		return full
	})
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("%d calls, error %v; want the first call's error", calls, err)
	}
}
