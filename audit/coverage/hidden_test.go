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

// TestHiddenChanges: what cannot be read may be of the messages that it names, of any if it
// names none, and may have changed a template if it says so or breaks off before it says
// what it is.
func TestHiddenChanges(t *testing.T) {
	const object = `{"object":"whatsapp_business_account","entry":[{"id":"1"`
	for record, want := range map[string]struct {
		a, b      bool // may it be of these messages
		templates int64
	}{
		object + `,"changes":[{"value":{"statuses":[{"id":"wamid.a","status":`:                         {true, false, 0},
		object + `,"changes":[{"field":"template_category_update","value":{"new_category":"MARKETING"`: {true, true, 1},
		object: {true, true, 1},
		object + `,"changes":[{"field":"messages","value":{`: {true, true, 0},
		"": {true, true, 0},
	} {
		var one, h Hidden
		one.Add([]byte(record), nil)
		h.Merge(&one)
		if h.May("wamid.a") != want.a || h.May("wamid.b") != want.b || h.Templates != want.templates {
			t.Errorf("%s: got %+v", record, h)
		}
	}
	var lost Hidden
	if lost.AddLost(); !lost.May("wamid.a") || lost.Templates != 1 {
		t.Errorf("lost: got %+v", lost)
	}
}
