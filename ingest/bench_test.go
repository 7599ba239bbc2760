package ingest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkRead reads 200 MB of status webhooks, about 600 bytes each.
func BenchmarkRead(b *testing.B) {
	const size = 200 << 20
	dir := b.TempDir()
	write := func(name string, separator string) string {
		path := filepath.Join(dir, name)
		file, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		defer file.Close()
		w := bufio.NewWriterSize(file, 1<<20)
		for i, n := 0, 0; n < size; i++ {
			k, _ := w.WriteString(webhook(i) + separator)
			n += k
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
		return path
	}
	for _, layout := range []struct{ name, separator string }{{"lines", "\n"}, {"side by side", " "}} {
		path := write(layout.name, layout.separator)
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/workers=%d", layout.name, workers), func(b *testing.B) {
				b.SetBytes(size)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := Read(b.Context(), Options{Paths: []string{path}, Workers: workers}, discard); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		os.Remove(path)
	}
}

func BenchmarkReadGzip(b *testing.B) {
	const size = 100 << 20
	dir := b.TempDir()
	for f := range 2 {
		var text bytes.Buffer
		w, _ := gzip.NewWriterLevel(&text, gzip.BestSpeed)
		for i, n := 0, 0; n < size; i++ {
			k, _ := fmt.Fprintln(w, webhook(f+2*i))
			n += k
		}
		w.Close()
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(f, ".gz")), text.Bytes(), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.SetBytes(2 * size)
			for b.Loop() {
				if _, err := Read(b.Context(), Options{Paths: []string{dir}, Workers: workers}, discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func webhook(i int) string {
	return fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.HBgLMTU1NTEyMzAwMDEVAgARGBI5QTNDQTVC%016d","status":"delivered","timestamp":"%d","recipient_id":"1555%07d","conversation":{"id":"%032x","origin":{"type":"utility"}},"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"utility"}}]},"field":"messages"}]}]}`,
		i, 1754280001+i/10, i%1_000_000, i)
}
