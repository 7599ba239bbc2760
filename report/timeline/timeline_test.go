package timeline_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"waudit/audit/result"
	"waudit/report/page"
	"waudit/report/timeline"
)

var update = flag.Bool("update", false, "write the golden files")

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func example(t *testing.T) *timeline.Timeline {
	t.Helper()
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	return &timeline.Timeline{
		Title: "Customer 5511900000001 and number 100200300", Zone: zone,
		Events: []timeline.Mark{
			{at("2025-08-04T12:00:00Z"), timeline.Customer, "the customer wrote"},
			{at("2025-08-04T20:30:00Z"), timeline.Customer, "the customer called"},
			{at("2025-08-05T01:00:00Z"), timeline.Sent, "utility template order_update sent"},
			{at("2025-08-05T01:00:02Z"), timeline.Delivered, "utility template order_update delivered"},
			{at("2025-08-05T20:33:00Z"), timeline.Delivered, "marketing template sale delivered"},
		},
		Windows: []timeline.Window{
			{Kind: "customer_service", Opened: at("2025-08-04T12:00:00Z"), Restarts: []time.Time{at("2025-08-04T20:30:00Z")}, End: at("2025-08-05T20:30:00Z")},
			{Kind: "free_entry", Name: "72-hour ad window", Opened: at("2025-08-05T01:00:02Z")},
		},
		Charges: []timeline.RuledCharge{
			{at("2025-08-05T01:00:02Z"), "charged USD 0.0080 as utility; should have been free", timeline.Wrong},
			{at("2025-08-05T20:33:00Z"), "charged USD 0.0625 as marketing, which is right", timeline.Right},
			{at("2025-08-05T20:33:00Z"), "may be charged", timeline.Uncertain},
		},
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s", path, got)
	}
}

func svg(t *testing.T, l *timeline.Timeline, o timeline.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := timeline.SVG(&b, l, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSVG(t *testing.T) { golden(t, "example.svg", svg(t, example(t), timeline.Options{Own: true})) }

// Every width from 60 to 200 columns holds, with whole words.
func TestPrint(t *testing.T) {
	for _, width := range []int{60, 100, 200} {
		p := page.New(width, false)
		timeline.Print(p, example(t))
		if width == 100 {
			golden(t, "example.txt", p.String())
		}
		for line := range strings.Lines(p.String()) {
			if page.Width(strings.TrimRight(line, "\n")) > width {
				t.Errorf("a line is wider than %d columns: %q", width, line)
			}
			if strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
				t.Errorf("a line is not ASCII: %q", line)
			}
		}
	}
}

// A PNG shows what the SVG shows: the same rows, the colours of windows and rulings, and
// nothing beside the page, however wide its letters are.
func TestPNG(t *testing.T) {
	opened := func(l *timeline.Timeline) image.Image {
		t.Helper()
		var first, second bytes.Buffer
		if err := errors.Join(timeline.PNG(&first, l, timeline.Options{}), timeline.PNG(&second, l, timeline.Options{})); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Error("the same timeline gave other bytes")
		}
		picture, err := png.Decode(&first)
		if err != nil {
			t.Fatal(err)
		}
		return picture
	}
	colours := func(p image.Image, in image.Rectangle) map[color.Color]int {
		seen := map[color.Color]int{}
		for y := in.Min.Y; y < in.Max.Y; y++ {
			for x := in.Min.X; x < in.Max.X; x++ {
				seen[color.RGBAModel.Convert(p.At(x, y))]++
			}
		}
		return seen
	}
	l := example(t)
	picture := opened(l)
	seen := colours(picture, picture.Bounds())
	for what, c := range map[string]color.RGBA{
		"text": {0x1b, 0x1b, 0x1b, 0xff}, "service window": {0x1a, 0x73, 0xc7, 0xff}, "ad window": {0x00, 0x89, 0x7b, 0xff},
		"right": {0x24, 0x80, 0x3a, 0xff}, "wrong": {0xd9, 0x30, 0x25, 0xff}, "uncertain": {0x8f, 0x6a, 0x00, 0xff},
	} {
		if seen[c] < 20 {
			t.Errorf("%s: %d dots of its colour", what, seen[c])
		}
	}
	for i := range l.Charges {
		l.Charges[i].Label = strings.Repeat("W", 200) + strings.Repeat(" WWWWWWWWWWWW", 30)
	}
	wide := opened(l)
	if wide.Bounds().Dy() <= picture.Bounds().Dy() || wide.Bounds().Dx() != picture.Bounds().Dx() {
		t.Errorf("long labels make it %v, short ones %v", wide.Bounds(), picture.Bounds())
	}
	edge := wide.Bounds()
	edge.Min.X = edge.Max.X - 20
	if beside := colours(wide, edge); len(beside) != 1 {
		t.Errorf("text runs into the margin: %d colours", len(beside))
	}
}

// Labels may hold anything, and the drawing stays well formed XML without elements,
// attributes or control characters of theirs.
func TestHostileLabels(t *testing.T) {
	hostile := "</text><script>alert(1)</script>\"' onload=x \x1b[31m\u202e\x00]]>"
	l := example(t)
	l.Title = hostile
	for i := range l.Events {
		l.Events[i].Label = hostile
	}
	for i := range l.Charges {
		l.Charges[i].Label = hostile
	}
	for i := range l.Windows {
		l.Windows[i].Name, l.Windows[i].Kind = hostile, hostile
	}
	d := xml.NewDecoder(strings.NewReader(svg(t, l, timeline.Options{ID: `a"b`})))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			switch e.Name.Local {
			case "svg", "title", "desc", "text", "path", "circle":
			default:
				t.Errorf("element %s", e.Name.Local)
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Value, "script") {
					t.Errorf("attribute %s=%q", a.Name.Local, a.Value)
				}
			}
		}
	}
	if err := timeline.PNG(io.Discard, l, timeline.Options{}); err != nil {
		t.Error(err)
	}
	p := page.New(100, false)
	timeline.Print(p, l)
	if strings.ContainsAny(p.String(), "\x1b\x00\u202e") {
		t.Error("a control character went through")
	}
}

func TestOfFinding(t *testing.T) {
	when := "2025-08-05T01:00:02Z"
	f := &result.Finding{
		Name: "utility-in-service-window", ChargedAt: &when, Verdict: result.Overcharge, Explanation: "Charged as utility.",
		Window: &result.Window{Kind: "customer_service", OpenedAt: "2025-08-04T12:00:00Z", ExpiresAt: "2025-08-05T12:00:00Z"},
	}
	l, ok := timeline.OfFinding(f, time.UTC)
	if !ok || len(l.Windows) != 1 || len(l.Charges) != 1 || l.Charges[0].Ruling != timeline.Wrong {
		t.Errorf("got %+v, %v", l, ok)
	}
	f.ChargedAt = nil
	if _, ok := timeline.OfFinding(f, time.UTC); ok {
		t.Error("a finding without an instant has no timeline")
	}
}
