package load

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"waudit/ingest"
	"waudit/ingest/source"
)

// HasLateRejects reports whether records were rejected only when the log was sealed.
func (l *Log) HasLateRejects() bool { return len(l.Sealed.Orphans) > 0 }

// WriteLateRejects writes the records that were rejected when the log was sealed as
// Options.Rejects has the others. They are read again; what cannot be, as standard input,
// is told in a sentence each. The error is that of w, or why the context ended.
func (l *Log) WriteLateRejects(ctx context.Context, o ingest.Options, w io.Writer) (unwritten []string, err error) {
	late := map[string][]ingest.Spot{}
	why := map[string][]string{}
	for _, p := range l.Sealed.Orphans {
		path := l.Read.Path(p.Place)
		late[path] = append(late[path], ingest.Spot{Line: p.Line, Item: p.Item})
		why[path] = append(why[path], whyOrphan(p))
	}
	inputs := map[string]source.Input{}
	found, err := source.Find(ctx, o.Paths, nil)
	if err != nil {
		return nil, err
	}
	for _, in := range found {
		if !in.Ledger && (in.Size >= 0 || in.Rows != "") { // what comes out of a pipe is gone
			inputs[in.Path] = in
		}
	}
	for _, path := range slices.Sorted(maps.Keys(late)) {
		in, ok := inputs[path]
		if !ok {
			if path == source.Stdin {
				path = "standard input"
			}
			unwritten = append(unwritten, fmt.Sprintf("%s cannot be read again: the records that name no user or group are not written", path))
			continue
		}
		var failed error
		_, err = ingest.ReadAgain(ctx, o, in, late[path], func(r ingest.Again, spots []int) error {
			_, failed = w.Write(ingest.AppendReject(nil, path, r, why[path][spots[0]]))
			return failed
		})
		switch {
		case failed != nil:
			return nil, failed
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil:
			unwritten = append(unwritten, err.Error())
		}
	}
	return unwritten, nil
}
