package report

import (
	"io"

	"waudit/audit/result"
	"waudit/report/format"
)

// ExplainFormats returns every format of an explanation.
func ExplainFormats() format.List[*result.Explanation] {
	return format.List[*result.Explanation]{
		{Name: "table", For: forPeople, Write: explainTable},
		{Name: "json", For: forPrograms, Write: explainJSON},
		{Name: "markdown", For: "a ticket or a mail", Write: explainMarkdown},
		{Name: "html", For: "a page of its own", Write: explainHTML},
	}
}

// explainJSON writes waudit.explain/v1.
func explainJSON(w io.Writer, e *result.Explanation, _ Options) error {
	return indented(w, "").Encode(e)
}
