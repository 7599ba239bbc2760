// Package dispute writes a claim as files: a summary of one page, the findings as tables,
// the records that they rest on, timelines, and a manifest with the hash of each.
package dispute

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"time"

	"waudit/audit/dispute"
	"waudit/audit/result"
	"waudit/report"
	"waudit/report/sheet"
	"waudit/report/timeline"
)

// MostTimelines is how many timelines a claim has.
const MostTimelines = 50

// File is a file of a claim. Its name has slashes, and no more than letters of finding
// ids and of this package.
type File struct {
	Name string
	Data []byte
}

// The files that others speak of.
const (
	manifestFile  = "manifest.json"
	evidenceFile  = "evidence.ndjson"
	uncertainFile = "uncertain-evidence.ndjson"
)

// Dossier is what the files are made of.
type Dossier struct {
	*dispute.Dispute
	IsBill   bool // made from a bill that lies beside the log
	Evidence [2]Lines
	drawn    int // timelines
}

// Lines are the records that findings rest on, as lines of NDJSON.
type Lines struct {
	Records int
	Signed  *result.DisputeSignatures // nil where no signature was verified
	Data    []byte
}

// NewLines writes records as lines; redacted without what they say, and only with its
// hash.
func NewLines[T any](records []T, redact func(*T)) (Lines, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for i := range records {
		if redact != nil {
			redact(&records[i])
		}
		if err := e.Encode(&records[i]); err != nil {
			return Lines{}, err
		}
	}
	return Lines{Records: len(records), Data: b.Bytes()}, nil
}

// summary is what the manifest says of lines.
func (l *Lines) summary(file string) result.DisputeEvidence {
	links, _ := chain(bytes.NewReader(l.Data), l.Records) // which has no errors
	return result.DisputeEvidence{File: file, Records: int64(l.Records), Signed: l.Signed, Chain: links}
}

// chain is the links of so many lines, see result.DisputeEvidence. Lines may be of any
// length: they are hashed as they come.
func chain(r io.Reader, most int) ([]string, error) {
	links, lines := []string{}, bufio.NewReader(r)
	sum, begun := sha256.New(), false
	for len(links) < most {
		part, err := lines.ReadSlice('\n')
		sum.Write(part)
		begun = begun || len(part) > 0
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if begun {
			link := hex.EncodeToString(sum.Sum(nil))
			links, begun = append(links, link), false
			sum.Reset()
			sum.Write([]byte(link))
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return links, err
		}
	}
	return links, nil
}

// Files makes the files of a claim. The same claim gives the same bytes. What is too much
// for memory is gathered in tempDir.
func Files(c *Dossier, tempDir string) ([]File, error) {
	var all []File
	add := func(name string, data []byte) { all = append(all, File{name, data}) }
	if err := c.tables(add, "findings", report.ClaimTable(c.Account, c.Findings, c.IsBill), tempDir); err != nil {
		return nil, err
	}
	add(evidenceFile, c.Evidence[0].Data)
	c.Dispute.Evidence = []result.DisputeEvidence{c.Evidence[0].summary(evidenceFile)}
	if len(c.Open) > 0 {
		if err := c.tables(add, "uncertain", report.UncertainTable(c.Account, c.Open, c.IsBill), tempDir); err != nil {
			return nil, err
		}
		add(uncertainFile, c.Evidence[1].Data)
		c.Dispute.Evidence = append(c.Dispute.Evidence, c.Evidence[1].summary(uncertainFile))
	}
	if err := c.timelines(add); err != nil {
		return nil, err
	}
	s := summarize(c)
	pdf, err := s.pdf()
	if err != nil {
		return nil, err
	}
	page, err := s.html()
	if err != nil {
		return nil, err
	}
	all = append([]File{{"summary.md", s.markdown()}, {"summary.html", page}, {"summary.pdf", pdf}}, all...)
	manifest, err := c.manifest(all)
	return append(all, File{manifestFile, manifest}), err
}

// tables writes findings as XLSX and CSV.
func (c *Dossier) tables(add func(string, []byte), name string, t sheet.Table, tempDir string) error {
	var xlsx, csv bytes.Buffer
	if err := sheet.XLSX(&xlsx, []sheet.Table{t}, tempDir); err != nil {
		return err
	}
	add(name+".xlsx", xlsx.Bytes())
	if err := sheet.CSV(&csv, t, sheet.Comma); err != nil {
		return err
	}
	add(name+".csv", csv.Bytes())
	return nil
}

// timelines draws the findings with the most money.
func (c *Dossier) timelines(add func(string, []byte)) error {
	for _, f := range c.Findings {
		if c.drawn == MostTimelines {
			break
		}
		t, ok := timeline.OfFinding(f, c.Zone)
		if !ok {
			continue
		}
		t.Title = f.Check + " " + f.Name + ", finding " + f.ID
		var svg, png bytes.Buffer
		if err := errors.Join(timeline.SVG(&svg, &t, timeline.Options{Own: true}), timeline.PNG(&png, &t, timeline.Options{})); err != nil {
			return err
		}
		add("timelines/"+f.ID+".svg", svg.Bytes())
		add("timelines/"+f.ID+".png", png.Bytes())
		c.drawn++
	}
	return nil
}

func (c *Dossier) manifest(files []File) ([]byte, error) {
	for _, f := range files {
		sum := sha256.Sum256(f.Data)
		c.Files = append(c.Files, result.DisputeFile{Name: f.Name, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(f.Data))})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(&c.Dispute)
	return b.Bytes(), err
}

// Zip writes files as an archive.
func Zip(w io.Writer, files []File) error {
	z := zip.NewWriter(w)
	for _, f := range files {
		// Not the clock, and the first time that the format knows.
		h := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		h.SetMode(0o644)
		out, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := out.Write(f.Data); err != nil {
			return err
		}
	}
	return z.Close()
}
