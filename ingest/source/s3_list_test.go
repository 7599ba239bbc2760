package source

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/minio/minio-go/v7"
)

// named makes objects that hold their own keys. A key is followed by a storage
// class, or "empty".
func named(keys ...string) map[string]testObject {
	objects := map[string]testObject{}
	for _, key := range keys {
		key, class, _ := strings.Cut(key, " : ")
		switch class {
		case "empty":
			objects[key] = testObject{}
		default:
			objects[key] = testObject{key, class}
		}
	}
	return objects
}

func TestFindObjects(t *testing.T) {
	tests := []struct {
		name  string
		keys  []string
		paths []string
		want  []string // a reason to skip it stands behind its path
	}{
		{"object", []string{"a.json", "a.json.bak", "b"}, []string{"s3://logs/a.json"}, []string{"a.json"}},
		{"folder", []string{"a/2", "a/1", "a/b/3", "a-old/4", "c"}, []string{"s3://logs/a"}, []string{"a/1", "a/2", "a/b/3"}},
		{"folder, with a slash", []string{"a/1", "a-old/2"}, []string{"s3://logs/a/"}, []string{"a/1"}},
		{"beginning of keys", []string{"2026-10-01.gz", "2026-10-02.gz", "2026-11-01.gz"}, []string{"s3://logs/2026-10"}, []string{"2026-10-01.gz", "2026-10-02.gz"}},
		{"bucket", []string{"a", "b/c"}, []string{"s3://logs"}, []string{"a", "b/c"}},
		{"bucket, with a slash", []string{"a", "b/c"}, []string{"s3://logs/"}, []string{"a", "b/c"}},
		{"pattern", []string{"a/1.gz", "a/b/2.gz", "a/b/3.csv", "b/4.gz"}, []string{"s3://logs/a/**/*.gz"}, []string{"a/1.gz", "a/b/2.gz"}},
		{"pattern of folders", []string{"2025-01/a", "2025-02/b/c", "2026-01/d"}, []string{"s3://logs/2025-*"}, []string{"2025-01/a", "2025-02/b/c"}},
		{"brackets in a key", []string{"a[1].json", "a1.json"}, []string{"s3://logs/a[1].json"}, []string{"a[1].json"}},
		{"hidden", []string{".a", "b/.c/d", "b/e"}, []string{"s3://logs"}, []string{"b/e"}},
		{"hidden, in a pattern", []string{"a/.b/1", "a/c/1"}, []string{"s3://logs/a/**"}, []string{"a/c/1"}},
		{"hidden, but named", []string{".a/b", ".c"}, []string{"s3://logs/.a", "s3://logs/.c"}, []string{".a/b", ".c"}},
		{"each once", []string{"a/1", "a/2"}, []string{"s3://logs/a/2", "s3://logs/a", "s3://logs/**"}, []string{"a/1", "a/2"}},
		{"names that are escaped", []string{"a b+c%2F&d/é=1", "a b+c%2F&d/2"}, []string{"s3://logs/a b+c%2F&d"}, []string{"a b+c%2F&d/2", "a b+c%2F&d/é=1"}},
		{"nothing in the folder", []string{"a/ : empty"}, []string{"s3://logs/a"}, []string{"a/: a folder's marker, no file"}},
		{"empty", []string{"a/b : empty", "a/c"}, []string{"s3://logs/a"}, []string{"a/b: empty file", "a/c"}},
		{"archived", []string{"a/1 : GLACIER", "a/2 : DEEP_ARCHIVE", "a/3 : GLACIER_IR", "a/4 : STANDARD_IA"}, []string{"s3://logs/a"}, []string{
			"a/1: archived in storage class GLACIER; restore it to have it read",
			"a/2: archived in storage class DEEP_ARCHIVE; restore it to have it read", "a/3", "a/4",
		}},
		// The store may have restored it: reading will tell.
		{"archived, but named", []string{"a/1 : GLACIER"}, []string{"s3://logs/a/1"}, []string{"a/1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inputs, err := newServer(t, named(tt.keys...)).find(t, tt.paths...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, listed(inputs)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// listed returns the keys of inputs, each with why it is not read.
func listed(inputs []Input) []string {
	var keys []string
	for _, in := range inputs {
		key := strings.TrimPrefix(in.Path, "s3://logs/")
		switch {
		case in.Err != nil:
			key = in.Err.Error()
		case in.Skip != "":
			key += ": " + in.Skip
		}
		keys = append(keys, key)
	}
	return keys
}

func TestRestoredIsRead(t *testing.T) {
	restored := minio.ObjectInfo{Key: "a", Size: 1, StorageClass: "GLACIER", Restore: &minio.RestoreInfo{}}
	if why := skipReason(restored); why != "" {
		t.Error(why)
	}
	restored.Restore.OngoingRestore = true
	if why := skipReason(restored); why == "" {
		t.Error("read before it is restored")
	}
}

func TestFindNoObjects(t *testing.T) {
	tests := map[string]string{
		"s3://logs/b":       "no object has this key, or one that begins with it; check it; keys tell upper from lower case",
		"s3://logs/b/":      "no object has this key, or one that begins with it; check it; keys tell upper from lower case",
		"s3://logs/b/*.gz":  "no file matches the pattern; check it, and quote it so that the shell hands it over as it is",
		"s3://logs/a[":      "no file matches the pattern; check it, and quote it so that the shell hands it over as it is",
		"s3://other/a":      "no such bucket; check its name, and the endpoint if it is not Amazon's",
		"s3://":             "no bucket or key can have that name; write s3://BUCKET/PREFIX",
		"s3:///a":           "no bucket or key can have that name; write s3://BUCKET/PREFIX",
		"s3://logs-*/a":     "no bucket or key can have that name; write s3://BUCKET/PREFIX",
		"s3://logs/\xff":    "no bucket or key can have that name; write s3://BUCKET/PREFIX",
		"s3://me:pw@logs/a": "no bucket or key can have that name; write s3://BUCKET/PREFIX",
	}
	server := newServer(t, named("a"))
	for path, want := range tests {
		_, err := server.find(t, path)
		if problem, ok := errors.AsType[*Error](err); !ok || problem.Error() != Shown(path)+": "+want || problem.Problem != NotFound && problem.Problem != NoMatch {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

// manyKeys are more than fit on one page.
func manyKeys() []string {
	var keys []string
	for i := range 2345 {
		keys = append(keys, fmt.Sprintf("many/%05d", i))
	}
	return keys
}

func TestListPages(t *testing.T) {
	keys := manyKeys()
	inputs, err := newServer(t, named(keys...)).find(t, "s3://logs/many/")
	if diff := cmp.Diff(keys, listed(inputs)); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

// A listing that breaks goes on behind the last key, however often it breaks.
func TestListResumes(t *testing.T) {
	keys := manyKeys()
	server := newServer(t, named(keys...))
	server.pageSize = 300
	server.fault = func(w http.ResponseWriter, _ *http.Request, count int) bool {
		switch count % 4 {
		case 2:
			refuse(w, http.StatusServiceUnavailable, "SlowDown", "")
			return true
		case 0:
			panic(http.ErrAbortHandler)
		}
		return false
	}
	inputs, err := server.find(t, "s3://logs/many/")
	if diff := cmp.Diff(keys, listed(inputs)); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if n := len(server.asked()); n != 8+7 {
		t.Errorf("%d requests", n)
	}
}

// What was listed is read even if the rest cannot be listed.
func TestListGivesUp(t *testing.T) {
	server := newServer(t, named(manyKeys()...))
	server.fault = func(w http.ResponseWriter, _ *http.Request, count int) bool {
		if count > 1 {
			refuse(w, http.StatusServiceUnavailable, "SlowDown", "")
		}
		return count > 1
	}
	inputs, err := server.find(t, "s3://logs/many/")
	if err != nil || len(inputs) != 1001 {
		t.Fatalf("got %d inputs, %v", len(inputs), err)
	}
	want := "s3://logs/many/: the store keeps failing to list the bucket (SlowDown, HTTP status 503); try again later"
	if got := inputs[0].Err; got == nil || got.Error() != want {
		t.Errorf("got %v", got)
	}
	if n := len(server.asked()); n != 1+maxTries {
		t.Errorf("%d requests", n)
	}
}

// Who may read an object may not be allowed to list its bucket.
func TestObjectOfClosedBucket(t *testing.T) {
	server := newServer(t, named("a/1"))
	server.fault = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path == "/logs/" {
			refuse(w, http.StatusForbidden, "AccessDenied", "")
		}
		return r.URL.Path == "/logs/"
	}
	inputs, err := server.find(t, "s3://logs/a/1", "s3://logs/b")
	want := []string{"a/1", "s3://logs/b: no permission to list the bucket; allow s3:ListBucket on it, or use other credentials"}
	if diff := cmp.Diff(want, listed(inputs)); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

// Find mixes stores and files, and says all that is wrong with either.
func TestFindObjectsAndFiles(t *testing.T) {
	newServer(t, named("a"))
	t.Chdir(tree(t, "b"))
	inputs, err := Find(t.Context(), []string{"b", "s3://logs/a"}, nil)
	if diff := cmp.Diff([]string{"b", "a"}, listed(inputs)); diff != "" || err != nil {
		t.Error(err, diff)
	}
	_, err = Find(context.Background(), []string{"c", "s3://logs/c", "b"}, nil)
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("got %v", err)
	}
}

func TestFindIsCancelled(t *testing.T) {
	server := newServer(t, named(manyKeys()...))
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	server.fault = func(http.ResponseWriter, *http.Request, int) bool {
		cancel(cause)
		return false
	}
	inputs, err := Find(ctx, []string{"s3://logs/"}, nil)
	if !errors.Is(err, cause) || inputs != nil || len(server.asked()) != 1 {
		t.Errorf("got %v, %d requests", err, len(server.asked()))
	}
	if !slices.Contains(server.asked(), "GET /logs/") {
		t.Error(server.asked())
	}
}
