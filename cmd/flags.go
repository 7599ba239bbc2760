package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"waudit/audit/event"
	"waudit/ingest/container"
	"waudit/ingest/source"
	"waudit/report/format"
)

// readFlags are the flags that every reading command shares.
type readFlags struct {
	reportFlags
	redaction
	appSecrets
	config      string
	period      string
	from, to    string
	tolerance   time.Duration
	memory      byteSize
	tmp         string
	workers     int
	unvalued    bool // no flag: nothing is valued, so that rate cards are not read
	maxRecord   byteSize
	maxRejected shareFlag
	strict      bool
	rejects     string
	templates   string
	inputFormat string
	dialect     string
	mapping     mappingFile
	query       string
	hashInputs  bool
	quiet       bool
	verbose     bool
	noProgress  bool
	estimate    string // currency, on commands that estimate
	channel     string // the one to judge, "" for all, on commands that can tell them apart
	contents    fileContents
}

// register adds the flags to a command that writes documents of these formats.
func (f *readFlags) register(c *cobra.Command, standard string, formats format.Choice) {
	f.reportFlags.register(c, standard, formats)
	f.registerReading(c.Flags())
}

// registerReading adds the flags to a command that writes no report.
func (f *readFlags) registerReading(flags *pflag.FlagSet) {
	f.maxRecord, f.maxRejected = 64<<20, 0.001
	f.redaction.register(flags)
	f.appSecrets.register(flags)
	flags.StringVarP(&f.config, "config", "c", "", "configuration file (default: waudit.yaml in this folder, else in the first PATH's folder)")
	flags.StringVar(&f.period, "period", "", "judge only charges of this month (2026-10), day or year, in each account's time zone")
	flags.StringVar(&f.from, "from", "", "judge only charges from this day on")
	flags.StringVar(&f.to, "to", "", "judge only charges before this day")
	flags.DurationVar(&f.tolerance, "tolerance", time.Minute, "treat charges this close to the end of a window as uncertain")
	flags.Var(&f.memory, "memory", "memory to keep to, by spilling to disk (default: a quarter of the machine's)")
	flags.StringVar(&f.tmp, "tmp", "", "folder for temporary files (default: the system's)")
	flags.IntVar(&f.workers, "workers", 0, "number of cores to use (default: all)")
	flags.Var(&f.maxRecord, "max-record", "largest record; longer ones are rejected")
	flags.Var(&f.maxRejected, "max-rejected", "more rejected records than this share, and more than ten, make the run incomplete")
	flags.BoolVar(&f.strict, "strict", false, "validate every byte; any rejected item makes the run incomplete")
	flags.StringVar(&f.rejects, "rejects", "", "write rejected records with place and reason to this file")
	flags.StringVar(&f.templates, "templates", "", "template categories over time: CSV with the columns waba, name, language, category, from")
	flags.StringVar(&f.inputFormat, "input-format", "", "container of the inputs: "+strings.Join(containerNames(), ", ")+" (default: detected)")
	flags.StringVar(&f.dialect, "dialect", "", "dialect of the inputs, such as meta-cloud or flat; inspect --capabilities lists them (default: detected)")
	flags.StringVar(&f.mapping.path, "mapping", "", "use this mapping file for logs that waudit does not know (see docs/mapping.md)")
	flags.StringVar(&f.query, "query", "", "read what this SELECT gives, of databases whose PATH names no table")
	flags.BoolVar(&f.hashInputs, "hash-inputs", false, "record the SHA-256 of every input")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no notes on standard error")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "more notes on standard error")
	flags.BoolVar(&f.noProgress, "no-progress", false, "do not show progress")
}

// defaultEstimate is the currency of estimates: Meta's list has every rate in it.
const defaultEstimate = "USD"

// registerCurrency adds the flag of commands that value what nobody configured.
func (f *readFlags) registerCurrency(flags *pflag.FlagSet) {
	flags.StringVar(&f.estimate, "currency", defaultEstimate, "value charges of accounts without a configured currency at Meta's list rates in this one, as an estimate")
}

// registerChannel adds the flag of commands that tell of more channels than WhatsApp.
func (f *readFlags) registerChannel(flags *pflag.FlagSet) {
	flags.StringVar(&f.channel, "channel", "", "judge this one alone: whatsapp, messenger or instagram; without it all that the log has")
}

// channels are the names of the channels.
func channels() (names []string) {
	for c := range event.NumChannels {
		names = append(names, c.String())
	}
	return names
}

// mostWorkers is more than any machine has use for: each takes memory of its own.
const mostWorkers = 1024

// start finds out what to read and how: the paths, and the configuration that
// completes the flags.
func (f *readFlags) start(c *cobra.Command, args []string) (*configFile, []string, error) {
	paths, err := pathsOr(args, c.InOrStdin())
	if err != nil {
		return nil, nil, err
	}
	if paths, err = withQuery(paths, f.query); err != nil {
		return nil, nil, err
	}
	config, err := f.load(c, paths)
	return config, paths, err
}

// withQuery adds the query to the paths of databases.
func withQuery(paths []string, query string) ([]string, error) {
	if query == "" {
		return paths, nil
	}
	paths, used := slices.Clone(paths), false
	for i, path := range paths {
		if !source.InDatabase(path) {
			continue
		}
		var err error
		if paths[i], err = source.WithQuery(path, query); err != nil {
			return nil, err
		}
		used = true
	}
	if !used {
		return nil, usage("--query: no PATH is a database; name one as postgres://USER@HOST/DATABASE or mysql://USER@HOST/DATABASE")
	}
	return paths, nil
}

// pathsOr returns the paths to read: standard input where none is given and it
// is not a terminal.
func pathsOr(args []string, stdin io.Reader) ([]string, error) {
	if len(args) > 0 {
		return args, nil
	}
	if isTerminal(stdin) {
		return nil, usage("nothing to read: name a file, a folder or a glob, or pipe a log in; see `waudit audit --help`")
	}
	return []string{"-"}, nil
}

// load fills in what the command line left open from the environment and the
// configuration file, and checks it.
func (f *readFlags) load(c *cobra.Command, paths []string) (*configFile, error) {
	path := f.config
	if f.contents.given == nil {
		f.config = cmp.Or(f.config, os.Getenv(variable("config")))
		path = findConfig(f.config, paths)
	}
	config, err := readConfig(path, f.contents)
	if err != nil {
		return nil, err
	}
	if err := config.applyDefaults(c); err != nil {
		return nil, err
	}
	if err := f.startRedacting(c); err != nil {
		return nil, err
	}
	if f.contents.given == nil { // of the stages of a run only one verifies anything
		if err := f.readSecrets(); err != nil {
			return nil, err
		}
	}
	if f.workers < 0 || f.workers > mostWorkers {
		return nil, usage("--workers %d: give a number of cores up to %d, 0 for all", f.workers, mostWorkers)
	}
	f.workers = cmp.Or(f.workers, runtime.GOMAXPROCS(0))
	if f.tolerance < 0 {
		return nil, usage("--tolerance %s: give a duration of zero or more", f.tolerance)
	}
	if f.maxRecord == 0 {
		return nil, usage("--max-record 0: give a size above zero")
	}
	f.tempDir = f.tmp
	if err := f.mapping.read(config); err != nil {
		return nil, err
	}
	var unknown error
	if f.dialect != "" { // the names are not free: they are those of files
		unknown = oneOf("--dialect", f.dialect, append(f.mapping.dialects(), "")...)
	}
	return config, errors.Join(
		f.validate(c.OutOrStdout()),
		oneOf("--input-format", f.inputFormat, append(containerNames(), "")...),
		oneOf("--channel", f.channel, append(channels(), "")...),
		unknown,
		checkOutput("--rejects", f.rejects),
		keepApart(c.Flags(), namedFile{"the configuration", config.path}),
	)
}

// oneOf checks the value of a flag that takes one of a few words.
func oneOf(flag, value string, words ...string) error {
	if slices.Contains(words, value) {
		return nil
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	return usage("%s %q: give %s or %s", flag, value, strings.Join(words[:len(words)-1], ", "), words[len(words)-1])
}

func containerNames() []string {
	var names []string
	for _, f := range container.Formats() {
		names = append(names, f.Name())
	}
	return names
}

// byteSize is a flag such as 64MB or 1GiB.
type byteSize int64

// Set reads a size; a plain number is bytes.
func (b *byteSize) Set(s string) error {
	text := strings.ToUpper(strings.TrimSpace(s))
	unit := int64(1)
	for _, u := range [...]struct {
		suffix string
		size   int64
	}{
		{"KIB", 1 << 10}, {"MIB", 1 << 20}, {"GIB", 1 << 30}, {"TIB", 1 << 40},
		{"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"TB", 1 << 40},
		{"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"T", 1 << 40}, {"B", 1},
	} {
		if rest, ok := strings.CutSuffix(text, u.suffix); ok {
			text, unit = strings.TrimSpace(rest), u.size
			break
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if isSize := n >= 0 && n*float64(unit) < 1<<62; err != nil || !isSize { // NaN is none
		return fmt.Errorf("%q is not a size such as 512MB", s)
	}
	*b = byteSize(n * float64(unit))
	return nil
}

// String writes the size in the largest unit that divides it.
func (b *byteSize) String() string {
	for _, u := range [...]struct {
		suffix string
		size   byteSize
	}{{"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}} {
		if *b != 0 && *b%u.size == 0 {
			return strconv.FormatInt(int64(*b/u.size), 10) + u.suffix
		}
	}
	return strconv.FormatInt(int64(*b), 10)
}

// Type names the flag's value in help texts.
func (b *byteSize) Type() string { return "size" }

// shareFlag is a flag such as 0.1% or 0.001.
type shareFlag float64

// Set reads a share from 0 to 1, or from 0% to 100%.
func (p *shareFlag) Set(s string) error {
	text, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	n, err := strconv.ParseFloat(text, 64)
	if percent {
		n /= 100
	}
	if isShare := n >= 0 && n <= 1; err != nil || !isShare { // NaN is none
		return fmt.Errorf("%q is not a share such as 0.1%% or 0.001", s)
	}
	*p = shareFlag(n)
	return nil
}

// String writes the share in percent.
func (p *shareFlag) String() string {
	return strconv.FormatFloat(float64(*p)*100, 'g', -1, 64) + "%"
}

// Type names the flag's value in help texts.
func (p *shareFlag) Type() string { return "share" }
