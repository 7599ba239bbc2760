package container

import (
	"errors"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
)

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
