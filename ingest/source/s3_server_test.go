package source

import (
	"cmp"
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// What the tests sign with, and what must not show up in any message.
const (
	testKeyID  = "AKIDWAUDITTEST000000"
	testSecret = "s3cr3t/KEY+of+the+tests/0123456789abcdef"
	testToken  = "FwoGZXIvYXdzEXAMPLEsessionTOKENofTHEtests=="
)

// testBucket is the one bucket of a testServer.
const testBucket = "logs"

// testObject is an object of a testServer.
type testObject struct {
	data  string
	class string // of storage; "" for STANDARD
}

// testServer speaks as much of S3 as is read here.
type testServer struct {
	*httptest.Server
	pageSize int
	open     bool // to requests without a signature
	// fault may answer a request in place of the server: count is that of
	// requests for the same path so far, from 1.
	fault func(w http.ResponseWriter, r *http.Request, count int) (answered bool)

	mu       sync.Mutex
	objects  map[string]testObject
	counts   map[string]int
	requests []string // method, path and range
}

// newServer starts a server with objects whose names are their keys, and makes
// the environment lead to it.
func newServer(t *testing.T, objects map[string]testObject) *testServer {
	t.Helper()
	s := &testServer{pageSize: 1000, objects: objects, counts: map[string]int{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	clearEnv(t)
	t.Setenv("AWS_ENDPOINT_URL_S3", s.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", testKeyID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", testSecret)
	t.Setenv("AWS_SESSION_TOKEN", testToken)
	return s
}

// clearEnv takes away whatever the machine's own environment says of stores.
func clearEnv(t *testing.T) {
	for _, name := range []string{
		"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY",
		"AWS_SECRET_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_NO_SIGN_REQUEST",
		"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
		"AWS_CONTAINER_AUTHORIZATION_TOKEN", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy",
	} {
		t.Setenv(name, "")
	}
	home := t.TempDir()
	t.Setenv("AWS_CONFIG_FILE", home+"/config")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", home+"/credentials")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

// store returns a store that does not wait between its tries.
func (s *testServer) store(t *testing.T) *store {
	t.Helper()
	store, err := newAmazon(t.Context(), &amazon)
	if err != nil {
		t.Fatal(err)
	}
	store.backoff = func(int) time.Duration { return time.Millisecond }
	return store
}

// find returns what the paths lead to, "" for the server's names.
func (s *testServer) find(t *testing.T, paths ...string) ([]Input, error) {
	t.Helper()
	f := inputFinder{walked: map[string]bool{}, stores: map[*service]*store{&amazon: s.store(t)}}
	for _, path := range paths {
		if err := f.path(t.Context(), path, nil); err != nil {
			return nil, err
		}
	}
	return f.inputs(), nil
}

// asked returns the requests so far.
func (s *testServer) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

func (s *testServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.counts[r.URL.Path]++
	count := s.counts[r.URL.Path]
	s.requests = append(s.requests, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+r.Header.Get("Range")))
	s.mu.Unlock()

	signed := strings.Contains(r.Header.Get("Authorization"), "Credential="+testKeyID+"/") &&
		r.Header.Get("X-Amz-Security-Token") == testToken
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case s.fault != nil && s.fault(w, r, count):
	case !signed && !s.open:
		refuse(w, http.StatusForbidden, "AccessDenied", "")
	case bucket != testBucket:
		refuse(w, http.StatusNotFound, "NoSuchBucket", "")
	case key == "":
		s.list(w, r.URL.Query())
	default:
		s.serve(w, r, key)
	}
}

// refuse answers as S3 does. An echo of what was sent is what real ones do to
// requests that they cannot verify.
func refuse(w http.ResponseWriter, status int, code, more string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>sent: %s %s %s</Message>%s</Error>", code, testKeyID, testSecret, testToken, more)
}

// serve answers for one object.
func (s *testServer) serve(w http.ResponseWriter, r *http.Request, key string) {
	object, ok := s.objects[key]
	if !ok {
		refuse(w, http.StatusNotFound, "NoSuchKey", "")
		return
	}
	etag := etagOf(object.data)
	if match := r.Header.Get("If-Match"); match != "" && match != etag {
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailed", "")
		return
	}
	w.Header().Set("ETag", etag)
	http.ServeContent(w, r, "", time.Unix(1_800_000_000, 0), strings.NewReader(object.data))
}

func etagOf(data string) string {
	sum := md5.Sum([]byte(data))
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// list answers ListObjectsV2.
func (s *testServer) list(w http.ResponseWriter, query url.Values) {
	type content struct {
		Key, ETag, StorageClass string
		Size                    int
	}
	var page struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		EncodingType          string
		IsTruncated           bool
		NextContinuationToken string
		Contents              []content
	}
	page.EncodingType = query.Get("encoding-type")
	limit := s.pageSize
	if n, err := strconv.Atoi(query.Get("max-keys")); err == nil {
		limit = min(limit, n)
	}
	after := cmp.Or(query.Get("continuation-token"), query.Get("start-after"))
	for _, key := range slices.Sorted(maps.Keys(s.objects)) {
		if key <= after || !strings.HasPrefix(key, query.Get("prefix")) {
			continue
		}
		if len(page.Contents) == limit {
			page.IsTruncated = true
			break
		}
		object := s.objects[key]
		page.Contents = append(page.Contents, content{url.QueryEscape(key), etagOf(object.data), cmp.Or(object.class, "STANDARD"), len(object.data)})
		page.NextContinuationToken = key
	}
	if !page.IsTruncated {
		page.NextContinuationToken = ""
	}
	xml.NewEncoder(w).Encode(page)
}

// cut answers with the object, and breaks the connection behind n bytes.
func cut(s *testServer, w http.ResponseWriter, r *http.Request, key string, n int64) bool {
	recorded := httptest.NewRecorder()
	s.serve(recorded, r, key)
	maps.Copy(w.Header(), recorded.Header())
	w.WriteHeader(recorded.Code)
	io.CopyN(w, recorded.Body, n)
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}
