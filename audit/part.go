package audit

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"maps"
	"slices"

	"waudit/audit/check"
	"waudit/audit/price"
	"waudit/audit/result"
)

// A log may be audited in parts, each of some of its pairs, by processes that know
// nothing of each other: Look takes the survey of a part, and judges on the way the
// pairs that need nothing of it; once the survey of all parts is put together, Judge
// judges the others. An Assembler makes the findings of the whole log of what was
// judged. It is what Audit does with its workers. What Options.Watch makes is to be a
// price.CarriedWatcher.

// Looked is what Look has found.
type Looked struct {
	*Surveyed
	// Judged is what was found in the pairs that need nothing of the survey, as Judge has
	// it. It does not hold if Surveyed.Survey says so.
	Judged []byte
	late   pairSets
}

// IsLate reports whether a pair of the log is left to be judged, by its part of the log
// and its number there.
func (l *Looked) IsLate(part, n int) bool { return l.late[part].has(n) }

// Look takes the survey of the log at hand, which has some of the pairs of the whole
// log, and judges those that need nothing of it; by Options.Survey, if there is one, all.
// The census is of the whole log.
func Look(ctx context.Context, log Log, opts Options) (*Looked, error) {
	l := &Looked{Surveyed: NewSurveyed(), late: newPairSets(log.Partitions())}
	var err error
	if opts.Survey != nil {
		l.Judged, err = Judge(ctx, log, opts)
		return l, err
	}
	a := newAuditor(log, opts)
	judges := make([]*judge, a.opts.Workers)
	if l.Surveyed, err = a.look(ctx, judges, l.late); err != nil {
		return nil, err
	}
	all, err := merged(judges)
	if err == nil {
		l.Judged, err = all.encode()
	}
	return l, err
}

// Judge judges the messages of the log at hand, which has some of the pairs of the
// whole log, given its census and Options.Survey. It returns what it found for an
// Assembler of the same build. Of the log it calls Each once for every part.
func Judge(ctx context.Context, log Log, opts Options) ([]byte, error) {
	a := newAuditor(log, opts)
	a.adopt(opts.Survey)
	all, err := a.judgeLate(ctx, nil, nil)
	if err != nil {
		return nil, err
	}
	return all.encode()
}

// LookOnly is Look where nothing is to be judged on the way.
func LookOnly(ctx context.Context, log Log, opts Options) (*Looked, error) {
	l := &Looked{Surveyed: NewSurveyed(), late: newPairSets(log.Partitions())}
	var err error
	if opts.Survey == nil {
		l.Surveyed, err = newAuditor(log, opts).look(ctx, nil, nil)
	}
	return l, err
}

// Assembler puts together what was judged of the parts of a log. Make it with
// NewAssembler.
type Assembler struct{ all *judge }

// NewAssembler returns one that has nothing yet. The census and Options.Survey are
// of the whole log.
func NewAssembler(opts Options) *Assembler {
	a := newAuditor(nil, opts)
	a.adopt(opts.Survey)
	return &Assembler{a.newJudge(&replayer{a: a})}
}

// Add adds what Look or Judge has returned of some pairs, each pair once, in any order.
func (s *Assembler) Add(data []byte) error {
	part := s.all.a.newJudge(&replayer{a: s.all.a})
	if err := part.decode(data); err != nil {
		return fmt.Errorf("what was judged of a part cannot be read: %w", err)
	}
	s.all.merge(part)
	return nil
}

// Findings returns the findings of the whole log, when all parts were added.
func (s *Assembler) Findings() *Findings {
	return s.all.a.finish(s.all)
}

// judgedData is a judge as bytes have it.
type judgedData struct {
	Counts      counts
	Seen        check.Seen
	IsUnrated   bool
	Unrated     string // account
	Buckets     []bucketData
	Ignored     []string // ids of findings
	Overcharges int64    // that they say
	Findings    []draftData
	Daily       map[dailyKey]*daily
	Shared      []check.SharedConversation
	Unset       map[unsetKey]int64
	Needs       map[rateKey]*rateNeed
	Depends     map[string]int64
	Changed     map[int]*changeCost
	Watched     []byte // by Options.Watch
}

type bucketData struct {
	Account       string
	Of            bucketOf
	DueAt, SaidAt *price.Portable
	Bucket        *bucket
}

type draftData struct {
	Draft *draft
	Zero  zeroData
}

func draftDataOf(d *draft) draftData { return draftData{d, zeroDataOf(&d.Finding.Finding)} }

// draft returns the finding as it was.
func (d *draftData) draft() *draft {
	d.Zero.restore(&d.Draft.Finding.Finding)
	return d.Draft
}

// zeroData says what a finding has that is zero, or a list of nothing: to gob it is not
// there.
type zeroData struct{ ChargedAt, Charged, Billable, Candidates, Evidence bool }

func zeroDataOf(f *result.Finding) zeroData {
	z := zeroData{ChargedAt: f.ChargedAt != nil && *f.ChargedAt == "", Evidence: f.Evidence != nil && len(f.Evidence) == 0}
	if r := f.Reported; r != nil {
		z.Charged, z.Billable = r.Charged != nil && !*r.Charged, r.Billable != nil && !*r.Billable
	}
	if x := f.Expected; x != nil {
		z.Candidates = x.Candidates != nil && len(x.Candidates) == 0
	}
	return z
}

// restore gives it back to the finding.
func (z zeroData) restore(f *result.Finding) {
	if z.ChargedAt {
		f.ChargedAt = new(string)
	}
	if z.Charged {
		f.Reported.Charged = new(bool)
	}
	if z.Billable {
		f.Reported.Billable = new(bool)
	}
	if z.Candidates {
		f.Expected.Candidates = []string{}
	}
	if z.Evidence {
		f.Evidence = []result.Evidence{}
	}
}

// encode writes what the judge found.
func (j *judge) encode() ([]byte, error) {
	t := &j.totals
	d := judgedData{
		Counts: t.counts, Seen: t.seen.Seen,
		Ignored: slices.Collect(maps.Keys(t.ignored.findings)), Overcharges: t.ignored.overcharges,
		Daily: j.daily, Shared: j.shared, Unset: j.unset, Needs: j.needs, Depends: j.depends, Changed: j.changed,
	}
	if a := t.seen.unrated; a != nil {
		d.IsUnrated, d.Unrated = true, a.ID
	}
	for k, c := range t.buckets {
		encoded, err := j.encodeBucket(&k, c)
		if err != nil {
			return nil, err
		}
		d.Buckets = append(d.Buckets, encoded)
	}
	for _, f := range j.findings {
		d.Findings = append(d.Findings, draftDataOf(f))
	}
	var err error
	if w, ok := j.watcher.(price.CarriedWatcher); ok {
		d.Watched, err = w.MarshalBinary()
	} else if j.watcher != nil {
		err = fmt.Errorf("what %T has seen cannot be handed on", j.watcher)
	}
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = gob.NewEncoder(&b).Encode(&d)
	return b.Bytes(), err
}

func (j *judge) encodeBucket(k *bucketKey, c *bucket) (d bucketData, err error) {
	d = bucketData{Account: k.account.ID, Of: k.bucketOf, Bucket: c}
	if d.DueAt, err = j.a.opts.Prices.Portable(k.account, k.dueAt); err == nil {
		d.SaidAt, err = j.a.opts.Prices.Portable(k.account, k.saidAt)
	}
	return d, err
}

// decode makes a new judge one that found what another has encoded. It is to be merged with
// others, and takes nothing more.
func (j *judge) decode(data []byte) error {
	var d judgedData
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&d); err != nil {
		return err
	}
	t := &j.totals
	t.counts.merge(&d.Counts)
	t.seen.Seen, t.ignored.overcharges = d.Seen, d.Overcharges
	if d.IsUnrated {
		t.seen.unrated = j.a.opts.Book.Find(d.Unrated, "")
	}
	for _, id := range d.Ignored {
		t.ignored.findings[id] = true
	}
	for i := range d.Buckets {
		if err := j.addBucket(&d.Buckets[i]); err != nil {
			return err
		}
	}
	for i := range d.Findings {
		j.findings = append(j.findings, d.Findings[i].draft())
	}
	if err := j.addDaily(d.Daily); err != nil {
		return err
	}
	if w, ok := j.watcher.(price.CarriedWatcher); ok {
		if err := w.Take(d.Watched, j.a.opts.Book); err != nil {
			return err
		}
	}
	j.shared, j.unset, j.needs, j.depends, j.changed = d.Shared, d.Unset, d.Needs, d.Depends, d.Changed
	return nil
}

func (j *judge) addBucket(d *bucketData) (err error) {
	cards, k := j.a.opts.Prices, bucketKey{account: j.a.opts.Book.Find(d.Account, d.Of.Number), bucketOf: d.Of}
	if k.account.ID != d.Account {
		return fmt.Errorf("account %q of number %s is %q here", d.Account, d.Of.Number, k.account.ID)
	}
	if k.dueAt, err = cards.Figure(k.account, d.DueAt); err == nil {
		k.saidAt, err = cards.Figure(k.account, d.SaidAt)
	}
	if err == nil && j.totals.buckets[k] != nil {
		err = fmt.Errorf("two sums of account %q are of one key here", d.Account)
	}
	j.totals.buckets[k] = d.Bucket
	return err
}

func (j *judge) addDaily(all map[dailyKey]*daily) error {
	for k, d := range all {
		at := slices.IndexFunc(j.a.opts.Checks, func(c check.Check) bool { return c.ID == k.Check })
		if at < 0 || len(d.Examples) == 0 {
			return fmt.Errorf("findings of a check %s that is not asked for", k.Check)
		}
		d.check = &j.a.opts.Checks[at]
		j.daily[k] = d
	}
	return nil
}
