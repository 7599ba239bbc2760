package diff

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"waudit/audit/money"
	"waudit/audit/result"
)

// causes lists in what two runs differ. What one of the reports does not say, as an
// older version of the program does not, is no cause. Paths are none.
func causes(older, newer *Extract) []result.Cause {
	c := []result.Cause{}
	note := func(what, key, was, is string) {
		if was != is {
			c = append(c, result.Cause{What: what, Key: key, Old: was, New: is})
		}
	}
	noteAll := func(what string, was, is map[string]string) {
		for _, key := range union(was, is, cmp.Compare[string]) {
			note(what, key, was[key], is[key])
		}
	}
	a, b := &older.run, &newer.run
	note("version", "", older.tool.Version, newer.tool.Version)
	if a.Rules != nil && b.Rules != nil {
		note("rules", "", a.Rules.SHA256, b.Rules.SHA256)
	}
	noteAll("rates", rates(a), rates(b))
	if a.Config != nil && b.Config != nil {
		noteAll("configuration", configuration(a.Config), configuration(b.Config))
	}
	options(a, b, note)
	note("period", "", period(a.Period), period(b.Period))
	hashed := older.hashed() && newer.hashed()
	note("inputs", "", inputs(a.Inputs, hashed), inputs(b.Inputs, hashed))
	note("bills", "", bills(older.bills), bills(newer.bills))
	noteAll("not_run", notRun(a), notRun(b))
	if (len(a.Incomplete) == 0) != (len(b.Incomplete) == 0) { // else the words name files
		note("incomplete", "", strings.Join(a.Incomplete, "; "), strings.Join(b.Incomplete, "; "))
	}
	return c
}

// rates are the hashes of cards by their names; there may be several of one.
func rates(r *result.Run) map[string]string {
	all := map[string][]string{}
	for _, card := range r.Rates {
		all[card.ID] = append(all[card.ID], card.SHA256)
	}
	out := map[string]string{}
	for id, hashes := range all {
		slices.Sort(hashes)
		out[id] = strings.Join(hashes, " ")
	}
	return out
}

// configuration is the hashes of the file, "" as its key, and of the further ones.
func configuration(c *result.UsedConfig) map[string]string {
	out := map[string]string{"": c.SHA256}
	for _, f := range c.Files {
		out[f.Key] = strings.TrimSpace(out[f.Key] + " " + f.SHA256)
	}
	return out
}

// options notes what was set otherwise: of lists what only one of them has.
func options(a, b *result.Run, note func(what, key, was, is string)) {
	for _, key := range union(a.Options, b.Options, cmp.Compare[string]) {
		was, isList := a.Options[key].([]any)
		is, areLists := b.Options[key].([]any)
		if isList && areLists {
			note("options", key, without(was, is), without(is, was))
			continue
		}
		note("options", key, setting(a.Options, key), setting(b.Options, key))
	}
}

func without(list, other []any) string {
	var only []string
	for _, x := range list {
		if !slices.ContainsFunc(other, func(y any) bool { return text(x) == text(y) }) {
			only = append(only, text(x))
		}
	}
	return strings.Join(only, ", ")
}

func setting(options map[string]any, key string) string {
	if v, ok := options[key]; ok {
		return text(v)
	}
	return ""
}

// text writes a value of JSON, a string without quotes.
func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

func period(p result.Period) string {
	if p.From == nil && p.To == nil {
		return ""
	}
	return cmp.Or(result.Known(p.From), "open") + " to " + cmp.Or(result.Known(p.To), "open")
}

// inputs says what was read, so that the texts differ where the inputs do: by their
// hashes, else by their sizes and records. Their paths, their order and files in
// which nothing was read do not matter.
func inputs(list []result.InputFile, hashed bool) string {
	var keys []string
	var records, size int64
	for i := range list {
		in := &list[i]
		if in.Skipped != "" {
			continue
		}
		records, size = records+in.Records, size+in.Bytes
		if hashed {
			keys = append(keys, in.SHA256)
		} else {
			keys = append(keys, fmt.Sprint(in.Bytes, in.Records, in.Items))
		}
	}
	return fmt.Sprintf("files: %d, records: %d, bytes: %d, hash: %s", len(keys), records, size, digest(keys))
}

func bills(files []result.BillFile) string {
	var keys []string
	for _, f := range files {
		keys = append(keys, f.SHA256)
	}
	if len(keys) == 0 {
		return ""
	}
	return fmt.Sprintf("files: %d, hash: %s", len(keys), digest(keys))
}

// digest is a short hash of texts in any order.
func digest(keys []string) string {
	slices.Sort(keys)
	sum := sha256.Sum256([]byte(strings.Join(keys, "\n")))
	return hex.EncodeToString(sum[:6])
}

func notRun(r *result.Run) map[string]string {
	out := map[string]string{}
	for _, n := range r.NotRun {
		out[n.Check] = n.Why
	}
	return out
}

// hashed reports whether all that was read has a hash.
func (d *Extract) hashed() bool {
	return !slices.ContainsFunc(d.run.Inputs, func(in result.InputFile) bool { return in.Skipped == "" && in.SHA256 == "" })
}

// Limit is how much more may be paid too much than before: a share of what it was, in
// every currency, or an amount of one currency.
type Limit struct {
	text     string
	currency string       // "" for a share
	value    money.Amount // of the currency, or percent
}

// ParseLimit reads a limit such as "5%" or "USD 10".
func ParseLimit(text string) (Limit, error) {
	l := Limit{text: strings.TrimSpace(text)}
	number, share := strings.CutSuffix(l.text, "%")
	if !share {
		l.currency, number, _ = strings.Cut(l.text, " ")
	}
	value, err := money.Parse(strings.TrimSpace(number))
	if err != nil || value.Sign() < 0 || !share && !money.IsCurrency(l.currency) {
		return l, fmt.Errorf("%q is not a limit such as 5%% or 'USD 10'", text)
	}
	l.value = value
	return l, nil
}

// exceeded lists the limits that the newer report is over.
func exceeded(older, newer *Extract, limits []Limit) (out []result.Exceeded) {
	for _, l := range limits {
		for _, currency := range union(older.payable, newer.payable, cmp.Compare[string]) {
			was, is := older.payable[currency], newer.payable[currency]
			if more := is.Sub(was); l.isBelow(currency, was, more) {
				out = append(out, result.Exceeded{Limit: l.text, Currency: currency, Old: write(was), New: write(is), Increase: write(more)})
			}
		}
	}
	return out
}

// isBelow reports whether an increase is more than the limit allows.
func (l Limit) isBelow(currency string, was, more money.Amount) bool {
	if more.Sign() <= 0 {
		return false
	}
	if l.currency != "" {
		return l.currency == currency && more.Cmp(l.value) > 0
	}
	// more / was > percent / 100, without a division: any increase over nothing is.
	return new(big.Rat).Mul(exact(more), big.NewRat(100, 1)).Cmp(new(big.Rat).Mul(exact(was.Abs()), exact(l.value))) > 0
}

// exact is an amount as a fraction.
func exact(a money.Amount) *big.Rat {
	r, _ := new(big.Rat).SetString(money.Format(a, 0)) // always a decimal number
	return r
}
