package coverage

import "testing"

// What cannot be read may be of the messages that it names, of any if it names none, and
// may have changed a template if it says so or breaks off before it says what it is.
func TestHidden(t *testing.T) {
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
		one.Add([]byte(record))
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
