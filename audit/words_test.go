package audit_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/event/eventtest"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/template"
	"waudit/ingest"
	"waudit/ingest/dialect"
	"waudit/report/simulate"
)

// TestExplanations holds what users read to the facts: every explanation of the
// cases of checks, the scenarios and some simulated months is taken apart into its
// phrases, and each of them must be true of the log and the configuration. A phrase
// without a rule fails, and so does one that no case says.
func TestExplanations(t *testing.T) {
	said := map[check.Phrase]bool{}
	for _, p := range phrases {
		if rules[p] == nil {
			t.Errorf("phrase %q has no rule", p)
		}
	}
	for _, file := range timelineFiles(t) {
		for _, tl := range loadTimelines(t, file) {
			w, findings := tl.world(t)
			w.hold(t, tl.ID, findings, said)
		}
	}
	for _, from := range []string{"2022-03-01", "2023-05-20", "2023-08-01", "2025-06-20", "2025-08-01", "2026-09-15", "2026-10-01"} {
		w, findings := simulatedWorld(t, from)
		w.hold(t, from, findings, said)
		w.damaged = true
		w.hold(t, from+" damaged", w.audit(t), said)
	}
	received, _ := simulatedWorld(t, "2025-08-01")
	for i := range received.events {
		received.events[i].TimeKind = event.ReceiptTime
	}
	received.hold(t, "received", received.audit(t), said)
	for _, p := range phrases {
		if !said[p] {
			t.Errorf("no case says %q", p)
		}
	}
}

// TestExplanationsOfAnyLog holds explanations to the facts of logs that nobody
// thought of.
func TestExplanationsOfAnyLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &world{tolerance: time.Duration(rapid.SampledFrom([]int{0, 60}).Draw(t, "tolerance")) * time.Second, accounts: map[string]account.Config{testWABA: drawAccount(t)}}
		for _, e := range randomEvents(t) {
			w.events = append(w.events, drawPricing(t, e))
		}
		w.index()
		w.hold(t, "any", w.audit(t), map[check.Phrase]bool{})
	})
}

func drawAccount(t *rapid.T) (c account.Config) {
	c.Timezone = rapid.SampledFrom([]string{"", "UTC", "America/Sao_Paulo"}).Draw(t, "zone")
	c.Currency = rapid.SampledFrom([]string{"", "USD"}).Draw(t, "currency")
	c.AssumeSentWithin = rapid.SampledFrom([]string{"", "2m"}).Draw(t, "sent within")
	if rapid.Bool().Draw(t, "complete") {
		c.CompleteFrom = new(time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	for _, fact := range []**bool{&c.Exempt, &c.AIProvider, &c.PartnerServed} {
		if rapid.Bool().Draw(t, "known") {
			*fact = new(rapid.Bool().Draw(t, "fact"))
		}
	}
	return c
}

// drawPricing gives a status what it may say of the price.
func drawPricing(t *rapid.T, e event.Event) event.Event {
	if !e.Kind.Outbound() || e.Kind == event.Failed || !rapid.Bool().Draw(t, "pricing") {
		return e
	}
	e.Billable = event.FlagOf(rapid.Bool().Draw(t, "billable"))
	e.Category = rapid.SampledFrom([]string{"", "marketing", "utility", "authentication", "service", "referral_conversion", "user_initiated", e.TemplateCategory}).Draw(t, "priced as")
	e.Model = rapid.SampledFrom([]string{"", "CBP", "PMP"}).Draw(t, "model")
	if e.Model != "CBP" {
		e.Pricing = rapid.SampledFrom([]string{"", "regular", "regular", "free_customer_service", "free_entry_point"}).Draw(t, "pricing type")
	}
	e.Conversation = rapid.SampledFrom([]string{"", "A", "B", e.Message}).Draw(t, "conversation")
	if rapid.IntRange(0, 3).Draw(t, "price") == 0 {
		e.HasAmount, e.Amount, e.Currency = true, int64(rapid.IntRange(0, 2).Draw(t, "amount"))*10_000_000, "USD"
		e.PriceKind = rapid.SampledFrom([]string{"", "", event.ListPrice, event.WithFee}).Draw(t, "subtype")
	}
	return e
}

func timelineFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../testdata/[cs]*s/*.yaml") // checks and scenarios
	if err != nil || len(files) == 0 {
		t.Fatalf("no timelines: %v", err)
	}
	return files
}

// world is what explanations speak of.
type world struct {
	events    []event.Event
	changes   []event.Change
	accounts  map[string]account.Config
	templates []account.TemplateConfig
	tolerance time.Duration
	damaged   bool // what the log shows may be wrong

	messages, pairs, numbers map[string][]*event.Event
}

func (tl *timeline) world(t *testing.T) (*world, []audit.Finding) {
	t.Helper()
	events, changes := tl.events(t)
	tolerance, _ := time.ParseDuration(cmp.Or(tl.Tolerance, "0s"))
	_, findings := tl.audit(t)
	w := &world{
		events: events, changes: changes, templates: tl.Templates, tolerance: tolerance,
		accounts: tl.accounts(t, events),
	}
	w.index()
	return w, findings.Findings
}

func (w *world) index() {
	w.messages, w.pairs, w.numbers = map[string][]*event.Event{}, map[string][]*event.Event{}, map[string][]*event.Event{}
	for i := range w.events {
		e := &w.events[i]
		if e.Kind.Outbound() {
			w.messages[e.Message] = append(w.messages[e.Message], e)
		}
		pair := pairKey(e.Number, e.User, e.UserID, e.Group)
		w.pairs[pair] = append(w.pairs[pair], e)
		w.numbers[e.Number] = append(w.numbers[e.Number], e)
	}
}

func pairKey(number, user, userID, group string) string {
	if group != "" {
		return number + " " + group
	}
	return number + " " + cmp.Or(user, userID)
}

// collector keeps what is read from a log.
type collector struct{ w *world }

func (c collector) Record(items *dialect.Items) {
	for i := range items.Events {
		e := &items.Events[i]
		c.w.events = append(c.w.events, e.Clone())
	}
	for _, change := range items.Changes {
		for _, s := range []*string{&change.WABA, &change.Template, &change.Language, &change.Previous, &change.New, &change.Country} {
			*s = strings.Clone(*s)
		}
		c.w.changes = append(c.w.changes, change)
	}
}

// simulatedWorld simulates a month with errors and audits it.
func simulatedWorld(t *testing.T, from string) (*world, []audit.Finding) {
	t.Helper()
	day, err := time.Parse(time.DateOnly, from)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := simulate.Run(t.Context(), simulate.Options{Seed: 7, Messages: 1500, From: day, ErrorShare: 0.05, Duplicate: -1, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{tolerance: time.Minute}
	if _, err := ingest.Read(t.Context(), ingest.Options{Paths: []string{sum.Log}, Workers: 1}, func(int) ingest.Sink { return collector{w} }); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(sum.Config)
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Accounts  map[string]account.Config
		Templates []account.TemplateConfig
	}
	if err := yaml.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	w.accounts, w.templates = config.Accounts, config.Templates
	sortEvents(w.events)
	w.index()
	return w, w.audit(t)
}

// audit audits the world by Meta's list.
func (w *world) audit(t rapid.TB) []audit.Finding {
	t.Helper()
	book, err := account.Build(w.accounts)
	entries, errTemplates := account.Templates(book, w.templates)
	markets, errMarkets := rate.LoadMarkets()
	if err := errors.Join(err, errTemplates, errMarkets); err != nil {
		t.Fatal(err)
	}
	meta, err := rate.Meta(markets)
	if err != nil {
		t.Fatal(err)
	}
	census := coverage.NewCensus()
	for i := range w.events {
		census.See(&w.events[i])
	}
	if w.damaged {
		for _, n := range census.Numbers {
			n.Damage(n.First, n.Last+1)
		}
	}
	book.Learn(w.changes)
	var log memoryLog
	for _, key := range slices.Sorted(maps.Keys(w.pairs)) {
		first := w.pairs[key][0]
		p := event.Pair{Number: first.Number, User: first.User, UserID: first.UserID, Group: first.Group}
		var events []event.Event
		for _, e := range w.pairs[key] {
			events = append(events, *e)
		}
		p.Events = eventtest.Packed(events...)
		log.pairs = append(log.pairs, p)
	}
	_, findings, err := audit.Audit(context.Background(), log, audit.Options{
		Book: book, Census: census, Templates: template.New(entries, w.changes, w.tolerance.Milliseconds()), Markets: markets,
		Prices: price.NewCards(markets, meta), Checks: check.All(), Tolerance: w.tolerance, Workers: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return findings.Findings
}

// hold holds the explanations of findings to the world.
func (w *world) hold(t rapid.TB, name string, findings []audit.Finding, said map[check.Phrase]bool) {
	for i := range findings {
		f := &findings[i].Finding
		parts := takeApart(f.Explanation)
		if parts == nil {
			t.Errorf("%s: %s %s: not made of phrases: %s", name, f.Check, f.Message, f.Explanation)
		}
		for _, p := range parts {
			said[p.phrase] = true
			if rules[p.phrase] == nil {
				continue
			}
			if why := rules[p.phrase](w.about(f, p.values)); why != "" {
				t.Errorf("%s: %s %s %v: %q: %s\n  of: %s", name, f.Check, f.Message, f.Examples, p.phrase, why, f.Explanation)
			}
		}
	}
}

// part is a phrase of an explanation and the facts that it names.
type part struct {
	phrase check.Phrase
	values []string
}

// slots are the forms of facts.
var slots = map[string]string{
	"category": `[a-z_]+|an unnamed category`, "what": `[a-z_ ]+?`, "instant": `\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ`, "month": `\d{4}-\d\d`, "day": `\d{4}-\d\d-\d\d`,
	"categories": `[a-z_, ]+?`, "code": `\d+`, "outcomes": `[A-Za-z_, ]+?`, "duration": `\d+ (?:hour|minute)s?`, "type": `[a-z_]+`, "window": `[a-z ]+`, "key": `accounts\.\S+`,
	"times": `twice|\d+ times`, "lines": `(?: \([^)]*\))?`, "money": `[A-Z]{3} [\d.]+`, "word": `\S+`, "source": `the [a-z ]+`, "model": `[A-Z]+`, "rate": `(?:at most )?[A-Z]{3} [\d.]+`,
	"market": `[^;]+?`, "scope": `domestic|international`, "messages": `\d+ (?:[a-z_]+ )?messages?`, "charge": `an? [a-z_]+ (?:message|conversation)`, "name": `\S+`, "how": `[\w.' ]+?`, "more": `more|less`,
}

// phrases are all that there are, as the source lists them.
var phrases = func() (all []check.Phrase) {
	text, err := os.ReadFile("check/phrase.go")
	if err != nil {
		panic(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^\t\w+ +Phrase = "(.*)"$`).FindAllSubmatch(text, -1) {
		all = append(all, check.Phrase(m[1]))
	}
	return all
}()

// patterns match the phrases at the beginning of a text.
var patterns = func() (all []*regexp.Regexp) {
	slot := regexp.MustCompile(`\\\{([a-z]+)\\\}`)
	for _, p := range phrases {
		text := slot.ReplaceAllStringFunc(regexp.QuoteMeta(string(p)), func(s string) string {
			return "(" + slots[s[2:len(s)-2]] + ")"
		})
		all = append(all, regexp.MustCompile("^"+text+"(?: |$)"))
	}
	return all
}()

// takeApart returns the phrases of an explanation, nil if it is not made of them.
func takeApart(text string) []part {
	for p, re := range patterns {
		m := re.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		first := part{phrases[p], m[1:]}
		if len(m[0]) == len(text) {
			return []part{first}
		}
		if rest := takeApart(text[len(m[0]):]); rest != nil {
			return append([]part{first}, rest...)
		}
	}
	return nil
}

// about gathers what a finding is about.
func (w *world) about(f *result.Finding, values []string) *facts {
	x := &facts{world: w, Finding: f, values: values, account: w.accounts[f.WABA]}
	for _, e := range w.messages[f.Message] {
		if f.Message != "" && e.Number == f.Number && (f.Participant == "" || e.Participant == "" || e.Participant == f.Participant) {
			x.own = append(x.own, e)
		}
	}
	for _, id := range f.Examples {
		x.examples = append(x.examples, w.messages[id])
	}
	x.pair = w.pairs[pairKey(f.Number, f.User, f.UserID, f.Group)]
	if f.ChargedAt != nil {
		x.charged, _ = time.Parse(time.RFC3339, *f.ChargedAt)
	}
	if f.Window != nil {
		x.opened, _ = time.Parse(time.RFC3339, f.Window.OpenedAt)
		x.expires, _ = time.Parse(time.RFC3339, f.Window.ExpiresAt)
	}
	return x
}

// fail writes what is wrong.
func fail(ok bool, format string, args ...any) string {
	if ok {
		return ""
	}
	return fmt.Sprintf(format, args...)
}
