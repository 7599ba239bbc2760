package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

// github writes a workflow command for each finding, those with the most money first:
// GitHub shows the first ten of a step.
func github(w io.Writer, f finding, _ Options) error {
	out := bufio.NewWriter(w)
	for _, why := range f.run.Incomplete {
		annotate(out, "error", "title=waudit%3A incomplete", page.Clean(why))
	}
	for _, x := range byMoney(f.findings) {
		level := string(x.Severity)
		if x.Severity == result.Info {
			level = "notice"
		}
		var place string
		if len(x.Evidence) > 0 {
			place = "file=" + property(x.Evidence[0].Path) + ",line=" + strconv.FormatUint(uint64(max(x.Evidence[0].Line, 1)), 10) + ","
		}
		annotate(out, level, place+"title="+property(x.Check+" "+x.Name), headline(x)+" (finding "+x.ID+")")
	}
	return out.Flush()
}

// annotate writes one command. What fails is kept by the writer.
func annotate(w *bufio.Writer, level, properties, message string) {
	_, _ = w.WriteString("::" + level + " " + properties + "::" + inMessage.Replace(message) + "\n")
}

// inMessage escapes what ends a command's message, inProperty what ends a property.
var (
	inMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	inProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func property(s string) string { return inProperty.Replace(page.Clean(s)) }
