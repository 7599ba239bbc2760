package era

import (
	"waudit/audit/category"
	"waudit/audit/outcome"
)

// ClauseOf returns the number of the clause by which an era decides so
// (billing-rules); answer tells whether the message itself opened its window.
func ClauseOf(id ID, code outcome.Code, answer bool) string {
	switch id {
	case CBPMexico:
		return "2.nbp.4"
	case CBP2022:
		return clause2022(code)
	case CBP2023:
		return clause2023(code)
	case PMP2025:
		return clause2025(code, answer)
	case PMP2026:
		return clause2026(code)
	}
	return clauseNBP(code)
}

func clauseNBP(code outcome.Code) string {
	switch code {
	case outcome.ChargeOf(category.Notification):
		return "2.nbp.1"
	case outcome.FreeServiceWindow:
		return "2.nbp.2"
	}
	return "2.nbp.3"
}

func clause2022(code outcome.Code) string {
	switch code {
	case outcome.CoveredOpen:
		return "3.1.1"
	case outcome.FreeEntryPoint, outcome.CoveredFreeEntry:
		return "3.1.2"
	case outcome.ChargeOf(category.UserInitiated):
		return "3.1.3"
	case outcome.ChargeOf(category.BusinessInitiated):
		return "3.1.4"
	case outcome.FreeTier:
		return "3.3"
	}
	return "3"
}

func clause2023(code outcome.Code) string {
	switch code {
	case outcome.CoveredFreeEntry:
		return "3.2.1"
	case outcome.FreeEntryPoint:
		return "3.2.2"
	case outcome.ChargeOf(category.Service), outcome.FreeService:
		return "3.2.4"
	case outcome.FreeTier:
		return "3.3"
	case outcome.UndeliveredFailed, outcome.UndeliveredNever:
		return "3"
	}
	return "3.2.3"
}

func clause2025(code outcome.Code, answer bool) string {
	switch code {
	case outcome.UndeliveredFailed, outcome.UndeliveredNever:
		return "4.1.1"
	case outcome.FreeEntryPoint:
		if answer {
			return "4.1.3"
		}
		return "4.1.2"
	case outcome.CoveredOpen:
		return "4.1.4"
	case outcome.ChargeOf(category.GeneralPurposeAI):
		return "4.1.5"
	case outcome.FreeService:
		return "4.1.6"
	case outcome.FreeServiceWindow:
		return "4.1.7"
	}
	return "4.1.8"
}

func clause2026(code outcome.Code) string {
	switch code {
	case outcome.UndeliveredFailed, outcome.UndeliveredNever:
		return "4.2.1"
	case outcome.FreeEntryPoint:
		return "4.2.2"
	case outcome.FreeReaction:
		return "4.2.4"
	case outcome.ChargeOf(category.GeneralPurposeAI):
		return "4.2.5"
	case outcome.FreeTier, outcome.FreeExempt, outcome.ChargeOf(category.Service), outcome.ChargeOf(category.GroupService):
		return "4.2.6"
	}
	return "4.2.3"
}

// SourceOf returns where the rules of an era are stated.
func SourceOf(id ID) string {
	return [...]string{componentsDoc, cbpDoc, cbpDoc, pricingDoc, serviceDoc, testDoc}[id]
}
