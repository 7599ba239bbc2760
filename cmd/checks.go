package cmd

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit/check"
	"waudit/report/page"
)

// pageWidth is how many columns the documentation takes.
const pageWidth = 100

func newChecks() *cobra.Command {
	list := func(c *cobra.Command, _ []string) error { return listChecks(c.OutOrStdout()) }
	root := &cobra.Command{
		Use: "checks", Short: "List the checks, or explain one",
		Long: "The documentation of every check: what it says, a wrong and a right example,\nsince when it holds and where the rule stands.",
		Args: noCommand, RunE: list,
	}
	root.AddCommand(
		&cobra.Command{Use: "list", Short: "List the checks", Args: cobra.NoArgs, RunE: list},
		&cobra.Command{
			Use: "show ID", Short: "Explain one check", Args: one("check ID"), ValidArgsFunction: words(checkNames),
			RunE: func(c *cobra.Command, args []string) error { return showCheck(c.OutOrStdout(), args[0]) },
		},
	)
	return root
}

func listChecks(w io.Writer) error {
	for _, c := range check.Documented() {
		if _, err := fmt.Fprintf(w, "%-6s %-28s %-8s %s\n", c.ID, c.Name, c.Severity, c.Doc.Title); err != nil {
			return err
		}
	}
	return nil
}

func showCheck(w io.Writer, id string) error {
	for _, c := range check.Documented() {
		if !strings.EqualFold(c.ID, id) && !strings.EqualFold(c.Name, id) {
			continue
		}
		p := page.New(pageWidth, false)
		p.Text(0, fmt.Sprintf("%s %s (%s)", c.ID, c.Name, c.Severity))
		p.Text(0, c.Doc.Title)
		p.Blank()
		p.Text(2, c.Doc.Means)
		for _, part := range [...]struct{ lead, text string }{
			{"  Wrong:  ", c.Doc.Wrong}, {"  Right:  ", c.Doc.Right}, {"  Holds:  ", c.Doc.Since},
		} {
			p.Blank()
			p.Hang(part.lead, part.text)
		}
		_, err := fmt.Fprintf(w, "%s\n  Source: %s\n", p.String(), c.Doc.Source)
		return err
	}
	return usage("%q is no check; `waudit checks` lists them%s", id, meantCheck(id))
}
