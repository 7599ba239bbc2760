package container

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	avroschema "github.com/hamba/avro/v2"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// avro is object container files, as Kafka's tools and BigQuery export them: a schema,
// and blocks of records behind it. A record becomes the JSON object that it stands for;
// its Line is its number in the file, from 1. A union is the value that it holds. What
// instants, dates and decimals are, is told by the schema; bytes are the text that they
// are, else in base64.
//
// The schema is the library's to read. Blocks and values are read here: the library
// trusts the sizes in a file, and follows a schema that contains itself for ever.
var avro = Format{
	name:  "avro",
	sniff: func(head Head) bool { return bytes.HasPrefix(head.Bytes, []byte(avroMagic)) },
	reader: func(s stream, limits Limits) Reader {
		return &avroReader{file: bufio.NewReader(s.all()), limits: limits}
	},
}

const (
	avroMagic     = "Obj\x01"
	maxAvroHeader = 1 << 20   // bytes of the schema and what stands beside it
	maxAvroBlock  = 256 << 20 // bytes of a block, packed and unpacked each
	maxAvroDepth  = 100       // of values in values
	avroSync      = 16        // bytes of the mark behind each block
)

// avroReader hands out the records of one block after the other.
type avroReader struct {
	file   *bufio.Reader
	limits Limits

	schema avroschema.Schema // nil before the first block
	codec  string
	sync   [avroSync]byte
	unzstd *zstd.Decoder // nil as long as there is nothing to unpack with it

	values avroValues // of the block
	left   int64      // records in it
	row    int64      // records so far
	err    error
}

func (r *avroReader) Next(b *Block) error {
	b.begin(0, r.limits)
	var ends []int
	for r.err == nil && len(b.data) < r.limits.BlockSize {
		if r.prepare(); r.err != nil {
			break
		}
		start := len(b.data)
		r.values.start = start
		if b.data = r.values.append(b.data, r.schema, 0); r.values.err != nil {
			b.data, r.err = b.data[:start], r.damaged(r.values.err)
			break
		}
		r.left--
		r.row++
		b.found = append(b.found, Record{Line: r.row, TooLong: r.values.tooLong})
		r.values.tooLong = false
		ends = append(ends, len(b.data))
	}
	start := 0
	for i, end := range ends { // now the data does not move any more
		b.found[i].Text = b.data[start:end:end]
		start = end
	}
	if len(b.found) == 0 {
		r.close()
		return r.err
	}
	return nil
}

func (r *avroReader) close() {
	if r.unzstd != nil {
		r.unzstd.Close()
		r.unzstd = nil
	}
}

// prepare reads on to the next record.
func (r *avroReader) prepare() {
	if r.schema == nil {
		r.header()
	}
	for r.left == 0 && r.err == nil {
		if len(r.values.data) > 0 {
			r.err = avroError("a block has more than its records")
		} else if _, err := r.file.Peek(1); errors.Is(err, io.EOF) {
			r.err = io.EOF
			return
		}
		r.block()
	}
	r.err = r.damaged(r.err)
}

// damaged is the error for a file that cannot be read on. An error of the stream, which
// says by itself what is wrong, stays what it is.
func (r *avroReader) damaged(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the Avro file is cut behind record %d; fetch it again", r.row)
	}
	if _, ok := errors.AsType[avroError](err); ok {
		return fmt.Errorf("the Avro file is damaged behind record %d: %w; fetch it again", r.row, err)
	}
	return err
}

// avroError is what is wrong with a file.
type avroError string

func (e avroError) Error() string { return string(e) }

// long reads a number. Behind an error it and bytes read nothing.
func (r *avroReader) long() (n int64) {
	if r.err == nil {
		n, r.err = binary.ReadVarint(r.file)
	}
	return n
}

// bytes reads so many bytes, and holds no more than there are.
func (r *avroReader) bytes(n, most int64) []byte {
	if r.err == nil && (n < 0 || n > most) {
		r.err = avroError("a size that cannot be")
	}
	var data bytes.Buffer
	if r.err == nil {
		_, r.err = io.CopyN(&data, r.file, n)
	}
	return data.Bytes()
}

// header reads the schema, and how blocks are packed.
func (r *avroReader) header() {
	if magic := r.bytes(int64(len(avroMagic)), maxAvroHeader); r.err == nil && string(magic) != avroMagic {
		r.err = &Refusal{Reason: "it does not begin as an Avro file does", Records: true}
	}
	var schema []byte
	room := int64(maxAvroHeader)
	for count := r.long(); count != 0; count = r.long() {
		if count < 0 { // the size of the entries follows
			r.long()
			count = -count
		}
		for ; count != 0 && r.err == nil; count-- {
			key := string(r.bytes(r.long(), room-1))
			room -= int64(len(key)) + 1
			value := r.bytes(r.long(), room-1)
			room -= int64(len(value)) + 1
			switch key {
			case "avro.schema":
				schema = value
			case "avro.codec":
				r.codec = string(value)
			}
		}
	}
	copy(r.sync[:], r.bytes(avroSync, avroSync))
	if r.err != nil {
		return
	}
	var err error
	if r.schema, err = avroschema.ParseBytesWithCache(schema, "", &avroschema.SchemaCache{}); err != nil {
		r.err = avroError("its schema cannot be read (" + err.Error() + ")")
	}
}

// block reads the next block, and unpacks it.
func (r *avroReader) block() {
	count := r.long()
	data := r.bytes(r.long(), maxAvroBlock)
	sync := r.bytes(avroSync, avroSync)
	if r.err == nil && string(sync) != string(r.sync[:]) {
		r.err = avroError("a block does not end where it says")
	}
	if r.err == nil {
		data, r.err = r.unpack(data)
	}
	if r.err == nil && (count < 0 || count > int64(len(data))) {
		r.err = avroError("a block has fewer bytes than records")
	}
	r.values = avroValues{data: data, most: int(min(r.limits.MaxRecord, math.MaxInt32)), budget: 64 * (len(data) + maxAvroHeader)}
	r.left = count
}

func (r *avroReader) unpack(data []byte) ([]byte, error) {
	var err error
	switch r.codec {
	case "", "null":
		return data, nil
	case "deflate":
		data, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), maxAvroBlock+1))
	case "snappy": // a checksum stands behind it
		if len(data) < 4 {
			return nil, avroError("a block without its checksum")
		}
		sum := binary.BigEndian.Uint32(data[len(data)-4:])
		data = data[:len(data)-4]
		if n, err := snappy.DecodedLen(data); err != nil || n > maxAvroBlock {
			return nil, avroError("a block that cannot be unpacked")
		}
		if data, err = snappy.Decode(nil, data); err == nil && crc32.ChecksumIEEE(data) != sum {
			err = errors.New("a wrong checksum")
		}
	case "zstandard":
		if r.unzstd == nil {
			if r.unzstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxAvroBlock)); err != nil {
				return nil, err
			}
		}
		data, err = r.unzstd.DecodeAll(data, nil)
	default:
		return nil, &Refusal{Reason: fmt.Sprintf("an Avro file packed with %.20q, which is not read; write it with deflate, snappy or zstandard", r.codec), Records: true}
	}
	switch {
	case err != nil:
		return nil, avroError("a block cannot be unpacked (" + err.Error() + ")")
	case len(data) > maxAvroBlock:
		return nil, avroError("a block is too large")
	}
	return data, nil
}
