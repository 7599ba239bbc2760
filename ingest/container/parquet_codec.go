package container

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
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
