// Package frame is how the stages of a run that is shared out among processes hand
// data to each other, through whatever engine the user has. To that a frame is opaque;
// it may bring frames in any order, and more than once. In little endian:
//
//	kind     1 byte
//	version  1 byte
//	key      4 bytes, what the engine brings together; in a file one behind the other
//	length   4 bytes, of the data
//	data
//
// Engines of text have a line each: the kind and the key in decimal, a tab, and the
// whole frame in base64.
package frame

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Version is that of all that frames hold. Stages are of one build anyhow, which they
// check; this tells bytes that are no frames.
const Version = 2

// ContentKind says what a frame holds.
type ContentKind byte

// The kinds, each with what its key is.
const (
	Events   ContentKind = 'e' // of a partition
	Pending  ContentKind = 'p' // events whose partition is not known; key: the task
	Facts    ContentKind = 'f' // what a task has read beside; key: the task
	Log      ContentKind = 'F' // facts of all tasks
	Question ContentKind = 'q'
	Answer   ContentKind = 'a' // key: the lowest of the partitions that it is of, as of all without another
	Routing  ContentKind = 'r' // of the pending events; key 0
	Rejected ContentKind = 'x' // lines of rejected records; key: the task
	Damaged  ContentKind = 'd' // inputs are, so that their events are to be measured; key 0, no data
	Measured ContentKind = 'm'
	Surveyed ContentKind = 's'
	Left     ContentKind = 'l' // pairs that are left to be judged
	Survey   ContentKind = 'S' // of the whole log; key 0
	Again    ContentKind = 'A' // all pairs are to be judged, from their events; key 0, no data
	Judged   ContentKind = 'j'
	Loose    ContentKind = 'o' // events that name nobody, for a ledger; key: the task
	Piece    ContentKind = 'w' // of a file of a ledger; key: the lowest of its partitions
	Decided  ContentKind = 'D' // decisions of a replay
)

// Frame is one frame.
type Frame struct {
	Kind ContentKind
	Key  uint32
	Data []byte
}

const headSize = 10

// maxSize is how long the data of a frame is at most.
const maxSize = 1<<32 - 1

// bufferSize is for many small frames: the data of a large one is read and written past
// the buffer.
const bufferSize = 64 << 10

// Writer writes frames. It is for one goroutine at a time.
type Writer struct {
	w     *bufio.Writer
	lines bool
	text  []byte
}

// NewWriter returns a writer, of lines if they are asked for. Flush comes last.
func NewWriter(w io.Writer, lines bool) *Writer {
	return &Writer{w: bufio.NewWriterSize(w, bufferSize), lines: lines}
}

// Write writes a frame.
func (w *Writer) Write(f Frame) error {
	if len(f.Data) > maxSize {
		return fmt.Errorf("a frame of %d bytes is too long: make more partitions", len(f.Data))
	}
	head := make([]byte, 0, headSize)
	head = append(head, byte(f.Kind), Version)
	head = binary.LittleEndian.AppendUint32(head, f.Key)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(f.Data)))
	if !w.lines {
		if _, err := w.w.Write(head); err != nil {
			return err
		}
		_, err := w.w.Write(f.Data)
		return err
	}
	w.text = append(w.text[:0], byte(f.Kind))
	w.text = append(strconv.AppendUint(w.text, uint64(f.Key), 10), '\t')
	w.text = base64.StdEncoding.AppendEncode(w.text, append(head, f.Data...))
	_, err := w.w.Write(append(w.text, '\n'))
	return err
}

// Flush writes what is buffered.
func (w *Writer) Flush() error { return w.w.Flush() }

// Reader reads frames.
type Reader struct {
	r     *bufio.Reader
	lines bool
	spare []byte
}

// NewReader returns a reader, of lines if they are asked for.
func NewReader(r io.Reader, lines bool) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, bufferSize), lines: lines}
}

// ErrCut says that a stream ends within a frame.
var ErrCut = errors.New("the stream of frames breaks off within a frame")

// errNone says that bytes are no frame.
var errNone = errors.New("this is no stream of frames of this version of waudit")

// Recycle gives the data of a frame back, into which the next is read if it has room.
func (r *Reader) Recycle(f Frame) { r.spare = f.Data[:0] }

// Next returns the next frame, and io.EOF behind the last. Its data is the caller's.
func (r *Reader) Next() (Frame, error) {
	if r.lines {
		return r.nextLine()
	}
	var head [headSize]byte
	if _, err := io.ReadFull(r.r, head[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = ErrCut
		}
		return Frame{}, err
	}
	f, size, err := parseHead(head[:])
	if err != nil {
		return Frame{}, err
	}
	f.Data, r.spare = r.spare, nil
	// The length may be anything: memory is taken as bytes come.
	for uint32(len(f.Data)) < size {
		n := min(int(size)-len(f.Data), 16<<20)
		at := len(f.Data)
		f.Data = slices.Grow(f.Data, n)[:at+n]
		if _, err := io.ReadFull(r.r, f.Data[at:]); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = ErrCut
			}
			return Frame{}, err
		}
	}
	return f, nil
}

func parseHead(head []byte) (Frame, uint32, error) {
	if len(head) < headSize || head[1] != Version {
		return Frame{}, 0, errNone
	}
	return Frame{Kind: ContentKind(head[0]), Key: binary.LittleEndian.Uint32(head[2:])}, binary.LittleEndian.Uint32(head[6:]), nil
}

// nextLine returns the frame of the next line. What stands before the last tab is the
// engine's.
func (r *Reader) nextLine() (Frame, error) {
	line, err := r.r.ReadBytes('\n')
	if err != nil {
		if errors.Is(err, io.EOF) && len(line) > 0 {
			err = ErrCut
		}
		return Frame{}, err
	}
	line = line[:len(line)-1]
	line = line[bytes.LastIndexByte(line, '\t')+1:]
	data, err := base64.StdEncoding.AppendDecode(nil, line)
	if err != nil {
		return Frame{}, errNone
	}
	f, size, err := parseHead(data)
	if err == nil && uint32(len(data)-headSize) != size {
		err = ErrCut
	}
	if err != nil {
		return Frame{}, err
	}
	f.Data = data[headSize:]
	return f, nil
}
