package container

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/parquet-go/parquet-go/format"

	"waudit/ingest/row"
)

// batchValues is how many values are decoded at once, at most.
const batchValues = 1 << 10

// valueSource is how the values of a page are found.
type valueSource uint8

const (
	fromDictionary valueSource = iota // indexes of entries
	fromFixed                         // values of one length, one after the other
	fromPrefixed                      // each behind its length in 4 bytes
	fromLengths                       // one after the other; their lengths are known
	fromDeltas                        // integers by their differences
	fromBits                          // booleans, a bit each
	fromRuns                          // booleans in runs
)

// pageValues reads the values of a page that are not null.
type pageValues struct {
	typ    *leafType
	source valueSource
	data   []byte // of fixed, prefixed and those with lengths: what is not read yet; the bits of booleans
	bit    int    // the next boolean in data

	runs    hybrid     // indexes, or booleans in runs
	entries dictionary // what the indexes mean
	deltas  deltas
	lengths []int64 // not read yet
	made    texts   // what cells hold that is not in the page

	scratch *scratch

	// Memory that is used from page to page.
	allLengths  []int64
	allPrefixes []int64
	joined      []byte
}

// dictionary is what indexes stand for: cells, as a value is decoded once then.
type dictionary []row.Cell

// begin starts with the values of a page of the encoding. limit is how many
// values it may have.
func (v *pageValues) begin(data []byte, encoding format.Encoding, limit int) error {
	v.data, v.bit, v.made = data, 0, v.made[:0]
	bytes := v.typ.physical == format.ByteArray
	boolean := v.typ.physical == format.Boolean
	switch {
	case encoding == format.Plain && bytes:
		v.source = fromPrefixed
	case encoding == format.Plain && boolean:
		v.source = fromBits
	case encoding == format.Plain:
		v.source = fromFixed
	case encoding == format.RLEDictionary:
		return v.beginIndexes()
	case encoding == format.RLE && boolean:
		return v.beginRuns()
	case encoding == format.DeltaBinaryPacked && v.isNumber():
		v.source = fromDeltas
		return v.deltas.begin(data, limit)
	case encoding == format.DeltaLengthByteArray && bytes:
		return v.beginLengths(data, limit)
	case encoding == format.DeltaByteArray && v.typ.isBytes():
		return v.beginJoined(limit)
	case encoding == format.ByteStreamSplit && v.typ.length > 0:
		v.unsplit()
	default:
		return fmt.Errorf("its encoding %s is not read for %s", encoding, v.typ.physical)
	}
	return nil
}

// isNumber reports whether values are 4 or 8 bytes that are a number.
func (v *pageValues) isNumber() bool {
	switch v.typ.physical {
	case format.Int32, format.Int64, format.Float, format.Double:
		return true
	}
	return false
}

func (v *pageValues) beginIndexes() error {
	v.source = fromDictionary
	if len(v.data) == 0 { // all values are null
		v.runs.begin(nil, 0)
		return nil
	}
	if v.data[0] > 32 {
		return errData
	}
	v.runs.begin(v.data[1:], uint(v.data[0]))
	return nil
}

func (v *pageValues) beginRuns() error {
	v.source = fromRuns
	data, _, err := cutPrefixed(v.data)
	v.runs.begin(data, 1)
	return err
}

// cutPrefixed cuts off what stands behind its length.
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

// beginLengths starts with values that stand behind all their lengths.
func (v *pageValues) beginLengths(data []byte, limit int) error {
	v.source = fromLengths
	var err error
	v.allLengths, v.data, err = v.readLengths(v.allLengths, data, limit)
	v.lengths = v.allLengths
	return err
}

// readLengths reads numbers that are stored as differences, and what is behind.
func (v *pageValues) readLengths(to []int64, data []byte, limit int) (lengths []int64, rest []byte, err error) {
	if err := v.deltas.begin(data, min(limit, maxPage/8)); err != nil {
		return to, nil, err
	}
	n := v.deltas.total
	to = slices.Grow(to[:0], n)[:n]
	err = v.deltas.read(to)
	return to, v.deltas.rest(), err
}

// beginJoined starts with values that each begin like the one before.
func (v *pageValues) beginJoined(limit int) error {
	prefixes, rest, err := v.readLengths(v.allPrefixes, v.data, limit)
	v.allPrefixes = prefixes
	if err != nil {
		return err
	}
	if err := v.beginLengths(rest, limit); err != nil {
		return err
	}
	if len(prefixes) != len(v.lengths) {
		return errData
	}
	joined, last := v.joined[:0], 0 // where in joined the value before begins
	for i, suffix := range v.lengths {
		prefix := prefixes[i]
		switch start := len(joined); {
		case prefix < 0 || prefix > int64(start-last) || suffix < 0 || suffix > int64(len(v.data)):
			return errData
		case int64(start)+prefix+suffix > maxPage:
			return fmt.Errorf("it comes to more than %d bytes; use smaller pages", maxPage)
		default:
			joined = append(joined, joined[last:last+int(prefix)]...)
			joined = append(joined, v.data[:suffix]...)
			v.data = v.data[suffix:]
			v.lengths[i] += prefix
			last = start
		}
	}
	v.joined, v.data = joined, joined
	return nil
}

// unsplit puts together what is stored as all first bytes, then all second ones
// and so on.
func (v *pageValues) unsplit() {
	v.source = fromFixed
	size := v.typ.length
	n := len(v.data) / size
	v.joined = slices.Grow(v.joined[:0], n*size)[:n*size]
	for k := range size {
		for i, b := range v.data[k*n : (k+1)*n] {
			v.joined[i*size+k] = b
		}
	}
	v.data = v.joined
}
