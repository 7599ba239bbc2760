package dialect

import (
	"embed"
	"errors"
	"strings"
	"sync"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/mapfile"
)

// Providers whose records differ only in their names and words are mapping
// files, which also serve as examples. Unlike a user's own, such a file takes
// keys only as they are spelt, finds none by itself, and asks with "*" only
// whether a key is there; and what its records lack is said as of every
// provider's, see notice.
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
		f := &mappingFile{File: mapfile.File{Name: path}, own: true}
		m, parseErr := f.read(data)
		if err = errors.Join(err, readErr, parseErr); err == nil {
			all[m.name] = m
		}
	}
	if err != nil {
		panic(err) // they are part of the program
	}
	return all
})

// addNotice makes an event of a provider's item, or rejects or ignores it.
func (r *rowReading) addNotice(items *Items) {
	columns := &r.section.columns
	value := func(c event.Column) jsontree.Value { return r.cell(&columns[c], 0).value }
	n := newNotice(r.mapping.provider, r.here)
	n.event.Message = r.cell(&columns[event.ColMessage], 0).text
	if status := r.cell(&columns[event.ColEvent], 0).text; columns[event.ColEvent].IsConst {
		n.event.Kind = flatKind(status)
	} else if !n.setStatus(items, status) {
		return
	}
	var texts flatTexts
	for i := range columns {
		texts[i] = r.cell(&columns[i], n.event.Kind).text
	}
	items.takeWords(&n.event, &texts)
	n.event.Number = partyID(value(event.ColNumber))
	n.user = newIdentity(value(event.ColUser), value(event.ColUserID), jsontree.Value{})
	for _, f := range columns[event.ColTimestamp].fields {
		if hasContent(n.time) {
			break
		}
		key := f.text[strings.LastIndexByte(f.text, '.')+1:]
		setIfEmpty(&n.timeKey, key)
		if v := r.value(&f); hasContent(v) {
			n.time, n.timeKey = v, key
		}
	}
	n.addTo(items)
}
