package cmd

import (
	"io"

	"go.yaml.in/yaml/v3"

	"waudit/audit/reconcile"
	"waudit/ingest/mapfile"
)

// readClaims reads a claims file strictly; no path is none. Where a run is redacted its
// claims are: only by the same key are lines known again.
func (f *redaction) readClaims(config *configFile, path string) (*reconcile.Claims, error) {
	c := &reconcile.Claims{}
	if f.redactor != nil {
		defer func() { c.Hide(f.redactor.Bare().Text) }()
	}
	if path == "" {
		return c, nil
	}
	text, err := config.read("claims", path)
	if err != nil {
		return nil, usage("--claims: %v", err)
	}
	if err := mapfile.Decode(text, c); err != nil {
		return nil, usage("--claims %s: %v", path, err)
	}
	if err := c.Check(); err != nil {
		return nil, usage("--claims %s, %v", path, err)
	}
	return c, nil
}

func writeClaims(w io.Writer, c *reconcile.Claims) error {
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	if err := enc.Encode(c); err != nil {
		return err
	}
	return enc.Close()
}
