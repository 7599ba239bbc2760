package group

import "errors"

// sink makes chunks of a sorted bin, in memory or in a file.
type sink struct {
	arena  *arena
	file   *blockWriter // nil: in memory
	chunk  []byte
	chunks [][]byte
}

// add copies a record, which begins a pair or not.
func (k *sink) add(rec record, begins bool) error {
	if cap(k.chunk)-len(k.chunk) < len(rec) {
		if err := k.room(len(rec)); err != nil {
			return err
		}
	}
	at := len(k.chunk)
	k.chunk = append(k.chunk, rec...)
	if begins {
		k.chunk[at+atFlags] |= beginsPair
	}
	return nil
}

// room makes room for n bytes in the chunk.
func (k *sink) room(n int) error {
	if err := k.flush(); err != nil {
		return err
	}
	if cap(k.chunk) < n {
		if k.chunk != nil {
			k.arena.put(k.chunk)
		}
		k.chunk = k.arena.get(n)
	}
	return nil
}

// flush hands on the chunk and leaves an empty one, or none.
func (k *sink) flush() error {
	if len(k.chunk) == 0 {
		return nil
	}
	if k.file == nil {
		k.chunks = append(k.chunks, k.chunk)
		k.chunk = nil
		return nil
	}
	err := k.file.write(k.chunk)
	k.chunk = k.chunk[:0]
	return err
}

// finish returns the chunks that are in memory; the others are in the file then.
func (k *sink) finish() ([][]byte, error) {
	if err := k.flush(); err != nil {
		return nil, errors.Join(err, k.abort())
	}
	if k.file == nil {
		return k.chunks, nil
	}
	if k.chunk != nil {
		k.arena.put(k.chunk)
	}
	return nil, k.file.commit()
}

// abort gives up a file that cannot be finished.
func (k *sink) abort() error {
	if k.file == nil {
		return nil
	}
	return k.file.file.Close()
}
