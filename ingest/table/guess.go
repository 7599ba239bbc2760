package table

import (
	"slices"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/notation"
)

// columnGuess is where a column may come from, and why.
type columnGuess struct {
	column event.Column
	path   *seenPath
	why    string
}

// translated is the event that a word for a status stands for, "" if none is
// known.
func translated(word string) string {
	switch notation.Fold(word) {
	case "enviado", "enviada", "env":
		return "sent"
	case "entregado", "entregada", "entregue":
		return "delivered"
	case "leido", "leído", "leida", "leída", "lido", "lida", "visto":
		return "read"
	case "fallido", "fallida", "fallado", "falhou", "falha", "error", "erro", "noentregado", "nãoentregue":
		return "failed"
	case "recibido", "recibida", "recebido", "recebida", "entrante":
		return "inbound"
	case "encolado", "encolada", "pendiente", "pendente", "aceptado", "aceito":
		return "request"
	}
	return ""
}

// guesses finds a path for as many columns as possible, each path once.
func guesses(paths []*seenPath) (found []columnGuess) {
	taken := map[*seenPath]bool{}
	for _, names := range [...]func(event.Column) []string{ownNames, func(c event.Column) []string { return namesOf(c, inDrafts, 0) }} {
		for c := range event.NumFlat {
			if slices.ContainsFunc(found, func(g columnGuess) bool { return g.column == c }) {
				continue
			}
			for _, name := range names(c) {
				if p := pathNamed(paths, name); p != nil && !taken[p] && p.suits(c) {
					taken[p] = true
					found = append(found, columnGuess{c, p, "by its name"})
					break
				}
			}
		}
	}
	found = append(found, guessByValues(paths, taken, found)...)
	slices.SortFunc(found, func(a, b columnGuess) int { return int(a.column) - int(b.column) })
	return found
}

// ownNames are the names by which a mapping finds a column by itself.
func ownNames(c event.Column) (names []string) {
	for _, s := range synonymsOf(c, anywhere) {
		if s.kinds == 0 || s.kinds.has(event.Sent) && c != event.ColTimestamp {
			names = append(names, s.name)
		}
	}
	return names
}

// namesOf are the names of a column for events of those kinds alone.
func namesOf(c event.Column, of use, kinds kindSet) (names []string) {
	for _, s := range synonymsOf(c, of) {
		if s.kinds == kinds {
			names = append(names, s.name)
		}
	}
	return names
}

// pathNamed finds a path by all of its keys or by its last one.
func pathNamed(paths []*seenPath, name string) *seenPath {
	for _, of := range [...]func(*seenPath) string{
		func(p *seenPath) string { return strings.ReplaceAll(p.path, ".", "") },
		func(p *seenPath) string { return p.leaf },
	} {
		for _, p := range paths {
			if notation.Fold(of(p)) == notation.Fold(name) {
				return p
			}
		}
	}
	return nil
}

// suits reports whether the values seen at a path can be the column's.
func (p *seenPath) suits(c event.Column) bool {
	switch c {
	case event.ColTimestamp:
		return p.isTime()
	case event.ColUser:
		return len(p.values) == 0 || isPhoneLike(p.values[0]) || dialect.IsUserID(p.values[0])
	case event.ColAmount:
		return len(p.values) == 0 || strings.ContainsAny(p.values[0], "0123456789")
	}
	return true
}

// isTime reports whether all values are times in a form that is known.
func (p *seenPath) isTime() bool { return len(p.values) > 0 && len(formsOf(p.values)) > 0 }

// guessByValues looks for what matters most by what it looks like.
func guessByValues(paths []*seenPath, taken map[*seenPath]bool, found []columnGuess) (more []columnGuess) {
	for _, by := range [...]struct {
		column event.Column
		is     func(string) bool
		why    string
	}{
		{event.ColMessage, func(v string) bool { return strings.HasPrefix(v, "wamid.") }, "its values are ids of WhatsApp"},
		{event.ColEvent, func(v string) bool {
			return flat.KindOf(v) != 0 || dialect.StatusKind(event.Word(v)) != 0 || translated(v) != ""
		}, "its values are statuses"},
		{event.ColUser, func(v string) bool { return isPhoneLike(v) && !isTimeText(v) }, "its values look like phones"},
		{event.ColTimestamp, isTimeText, "its values are times"},
	} {
		if slices.ContainsFunc(found, func(g columnGuess) bool { return g.column == by.column }) {
			continue
		}
		for _, p := range paths {
			if len(p.values) > 0 && !taken[p] && !slices.ContainsFunc(p.values, func(v string) bool { return !by.is(v) }) {
				taken[p] = true
				more = append(more, columnGuess{by.column, p, by.why})
				break
			}
		}
	}
	return more
}

func isTimeText(v string) bool { return len(formsOf([]string{v})) > 0 }

// guessEvents finds the times of several events, if a row has more than one.
func guessEvents(paths []*seenPath) (found []columnGuess) {
	for _, k := range spreadKinds {
		for _, name := range append(namesOf(event.ColTimestamp, anywhere, setOf(k)), namesOf(event.ColTimestamp, inDrafts, setOf(k))...) {
			if p := pathNamed(paths, name); p != nil && (p.isTime() || len(p.values) == 0) {
				found = append(found, columnGuess{event.ColTimestamp, p, k.String()})
				break
			}
		}
	}
	if len(found) < 2 {
		return nil
	}
	return found
}

// formsOf returns the forms in which all values can be read; "" is that of flat
// records, which needs no name and makes all others needless.
func formsOf(values []string) (forms []string) {
	fits := func(form string) bool {
		var times notation.Times
		times.Zone, _ = notation.NewZone("UTC")
		if form != "" {
			f, problem := notation.NewTimeForm(form)
			if problem != "" {
				return false
			}
			times.Forms = []notation.TimeForm{f}
		}
		return !slices.ContainsFunc(values, func(v string) bool {
			return times.Read(v).Fault != notation.TimeGood
		})
	}
	for _, form := range [...]string{"", "unix_us", "unix_ns", "excel",
		"02/01/2006 15:04:05", "01/02/2006 15:04:05", "02/01/2006 15:04", "01/02/2006 15:04", "02-01-2006 15:04:05", "01-02-2006 15:04:05",
		"02.01.2006 15:04:05", "02.01.2006 15:04", "2006/01/02 15:04:05", "2006-01-02 15:04", "01/02/2006 03:04:05 PM", "02/01/2006 03:04:05 PM",
		"1/2/06 15:04", "2/1/06 15:04", "1/2/2006 15:04", "2/1/2006 15:04", "2 Jan 2006 15:04:05", "Jan 2, 2006 15:04:05", "Mon, 02 Jan 2006 15:04:05 -0700",
	} {
		if fits(form) {
			if form == "" {
				return []string{""}
			}
			forms = append(forms, form)
		}
	}
	return sameForms(forms)
}

// sameForms leaves out forms that differ only in how many digits they ask for.
func sameForms(forms []string) (kept []string) {
	bare := func(form string) string { return strings.ReplaceAll(form, "0", "") }
	for _, form := range forms {
		if !slices.ContainsFunc(kept, func(k string) bool {
			return strings.ReplaceAll(bare(k), "26", "6") == strings.ReplaceAll(bare(form), "26", "6")
		}) {
			kept = append(kept, form)
		}
	}
	return kept
}
