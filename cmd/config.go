package cmd

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"waudit/audit/account"
	"waudit/audit/result"
	"waudit/ingest/mapfile"
	"waudit/ingest/source"
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
	Rates    []string              `yaml:"rates"` // cards of Meta's that go on with the embedded one
	Settings map[string]scalarNode `yaml:",inline"`
	path     string
	sha256   string              // of the file
	files    []result.ConfigFile // what else was read of the user's, in this order
	contents fileContents
}

// fileContents are files by the paths that they were read by. With them a run that is
// planned on one machine goes on where they are not.
type fileContents struct {
	read  map[string][]byte // what was read; nil: nobody asks
	given map[string][]byte // what there is instead of files; nil: files
}

// file returns a file's content.
func (f *fileContents) file(path string) ([]byte, error) {
	if f.given != nil {
		data, ok := f.given[path]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		return data, nil
	}
	data, err := os.ReadFile(path)
	if f.read != nil && err == nil {
		f.read[path] = data
	}
	return data, err
}

// scalarNode is a setting of the file that gives a flag its default.
type scalarNode struct {
	value  string
	line   int
	scalar bool // a single value
}

// UnmarshalYAML keeps the text of a scalar and its line. Whether it had to be a
// scalar is told only when it is known that there is such a setting.
func (s *scalarNode) UnmarshalYAML(n *yaml.Node) error {
	s.value, s.line, s.scalar = n.Value, n.Line, n.Kind == yaml.ScalarNode
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
func readConfig(path string, contents fileContents) (*configFile, error) {
	c := &configFile{path: path, contents: contents}
	if path == "" {
		return c, nil
	}
	data, err := c.contents.file(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usage("configuration %s: there is no such file", path)
		}
		return nil, usage("configuration %s: %v", path, err)
	}
	c.sha256 = hash(data)
	if err := mapfile.Decode(data, c); err != nil {
		return nil, usage("configuration %s: %v", path, err)
	}
	return c, nil
}

// read reads a further file that decides a result, which the flag of that name gave.
func (c *configFile) read(flag, path string) ([]byte, error) {
	data, err := c.contents.file(path)
	if err == nil {
		c.files = append(c.files, result.ConfigFile{Key: flag, Path: path, SHA256: hash(data)})
	}
	return data, err
}

// used says for reports what was read.
func (c *configFile) used() *result.UsedConfig {
	files := slices.SortedStableFunc(slices.Values(c.files), func(a, b result.ConfigFile) int { return cmp.Compare(a.Key, b.Key) })
	return &result.UsedConfig{Path: c.path, SHA256: c.sha256, Files: files}
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// applyDefaults gives every flag that was not set the value of its environment
// variable, else of the file: viper decides which holds. An empty variable is none.
func (c *configFile) applyDefaults(command *cobra.Command) error {
	v, err := c.settled()
	if err != nil {
		return err
	}
	var errs []error
	flags := command.Flags()
	flags.VisitAll(func(f *pflag.Flag) {
		key := settingOf(f)
		s := c.Settings[key]
		switch {
		case key == "" || f.Changed || isForAnother(command, f, v.GetString(key)):
		case v.IsSet(key):
			if err := flags.Set(f.Name, v.GetString(key)); err != nil {
				errs = append(errs, usage("%s: %v", c.sourceOf(key), err))
			}
		case s.line > 0: // it is in the file, and viper was not given it
			errs = append(errs, usage("%s takes a single value", c.sourceOf(key)))
		}
	})
	known := settings(command.Root())
	names := slices.AppendSeq(mapfile.Keys(c), maps.Keys(known))
	for _, key := range slices.Sorted(maps.Keys(c.Settings)) {
		if !known[key] {
			errs = append(errs, usage("configuration %s: line %d: unknown key %q%s", c.path, c.Settings[key].line, key, mapfile.DidYouMean(key, names)))
		}
	}
	return errors.Join(errs...)
}

// isForAnother reports whether a setting names a format that other commands write and
// this one does not.
func isForAnother(command *cobra.Command, f *pflag.Flag, value string) bool {
	name, _, _ := strings.Cut(value, "=")
	if _, isFormat := f.Annotations[formatsKey]; !isFormat || slices.Contains(f.Annotations[formatsKey], name) {
		return false
	}
	return slices.ContainsFunc(command.Root().Commands(), func(other *cobra.Command) bool {
		o := other.Flags().Lookup(f.Name)
		return o != nil && slices.Contains(o.Annotations[formatsKey], name)
	})
}

// envPrefix begins the names of environment variables that set flags.
const envPrefix = "WAUDIT"

// variable is the environment variable of a setting.
func variable(key string) string { return envPrefix + "_" + strings.ToUpper(key) }

// settled lays the environment over the file's single values.
func (c *configFile) settled() (*viper.Viper, error) {
	v := viper.New()
	v.SetEnvPrefix(envPrefix)
	v.AutomaticEnv()
	values := map[string]any{}
	for key, s := range c.Settings {
		if s.scalar {
			values[key] = s.value
		}
	}
	return v, v.MergeConfigMap(values)
}

// sourceOf names the variable, else the line, that a setting has its value from: viper
// does not tell.
func (c *configFile) sourceOf(key string) string {
	if os.Getenv(variable(key)) != "" {
		return "environment " + variable(key)
	}
	return fmt.Sprintf("configuration %s: line %d: %s", c.path, c.Settings[key].line, key)
}

// ownConfig is why the configuration is not read as a log.
const ownConfig = "waudit's configuration"

// known says of the configuration file, which may lie among the logs, that it need
// not be read.
func (c *configFile) known(in source.Input) string {
	if c.path != "" && filepath.Clean(in.Path) == filepath.Clean(c.path) {
		return ownConfig
	}
	return ""
}

// settingOf returns the key that sets a flag in the file and, in capitals, in
// the environment; "" for a flag that is only for the command line.
func settingOf(f *pflag.Flag) string {
	if f.Name == "help" || f.Name == "config" {
		return ""
	}
	return strings.ReplaceAll(f.Name, "-", "_")
}

// settings are the keys of all commands that read the file: it may set a flag
// that the command at hand does not have.
func settings(root *cobra.Command) map[string]bool {
	known := map[string]bool{}
	for _, c := range root.Commands() {
		if c.Flags().Lookup("config") == nil {
			continue
		}
		c.Flags().VisitAll(func(f *pflag.Flag) { known[settingOf(f)] = true })
	}
	return known
}
