package report

import (
	"fmt"
	"strconv"

	"waudit/audit/result"
	"waudit/report/format"
	"waudit/report/page"
)

// VerifyFormats returns every format of a verification.
func VerifyFormats() format.List[*result.Verification] {
	return format.List[*result.Verification]{
		{Name: "table", For: forPeople, Write: paged(verifyTable)},
		{Name: "json", For: forPrograms, Write: documentJSON[*result.Verification]},
	}
}

// verifyTable is what a person reads of what became of a claim.
func verifyTable(p *page.Page, v *result.Verification, _ Options) {
	claim := []string{page.Clean(v.Account.WABA + " " + v.Account.Name), page.Clean(v.Month)}
	for _, s := range v.Claimed {
		claim = append(claim, page.Clean(s.Currency)+page.NoBreak+page.Clean(s.Amount))
	}
	p.Items("Claim     ", claim...)
	p.Hang("Manifest  ", "SHA-256 "+v.Manifest)
	p.Blank()
	columns := []page.Column{{Name: "file", Shrink: true}, {Name: "bytes", Right: true}, {Name: "state"}}
	var rows [][]string
	for _, f := range v.Files {
		size := ""
		if f.Bytes >= 0 {
			size = strconv.FormatInt(f.Bytes, 10)
		}
		state := string(f.State)
		if f.Note != "" {
			state += ": " + page.Clean(f.Note)
		}
		rows = append(rows, []string{page.Clean(f.Name), size, state})
	}
	p.Table(2, columns, rows)
	p.Blank()
	for _, e := range v.Evidence {
		records := "records"
		if e.Records == 1 {
			records = "record"
		}
		what := []string{page.Clean(e.File), fmt.Sprintf("%d %s", e.Records, records)}
		if n := e.Signed; n != nil {
			what = append(what, fmt.Sprintf("%d signed, %d not (share %s)", n.Valid, n.Absent, page.Clean(n.Share)))
		}
		if e.LastLink != "" {
			what = append(what, "last link "+page.Clean(e.LastLink))
		}
		p.Items("Evidence  ", what...)
	}
	var sums []string
	for _, s := range result.FileStates() {
		if n := v.Count(s); n > 0 || s == result.FileSame {
			sums = append(sums, fmt.Sprintf("%d %s", n, s))
		}
	}
	p.Items("Files     ", sums...)
}
