package report

import (
	"encoding/xml"
	"io"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

// The parts of a JUnit report that are filled.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string       `xml:"name,attr"`
		Class   string       `xml:"classname,attr"`
		File    string       `xml:"file,attr,omitempty"`
		Line    uint32       `xml:"line,attr,omitempty"`
		Failure *junitReason `xml:"failure"`
		Error   *junitReason `xml:"error"`
		Skipped *junitReason `xml:"skipped"`
	}
	junitReason struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// junit writes a suite for each check that ran: its findings of severity error have
// failed, others and checks without evidence are skipped, and a check that found
// nothing has one case, which has passed.
func junit(w io.Writer, f finding, o Options) error {
	all := junitSuites{Name: "waudit"}
	if len(f.run.Incomplete) > 0 {
		s := junitSuite{Name: "run"}
		for _, why := range f.run.Incomplete {
			s.add(junitCase{Name: "complete", Class: "run", Error: &junitReason{Message: page.Clean(why)}})
		}
		all.add(s)
	}
	cases := map[string][]junitCase{}
	for i := range f.findings {
		x := &f.findings[i]
		cases[x.Check] = append(cases[x.Check], caseOf(x))
	}
	notRun := map[string]string{}
	for _, n := range f.run.NotRun {
		notRun[n.Check] = n.Why
	}
	for _, c := range f.checks(o) {
		s := junitSuite{Name: c.ID + " " + c.Name}
		for _, x := range cases[c.ID] {
			s.add(x)
		}
		if why, ok := notRun[c.ID]; ok {
			s.add(junitCase{Name: c.Name, Class: c.ID, Skipped: &junitReason{Message: page.Clean(why)}})
		} else if len(s.Cases) == 0 {
			s.add(junitCase{Name: c.Name, Class: c.ID})
		}
		all.add(s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func (a *junitSuites) add(s junitSuite) {
	a.Suites = append(a.Suites, s)
	a.Tests, a.Failures, a.Errors, a.Skipped = a.Tests+s.Tests, a.Failures+s.Failures, a.Errors+s.Errors, a.Skipped+s.Skipped
}

// caseOf is a finding as a case. Its name has the id, by which it stays the same from
// run to run.
func caseOf(f *result.Finding) junitCase {
	c := junitCase{Name: f.ID, Class: f.Check}
	var details []string
	if len(f.Evidence) > 0 {
		c.File, c.Line = page.Clean(f.Evidence[0].Path), f.Evidence[0].Line
	}
	for _, x := range [...]struct{ what, value string }{
		{"account", f.WABA}, {"number", f.Number}, {"message", f.Message}, {"charged at", result.Known(f.ChargedAt)}, {"rule", f.Rule.Clause}, {"source", f.Rule.Source},
	} {
		if x.value != "" {
			details = append(details, x.what+": "+page.Clean(x.value))
		}
	}
	details = append(details, places(f)...)
	why := &junitReason{Message: headline(f), Type: string(f.Verdict), Text: strings.Join(details, "\n")}
	if f.Severity == result.Error {
		c.Failure = why
	} else {
		why.Type = "" // the schema has none for what is skipped
		c.Skipped = why
	}
	return c
}
