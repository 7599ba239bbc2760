package container

import (
	"bytes"
	"errors"
	"io"
)

// LineRange reads the lines that begin in a range of bytes of a file in which each is a
// record, as NDJSON has them. Its lines are counted from 1 on.
type LineRange struct{ lineReader }

// rangeBuffer is how many bytes are read at once.
const rangeBuffer = 64 << 10

// NewLineRange returns the lines that begin in [from, to) of a file of so many bytes, and
// how many bytes these are. The error is that of the file.
func NewLineRange(file io.ReaderAt, from, to, size int64, limits Limits) (*LineRange, int64, error) {
	start, err := lineFrom(file, from, size)
	if err != nil {
		return nil, 0, err
	}
	end, err := lineFrom(file, to, size)
	if err != nil {
		return nil, 0, err
	}
	lines := io.NewSectionReader(file, start, end-start)
	return &LineRange{lineReader{stream: stream{r: lines}, line: 1, limits: limits, looked: maxLooked}}, end - start, nil
}

// Next implements Reader.
func (r *LineRange) Next(b *Block) error { return r.lineReader.Next(b) }

// Lines is how many line feeds were read.
func (r *LineRange) Lines() int64 { return r.line - 1 }

// lineFrom returns where the first line begins at an offset or behind it; size if none does.
func lineFrom(file io.ReaderAt, offset, size int64) (int64, error) {
	if offset <= 0 {
		return 0, nil
	}
	buf := make([]byte, rangeBuffer)
	for at := offset - 1; at < size; {
		n, err := file.ReadAt(buf[:min(int64(len(buf)), size-at)], at)
		if i := bytes.IndexByte(buf[:n], '\n'); i >= 0 {
			return at + int64(i) + 1, nil
		}
		if at += int64(n); err != nil && at < size {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
	}
	return size, nil
}

// HasRanges reports whether a file can be read in ranges of lines, of which the reader
// is at its beginning: its bytes are those of the records, each of which is a line, and
// none goes on with another.
func HasRanges(r Reader, file io.ReaderAt) bool {
	lines, ok := r.(*lineReader)
	if !ok {
		return false
	}
	head := make([]byte, leastHead)
	n, err := file.ReadAt(head, 0)
	if _, converted := decoderOf(head[:n]); converted || err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	var b Block
	return lines.Next(&b) == nil && lines.carrier == "" && lines.looked == maxLooked
}
