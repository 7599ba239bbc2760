package dialect

import "slices"

// All returns the constructors of all dialects, in the order in which an object
// is offered to them: the flat record and Meta's own shapes, which most logs
// hold, come first, the loosest last.
func All() []func() Dialect {
	return []func() Dialect{
		NewFlat, NewTruth, NewOnPrem, NewMetaCloud,
		NewTwilio, NewGupshup, NewInfobip, NewVonage, NewYCloud, NewWasapFlow, NewKapso, NewInterakt, NewWATI,
		NewWavecell, NewEngageLab, NewSinch, NewMessageBird, NewAzure, NewPlivo, NewAlibaba, NewGlific, NewChakra,
		NewConnectly, NewZenvia, NewHeyy, NewNifteem, NewConversationEvents, NewAnalytics, NewKaleyra,
	}
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
