package container

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// workbook is what the sheets of a workbook share.
type workbook struct {
	archive *zip.Reader
	sheets  []string  // the parts, in the order of the tabs
	names   []string  // what the tabs say
	strings []string  // the texts that cells refer to by number
	dates   []bool    // by the number of a cell's style: whether it shows a date or a time
	from    time.Time // the day from which days are counted
}

// The names of parts that are the same in every workbook.
const (
	workbookPart  = "xl/workbook.xml"
	relationsPart = "xl/_rels/workbook.xml.rels"
	stringsPart   = "xl/sharedStrings.xml"
	stylesPart    = "xl/styles.xml"
)

// openWorkbook reads the parts that are needed for the sheets. None may be
// larger than most bytes, as they are held.
func openWorkbook(archive *zip.Reader, most, maxText int64) (*workbook, error) {
	w := &workbook{archive: archive}
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name     string `xml:"name,attr"`
			Relation string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			Strict   string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(w.decode(workbookPart, most, &book), w.decode(relationsPart, most, &relations)); err != nil {
		return nil, err
	}
	d := book.Properties.Date1904
	w.from = epochOf(d == "1" || d == "true")
	for _, s := range book.Sheets {
		for _, rel := range relations.List {
			if (rel.ID == s.Relation || rel.ID == s.Strict) && strings.HasSuffix(rel.Type, "/worksheet") {
				w.sheets, w.names = append(w.sheets, partName(rel.Target)), append(w.names, s.Name)
			}
		}
	}
	if len(w.sheets) == 0 {
		return nil, errors.New("it has no sheets")
	}
	return w, errors.Join(w.readStyles(most), w.readStrings(most, maxText))
}

// partName is the name of a part that the workbook refers to: from the root of
// the archive, or from the workbook's folder.
func partName(target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return path.Join("xl", target)
}

// errNoPart is the error for a part that is not there.
var errNoPart = errors.New("missing")

// part opens a part. Some programs write the names in other cases.
func (w *workbook) part(name string) (io.ReadCloser, error) {
	for _, f := range w.archive.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), name) {
			return f.Open()
		}
	}
	return nil, errNoPart
}

// decode reads a part as a whole.
func (w *workbook) decode(name string, most int64, into any) error {
	part, err := w.part(name)
	if err == nil {
		defer part.Close()
		whole := &capped{part, most}
		if err = xml.NewDecoder(whole).Decode(into); err == nil {
			err = readOut(whole)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// readOut reads a part to its end, where the archive compares its checksum: the
// decoder stops at the last tag.
func readOut(part io.Reader) error {
	_, err := io.Copy(io.Discard, part)
	return err
}

// capped reads so many bytes, and fails if there are more.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errors.New("larger than is read when unpacked")
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// readStyles finds the styles that show dates. A workbook without styles has
// none.
func (w *workbook) readStyles(most int64) error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.decode(stylesPart, most, &styles); err != nil {
		if errors.Is(err, errNoPart) {
			return nil
		}
		return err
	}
	custom := map[int]bool{}
	for _, f := range styles.Formats {
		custom[f.ID] = showsDate(f.Code)
	}
	for _, c := range styles.Cells {
		date, ok := custom[c.Format]
		w.dates = append(w.dates, date || !ok && isDateFormat(c.Format))
	}
	return nil
}

// isDateFormat reports whether a number format without a code of its own, as
// the standard lists them, is one of dates or times.
func isDateFormat(id int) bool {
	return 14 <= id && id <= 22 || 27 <= id && id <= 36 || 45 <= id && id <= 47 || 50 <= id && id <= 58
}

// showsDate reports whether the code of a number format has a part of a date or
// a time in it, outside quotes, escapes, and brackets of colours and currencies.
func showsDate(code string) bool {
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '\\', '_', '*':
			i++
		case '"', '[':
			end := byte('"')
			if c == '[' {
				end = ']'
			}
			n := strings.IndexByte(code[i+1:], end)
			if n < 0 {
				return false
			}
			if c == '[' && isElapsed(code[i+1:i+1+n]) {
				return true
			}
			i += n + 1
		case ';':
			return false // negative numbers, which dates are not
		case 'y', 'Y', 'm', 'M', 'd', 'D', 'h', 'H', 's', 'S':
			return true
		}
	}
	return false
}

// isElapsed reports whether brackets hold hours, minutes or seconds that are
// counted on beyond a day: "[hh]".
func isElapsed(part string) bool {
	part = strings.ToLower(part)
	return part != "" && strings.Trim(part, part[:1]) == "" && strings.ContainsAny(part[:1], "hms")
}

// readStrings reads the texts that cells refer to. Readings of Japanese
// characters, which stand beside a text, are none of it.
func (w *workbook) readStrings(most, maxText int64) error {
	part, err := w.part(stringsPart)
	if errors.Is(err, errNoPart) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", stringsPart, err)
	}
	defer part.Close()
	decoder := xml.NewDecoder(&tagged{r: &capped{part, most}, most: maxText})
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", stringsPart, err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "si" {
			var text richText
			if err := decoder.DecodeElement(&text, &start); err != nil {
				return fmt.Errorf("%s: %w", stringsPart, err)
			}
			w.strings = append(w.strings, text.String())
		}
	}
}

// richText is a text, or runs of text in several fonts.
type richText struct {
	Text string   `xml:"t"`
	Runs []string `xml:"r>t"`
}

func (t richText) String() string { return t.Text + strings.Join(t.Runs, "") }
