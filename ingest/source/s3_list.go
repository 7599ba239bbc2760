package source

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"regexp"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// metaCharacters are those that make a path a pattern.
const metaCharacters = "*?[{"

// objectPlace is a key in a bucket, the beginning of keys, or a pattern for them.
type objectPlace struct{ bucket, key string }

// objects adds what a path of an object store names: the object with that very
// key, else those that match the pattern, else those in the folder of that
// name, else those whose keys begin with it.
func (f *inputFinder) objects(ctx context.Context, path string) error {
	service := serviceOf(path)
	store := f.stores[service]
	if store == nil {
		var err error
		if store, err = service.open(ctx, service); err != nil {
			return systemError(path, err)
		}
		f.stores[service] = store
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(path, service.scheme), "/")
	if s3utils.CheckValidBucketName(bucket) != nil || s3utils.CheckValidObjectNamePrefix(key) != nil {
		return systemError(path, &storeError{problem: NotFound, what: "no bucket or key can have that name", advice: "write " + service.scheme + "BUCKET/PREFIX"})
	}
	w := objectWalk{inputFinder: f, store: store, objectPlace: objectPlace{bucket, key}}
	err := w.walk(ctx)
	problem, _ := errors.AsType[*storeError](err)
	switch {
	case problem != nil && problem.problem != NotFound && problem.problem != Misconfigured:
		f.unreadable(path, problem) // what else there is, is read nevertheless
		return nil
	case problem != nil:
		return systemError(path, problem)
	}
	return err
}

// objectWalk finds what one path of an object store names.
type objectWalk struct {
	*inputFinder
	store *store
	objectPlace
}

func (w *objectWalk) walk(ctx context.Context) error {
	folder := w.key == "" || strings.HasSuffix(w.key, "/")
	if !folder {
		named, err := w.named(ctx)
		if named || err != nil {
			return err
		}
	}
	if strings.ContainsAny(w.key, metaCharacters) {
		return w.pattern(ctx)
	}
	prefixes := []string{w.key}
	if !folder {
		prefixes = []string{w.key + "/", w.key}
	}
	for _, prefix := range prefixes {
		found, err := w.below(ctx, prefix, func(string) bool { return true })
		if found > 0 || err != nil {
			return err
		}
	}
	return &Error{Path: w.store.path(w.objectPlace), Problem: NotFound, Err: &storeError{problem: NotFound,
		what: "no object has this key, or one that begins with it", advice: "check it; keys tell upper from lower case"}}
}

// named adds the object with that very key, if there is one.
func (w *objectWalk) named(ctx context.Context) (bool, error) {
	for object, err := range w.store.list(ctx, w.bucket, w.key, 1) {
		switch {
		case err == nil && object.Key == w.key: // the first of all that begin with it
			w.object(ctx, w.objectPlace, object, "")
			return true, nil
		case err == nil:
			return false, nil
		}
		// Who may read an object may not be allowed to list its bucket.
		if answer, _ := answerOf(err); answer.Code == minio.AccessDenied {
			object, statErr := w.store.api.StatObject(ctx, w.bucket, w.key, minio.StatObjectOptions{})
			if statErr == nil {
				w.object(ctx, w.objectPlace, object, "")
				return true, nil
			}
		}
		return false, w.store.problem(ctx, err, w.store.listing())
	}
	return false, nil
}

// pattern adds the objects that match, and those in the folders that match.
func (w *objectWalk) pattern(ctx context.Context) error {
	if !doublestar.ValidatePattern(w.key) {
		return &Error{Path: w.store.path(w.objectPlace), Problem: NoMatch}
	}
	literal := w.key[:strings.IndexAny(w.key, metaCharacters)]
	matching := 0
	_, err := w.below(ctx, literal, func(key string) bool {
		matches := matchesPattern(w.key, key)
		if matches {
			matching++
		}
		return matches
	})
	if err == nil && matching == 0 {
		return &Error{Path: w.store.path(w.objectPlace), Problem: NoMatch}
	}
	return err
}

// matchesPattern reports whether the key, or a folder that it is in, matches.
func matchesPattern(pattern, key string) bool {
	for end := range len(key) {
		if key[end] == '/' && doublestar.MatchUnvalidated(pattern, key[:end]) {
			return true
		}
	}
	return doublestar.MatchUnvalidated(pattern, key)
}

// below adds the wanted objects whose keys begin with prefix, and returns how
// many there are, wanted or not. A ledger is one input.
func (w *objectWalk) below(ctx context.Context, prefix string, wanted func(key string) bool) (int, error) {
	n, before := 0, len(w.found)
	for object, err := range w.store.list(ctx, w.bucket, prefix, 0) {
		if err != nil {
			return n, w.store.problem(ctx, err, w.store.listing())
		}
		n++
		if folder := folderIn(w.store, objectPlace{w.bucket, prefix}); object.Key == prefix+LedgerManifest && strings.HasSuffix(prefix, "/") && folder.IsLedger(ctx) {
			w.found = w.found[:before] // its files are no inputs of their own
			w.ledger(folder, folder.Path)
			return n, nil
		}
		if !hidden(object.Key, len(prefix)) && wanted(object.Key) {
			w.object(ctx, objectPlace{w.bucket, object.Key}, object, skipReason(object))
		}
	}
	return n, nil
}

// hidden reports whether a part of key that begins at named or behind it, and
// so was not named, is that of a hidden file or folder.
func hidden(key string, named int) bool {
	for part := range strings.SplitSeq(key, "/") {
		if named <= 0 && strings.HasPrefix(part, ".") {
			return true
		}
		named -= len(part) + 1
	}
	return false
}

// skipReason says why an object that no path names is not to be read, "" if it
// is.
func skipReason(object minio.ObjectInfo) string {
	switch class := object.StorageClass; {
	case object.Size == 0 && strings.HasSuffix(object.Key, "/"):
		return "a folder's marker, no file"
	case object.Size == 0:
		return "empty file"
	case (class == "GLACIER" || class == "DEEP_ARCHIVE" || class == archiveTier) && (object.Restore == nil || object.Restore.OngoingRestore):
		return "archived in storage class " + class + "; restore it to have it read"
	}
	return ""
}

// archiveName matches the keys of what is looked at for being an archive: to look at
// an object is a request.
var archiveName = regexp.MustCompile(`(?i)\.(?:zip|tar|tgz|tzst|tar\.(?:gz|zst|zstd))$`)

// object adds an object to what was found.
func (w *objectWalk) object(ctx context.Context, at objectPlace, info minio.ObjectInfo, skip string) {
	o := storedObject{store: w.store, objectPlace: at, size: info.Size}
	in := NewInput(o.String(), info.Size, o.open)
	if in.Skip = skip; archiveName.MatchString(at.key) {
		w.add(ctx, in)
		return
	}
	w.found = append(w.found, in)
}

// list yields the objects whose keys begin with prefix as the store orders
// them, page by page, at most limit of them unless it is 0. An error is the
// last that it yields.
func (s *store) list(ctx context.Context, bucket, prefix string, limit int) iter.Seq2[minio.ObjectInfo, error] {
	return func(yield func(minio.ObjectInfo, error) bool) {
		listed, last := 0, ""
		for try := 1; ; try++ {
			var failure error
			for object := range s.api.ListObjectsIter(ctx, bucket, s.listOptions(prefix, last, limit)) {
				if failure = object.Err; failure != nil {
					break
				}
				if !yield(object, nil) {
					return
				}
				listed, last, try = listed+1, object.Key, 1
				if listed == limit {
					return
				}
			}
			// A listing ends without a word when the context does.
			if failure = cmp.Or(failure, ctx.Err()); failure == nil {
				return
			}
			if !s.pause(ctx, try, failure) {
				yield(minio.ObjectInfo{}, failure)
				return
			}
		}
	}
}

func (s *store) listOptions(prefix, after string, limit int) minio.ListObjectsOptions {
	owner := false
	return minio.ListObjectsOptions{
		Prefix: prefix, StartAfter: after, MaxKeys: limit, Recursive: true, FetchOwner: &owner,
		// Other stores may refuse a request that asks for what they do not have.
		WithRestoreStatus: s.host == amazonHost,
	}
}
