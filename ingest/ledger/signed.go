package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"waudit/ingest/signature"
)

// signedInput is a line of the file of signatures: which rows of an input are of a signed
// webhook. Each run is the line and the item that it begins with, and 1 if it is signed.
type signedInput struct {
	Input int         `json:"input"` // its index in the manifest
	Runs  [][3]uint32 `json:"runs"`
}

// encodeSigned writes the runs of the inputs as lines of JSON; nil if there are none.
func encodeSigned(inputs []signature.Runs) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for i, runs := range inputs {
		if len(runs) == 0 {
			continue
		}
		line := signedInput{Input: i}
		for _, r := range runs {
			run := [3]uint32{r.Line, r.Item}
			if r.Valid {
				run[2] = 1
			}
			line.Runs = append(line.Runs, run)
		}
		if err := enc.Encode(line); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// Signed says of each input of the manifest which of its rows are of signed webhooks; nil
// where nobody verified them when they were packed.
func (l *Ledger) Signed() ([]signature.Runs, error) {
	if l.Manifest.Signatures == nil {
		return nil, nil
	}
	data, err := l.readPacked(l.Manifest.Signatures)
	if err != nil {
		return nil, err
	}
	all := make([]signature.Runs, len(l.Manifest.Inputs))
	dec := json.NewDecoder(bytes.NewReader(data))
	for {
		var line signedInput
		switch err := dec.Decode(&line); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", l.Manifest.Signatures.Name, err)
		case line.Input < 0 || line.Input >= len(all):
			return nil, fmt.Errorf("%s speaks of input %d, and there are %d", l.Manifest.Signatures.Name, line.Input, len(all))
		}
		for _, r := range line.Runs {
			all[line.Input] = append(all[line.Input], signature.Run{Line: r[0], Item: r[1], Valid: r[2] == 1})
		}
	}
}
