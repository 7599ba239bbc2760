// Package cmd is the command line: a file a command with its flags, its
// options and what it calls. No rule of billing lives here.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // time zones of accounts on machines that have none

	"github.com/spf13/cobra"

	"waudit/audit/parallel"
)

// Execute runs the program and ends the process with its exit code.
func Execute() {
	ctx, cause := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		s := <-signals
		signal.Stop(signals) // a second one ends the process at once
		cause(interrupted{s})
	}()
	os.Exit(Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Run runs the program in-process and returns its exit code. The context's
// cancellation cause tells by which signal it was interrupted.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	err := parallel.Call(func() error {
		root := newRoot()
		root.SetArgs(args)
		root.SetIn(stdin)
		root.SetOut(stdout)
		root.SetErr(stderr)
		return root.ExecuteContext(ctx)
	})
	if cause := context.Cause(ctx); cause != nil && err != nil {
		err = cause
	}
	var quiet *verdictError
	if err != nil && !errors.As(err, &quiet) {
		fmt.Fprintf(stderr, "waudit: %v\n", err)
	}
	return exitCode(err)
}

// exitStatus lists the codes with which a command may end.
func exitStatus(c *cobra.Command) string {
	text := "\nEXIT STATUS\n  0    clean\n"
	if c.Flags().Lookup("fail-on") != nil || c.HasSubCommands() && !c.HasParent() {
		text += "  1    findings at or above --fail-on\n"
	}
	text += "  2    wrong usage, configuration or rate card\n"
	switch {
	case c.Flags().Lookup("fail-on") != nil || c.HasSubCommands() && !c.HasParent():
		text += `  3    incomplete: an input could not be read to its end, too many records were
       rejected, or there was nothing to audit; outranks 1, the report is still
       written and says so
`
	case c.Flags().Lookup("config") != nil:
		text += `  3    incomplete: an input could not be read to its end, too many records were
       rejected, or there was nothing to work on
`
	default:
		text += "  3    incomplete: the output could not be written to its end\n"
	}
	return text + "  4    internal error\n  130  interrupted; 143 terminated\n"
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "waudit",
		Short: "Audit WhatsApp bills from message logs",
		Long: `waudit replays the message logs of a WhatsApp Business account, works out what
each message should have cost, and reports the charges that should not have
occurred, with the rule, the window and the evidence.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage("%v; see `%s --help`", err, c.CommandPath())
	})
	root.AddCommand(
		newAudit(), newReplay(), newExplain(), newBill(), newReconcile(), newConvert(), newPack(), newInspect(), newSimulate(), newChecks(), newRules(), newRates(), newVersion(),
	)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	addExitStatus(root)
	return root
}

// addExitStatus ends the help text of c and of all below it with the exit codes.
func addExitStatus(c *cobra.Command) {
	if c.Long == "" {
		c.Long = c.Short + "."
	}
	c.Long = strings.TrimRight(c.Long, "\n") + "\n" + exitStatus(c)
	for _, sub := range c.Commands() {
		addExitStatus(sub)
	}
}

// noCommand refuses the arguments of a command that has only subcommands.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("there is no command %q; see `%s --help`", c.CommandPath()+" "+args[0], c.CommandPath())
	}
	return nil
}

// one wants exactly one argument, named in the error.
func one(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage("%s expects one %s, got %d; see `%s --help`", c.CommandPath(), what, len(args), c.CommandPath())
		}
		return nil
	}
}
