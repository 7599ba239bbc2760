package schema_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"waudit/audit/result"
	"waudit/report"
	"waudit/report/schema"
)

// The Go types and the schemas name the same keys with the same types, so that
// none is forgotten in either.
func TestTypesAgree(t *testing.T) {
	for _, c := range []struct {
		typ  reflect.Type
		text []byte
	}{
		{reflect.TypeFor[result.Report](), schema.Of("report")},
		{reflect.TypeFor[report.Inspect](), schema.Of("inspect")},
		{reflect.TypeFor[report.Capabilities](), schema.Of("capabilities")},
		{reflect.TypeFor[result.Decision](), schema.Of("replay")},
		{reflect.TypeFor[result.ExpectedBill](), schema.Of("bill")},
		{reflect.TypeFor[result.Reconciliation](), schema.Of("reconcile")},
		{reflect.TypeFor[result.Diff](), schema.Of("diff")},
		{reflect.TypeFor[result.Explanation](), schema.Of("explain")},
		{reflect.TypeFor[result.Dispute](), schema.Of("dispute")},
		{reflect.TypeFor[result.WhatIf](), schema.Of("whatif")},
		{reflect.TypeFor[result.Savings](), schema.Of("savings")},
		{reflect.TypeFor[result.Verification](), schema.Of("verify")},
	} {
		root := parse(t, c.text).(map[string]any)
		a := agreement{t, root}
		a.check(c.typ.Name(), c.typ, root)
	}
}

type agreement struct {
	t    *testing.T
	root map[string]any
}

// check compares a Go type with the schema of its JSON form.
func (a agreement) check(path string, typ reflect.Type, s map[string]any) {
	s = a.resolve(s)
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
		if !slices.Contains(types(s), "null") {
			a.t.Errorf("%s: may be null in Go, not in the schema", path)
		}
	}
	if name := jsonType(typ); s["const"] == nil && !slices.Contains(types(s), name) {
		a.t.Errorf("%s: %s in Go, %v in the schema", path, name, types(s))
	}
	switch typ.Kind() {
	case reflect.Slice:
		a.check(path+"[]", typ.Elem(), s["items"].(map[string]any))
	case reflect.Struct:
		a.checkKeys(path, typ, s)
	}
}

func (a agreement) checkKeys(path string, typ reflect.Type, s map[string]any) {
	properties := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	known := map[string]bool{}
	for _, field := range reflect.VisibleFields(typ) {
		if field.Anonymous {
			continue
		}
		key, option, _ := strings.Cut(field.Tag.Get("json"), ",")
		known[key] = true
		property, ok := properties[key].(map[string]any)
		if !ok {
			a.t.Errorf("%s: the schema lacks %q", path, key)
			continue
		}
		if option == "omitempty" && slices.Contains(required, any(key)) {
			a.t.Errorf("%s: %q is required, but not always written", path, key)
		}
		a.check(path+"."+key, field.Type, property)
	}
	for key := range properties {
		if !known[key] {
			a.t.Errorf("%s: Go lacks %q", path, key)
		}
	}
}

// resolve follows a reference to a definition of the same schema.
func (a agreement) resolve(s map[string]any) map[string]any {
	ref, ok := s["$ref"].(string)
	if !ok {
		return s
	}
	return a.root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
}

// types lists the types that a schema allows.
func types(s map[string]any) []string {
	switch t := s["type"].(type) {
	case string:
		return []string{t}
	case []any:
		var names []string
		for _, name := range t {
			names = append(names, name.(string))
		}
		return names
	}
	return nil
}

func jsonType(typ reflect.Type) string {
	switch typ.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Slice:
		return "array"
	case reflect.Struct, reflect.Map:
		return "object"
	}
	return "integer"
}
