package container

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/parquet-go/parquet-go/bloom"
	"github.com/parquet-go/parquet-go/format"
)

// RowGroupStats is what a file says about the values in a row group, so that it need
// not be read if it cannot hold a wanted row. Columns are identified by name;
// nested ones have no statistics.
type RowGroupStats struct {
	Rows int64

	file  *parquetFile
	group *format.RowGroup
}

// Ints returns the least and the greatest value of a column of integers, or of
// times in Unix milliseconds. It is ok only if the file tells.
func (s *RowGroupStats) Ints(column string) (least, greatest int64, ok bool) {
	leaf, meta := s.column(column)
	if leaf == nil || !leaf.typ.isInt() {
		return 0, 0, false
	}
	low, high, ok := s.bounds(leaf, meta)
	if !ok || len(low) != leaf.typ.length || len(high) != leaf.typ.length {
		return 0, 0, false
	}
	least, greatest = littleEndian(low), littleEndian(high)
	switch leaf.typ.meaning {
	case meansInteger:
	case meansInstant:
		unit := int64(time.Millisecond) / leaf.typ.unit
		least, greatest = floorDiv(least, unit), floorDiv(greatest, unit)
	default:
		return 0, 0, false
	}
	return least, greatest, least <= greatest
}

// Texts returns bounds of the values of a column of strings, compared byte by
// byte. They need not be values themselves. It is ok only if the file tells.
func (s *RowGroupStats) Texts(column string) (least, greatest string, ok bool) {
	leaf, meta := s.column(column)
	if leaf == nil || leaf.typ.meaning != meansText {
		return "", "", false
	}
	low, high, ok := s.bounds(leaf, meta)
	return string(low), string(high), ok && bytes.Compare(low, high) <= 0
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
	maybe = true
	var err error
	func() {
		defer recoverAs(&err)
		maybe, err = s.file.bloomHas(meta.BloomFilterOffset, xxhash.Sum64String(value))
	}()
	return maybe || err != nil // a broken filter says nothing
}

// column returns the flat column of that name, nil if there is none.
func (s *RowGroupStats) column(name string) (*schemaNode, *format.ColumnMetaData) {
	i := slices.IndexFunc(s.file.root.children, func(n *schemaNode) bool { return n.name == name && n.flat() })
	if i < 0 {
		return nil, nil
	}
	leaf := s.file.root.children[i]
	return leaf, &s.group.Columns[leaf.first].MetaData
}

// bounds returns the least and the greatest value as they are stored. Those of
// old writers compared bytes as if they had a sign, so they serve for numbers
// only.
func (s *RowGroupStats) bounds(leaf *schemaNode, meta *format.ColumnMetaData) (least, greatest []byte, ok bool) {
	stats := &meta.Statistics
	if leaf.first < len(s.file.meta.ColumnOrders) && stats.MinValue != nil && stats.MaxValue != nil {
		return stats.MinValue, stats.MaxValue, true
	}
	return stats.Min, stats.Max, leaf.typ.isInt() && stats.Min != nil && stats.Max != nil
}

func littleEndian(b []byte) int64 {
	if len(b) == 4 {
		return int64(int32(binary.LittleEndian.Uint32(b)))
	}
	return int64(binary.LittleEndian.Uint64(b))
}

// bloomHas asks the Bloom filter at an offset.
func (f *parquetFile) bloomHas(offset int64, hash uint64) (bool, error) {
	const headerSize = 64 // bytes, more than any has
	if offset >= f.end {
		return true, nil
	}
	buf := make([]byte, min(headerSize, f.end-offset))
	if err := readFull(f.at, buf, offset); err != nil {
		return true, err
	}
	n, err := thriftStruct(buf)
	if err != nil {
		return true, err
	}
	var h format.BloomFilterHeader
	if err := decodeThrift(buf[:n], &h); err != nil {
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
