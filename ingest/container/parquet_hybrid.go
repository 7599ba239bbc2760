package container

import (
	"encoding/binary"
	"errors"
	"math"
)

var (
	errShort = errors.New("its data ends too early")
	errData  = errors.New("its data makes no sense")
)

// hybrid reads numbers of a few bits that are stored as runs of one value and
// as runs of packed bits: levels, and indexes into a dictionary.
type hybrid struct {
	data  []byte // behind the present run
	width uint   // bits of a number, 32 at most
	left  int    // numbers left in the run
	value uint32 // of all in the run, if it is not packed
	bits  []byte // of a packed run and what is behind, nil for a run of one value
	bit   int    // where the next number begins in bits
}

func (h *hybrid) begin(data []byte, width uint) {
	*h = hybrid{data: data, width: width}
}

// run goes to the next run that is not empty.
func (h *hybrid) run() error {
	for h.left == 0 {
		header, n := binary.Uvarint(h.data)
		if n <= 0 || header > math.MaxUint32 {
			return errShort
		}
		h.data = h.data[n:]
		count := int(header >> 1)
		if header&1 == 1 {
			h.packed(count)
			continue
		}
		size := int(h.width+7) / 8
		if size > len(h.data) {
			return errShort
		}
		var value [4]byte
		copy(value[:], h.data[:size])
		h.value, h.bits, h.left = binary.LittleEndian.Uint32(value[:]), nil, count
		h.data = h.data[size:]
	}
	return nil
}

// packed begins a run of groups of eight. Some writers cut the last one behind
// its last number.
func (h *hybrid) packed(groups int) {
	size := min(groups*int(h.width), len(h.data))
	h.bits, h.bit = h.data, 0
	h.data = h.data[size:]
	if h.width == 0 {
		h.bits, h.value, h.left = nil, 0, 8*groups
		return
	}
	h.left = min(8*groups, 8*size/int(h.width))
}

// read fills dst.
func (h *hybrid) read(dst []uint32) error {
	for len(dst) > 0 {
		if err := h.run(); err != nil {
			return err
		}
		n := min(len(dst), h.left)
		if h.bits == nil {
			fill(dst[:n], h.value)
		} else {
			unpack(dst[:n], h.bits, h.bit, h.width)
			h.bit += n * int(h.width)
		}
		h.left -= n
		dst = dst[n:]
	}
	return nil
}

// same reports whether the next n numbers are one run of a value, and of which.
// It does not go on.
func (h *hybrid) same(n int) (value uint32, same bool, err error) {
	if err := h.run(); err != nil {
		return 0, false, err
	}
	return h.value, h.bits == nil && h.left >= n, nil
}

// skip goes over n numbers.
func (h *hybrid) skip(n int) error {
	for n > 0 {
		if err := h.run(); err != nil {
			return err
		}
		m := min(n, h.left)
		h.bit += m * int(h.width)
		h.left -= m
		n -= m
	}
	return nil
}

func fill(dst []uint32, value uint32) {
	for i := range dst {
		dst[i] = value
	}
}

// unpack reads numbers of width bits, the lowest bit first, that begin at a bit
// of src.
func unpack(dst []uint32, src []byte, bit int, width uint) {
	const word = 8 // bytes that are read at once; with what is shifted away they hold 57 bits
	i, mask := 0, uint64(1)<<(width&63)-1
	one, two, three := width&63, 2*width&63, 3*width&63
	if 4*width <= 57 {
		for ; i+4 <= len(dst) && bit>>3+word <= len(src); i += 4 {
			v := binary.LittleEndian.Uint64(src[bit>>3:]) >> (bit & 7)
			four := dst[i : i+4 : i+4]
			four[0], four[1] = uint32(v&mask), uint32(v>>one&mask)
			four[2], four[3] = uint32(v>>two&mask), uint32(v>>three&mask)
			bit += 4 * int(width)
		}
	}
	for ; i < len(dst) && bit>>3+word <= len(src); i++ {
		dst[i] = uint32(binary.LittleEndian.Uint64(src[bit>>3:]) >> (bit & 7) & mask)
		bit += int(width)
	}
	for ; i < len(dst); i++ {
		dst[i] = uint32(bitsAt(src, bit, width))
		bit += int(width)
	}
}
