package mapfile

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Decode reads a file of keys that a struct has: strictly, as all files of users
// are read. An empty file leaves it as it is. The error has the line of everything
// that is wrong, in the words of the file.
func Decode(data []byte, into any) error {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	err := dec.Decode(into)
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	keys := map[string][]string{}
	addKeys(keys, reflect.TypeOf(into))
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n")
	text = yamlUnknown.ReplaceAllStringFunc(text, func(fault string) string {
		m := yamlUnknown.FindStringSubmatch(fault)
		return `unknown key "` + m[1] + `"` + DidYouMean(m[1], keys[m[2]])
	})
	text = yamlType.ReplaceAllString(text, "does not take a $1 $2")
	return errors.New(strings.Join(strings.Fields(text), " "))
}

// How the YAML reader says that a struct lacks a key, or that its value is another.
var (
	yamlUnknown = regexp.MustCompile(`field (\S+) not found in type (.+)`)
	yamlType    = regexp.MustCompile(`cannot unmarshal !!(\w+) (.*) into \S+`)
)

// Keys returns the keys of a file that Decode reads into a pointer to a struct.
func Keys(into any) []string { return keysOf(reflect.TypeOf(into).Elem()) }

func keysOf(t reflect.Type) (keys []string) {
	for i := range t.NumField() {
		if key, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ","); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// addKeys adds the keys of the structs that a type is made of, by the type's name.
func addKeys(keys map[string][]string, t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		addKeys(keys, t.Elem())
	case reflect.Struct:
		if _, done := keys[t.String()]; done {
			return
		}
		keys[t.String()] = keysOf(t)
		for i := range t.NumField() {
			addKeys(keys, t.Field(i).Type)
		}
	}
}
