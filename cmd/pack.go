package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"waudit/audit/account"
	"waudit/audit/template"
	"waudit/ingest/ledger"
)

type packFlags struct {
	readFlags
	dir      string
	partSize byteSize
}

func newPack() *cobra.Command {
	f := packFlags{partSize: 128 << 20}
	c := &cobra.Command{
		Use:   "pack [PATH...] -o DIR",
		Short: "Logs to a sorted, de-duplicated Parquet ledger that every command reads",
		Long: `pack writes the events of the logs into a ledger: a folder of Parquet files, sorted
by business number, customer and time, without duplicates. Into a ledger that
is there already it adds; files that it has are passed over. Other commands
read a ledger as they read a log, and only what they need of it.`,
		Example: "  waudit pack logs/2026-10/ -o ledger\n  waudit audit --period 2026-10 ledger",
		RunE:    func(c *cobra.Command, args []string) error { return runPack(c, &f, args) },
	}
	flags := c.Flags()
	f.register(flags, "table", []string{"table"})
	output := flags.Lookup("output")
	output.Value, output.Usage = (*folder)(&f.dir), "folder of the ledger, made if need be"
	flags.Var(&f.partSize, "part-size", "a Parquet file ends when it is as large")
	for _, name := range []string{"format", "period", "from", "to", "color"} {
		_ = flags.MarkHidden(name) // they mean nothing to pack
	}
	return c
}

// folder is a flag that names a folder.
type folder string

// Set takes the name.
func (f *folder) Set(s string) error {
	if s == "" {
		return errors.New("give a folder")
	}
	*f = folder(filepath.Clean(s))
	return nil
}

// String returns the name.
func (f *folder) String() string { return string(*f) }

// Type names the flag's value in help texts.
func (f *folder) Type() string { return "folder" }

// validate checks what is wrong before anything is read.
func (f *packFlags) validate() error {
	switch {
	case f.period != "" || f.from != "" || f.to != "":
		return usage("a ledger keeps everything: give the period to the command that reads it")
	case f.partSize <= 0:
		return usage("--part-size 0: give a size above zero")
	}
	return nil
}

func runPack(c *cobra.Command, f *packFlags, args []string) (err error) {
	if !c.Flags().Changed("output") { // by the configuration it would be that of reports
		return usage("--output is missing: name the folder of the ledger")
	}
	config, args, err := f.start(c, args)
	if err != nil {
		return err
	}
	if err := f.validate(); err != nil {
		return err
	}
	p, err := ledger.Begin(f.dir)
	if err != nil {
		return usage("--output %s: %v", f.dir, err)
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	paths := slices.Clone(args)
	if p.Base().Generation > 0 {
		paths = append(paths, f.dir)
	}
	k := &packing{flags: f, pack: p, known: map[string]bool{}}
	defer func() { err = errors.Join(err, k.close()) }()
	if done, err := k.hasAll(c.Context(), config, args); done || err != nil {
		if err == nil {
			fmt.Fprintf(c.OutOrStdout(), "%s: added nothing; it has all %d inputs already\n", f.dir, len(k.known))
		}
		return err
	}
	s, err := openSession(c, &f.readFlags, config, paths, k.prepare(c.Context()))
	if err != nil {
		return err
	}
	k.session = s
	if own := k.own(); own != nil && own.Incomplete != "" {
		return incomplete(c, []string{own.Path + ": " + own.Incomplete, "nothing was packed: the ledger is damaged"})
	}
	k.number()
	if !k.grows() && len(k.added) == 0 {
		return incomplete(c, append(k.incomplete(), "nothing to pack: no record of a known format"))
	}
	if err := k.write(c.Context()); err != nil {
		return err
	}
	fmt.Fprint(c.OutOrStdout(), k.summary())
	return incomplete(c, k.incomplete())
}

// surveyKey tells apart the configurations for which surveys differ: by what is
// known of accounts and templates, by the tolerance, and by the program itself.
func (s *session) surveyKey() (string, error) {
	data, err := json.Marshal(struct {
		Version   string
		Accounts  map[string]account.Config
		Templates []template.Entry
		Tolerance string
	}{programVersion(), s.config.Accounts, s.entries, s.flags.tolerance.String()})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}
