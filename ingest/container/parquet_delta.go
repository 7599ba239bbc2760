package container

import (
	"encoding/binary"
)

// maxDeltaBlock bounds the numbers in a block of deltas. Writers use 128 and
// 2,048.
const maxDeltaBlock = 1 << 16

// deltas reads integers that are stored as their differences, packed in
// blocks, and these in parts that each have a width of their own.
type deltas struct {
	data  []byte // behind the present part
	parts int    // in a block
	size  int    // numbers in a part
	total int    // numbers not read yet
	first bool   // the next number stands for itself
	last  int64  // the number before
	least int64  // what is added to each difference of the block

	widths []byte // of the parts of the block that are still to come
	left   int    // differences left in the part
	width  uint
	bits   []byte // of the part
	bit    int    // where the next difference begins in bits
}

// begin reads the header of data that holds no more than limit numbers.
func (d *deltas) begin(data []byte, limit int) error {
	*d = deltas{data: data, first: true}
	block, parts, total := d.uvarint(), d.uvarint(), d.uvarint()
	d.last = d.varint()
	if d.data == nil {
		return errShort
	}
	if block == 0 || block > maxDeltaBlock || parts == 0 || block%parts != 0 || block/parts%8 != 0 || total > uint64(limit) {
		return errData
	}
	d.parts, d.size, d.total = int(parts), int(block/parts), int(total)
	return nil
}

func (d *deltas) uvarint() uint64 {
	v, n := binary.Uvarint(d.data)
	d.advance(n)
	return v
}

func (d *deltas) varint() int64 {
	v, n := binary.Varint(d.data)
	d.advance(n)
	return v
}

// advance goes on by n bytes; data is nil when there are no more.
func (d *deltas) advance(n int) {
	if n <= 0 || n > len(d.data) {
		d.data = nil
		return
	}
	d.data = d.data[n:]
}

// read fills dst.
func (d *deltas) read(dst []int64) error {
	if len(dst) > d.total {
		return errShort
	}
	if d.first && len(dst) > 0 {
		d.first = false
		d.total--
		dst[0] = d.last
		dst = dst[1:]
	}
	for len(dst) > 0 {
		if d.left == 0 {
			if err := d.part(); err != nil {
				return err
			}
		}
		n := min(len(dst), d.left)
		d.sum(dst[:n])
		d.left -= n
		d.total -= n
		dst = dst[n:]
	}
	return nil
}

// sum reads differences of the part.
func (d *deltas) sum(dst []int64) {
	last := d.last
	if d.width == 0 {
		for i := range dst {
			last += d.least
			dst[i] = last
		}
		d.last = last
		return
	}
	for i := range dst {
		last += d.least + int64(bitsAt(d.bits, d.bit, d.width))
		d.bit += int(d.width)
		dst[i] = last
	}
	d.last = last
}

// part goes to the next part, maybe of the next block.
func (d *deltas) part() error {
	if len(d.widths) == 0 {
		d.least = d.varint()
		if len(d.data) < d.parts {
			return errShort
		}
		d.widths = d.data[:d.parts]
		d.data = d.data[d.parts:]
	}
	d.width = uint(d.widths[0])
	d.widths = d.widths[1:]
	if d.width > 64 {
		return errData
	}
	size := d.size / 8 * int(d.width)
	if need := (min(d.size, d.total)*int(d.width) + 7) / 8; need > len(d.data) {
		return errShort
	}
	size = min(size, len(d.data)) // the last part may be cut behind its last number
	d.bits, d.bit, d.left = d.data[:size], 0, d.size
	d.data = d.data[size:]
	return nil
}

// rest returns what lies behind the numbers, after all of them were read.
func (d *deltas) rest() []byte { return d.data }

// bitsAt returns width bits, the lowest first, that begin at a bit of src. Bits
// behind its end are 0.
func bitsAt(src []byte, bit int, width uint) uint64 {
	at, shift := bit>>3, uint(bit&7)
	var low uint64
	if at+8 <= len(src) {
		low = binary.LittleEndian.Uint64(src[at:])
	} else if at < len(src) {
		var last [8]byte
		copy(last[:], src[at:])
		low = binary.LittleEndian.Uint64(last[:])
	}
	v := low >> shift
	if shift+width > 64 && at+8 < len(src) {
		v |= uint64(src[at+8]) << (64 - shift)
	}
	return v & (1<<width - 1) // width 64: all of them, as 1<<64 is 0
}
