package unwrap

// Open is how many strings are being read.
func (u *Finder) Open() int { return len(u.nested.outer) }

// MaxAroundTries is how often it is tried to learn what is around a record.
const MaxAroundTries = maxAroundTries

// What makes a record of one in another shape.
var (
	Reshaped = reshaped
	Rebuilt  = rebuilt
)
