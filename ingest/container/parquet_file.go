package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/parquet-go/parquet-go/bloom"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

const (
	parquetMagic   = "PAR1" // in front and at the end
	encryptedMagic = "PARE" // instead of it where the footer is encrypted
)

// parquetFile is what the footer of a file says. It does not change once it is
// made, so any number of goroutines use it.
type parquetFile struct {
	at   io.ReaderAt
	end  int64 // where the footer begins: pages end before
	meta fileMeta
	root *schemaNode
	leaf []*schemaNode // the columns that hold values, in the order of their chunks
}

// Footer is that of one Parquet file, once somebody has read it: it may be longer than
// what is read of the rows. It is safe for concurrent use.
type Footer struct {
	mu   sync.Mutex
	file *parquetFile
}

// open is openParquet. A nil Footer keeps nothing.
func (f *Footer) open(at io.ReaderAt, size int64) (*parquetFile, error) {
	if f == nil {
		return openParquet(at, size)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		file, err := openParquet(at, size)
		if err != nil {
			return nil, err
		}
		f.file = file
	}
	file := *f.file
	file.at = at
	return &file, nil
}

// openParquet reads the footer. The error is a *Refusal or that of at.
func openParquet(at io.ReaderAt, size int64) (f *parquetFile, err error) {
	defer recoverAs(&err)
	const trailer = 8 // bytes behind the footer: its length and the magic
	if size < int64(len(parquetMagic))+trailer {
		return nil, damagedFile("it has %d bytes", size)
	}
	var tail [trailer]byte
	if err := readFull(at, tail[:], size-trailer); err != nil {
		return nil, err
	}
	switch string(tail[4:]) {
	case parquetMagic:
	case encryptedMagic:
		return nil, &Refusal{Reason: "an encrypted Parquet file; write it without encryption", Records: true}
	default:
		return nil, damagedFile("it does not end with %s", parquetMagic)
	}
	length := int64(binary.LittleEndian.Uint32(tail[:]))
	f = &parquetFile{at: at, end: size - trailer - length}
	if f.end < int64(len(parquetMagic)) {
		return nil, damagedFile("its footer would be %d bytes long", length)
	}
	footer := make([]byte, length)
	if err := readFull(at, footer, f.end); err != nil {
		return nil, err
	}
	if _, err := decodeThrift(footer, &f.meta); err != nil {
		return nil, damagedFile("its footer cannot be read (%v)", err)
	}
	if err := f.check(); err != nil {
		return nil, damagedFile("%v", err)
	}
	return f, nil
}

// check makes the schema and looks whether the row groups are of it.
func (f *parquetFile) check() error {
	b := schemaBuilder{elements: f.meta.Schema}
	root, err := b.build()
	if err != nil {
		return err
	}
	f.root, f.leaf = root, b.leaves
	for i := range f.meta.RowGroups {
		g := &f.meta.RowGroups[i]
		if len(g.Columns) != len(f.leaf) || g.NumRows < 0 {
			return fmt.Errorf("row group %d has %d rows and %d columns, the schema %d", i, g.NumRows, len(g.Columns), len(f.leaf))
		}
	}
	return nil
}

// damagedFile is the refusal of a file of which nothing can be read.
func damagedFile(why string, args ...any) error {
	return &Refusal{Reason: "a damaged Parquet file: " + fmt.Sprintf(why, args...) + "; fetch or write it again", Records: true}
}

// readFull fills p with the bytes at offset.
func readFull(at io.ReaderAt, p []byte, offset int64) error {
	n, err := at.ReadAt(p, offset)
	if n == len(p) {
		return nil
	}
	if err == nil || err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// decodeThrift decodes the struct that data begins with into v, and returns its length,
// 0 if it is none. It makes sure beforehand of what the decoder takes on trust.
func decodeThrift(data []byte, v any) (n int, err error) {
	defer recoverAs(&err)
	if n, err = thriftStruct(data); err != nil {
		return 0, err
	}
	var protocol thrift.CompactProtocol
	return n, thrift.NewDecoder(protocol.NewReaderFromBytes(data[:n])).Decode(v)
}

// recoverAs makes an error of a panic: damaged files find ways that nobody
// thought of.
func recoverAs(err *error) {
	if p := recover(); p != nil {
		*err = panicked(p)
	}
}

func panicked(p any) error { return fmt.Errorf("the data makes no sense (%v)", p) }

// maxThriftDepth bounds how deep structs and lists may lie in each other. The
// footer of Parquet comes to eight.
const maxThriftDepth = 32

// thriftStruct returns the length of the struct, in the compact protocol of
// Thrift, that data begins with: io.ErrUnexpectedEOF if it is longer than data.
// It goes over the struct without keeping anything. The library's decoder makes
// room for as many elements as a list says that it has, and follows any nesting:
// after this it may.
func thriftStruct(data []byte) (int, error) {
	var protocol thrift.CompactProtocol
	s := thriftScan{BytesReader: protocol.NewReaderFromBytes(data), data: data}
	err := s.fields(0)
	switch {
	case errors.Is(err, io.EOF):
		return 0, io.ErrUnexpectedEOF
	case err != nil:
		return 0, err
	}
	return s.BytesRead(), nil
}

type thriftScan struct {
	thrift.BytesReader
	data []byte
}

var errThrift = errors.New("no Thrift data")

// fields goes to the end of a struct.
func (s *thriftScan) fields(depth int) error {
	for {
		f, err := s.ReadField()
		if err != nil || f.Type == thrift.STOP {
			return err
		}
		if f.Type == thrift.TRUE || f.Type == thrift.FALSE { // no value follows
			continue
		}
		if err := s.value(f.Type, depth+1); err != nil {
			return err
		}
	}
}

// value goes over a value of a kind, as it is in a list or behind a field.
func (s *thriftScan) value(kind thrift.Type, depth int) (err error) {
	if depth > maxThriftDepth {
		return errThrift
	}
	switch kind {
	case thrift.TRUE, thrift.FALSE, thrift.I8:
		_, err = s.ReadInt8()
	case thrift.I16, thrift.I32, thrift.I64:
		_, err = s.ReadInt64()
	case thrift.DOUBLE:
		_, err = s.ReadFloat64()
	case thrift.BINARY:
		_, err = s.ReadBytes()
	case thrift.LIST, thrift.SET:
		l, err := s.ReadList()
		if err != nil {
			return err
		}
		return s.repeat(int(l.Size), depth, l.Type)
	case thrift.MAP:
		m, err := s.ReadMap()
		if err != nil {
			return err
		}
		return s.repeat(int(m.Size), depth, m.Key, m.Value)
	case thrift.STRUCT:
		return s.fields(depth)
	default:
		return errThrift
	}
	return err
}

// repeat goes over n times a value of each kind.
func (s *thriftScan) repeat(n, depth int, kinds ...thrift.Type) error {
	if n > len(s.data)-s.BytesRead() {
		return io.ErrUnexpectedEOF
	}
	for range n {
		for _, kind := range kinds {
			if rest := s.data[s.BytesRead():]; kind == thrift.STRUCT && len(rest) > 0 && rest[0] == 0 {
				return errThrift // nobody lists structs of nothing, which would be large when they are decoded
			}
			if err := s.value(kind, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// RowGroupStats is what a file says about the values in a row group, so that it need
// not be read if it cannot hold a wanted row. Columns are identified by name;
// nested ones have no statistics.
type RowGroupStats struct {
	file  *parquetFile
	group *groupMeta
	first int64 // rows of the file in front of it
}

// Rows are those of the row group.
func (s *RowGroupStats) Rows() RowRange { return RowRange{s.first, s.first + s.group.NumRows} }

// Texts returns bounds of the values of a column of strings, compared byte by
// byte. They need not be values themselves. It is ok only if the file tells.
func (s *RowGroupStats) Texts(column string) (least, greatest string, ok bool) {
	leaf, meta := s.column(column)
	if leaf == nil || leaf.typ.meaning != meansText {
		return "", "", false
	}
	// Old writers, which name no order of columns, compared bytes as if they had a sign.
	stats := &meta.Statistics
	ok = leaf.first < len(s.file.meta.ColumnOrders) && stats.MinValue != nil && stats.MaxValue != nil
	return string(stats.MinValue), string(stats.MaxValue), ok && bytes.Compare(stats.MinValue, stats.MaxValue) <= 0
}

// Has reports whether a column of strings may have a value in the row group. If
// it reports false no row has it.
func (s *RowGroupStats) Has(column, value string) (maybe bool) {
	if least, greatest, ok := s.Texts(column); ok && (value < least || value > greatest) {
		return false
	}
	leaf, meta := s.column(column)
	if leaf == nil || leaf.typ.meaning != meansText {
		return true
	}
	if nulls := meta.Statistics.NullCount; nulls > 0 && nulls == meta.NumValues {
		return false
	}
	if meta.BloomFilterOffset <= 0 {
		return true
	}
	maybe, err := s.file.bloomHas(meta.BloomFilterOffset, xxhash.Sum64String(value))
	return maybe || err != nil // a broken filter says nothing
}

// column returns the flat column of that name, nil if there is none.
func (s *RowGroupStats) column(name string) (*schemaNode, *columnMeta) {
	i := slices.IndexFunc(s.file.root.children, func(n *schemaNode) bool { return n.name == name && n.flat() })
	if i < 0 {
		return nil, nil
	}
	leaf := s.file.root.children[i]
	return leaf, &s.group.Columns[leaf.first].MetaData
}

// bloomHas asks the Bloom filter at an offset.
func (f *parquetFile) bloomHas(offset int64, hash uint64) (maybe bool, err error) {
	defer recoverAs(&err)
	const headerSize = 64 // bytes, more than any has
	if offset >= f.end {
		return true, nil
	}
	buf := make([]byte, min(headerSize, f.end-offset))
	if err := readFull(f.at, buf, offset); err != nil {
		return true, err
	}
	var h format.BloomFilterHeader
	n, err := decodeThrift(buf, &h)
	if err != nil {
		return true, err
	}
	_, split := h.Algorithm.Value.(*format.SplitBlockAlgorithm)
	_, xx := h.Hash.Value.(*format.XxHash)
	_, plain := h.Compression.Value.(*format.BloomFilterUncompressed)
	size, at := int64(h.NumBytes), offset+int64(n)
	if !split || !xx || !plain || size < bloom.BlockSize || size > f.end-at {
		return true, nil
	}
	block := int64(hash >> 32 * uint64(size/bloom.BlockSize) >> 32)
	var bits [bloom.BlockSize]byte
	if err := readFull(f.at, bits[:], at+block*bloom.BlockSize); err != nil {
		return true, err
	}
	return bloom.MakeSplitBlockFilter(bits[:])[0].Check(uint32(hash)), nil
}
