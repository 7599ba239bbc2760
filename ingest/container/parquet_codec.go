package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"slices"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// parquet-go's codecs let a page grow as far as its data says, and its LZ4 doubles
// its buffer forever on damaged data. These stop at the size in the page header.

// maxPage is the most bytes of a page that is read. Writers make pages of 1 MB,
// some of 100 MB.
const maxPage = 256 << 20

// decompressible reports an error for a codec that is not read.
func decompressible(codec format.CompressionCodec) error {
	switch codec {
	case format.Uncompressed, format.Snappy, format.Gzip, format.Brotli, format.Zstd, format.Lz4Raw:
		return nil
	}
	return fmt.Errorf("its compression %s is not read; use another", codec)
}

// checkExpansion reports an error if no size bytes of the codec can come to
// uncompressed ones. So a header that was damaged costs no memory.
func checkExpansion(codec format.CompressionCodec, size, uncompressed int) error {
	if uncompressed < 0 || uncompressed > maxPage {
		return fmt.Errorf("it has %d bytes, and %d are read at most; use smaller pages", uncompressed, maxPage)
	}
	limit := maxPage // of Zstandard and Brotli, which take memory as they need it
	switch codec {
	case format.Uncompressed:
		limit = size
	case format.Snappy:
		limit = 32 * size
	case format.Lz4Raw:
		limit = 256 * size
	case format.Gzip:
		limit = 1040 * size
	}
	if uncompressed > limit && size < maxPage {
		return fmt.Errorf("%d bytes of it cannot come to %d", size, uncompressed)
	}
	return nil
}

// decompressor unpacks pages, one at a time, with memory that is used again.
type decompressor struct {
	zstd   *zstd.Decoder
	gzip   gzip.Reader
	brotli brotli.Reader
}

var errSize = errors.New("it does not come to the bytes that its header says")

// unpack appends to dst the size bytes that src comes to.
func (d *decompressor) unpack(dst []byte, codec format.CompressionCodec, src []byte, size int) ([]byte, error) {
	if size == 0 {
		return dst, nil
	}
	start := len(dst)
	dst, err := d.decode(dst, codec, src, size)
	if err == nil && len(dst)-start != size {
		err = errSize
	}
	return dst, err
}

func (d *decompressor) decode(dst []byte, codec format.CompressionCodec, src []byte, size int) ([]byte, error) {
	start := len(dst)
	switch codec {
	case format.Snappy:
		if n, err := snappy.DecodedLen(src); err != nil || n != size {
			return dst, errSize
		}
		dst = slices.Grow(dst, size)[:start+size]
		_, err := snappy.Decode(dst[start:], src)
		return dst, err
	case format.Lz4Raw:
		dst = slices.Grow(dst, size)[:start+size]
		n, err := lz4.UncompressBlock(src, dst[start:])
		return dst[:start+max(n, 0)], err
	case format.Zstd:
		return d.decodeZstd(dst, src, size)
	case format.Gzip:
		if err := d.gzip.Reset(bytes.NewReader(src)); err != nil {
			return dst, err
		}
		return readAll(dst, &d.gzip, size)
	case format.Brotli:
		if err := d.brotli.Reset(bytes.NewReader(src)); err != nil {
			return dst, err
		}
		return readAll(dst, &d.brotli, size)
	}
	return dst, decompressible(codec)
}

// decodeZstd decodes whole frames: as a stream they would take the memory that
// they claim, and so they do if they say what they come to.
func (d *decompressor) decodeZstd(dst, src []byte, size int) (_ []byte, err error) {
	var frame zstd.Header
	if err := frame.Decode(src); err != nil {
		return dst, err
	}
	if frame.HasFCS && frame.FrameContentSize > uint64(size) {
		return dst, errSize
	}
	if d.zstd == nil {
		if d.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPage)); err != nil {
			return dst, err
		}
	}
	return d.zstd.DecodeAll(src, dst)
}

// readAll appends what r holds to dst: size bytes, or one more if it holds more.
// From a megabyte on it makes room as they come.
func readAll(dst []byte, r io.Reader, size int) ([]byte, error) {
	buf := bytes.NewBuffer(slices.Grow(dst, min(size, 1<<20)+bytes.MinRead))
	_, err := buf.ReadFrom(io.LimitReader(r, int64(size)+1))
	return buf.Bytes(), err
}

// parquet-go decodes all numbers of a page at once and trusts the page on how many
// there are: six bytes can make it allocate 8 GB, and numbers missing at the end
// are read from whatever memory follows. So the headers of runs and blocks, of
// which there are few, are checked here first.

const (
	// maxValues is the most values of a page that are decoded. Writers put a
	// million into one at most, except where all are null: those are not decoded.
	maxValues = 16 << 20

	// padding is how many bytes past the end of a page may be read: decoders read
	// whole words, and some writers cut the last group of eight numbers short.
	padding = 64
)

// groupOfRun is how many numbers stand together in a run of bit-packed ones: so many may
// stand behind the last.
const groupOfRun = 8

var (
	errShort = errors.New("its data ends too early")
	errData  = errors.New("its data makes no sense")
)

// checkRuns walks over runs, each of one repeated number or of bit-packed ones,
// until they hold count numbers of width bits. It returns their size in bytes.
func checkRuns(data []byte, width, count int) (size int, err error) {
	if count > maxValues {
		return 0, fmt.Errorf("it has %d values, and %d are read at most; use smaller pages", count, maxValues)
	}
	at := 0
	for count > 0 {
		header, n := binary.Uvarint(data[min(at, len(data)):])
		if n <= 0 || header > math.MaxUint32 {
			return 0, errShort
		}
		at += n
		numbers, rest := int(header>>1), len(data)-at
		if header&1 == 0 {
			if at += (width + 7) / 8; at > len(data) {
				return 0, errShort
			}
			if numbers > count+batchValues { // some writers round up
				return 0, errData
			}
			count -= numbers
			continue
		}
		at += numbers * width
		if numbers *= groupOfRun; at > len(data) && (min(numbers, count)*width > 8*rest || at > len(data)+padding/2) {
			return 0, errShort
		}
		count -= numbers
	}
	return at, nil
}

// readLevels decodes count levels from 0 to maxLevel.
func readLevels(dst, data []byte, maxLevel, count int) ([]byte, error) {
	e := rle.Encoding{BitWidth: bits.Len(uint(maxLevel))}
	size, err := checkRuns(data, e.BitWidth, count)
	if err != nil {
		return dst, err
	}
	dst = slices.Grow(dst[:0], count+groupOfRun) // the library would double it time and again
	if dst, err = e.DecodeLevels(dst, data[:size]); err != nil {
		return dst, err
	}
	return dst[:count], nil
}

// sameLevels returns the level of count values if a single run covers them all.
func sameLevels(data []byte, count int) (level byte, same bool) {
	header, n := binary.Uvarint(data)
	if n <= 0 || n == len(data) || header&1 == 1 || header>>1 < uint64(count) {
		return 0, false
	}
	return data[n], true
}

// readIndexes decodes count indexes into a dictionary; the first byte of data is
// how many bits each has.
func readIndexes(dst []int32, data []byte, count int) ([]int32, error) {
	if len(data) == 0 {
		return dst, errShort
	}
	e := rle.Encoding{BitWidth: int(data[0])}
	if e.BitWidth > 32 {
		return dst, errData
	}
	data = data[1:]
	size, err := checkRuns(data, e.BitWidth, count)
	if err != nil {
		return dst, err
	}
	if e.BitWidth == 0 { // all are 0, and a run may claim any number of them
		dst = slices.Grow(dst[:0], count)[:count]
		clear(dst)
		return dst, nil
	}
	dst = slices.Grow(dst[:0], count+groupOfRun)
	if dst, err = e.DecodeInt32(dst, data[:size]); err != nil {
		return dst, err
	}
	return dst[:count], nil
}

// readDeltas decodes integers stored as differences, at least count of them. It
// also returns what follows them.
func readDeltas(dst []int64, data []byte, count int) (numbers []int64, rest []byte, err error) {
	size, err := checkDeltas(data)
	if err != nil {
		return dst, nil, err
	}
	var e delta.BinaryPackedEncoding
	if dst, err = e.DecodeInt64(dst, data[:size]); err != nil {
		return dst, nil, err
	}
	if len(dst) < count {
		return dst, nil, errShort
	}
	return dst, data[size:], nil
}

// checkDeltas walks over blocks of differences and returns their size in bytes.
// A block has parts, each with its own width in bits.
func checkDeltas(data []byte) (size int, err error) {
	r := varints{data: data}
	block, parts, total := r.next(), r.next(), r.next()
	r.next() // the first number
	if r.short {
		return 0, errShort
	}
	const maxBlock = 1 << 16 // numbers; writers use 128 and 2,048
	if block == 0 || block > maxBlock || parts == 0 || block%parts != 0 || block/parts%32 != 0 || total > maxValues {
		return 0, errData
	}
	part := int(block / parts)
	for left := int(total) - 1; left > 0; {
		r.next() // what is added to each difference of the block
		if r.short || r.at+int(parts) > len(data) {
			return 0, errShort
		}
		widths := data[r.at : r.at+int(parts)]
		r.at += int(parts)
		for ; len(widths) > 0 && left > 0; widths = widths[1:] {
			width := int(widths[0])
			if width > 64 {
				return 0, errData
			}
			if (min(part, left)*width+7)/8 > len(data)-r.at {
				return 0, errShort
			}
			r.at = min(r.at+part/8*width, len(data)) // the last part may end with its last number
			left -= part
		}
	}
	return r.at, nil
}

// varints reads integers of variable length.
type varints struct {
	data  []byte
	at    int
	short bool // the data ended too early
}

func (r *varints) next() uint64 {
	v, n := binary.Uvarint(r.data[r.at:])
	if n <= 0 {
		r.short = true
		return 0
	}
	r.at += n
	return v
}

// cutPrefixed splits data into what its first four bytes give the length of, and
// the rest.
func cutPrefixed(data []byte) (first, rest []byte, err error) {
	if len(data) < 4 {
		return nil, nil, errShort
	}
	n := binary.LittleEndian.Uint32(data)
	if data = data[4:]; uint64(n) > uint64(len(data)) {
		return nil, nil, errShort
	}
	return data[:n], data[n:], nil
}
