package dispute

import (
	"bytes"
	"slices"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"waudit/report/letters"
)

// Sizes of the page, in millimetres.
const (
	pageWidth  = 210
	pageHeight = 297
	margin     = 15
	gap        = 3 // between columns
)

// leastPoints are the smallest letters that can be read on paper.
const leastPoints = 5

// pdf writes the summary as one page of A4, in letters as large as fit.
func (s *summary) pdf() ([]byte, error) {
	for points := 10.0; ; points-- {
		d := newPaper(s.title, points)
		d.draw(s)
		if d.y > pageHeight-margin && points > leastPoints {
			continue
		}
		var b bytes.Buffer
		err := d.Output(&b)
		return b.Bytes(), err
	}
}

// paper is a page on its way.
type paper struct {
	*fpdf.Fpdf
	points float64 // size of ordinary text
	y      float64 // where the next line begins
}

func newPaper(title string, points float64) *paper {
	d := &paper{fpdf.New("P", "mm", "A4", ""), points, margin}
	d.SetCatalogSort(true)
	d.SetCreationDate(time.Unix(0, 0).UTC()) // not the clock: the same claim is the same file
	d.SetModificationDate(time.Unix(0, 0).UTC())
	d.SetProducer("waudit", false)
	d.SetTitle(letters.Drawable(title), true)
	d.SetLang("en")
	d.SetAutoPageBreak(false, 0)
	d.SetCellMargin(0)
	d.AddUTF8FontFromBytes("go", "", letters.Regular())
	d.AddUTF8FontFromBytes("go", "B", letters.Bold())
	d.AddPage()
	return d
}

// line is the height of a line of text.
func (d *paper) line() float64 { return d.points * 0.46 }

func (d *paper) draw(s *summary) {
	d.SetFont("go", "B", d.points*1.6)
	d.Text(margin, d.y+d.line(), letters.Drawable(s.title))
	d.y += 2.2 * d.line()
	for i := range s.sections {
		x := &s.sections[i]
		if x.IsAlarm {
			d.SetTextColor(0xb7, 0x1c, 0x1c)
		}
		if x.Heading != "" {
			d.SetFont("go", "B", d.points*1.1)
			d.y += d.line() * 0.6
			d.wrapped(margin, pageWidth-2*margin, x.Heading, "L")
			d.y += d.line() * 1.2
		}
		d.SetTextColor(0, 0, 0)
		d.table(x)
		d.SetFont("go", "", d.points)
		for _, text := range x.Text {
			d.Text(margin, d.y+d.line()*0.75, "•")
			d.y += d.wrapped(margin+gap, pageWidth-2*margin-gap, text, "L")
		}
	}
}

// wrapped writes a text as lines of a width, and returns their height.
func (d *paper) wrapped(x, width float64, text, align string) float64 {
	height := 0.0
	for _, line := range d.SplitText(letters.Drawable(text), width) {
		d.SetXY(x, d.y+height)
		d.CellFormat(width, d.line(), line, "", 0, align, false, 0, "")
		height += d.line()
	}
	return height
}

// table draws the rows of a section.
func (d *paper) table(x *section) {
	if len(x.Rows) == 0 {
		return
	}
	widths := d.widths(x)
	for i, row := range x.Rows {
		height, left := d.line(), float64(margin)
		for n, cell := range row {
			d.SetFont("go", "", d.points)
			if i == 0 && x.IsHeaded || n == 0 && !x.IsHeaded {
				d.SetFont("go", "B", d.points)
			}
			align := "L"
			if x.IsNumber(n) {
				align = "R"
			}
			height = max(height, d.wrapped(left, widths[n], cell, align))
			left += widths[n] + gap
		}
		d.y += height
	}
}

// widths are those of the columns: as wide as their text, of the widest so much less that
// all fit.
func (d *paper) widths(x *section) []float64 {
	widths := make([]float64, len(x.Rows[0]))
	d.SetFont("go", "B", d.points)
	room := float64(pageWidth - 2*margin - gap*(len(widths)-1))
	total := 0.0
	for n := range widths {
		for _, row := range x.Rows {
			widths[n] = max(widths[n], d.GetStringWidth(letters.Drawable(row[n]))+1)
		}
		total += widths[n]
	}
	for total > room {
		widest := slices.Max(widths)
		less := min(total-room, widest/2)
		widths[slices.Index(widths, widest)], total = widest-less, total-less
	}
	return widths
}
