package dialect

// All returns the constructors of all dialects, in the order in which a record
// is offered to them: a dialect that looks deep into foreign records comes
// after those that know their own at a glance.
func All() []func() Dialect {
	return []func() Dialect{NewFlat, NewTruth, NewMetaCloud}
}
