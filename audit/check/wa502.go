package check

import (
	"fmt"

	amounts "waudit/audit/money"
	"waudit/audit/result"
)

// wa502 is category-changed.
func wa502() Check {
	return Check{
		ID: "WA502", Name: "category-changed", Severity: result.Warning,
		Doc: Doc{
			Title:  "a template changed its category",
			Means:  "Meta re-categorised a template. From then on its messages are charged in the new category; the change can be appealed for 60 days.",
			Wrong:  "utility becomes marketing on the 10th, and the messages after it cost several times as much",
			Right:  "a template that is approved in the category it asked for",
			Since:  "from 2023-03-17",
			Source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-categorization",
		},
		Log: func(l *Log) []LogHit {
			hits := make([]LogHit, 0, len(l.Templates))
			for _, t := range l.Templates {
				extra := ""
				for _, x := range t.Extra {
					if more := x.Amount.Abs(); !more.IsZero() && x.Months > 0 {
						extra += fmt.Sprintf(" At list rates they cost %s %s %s than before, %s a month.", x.Currency, amounts.Format(more, 4), moreOrLess(x.Amount), amounts.Format(more.Quo(x.Months*100_000).Times(100_000), 4))
					}
				}
				hits = append(hits, LogHit{
					WABA: t.WABA, Template: t.Name, At: t.At, Category: t.New, Count: t.Messages,
					Subject: []string{t.WABA, t.Name, t.Language, fmt.Sprint(t.At / 1000)},
					Explanation: fmt.Sprintf("Template %s changed from %s to %s at %s; %d messages of it were delivered since.%s The change can be appealed until %s.",
						t.Name, orUnknown(t.Previous), orUnknown(t.New), stamp(t.At), t.Messages, extra, stamp(t.At + appealTime)[:10]),
				})
			}
			return hits
		},
	}
}

// appealTime is how long a change of category can be appealed, in milliseconds.
const appealTime = 60 * 24 * 3_600_000

func orUnknown(category string) string {
	if category == "" {
		return "an unnamed category"
	}
	return category
}

func moreOrLess(amount amounts.Amount) string {
	if amount.Sign() < 0 {
		return "less"
	}
	return "more"
}
