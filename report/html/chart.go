package html

import (
	"waudit/audit/money"
)

// Tone says what a colour stands for; a page in dark or on paper has its own.
type Tone string

// The inks.
const (
	Over      Tone = "over"      // charged too much
	Under     Tone = "under"     // charged too little
	Uncertain Tone = "uncertain" // cannot be decided
	Plain     Tone = "plain"     // what was billed
	Due       Tone = "due"       // what is due
)

// Chart is amounts as bars: a table whose rows have a bar each or, over Days,
// columns with the table behind them.
type Chart struct {
	Title   string
	Note    string   // what to know about it, "" nothing
	Columns []string // names of the cells
	Legend  []Key    // of bars that differ within a row
	Rows    []ChartRow
	Days    bool
	Broad   bool         // as wide as the page
	Start   money.Amount // the amount at the left edge, zero but for a waterfall
}

// Key says what an ink of a chart is.
type Key struct {
	Ink  Tone
	Name string
}

// ChartRow is a line of a chart.
type ChartRow struct {
	Name   string
	Filter string // the page's address that shows its findings, "" none
	Bars   []Bar
	Cells  []string
	Sum    bool // a total
}

// Bar reaches from one amount to another.
type Bar struct {
	From, To money.Amount
	Ink      Tone
	Lane     int // below other bars of its row, from 0
}

// Stack returns bars that begin where the one before ends, but for empty ones.
func Stack(inks []Tone, amounts []money.Amount) (bars []Bar) {
	var at money.Amount
	for i, a := range amounts {
		if !a.IsZero() {
			bars = append(bars, Bar{From: at, To: at.Add(a), Ink: inks[i]})
		}
		at = at.Add(a)
	}
	return bars
}

// A drawing is full units wide and high, whatever the size it is shown at; a bar is
// never thinner than minBar, or it would not be seen.
const (
	full       = 1000
	minBar     = 4
	laneHeight = 12
)

// rect is a bar as it is drawn.
type rect struct {
	X, Y, Width, Height int64
	Ink                 Tone
	Title               string
}

// drawnRow is a row with its bars.
type drawnRow struct {
	ChartRow
	Height int64
	Rects  []rect
}

// bars draws a chart's rows.
func bars(c Chart) []drawnRow {
	whole := extent(c).Sub(c.Start)
	out := make([]drawnRow, 0, len(c.Rows))
	for _, r := range c.Rows {
		d := drawnRow{ChartRow: r, Height: laneHeight}
		for _, b := range r.Bars {
			from, to := money.Min(b.From, b.To), money.Max(b.From, b.To)
			if from == to {
				continue
			}
			x := part(money.Max(from.Sub(c.Start), money.Amount{}), whole)
			width := max(part(to.Sub(c.Start), whole)-x, minBar)
			y := int64(b.Lane) * (laneHeight + 2)
			d.Rects = append(d.Rects, rect{X: min(x, full-minBar), Y: y, Width: width, Height: laneHeight, Ink: b.Ink})
			d.Height = max(d.Height, y+laneHeight)
		}
		out = append(out, d)
	}
	return out
}

// drawnDays is a chart of days as columns.
type drawnDays struct {
	Rects       []rect
	First, Last string // names of the first and last column
}

// days draws a chart's rows as columns, side by side.
func days(c Chart) drawnDays {
	var d drawnDays
	whole := extent(c)
	n := int64(len(c.Rows))
	if n > 0 {
		d.First, d.Last = c.Rows[0].Name, c.Rows[n-1].Name
	}
	for i, r := range c.Rows {
		left, right := int64(i)*full*10/n, int64(i+1)*full*10/n
		gap := max((right-left)/6, 1)
		title := r.Name
		for k, cell := range r.Cells {
			title += " · " + c.Columns[k] + " " + cell
		}
		for _, b := range r.Bars {
			top, bottom := part(b.To, whole), part(b.From, whole)
			height := max(top-bottom, minBar)
			d.Rects = append(d.Rects, rect{X: left + gap, Y: max(full-bottom-height, 0), Width: max(right-left-2*gap, 1), Height: height, Ink: b.Ink, Title: title})
		}
	}
	return d
}

// extent is the largest amount that a bar of the chart reaches.
func extent(c Chart) (largest money.Amount) {
	for _, r := range c.Rows {
		for _, b := range r.Bars {
			largest = money.Max(largest, money.Max(b.From, b.To))
		}
	}
	return largest
}

// part is how many units of a drawing a part of the whole takes, rounded down: none of
// nothing.
func part(a, whole money.Amount) int64 {
	for {
		x, okA := a.Int64()
		y, okB := whole.Int64()
		if okA && okB && max(x, -x) < 1<<50 {
			if y == 0 {
				return 0
			}
			return x * full / y
		}
		// A drawing does not show the last digits of so large amounts.
		a, whole = a.Quo(1<<10), whole.Quo(1<<10)
	}
}
