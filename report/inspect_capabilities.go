package report

import (
	"slices"

	"waudit/report/page"
)

// CapabilitiesSchema is the name of the JSON form of Capabilities.
const CapabilitiesSchema = "waudit.capabilities/v1"

// Capabilities is what each dialect can tell of messages.
type Capabilities struct {
	Schema   string          `json:"schema"`
	Sayings  []Saying        `json:"sayings"`
	Dialects []DialectLimits `json:"dialects"`
}

// Saying is one thing that a dialect may tell.
type Saying struct {
	Name  string `json:"name"`
	Means string `json:"means"`
}

// DialectLimits is what the records of one dialect can tell, and what they
// cannot, by the names of sayings.
type DialectLimits struct {
	Dialect string   `json:"dialect"`
	Tells   []string `json:"tells"`
	Lacks   []string `json:"lacks"`
}

// capabilitiesTable is what a person reads of them.
func capabilitiesTable(p *page.Page, c *Capabilities, _ Options) {
	half := slices.IndexFunc(c.Sayings, func(s Saying) bool { return s.Name == "template" })
	p.Text(0, "What the records of each dialect can tell. A check that needs what no dialect of a log tells does not run.")
	capabilityTable(p, "Who and when", c, c.Sayings[:max(half, 0)])
	capabilityTable(p, "Templates and prices", c, c.Sayings[max(half, 0):])
}

// capabilityTable is a row for each dialect with a mark where it tells
// something, and what is meant below.
func capabilityTable(p *page.Page, title string, c *Capabilities, sayings []Saying) {
	columns := []page.Column{{Name: "dialect"}}
	for _, s := range sayings {
		columns = append(columns, page.Column{Name: columnOf(s.Name)})
	}
	rows := make([][]string, 0, len(c.Dialects))
	for _, d := range c.Dialects {
		row := []string{page.Clean(d.Dialect)}
		for _, s := range sayings {
			mark := "-"
			if slices.Contains(d.Tells, s.Name) {
				mark = "yes"
			}
			row = append(row, mark)
		}
		rows = append(rows, row)
	}
	section(p, title)
	p.Table(2, columns, rows)
	p.Blank()
	for _, s := range sayings {
		p.Hang("  ", columnOf(s.Name)+": "+page.Clean(s.Means))
	}
}

// columnOf is a name short enough for the head of a column.
func columnOf(name string) string {
	switch name {
	case "template_category":
		return "sent as"
	case "template_change":
		return "changes"
	}
	return page.Clean(name)
}
