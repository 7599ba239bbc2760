package invoice

import "testing"

// TestFees: fees and taxes are told by their words, and what a message is charged as is
// neither.
func TestFees(t *testing.T) {
	for text, want := range map[string]struct{ fee, only bool }{
		"Platform fee":                            {true, true},
		"VAT 19 %":                                {true, true},
		"GST on WhatsApp messages":                {true, true},
		"Failed message processing fee":           {true, true},
		"Carrier fee":                             {true, true},
		"refund of the platform fee":              {true, true},
		"Message fee":                             {true, false},
		"marketing conversation fee":              {true, false},
		"WhatsApp message, incl. VAT":             {true, false},
		"refund not delivered in 30 days":         {true, false},
		"WhatsApp message":                        {},
		"Utility messages, Brazil":                {},
		"taxi bookings, template order_confirmed": {},
	} {
		if fee, only := IsFee(text), IsOnlyFee(text); fee != want.fee || only != want.only {
			t.Errorf("%q: %t, %t; want %t, %t", text, fee, only, want.fee, want.only)
		}
	}
}
