package report

import (
	"io"
	"net/url"
	"path"
	"strings"

	"waudit/audit/result"
	"waudit/report/format"
	"waudit/report/page"
)

// The parts of SARIF 2.1.0 that a report fills.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string            `json:"id"`
		Name    string            `json:"name,omitempty"`
		Short   sarifText         `json:"shortDescription"`
		Full    *sarifText        `json:"fullDescription,omitempty"`
		HelpURI string            `json:"helpUri,omitempty"`
		Help    *sarifText        `json:"help,omitempty"`
		Default map[string]string `json:"defaultConfiguration"` // level
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct {
		Rule         string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations,omitempty"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"fingerprints"`
		Partial      map[string]string `json:"partialFingerprints"` // GitHub reads no others
		Properties   map[string]string `json:"properties"`
	}
	sarifLocation struct {
		ID       int            `json:"id,omitempty"` // of related ones
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact map[string]string `json:"artifactLocation"` // uri
		Region   map[string]uint32 `json:"region,omitempty"` // startLine
	}
)

// sarif writes findings as results of static analysis. Their ids are the fingerprints,
// so that a result is the same wherever the log lies.
func sarif(w io.Writer, f finding, o Options) error {
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: f.tool.Name, Version: f.tool.Version, Rules: []sarifRule{}}},
		Invocations: []sarifInvocation{{Successful: len(f.run.Incomplete) == 0}}, Results: []sarifResult{},
	}
	for _, why := range f.run.Incomplete {
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, sarifNotification{"error", sarifText{page.Clean(why)}})
	}
	index := map[string]int{}
	for i, c := range f.checks(o) {
		index[c.ID] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, ruleFor(c))
	}
	for i := range f.findings {
		x := &f.findings[i]
		r := sarifResult{
			Rule: x.Check, RuleIndex: index[x.Check], Level: sarifLevel(string(x.Severity)), Message: sarifText{headline(x)},
			Fingerprints: map[string]string{"waudit/v1": x.ID}, Partial: map[string]string{"primaryLocationLineHash": x.ID}, Properties: sarifProperties(x),
		}
		for n, e := range x.Evidence {
			at := sarifLocation{Physical: physical(e.Path, e.Line), Message: &sarifText{page.Clean(e.What)}}
			if n == 0 {
				r.Locations = append(r.Locations, at)
				continue
			}
			at.ID = n
			r.Related = append(r.Related, at)
		}
		if len(r.Locations) == 0 && len(f.run.Inputs) > 0 { // readers want a place: it is about the log as a whole
			r.Locations = []sarifLocation{{Physical: physical(f.run.Inputs[0].Path, 0)}}
		}
		run.Results = append(run.Results, r)
	}
	return indented(w, "").Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

func ruleFor(c format.CheckDoc) sarifRule {
	r := sarifRule{ID: c.ID, Name: c.Name, Short: sarifText{page.Clean(c.Title)}, Default: map[string]string{"level": sarifLevel(c.Severity)}}
	if c.Means != "" {
		r.Full, r.HelpURI = &sarifText{c.Means}, c.Source
		r.Help = &sarifText{c.Means + "\n\nFound: " + c.Wrong + "\nNot found: " + c.Right}
	}
	return r
}

func sarifLevel(severity string) string {
	if severity == string(result.Info) {
		return "note"
	}
	return severity
}

// sarifProperties are the keys by which a finding is looked for.
func sarifProperties(f *result.Finding) map[string]string {
	p := map[string]string{"verdict": string(f.Verdict)}
	set := func(key, value string) {
		if value != "" {
			p[key] = page.Clean(value)
		}
	}
	set("waba_id", f.WABA)
	set("phone_number_id", f.Number)
	set("message_id", f.Message)
	set("clause", f.Rule.Clause)
	if f.Amount != nil {
		set("currency", f.Amount.Currency)
		set("overcharged", f.Amount.Overcharged)
		set("undercharged", f.Amount.Undercharged)
		set("uncertain", f.Amount.Uncertain)
	}
	return p
}

// physical is a place in an input; line 0 is the whole of it.
func physical(file string, line uint32) *sarifPhysical {
	p := &sarifPhysical{Artifact: map[string]string{"uri": uriOf(file)}}
	if line > 0 {
		p.Region = map[string]uint32{"startLine": line}
	}
	return p
}

// uriOf writes a path as a reference: relative ones stay relative.
func uriOf(file string) string {
	if scheme, rest, ok := strings.Cut(file, "://"); ok {
		return (&url.URL{Scheme: scheme, Path: "//" + rest}).String()
	}
	file = strings.ReplaceAll(file, `\`, "/")
	if path.IsAbs(file) {
		return (&url.URL{Scheme: "file", Path: file}).String()
	}
	return (&url.URL{Path: file}).String()
}
