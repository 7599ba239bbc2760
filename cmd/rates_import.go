package cmd

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"waudit/audit/rate"
	"waudit/ingest/card"
)

type ratesImport struct {
	effective, until, name, mapping, output string
}

func newRatesImport() *cobra.Command {
	var f ratesImport
	c := &cobra.Command{
		Use: "import FILE... -o CARD.csv", Short: "Make a card of Meta's files, or of a provider's contract",
		Long: `import reads rate cards as Meta publishes them (lists and volume tiers, CSV or XLSX, whatever the file is called)
and writes one card in waudit's own form. With --mapping it reads a provider's price list, or without a FILE marks
up Meta's card, as the mapping says (docs/rates.md). A file that cannot be right is refused with the cell.`,
		Example: `  waudit rates import list-usd.csv tiers-usd.csv -o meta-2027-01.csv
  waudit rates import --mapping contract.yaml -o contract.csv`,
		RunE: f.run,
	}
	c.Flags().StringVar(&f.effective, "effective", "", "day from which the rates hold (default as the title says)")
	c.Flags().StringVar(&f.until, "until", "", "last day for which they are known (default open)")
	c.Flags().StringVar(&f.name, "name", "", "name of the card (default meta, or as the mapping says)")
	c.Flags().StringVar(&f.mapping, "mapping", "", "a provider's contract (YAML)")
	c.Flags().StringVarP(&f.output, "output", "o", "", "where to (default standard output)")
	return c
}

func (f *ratesImport) run(c *cobra.Command, args []string) error {
	markets, meta, err := cardNamed("")
	if err != nil {
		return err
	}
	o := card.Options{Markets: markets, Base: meta}
	if f.effective != "" {
		if o.Effective, err = rate.ParseDay(f.effective); err != nil {
			return usage("--effective: %v", err)
		}
	}
	name, rows, until, err := f.contract(&o)
	if err != nil {
		return err
	}
	if len(args) == 0 && len(rows) == 0 {
		return usage("name the files to import, or a --mapping that marks up Meta's card")
	}
	for _, path := range args {
		more, err := f.read(c.ErrOrStderr(), path, o)
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	if f.name != "" {
		name = f.name
	}
	if f.until != "" {
		if until, err = rate.ParseDay(f.until); err != nil {
			return usage("--until: %v", err)
		}
	}
	return writeOutput(f.output, c.OutOrStdout(), func(w io.Writer) error { return checkedCard(w, name, until, rows, markets) })
}

// contract reads the mapping, if there is one, and what it marks up.
func (f *ratesImport) contract(o *card.Options) (name string, rows []rate.Row, until rate.Day, err error) {
	if f.mapping == "" {
		return rate.MetaName, nil, 0, nil
	}
	text, err := os.ReadFile(f.mapping)
	if err != nil {
		return "", nil, 0, usage("--mapping: %v", err)
	}
	if o.Contract, err = card.ParseContract(text, o.Markets); err != nil {
		return "", nil, 0, usage("--mapping %s: %s", f.mapping, yamlError(err))
	}
	if o.Contract.Until != "" {
		if until, err = rate.ParseDay(o.Contract.Until); err != nil {
			return "", nil, 0, usage("--mapping %s: until: %v", f.mapping, err)
		}
	}
	if o.Contract.Base != "" {
		if rows, err = o.Contract.Rows(o.Base, o.Markets); err != nil {
			return "", nil, 0, usage("--mapping %s: %v", f.mapping, err)
		}
		if until == 0 {
			until = o.Base.Until // what Meta changes then is not known
		}
	}
	return o.Contract.Name, rows, until, nil
}

// read reads a file and says what was found.
func (f *ratesImport) read(w io.Writer, path string, o card.Options) ([]rate.Row, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("%v", err)
	}
	sheets, err := card.Parse(path, data, o)
	if err != nil {
		return nil, usage("%s: %v", path, err)
	}
	var rows []rate.Row
	for _, s := range sheets {
		fmt.Fprintf(w, "waudit: %s: %s from %s, %d markets, %d figures: %s\n", path, s.Currency, s.Day, s.Markets, len(s.Rows), s.Title)
		for _, n := range s.Notes {
			fmt.Fprintf(w, "waudit: %s: %s\n", path, n)
		}
		rows = append(rows, s.Rows...)
	}
	return rows, nil
}

// checkedCard writes a card, if it is one that can be read again.
func checkedCard(w io.Writer, name string, until rate.Day, rows []rate.Row, markets *rate.Markets) error {
	var text bytes.Buffer
	if err := rate.WriteCard(&text, name, until, rows); err != nil {
		return err
	}
	if _, err := rate.ParseCard(bytes.NewReader(text.Bytes()), markets); err != nil {
		return usage("the files do not make a card: %v", err)
	}
	_, err := text.WriteTo(w)
	return err
}
