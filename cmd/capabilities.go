package cmd

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"waudit/audit/result"
	"waudit/ingest"
	"waudit/ingest/dialect/provider"
	"waudit/report"
)

// dialectsRead names the dialects of the inputs that may tell of messages.
func dialectsRead(inputs iter.Seq[*ingest.InputResult]) []string {
	read := map[string]bool{}
	for in := range inputs {
		if in.Dialect == "" || in.Skipped != "" {
			continue
		}
		for name := range strings.SplitSeq(in.Dialect, ", ") {
			if !read[name] && provider.SaidBy([]string{name}) != 0 {
				read[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(read))
}

// cannotRun lists the checks that need what no dialect of the inputs can tell:
// that they find nothing must not pass for clean.
func (s *session) cannotRun() []result.NotRun {
	names := dialectsRead(s.log.Read.Sources())
	if len(names) == 0 {
		return nil
	}
	said := provider.SaidBy(names).Names()
	var lacking []result.NotRun
	for _, c := range s.checks {
		for _, needed := range c.Records {
			if !slices.ContainsFunc(needed, func(name string) bool { return slices.Contains(said, name) }) {
				lacking = append(lacking, result.NotRun{Check: c.ID, Why: fmt.Sprintf("the format of the log (%s) does not record %s; add a log that does",
					strings.Join(names, ", "), strings.Join(needed, " or "))})
				break
			}
		}
	}
	return lacking
}

// notRun adds to the checks that had nothing to go by those that could have
// nothing: what was found, or not seen, says it already.
func (s *session) notRun(found []result.NotRun, findings []result.Finding) []result.NotRun {
	for _, n := range s.cannotRun() {
		told := slices.ContainsFunc(found, func(o result.NotRun) bool { return o.Check == n.Check })
		hit := slices.ContainsFunc(findings, func(f result.Finding) bool { return f.Check == n.Check })
		if !told && !hit {
			found = append(found, n)
		}
	}
	slices.SortStableFunc(found, func(a, b result.NotRun) int { return strings.Compare(a.Check, b.Check) })
	return found
}

// dialectLimits says what dialects can tell, and what not.
func dialectLimits(names []string) []report.DialectLimits {
	limits := make([]report.DialectLimits, 0, len(names))
	for _, name := range names {
		said := provider.SaidBy([]string{name})
		limits = append(limits, report.DialectLimits{Dialect: name, Tells: said.Names(), Lacks: (provider.SaysAll &^ said).Names()})
	}
	return limits
}

// capabilities says what every dialect can tell.
func capabilities() *report.Capabilities {
	c := &report.Capabilities{Schema: report.CapabilitiesSchema}
	for _, s := range provider.Sayings() {
		c.Sayings = append(c.Sayings, report.Saying{Name: s.Name, Means: s.Means})
	}
	var names []string
	for _, d := range provider.Capabilities() {
		if d.Says != 0 {
			names = append(names, d.Dialect)
		}
	}
	c.Dialects = dialectLimits(names)
	return c
}
