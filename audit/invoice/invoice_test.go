package invoice

import (
	"reflect"
	"testing"

	"waudit/audit/event"
	"waudit/audit/money"
)

// TestKey: lines that say anything different have different keys; where they stand
// they do not say.
func TestKey(t *testing.T) {
	base := string((&Line{}).AppendKey(nil))
	if moved := (&Line{Place: event.Place{Line: 7}}); string(moved.AppendKey(nil)) != base {
		t.Error("the place is part of what a line says")
	}
	for f := range reflect.TypeFor[Line]().Fields() {
		if f.Name == "Place" {
			continue
		}
		var l Line
		switch v := reflect.ValueOf(&l).Elem().FieldByIndex(f.Index); v.Kind() {
		case reflect.String:
			v.SetString("x")
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Uint8:
			v.SetUint(1)
		case reflect.Struct:
			v.Set(reflect.ValueOf(money.Of(1)))
		default:
			v.SetInt(1)
		}
		if string(l.AppendKey(nil)) == base {
			t.Errorf("%s is not in the key", f.Name)
		}
	}
	if one, huge := (&Line{Amount: money.Of(1)}), (&Line{Amount: money.Of(1 << 62).Times(4).Add(money.Of(1))}); string(one.AppendKey(nil)) == string(huge.AppendKey(nil)) {
		t.Error("amounts that are equal in 64 bits have one key")
	}
	a, b := Line{ID: "ab", Ref: "c"}, Line{ID: "a", Ref: "bc"}
	if string(a.AppendKey(nil)) == string(b.AppendKey(nil)) {
		t.Error("texts run into each other")
	}
}

// TestGaps: a total that is stated, or all of a bill's tables together, is what the
// lines come to; else it is told which is not.
func TestGaps(t *testing.T) {
	for name, c := range map[string]struct {
		sums   []Sum
		totals []StatedTotal
		want   int
	}{
		"none is stated":          {[]Sum{{"USD", money.Of(5)}}, nil, 0},
		"the total":               {[]Sum{{"USD", money.Of(5)}}, []StatedTotal{{Amount: money.Of(5), Currency: "USD"}}, 0},
		"one of several":          {[]Sum{{"USD", money.Of(5)}}, []StatedTotal{{Amount: money.Of(5), Currency: "USD"}, {Amount: money.Of(6), Currency: "USD"}}, 0},
		"of two tables":           {[]Sum{{"USD", money.Of(5)}}, []StatedTotal{{Amount: money.Of(2), Currency: "USD"}, {Amount: money.Of(3), Currency: "USD"}}, 0},
		"another":                 {[]Sum{{"USD", money.Of(5)}}, []StatedTotal{{Amount: money.Of(6), Currency: "USD"}}, 1},
		"of another currency":     {[]Sum{{"USD", money.Of(5)}}, []StatedTotal{{Amount: money.Of(5), Currency: "EUR"}}, 1},
		"each currency by itself": {[]Sum{{"EUR", money.Of(1)}, {"USD", money.Of(5)}}, []StatedTotal{{Amount: money.Of(1), Currency: "EUR"}, {Amount: money.Of(4), Currency: "USD"}}, 1},
	} {
		s := Statement{Sums: c.sums, Totals: c.totals}
		if got := s.Gaps(); len(got) != c.want {
			t.Errorf("%s: %+v, want %d", name, got, c.want)
		}
	}
}
