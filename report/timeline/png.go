package timeline

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"strconv"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"waudit/report/letters"
)

// sharpness is how many dots of a PNG a CSS pixel has, along each side.
const sharpness = 2

// margin is what is left white around the drawing, in dots.
const margin = 24

// PNG draws the timeline as SVG does, black on white, for what shows no SVG.
func PNG(w io.Writer, t *Timeline, o Options) error {
	c, err := newRaster()
	if err != nil {
		return err
	}
	d := compose(t, c, o.Width)
	picture := image.NewRGBA(image.Rect(0, 0, d.width*sharpness, (d.y+rowGap)*sharpness).Inset(-margin))
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	for _, paint := range append(c.windows, c.rows...) {
		paint(picture)
	}
	return png.Encode(w, picture)
}

// raster is a canvas of dots. As the size of the picture shows at the end only, it keeps
// what is to be painted: windows below the rows.
type raster struct {
	faces         [3]font.Face // by style
	windows, rows []func(*image.RGBA)
}

func newRaster() (*raster, error) {
	c := &raster{}
	regular, bold := letters.Fonts()
	for s, f := range [...]*sfnt.Font{plain: regular, faint: regular, strong: bold} {
		face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: textSize * sharpness, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, err
		}
		c.faces[s] = face
	}
	return c, nil
}

// The colours of text.
var (
	dark  = color.RGBA{0x1b, 0x1b, 0x1b, 0xff}
	shade = color.RGBA{0x54, 0x54, 0x54, 0xff}
)

// rgb is the colour of a kind or a ruling, that of the text if it is not known.
func rgb(name string) color.RGBA {
	n, err := strconv.ParseUint(inks[name][min(1, len(inks[name])):], 16, 24)
	if err != nil {
		return dark
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}
}

func (c *raster) text(x, y int, s style, text string) {
	c.rows = append(c.rows, func(on *image.RGBA) {
		d := font.Drawer{Dst: on, Src: image.NewUniform(dark), Face: c.faces[s], Dot: fixed.P(x*sharpness, y*sharpness)}
		if s == faint {
			d.Src = image.NewUniform(shade)
		}
		d.DrawString(letters.Drawable(text))
	})
}

func (c *raster) fits(text string, s style, width int) bool {
	return font.MeasureString(c.faces[s], letters.Drawable(text)).Ceil() <= width*sharpness
}

func (c *raster) dot(x, y int) {
	c.rows = append(c.rows, func(on *image.RGBA) { fill(on, dark, circle(x, y, 3)) })
}

// sign draws the marks for which the font has no letters.
func (c *raster) sign(x, y int, r ChargeRuling) {
	var strokes [][]point
	switch r {
	case Right:
		strokes = [][]point{{{0, -5}, {3, -1}, {9, -10}}}
	case Wrong:
		strokes = [][]point{{{1, -9}, {8, -1}}, {{8, -9}, {1, -1}}}
	default:
		c.rows = append(c.rows, func(on *image.RGBA) {
			d := font.Drawer{Dst: on, Src: image.NewUniform(rgb(string(r))), Face: c.faces[strong], Dot: fixed.P(x*sharpness, y*sharpness)}
			d.DrawString("?")
		})
	}
	c.rows = append(c.rows, func(on *image.RGBA) {
		for _, s := range strokes {
			for i := range s[1:] {
				fill(on, rgb(string(r)), line(s[i].plus(x, y), s[i+1].plus(x, y), 2))
			}
		}
	})
}

func (c *raster) bar(x, from, to int, kind string) {
	c.windows = append(c.windows, func(on *image.RGBA) {
		fill(on, rgb(kind), line(point{}.plus(x, from), point{}.plus(x, to), 4))
	})
}

func (c *raster) knot(x, y int, kind string) {
	c.windows = append(c.windows, func(on *image.RGBA) {
		fill(on, rgb(kind), circle(x, y, 5.5))
		fill(on, dark, circle(x, y, 2.5))
	})
}

func (c *raster) cap(x, y int, kind string) {
	c.windows = append(c.windows, func(on *image.RGBA) {
		fill(on, rgb(kind), line(point{}.plus(x-5, y), point{}.plus(x+5, y), 4))
	})
}

// point is a place, in CSS pixels.
type point struct{ x, y float32 }

func (p point) plus(x, y int) point { return point{p.x + float32(x), p.y + float32(y)} }

// line is the outline of a line of a width.
func line(from, to point, width float32) []point {
	dx, dy := to.x-from.x, to.y-from.y
	length := float32(math.Hypot(float64(dx), float64(dy)))
	if length == 0 {
		return nil
	}
	dx, dy = dx/length*width/2, dy/length*width/2
	return []point{{from.x - dy, from.y + dx}, {to.x - dy, to.y + dx}, {to.x + dy, to.y - dx}, {from.x + dy, from.y - dx}}
}

// circle is the outline of a circle: of so many corners that none is seen.
func circle(x, y int, radius float32) (corners []point) {
	const n = 32
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		corners = append(corners, point{float32(x) + radius*float32(cos), float32(y) + radius*float32(sin)})
	}
	return corners
}

// fill paints the inside of an outline.
func fill(on *image.RGBA, c color.RGBA, outline []point) {
	if len(outline) == 0 {
		return
	}
	left, top, right, bottom := outline[0].x, outline[0].y, outline[0].x, outline[0].y
	for _, p := range outline {
		left, top, right, bottom = min(left, p.x), min(top, p.y), max(right, p.x), max(bottom, p.y)
	}
	box := image.Rect(int(left*sharpness)-1, int(top*sharpness)-1, int(right*sharpness)+2, int(bottom*sharpness)+2)
	z := vector.NewRasterizer(box.Dx(), box.Dy())
	for i, p := range outline {
		x, y := p.x*sharpness-float32(box.Min.X), p.y*sharpness-float32(box.Min.Y)
		if i == 0 {
			z.MoveTo(x, y)
			continue
		}
		z.LineTo(x, y)
	}
	z.ClosePath()
	z.Draw(on, box, image.NewUniform(c), image.Point{})
}
