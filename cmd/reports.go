package cmd

import (
	"cmp"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"waudit/audit/check"
	"waudit/ingest/mapfile"
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
	if screen, ok := stdout.(*os.File); ok && f.toStdout() {
		if width, _, err := term.GetSize(int(screen.Fd())); err == nil {
			o.Width = width
		}
	}
	return o
}

// options are those of a report that goes to a file.
func (f *reportFlags) options() format.Options {
	o := format.Options{CSV: f.csv, TempDir: f.tempDir}
	for _, c := range check.Documented() {
		o.Checks = append(o.Checks, format.Check{
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
