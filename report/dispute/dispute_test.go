package dispute

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ledongthuc/pdf"
	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"waudit/audit/account"
	"waudit/audit/dispute"
	"waudit/audit/reconcile"
	"waudit/audit/result"
)

// hostile is a name that would like to run, and to be drawn by a font that lacks it.
const hostile = "=cmd|'/c calc'!A1 <script>alert(1)</script> Ünï Ж \u202e नमस्ते 🙂 `x` | [a](http://b)"

// reportOf is a JSON report with so many findings, of which every second is claimable.
func reportOf(t *testing.T, findings int) []byte {
	t.Helper()
	from, to := "2026-09-01T00:00:00Z", "2026-11-02T00:00:00Z"
	r := result.Report{Schema: result.Schema, Tool: result.Tool{Name: "waudit", Version: "1"}, Coverage: result.Coverage{From: &from, To: &to}}
	for i := range findings {
		at := fmt.Sprintf("2026-10-%02dT10:00:00Z", i%28+1)
		f := result.Finding{
			ID: fmt.Sprintf("%016x", i), Check: fmt.Sprintf("WA1%02d", i%20), Name: hostile, Verdict: result.Overcharge, WABA: "7001", Number: "8001",
			User: "15551230001", Message: "wamid." + hostile, ChargedAt: &at, Explanation: hostile, Lines: []string{fmt.Sprintf("L%d", i)},
			Amount: &result.FindingAmount{Amounts: result.Amounts{Currency: "USD", Reported: "0.0625", Expected: "0.0000", Overcharged: "0.0625", Undercharged: "0.0000", Uncertain: "0.0000"}, Basis: "reported"},
			Rule:   result.Rule{Clause: "4.1.7", Source: fmt.Sprintf("https://example.com/%d/%s", i, strings.Repeat("long", 30))},
		}
		if i%2 == 1 {
			f.Verdict, f.Amount.Overcharged, f.Amount.Uncertain = result.Uncertain, "0.0000", "0.0625"
		}
		r.Findings = append(r.Findings, f)
	}
	text, err := json.Marshal(&r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// files makes the files of the claim of such a report.
func files(t *testing.T, findings int) (*Dossier, map[string][]byte) {
	t.Helper()
	r, err := dispute.Read("report.json", reportOf(t, findings))
	if err != nil {
		t.Fatal(err)
	}
	book, err := account.Build(map[string]account.Config{"7001": {Name: hostile, Timezone: "Asia/Kolkata", Currency: "USD"}})
	if err != nil {
		t.Fatal(err)
	}
	of, err := r.Account("7001", book)
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := dispute.Choose(r, dispute.Options{Book: book, Account: of, Month: "2026-10", Claims: &reconcile.Claims{}, Uncertain: true})
	if err != nil {
		t.Fatal(err)
	}
	c := &Dossier{Dispute: chosen}
	if c.Evidence[0], err = NewLines([]string{hostile}, nil); err != nil {
		t.Fatal(err)
	}
	list, err := Files(c, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string][]byte{}
	for _, f := range list {
		byName[f.Name] = f.Data
	}
	return c, byName
}

// pdfText is the text of a PDF without spaces, and how many pages it has.
func pdfText(t *testing.T, data []byte) (text string, pages int) {
	t.Helper()
	r, err := pdf.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := r.GetPlainText()
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(all)), ""), r.NumPage()
}

// However much is claimed, and whatever names do, the summary is one page that says the
// sums.
func TestSummaryIsOnePage(t *testing.T) {
	for _, n := range []int{1, 40, 2000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			c, byName := files(t, n)
			text, pages := pdfText(t, byName["summary.pdf"])
			if pages != 1 {
				t.Errorf("%d pages, want 1", pages)
			}
			for _, want := range []string{c.Claimed[0].Amount, "7001", "Ünï", `\u202e`, `\u0928`, "Howitwascalculated", "Notclaimedhere", "Evidence"} {
				if !strings.Contains(text, want) {
					t.Errorf("the PDF lacks %q:\n%s", want, text)
				}
			}
			if s := summarize(c); !fits(s) {
				t.Error("the summary is longer than its page")
			}
			for _, name := range []string{"summary.md", "summary.html"} {
				if !bytes.Contains(byName[name], []byte(c.Claimed[0].Amount)) {
					t.Errorf("%s lacks the sum", name)
				}
			}
		})
	}
}

// fits reports whether the smallest letters fit the page.
func fits(s *summary) bool {
	d := newPaper(s.title, leastPoints)
	d.draw(s)
	return d.y <= pageHeight-margin
}

func TestNothingHostileRuns(t *testing.T) {
	_, byName := files(t, 3)
	for z := html.NewTokenizer(bytes.NewReader(byName["summary.html"])); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if name, _ := z.TagName(); string(name) == "script" || string(name) == "a" || string(name) == "img" {
			t.Errorf("the page has an element <%s>", name)
		}
	}
	if bytes.Contains(byName["summary.md"], []byte("<script>")) || bytes.Contains(byName["summary.md"], []byte("[a](http")) {
		t.Error("Markdown has mark-up of a name")
	}
	for name, data := range byName {
		if bytes.Contains(data, []byte("\u202e")) && !strings.HasSuffix(name, ".ndjson") && name != "manifest.json" {
			t.Errorf("%s has a mark that turns the direction of writing", name)
		}
		if strings.HasSuffix(name, ".svg") {
			var tree struct{ XMLName xml.Name }
			if err := xml.Unmarshal(data, &tree); err != nil || bytes.Contains(data, []byte("<script")) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for _, row := range rows(t, byName["findings.csv"])[1:] {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a formula: %s", cell)
			}
		}
	}
}

func rows(t *testing.T, data []byte) [][]string {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Both tables have the claimable findings and no other, with line ids and amounts.
func TestTablesHoldTheClaim(t *testing.T) {
	_, byName := files(t, 9)
	book, err := excelize.OpenReader(bytes.NewReader(byName["findings.xlsx"]))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sheet, err := book.GetRows("claim")
	if err != nil {
		t.Fatal(err)
	}
	text := rows(t, byName["findings.csv"])
	if len(sheet) != 6 || len(text) != 6 {
		t.Fatalf("%d rows in XLSX and %d in CSV, want a header and 5", len(sheet), len(text))
	}
	for _, all := range [][][]string{sheet, text} {
		for i, name := range all[0] {
			all[0][i] = strings.ReplaceAll(strings.ToLower(name), " ", "_")
		}
		line, amount := slices.Index(all[0], "bill_lines"), slices.Index(all[0], "overcharged")
		if line < 0 || amount < 0 {
			t.Fatalf("the header is %q", all[0])
		}
		for i, row := range all[1:] {
			if !strings.HasPrefix(row[line], "L") || !strings.Contains(row[amount], "0.0625") {
				t.Errorf("row %d: line %q, amount %q", i+1, row[line], row[amount])
			}
		}
	}
	if n := len(rows(t, byName["uncertain.csv"])); n != 5 {
		t.Errorf("%d rows of uncertain findings, want a header and 4", n)
	}
}

func TestManifestHashesEveryFile(t *testing.T) {
	_, byName := files(t, 200)
	var m result.Dispute
	if err := json.Unmarshal(byName["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Files) != len(byName)-1 {
		t.Errorf("the manifest has %d files, there are %d beside it", len(m.Files), len(byName)-1)
	}
	drawn := 0
	for _, f := range m.Files {
		sum := sha256.Sum256(byName[f.Name])
		if f.SHA256 != hex.EncodeToString(sum[:]) || f.Bytes != int64(len(byName[f.Name])) {
			t.Errorf("%s: hash or size is not that of the file", f.Name)
		}
		if strings.HasSuffix(f.Name, ".svg") {
			drawn++
			if _, err := png.Decode(bytes.NewReader(byName[strings.TrimSuffix(f.Name, "svg")+"png"])); err != nil {
				t.Errorf("%s has no PNG beside it: %v", f.Name, err)
			}
		}
	}
	if drawn != MostTimelines {
		t.Errorf("%d timelines, want %d", drawn, MostTimelines)
	}
	if want := fmt.Sprintf("timelines/ shows %d of the ", MostTimelines); !bytes.Contains(byName["summary.md"], []byte(want)) {
		t.Errorf("the summary does not say %q", want)
	}
}

func TestSameClaimSameBytes(t *testing.T) {
	_, first := files(t, 30)
	_, second := files(t, 30)
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestZip(t *testing.T) {
	list := []File{{"summary.md", []byte("a")}, {"timelines/1.svg", []byte("b")}}
	var b bytes.Buffer
	if err := Zip(&b, list); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil || f.Name != list[i].Name || !bytes.Equal(data, list[i].Data) {
			t.Errorf("%s holds %q (%v)", f.Name, data, err)
		}
	}
	if err := Zip(full{}, list); !errors.Is(err, errFull) {
		t.Errorf("got %v, want that the disk is full", err)
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
