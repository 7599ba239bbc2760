package container

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/parquet-go/parquet-go/encoding/bytestreamsplit"
	"github.com/parquet-go/parquet-go/format"

	"waudit/ingest/row"
)

// batchValues is the most values that are turned into cells at once.
const batchValues = 1 << 10

// valueForm is how the values of a page are held, however they were encoded.
type valueForm uint8

const (
	heldAsIndexes valueForm = iota // into the dictionary
	heldAsNumbers                  // integers and booleans, and the bits of floats
	heldAsBytes                    // bytes from one offset to the next
)

// pageValues are the values of a page that are not null.
type pageValues struct {
	typ   *leafType
	form  valueForm
	count int // how many there are
	next  int // index of the next to be read

	indexes []int32
	entries dictionary // what the indexes mean
	numbers []int64
	data    []byte   // of bytes
	offsets []uint32 // into data, one more than there are values
	gap     int      // bytes in front of each offset that are no value's
	made    texts    // text of cells that is not in the page

	joined   []byte // memory of data that was put together
	prefixes []int64
}

// dictionary holds the cells that indexes stand for, so that each is decoded once.
type dictionary []row.Cell

// begin decodes count values of a page.
func (v *pageValues) begin(data []byte, encoding format.Encoding, count int) (err error) {
	v.count, v.next, v.made = count, 0, v.made[:0]
	if count > maxValues {
		return fmt.Errorf("it has %d values, and %d are read at most; use smaller pages", count, maxValues)
	}
	physical := v.typ.physical
	switch {
	case count == 0:
	case encoding == format.RLEDictionary:
		v.form = heldAsIndexes
		v.indexes, err = readIndexes(v.indexes, data, count)
	case encoding == format.RLE && physical == format.Boolean:
		if data, _, err = cutPrefixed(data); err == nil {
			v.joined, err = readLevels(v.joined, data, 1, count)
		}
		if err == nil {
			v.holdNumbers(func(i int) int64 { return int64(v.joined[i]) })
		}
	case encoding == format.DeltaBinaryPacked && v.typ.isNumber():
		v.form = heldAsNumbers
		if v.numbers, _, err = readDeltas(v.numbers, data, count); v.typ.length == 4 {
			for i, n := range v.numbers { // differences may go beyond 32 bits and come back
				v.numbers[i] = int64(int32(n))
			}
		}
	case encoding == format.DeltaLengthByteArray && physical == format.ByteArray:
		err = v.beginLengths(data)
	case encoding == format.DeltaByteArray && v.typ.isBytes():
		err = v.beginJoined(data)
	case encoding == format.ByteStreamSplit && v.typ.length > 0:
		var e bytestreamsplit.Encoding
		v.joined, err = e.DecodeFixedLenByteArray(v.joined, data[:len(data)/v.typ.length*v.typ.length], v.typ.length)
		if err == nil {
			err = v.beginPlain(v.joined)
		}
	case encoding == format.Plain:
		err = v.beginPlain(data)
	default:
		err = fmt.Errorf("its encoding %s is not read for %s", encoding, physical)
	}
	return err
}

// beginPlain starts on values stored one after another. Texts and bytes are not
// copied.
func (v *pageValues) beginPlain(data []byte) error {
	size := v.count * v.typ.length
	if v.typ.physical == format.Boolean {
		size = (v.count + 7) / 8
	}
	if size > len(data) {
		return errShort
	}
	v.data = data
	switch v.typ.physical {
	case format.Boolean:
		v.holdNumbers(func(i int) int64 { return int64(data[i/8] >> (i % 8) & 1) })
	case format.Int32, format.Float:
		v.holdNumbers(func(i int) int64 { return int64(int32(binary.LittleEndian.Uint32(data[4*i:]))) })
	case format.Int64, format.Double:
		v.holdNumbers(func(i int) int64 { return int64(binary.LittleEndian.Uint64(data[8*i:])) })
	case format.ByteArray:
		return v.beginPrefixed(data)
	default:
		v.form, v.gap, v.offsets = heldAsBytes, 0, slices.Grow(v.offsets[:0], v.count+1)
		for i := range v.count + 1 {
			v.offsets = append(v.offsets, uint32(i*v.typ.length))
		}
	}
	return nil
}

// holdNumbers keeps the numbers that at returns.
func (v *pageValues) holdNumbers(at func(i int) int64) {
	v.form, v.numbers = heldAsNumbers, slices.Grow(v.numbers[:0], v.count)[:v.count]
	for i := range v.numbers {
		v.numbers[i] = at(i)
	}
}

// beginPrefixed starts on values that each follow their length. The library would
// copy them, and decode everything that data can hold, even if the page has few values.
func (v *pageValues) beginPrefixed(data []byte) error {
	const prefix = 4
	if prefix*v.count > len(data) {
		return errShort
	}
	v.form, v.gap = heldAsBytes, prefix
	v.offsets = append(slices.Grow(v.offsets[:0], v.count+1), prefix)
	at := 0
	for range v.count {
		if len(data)-at < prefix {
			return errShort
		}
		n := int(binary.LittleEndian.Uint32(data[at:]))
		if at += prefix; n > len(data)-at {
			return errShort
		}
		at += n
		v.offsets = append(v.offsets, uint32(at+prefix))
	}
	return nil
}

// beginLengths starts on values that follow the lengths of all of them.
func (v *pageValues) beginLengths(data []byte) (err error) {
	v.form, v.gap = heldAsBytes, 0
	if v.numbers, v.data, err = readDeltas(v.numbers, data, v.count); err != nil {
		return err
	}
	v.offsets = append(slices.Grow(v.offsets[:0], v.count+1), 0)
	at := int64(0)
	for _, n := range v.numbers[:v.count] {
		if n < 0 || n > int64(len(v.data))-at {
			return errShort
		}
		at += n
		v.offsets = append(v.offsets, uint32(at))
	}
	return nil
}

// beginJoined starts on values stored as a suffix and the length of the prefix
// shared with the value before. The library would allocate whatever they add up to.
func (v *pageValues) beginJoined(data []byte) (err error) {
	if v.prefixes, data, err = readDeltas(v.prefixes, data, v.count); err != nil {
		return err
	}
	if err := v.beginLengths(data); err != nil {
		return err
	}
	joined, last := v.joined[:0], 0 // where in joined the value before begins
	for i, prefix := range v.prefixes[:v.count] {
		start, suffix := len(joined), v.data[v.offsets[i]:v.offsets[i+1]]
		if prefix < 0 || prefix > int64(start-last) {
			return errData
		}
		if start+int(prefix)+len(suffix) > maxPage {
			return fmt.Errorf("it comes to more than %d bytes; use smaller pages", maxPage)
		}
		joined = append(append(joined, joined[last:last+int(prefix)]...), suffix...)
		if n := v.typ.length; n != 0 && n != len(joined)-start {
			return errData
		}
		v.offsets[i], last = uint32(start), start
	}
	v.offsets[v.count] = uint32(len(joined))
	v.joined, v.data = joined, joined
	return nil
}

// read puts the next values into the cells at these indexes.
func (v *pageValues) read(cells []row.Cell, at []uint32) error {
	from, to := v.next, v.next+len(at)
	if to > v.count {
		return errShort
	}
	v.next = to
	switch v.form {
	case heldAsIndexes:
		return v.readIndexed(cells, at, v.indexes[from:to])
	case heldAsNumbers:
		v.readNumbers(cells, at, v.numbers[from:to])
	case heldAsBytes:
		offsets := v.offsets[from : to+1]
		for i, o := range at {
			cells[o] = v.typ.ofBytes(v.data[offsets[i]:int(offsets[i+1])-v.gap], &v.made)
		}
	}
	return nil
}

func (v *pageValues) readIndexed(cells []row.Cell, at []uint32, indexes []int32) error {
	entries := v.entries
	for i, o := range at {
		index := uint32(indexes[i])
		if uint64(index) >= uint64(len(entries)) {
			return fmt.Errorf("it has entry %d of a dictionary of %d", index, len(entries))
		}
		cells[o] = entries[index]
	}
	return nil
}

func (v *pageValues) readNumbers(cells []row.Cell, at []uint32, numbers []int64) {
	switch v.typ.meaning {
	case meansInteger:
		for i, o := range at {
			cells[o] = row.Cell{Kind: row.Int, Int: numbers[i]}
		}
	case meansInstant:
		perMilli := int64(time.Millisecond) / v.typ.unit
		for i, o := range at {
			cells[o] = row.Cell{Kind: row.Time, Int: floorDiv(numbers[i], perMilli)}
		}
	default:
		for i, o := range at {
			cells[o] = v.typ.ofInt(numbers[i], &v.made)
		}
	}
}
