package result

// BillSchema is the name of a bill's JSON form.
const BillSchema = "waudit.bill/v1"

// ExpectedBill is the bill as it should have been.
type ExpectedBill struct {
	Schema string      `json:"schema"`
	Tool   Tool        `json:"tool"`
	Run    Run         `json:"run"`
	Sums   []BillSum   `json:"sums"` // one a currency
	Totals []BillTotal `json:"totals"`
	Lines  []BillLine  `json:"lines"`

	Forecast *Forecast `json:"forecast,omitempty"` // nil if it was not asked for
}

// Forecast is what the month that the log ends in will likely come to.
type Forecast struct {
	Through string        `json:"through"` // the log's last event
	Month   string        `json:"month"`
	Weeks   int           `json:"weeks"`         // how many weeks before were tried for the days to come
	Why     string        `json:"why,omitempty"` // why nothing is foretold
	Sums    []ForecastSum `json:"sums"`          // one a currency
	Past    []ForecastSum `json:"past"`          // earlier months of the log, foretold on the same day of the month, the latest first
}

// ForecastSum is a month in one currency.
type ForecastSum struct {
	Month    string `json:"month"`
	Currency string `json:"currency"`
	SoFar    string `json:"so_far"`
	Likely   string `json:"likely"`           // as in the mean of the weeks before
	Low      string `json:"low"`              // as in the quietest
	High     string `json:"high"`             // as in the busiest
	Actual   string `json:"actual,omitempty"` // what an earlier month came to
}

// BillSum is the sum of the whole bill in one currency.
type BillSum struct {
	Currency string `json:"currency"` // "" for what has no figure
	Charges  int64  `json:"charges"`
	Amount   string `json:"amount"`
	Low      string `json:"uncertain_low"`  // uncertain messages cost at least that much more
	High     string `json:"uncertain_high"` // and at most
	Unvalued int64  `json:"unvalued"`       // charges without a figure
}

// BillTotal is the sum of one account and month in one currency.
type BillTotal struct {
	WABA  string `json:"waba_id"` // "": what volume tiers take off accounts together
	Month string `json:"month"`
	BillSum
	Estimate bool `json:"estimate,omitempty"` // the account's currency is not configured: Currency may be another
}

// BillLine is what one account sent to one market in one month and category.
type BillLine struct {
	WABA      string      `json:"waba_id"` // "": what volume tiers take off the portfolio's accounts together
	Portfolio string      `json:"portfolio"`
	Month     string      `json:"month"` // 2026-10, in the account's zone
	Market    string      `json:"market"`
	Category  string      `json:"category"`
	Unit      string      `json:"unit"` // "message" or "conversation"
	Currency  string      `json:"currency"`
	Charges   int64       `json:"charges"`
	Rate      string      `json:"rate"` // list rate; of the first tier, where there are tiers
	Tiers     []BillTier  `json:"tiers"`
	Amount    string      `json:"amount"`
	Note      string      `json:"note,omitempty"`     // what the amount rests on beside the card
	Estimate  bool        `json:"estimate,omitempty"` // see BillTotal
	Free      []FreeUnits `json:"free"`
	Uncertain int64       `json:"uncertain"` // messages that may be charged or not
	Low       string      `json:"uncertain_low"`
	High      string      `json:"uncertain_high"`
	Unvalued  int64       `json:"unvalued"`          // charges without a figure
	Missing   string      `json:"missing,omitempty"` // what is missing for it, see Unvalued
}

// BillTier is the part of a line in one volume tier.
type BillTier struct {
	From     int64  `json:"from"`
	To       int64  `json:"to"` // 0: no end
	Messages int64  `json:"messages"`
	Rate     string `json:"rate"`
	Amount   string `json:"amount"`
}

// FreeUnits counts what cost nothing, by the reason.
type FreeUnits struct {
	Reason   string `json:"reason"`
	Messages int64  `json:"messages"`
}
