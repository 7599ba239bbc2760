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

// The codecs of parquet-go grow the page for as long as the data says. These
// stop where the header of the page says that it ends.

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
	most := maxPage // for Zstandard and Brotli: memory is taken as they need it
	switch codec {
	case format.Uncompressed:
		most = size
	case format.Snappy:
		most = 32 * size
	case format.Lz4Raw:
		most = 256 * size
	case format.Gzip:
		most = 1040 * size
	}
	if uncompressed > most && size < maxPage {
		return fmt.Errorf("%d bytes of it cannot come to %d", size, uncompressed)
	}
	return nil
}

// decompressor unpacks pages, one at a time, with memory that is used again.
type decompressor struct {
	zstd   *zstd.Decoder
	gzip   *gzip.Reader
	brotli *brotli.Reader
	input  bytes.Reader
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
	switch codec {
	case format.Uncompressed:
		return append(dst, src...), nil
	case format.Snappy:
		if n, err := snappy.DecodedLen(src); err != nil || n != size {
			return dst, errSize
		}
		dst, to := extend(dst, size)
		_, err := snappy.Decode(to, src)
		return dst, err
	case format.Lz4Raw:
		dst, to := extend(dst, size)
		n, err := lz4.UncompressBlock(src, to)
		return dst[:len(dst)-size+max(n, 0)], err
	case format.Zstd:
		return d.decodeZstd(dst, src, size)
	case format.Gzip:
		d.input.Reset(src)
		if d.gzip == nil {
			d.gzip = new(gzip.Reader)
		}
		if err := d.gzip.Reset(&d.input); err != nil {
			return dst, err
		}
		return readAtMost(dst, d.gzip, size)
	case format.Brotli:
		d.input.Reset(src)
		if d.brotli == nil {
			d.brotli = new(brotli.Reader)
		}
		if err := d.brotli.Reset(&d.input); err != nil {
			return dst, err
		}
		return readAtMost(dst, d.brotli, size)
	}
	return dst, decompressible(codec)
}

// decodeZstd takes the room that the size says only if the frame says the same.
func (d *decompressor) decodeZstd(dst, src []byte, size int) ([]byte, error) {
	if d.zstd == nil {
		var err error
		d.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPage))
		if err != nil {
			return dst, err
		}
	}
	var frame zstd.Header
	if err := frame.Decode(src); err != nil {
		return dst, err
	}
	if frame.HasFCS && frame.FrameContentSize > uint64(size) {
		return dst, errSize
	}
	return d.zstd.DecodeAll(src, dst)
}

// readAtMost appends at most size bytes of r to dst. It takes more room only
// when what it has is full.
func readAtMost(dst []byte, r io.Reader, size int) ([]byte, error) {
	end := len(dst) + size
	for len(dst) < end {
		if len(dst) == cap(dst) {
			dst = slices.Grow(dst, min(max(len(dst), 64<<10), end-len(dst)))
		}
		n, err := r.Read(dst[len(dst):min(cap(dst), end)])
		dst = dst[:len(dst)+n]
		if err == io.EOF {
			break
		}
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// extend makes dst n bytes longer, and returns it and these.
func extend(dst []byte, n int) (whole, added []byte) {
	start := len(dst)
	dst = slices.Grow(dst, n)[:start+n]
	return dst, dst[start:]
}
