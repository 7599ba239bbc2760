package container

import (
	"encoding/binary"
	"fmt"
	"time"

	"waudit/ingest/row"
)

// read puts the next values into the cells at these indexes, most of them at
// most.
func (v *pageValues) read(cells []row.Cell, at []uint32) error {
	switch v.source {
	case fromDictionary:
		return v.readIndexed(cells, at)
	case fromBits, fromRuns:
		return v.readBooleans(cells, at)
	case fromPrefixed:
		if v.typ.meaning == meansText {
			return v.readTexts(cells, at)
		}
	}
	if v.isNumber() {
		return v.readNumbers(cells, at)
	}
	for _, o := range at {
		b, err := v.bytes()
		if err != nil {
			return err
		}
		cells[o] = v.typ.ofBytes(b, &v.made)
	}
	return nil
}

func (v *pageValues) readIndexed(cells []row.Cell, at []uint32) error {
	indexes := v.scratch.indexes[:len(at)]
	if err := v.runs.read(indexes); err != nil {
		return err
	}
	entries := v.entries
	for i, o := range at {
		index := indexes[i]
		if uint64(index) >= uint64(len(entries)) {
			return fmt.Errorf("it has entry %d of a dictionary of %d", index, len(entries))
		}
		cells[o] = entries[index]
	}
	return nil
}

// readTexts is what most columns that are no dictionary come to.
func (v *pageValues) readTexts(cells []row.Cell, at []uint32) error {
	data := v.data
	for _, o := range at {
		if len(data) < 4 {
			return errShort
		}
		n := uint64(binary.LittleEndian.Uint32(data))
		if n > uint64(len(data)-4) {
			return errShort
		}
		cells[o] = row.Cell{Kind: row.Text, Text: view(data[4 : 4+n])}
		data = data[4+n:]
	}
	v.data = data
	return nil
}

func (v *pageValues) readNumbers(cells []row.Cell, at []uint32) error {
	numbers := v.scratch.numbers[:len(at)]
	if err := v.readInt64s(numbers); err != nil {
		return err
	}
	switch {
	case v.typ.meaning == meansInteger:
		for i, o := range at {
			cells[o] = row.Cell{Kind: row.Int, Int: numbers[i]}
		}
	case v.typ.meaning == meansInstant && v.typ.unit == int64(time.Millisecond):
		for i, o := range at {
			cells[o] = row.Cell{Kind: row.Time, Int: numbers[i]}
		}
	case v.typ.meaning == meansInstant && v.typ.unit == int64(time.Microsecond):
		for i, o := range at {
			cells[o] = row.Cell{Kind: row.Time, Int: floorDiv(numbers[i], 1000)}
		}
	default:
		for i, o := range at {
			cells[o] = v.typ.ofInt(numbers[i], &v.made)
		}
	}
	return nil
}

// readInt64s reads the bits of numbers.
func (v *pageValues) readInt64s(dst []int64) error {
	wide := v.typ.length == 8
	if v.source == fromDeltas {
		err := v.deltas.read(dst)
		if !wide { // differences may go beyond 32 bits and come back
			for i, n := range dst {
				dst[i] = int64(int32(n))
			}
		}
		return err
	}
	size := len(dst) * v.typ.length
	if size > len(v.data) {
		return errShort
	}
	data := v.data[:size]
	if wide {
		for i := range dst {
			dst[i] = int64(binary.LittleEndian.Uint64(data[8*i:]))
		}
	} else {
		for i := range dst {
			dst[i] = int64(int32(binary.LittleEndian.Uint32(data[4*i:])))
		}
	}
	v.data = v.data[size:]
	return nil
}

func (v *pageValues) readBooleans(cells []row.Cell, at []uint32) error {
	values := v.scratch.indexes[:len(at)]
	if v.source == fromRuns {
		if err := v.runs.read(values); err != nil {
			return err
		}
	} else {
		if v.bit+len(at) > 8*len(v.data) {
			return errShort
		}
		unpack(values, v.data, v.bit, 1)
		v.bit += len(at)
	}
	for i, o := range at {
		cells[o] = row.Cell{Kind: row.Bool, Int: int64(values[i])}
	}
	return nil
}

// bytes reads a value that is stored as bytes.
func (v *pageValues) bytes() ([]byte, error) {
	n := int64(v.typ.length)
	switch v.source {
	case fromPrefixed:
		b, rest, err := cutPrefixed(v.data)
		v.data = rest
		return b, err
	case fromLengths:
		if len(v.lengths) == 0 {
			return nil, errShort
		}
		if n != 0 && n != v.lengths[0] {
			return nil, errData
		}
		n, v.lengths = v.lengths[0], v.lengths[1:]
	}
	if n < 0 || n > int64(len(v.data)) {
		return nil, errShort
	}
	b := v.data[:n:n]
	v.data = v.data[n:]
	return b, nil
}

// skip goes over n values.
func (v *pageValues) skip(n int) error {
	switch v.source {
	case fromDictionary, fromRuns:
		return v.runs.skip(n)
	case fromBits:
		v.bit += n
		return nil
	case fromFixed:
		if n > len(v.data)/v.typ.length {
			return errShort
		}
		v.data = v.data[n*v.typ.length:]
		return nil
	}
	for n > 0 {
		m := min(n, batchValues)
		if v.source == fromDeltas {
			if err := v.deltas.read(v.scratch.numbers[:m]); err != nil {
				return err
			}
		} else {
			for range m {
				if _, err := v.bytes(); err != nil {
					return err
				}
			}
		}
		n -= m
	}
	return nil
}
