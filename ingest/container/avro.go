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
type avro struct{}

func (avro) Name() string { return "avro" }

const avroMagic = "Obj\x01"

func (avro) Sniff(head Head) bool { return bytes.HasPrefix(head.Bytes, []byte(avroMagic)) }

func (avro) reader(s stream, limits Limits) Reader {
	return &avroReader{file: bufio.NewReader(io.MultiReader(bytes.NewReader(bytes.Clone(s.rest)), s.behind())), limits: limits}
}

const (
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
		if r.err = r.prepare(); r.err != nil {
			break
		}
		r.values.start = len(b.data)
		b.data, r.err = r.values.append(b.data, r.schema, 0)
		if r.err != nil {
			b.data = b.data[:r.values.start]
			r.err = r.damaged(r.err)
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
func (r *avroReader) prepare() error {
	if r.schema == nil {
		if err := r.header(); err != nil {
			return r.damaged(err)
		}
	}
	for r.left == 0 {
		if len(r.values.data) > 0 {
			return r.damaged(avroError("a block has more than its records"))
		}
		if _, err := r.file.Peek(1); errors.Is(err, io.EOF) {
			return io.EOF
		}
		if err := r.block(); err != nil {
			return r.damaged(err)
		}
	}
	return nil
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

func (r *avroReader) long() (int64, error) { return binary.ReadVarint(r.file) }

// bytes reads so many bytes, and holds no more than there are.
func (r *avroReader) bytes(n, most int64) ([]byte, error) {
	if n < 0 || n > most {
		return nil, avroError("a size that cannot be")
	}
	var data bytes.Buffer
	read, err := io.CopyN(&data, r.file, n)
	if read < n && (err == nil || errors.Is(err, io.EOF)) {
		err = io.ErrUnexpectedEOF
	}
	return data.Bytes(), err
}

// header reads the schema, and how blocks are packed.
func (r *avroReader) header() error {
	magic := make([]byte, len(avroMagic))
	if _, err := io.ReadFull(r.file, magic); err != nil {
		return err
	}
	if string(magic) != avroMagic {
		return &Refusal{Reason: "it does not begin as an Avro file does", Records: true}
	}
	var schema []byte
	for room := int64(maxAvroHeader); ; {
		count, err := r.long()
		if err != nil {
			return err
		}
		if count == 0 {
			break
		}
		if count < 0 { // the size of the entries follows
			if _, err := r.long(); err != nil {
				return err
			}
			count = -count
		}
		for ; count != 0; count-- {
			var entry [2][]byte
			for i := range entry {
				n, err := r.long()
				if err != nil {
					return err
				}
				if n < 0 || n >= room {
					return avroError("a size that cannot be")
				}
				entry[i] = make([]byte, n)
				if _, err = io.ReadFull(r.file, entry[i]); err != nil {
					return err
				}
				room -= n + 1
			}
			switch string(entry[0]) {
			case "avro.schema":
				schema = entry[1]
			case "avro.codec":
				r.codec = string(entry[1])
			}
		}
	}
	if _, err := io.ReadFull(r.file, r.sync[:]); err != nil {
		return err
	}
	var err error
	if r.schema, err = avroschema.ParseBytesWithCache(schema, "", &avroschema.SchemaCache{}); err != nil {
		return avroError("its schema cannot be read (" + err.Error() + ")")
	}
	return nil
}

// block reads the next block, and unpacks it.
func (r *avroReader) block() error {
	count, err := r.long()
	if err != nil {
		return err
	}
	size, err := r.long()
	if err != nil {
		return err
	}
	data, err := r.bytes(size, maxAvroBlock)
	if err != nil {
		return err
	}
	var sync [avroSync]byte
	if _, err := io.ReadFull(r.file, sync[:]); err != nil {
		return err
	}
	if sync != r.sync {
		return avroError("a block does not end where it says")
	}
	if data, err = r.unpack(data); err != nil {
		return err
	}
	if count < 0 || count > int64(len(data)) {
		return avroError("a block has fewer bytes than records")
	}
	r.values = avroValues{data: data, most: int(min(r.limits.MaxRecord, math.MaxInt32)), budget: 64 * (len(data) + maxAvroHeader)}
	r.left = count
	return nil
}

// unpack unpacks the data of a block.
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
