package load

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/ingest"
	"waudit/ingest/group"
	"waudit/ingest/ledger"
)

// Extents are how far the events of damaged inputs reach, by the index of the input among
// those of the run.
type Extents map[int]*Extent

// Extent is what was read of an input that lacks records. Times are Unix milliseconds.
type Extent struct {
	First, Last int64       // earliest and latest event
	End         event.Place // of the last event in the input
	EndAt       int64       // its time
	Numbers     map[string]bool
}

// Measure goes through the events of the set, which has some or all pairs of the log and
// is sealed. The lines of a bill, from the input of that number on, are no events; 0:
// there are none.
func (l *Log) Measure(set *group.Set, bill uint32) (Extents, error) {
	all, of := Extents{}, map[*ingest.InputResult]*Extent{}
	for i := range l.Read.Inputs {
		if in := &l.Read.Inputs[i]; in.Loss != ingest.Nothing {
			all[i] = newExtent()
			of[in] = all[i]
		}
	}
	if len(all) == 0 {
		return all, nil
	}
	for part := range set.Partitions() {
		err := set.Each(part, nil, func(p event.Pair) error {
			for i := range p.Events.Len() {
				e := p.Events.At(i)
				if bill != 0 && e.Place.Input >= bill {
					continue
				}
				if x := of[l.Read.Input(e.Place)]; x != nil {
					x.see(e, p.Number)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func newExtent() *Extent { return &Extent{First: math.MaxInt64, Numbers: map[string]bool{}} }

func (x *Extent) see(e *event.Event, number string) {
	x.add(&Extent{First: e.Time, Last: e.Time, End: e.Place, EndAt: e.Time})
	x.Numbers[number] = true
}

// add adds what was measured in other pairs. It is to be told of their numbers behind it.
func (x *Extent) add(o *Extent) {
	x.First, x.Last = min(x.First, o.First), max(x.Last, o.Last)
	if len(x.Numbers) == 0 || o.End.Compare(x.End) > 0 {
		x.End, x.EndAt = o.End, o.EndAt
	}
}

// Merge adds what was measured in other pairs of the log.
func (all Extents) Merge(others Extents) {
	for i, o := range others {
		if len(o.Numbers) == 0 {
			continue
		}
		if all[i] == nil {
			all[i] = newExtent()
		}
		all[i].add(o)
		maps.Copy(all[i].Numbers, o.Numbers)
	}
}

// settleDamage tells the census from when on the log of which numbers lacks events, as
// an input is damaged. A damaged input that shows no number may be of any.
func (l *Log) settleDamage(extents Extents) error {
	for i := range l.Read.Inputs {
		loss := l.Read.Inputs[i].Loss
		if loss == ingest.Nothing {
			continue
		}
		x := extents[i]
		if x == nil {
			x = newExtent()
		}
		from, corruptTo := x.lacks(loss, l.Census.From)
		for id, n := range l.Census.Numbers {
			if len(x.Numbers) == 0 || x.Numbers[id] {
				n.Damage(from, corruptTo)
			}
		}
	}
	return l.takePackedDamage()
}

// lacks returns from when on events are missing, and until when those that are there
// may be wrong. What lies behind the end of a log in order of time is later; of any
// other log nobody knows.
func (x *Extent) lacks(loss ingest.Loss, start int64) (from, corruptTo int64) {
	const late = int64(24 * time.Hour / time.Millisecond) // what a log in order of time may have late
	switch {
	case len(x.Numbers) == 0:
		return start, 0
	case loss == ingest.Tail && x.EndAt >= x.Last-late:
		return x.EndAt, 0
	case loss == ingest.Tail:
		return start, 0
	case loss == ingest.Corrupt:
		corruptTo = x.Last + 1
	}
	return x.First, corruptTo
}

// takePackedDamage takes over what ledgers know of inputs that were damaged when they
// were packed, unless whole ones are read now.
func (l *Log) takePackedDamage() error {
	if len(l.Read.Ledgers) == 0 {
		return nil
	}
	whole := map[string]bool{}
	for i := range l.Read.Inputs {
		whole[l.Read.Inputs[i].Path] = l.Read.Inputs[i].Loss == ingest.Nothing
	}
	lacks := func(in ledger.PackedInput) bool { return in.Incomplete != "" && !whole[in.Path] }
	for _, part := range l.Read.Ledgers {
		if part.Partial || len(part.Manifest.Missing()) == 0 || !slices.ContainsFunc(part.Manifest.Inputs, lacks) {
			continue
		}
		state, err := packedCensus(part)
		if err != nil {
			return err
		}
		for _, n := range state.Numbers {
			if n.DamagedFrom != 0 {
				l.Census.Number(n.ID).Damage(n.DamagedFrom, n.CorruptTo)
			}
		}
	}
	return nil
}

// packedCensus is what a ledger keeps of its numbers.
func packedCensus(part *ingest.LedgerInput) (state coverage.CensusData, err error) {
	data, err := part.Census()
	if err == nil {
		err = json.Unmarshal(data, &state)
	}
	if err != nil {
		return state, fmt.Errorf("%s: what it keeps of its numbers cannot be read (%w); pack the logs again", part.Dir, err)
	}
	return state, nil
}
