package load

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/ingest"
	"waudit/ingest/ledger"
)

// extent is what was read of an input that lacks records.
type extent struct {
	first, last int64       // earliest and latest event, Unix milliseconds
	end         event.Place // of the last event in the input
	endAt       int64       // its time
	numbers     map[string]bool
}

// settleDamage tells the census from when on the log of which numbers lacks events, as
// an input is damaged. A damaged input that shows no number may be of any.
func (l *Log) settleDamage(bill uint32) error {
	extents := map[*ingest.InputResult]*extent{}
	for i := range l.Read.Inputs {
		if in := &l.Read.Inputs[i]; in.Loss != ingest.Nothing {
			extents[in] = &extent{first: math.MaxInt64, numbers: map[string]bool{}}
		}
	}
	if err := l.measure(extents, bill); err != nil {
		return err
	}
	for in, x := range extents {
		from, corruptTo := x.lacks(in.Loss, l.Census.From)
		for id, n := range l.Census.Numbers {
			if len(x.numbers) == 0 || x.numbers[id] {
				n.Damage(from, corruptTo)
			}
		}
	}
	return l.takePackedDamage()
}

// measure goes through the events of damaged inputs.
func (l *Log) measure(extents map[*ingest.InputResult]*extent, bill uint32) error {
	if len(extents) == 0 {
		return nil
	}
	for part := range l.Set.Partitions() {
		err := l.Set.Each(part, nil, func(p event.Pair) error {
			for i := range p.Events {
				e := &p.Events[i]
				if bill != 0 && e.Place.Input >= bill {
					continue
				}
				if x := extents[l.Read.Input(e.Place)]; x != nil {
					x.see(e, p.Number)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *extent) see(e *event.Event, number string) {
	x.first, x.last = min(x.first, e.Time), max(x.last, e.Time)
	if len(x.numbers) == 0 || e.Place.Compare(x.end) > 0 {
		x.end, x.endAt = e.Place, e.Time
	}
	x.numbers[number] = true
}

// lacks returns from when on events are missing, and until when those that are there
// may be wrong. What lies behind the end of a log in order of time is later; of any
// other log nobody knows.
func (x *extent) lacks(loss ingest.Loss, start int64) (from, corruptTo int64) {
	const late = int64(24 * time.Hour / time.Millisecond) // what a log in order of time may have late
	switch {
	case len(x.numbers) == 0:
		return start, 0
	case loss == ingest.Tail && x.endAt >= x.last-late:
		return x.endAt, 0
	case loss == ingest.Tail:
		return start, 0
	case loss == ingest.Corrupt:
		corruptTo = x.last + 1
	}
	return x.first, corruptTo
}

// takePackedDamage takes over what ledgers know of inputs that were damaged when they
// were packed, unless whole ones are read now.
func (l *Log) takePackedDamage() error {
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
