package audit

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"fmt"
	"slices"

	"waudit/audit/coverage"
	"waudit/audit/price"
	"waudit/audit/settle"
)

// Surveyed is what the survey found in some of the pairs of a log, each of which
// was looked at once. Merged with what it found in all others, in whatever order,
// it is the survey of the log.
type Surveyed struct {
	freeTiers *settle.FreeTiers
	numbers   *coverage.Census // only what the survey finds, to be merged into the census
	uses      []idUse
	prices    price.Prices // what the log says was charged of what is due
	templates templates
	reach     int64 // see reachOf; nothing asks for it where pairs are judged
}

// idUse says that a conversation id occurs in a pair; both are hashes.
type idUse struct{ id, pair uint64 }

func compareUses(a, b idUse) int {
	return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.pair, b.pair))
}

// NewSurveyed returns what a survey of no pair finds.
func NewSurveyed() *Surveyed {
	return &Surveyed{freeTiers: settle.New(), numbers: coverage.NewCensus(), prices: price.Prices{}, templates: templates{}}
}

// Merge adds what was found in other pairs.
func (s *Surveyed) Merge(o *Surveyed) {
	s.freeTiers.Merge(o.freeTiers)
	for id, n := range o.numbers.Numbers {
		s.numbers.Number(id).Add(&n.Signs)
	}
	s.uses = append(s.uses, o.uses...)
	s.prices.Merge(o.prices)
	s.templates.merge(o.templates)
	s.reach = max(s.reach, o.reach)
}

// take takes over what was found in all pairs. It reports whether some number's
// log lacks customer service windows: what was decided before that was known does
// not hold.
func (a *Auditor) take(s *Surveyed) (unseen bool) {
	s.freeTiers.Seal()
	a.freeTiers, a.reach, a.shared, a.prices = s.freeTiers, s.reach, s.shared(), s.prices
	a.scales, a.templates = s.prices.Scales(true), s.templates
	for id, n := range s.numbers.Numbers {
		a.census.Number(id).Add(&n.Signs)
		unseen = unseen || n.WindowUnseen
	}
	return unseen
}

// shared returns the ids that occur in several pairs.
func (s *Surveyed) shared() map[uint64]bool {
	slices.SortFunc(s.uses, compareUses)
	shared := map[uint64]bool{}
	for i := 1; i < len(s.uses); i++ {
		if s.uses[i].id == s.uses[i-1].id && s.uses[i].pair != s.uses[i-1].pair {
			shared[s.uses[i].id] = true
		}
	}
	return shared
}

// Survey returns what was found as a survey of the whole log. Only the numbers of
// which the survey found something are in it. Again says that some number's log lacks
// customer service windows: what was judged before that was known does not hold, and
// all pairs are to be judged.
func (s *Surveyed) Survey() (all *Survey, again bool) {
	a := Auditor{census: coverage.NewCensus()}
	again = a.take(s)
	return a.Survey(), again
}

// surveyedData is Surveyed as bytes have it. Of free tiers no more is there than can
// matter, and the pairs of an id are listed once.
type surveyedData struct {
	FreeTiers []settle.Units
	Numbers   []coverage.NumberSurvey
	IDs       []uint64 // of conversations
	Pairs     []uint64 // that they are in, by index
	Prices    []price.Counted
	Templates []templateCount
	Reach     int64
}

// MarshalBinary writes what was found for UnmarshalBinary, of the same build.
func (s *Surveyed) MarshalBinary() ([]byte, error) {
	s.freeTiers.Seal()
	d := surveyedData{FreeTiers: s.freeTiers.Export(), Numbers: s.numbers.Surveys(), Prices: s.prices.Export(), Templates: s.templates.export(), Reach: s.reach}
	slices.SortFunc(s.uses, compareUses)
	s.uses = slices.Compact(s.uses)
	for _, u := range s.uses {
		d.IDs, d.Pairs = append(d.IDs, u.id), append(d.Pairs, u.pair)
	}
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(&d)
	return b.Bytes(), err
}

// UnmarshalBinary reads what MarshalBinary has written.
func (s *Surveyed) UnmarshalBinary(data []byte) error {
	var d surveyedData
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&d); err != nil {
		return fmt.Errorf("a part of the survey cannot be read: %w", err)
	}
	if len(d.IDs) != len(d.Pairs) {
		return fmt.Errorf("a part of the survey has %d conversations in %d pairs", len(d.IDs), len(d.Pairs))
	}
	*s = *NewSurveyed()
	s.freeTiers, s.reach = settle.Import(d.FreeTiers), d.Reach
	s.numbers.AddSurveys(d.Numbers)
	s.prices.Import(d.Prices)
	s.templates.adopt(d.Templates)
	for i, id := range d.IDs {
		s.uses = append(s.uses, idUse{id, d.Pairs[i]})
	}
	return nil
}
