package container

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
)

// maxThriftDepth bounds how deep structs and lists may lie in each other. The
// footer of Parquet comes to eight.
const maxThriftDepth = 32

// thriftStruct returns the length of the struct, in the compact protocol of
// Thrift, that data begins with: io.ErrUnexpectedEOF if it is longer than data.
// It goes over the struct without decoding it. So whoever decodes it may trust
// that no list has more elements than there are bytes for, and that the nesting
// has an end.
func thriftStruct(data []byte) (int, error) {
	s := thriftScan{data: data}
	if err := s.fields(0); err != nil {
		return 0, err
	}
	return s.pos, nil
}

type thriftScan struct {
	data []byte
	pos  int
}

var errThrift = errors.New("no Thrift data")

// fields goes to the end of a struct.
func (s *thriftScan) fields(depth int) error {
	if depth > maxThriftDepth {
		return errThrift
	}
	for {
		b, err := s.byte()
		if err != nil || b == 0 {
			return err
		}
		if b>>4 == 0 { // the field's number follows; else it is counted on
			if _, err := s.varint(); err != nil {
				return err
			}
		}
		if kind := b & 15; kind > 2 { // a boolean is in the kind
			if err := s.value(kind, depth+1); err != nil {
				return err
			}
		}
	}
}

// value goes over a value of a kind, as it is in a list or behind a field.
func (s *thriftScan) value(kind byte, depth int) error {
	switch kind {
	case 1, 2, 3: // booleans of lists, and bytes
		return s.skip(1)
	case 4, 5, 6: // integers
		_, err := s.varint()
		return err
	case 7: // a double
		return s.skip(8)
	case 8: // bytes
		n, err := s.varint()
		if err != nil {
			return err
		}
		return s.skip(n)
	case 9, 10: // a list or set
		return s.list(depth)
	case 11:
		return s.pairs(depth)
	case 12:
		return s.fields(depth)
	case 13: // a UUID
		return s.skip(16)
	}
	return errThrift
}

func (s *thriftScan) list(depth int) error {
	b, err := s.byte()
	if err != nil {
		return err
	}
	n := uint64(b >> 4)
	if n == 15 {
		if n, err = s.varint(); err != nil {
			return err
		}
	}
	return s.repeat(n, depth, b&15)
}

func (s *thriftScan) pairs(depth int) error {
	n, err := s.varint()
	if err != nil || n == 0 {
		return err
	}
	b, err := s.byte()
	if err != nil {
		return err
	}
	return s.repeat(n, depth, b>>4, b&15)
}

// repeat goes over n times a value of each kind.
func (s *thriftScan) repeat(n uint64, depth int, kinds ...byte) error {
	if depth > maxThriftDepth {
		return errThrift
	}
	if n > uint64(len(s.data)-s.pos) {
		return io.ErrUnexpectedEOF
	}
	for range n {
		for _, kind := range kinds {
			if kind == 12 && s.pos < len(s.data) && s.data[s.pos] == 0 {
				return errThrift // nobody lists structs of nothing, which would be large when they are decoded
			}
			if err := s.value(kind, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *thriftScan) byte() (byte, error) {
	if s.pos == len(s.data) {
		return 0, io.ErrUnexpectedEOF
	}
	s.pos++
	return s.data[s.pos-1], nil
}

func (s *thriftScan) varint() (uint64, error) {
	v, n := binary.Uvarint(s.data[s.pos:])
	switch {
	case n == 0:
		return 0, io.ErrUnexpectedEOF
	case n < 0:
		return 0, errThrift
	}
	s.pos += n
	return v, nil
}

func (s *thriftScan) skip(n uint64) error {
	if n > math.MaxInt32 {
		return errThrift
	}
	if n > uint64(len(s.data)-s.pos) {
		return io.ErrUnexpectedEOF
	}
	s.pos += int(n)
	return nil
}
