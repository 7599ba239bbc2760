package container

import (
	"strings"
	"testing"
)

// A body that is laid out over lines, or cut, behind what collectors of logs put
// before each line.
func TestCarriedLines(t *testing.T) {
	const want = `{"id":"wamid.T1","n":[1]}`
	laidOut := "got {\n  \"id\": \"wamid.T1\",\n  \"n\": [\n    1\n  ]\n}"
	behind := func(prefix string) string {
		return prefix + strings.ReplaceAll(laidOut, "\n", "\n"+prefix) + "\n" + prefix + "done\n"
	}
	for name, text := range map[string]string{
		"compose": behind("app-1  | "),
		"pm2":     behind("0|app      | "),
		"cri":     behind("2026-03-26T10:00:00.5Z stdout F "),
		"syslog":  behind("Mar 26 10:00:00 host app[42]: "),
		"heroku":  behind("2026-03-26T10:00:00.5+00:00 app[web.1]: "),
		"fly.io":  behind("2026-03-26T10:00:00Z app[148e] gru [info]"),
		"rfc5424": behind("<14>1 2026-03-26T10:00:00.5Z host app 42 - - "),
		"pod":     behind("[pod/app-7d/app] "),
		"time":    behind("2026-03-26T10:00:00.5Z "),
		"pm2time": behind("2026-03-26 10:00:00: "),
		"aws":     behind("2026-03-26T10:00:00.500000+00:00 ecs/app/0a1b "),
		"cut":     "2026-03-26T10:00:00.5Z stdout P got {\"id\":\"wam\n2026-03-26T10:00:00.6Z stdout P id.T1\",\n2026-03-26T10:00:00.7Z stdout F \"n\":[1]}\n2026-03-26T10:00:00.8Z stdout F done\n",
	} {
		var bodies []string
		ignored := 0
		for rec := range textRecords([]byte(text)) {
			if rec.Ignore != "" {
				ignored++
				continue
			}
			bodies = append(bodies, strings.NewReplacer("\n", "", " ", "").Replace(string(rec.Text))+rec.Fault)
		}
		if len(bodies) != 1 || !strings.Contains(bodies[0], want) || ignored != 1 {
			t.Errorf("%s: got %q, %d ignored", name, bodies, ignored)
		}
	}
	for rec := range textRecords([]byte("a-1 | got {\nb-1 |   \"id\": 1\nb-1 | }\n")) {
		if rec.Stray && rec.Fault == "" {
			t.Errorf("lines of two streams became %q", rec.Text)
		}
	}
}
