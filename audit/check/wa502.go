package check

import (
	"cmp"
	"fmt"

	"waudit/audit/result"
)

// wa502 is category-changed.
var wa502 = Check{
	ID: "WA502", Name: "category-changed", Severity: result.Warning, Clause: "5",
	Records: [][]string{{"template_change"}},
	Doc: Doc{
		Title: "a template changed its category",
		Means: "Meta re-categorised a template. From then on its messages are charged in the new category; the change can be appealed for 60 days.",
		Wrong: "utility becomes marketing on the 10th, and the messages after it cost several times as much",
		Right: "a template that is approved in the category it asked for",
		Since: "from 2023-03-17", Source: metaDoc + "templates/template-categorization",
	},
	Log: func(l *LogView) []LogHit {
		hits := make([]LogHit, 0, len(l.Templates))
		for _, t := range l.Templates {
			hits = append(hits, LogHit{
				WABA: t.WABA, Template: t.Name, At: t.At, Category: t.New, Count: t.Messages,
				Subject:     []string{t.WABA, t.Name, t.Language, fmt.Sprint(t.At / 1000)},
				Explanation: t.explain(),
			})
		}
		return hits
	},
}

// explain says what changed and what came of it.
func (t *TemplateView) explain() Text {
	const unnamed = "an unnamed category"
	text := CategoryChanged.Say(t.Name, cmp.Or(t.Previous, unnamed), cmp.Or(t.New, unnamed), stamp(t.At), Counted(t.Messages, "message"))
	for _, x := range t.Extra {
		if x.Amount.IsZero() || x.Months == 0 {
			continue
		}
		more, amount := "more", x.Amount.Abs()
		if x.Amount.Sign() < 0 {
			more = "less"
		}
		text = text.Then(CategoryCosts.Say(Cash(x.Currency, amount), more, Cash(x.Currency, amount.Quo(x.Months*100_000).Times(100_000))))
	}
	return text.Then(Appealable.Say(t.Appeal))
}

// AppealTime is how long a change of category can be appealed, in milliseconds.
const AppealTime = 60 * 24 * 3_600_000
