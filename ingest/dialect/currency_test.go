package dialect

import "testing"

// The currency that is written with an amount is the amount's.
func TestAmountInItsCurrency(t *testing.T) {
	for amount, want := range map[string]string{
		"0.05": "", "€ 0,05": "EUR", "0.05 USD": "USD", "-£1.50": "GBP", "₹0.115": "INR", "R$ 0,05": "BRL", "US$1": "USD", "$1": "", "6.8e-3": "",
	} {
		record := `{"event":"sent","timestamp":1790900000,"wa_id":"15550177001","message_id":"m1","amount":"` + amount + `"`
		got := decodeOnly(t, newOf[flat](), record+`}`)
		if len(got.Events) != 1 || !got.Events[0].HasAmount || got.Events[0].Currency != want {
			t.Errorf("%s: %+v, %v, want %q", amount, got.Events, got.Rejected, want)
		}
		got = decodeOnly(t, newOf[flat](), record+`,"currency":"CHF"}`)
		if want == "" {
			if len(got.Events) != 1 || got.Events[0].Currency != "CHF" {
				t.Errorf("%s in CHF: %+v, %v", amount, got.Events, got.Rejected)
			}
			continue
		}
		wantRejected(t, got, "", "is in "+want+" beside the currency CHF; correct one of them")
	}
}
