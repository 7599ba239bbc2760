package cmd

import (
	"fmt"
	"runtime/debug"
	"strings"

	"waudit/audit/result"

	"github.com/spf13/cobra"
)

// version is set by the release build; a build from source says "dev".
var version = "dev"

// programVersion names the program in reports: a release by its tag, any other
// build "dev", so that the same input gives the same bytes.
func programVersion() string {
	if version != "dev" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && strings.HasPrefix(info.Main.Version, "v") && !strings.HasPrefix(info.Main.Version, "v0.0.0-") {
		return info.Main.Version
	}
	return version
}

// tool is the program as reports name it.
func tool() result.Tool { return result.Tool{Name: "waudit", Version: programVersion()} }

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(c.OutOrStdout(), "waudit %s\n", programVersion())
			return err
		},
	}
}
