package cmd

import (
	"bytes"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"waudit/ingest/signature"
)

// secretVariable holds app secrets themselves, for machines that get theirs in the
// environment. There is no flag for them: other users see the command lines of all.
const secretVariable = envPrefix + "_APP_SECRET"

// appSecrets is the flag of commands that verify the signatures of webhooks.
type appSecrets struct {
	secretFile string
	secrets    *signature.Secrets // nil: nothing is verified
}

func (f *appSecrets) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.secretFile, "app-secret-file", "", "verify the signatures of webhooks by the app secrets in this file, one a line (or in "+secretVariable+"); a webhook whose signature is wrong is rejected")
}

// readSecrets reads the secrets of the file, else those of the environment. What it says
// of them names the file alone.
func (f *appSecrets) readSecrets() (err error) {
	from, text := "environment "+secretVariable, []byte(strings.NewReplacer(" ", "\n", ",", "\n").Replace(os.Getenv(secretVariable)))
	if f.secretFile != "" {
		from = "--app-secret-file " + f.secretFile
		if text, err = os.ReadFile(f.secretFile); err != nil {
			return usage("--app-secret-file: %v", err)
		}
	} else if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	if f.secrets, err = signature.Parse(text); err != nil {
		return usage("%s: %v", from, err)
	}
	return nil
}
