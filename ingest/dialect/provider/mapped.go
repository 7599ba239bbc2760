package provider

import (
	"embed"
	"errors"
	"sync"

	"waudit/ingest/dialect"
	"waudit/ingest/table"
)

// Providers whose records differ only in their names and words are mapping
// files, which also serve as examples.
//
//go:embed mappings/*.yaml
var mappingFiles embed.FS

// mapped returns the constructor of the dialect that the mapping file of that name
// describes.
func mapped(name string) func() dialect.Dialect {
	return func() dialect.Dialect { return mappings()[name].Dialect() }
}

// mappings are those of the files, by the names of their dialects.
var mappings = sync.OnceValue(func() map[string]*table.Mapping {
	all := map[string]*table.Mapping{}
	files, err := mappingFiles.ReadDir("mappings")
	for _, file := range files {
		path := "mappings/" + file.Name()
		data, readErr := mappingFiles.ReadFile(path)
		m, parseErr := table.ParseProvider(path, data)
		if err = errors.Join(err, readErr, parseErr); err == nil {
			all[m.Name()] = m
		}
	}
	if err != nil {
		panic(err) // they are part of the program
	}
	return all
})
