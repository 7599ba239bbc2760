package cmd

import (
	"context"
	"encoding/json"
	"math"

	"waudit/audit"
	"waudit/audit/coverage"
	"waudit/ingest"
	"waudit/ingest/ledger"
	"waudit/ingest/source"
)

// ledgerUse is what a session has of a ledger that is the only input.
type ledgerUse struct {
	opened    *ledger.Ledger    // nil if there is none, or all of it is to be read
	selection *ledger.Selection // what is asked for; nil: everything
	census    *coverage.Census  // of the whole ledger
	survey    *audit.Survey     // nil if it is to be taken
}

// openLedger prepares to read a ledger in part, if it is the only input. Where
// anything is wrong with what the ledger keeps beside its events, it is read as a
// whole.
func (s *session) openLedger(ctx context.Context, paths []string) {
	if len(paths) != 1 {
		return
	}
	folder, err := source.OpenFolder(ctx, paths[0])
	if err != nil || !folder.IsLedger(ctx) {
		return
	}
	l, err := ledger.Open(ctx, folder)
	if err != nil {
		return // it is said when the ledger is read
	}
	data, err := l.Census()
	var state coverage.CensusData
	if err != nil || json.Unmarshal(data, &state) != nil {
		return
	}
	s.ledger.opened, s.ledger.census = l, state.Census()
}

// selectPeriod asks the ledger for what the period needs, if what it keeps of the
// rest holds here.
func (s *session) selectPeriod() {
	u := &s.ledger
	if u.opened == nil || u.selection != nil || s.period.From.IsZero() {
		return
	}
	survey, err := s.storedSurvey()
	if err != nil || survey == nil {
		return
	}
	if since := s.period.Since(survey); since != math.MinInt64 {
		u.selection, u.survey = &ledger.Selection{Since: since}, survey
	}
}

// selectCustomer asks the ledger for the customers of a replay alone, if what it
// keeps of all others holds here. Else they are needed to know what the free
// tiers came to.
func (s *session) selectCustomer(ctx context.Context, q ledger.Query) {
	u := &s.ledger
	if u.opened == nil || q == (ledger.Query{}) {
		return
	}
	survey, err := s.storedSurvey()
	if err != nil || survey == nil {
		return
	}
	who, err := u.opened.Find(ctx, q)
	if err != nil {
		return // it is said when the ledger is read as a whole
	}
	u.selection, u.survey = &ledger.Selection{Who: who}, survey
}

// keepSurvey spares the survey of a ledger that was read as a whole and holds what it
// held when its own was taken.
func (s *session) keepSurvey() {
	u := &s.ledger
	if u.opened == nil || u.selection != nil || s.log.Read.Inputs[0].Loss != ingest.Nothing {
		return
	}
	if survey, err := s.storedSurvey(); err == nil {
		u.survey = survey
	}
}

// storedSurvey returns the survey that the ledger keeps, nil if it was taken
// with another configuration.
func (s *session) storedSurvey() (*audit.Survey, error) {
	if s.prices == nil {
		return nil, nil // a stage that values nothing: nothing is judged
	}
	key, err := s.surveyKey()
	if err != nil {
		return nil, err
	}
	data, err := s.ledger.opened.Survey(key)
	if err != nil || data == nil {
		return nil, err
	}
	survey := &audit.Survey{}
	return survey, json.Unmarshal(data, survey)
}
