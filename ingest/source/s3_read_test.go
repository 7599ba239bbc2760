package source

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// digits returns n bytes in which no part looks like another.
func digits(n int) string {
	var text strings.Builder
	random := rand.New(rand.NewPCG(1, 2))
	for text.Len() < n {
		fmt.Fprintln(&text, random.Uint64())
	}
	return text.String()[:n]
}

// openOne opens the object "a" of a server.
func openOne(t *testing.T, server *testServer) (*objectReader, error) {
	t.Helper()
	o := storedObject{store: server.store(t), objectPlace: objectPlace{testBucket, "a"}, size: int64(len(server.objects["a"].data))}
	r, err := o.open(t.Context())
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { r.Close() })
	return r.(*objectReader), nil
}

func TestReadObject(t *testing.T) {
	const size = 200_000
	tests := []struct {
		name  string
		fault func(s *testServer, w http.ResponseWriter, r *http.Request, count int) bool
		want  []string // requests; the same path is left out
		err   string
	}{
		{"sound", nil, []string{""}, ""},
		{"slow down", func(_ *testServer, w http.ResponseWriter, _ *http.Request, count int) bool {
			if count < maxTries {
				refuse(w, http.StatusServiceUnavailable, "SlowDown", "")
			}
			return count < maxTries
		}, []string{"", "", "", "", ""}, ""},
		{"slow down for ever", func(_ *testServer, w http.ResponseWriter, _ *http.Request, _ int) bool {
			refuse(w, http.StatusServiceUnavailable, "SlowDown", "")
			return true
		}, []string{"", "", "", "", ""}, "the store keeps failing to read the object (SlowDown, HTTP status 503)"},
		{"cut twice", func(s *testServer, w http.ResponseWriter, r *http.Request, count int) bool {
			return count < 3 && cut(s, w, r, "a", 70_000)
		}, []string{"", "bytes=70000-", "bytes=140000-"}, ""},
		{"cut before the first byte", func(s *testServer, w http.ResponseWriter, r *http.Request, count int) bool {
			return count < 2 && cut(s, w, r, "a", 0)
		}, []string{"", ""}, ""},
		{"cut too often", func(s *testServer, w http.ResponseWriter, r *http.Request, _ int) bool {
			return cut(s, w, r, "a", 10_000)
		}, []string{"", "bytes=10000-", "bytes=20000-", "bytes=30000-", "bytes=40000-"}, "keeps breaking; 50000 of 200000 bytes were read"},
		{"an end that comes early", func(_ *testServer, w http.ResponseWriter, _ *http.Request, count int) bool {
			return count < 2 && sendPart(w, etagOf(digits(size)), -1, digits(size)[:50_000])
		}, []string{"", "bytes=50000-"}, ""},
		{"changed", func(s *testServer, w http.ResponseWriter, r *http.Request, count int) bool {
			if count == 1 {
				return cut(s, w, r, "a", 70_000)
			}
			s.objects["a"] = testObject{data: "something else"}
			return false
		}, []string{"", "bytes=70000-"}, "it changed while it was read"},
		{"changed, in a store without If-Match", func(s *testServer, w http.ResponseWriter, r *http.Request, count int) bool {
			if count == 1 {
				return cut(s, w, r, "a", 70_000)
			}
			r.Header.Del("If-Match")
			s.objects["a"] = testObject{data: strings.Repeat("x", size)}
			return false
		}, []string{"", "bytes=70000-"}, "it changed while it was read"},
		{"a store without ranges", func(s *testServer, w http.ResponseWriter, r *http.Request, count int) bool {
			if count == 1 {
				return cut(s, w, r, "a", 70_000)
			}
			r.Header.Del("Range")
			return false
		}, []string{"", "bytes=70000-"}, "the store gives no parts of objects; 70000 of 200000 bytes were read"},
		{"changed, perhaps, in a store without ETag", func(_ *testServer, w http.ResponseWriter, _ *http.Request, _ int) bool {
			return sendPart(w, "", size, digits(size)[:70_000])
		}, []string{""}, "keeps breaking; 70000 of 200000 bytes were read"},
		{"deleted", func(s *testServer, w http.ResponseWriter, r *http.Request, count int) bool {
			if count == 1 {
				return cut(s, w, r, "a", 70_000)
			}
			delete(s.objects, "a")
			return false
		}, []string{"", "bytes=70000-"}, "no such object"},
		{"archived", func(_ *testServer, w http.ResponseWriter, _ *http.Request, _ int) bool {
			refuse(w, http.StatusForbidden, "InvalidObjectState", "")
			return true
		}, []string{""}, "it is archived"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := digits(size)
			server := newServer(t, map[string]testObject{"a": {data: text}})
			if tt.fault != nil {
				server.fault = func(w http.ResponseWriter, r *http.Request, count int) bool { return tt.fault(server, w, r, count) }
			}
			r, err := openOne(t, server)
			var got []byte
			if err == nil {
				got, err = io.ReadAll(r)
			}
			if !strings.HasPrefix(text, string(got)) || err == nil && len(got) != size {
				t.Errorf("got %d bytes", len(got))
			}
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("got error %v, want %q", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, ranges(server)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// sendPart announces an object of a length, or of none if it is below 0, and
// hangs up behind text.
func sendPart(w http.ResponseWriter, etag string, length int, text string) bool {
	connection, buffer, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return false
	}
	defer connection.Close()
	fmt.Fprint(buffer, "HTTP/1.1 200 OK\r\nConnection: close\r\nLast-Modified: Mon, 02 Nov 2026 10:00:00 GMT\r\n")
	if etag != "" {
		fmt.Fprintf(buffer, "ETag: %s\r\n", etag)
	}
	if length >= 0 {
		fmt.Fprintf(buffer, "Content-Length: %d\r\n", length)
	}
	fmt.Fprint(buffer, "\r\n", text)
	return buffer.Flush() == nil
}

// ranges returns the ranges that were asked of the object "a".
func ranges(server *testServer) []string {
	var list []string
	for _, request := range server.asked() {
		list = append(list, strings.TrimSpace(strings.TrimPrefix(request, "GET /logs/a")))
	}
	return list
}

// A connection that gives nothing any more counts as broken.
func TestReadStalls(t *testing.T) {
	text := digits(100_000)
	server := newServer(t, map[string]testObject{"a": {data: text}})
	server.fault = func(w http.ResponseWriter, r *http.Request, count int) bool {
		if count > 1 {
			return false
		}
		w.Header().Set("ETag", etagOf(text))
		w.Header().Set("Last-Modified", "Mon, 02 Nov 2026 10:00:00 GMT")
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		io.WriteString(w, text[:1000])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		return true
	}
	o := storedObject{store: server.store(t), objectPlace: objectPlace{testBucket, "a"}, size: int64(len(text))}
	o.store.stall = 50 * time.Millisecond
	r, err := o.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); string(got) != text || err != nil {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
}

func TestReadIsCancelled(t *testing.T) {
	server := newServer(t, map[string]testObject{"a": {data: digits(100_000)}})
	ctx, cancel := context.WithCancel(t.Context())
	server.fault = func(w http.ResponseWriter, r *http.Request, count int) bool {
		if count == 2 {
			cancel()
		}
		return cut(server, w, r, "a", 1000)
	}
	o := storedObject{store: server.store(t), objectPlace: objectPlace{testBucket, "a"}, size: 100_000}
	o.store.backoff = func(try int) time.Duration { return time.Duration(try-1) * time.Hour } // to be cut short
	r, err := o.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.ReadAll(r); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// An object is opened as a file is, compressed or not.
func TestOpenObject(t *testing.T) {
	text := digits(300_000)
	server := newServer(t, map[string]testObject{"a": {data: string(gzipped(text))}})
	server.fault = func(w http.ResponseWriter, r *http.Request, count int) bool {
		return r.URL.Path == "/logs/a" && count < 3 && cut(server, w, r, "a", 50_000)
	}
	inputs, err := server.find(t, "s3://logs/a")
	if err != nil || len(inputs) != 1 || inputs[0].Size != int64(len(server.objects["a"].data)) {
		t.Fatalf("got %+v, %v", inputs, err)
	}
	o := Opener{Hash: sha256.New()}
	defer o.Close()
	compression, got, err := readAll(t, &o, inputs[0])
	if compression != Gzip || got != text || err != nil {
		t.Errorf("got %s, %d bytes, %v", compression, len(got), err)
	}
	server.objects["a"] = testObject{data: "new"}
	server.fault = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		refuse(w, http.StatusForbidden, "AccessDenied", "")
		return true
	}
	_, _, err = readAll(t, &o, inputs[0])
	problem, _ := errors.AsType[*Error](err)
	if problem == nil || problem.Problem != NoPermission || problem.Error() != "s3://logs/a: no permission to read the object; allow s3:GetObject on it, or use other credentials" {
		t.Errorf("got %v", err)
	}
}

// A stream of an object gives parts of it unless it is compressed, beside Read.
func TestReaderAtOfObject(t *testing.T) {
	server := newServer(t, map[string]testObject{"a": {data: digits(2000)}, "b": {data: string(gzipped("b"))}})
	inputs, err := server.find(t, "s3://logs/")
	if err != nil || len(inputs) != 2 {
		t.Fatalf("got %v, %v", inputs, err)
	}
	for i, want := range []bool{true, false} {
		stream, err := new(Opener).Open(t.Context(), inputs[i])
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		at, size, ok := stream.ReaderAt()
		if ok != want || ok && size != 2000 {
			t.Fatalf("%s: got %d bytes, %v", inputs[i].Path, size, ok)
		}
		if !ok {
			continue
		}
		part := make([]byte, 100)
		if _, err := at.ReadAt(part, 1000); err != nil || string(part) != digits(2000)[1000:1100] {
			t.Errorf("got %q, %v", part, err)
		}
		if all, err := io.ReadAll(stream); err != nil || string(all) != digits(2000) {
			t.Errorf("got %d bytes, %v", len(all), err)
		}
	}
}

// Only the blocks that are needed are requested, each once.
func TestReadParts(t *testing.T) {
	const size = 3*blockBytes + 1000
	text := digits(size)
	server := newServer(t, map[string]testObject{"a": {data: text}})
	r, err := openOne(t, server)
	if err != nil {
		t.Fatal(err)
	}
	parts := []struct {
		offset int64
		length int
		err    error
	}{
		{size - 8, 8, nil}, {size - 500, 400, nil}, {blockBytes - 10, 20, nil}, {5, 10, nil}, {size - 5, 10, io.EOF}, {size, 1, io.EOF}, {size + 5, 1, io.EOF},
	}
	for _, part := range parts {
		p := make([]byte, part.length)
		n, err := r.ReadAt(p, part.offset)
		want := text[min(part.offset, size):min(part.offset+int64(part.length), size)]
		if string(p[:n]) != want || !errors.Is(err, part.err) {
			t.Errorf("at %d: got %d bytes, %v", part.offset, n, err)
		}
	}
	want := []string{"", "bytes=3145728-3146727", "bytes=0-1048575", "bytes=1048576-2097151"}
	if diff := cmp.Diff(want, ranges(server)); diff != "" || r.Size() != size {
		t.Error(r.Size(), diff)
	}
}

func TestReadPartsTogether(t *testing.T) {
	const size = 4 * blockBytes
	text := digits(size)
	server := newServer(t, map[string]testObject{"a": {data: text}})
	var seen sync.Map
	server.fault = func(w http.ResponseWriter, r *http.Request, _ int) bool { // of each part the first time
		_, again := seen.LoadOrStore(r.Header.Get("Range"), true)
		return !again && cut(server, w, r, "a", 1000)
	}
	r, err := openOne(t, server)
	if err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	for i := range 8 {
		readers.Go(func() {
			p := make([]byte, 1000)
			for offset := int64(i * 1000); offset < size; offset += size / 16 {
				if n, err := r.ReadAt(p, offset); err != nil || string(p) != text[offset:offset+1000] {
					t.Errorf("at %d: got %d bytes, %v", offset, n, err)
				}
			}
		})
	}
	readers.Wait()
}

func TestReadPartsOfChanged(t *testing.T) {
	server := newServer(t, map[string]testObject{"a": {data: digits(2 * blockBytes)}})
	r, err := openOne(t, server)
	if err != nil {
		t.Fatal(err)
	}
	server.objects["a"] = testObject{data: digits(2*blockBytes + 1)}
	if _, err := r.ReadAt(make([]byte, 10), 0); err == nil || err.Error() != "s3://logs/a: it changed while it was read; run again when nobody writes it" {
		t.Errorf("got %v", err)
	}
}

// The blocks of one object that are kept in memory are limited.
func TestBlocksAreForgotten(t *testing.T) {
	var b blocks
	for i := range int64(maxBlocks) {
		b.keep(i, []byte{byte(i)})
	}
	b.use(0)
	b.keep(maxBlocks, []byte{1})
	if b.use(0) == nil || b.use(1) != nil || len(b) != maxBlocks {
		t.Errorf("kept %d blocks", len(b))
	}
}
