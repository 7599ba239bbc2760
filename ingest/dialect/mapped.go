package dialect

import (
	"embed"
	"errors"
	"sync"
)

// Providers whose records differ only in their names and words are mapping
// files, which also serve as examples.
//
//go:embed providers/*.yaml
var providerFiles embed.FS

// provider returns the constructor of the dialect that the mapping file of that
// name describes.
func provider(name string) func() Dialect {
	return func() Dialect { return providers()[name].Dialect() }
}

// providers are the mappings of the files, by the names of their dialects.
var providers = sync.OnceValue(func() map[string]*Mapping {
	all := map[string]*Mapping{}
	files, err := providerFiles.ReadDir("providers")
	for _, file := range files {
		path := "providers/" + file.Name()
		data, readErr := providerFiles.ReadFile(path)
		m, parseErr := parseProvider(path, data)
		if err = errors.Join(err, readErr, parseErr); err == nil {
			all[m.Name()] = m
		}
	}
	if err != nil {
		panic(err) // they are part of the program
	}
	return all
})
