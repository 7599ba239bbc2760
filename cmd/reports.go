package cmd

import (
	"cmp"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"waudit/audit/check"
	"waudit/ingest/mapfile"
	"waudit/report"
	"waudit/report/format"
	"waudit/report/sheet"
)

// reportFlags are the flags of a command that writes reports.
type reportFlags struct {
	format  string
	output  string
	reports []string // FORMAT=FILE each
	color   string
	csv     string // its dialect
	zone    string // on commands that show times
	top     int    // on commands that list findings
	tempDir string
	formats format.Choice
}

// formatsKey is the annotation of a flag that lists the formats that it takes.
const formatsKey = "formats"

// register adds the flags for documents of these formats; standard is the format
// without -f.
func (f *reportFlags) register(c *cobra.Command, standard string, formats format.Choice) {
	f.formats = formats
	flags := c.Flags()
	flags.StringVarP(&f.format, "format", "f", standard, "format: "+strings.Join(formats.Names(), ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write to this file, replaced only when complete (default: standard output)")
	flags.StringArrayVar(&f.reports, "report", nil, "one more report, as FORMAT=FILE; repeatable")
	flags.StringVar(&f.color, "color", "auto", "colour the report: auto, always or never")
	if slices.Contains(formats.Names(), "csv") {
		flags.StringVar(&f.csv, "csv-dialect", string(sheet.Comma), "how CSV is written: comma, or excel for Excel where numbers have a decimal comma (semicolons, byte order mark)")
	}
	for _, name := range []string{"format", "report"} {
		flags.Lookup(name).Annotations = map[string][]string{formatsKey: formats.Names()}
	}
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats.Completions(), cobra.ShellCompDirectiveNoFileComp)) // the flag is there
}

// registerZone adds the flag of commands that show times to people.
func (f *reportFlags) registerZone(flags *pflag.FlagSet) {
	flags.StringVar(&f.zone, "zone", report.ZoneAccount, "zone of the times in a table: account (each account's own), utc, local or a name such as Asia/Kolkata")
}

// registerTop adds the flag of commands that list findings.
func (f *reportFlags) registerTop(flags *pflag.FlagSet) {
	flags.IntVar(&f.top, "top", 10, "findings of each check that a table shows, those with the most money first; 0 shows all")
}

// validate checks formats and files before anything is read.
func (f *reportFlags) validate(stdout io.Writer) error {
	if f.formats == nil {
		return nil // it writes no report
	}
	binary, err := f.isBinary("--format", f.format)
	errs := []error{err, oneOf("--csv-dialect", cmp.Or(f.csv, string(sheet.Comma)), sheet.Dialects()...), checkOutput("--output", f.output), oneOf("--color", f.color, "auto", "always", "never")}
	if binary && f.toStdout() && isTerminal(stdout) {
		errs = append(errs, usage("--format %s: a terminal cannot show it; name a file with -o", f.format))
	}
	if f.top < 0 {
		errs = append(errs, usage("--top %d: give a number of findings, 0 for all", f.top))
	}
	if _, err := report.FindZone(f.zone); err != nil {
		errs = append(errs, usage("--zone %q: give account, utc, local or a name of the tz database, such as Asia/Kolkata", f.zone))
	}
	for _, r := range f.reports {
		name, file, ok := strings.Cut(r, "=")
		if !ok || file == "" || file == "-" {
			errs = append(errs, usage("--report %q: give FORMAT=FILE", r))
			continue
		}
		_, err := f.isBinary("--report", name)
		errs = append(errs, err, checkOutput("--report", file))
	}
	return errors.Join(errs...)
}

// isBinary reports whether the format that a flag names is for files only.
func (f *reportFlags) isBinary(flag, name string) (bool, error) {
	binary, err := f.formats.IsBinary(name)
	if unknown, ok := errors.AsType[*format.UnknownError](err); ok {
		return false, usage("%s: %v%s", flag, err, mapfile.DidYouMean(name, unknown.Known))
	}
	return binary, err
}

// toStdout reports whether the main report goes to standard output.
func (f *reportFlags) toStdout() bool { return f.output == "" || f.output == "-" }

// appearance is how a report for people looks: as wide as the terminal, if it goes
// to one.
func (f *reportFlags) appearance(stdout io.Writer) format.Options {
	o := f.options()
	o.Color = f.colored(stdout)
	if f.toStdout() && isTerminal(stdout) {
		o.Width = terminalWidth(stdout)
	}
	return o
}

// Reports are laid out for terminals of these widths, in columns.
const minWidth, maxWidth = 60, 200

// terminalWidth is how many columns a report to a terminal takes: as many as COLUMNS
// says, else as the terminal has.
func terminalWidth(w io.Writer) int {
	width, err := strconv.Atoi(os.Getenv("COLUMNS"))
	if screen, ok := w.(*os.File); ok && (err != nil || width <= 0) {
		if width, _, err = term.GetSize(int(screen.Fd())); err != nil || width <= 0 {
			return 0
		}
	}
	return min(max(width, minWidth), maxWidth)
}

// options are those of a report that goes to a file.
func (f *reportFlags) options() format.Options {
	o := format.Options{CSV: f.csv, TempDir: f.tempDir, Zone: f.zone, Top: f.top}
	if f.top == 0 {
		o.Top = -1
	}
	for _, c := range check.Documented() {
		o.Checks = append(o.Checks, format.CheckDoc{
			ID: c.ID, Name: c.Name, Severity: string(c.Severity), Title: c.Doc.Title, Means: c.Doc.Means, Wrong: c.Doc.Wrong, Right: c.Doc.Right, Source: c.Doc.Source,
		})
	}
	return o
}

// colored tells whether a report to standard output is painted.
func (f *reportFlags) colored(stdout io.Writer) bool {
	return f.color == "always" || f.color == "auto" && f.toStdout() && os.Getenv("NO_COLOR") == "" && isTerminal(stdout)
}

// writeReports writes a document as the flags say: the main report, and the further
// ones.
func writeReports[T any](c *cobra.Command, f *reportFlags, formats format.List[T], doc T) error {
	err := writeOutput(f.output, c.OutOrStdout(), func(w io.Writer) error {
		return formats.Write(w, f.format, doc, f.appearance(c.OutOrStdout()))
	})
	for _, r := range f.reports {
		if err != nil {
			return err
		}
		name, file, _ := strings.Cut(r, "=")
		err = writeOutput(file, nil, func(w io.Writer) error { return formats.Write(w, name, doc, f.options()) })
	}
	return err
}
