package result

// WhatIfSchema names the form of a WhatIf.
const WhatIfSchema = "waudit.whatif/v1"

// WhatIf is what a log should have cost, and what it would have under other rules, at
// other rates or by other habits. Prices in the log are no part of it.
type WhatIf struct {
	Schema  string       `json:"schema"`
	Tool    Tool         `json:"tool"`
	Run     Run          `json:"run"`
	Assumed []Assumption `json:"assumed"`
	Sums    []WhatIfSum  `json:"sums"` // one a currency
	Lines   []WhatIfLine `json:"lines"`
}

// Assumption is one thing that is otherwise.
type Assumption struct {
	Name  string `json:"name"` // the flag: "rules"
	Value string `json:"value"`
	Text  string `json:"text"` // in words
}

// WhatIfSide is one side of a comparison.
type WhatIfSide struct {
	Charges   int64  `json:"charges"`
	Free      int64  `json:"free"` // messages that cost nothing
	Amount    string `json:"amount"`
	Uncertain int64  `json:"uncertain"` // messages that may be charged or not: from Low to High beside the amount
	Low       string `json:"uncertain_low"`
	High      string `json:"uncertain_high"`
	Unvalued  int64  `json:"unvalued"` // charges without a figure
}

// WhatIfSum is all of a currency. The steps come to the difference exactly.
type WhatIfSum struct {
	Currency   string       `json:"currency"` // "" for what has no figure
	Before     WhatIfSide   `json:"before"`
	After      WhatIfSide   `json:"after"`
	Difference string       `json:"difference"`
	Steps      []WhatIfStep `json:"steps"`
}

// WhatIfStep is what one assumption changes at list rates, or what free units and volume
// tiers take off otherwise.
type WhatIfStep struct {
	Step   string `json:"step"`
	Amount string `json:"amount"`
}

// WhatIfLine is an account's messages of one category to one market.
type WhatIfLine struct {
	WABA       string     `json:"waba_id"` // or the portfolio, for what volume tiers take off its accounts together
	Market     string     `json:"market"`
	Category   string     `json:"category"`
	Currency   string     `json:"currency"`
	Before     WhatIfSide `json:"before"`
	After      WhatIfSide `json:"after"`
	Difference string     `json:"difference"`
}
