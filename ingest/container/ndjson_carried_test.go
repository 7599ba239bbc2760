package container

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Lines of JSON that carry a text in parts: cut for its length, or laid out over lines.
func TestCarriedJSON(t *testing.T) {
	long := strings.Repeat("x", dockerCut)
	docker := func(text string) string {
		return fmt.Sprintf(`{"log":"%s","stream":"stdout","time":"t"}`, text) + "\n"
	}
	tests := map[string]struct {
		text string
		want []string
	}{
		"laid out": {
			docker(`got {\n`) + docker(`  \"id\": [\n`) + docker(`  ]\n`) + docker(`}\n`) + docker(`done\n`),
			[]string{docker(`got {\n  \"id\": [\n  ]\n}\n`), docker(`done\n`)},
		},
		"laid out, without line feeds": {
			`{"timestamp":1,"message":"{"}` + "\n" + `{"timestamp":2,"message":"\t\"id\": 1"}` + "\n" + `{"timestamp":3,"message":"}"}` + "\n",
			[]string{`{"timestamp":1,"message":"{\n\t\"id\": 1\n}\n"}`},
		},
		"cut by Docker": {
			docker(`{\"a\":\"`+long) + docker(long) + docker(`\"}\n`) + docker(`done\n`),
			[]string{docker(`{\"a\":\"` + long + long + `\"}\n`), docker(`done\n`)},
		},
		"cut by Fluent Bit": {
			`{"log":"{\"a\"","partial_message":"true","partial_last":"false"}` + "\n" + `{"log":":1}","partial_message":"true","partial_last":"true"}` + "\n",
			[]string{`{"log":"{\"a\":1}\n","partial_message":"true","partial_last":"false"}`},
		},
		"cut by containerd": {
			`{"stream":"stdout","logtag":"P","message":"{\"a\""}` + "\n" + `{"stream":"stdout","logtag":"F","message":":1}"}` + "\n",
			[]string{`{"stream":"stdout","logtag":"P","message":"{\"a\":1}\n"}`},
		},
		"no body": {
			docker(`a {\n`) + docker(`  b\n`) + docker(`c\n`), []string{docker(`a {\n`), docker(`  b\n`), docker(`c\n`)},
		},
		"two streams": {
			docker(`a {\n`) + strings.ReplaceAll(docker(`}\n`), "stdout", "stderr"), []string{docker(`a {\n`), strings.ReplaceAll(docker(`}\n`), "stdout", "stderr")},
		},
		"the end is missing": {
			docker(`{\"a\":\"`+long) + docker(`  b\n`)[:20], []string{docker(`{\"a\":\"` + long), docker(`  b\n`)[:20]},
		},
		"a message of a customer": {
			`{"id":1,"message":"hello {"}` + "\n" + `{"id":2,"message":" world"}` + "\n", []string{`{"id":1,"message":"hello {"}`, `{"id":2,"message":" world"}`},
		},
	}
	for name, tt := range tests {
		for _, block := range []int{1, 20, 100, 1 << 20} {
			_, all, err := read(t, strings.NewReader(tt.text), Sniffer{Limits: limits(1<<20, block), Format: &ndjson})
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, g := range all {
				texts = append(texts, g.Text)
			}
			for i := range tt.want {
				tt.want[i] = strings.TrimSuffix(tt.want[i], "\n")
			}
			if diff := cmp.Diff(tt.want, texts); diff != "" {
				t.Errorf("%s, blocks of %d: %s", name, block, diff)
			}
		}
	}
}

// Keys are looked for all at once, and one by one once they are known.
func FuzzCarrierKey(f *testing.F) {
	for _, line := range []string{
		`{"message":"a","log" : "b"}`, `{"log":1,"msg":"b"}`, `{"a":"\"log\":\"b\""}`, `"log":"b"`, `log":"b"`, `{"log":`, `{"catalog":"b"}`, `{"a:b":"c","line"	:	"d"}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		want := ""
		for _, key := range slices.Backward(carrierKeys[:]) {
			if _, ok := member(line, key); ok {
				want = key
			}
		}
		if got := carrierKey(line); got != want {
			t.Errorf("%q carries under %q, want %q", line, got, want)
		}
	})
}
