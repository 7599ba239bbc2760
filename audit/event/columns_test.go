package event

import (
	"reflect"
	"testing"
)

// Every text of an event is that of one column, and every column has a name of
// its own by which it is found.
func TestColumns(t *testing.T) {
	var e Event
	listed := map[*string]Column{}
	for c := range NumColumns {
		if found, ok := ColumnOf(c.String()); !ok || found != c {
			t.Errorf("column %d is found as %d by its name %q", c, found, c)
		}
		if text := c.Text(&e); text != nil {
			if other, twice := listed[text]; twice {
				t.Errorf("%s and %s are one text", c, other)
			}
			listed[text] = c
		}
	}
	fields := 0
	v := reflect.ValueOf(&e).Elem()
	for i := range v.NumField() {
		if text, ok := reflect.TypeAssert[*string](v.Field(i).Addr()); ok {
			fields++
			if _, ok := listed[text]; !ok {
				t.Errorf("field %s is no column", v.Type().Field(i).Name)
			}
		}
	}
	if fields != len(listed) {
		t.Errorf("%d columns are texts, %d fields", len(listed), fields)
	}
}
