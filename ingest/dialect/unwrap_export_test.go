package dialect

// Open is how many strings are being read.
func (u *Unwrap) Open() int { return len(u.nested.outer) }

// What makes a record of one in another shape.
var (
	Reshaped = reshaped
	Rebuilt  = rebuilt
)
