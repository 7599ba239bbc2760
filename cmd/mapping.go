package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"waudit/ingest"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/table"
)

// mappingFile is the flag --mapping, and what the file says.
type mappingFile struct {
	path    string
	mapping *table.Mapping // nil: there is none
}

// read reads the file, if one is named.
func (m *mappingFile) read(config *configFile) error {
	if m.path == "" {
		return nil
	}
	data, err := config.read("mapping", m.path)
	if err != nil {
		return usage("--mapping: %v", err)
	}
	if m.mapping, err = table.Parse(m.path, data, provider.All()); err != nil {
		return usage("%v", err)
	}
	return nil
}

// dialects are the names that --dialect takes.
func (m *mappingFile) dialects() []string {
	names := append(provider.Names(provider.All()), table.New().Name())
	if m.mapping != nil {
		names = append(names, m.mapping.Name())
	}
	return names
}

// sampled is how many records of each path the draft of a mapping is made of.
const sampled = 2000

// errSampled ends reading when there are enough.
var errSampled = errors.New("the sample is full")

// suggestMapping writes a first draft of a mapping, made of a sample of the
// inputs.
func suggestMapping(c *cobra.Command, f *readFlags, args []string) error {
	_, paths, err := f.start(c, args)
	if err != nil {
		return err
	}
	sample := table.NewSample(provider.All())
	var missing []string
	for _, path := range paths {
		reasons, err := f.sample(c, sample, path)
		if err != nil {
			return err
		}
		missing = append(missing, reasons...)
	}
	if err := writeOutput(f.output, c.OutOrStdout(), sample.WriteDraft); err != nil {
		return err
	}
	return incomplete(c, missing)
}

// sample adds the first records of a path to the sample. It returns why some of
// them could not be read.
func (f *readFlags) sample(c *cobra.Command, sample *table.Sample, path string) (missing []string, err error) {
	ctx, cancel := context.WithCancelCause(c.Context())
	defer cancel(nil)
	sample.Want(sampled, func() { cancel(errSampled) })
	read, err := ingest.Read(ctx, ingest.Options{
		Paths: []string{path}, Stdin: c.InOrStdin(), MaxRecord: int64(f.maxRecord), InputFormat: f.inputFormat, TempDir: f.tmp, Outputs: writtenPaths(c.Flags()),
		Workers:  1, // so that the same records are sampled every time
		Dialects: []func() dialect.Dialect{sample.Dialect},
	}, func(int) ingest.Sink { return nothing{} })
	if err != nil {
		if errors.Is(err, errSampled) {
			return nil, nil
		}
		return nil, err
	}
	return read.Incomplete(float64(f.maxRejected), f.strict), nil
}

// nothing is a sink for what holds no events.
type nothing struct{}

// Record implements ingest.Sink.
func (nothing) Record(*dialect.Items) {}
