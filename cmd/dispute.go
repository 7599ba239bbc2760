package cmd

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit/account"
	claims "waudit/audit/dispute"
	"waudit/audit/result"
	"waudit/ingest"
	"waudit/ingest/evidence"
	"waudit/ingest/signature"
	"waudit/ingest/source"
	"waudit/report/dispute"
)

type disputeFlags struct {
	redaction
	config    string
	account   string
	month     string
	output    string
	claims    string
	tmp       string
	uncertain bool
	force     bool
}

func newDispute() *cobra.Command {
	var f disputeFlags
	c := &cobra.Command{
		Use:   "dispute REPORT [PATH...] --account A --period M -o DIR|ZIP",
		Short: "Write a claim for one account and month, with its evidence",
		Long: `dispute makes of a JSON report (audit or reconcile with -f json) what is sent to the provider to claim money back: a
summary of one page, the findings as tables, the log lines that they rest on, timelines, and a manifest with hashes.

The logs are read again where the report says that they lie, or among the PATHs if they have moved; they must be
unchanged. Only what is certain and was not claimed before is claimed. If the evidence of the month is not shown
to be complete, nothing is written without --force.`,
		Example: `  waudit dispute october.json --account 'Acme Brazil' --period 2026-10 -o claim.zip
  waudit dispute october.json archive/ --account 102290129340398 --period 2026-10 --claims claims.yaml -o claim/`,
		Annotations: map[string]string{
			endsPartly: "nothing is written: there is nothing to claim, or the evidence is not shown to be\n       complete and --force is not given", endsStopped: "yes",
		},
		ValidArgsFunction: reportsAs(1, cobra.ShellCompDirectiveDefault),
		RunE:              func(c *cobra.Command, args []string) error { return runDispute(c, &f, args) },
	}
	flags := c.Flags()
	flags.StringVarP(&f.config, "config", "c", "", "configuration file (default: the one that the report was made with)")
	flags.StringVar(&f.account, "account", "", "the account: its id, or its name in the configuration")
	flags.StringVar(&f.month, "period", "", "the month, such as 2026-10, in the account's time zone")
	flags.StringVarP(&f.output, "output", "o", "", "folder to write to, new or empty; or a file that ends in .zip")
	flags.StringVar(&f.claims, "claims", "", "claims file of earlier runs of reconcile (YAML): what it holds is left out")
	flags.BoolVar(&f.uncertain, "uncertain", false, "add files with what is uncertain; it is not claimed")
	flags.BoolVar(&f.force, "force", false, "write the claim though its evidence is not shown to be complete; the summary says why")
	f.register(flags)
	flags.StringVar(&f.tmp, "tmp", "", "folder for temporary files (default: the system's)")
	return c
}

func runDispute(c *cobra.Command, f *disputeFlags, args []string) error {
	r, config, err := f.read(c, args)
	if err != nil {
		return err
	}
	claim, err := f.choose(r, config)
	if err != nil {
		return err
	}
	switch {
	case len(claim.Findings) == 0 && claim.ClaimedBefore > 0:
		return incomplete(c, []string{"nothing to claim: everything was claimed before"})
	case len(claim.Findings) == 0:
		return incomplete(c, []string{"nothing to claim: the report has no certain overcharge with an amount for this account and month"})
	case len(claim.Doubts) > 0 && !f.force:
		return incomplete(c, append(claim.Doubts, "nothing is written, as the evidence of the month is not shown to be complete; --force writes the claim and says so in it"))
	}
	full, err := f.collect(c, r, claim, args[1:])
	if err != nil {
		return err
	}
	files, err := dispute.Files(full, f.tmp)
	if err != nil {
		return err
	}
	return f.write(files)
}

// read checks the flags, and reads the report with the configuration that it was made with.
func (f *disputeFlags) read(c *cobra.Command, args []string) (*claims.Source, *configFile, error) {
	if len(args) == 0 {
		return nil, nil, usage("%s expects a report; see `%s --help`", c.CommandPath(), c.CommandPath())
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return nil, nil, usage("%v", err)
	}
	r, err := claims.Read(args[0], text)
	if err != nil {
		return nil, nil, usage("%v", err)
	}
	config, err := f.configOf(&r.Run)
	if err != nil {
		return nil, nil, err
	}
	if err := config.applyDefaults(c); err != nil {
		return nil, nil, err
	}
	if err := f.startRedacting(c); err != nil {
		return nil, nil, err
	}
	for _, flag := range [][2]string{{"--account", f.account}, {"--period", f.month}, {"--output", f.output}} {
		if flag[1] == "" {
			return nil, nil, usage("%s: is needed; see `%s --help`", flag[0], c.CommandPath())
		}
	}
	if err := errors.Join(f.checkOutput(), keepApart(c.Flags(), namedFile{"the report", args[0]})); err != nil {
		return nil, nil, err
	}
	return r, config, nil
}

// checkOutput finds out before anything is read whether a claim can be written there.
func (f *disputeFlags) checkOutput() error {
	if f.isZip() {
		return checkOutput("--output", f.output)
	}
	entries, err := os.ReadDir(f.output)
	switch {
	case err == nil && len(entries) > 0:
		return usage("--output: the folder %s is not empty; name another", f.output)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return usage("--output: %v", err)
	}
	parent := filepath.Dir(filepath.Clean(f.output))
	if info, err := os.Stat(parent); err != nil || !info.IsDir() {
		return usage("--output %s: there is no folder %s", f.output, parent)
	}
	return nil
}

func (f *disputeFlags) isZip() bool { return strings.EqualFold(filepath.Ext(f.output), ".zip") }

// configOf reads the configuration that a report was made with.
func (f *disputeFlags) configOf(run *result.Run) (*configFile, error) {
	used, path := run.Config, f.config
	if used != nil && path == "" {
		path = used.Path
	}
	config, err := readConfig(path, fileContents{})
	if err == nil && used != nil && config.sha256 != used.SHA256 {
		return nil, usage("configuration %s: is not the one that the report was made with (its SHA-256 differs); name that with -c, or make the report again", path)
	}
	return config, err
}

func (f *disputeFlags) choose(r *claims.Source, config *configFile) (*claims.Dispute, error) {
	book, err := account.Build(config.Accounts)
	if err != nil {
		return nil, usage("configuration %s: %v", config.path, err)
	}
	of, err := r.Account(f.account, book)
	if err != nil {
		return nil, usage("--account: %v", err)
	}
	before, err := f.readClaims(config, f.claims)
	if err != nil {
		return nil, err
	}
	claim, err := claims.Choose(r, claims.Options{Book: book, Account: of, Month: f.month, Claims: before, Uncertain: f.uncertain})
	if err != nil {
		return nil, usage("--period: %v", err)
	}
	claim.Tool = tool()
	claim.Redacted = f.redacts() || r.Run.Options["redact"] == true
	claim.Commands = []string{r.ReportCommand(), r.Command(&claim.Dispute, f.repeated()...)}
	return claim, nil
}

// repeated are the flags that the claim is made again with.
func (f *disputeFlags) repeated() (flags []string) {
	for _, x := range []struct {
		set  bool
		word string
	}{
		{f.config != "", "--config=" + f.config}, {f.claims != "", "--claims=" + f.claims}, {f.uncertain, "--uncertain"}, {f.force, "--force"}, {f.redact && f.redactKey == "", "--redact"}, {f.redactKey != "", "--redact-key=" + f.redactKey},
		{true, "--output=claim"}, // wherever this one is written: the same claim is the same bytes
	} {
		if x.set {
			flags = append(flags, x.word)
		}
	}
	return flags
}

// collect reads the evidence of a claim again.
func (f *disputeFlags) collect(c *cobra.Command, r *claims.Source, claim *claims.Dispute, paths []string) (*dispute.Dossier, error) {
	format, _ := r.Run.Options["input_format"].(string)
	reader, err := evidence.New(c.Context(), ingest.Options{Paths: paths, InputFormat: format, TempDir: f.tmp}, &r.Run)
	if err == nil {
		err = source.KeepApart(reader.Files(), []string{f.output})
	}
	if err != nil {
		return nil, disputed(err)
	}
	lists, err := reader.Read(c.Context(), claim.Findings, claim.Open)
	if err != nil {
		return nil, disputed(err)
	}
	if claim.Inputs, err = reader.Inputs(c.Context()); err != nil {
		return nil, disputed(err)
	}
	if f.redactor != nil {
		f.redactor.KeepOwn(&claim.Account)
		f.redactor.KeepOwn(&r.Findings)
		f.redactor.Value(&r.Findings)
		f.redactor.Value(&claim.Dispute)
		f.redactor.Value(&lists)
	}
	full := &dispute.Dossier{Dispute: claim, IsBill: r.IsBill}
	var hide func(*evidence.CitedRecord)
	if claim.Redacted {
		hide = (*evidence.CitedRecord).Hide
	}
	for i := range full.Evidence {
		if full.Evidence[i], err = dispute.NewLines(lists[i], hide); err != nil {
			return nil, err
		}
		if r.Run.Options["signatures"] == true {
			full.Evidence[i].Signed = signedOf(lists[i])
		}
	}
	return full, nil
}

// signedOf counts records by their signatures. Those of bills have none.
func signedOf(records []evidence.CitedRecord) *result.DisputeSignatures {
	var n result.DisputeSignatures
	for i := range records {
		switch records[i].Signature {
		case signature.Valid:
			n.Valid++
		case signature.Absent:
			n.Absent++
		}
	}
	n.Share = strconv.FormatFloat(float64(n.Valid)/float64(max(n.Valid+n.Absent, 1)), 'f', 4, 64)
	return &n
}

// disputed makes an input that is not what it was a fault that the user can mend.
func disputed(err error) error {
	if changed, ok := errors.AsType[*evidence.ChangedError](err); ok {
		return usage("%v", changed)
	}
	return err
}

// write writes the files into the archive or the folder, which appears when it is whole.
func (f *disputeFlags) write(files []dispute.File) error {
	if f.isZip() {
		return writeOutput(f.output, nil, func(w io.Writer) error { return dispute.Zip(w, files) })
	}
	folder := filepath.Clean(f.output)
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real // a link stays one
	}
	temp := filepath.Join(filepath.Dir(folder), fmt.Sprintf(".waudit-claim.%x", rand.Uint64()))
	if err := os.Mkdir(temp, 0o777); err != nil { // the user's mask decides
		return usage("--output: %v", err)
	}
	defer os.RemoveAll(temp) // gone already, if all went well
	for _, file := range files {
		path := filepath.Join(temp, filepath.FromSlash(file.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, file.Data, 0o666); err != nil {
			return err
		}
	}
	if err := os.Remove(folder); err != nil && !errors.Is(err, os.ErrNotExist) { // it was empty
		return usage("--output: %v", err)
	}
	return os.Rename(temp, folder)
}
