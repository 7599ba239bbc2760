package report

import (
	"cmp"

	"waudit/audit/result"
)

// names are what people call accounts, by WABA id.
type names map[string]string

func namesOf(run *result.Run) names {
	n := names{}
	for _, a := range run.Accounts {
		if a.Name != "" {
			n[a.WABA] = a.Name
		}
	}
	return n
}

// of is what people call an account: its name, else its id.
func (n names) of(waba string) string { return cmp.Or(n[waba], waba) }

// brief writes an account for a line of text: by its name if no other has it.
func (n names) brief(waba string) string {
	name := n[waba]
	for other, its := range n {
		if its == name && other != waba {
			return n.full(waba)
		}
	}
	if name == "" {
		return n.full(waba)
	}
	return brief(name)
}

// full writes an account by its name and id: "Acme Brazil (102290129340398)".
func (n names) full(waba string) string {
	if name := n[waba]; name != "" {
		return brief(name) + " (" + brief(waba) + ")"
	}
	return orUnknown(brief(waba))
}

// orOthers names the account of a group, or says that it is of several.
func (n names) orOthers(g result.Group) string {
	if g.Others {
		return "other accounts"
	}
	return n.brief(g.Key)
}
