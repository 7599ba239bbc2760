package notation

import "testing"

// TestReadTimeForms: what databases, languages and tools write of one instant.
func TestReadTimeForms(t *testing.T) {
	const want = 1774519200000 // 2026-03-26T10:00:00Z
	for _, text := range []string{
		"2026-03-26T10:00:00Z", "2026-03-26 10:00:00Z", "2026-03-26T10:00Z", "20260326T100000Z", "20260326T120000+0200",
		"2026-03-26 10:00:00+00", "2026-03-26T10:00:00+00", "2026-03-26 10:00:00.000000+00", "2026-03-26 15:30:00+05:30", "2026-03-26 15:30:00+0530",
		"2026-03-26 10:00:00 UTC", "2026-03-26 10:00:00.000 +0000", "2026-03-26 10:00:00.000 Z", "2026-03-26 10:00:00 +0000 UTC", "2026-03-26 10:00:00.000 +0000 UTC",
		"Thu, 26 Mar 2026 10:00:00 GMT", "Thu, 26 Mar 2026 12:00:00 +0200", "Thu Mar 26 2026 10:00:00 GMT+0000 (Coordinated Universal Time)",
		"Thu Mar 26 2026 07:00:00 GMT-0300",
	} {
		if got, fault := ReadTime(text); fault != TimeGood || got != want {
			t.Errorf("%q is %d, fault %d, want %d", text, got, fault, want)
		}
	}
	for _, text := range []string{"2026-03-26 10:00:00", "2026-03-26T10:00:00.0", "Mar 26, 2026 @ 10:00:00.000"} {
		if _, fault := ReadTime(text); fault != TimeNoZone {
			t.Errorf("%q has fault %d, want no zone", text, fault)
		}
		zone, _ := NewZone("+02:00")
		if m := (&Times{Zone: zone}).Read(text); m.Fault != TimeGood || m.MS != want-2*60*60*1000 {
			t.Errorf("%q in a zone is %v", text, m)
		}
	}
	for _, text := range []string{
		"3/4/2026, 10:00:00 AM", "4.3.2026, 10:00:00", "1.7745192E9", "2026-03-26", "2026-03-26 10:00:00 PST", "Thu, 26 Mar 2026 10:00:00 EST",
		"26/03/2026 10:00:00 +0000", "2026-03-26 10:00:00 +00 (x", "                ", "2026-03-26 10:00:00+25",
	} {
		if got, fault := ReadTime(text); fault == TimeGood {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func FuzzReadTime(f *testing.F) {
	for _, seed := range []string{"2026-03-26 10:00:00 +0000 UTC", "Thu Mar 26 2026 10:00:00 GMT+0000 (UTC)", "1774519200", " (", ": UTC"} {
		f.Add(seed)
	}
	zone, _ := NewZone("America/Sao_Paulo")
	f.Fuzz(func(t *testing.T, text string) {
		ms, fault := ReadTime(text)
		if m := (&Times{Zone: zone}).Read(text); fault == TimeGood && (m.Fault != TimeGood || m.MS != ms) {
			t.Errorf("%q is %d, with a zone %v", text, ms, m)
		}
	})
}
