package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"waudit/audit/account"
)

// configFile is the shape of waudit.yaml. A key that it does not have is an
// error that names it.
type configFile struct {
	Accounts  map[string]account.Config `yaml:"accounts"`
	Templates []account.TemplateConfig  `yaml:"templates"`
	Checks    struct {
		Enable  []string `yaml:"enable"`
		Disable []string `yaml:"disable"`
	} `yaml:"checks"`
	Ignore   string                `yaml:"ignore"`
	Settings map[string]scalarNode `yaml:",inline"`
	path     string
}

// scalarNode is a setting of the file that gives a flag its default.
type scalarNode struct {
	value string
	line  int
}

// UnmarshalYAML keeps the text of a scalar and its line.
func (s *scalarNode) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: is no single value", n.Line)
	}
	s.value, s.line = n.Value, n.Line
	return nil
}

// defaultConfig is the name of the configuration file that is looked for.
const defaultConfig = "waudit.yaml"

// findConfig returns the configuration file to read: the one asked for, else
// waudit.yaml in the working folder, else in the first path's folder; "" if
// there is none.
func findConfig(asked string, paths []string) string {
	if asked != "" {
		return asked
	}
	candidates := []string{defaultConfig}
	if len(paths) > 0 && paths[0] != "-" {
		folder := paths[0]
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			folder = filepath.Dir(folder)
		}
		candidates = append(candidates, filepath.Join(folder, defaultConfig))
	}
	for _, c := range candidates {
		if _, err := os.Stat(c); err == nil {
			return c
		}
	}
	return ""
}

// readConfig reads a configuration file strictly; no path is an empty one.
func readConfig(path string) (*configFile, error) {
	c := &configFile{path: path}
	if path == "" {
		return c, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usage("configuration %s: there is no such file", path)
		}
		return nil, usage("configuration %s: %v", path, err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return nil, usage("configuration %s: %s", path, yamlError(err))
	}
	return c, nil
}

var (
	yamlPrefix  = regexp.MustCompile(`^yaml: (unmarshal errors:\n)?\s*`)
	yamlUnknown = regexp.MustCompile(`field (\S+) not found in type \S+`)
	yamlType    = regexp.MustCompile(`cannot unmarshal !!(\w+) (.*) into \S+`)
)

// yamlError says what the YAML reader found in the words of the file, not of Go.
func yamlError(err error) string {
	s := yamlPrefix.ReplaceAllString(err.Error(), "")
	s = yamlUnknown.ReplaceAllString(s, `unknown key "$1"`)
	s = yamlType.ReplaceAllString(s, "does not take a $1 $2")
	return strings.Join(strings.Fields(s), " ")
}

// envPrefix begins the names of environment variables that set flags.
const envPrefix = "WAUDIT_"

// applyDefaults gives every flag that was not set the value of its environment
// variable, else of the file.
func (c *configFile) applyDefaults(flags *pflag.FlagSet, environ func(string) (string, bool)) error {
	var errs []error
	known := map[string]bool{}
	flags.VisitAll(func(f *pflag.Flag) {
		key := strings.ReplaceAll(f.Name, "-", "_")
		known[key] = true
		if f.Changed {
			return
		}
		if value, ok := environ(envPrefix + strings.ToUpper(key)); ok {
			if err := flags.Set(f.Name, value); err != nil {
				errs = append(errs, usage("environment %s%s: %v", envPrefix, strings.ToUpper(key), err))
			}
			return
		}
		if s, ok := c.Settings[key]; ok {
			if err := flags.Set(f.Name, s.value); err != nil {
				errs = append(errs, usage("configuration %s: line %d: %s: %v", c.path, s.line, key, err))
			}
		}
	})
	for key, s := range c.Settings {
		if !known[key] && !allSettings[key] {
			errs = append(errs, usage("configuration %s: line %d: unknown key %q", c.path, s.line, key))
		}
	}
	return errors.Join(errs...)
}

// allSettings are the settings of any command: a file may set a flag that the
// command at hand does not have.
var allSettings = map[string]bool{
	"tolerance": true, "memory": true, "tmp": true, "workers": true, "max_record": true, "format": true, "output": true,
	"period": true, "from": true, "to": true, "fail_on": true, "max_rejected": true, "strict": true, "rejects": true,
	"baseline": true, "as_of": true, "redact": true, "hash_inputs": true, "quiet": true, "verbose": true,
	"no_progress": true, "color": true, "input_format": true, "dialect": true,
}
