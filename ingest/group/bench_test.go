package group

import (
	"context"
	"testing"
	"time"

	"waudit/audit/event"
)

func BenchmarkAdd(b *testing.B) {
	events := messages(100_000)
	s, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	w := s.Writer()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%1_000_000 == 999_999 { // lest the benchmark measures a full machine
			for i := range s.bins {
				s.arena.putAll(s.bins[i].take())
			}
		}
		if err := w.Add(&events[i%len(events)]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMillion fills, seals and reads a set of a million events.
func BenchmarkMillion(b *testing.B) {
	events := messages(333_334)
	for _, memory := range []int64{0, 32 << 20} {
		name := "memory"
		if memory > 0 {
			name = "spilled"
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				million(b, events, memory)
			}
		})
	}
}

func million(b *testing.B, events []event.Event, memory int64) {
	b.Helper()
	n := float64(len(events))
	start := time.Now()
	report := func(what string) {
		b.ReportMetric(float64(time.Since(start).Nanoseconds())/n, what+"-ns/event")
		start = time.Now()
	}
	s := fill(b, plan{options: Options{Memory: memory, Tmp: b.TempDir()}}, events)
	defer closeSet(b, s)
	report("add")
	var bytes, files int64
	for i := range s.bins {
		bytes += s.bins[i].size()
		files += s.bins[i].file.size
	}
	b.ReportMetric(float64(bytes)/n, "bytes/event")
	b.ReportMetric(float64(files)/n, "file-bytes/event")
	start = time.Now()
	if _, err := s.Seal(context.Background(), SealOptions{Workers: 1}); err != nil {
		b.Fatal(err)
	}
	report("seal")
	for i := range s.Partitions() {
		if err := s.Each(i, nil, func(event.Pair) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	report("each")
	bytes = 0
	for i := range s.bins {
		bytes += s.bins[i].size()
	}
	b.ReportMetric(float64(bytes)/n, "sorted-bytes/event")
}
