package dialect

import "slices"

// All returns the constructors of all dialects, in the order in which an object
// is offered to them: the flat record and Meta's own shapes, which most logs
// hold, come first, the loosest last.
func All() []func() Dialect {
	return []func() Dialect{
		newOf[flat], newOf[truth], newOf[onPrem], newOf[metaCloud],
		newOf[twilio], newOf[gupshup], newOf[infobip], provider("vonage"), provider("ycloud"), newOf[wasapFlow], newOf[kapso], newOf[interakt], provider("wati"),
		provider("8x8"), provider("engagelab"), newOf[sinch], provider("messagebird"), provider("azure"), provider("plivo"), provider("alibaba"), newOf[glific], provider("chakra"),
		provider("connectly"), provider("zenvia"), provider("heyy"), provider("nifteem"), provider("msg91"), provider("telnyx"), provider("brevo"), newOf[conversationEvents], newOf[analytics], newOf[kaleyra],
	}
}

// newOf returns a dialect of that type, each of which is ready for use as its zero
// value.
func newOf[D any, P interface {
	*D
	Dialect
}]() Dialect {
	return P(new(D))
}

// Names returns the names of the dialects that a log can be said to be of. The
// truth that simulate writes beside its log is none.
func Names(dialects []func() Dialect) []string {
	names := make([]string, len(dialects))
	for i, construct := range dialects {
		names[i] = construct().Name()
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == truth{}.Name() })
}
