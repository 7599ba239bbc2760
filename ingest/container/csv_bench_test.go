package container

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// tableOf is a flat log of so many bytes as a table.
func tableOf(size int, quoted bool) []byte {
	header := "event,timestamp,waba_id,phone_number_id,wa_id,user_id,group_id,participant_id,message_id,message_type,template_name,template_category,template_language,billable,pricing_model,pricing_type,pricing_category,amount,currency,error_code"
	var text bytes.Buffer
	write := func(line string) {
		if quoted {
			line = `"` + strings.ReplaceAll(line, ",", `","`) + `"`
		}
		text.WriteString(line + "\n")
	}
	write(header)
	for i := 0; text.Len() < size; i++ {
		write(fmt.Sprintf("delivered,2026-09-15T02:30:%02dZ,102290129307920,106540352409461,9150746%05d,IN.8103310473831763,,,wamid.HBgMOTE1MDc0Njk5NDYzFQIAERgUQjE2RjI4MzlCQzdC%012d,,,,,true,PMP,regular,utility,,,", i%60, i%100000, i))
	}
	return text.Bytes()
}

// BenchmarkTable cuts a table into blocks, and cuts it and reads its cells.
func BenchmarkTable(b *testing.B) {
	for _, quoted := range []bool{false, true} {
		text := tableOf(32<<20, quoted)
		for _, cells := range []bool{false, true} {
			b.Run(fmt.Sprintf("quoted=%v/cells=%v", quoted, cells), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				block := new(Block)
				for b.Loop() {
					o := Sniffer{Limits: Limits{MaxRecord: 64 << 20, BlockSize: 1 << 20, Known: known}}
					reader, _, err := o.Open(bytes.NewReader(text))
					for err == nil {
						if err = reader.Next(block); err == nil && cells {
							for range block.Records() {
							}
						}
					}
				}
			})
		}
	}
}
