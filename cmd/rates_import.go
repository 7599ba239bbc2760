package cmd

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit/rate"
	"waudit/ingest/card"
	"waudit/ingest/source"
	"waudit/report/page"
)

type ratesImport struct {
	effective, until, name, mapping, output string
}

func newRatesImport() *cobra.Command {
	var f ratesImport
	c := &cobra.Command{
		Use: "import FILE... -o CARD.csv", Short: "Make a card of Meta's files, or of a provider's contract",
		Long: `import reads rate cards as Meta publishes them (lists and volume tiers, CSV or XLSX, whatever the file is called,
compressed or not) and writes one card in waudit's own form. With --mapping it reads a provider's price list, or
without a FILE marks up Meta's card, as the mapping says (docs/rates.md). A file that cannot be right is refused
with the cell; what was read, and what is odd, is said on standard error.`,
		Example: `  waudit rates import list-usd.csv tiers-usd.csv -o meta-2027-01.csv
  waudit rates import --effective 2023-06-01 old-eur.csv -o meta-eur-2023-06.csv
  waudit rates import --mapping contract.yaml -o contract.csv`,
		RunE: f.run,
	}
	c.Flags().StringVar(&f.effective, "effective", "", "first day of the rates (default: as the file's title says)")
	c.Flags().StringVar(&f.until, "until", "", "last day for which the rates are known (default for Meta's lists: end of the quarter)")
	c.Flags().StringVar(&f.name, "name", "", "name of the card (default: meta, or as the mapping says)")
	c.Flags().StringVar(&f.mapping, "mapping", "", "a provider's contract (YAML; see docs/rates.md)")
	c.Flags().StringVarP(&f.output, "output", "o", "", "write the card to this file (default: standard output)")
	return c
}

// imported is a card that is about to be written.
type imported struct {
	name  string
	rows  []rate.ListedRate
	until rate.Day
}

func (f *ratesImport) run(c *cobra.Command, args []string) error {
	read := make([]namedFile, len(args))
	for i, path := range args {
		read[i] = namedFile{"the rates", path}
	}
	if err := cmp.Or(checkOutput("--output", f.output), keepApart(c.Flags(), read...)); err != nil {
		return err
	}
	markets, meta, err := cardNamed("")
	if err != nil {
		return err
	}
	o := card.Options{Markets: markets, Base: meta}
	until, err := f.days(&o)
	if err != nil {
		return err
	}
	if err := f.readContract(&o); err != nil {
		return err
	}
	isMarkup := o.Contract != nil && o.Contract.Base != ""
	switch {
	case isMarkup && len(args) > 0:
		return usage("--mapping %s marks up Meta's card, and reads no FILE", f.mapping)
	case !isMarkup && len(args) == 0:
		return usage("name the files to import, or a --mapping that marks up Meta's card")
	}
	sheets, err := readSheets(c.Context(), c.InOrStdin(), c.ErrOrStderr(), args, o)
	if err != nil {
		return err
	}
	made, err := f.assemble(c.ErrOrStderr(), sheets, until, o)
	if err != nil {
		return err
	}
	if f.name != "" {
		made.name = f.name
	}
	return writeOutput(f.output, c.OutOrStdout(), func(w io.Writer) error { return writeChecked(w, made, markets) })
}

// days reads --effective and --until.
func (f *ratesImport) days(o *card.Options) (until rate.Day, err error) {
	for _, flag := range []struct {
		name, text string
		day        *rate.Day
	}{{"--effective", f.effective, &o.Effective}, {"--until", f.until, &until}} {
		if flag.text == "" {
			continue
		}
		if *flag.day, err = rate.ParseDay(flag.text); err != nil {
			return 0, usage("%s: %v", flag.name, err)
		}
	}
	return until, nil
}

// readContract reads the mapping, if there is one.
func (f *ratesImport) readContract(o *card.Options) error {
	if f.mapping == "" {
		return nil
	}
	text, err := os.ReadFile(f.mapping)
	if err != nil {
		return usage("--mapping: %v", err)
	}
	if o.Contract, err = card.ParseContract(text, o.Markets); err != nil {
		return usage("--mapping %s: %v", f.mapping, err)
	}
	return nil
}

// readSheets reads the tables of all files, and says what was found.
func readSheets(ctx context.Context, stdin io.Reader, w io.Writer, paths []string, o card.Options) ([]*card.Sheet, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	inputs, err := source.Find(ctx, paths, stdin)
	if err != nil {
		return nil, usage("%v", err)
	}
	open := source.Opener{Hash: sha256.New()}
	defer open.Close()
	var all []*card.Sheet
	for _, in := range inputs {
		file, err := readFile(ctx, &open, in)
		if err != nil {
			return nil, err
		}
		sheets, err := card.Parse(file, o)
		if err != nil {
			return nil, usage("%s: %v", in.Path, err)
		}
		for _, s := range sheets {
			sayRead(w, file, s)
		}
		all = append(all, sheets...)
	}
	return all, nil
}

// readFile reads a file whole; of one that is too large only the beginning.
func readFile(ctx context.Context, open *source.Opener, in source.Input) (f card.SourceFile, err error) {
	stream, err := open.Open(ctx, in)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, stream.Close()) }()
	data, err := io.ReadAll(io.LimitReader(stream, card.MaxFile+1))
	if err == nil && len(data) <= card.MaxFile {
		err = stream.Drain()
	}
	return card.SourceFile{Name: in.Path, SHA256: stream.Sum(), Data: data}, err
}

// sayRead says what a table is, and what is odd about it.
func sayRead(w io.Writer, f card.SourceFile, s *card.Sheet) {
	var categories []string
	for _, row := range s.Rows {
		if name := row.Category.String(); !slices.Contains(categories, name) {
			categories = append(categories, name)
		}
	}
	title := ""
	if s.Title != "" {
		title = fmt.Sprintf("%q, ", page.Clean(s.Title))
	}
	fmt.Fprintf(w, "waudit: %s: %s%s from %s, %d markets, %d figures of %s, sha256 %s\n",
		f.Name, title, s.Currency, s.Day, s.Markets, len(s.Rows), strings.Join(categories, ", "), f.SHA256)
	for _, note := range s.Notes {
		fmt.Fprintf(w, "waudit: %s: %s\n", f.Name, page.Clean(note))
	}
}

// assemble makes one card of what was read, or of what is marked up.
func (f *ratesImport) assemble(w io.Writer, sheets []*card.Sheet, until rate.Day, o card.Options) (made imported, err error) {
	if o.Contract == nil {
		var notes []string
		made.name = rate.MetaName
		if made.rows, made.until, notes, err = card.Assemble(sheets, until, o.Base, o.Markets); err != nil {
			return made, usage("%v", err)
		}
		for _, note := range append(notes, fmt.Sprintf("the newest lists are taken to be known until %s; --until says another day", made.until)) {
			fmt.Fprintf(w, "waudit: %s\n", page.Clean(note))
		}
		return made, nil
	}
	made.name, made.until = o.Contract.Name, until
	if until == 0 && o.Contract.Until != "" {
		if made.until, err = rate.ParseDay(o.Contract.Until); err != nil {
			return made, usage("--mapping %s: until: %v", f.mapping, err)
		}
	}
	for _, s := range sheets {
		made.rows = append(made.rows, s.Rows...)
	}
	if o.Contract.Base == "" {
		return made, nil
	}
	if made.rows, err = o.Contract.MarkUp(o.Base, o.Markets); err != nil {
		return made, usage("--mapping %s: %v", f.mapping, err)
	}
	if made.until == 0 || o.Base.Until != 0 && made.until > o.Base.Until {
		made.until = o.Base.Until // what Meta changes then is not known
	}
	return made, nil
}

// writeChecked writes a card, if it is one that can be read again.
func writeChecked(w io.Writer, made imported, markets *rate.Markets) error {
	var text bytes.Buffer
	if err := rate.WriteCard(&text, made.name, made.until, made.rows); err != nil {
		return usage("%v", err)
	}
	if _, err := rate.ParseCard(bytes.NewReader(text.Bytes()), markets); err != nil {
		return usage("the files do not make a card: %v", err)
	}
	_, err := text.WriteTo(w)
	return err
}
