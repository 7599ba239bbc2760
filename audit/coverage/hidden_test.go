package coverage

import "testing"

// TestHidden: what a rejected record names, however it is written, may be behind it, and
// nothing else; one that names no message, or breaks off in its id, may be of any.
func TestHidden(t *testing.T) {
	const id = "wamid.HB/g+A=="
	for _, record := range []string{
		`{"id":"wamid.HB/g+A==",`, `{"id":"wamid.HB\/g+A==",`, `{"id":"wamid.HB\/g\u002BA\u003d\u003D",`,
		`{"body":"{\"id\":\"wamid.HB\\/g\\u002bA\\u003d\\u003d\"`, `id=wamid.HB%2Fg%2BA%3d%3D&to=1`, "wamid.other|wamid.HB/g+A==|",
	} {
		var h Hidden
		h.Add([]byte(record), nil)
		if !h.May(id) || h.May("wamid.HB/g+A=") || h.May("wamid.HB") || h.Nameless != 0 {
			t.Errorf("%s: %+v", record, h)
		}
	}
	for _, record := range []string{`{"messaging_product":"whatsapp",`, `{"id":"wamid.HB/g+A=`} {
		var h Hidden
		h.Add([]byte(record), nil)
		if !h.May(id) || h.Nameless != 1 {
			t.Errorf("%s: %+v", record, h)
		}
	}
	var h Hidden
	h.Add([]byte(`{"id":"wamid.HB/g+A==",`), func(id string) string { return "p-of " + id })
	if h.May(id) || !h.May("p-of "+id) {
		t.Errorf("by pseudonym: %+v", h)
	}
}
