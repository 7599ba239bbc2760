// Man writes the manual pages of the program into a folder: `make man`.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"waudit/cmd"
)

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write writes a page for each command. Their date is that of SOURCE_DATE_EPOCH.
func write(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("man: name the folder to write to")
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return err
	}
	root := cmd.New()
	section(root)
	return doc.GenManTree(root, &doc.GenManHeader{Title: "WAUDIT", Section: "1", Source: "waudit " + root.Version, Manual: "waudit manual"}, args[0])
}

// section makes a section of the page of what help texts say of the exit codes.
func section(c *cobra.Command) {
	c.DisableAutoGenTag = true
	text, status, _ := strings.Cut(c.Long, "\nEXIT STATUS\n")
	var b strings.Builder
	b.WriteString(text + "\n\n# EXIT STATUS\n")
	for line := range strings.Lines(status) {
		code, what, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if strings.HasPrefix(line, "       ") {
			b.WriteString(" " + strings.TrimSpace(line))
			continue
		}
		fmt.Fprintf(&b, "\n\n**%s** %s", code, strings.TrimSpace(what))
	}
	c.Long = b.String() + "\n"
	for _, sub := range c.Commands() {
		section(sub)
	}
}
