package cmd

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit/channel"
	"waudit/audit/era"
	"waudit/ingest/mapfile"
	"waudit/report/page"
)

func newRules() *cobra.Command {
	list := func(c *cobra.Command, _ []string) error { return listRules(c.OutOrStdout()) }
	root := &cobra.Command{
		Use: "rules", Short: "List the eras and dated changes of the billing rules, or explain one era",
		Long: "What a message costs, era by era, from the same tables by which it is decided, and what\nmay be sent on Messenger and Instagram. Every change takes effect at 00:00 in the account's time zone.",
		Args: noCommand, RunE: list,
	}
	root.AddCommand(
		&cobra.Command{Use: "list", Short: "List eras and changes", Args: cobra.NoArgs, RunE: list},
		&cobra.Command{
			Use: "show ERA", Short: "Explain one era, clause by clause", Args: one("era"), ValidArgsFunction: words(eraNames),
			RunE: func(c *cobra.Command, args []string) error { return showRules(c.OutOrStdout(), args[0]) },
		},
	)
	return root
}

func listRules(w io.Writer) error {
	p := page.New(pageWidth, false)
	p.Text(0, "Eras")
	changes := era.Changes()
	for _, e := range era.Eras() {
		from := "before"
		for _, c := range changes {
			if c.Change == e.From {
				from = c.Date.String()
			}
		}
		p.Hang(fmt.Sprintf("  %-11s  %-10s  ", e.Name, from), "per "+e.Unit+": "+e.Summary)
	}
	p.Blank()
	p.Text(0, "Changes")
	var b strings.Builder
	b.WriteString(p.String())
	for _, c := range changes {
		sure := string(c.Sure)
		if c.ZoneUnstated {
			sure += ", time zone not stated"
		}
		p := page.New(pageWidth, false)
		p.Hang(fmt.Sprintf("  %s  ", c.Date), fmt.Sprintf("%s (%s)", c.Text, sure))
		// An address is kept whole, however wide, so that it can be followed.
		fmt.Fprintf(&b, "%s%14s%s\n", p.String(), "", c.Source)
	}
	b.WriteString("\nMessenger and Instagram\n")
	for _, r := range channel.Rules() {
		p := page.New(pageWidth, false)
		p.Hang(fmt.Sprintf("  %-10s  ", r.Clause), fmt.Sprintf("%s (%s)", r.Text, r.Sure))
		fmt.Fprintf(&b, "%s%14s%s\n", p.String(), "", r.Source)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func showRules(w io.Writer, name string) error {
	e := era.Named(name)
	if e == nil {
		return usage("%q is no era; known: %s%s", name, strings.Join(eraNames(), ", "), mapfile.DidYouMean(name, eraNames()))
	}
	p := page.New(pageWidth, false)
	p.Text(0, fmt.Sprintf("%s, charged per %s", e.Name, e.Unit))
	p.Text(0, e.Summary)
	p.Blank()
	for _, c := range e.Clauses {
		p.Hang(fmt.Sprintf("  %-7s  ", c.Number), fmt.Sprintf("%s (%s)", c.Text, c.Sure))
	}
	p.Blank()
	p.Text(0, "Source: "+e.Source)
	_, err := io.WriteString(w, p.String())
	return err
}
