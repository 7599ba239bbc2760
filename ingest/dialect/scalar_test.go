package dialect_test

import (
	"testing"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

func TestReadTime(t *testing.T) {
	for text, want := range map[string]struct {
		ms    int64
		fault notation.TimeFault
	}{
		`"1790900000"`:                     {dialecttest.Instant, notation.TimeGood},
		`1790900000`:                       {dialecttest.Instant, notation.TimeGood},
		`1790900000123`:                    {dialecttest.Instant + 123, notation.TimeGood},
		`{"$date":"2026-10-02T00:13:20Z"}`: {dialecttest.Instant, notation.TimeGood},
		`{"$date":{"$numberLong":"1790900000123"}}`: {dialecttest.Instant + 123, notation.TimeGood},
		`{"_seconds":1790900000,"_nanoseconds":0}`:  {dialecttest.Instant, notation.TimeGood},
		`{"seconds":1790900000}`:                    {0, notation.TimeJunk},
		`1790900000.5`:                              {dialecttest.Instant + 500, notation.TimeGood},
		`1790900000123456`:                          {dialecttest.Instant + 123, notation.TimeGood},
		`"1790900000123456789"`:                     {dialecttest.Instant + 123, notation.TimeGood},
		`"9999999999999999999"`:                     {9999999999999, notation.TimeOutside},
		`"1790900000.123999"`:                       {dialecttest.Instant + 123, notation.TimeGood},
		`"2026-10-02T00:13:20Z"`:                    {dialecttest.Instant, notation.TimeGood},
		`"2026-10-02T00:13:20.123456Z"`:             {dialecttest.Instant + 123, notation.TimeGood},
		`"2026-10-02T02:13:20+02:00"`:               {dialecttest.Instant, notation.TimeGood},
		`"2026-10-02T02:13:20.000+0200"`:            {dialecttest.Instant, notation.TimeGood},
		`" 2026-10-02 00:13:20Z "`:                  {dialecttest.Instant, notation.TimeGood},
		`"2026-10-02 00:13:20.5 UTC"`:               {dialecttest.Instant + 500, notation.TimeGood},
		`"2026-10-02 05:43:20 +0530"`:               {dialecttest.Instant, notation.TimeGood},
		`"2026-10-02 05:43:20 +05:30"`:              {dialecttest.Instant, notation.TimeGood},
		`"2026-10-02 00:13:20 Z"`:                   {dialecttest.Instant, notation.TimeGood},
		`"2026-10-02 00:13:20 IST"`:                 {0, notation.TimeJunk},
		`"1451606400"`:                              {1451606400_000, notation.TimeGood},
		`"1451606399"`:                              {1451606399_000, notation.TimeOutside},
		`2114380799`:                                {2114380799_000, notation.TimeGood},
		`2114380800`:                                {2114380800_000, notation.TimeOutside},
		`"2026-10-02T00:13:20"`:                     {0, notation.TimeNoZone},
		`"2026-10-02 00:13:20.5"`:                   {0, notation.TimeNoZone},
		`"2026-13-02T00:13:20Z"`:                    {0, notation.TimeJunk},
		`"2026-10-02"`:                              {0, notation.TimeJunk},
		`"2026-10-02x00:13:20Z"`:                    {0, notation.TimeJunk},
		`"bogus"`:                                   {0, notation.TimeJunk},
		`"-1790900000"`:                             {0, notation.TimeJunk},
		`1.7909e9`:                                  {0, notation.TimeJunk},
		`"99999999999999999999"`:                    {0, notation.TimeJunk},
		`true`:                                      {0, notation.TimeJunk}, `{}`: {0, notation.TimeJunk}, `[]`: {0, notation.TimeJunk},
		`""`: {0, notation.TimeMissing}, `null`: {0, notation.TimeMissing},
	} {
		var tree jsontree.Tree
		if _, err := tree.Parse([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if ms, fault := dialect.ReadTime(tree.Root()); ms != want.ms || fault != want.fault {
			t.Errorf("readTime(%s) = %d, %d, want %d, %d", text, ms, fault, want.ms, want.fault)
		}
	}
}

// A business-scoped user id is told before its digits are taken for a phone.
func TestSplitID(t *testing.T) {
	const hex64 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for id, phone := range map[string]string{
		"15550177001": "15550177001", "+15550177001": "15550177001", "+1 (555) 017-7001": "15550177001",
		"MY.2035": "", "MY.ENT.2035": "", "US.abc": "", "user." + hex64: "", "user.1": "",
		"5551234@c.us": "", "<PHONE>": "", "a1b2c3": "", "": "", "+": "",
	} {
		gotPhone, other := dialect.SplitID(id)
		if gotPhone != phone || phone == "" && other != id {
			t.Errorf("splitID(%q) = %q, %q, want the phone %q", id, gotPhone, other, phone)
		}
	}
	for id, want := range map[string]bool{
		"US.1": true, "US.ENT.1a": true, "user." + hex64: true,
		"US.": false, "us.1": false, "USA.1": false, "US.1-2": false, "US.ENT.": false, "user." + hex64[1:]: false, "US": false,
	} {
		if got := dialect.IsUserID(id); got != want {
			t.Errorf("isBusinessScoped(%q) = %v", id, got)
		}
	}
}

func TestClip(t *testing.T) {
	long := ""
	for range 60 {
		long += "é"
	}
	if got := notation.Clip("x" + long); len(got) > 80+len("…") || got[:1] != "x" {
		t.Errorf("clip = %q", got)
	}
}
