package cmd

import (
	"archive/zip"
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"waudit/audit/result"
	"waudit/report"
	"waudit/report/dispute"
)

func newVerify() *cobra.Command {
	var f reportFlags
	c := &cobra.Command{
		Use:   "verify DIR|ZIP",
		Short: "Check that a claim of dispute is as it was written",
		Long: `verify holds the files of a claim, in a folder or an archive, to its manifest: each must be there, with the size and the
SHA-256 that the manifest says, and no others. Of the evidence it names the first line that is not the one that was
there. It needs neither the logs nor the report.

Whoever alters a file can write a manifest for it. So note the SHA-256 of the manifest, which verify shows, where nobody
can change it, such as in the letter that goes with the claim, and compare.`,
		Example: "  waudit verify claim.zip\n" +
			"  waudit verify -f json -o verified.json claim/",
		Annotations: map[string]string{
			endsFound: "a file is altered, missing or not in the manifest", endsPartly: "incomplete: a file could not be read; outranks 1",
		},
		Args: one("folder or archive"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: func(c *cobra.Command, args []string) error { return runVerify(c, &f, args[0]) },
	}
	f.register(c, "table", report.VerifyFormats())
	return c
}

func runVerify(c *cobra.Command, f *reportFlags, path string) error {
	if err := (&configFile{}).applyDefaults(c); err != nil { // the environment; there is nothing to configure
		return err
	}
	if err := f.validate(c.OutOrStdout()); err != nil {
		return err
	}
	if err := keepApart(c.Flags(), namedFile{"the claim", path}); err != nil {
		return err
	}
	files, closeFiles, err := openClaim(path)
	if err != nil {
		return err
	}
	defer closeFiles()
	v, err := dispute.Verify(files)
	if _, ok := errors.AsType[*dispute.ManifestError](err); ok {
		return usage("%s is no claim of dispute: %v", path, err)
	}
	if err != nil {
		return err
	}
	v.Tool = tool()
	if err := writeReports(c, f, report.VerifyFormats(), v); err != nil {
		return err
	}
	switch same := v.Count(result.FileSame); {
	case v.Count(result.FileUnread) > 0:
		return &verdictError{exitIncomplete}
	case same < len(v.Files):
		return &verdictError{exitFindings}
	}
	return nil
}

// openClaim opens a folder or an archive.
func openClaim(path string) (files fs.FS, closeFiles func(), err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, usage("%v", err)
	}
	if info.IsDir() {
		return os.DirFS(path), func() {}, nil
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, nil, usage("%s: is neither a folder nor a zip archive that can be read: %v", path, err)
	}
	return z, func() { _ = z.Close() }, nil
}
