package invoice

import (
	"slices"
	"strings"
	"testing"

	"waudit/audit/money"
)

// layoutCase is a bill as it comes, its lines in short, and what it states.
type layoutCase struct {
	text   string
	want   []string
	totals string // the amounts of the totals
	note   string // a part of a note, "" if there are none
}

func checkLayouts(t *testing.T, cases map[string]layoutCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, bill, err := read(t, c.text, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nwant\n  %s\n%+v", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "), bill.Rejects)
			}
			var totals []string
			for _, s := range bill.Totals {
				totals = append(totals, strings.TrimSpace(money.Format(s.Amount, 2)+" "+s.Currency))
			}
			if strings.Join(totals, ", ") != c.totals {
				t.Errorf("states %q, want %q", totals, c.totals)
			}
			if notes := strings.Join(bill.Notes, "\n"); c.note == "" && notes != "" || !strings.Contains(notes, c.note) {
				t.Errorf("notes %q, want %q", notes, c.note)
			}
		})
	}
}

// TestProviders: the exports of providers, in their own layouts, to the last decimal.
func TestProviders(t *testing.T) {
	checkLayouts(t, map[string]layoutCase{
		"Twilio, whose charges are below zero": {
			text: "SMS Message SID,From,To,Date Created,Date Sent,Date Updated,Status,Direction,Message Segments,Price,Price Unit,Body\n" +
				"SM1,whatsapp:+15550100001,whatsapp:+5511987654321,2026-10-01T10:00:00Z,2026-10-01T10:00:01Z,2026-10-01T10:00:02Z,delivered,outbound-api,1,-0.01900,usd,\n" +
				"SM2,whatsapp:+15550100001,whatsapp:+5511987654321,2026-10-01T10:00:00Z,2026-10-01T10:00:01Z,2026-10-01T10:00:02Z,delivered,outbound-api,1,,USD,\n" +
				"SM3,whatsapp:+5511987654321,whatsapp:+15550100001,2026-10-01T10:00:00Z,2026-10-01T10:00:01Z,2026-10-01T10:00:02Z,received,inbound,1,-0.00500,USD,\n" +
				"SM4,whatsapp:+15550100001,whatsapp:US.1000000001,2026-10-01T10:00:00Z,2026-10-01T10:00:01Z,2026-10-01T10:00:02Z,delivered,outbound-api,1,0.01900,USD,\n",
			want: []string{
				"message SM1 of 5511987654321 from 15550100001 at 2026-10-01T10:00:01Z: 0.0190 USD",
				"other SM3 of 5511987654321 from 15550100001 at 2026-10-01T10:00:01Z: 0.0050 USD",
				"message SM4 of US.1000000001 from 15550100001 at 2026-10-01T10:00:01Z: -0.0190 USD",
			},
		},
		"Twilio's list of messages": {
			text: `{"messages":[{"sid":"SM0ours","from":"whatsapp:+15550100001","to":"whatsapp:+15550177001","direction":"outbound-api","status":"delivered","date_sent":"Thu, 01 Oct 2026 10:00:00 +0000","price":"-0.01900","price_unit":"USD","num_segments":"1","error_code":null},
				{"sid":"SM1ours","to":"whatsapp:+15550177001","price":null,"price_unit":"USD","num_segments":"1"}]}`,
			want: []string{"message SM0ours of 15550177001 from 15550100001 at 2026-10-01T10:00:00Z: 0.0190 USD"},
		},
		"Twilio's console": {
			text: "From;To;Body;Status;SentDate;ApiVersion;NumSegments;ErrorCode;AccountSid;Sid;Direction;Price;PriceUnit\n" +
				"whatsapp:+15550100001;whatsapp:+5511987654321;;delivered;2026-10-01 10:00:01 UTC;2010-04-01;1;;AC1;SM1;outbound-api;-0,0190;USD\n",
			want: []string{"message SM1 of 5511987654321 from 15550100001 at 2026-10-01T10:00:01Z: 0.0190 USD"},
		},
		"Vonage's report": {
			text: "account_id,message_id,direction,from,to,message_body,country,country_name,provider,date_received,date_finalized,latency,status,error_code,currency,total_price\n" +
				"abc123,uuid-1,outbound,15550100001,5511987654321,,BR,Brazil,whatsapp,2026-10-01T10:00:00Z,2026-10-01T10:00:03Z,3,delivered,0,EUR,0.0068\n",
			want: []string{"message uuid-1 of 5511987654321 from 15550100001 at 2026-10-01T10:00:03Z in BR: 0.0068 EUR"},
		},
		"Kaleyra's callbacks, whose prices are approximate": {
			text: `{"id":"5f0c:0","status":"sent"}` + "\n" + `{"id":"5f0c:0","status":"delivered","price":"0.0068","currency":"EUR"}` + "\n",
			want: []string{"message 5f0c:0: ~0.0068 EUR"},
		},
		"Infobip's usage": {
			text: `{"usage":[{"category":"WHATSAPP","description":"Marketing messages","country":"BRA","unit":"MESSAGE","unitPrice":0.0625,"quantity":10,"totalPerUnit":0.625,"currency":"EUR"}]}`,
			want: []string{"aggregate in BR marketing: 10 × 0.0625 = 0.6250 EUR \"Marketing messages\""},
		},
		"Infobip's reports": {
			text: `{"results":[{"messageId":"m1","to":"5511987654321","sentAt":"2026-10-01T10:00:00.000+0000","doneAt":"2026-10-01T10:00:02.000+0000","messageCount":1,"price":{"pricePerMessage":0.0068,"currency":"EUR"},"status":{"name":"DELIVERED_TO_HANDSET"}}]}`,
			want: []string{"message m1 of 5511987654321 at 2026-10-01T10:00:02Z: 1 × 0.0068 = 0.0068 EUR"},
		},
		"AWS' usage types": {
			text: "identity/LineItemId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/UsageType,lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedRate,lineItem/UnblendedCost\n" +
				"a1,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,USE1-WhatsApp-BR-Marketing-MetaTemplateMessageFee,10,USD,0.0625,0.625\n" +
				"a2,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,USE1-WhatsApp-BR-Standard-MessageFee,10,USD,0.005,0.05\n" +
				"a3,Usage,2025-06-01T00:00:00Z,2025-06-02T00:00:00Z,APS1-WhatsApp-IN-Authentication-International-ConversationFee,2,USD,0.028,0.056\n" +
				"a4,Tax,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,USE1-OutboundSMS-US-Standard-MessageCount,1,USD,,0.07\n",
			want: []string{
				"aggregate [a1] from 2026-10-01T00:00:00Z to 2026-10-02T00:00:00Z in BR marketing: 10 × 0.0625 = 0.6250 USD \"Usage\"",
				"other [a2] from 2026-10-01T00:00:00Z to 2026-10-02T00:00:00Z in BR: 10 × 0.0050 = 0.0500 USD \"Usage\"",
				"aggregate [a3] from 2025-06-01T00:00:00Z to 2025-06-02T00:00:00Z in IN authentication_international: 2 × 0.0280 = 0.0560 USD \"Usage\"",
				"other [a4] from 2026-10-01T00:00:00Z to 2026-10-02T00:00:00Z: 0.0700 USD \"Tax\"",
			},
		},
		"TWIN's month": {
			text: "Message ID,Date of shipment,Date of charge,Type of service,Status,Send Channel,Recipient,Price,Currency\n" +
				"m1,2026-10-01 10:00:00,2026-10-01 10:00:01,Utility conversation,Delivered,WhatsApp,+34 600 000 001,0.03,EUR\n" +
				"m2,2026-10-01 10:00:00,2026-10-01 10:00:01,Text,Delivered,SMS,+34 600 000 001,0.08,EUR\n",
			want: []string{
				"message m1 of 34600000001 on 2026-10-01 utility: 0.0300 EUR",
				"other m2 of 34600000001 on 2026-10-01: 0.0800 EUR",
			},
		},
		"Whats91's wallet, where a top-up is no charge": {
			text: `{"data":{"transactions":[{"transactionUid":"t1","transactionType":"debit","amount":0.88,"currency":"INR","referenceType":"message_billing","createdAt":"2026-10-01T10:00:00Z"},
				{"transactionUid":"t2","transactionType":"credit","amount":500,"currency":"INR","referenceType":"wallet_topup","createdAt":"2026-10-01T11:00:00Z"}]}}`,
			want: []string{
				"other [t1] at 2026-10-01T10:00:00Z: 0.8800 INR \"message_billing\"",
				"other [t2] at 2026-10-01T11:00:00Z: -500.0000 INR \"wallet_topup\"",
			},
			note: "all in all the bill is below zero",
		},
		"Supsis' wallet, whose balances tell the direction": {
			text: "Date,Type,Number,Previous balance,Next balance,Amount (TRY)\n2026-10-01,Marketing,905300000001,10.00,9.95,0.05\n2026-10-02,Top-up,,9.95,19.95,10\n",
			want: []string{
				"item of 905300000001 on 2026-10-01 marketing: 0.0500 TRY \"Marketing\"",
				"other on 2026-10-02: -10.0000 TRY \"Top-up\"",
			},
			note: "all in all the bill is below zero",
		},
		"Sirena's groups": {
			text: "Date,Group,Description,Quantity,Total (USD),Balance\n2026-10-01,Sales,Marketing conversations - Brazil,10,0.625,9.375\n2026-10-01,Sales,Platform fee,1,5.00,4.375\n",
			want: []string{
				"aggregate on 2026-10-01 marketing: 10 = 0.6250 USD \"Marketing conversations - Brazil\"",
				"other on 2026-10-01: 5.0000 USD \"Platform fee\"",
			},
		},
		"Meta's invoices are totals": {
			text: "date,wa_id,pricing_category,amount,currency\n2026-10-01,5511987654321,marketing,0.0625,USD\n\ninvoice_id,type,billing_period,amount,amount_due,currency\n7001,INV,2026-10,0.0625,0.0625,USD\n",
			want: []string{"item of 5511987654321 on 2026-10-01 marketing: 0.0625 USD"}, totals: "0.0625 USD",
		},
		"Gupshup's words, and a flat record's charges": {
			text: "event,timestamp,message_id,wa_id,pricing_category,amount,currency,line_id\ndelivered,1790848800,m1,5511987654321,BIC,,,\ncharge,1790848800,m1,5511987654321,BIC,0.0625,USD,L1\ncharge,1790848801,m2,5511987654321,FTC,0,USD,L2\n",
			want: []string{
				"message [L1] m1 of 5511987654321 at 2026-10-01T10:00:00Z business_initiated: 0.0625 USD",
				"message [L2] m2 of 5511987654321 at 2026-10-01T10:00:01Z free_tier: 0.0000 USD",
			},
		},
	})
}

// TestAnalytics: Meta's answers, however they are wrapped, and as documents print
// them.
func TestAnalytics(t *testing.T) {
	const (
		point   = `{"start":1790838000,"end":1790924400,"country":"BR","phone_number":"15550100001","tier":"0:750000","pricing_type":"REGULAR","pricing_category":"SERVICE","volume":12,"cost":0.0816}`
		answer  = `"currency":"USD","pricing_analytics":{"data":[{"data_points":[` + point + `]}]},"id":"700100200300"`
		line    = "aggregate waba 700100200300 from 15550100001 from 2026-10-01T07:00:00Z to 2026-10-02T07:00:00Z in BR service regular 0:750000: 12 = ~0.0816 USD"
		spoken  = `{"currency":"USD","conversation_analytics":{"data":[{"data_points":[{"start":1719792000,"end":1719878400,"conversation":7,"phone_number":"15550100001","country":"US","conversation_type":"FREE_ENTRY","conversation_direction":"BUSINESS_INITIATED","conversation_category":"MARKETING","cost":0}]}]},"id":"1"}`
		printed = `{
  "currency": "USD",
  "pricing_analytics": {
    "data": [{
      "data_points": [
        ` + point + `,
        # … more data points
      ],
    }],
  },
  "id": "700100200300",
}`
	)
	checkLayouts(t, map[string]layoutCase{
		"plain":         {text: `{` + answer + `}`, want: []string{line}},
		"in a list":     {text: `[{` + answer + `},{` + answer + `}]`, want: []string{line, line}},
		"in an answer":  {text: `{"status":200,"body":{"data":[{` + answer + `}]}}`, want: []string{line}},
		"as a text":     {text: `{"status":200,"body":"{` + strings.ReplaceAll(answer, `"`, `\"`) + `}"}`, want: []string{line}},
		"lines":         {text: `{` + answer + `}` + "\n" + `{` + answer + `}` + "\n", want: []string{line, line}},
		"a document":    {text: printed, want: []string{line}, note: "data points are left out"},
		"more pages":    {text: `{` + answer + `,"paging":{"next":"https://x"}}`, want: []string{line}, note: "export all pages"},
		"conversations": {text: spoken, want: []string{"aggregate waba 1 from 15550100001 from 2024-07-01T00:00:00Z to 2024-07-02T00:00:00Z in US marketing free_entry_point: 7 = ~0.0000 USD \"business_initiated\""}},
		"noise of binary numbers": {
			text: strings.Replace(`{`+answer+`}`, "0.0816", "8.160000000000001e-2", 1), want: []string{line},
		},
		"a table of it": {
			text: "start,end,country,pricing_type,pricing_category,volume,cost,currency\n1790838000,1790924400,BR,REGULAR,GROUP_MARKETING_LITE,2,0.125,USD\n",
			want: []string{"aggregate from 2026-10-01T07:00:00Z to 2026-10-02T07:00:00Z in BR group_marketing_lite regular: 2 = ~0.1250 USD"},
		},
	})
	for want, text := range map[string]string{
		"fields=currency":                `{"pricing_analytics":{"data":[{"data_points":[` + point + `]}]},"id":"7"}`,
		"no whole number":                strings.Replace(`{`+answer+`}`, `"volume":12`, `"volume":1.5`, 1),
		"it has no start":                strings.Replace(`{`+answer+`}`, `"start":1790838000,`, ``, 1),
		"without data points":            `{"pricing_analytics":{"data":[]},"id":"7"}`,
		"no line of a bill (records: 1)": `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[]}]}`,
	} {
		if _, _, err := read(t, text, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
