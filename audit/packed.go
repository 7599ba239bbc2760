package audit

import (
	"bytes"
	"encoding/gob"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

// mostDrafts is how many findings of one pair are kept as they are while it is judged.
// The others are packed: all events, messages and decisions of the pair are in memory too.
const mostDrafts = 1024

// keep keeps a finding, packed if the pair at hand has many.
func (j *judge) keep(d *draft) {
	if len(j.findings)-j.before < mostDrafts {
		j.findings = append(j.findings, d)
	} else {
		j.packed.add(d)
	}
}

// packedDrafts are findings in a tenth of the memory. The zero value has none.
type packedDrafts struct {
	bytes chunks
	zstd  *zstd.Encoder // to bytes
	gob   *gob.Encoder
	err   error // the first of all
}

// chunks are bytes that are written, and then read once. They are never copied to make
// room, as those of a bytes.Buffer are, nor kept when they are read.
type chunks [][]byte

// Write implements io.Writer.
func (c *chunks) Write(p []byte) (int, error) {
	*c = append(*c, bytes.Clone(p))
	return len(p), nil
}

// Read implements io.Reader.
func (c *chunks) Read(p []byte) (int, error) {
	if len(*c) == 0 {
		return 0, io.EOF
	}
	n := copy(p, (*c)[0])
	if (*c)[0] = (*c)[0][n:]; len((*c)[0]) == 0 {
		(*c)[0], *c = nil, (*c)[1:]
	}
	return n, nil
}

// add packs a finding.
func (p *packedDrafts) add(d *draft) {
	if p.gob == nil {
		const window = 128 << 10 // bytes; findings that lie farther apart are no more alike
		p.zstd, p.err = zstd.NewWriter(&p.bytes, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window), zstd.WithEncoderLevel(zstd.SpeedFastest))
		p.gob = gob.NewEncoder(p.zstd)
	}
	if p.err == nil {
		p.err = p.gob.Encode(draftDataOf(d))
	}
}

// take hands all findings to fn, and keeps none.
func (p *packedDrafts) take(fn func(*draft)) error {
	if p.gob == nil {
		return nil
	}
	if p.err != nil {
		return p.err
	}
	if err := p.zstd.Close(); err != nil {
		return err
	}
	text, err := zstd.NewReader(&p.bytes, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer text.Close()
	all := gob.NewDecoder(text)
	for err == nil {
		var d draftData
		if err = all.Decode(&d); err == nil {
			fn(d.draft())
		}
	}
	*p = packedDrafts{}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
