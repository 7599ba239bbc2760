// Package cmd is the command line: a file a command with its flags, its
// options and what it calls. No rule of billing lives here.
package cmd

import (
	"cmp"
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
	"github.com/spf13/pflag"

	"waudit/audit/parallel"
	"waudit/ingest/mapfile"
	"waudit/ingest/source"
	"waudit/report/page"
)

// Execute runs the program and ends the process with its exit code.
func Execute() {
	memoryLimits.collectLate()
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
	root := New()
	err := parallel.Call(func() error {
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
		lines := strings.Split(err.Error(), "\n")
		for i := range lines {
			lines[i] = page.Clean(lines[i]) // a path may be in it
		}
		fmt.Fprintf(root.ErrOrStderr(), "waudit: %s\n", strings.Join(lines, "\n"))
	}
	return exitCode(err)
}

// The keys of a command's annotations that say when it ends with these codes. Without
// them it never ends with 1, and with 3 only if its output cannot be written.
const (
	endsFound   = "exit 1"
	endsPartly  = "exit 3"
	endsStopped = "exit 130" // set for what takes long enough to be interrupted
)

// ends are the annotations of a command that reads logs: found says what makes it end
// with 1, "" for nothing, nothing what it calls incomplete beside inputs that it could
// not read.
func ends(found, nothing string) map[string]string {
	a := map[string]string{
		endsPartly:  "incomplete: an input could not be read to its end, or gave no record though it\n       was named, too many records were rejected, or " + nothing,
		endsStopped: "yes",
	}
	if found != "" {
		a[endsFound] = found
		a[endsPartly] += ";\n       outranks 1, the report is still written and says so"
	}
	return a
}

// exitStatus lists the codes with which a command may end.
func exitStatus(c *cobra.Command) string {
	if !c.HasParent() {
		return `
EXIT STATUS
  0    clean
  1    findings at or above --fail-on
  2    wrong usage, configuration or rate card
  3    incomplete: an input could not be read to its end, or gave no record though it
       was named, too many records were rejected, or there was nothing to audit;
       outranks 1, the report is still written and says so
  4    internal error
  130  interrupted; 143 terminated
`
	}
	text := "\nEXIT STATUS\n  0    clean\n"
	if found := c.Annotations[endsFound]; found != "" {
		text += "  1    " + found + "\n"
	}
	text += "  2    wrong usage"
	if c.Flags().Lookup("config") != nil {
		text += ", configuration or rate card"
	}
	text += "\n  3    " + cmp.Or(c.Annotations[endsPartly], "incomplete: the output could not be written to its end") + "\n  4    internal error\n"
	if c.Annotations[endsStopped] != "" {
		text += "  130  interrupted; 143 terminated\n"
	}
	return text
}

// New returns the program's command line, for what documents it.
func New() *cobra.Command {
	root := &cobra.Command{
		Use:   "waudit",
		Short: "Audit WhatsApp bills from message logs",
		Long: `waudit replays the message logs of a WhatsApp Business account, works out what
each message should have cost, and reports the charges that should not have
occurred, with the rule, the window and the evidence.`,
		Version:       programVersion(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetVersionTemplate("waudit {{.Version}}\n")
	root.SetFlagErrorFunc(wrongFlag)
	root.AddCommand(
		newAudit(), newReplay(), newExplain(), newBill(), newWhatIf(), newSavings(), newReconcile(), newDiff(), newConvert(), newDispute(), newVerify(), newPack(), newStage(), newInspect(), newSimulate(), newChecks(), newRules(), newRates(), newVersion(),
	)
	root.SetHelpCommand(newHelp())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.Args, c.RunE = noCommand, func(c *cobra.Command, _ []string) error { return c.Help() }
		}
	}
	addExitStatus(root)
	completeFlags(root)
	return root
}

// addExitStatus ends the help text of c and of all below it with the exit codes.
func addExitStatus(c *cobra.Command) {
	c.Long = cmp.Or(c.Long, c.Short+".")
	c.Long = strings.TrimRight(c.Long, "\n") + "\n" + exitStatus(c)
	for _, sub := range c.Commands() {
		addExitStatus(sub)
	}
}

// wrongFlag says what is wrong with a flag, and which one may be meant.
func wrongFlag(c *cobra.Command, err error) error {
	meant := ""
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok && len(unknown.GetSpecifiedName()) > 1 {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		meant = mapfile.DidYouMean("--"+unknown.GetSpecifiedName(), names)
	}
	return usage("%v; see `%s --help`%s", err, c.CommandPath(), meant)
}

// noCommand refuses the arguments of a command that has only subcommands.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("there is no command %q; see `%s --help`%s", c.CommandPath()+" "+source.Shown(args[0]), c.CommandPath(), mapfile.DidYouMean(args[0], subcommands(c)))
	}
	return nil
}

func subcommands(c *cobra.Command) (names []string) {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			names = append(names, sub.Name())
		}
	}
	return names
}

// newHelp returns the command help, which knows what it has no text for.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Explain a command",
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			of, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return subcommands(of), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			of, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				if of == nil {
					of, rest = c.Root(), args
				}
				return usage("there is no help for %q; see `waudit --help`%s", strings.Join(args, " "), mapfile.DidYouMean(rest[0], subcommands(of)))
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	}
}

// one wants exactly one argument, named in the error.
func one(what string) cobra.PositionalArgs { return exactly(1, "expects one "+what) }

// two wants exactly two arguments, as the error says.
func two(wants string) cobra.PositionalArgs { return exactly(2, wants) }

func exactly(n int, wants string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return usage("%s %s, got %d; see `%s --help`", c.CommandPath(), wants, len(args), c.CommandPath())
		}
		return nil
	}
}
