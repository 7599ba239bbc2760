package container

import (
	"encoding/binary"
	"fmt"
	"io"

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
	meta format.FileMetaData
	root *schemaNode
	leaf []*schemaNode // the columns that hold values, in the order of their chunks
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
	if err := decodeThrift(footer, &f.meta); err != nil {
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

// decodeThrift decodes the struct that data begins with into v. It makes sure
// beforehand of what the decoder takes on trust.
func decodeThrift(data []byte, v any) (err error) {
	defer recoverAs(&err)
	n, err := thriftStruct(data)
	if err != nil {
		return err
	}
	var protocol thrift.CompactProtocol
	return thrift.NewDecoder(protocol.NewReaderFromBytes(data[:n])).Decode(v)
}

// recoverAs makes an error of a panic: damaged files find ways that nobody
// thought of.
func recoverAs(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the data makes no sense (%v)", p)
	}
}
