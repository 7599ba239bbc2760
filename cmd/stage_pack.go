package cmd

import (
	"context"
	"errors"

	"waudit/audit"
	"waudit/audit/event"
	"waudit/ingest/group"
	"waudit/ingest/ledger"
	"waudit/ingest/pack"
	"waudit/ingest/stage"
)

// writeShare writes the events of some partitions as files of the ledger.
func (st *staged) writeShare(log *group.Set, part *stage.Partial) (err error) {
	k := pack.Share(st.f.pack.options(&st.f.readFlags))
	defer func() { err = errors.Join(err, k.Close()) }()
	st.state.AddKept(k)
	l := *st.s.log
	l.Set = log
	part.Written, err = k.WriteShare(st.ctx(), part.Of[0], &l, inOrder, func(name string, at int64, piece []byte) error {
		return part.WritePiece(st.out, name, at, piece)
	})
	return err
}

// inOrder is a pack.Order that shows no progress.
func inOrder(ctx context.Context, set *group.Set, fn func(*event.Pair) error) error {
	return audit.InOrder(ctx, set, fn)
}

// begin begins the ledger that is packed in stages.
func (st *staged) begin() (*pack.Pack, error) {
	if err := st.f.pack.refused(&st.f.readFlags); err != nil {
		return nil, err
	}
	k, err := pack.Begin(st.f.pack.options(&st.f.readFlags))
	if err != nil {
		return nil, usage("--output %s: %v", st.f.pack.dir, err)
	}
	return k, nil
}

// commit makes what all stages have written a ledger, with what they have found.
func (st *staged) commit(k *pack.Pack, written []*pack.Written, census []byte, all *audit.Assembler) error {
	st.state.AddKept(k)
	for _, w := range written {
		lacks, err := k.TakeWritten(w)
		if err != nil {
			return err
		}
		if lacks != "" {
			return &stage.LackError{Why: "what `stage survey` has written of " + lacks + " is missing or cut"}
		}
	}
	key, err := st.s.surveyKey()
	if err != nil {
		return err
	}
	return st.s.pack(st.inner, k, key, func() (*ledger.Commit, error) {
		all.Findings() // those of the whole log go into the index too
		return &ledger.Commit{Version: programVersion(), Key: key, Findings: &st.index, Survey: st.state.Joined.Survey, Census: census}, nil
	})
}
