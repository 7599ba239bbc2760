package audit_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/event/eventtest"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/template"
	"waudit/audit/verdict/verdicttest"
)

// timeline is a case as the files under testdata write it: what happened
// between one business number and one user, and what must come of it.
type timeline struct {
	ID         string
	Title      string
	Era        string
	Confidence string
	Timezone   string
	Channel    string // messenger or instagram; "" for WhatsApp
	Tolerance  string
	FreeUsed   *int `yaml:"free_used"` // units of the month of the first delivery; absent: all 1000
	User       string
	Blind      bool           // no complete_from: the log may begin in the middle
	Account    account.Config // facts beyond the usual
	Card       string         // rows of the card by which the account is billed; "meta" for Meta's
	Unset      []string       // facts that nobody stated: partner_served, ai_provider, exempt, free_used
	Templates  []account.TemplateConfig
	Events     []moment
	Expect     map[string]string // OUTCOME[:category or reason] by message
	Findings   []string          // "CHECK message verdict", sorted
	Saves      []string          // "CHECK messages amount", and "CHECK messages amount perhaps" where it is not certain
}

// moment is one line of a timeline.
type moment struct {
	At         time.Time
	Number     string // another business number than the timeline's
	Of         string // another user than the timeline's: a pair of its own
	User       string // message, call, reaction, ...
	Via        string // ad, page_cta, post
	Send       string // message id
	Type       string
	Template   string // category
	Name       string // template name
	Language   string // of the template
	Group      string
	Member     string
	As         string // on Messenger or Instagram: what the send request says that it is sent as; "" for an echo alone
	Delivered  *time.Time
	Read       *time.Time
	Failed     bool
	Unsent     bool // the log lacks the sent status
	App        bool
	Requested  *time.Time // the send request is in the log
	Category   string     // of a message that is no template: Direct Send
	TemplateID bool       `yaml:"template_id"` // the statuses carry the mark of a Direct Send
	Reported   *reported
	Again      *reported // the same status once more, with this content
	Price      string    // amount on the delivered status
	PriceOn    string    `yaml:"price_on"` // status that carries it instead
	Billed     string    // amount of a bill line
	Lines      []billLine
	Change     *struct {
		Template, Language, From, To string

		Ahead  bool       // it is only announced
		Starts *time.Time // when what is announced takes effect
	}
}

// billLine is one of several bill lines of a message.
type billLine struct {
	Amount, Currency, ID, Category string

	File uint32 // number of the file that it stands in
}

// reported is the pricing and conversation object of a status.
type reported struct {
	Model, Type, Category, Conversation, Origin, Subtype string
	Billable                                             *bool
	On                                                   string // status that carries it, or "charge" for a statement of its own; default delivered
	Expires                                              *time.Time
}

const (
	testWABA   = "100"
	testNumber = "200"
	testUser   = "15551230001"
)

func loadTimelines(t *testing.T, path string) []timeline {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var list []timeline
	if err := dec.Decode(&list); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return list
}

// events turns the timeline into what a log would hold.
func (tl *timeline) events(t *testing.T) (events []event.Event, changes []event.Change) {
	for i, m := range tl.Events {
		base := event.Event{WABA: testWABA, Number: cmp.Or(m.Number, testNumber), User: cmp.Or(m.Of, tl.User, testUser), Time: m.At.UnixMilli(), Place: event.Place{Line: uint32(i + 1)}}
		if m.Group != "" {
			base.Group, base.User = m.Group, ""
		}
		if tl.Channel != "" {
			base.Number, base.UserID, base.User = tl.Channel+":"+testNumber, tl.Channel+":"+base.User, ""
			base.WABA = base.Number
		}
		switch {
		case m.Change != nil:
			changes = append(changes, m.change(base.Time))
		case m.As != "":
			request, echo := base, base
			request.Kind, request.Message, request.TemplateCategory = event.Request, m.Send, m.As
			echo.Kind, echo.Message, echo.Type = event.Sent, m.Send, "text"
			events = append(events, request, echo)
		case m.User != "":
			events = append(events, inbound(base, m, i))
		default:
			events = append(events, outbound(t, base, m)...)
		}
	}
	sortEvents(events)
	return events, changes
}

func (m *moment) change(at int64) event.Change {
	c := event.Change{
		Kind: event.TemplateCategory, Time: at, WABA: testWABA,
		Template: m.Change.Template, Language: m.Change.Language, Previous: m.Change.From, New: m.Change.To,
	}
	if m.Change.Ahead {
		c.Kind = event.TemplateToCome
	}
	if m.Change.Starts != nil {
		c.Start = m.Change.Starts.UnixMilli()
	}
	return c
}

// sortEvents puts events in the order in which a log hands them to the auditor.
func sortEvents(events []event.Event) {
	slices.SortStableFunc(events, func(a, b event.Event) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(outFirst(a), outFirst(b)), cmp.Compare(a.Kind, b.Kind))
	})
}

func outFirst(e event.Event) int {
	if e.Kind.Outbound() {
		return 1
	}
	return 0
}

func inbound(e event.Event, m moment, i int) event.Event {
	e.Kind, e.Type, e.Message, e.Referral = event.Inbound, m.User, fmt.Sprintf("in%d", i), m.Via
	switch m.User {
	case "message":
		e.Type = "text"
	case "call":
		e.Kind, e.Type = event.Call, ""
	case "accepted_call":
		e.Kind, e.Type = event.AcceptedCall, ""
	}
	return e
}

func outbound(t *testing.T, base event.Event, m moment) []event.Event {
	base.Message, base.Type, base.Template = m.Send, m.Type, m.Name
	base.Language = m.Language
	if m.Template != "" {
		base.TemplateCategory, base.Type = m.Template, "template"
	}
	if m.Template == "unknown" {
		base.TemplateCategory = ""
	}
	if m.Type == "none" {
		base.Type = ""
	}
	if m.Category != "" {
		base.TemplateCategory = m.Category
	}
	var events []event.Event
	if m.App {
		echo := base
		echo.Kind = event.Echo
		events = append(events, echo)
		if m.Delivered == nil {
			return events
		}
	}
	if m.Requested != nil {
		request := base
		request.Kind, request.Time = event.Request, m.Requested.UnixMilli()
		events = append(events, request)
		base.TemplateCategory, base.Template = "", ""
	}
	add := func(kind event.Kind, at time.Time) {
		e := base
		e.Kind, e.Time = kind, at.UnixMilli()
		if kind != event.Sent {
			e.Participant = m.Member
		}
		if m.TemplateID {
			e.TemplateID = "1"
		}
		if m.Price != "" && cmp.Or(m.PriceOn, "delivered") == kind.String() {
			e.HasAmount, e.Currency = true, "USD"
			e.Amount = parseAmount(t, m.Price)
		}
		events = append(events, m.Reported.put(e))
		if m.Again != nil && m.Again.carriedBy(kind) {
			events = append(events, m.Again.put(e))
		}
	}
	if !m.Unsent {
		add(event.Sent, m.At)
	}
	if m.Delivered != nil {
		add(event.Delivered, *m.Delivered)
	}
	if m.Read != nil {
		add(event.Read, *m.Read)
	}
	if m.Failed {
		add(event.Failed, m.At.Add(time.Second))
	}
	for _, r := range [...]*reported{m.Reported, m.Again} {
		if r.carriedBy(event.Charge) {
			statement := base
			statement.Kind = event.Charge
			events = append(events, r.put(statement))
		}
	}
	for n, l := range m.Lines {
		bill := base
		bill.Kind, bill.HasAmount, bill.Currency, bill.Amount = event.Charge, true, cmp.Or(l.Currency, "USD"), parseAmount(t, l.Amount)
		bill.Line, bill.Category, bill.Place = l.ID, l.Category, event.Place{Input: l.File, Line: uint32(n + 1)}
		events = append(events, bill)
	}
	if m.Billed != "" {
		bill := base
		bill.Kind, bill.HasAmount, bill.Currency, bill.Amount = event.Charge, true, "USD", parseAmount(t, m.Billed)
		events = append(events, bill)
	}
	return events
}

func (r *reported) carriedBy(kind event.Kind) bool {
	return r != nil && cmp.Or(r.On, "delivered") == kind.String()
}

// put returns the status with what it reports.
func (r *reported) put(e event.Event) event.Event {
	if !r.carriedBy(e.Kind) {
		return e
	}
	e.Model, e.Pricing, e.Category = r.Model, r.Type, r.Category
	e.SetSubtype(r.Subtype)
	e.Conversation, e.Origin = r.Conversation, r.Origin
	if r.Billable != nil {
		e.Billable = event.FlagOf(*r.Billable)
	}
	if r.Expires != nil {
		e.Expires = r.Expires.UnixMilli()
	}
	return e
}

func parseAmount(t *testing.T, s string) int64 {
	t.Helper()
	n, err := money.Parse(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	nano, _ := n.Int64()
	return nano
}

// memoryLog is a log of a few pairs.
type memoryLog struct{ pairs []event.Pair }

func (l memoryLog) Partitions() int { return 1 }

func (l memoryLog) Each(_ int, want func(int) bool, fn func(event.Pair) error) error {
	for n, p := range l.pairs {
		if want != nil && !want(n) {
			continue
		}
		if err := fn(p); err != nil {
			return err
		}
	}
	return nil
}

// audit runs the timeline and returns its decisions by message and its
// findings.
func (tl *timeline) audit(t *testing.T) (map[string]result.Decision, *audit.Findings) {
	t.Helper()
	events, changes := tl.events(t)
	return tl.auditEvents(t, events, changes)
}

// auditEvents audits these events in place of the timeline's.
func (tl *timeline) auditEvents(t *testing.T, events []event.Event, changes []event.Change) (map[string]result.Decision, *audit.Findings) {
	t.Helper()
	options := tl.options(t, events, changes)
	a, findings, err := audit.Audit(context.Background(), memoryLog{pairs(events)}, options())
	if err != nil {
		t.Fatal(err)
	}
	holdParts(t, pairs(events), options, findings)
	holdAsked(t, pairs(events), options)
	decisions := map[string]result.Decision{}
	err = a.Decisions(context.Background(), nil, func(d *result.Decision) error {
		id := d.Message
		if d.Participant != "" {
			id += "/" + d.Participant
		}
		decisions[id] = *d
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return decisions, findings
}

// options returns what makes options with a census of the events.
func (tl *timeline) options(t *testing.T, events []event.Event, changes []event.Change) func() audit.Options {
	t.Helper()
	book, err := account.Build(tl.accounts(t, events))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := account.Templates(book, tl.Templates)
	if err != nil {
		t.Fatal(err)
	}
	tolerance, err := time.ParseDuration(cmp.Or(tl.Tolerance, "0s"))
	if err != nil {
		t.Fatal(err)
	}
	markets, meta := verdicttest.Lists(t)
	book.Find(testWABA, "").Rates = tl.card(t, markets, meta)
	return func() audit.Options {
		return audit.Options{
			Book: book, Census: censusOf(events), Templates: template.New(entries, changes, tolerance.Milliseconds()), Markets: markets,
			Prices: price.NewCards(markets, meta),
			Checks: check.All(), Tolerance: tolerance, Workers: 1,
		}
	}
}

func censusOf(events []event.Event) *coverage.Census {
	census := coverage.NewCensus()
	for i := range events {
		census.See(&events[i])
	}
	return census
}

// card is the card by which the account is billed, nil if there is none.
func (tl *timeline) card(t *testing.T, markets *rate.Markets, meta *rate.Card) *rate.Card {
	t.Helper()
	switch tl.Card {
	case "":
		return nil
	case rate.MetaName:
		return meta
	}
	card, err := rate.ParseCard(strings.NewReader("# waudit rate card\n# name: contract\n"+
		"effective_from,currency,market,category,unit,tier_from,tier_to,rate,status,source\n"+tl.Card), markets)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// pairs groups the events by number and user or group, in the order of these.
func pairs(events []event.Event) []event.Pair {
	var list []event.Pair
	for _, e := range events {
		i := slices.IndexFunc(list, func(p event.Pair) bool { return p.Number == e.Number && p.User == e.User && p.Group == e.Group })
		if c, _ := event.ChannelOf(e.Number); c != event.WhatsApp {
			i = slices.IndexFunc(list, func(p event.Pair) bool { return p.Number == e.Number && p.UserID == e.UserID })
		}
		if i < 0 {
			i = len(list)
			list = append(list, event.Pair{Number: e.Number, User: e.User, Group: e.Group})
			if c, _ := event.ChannelOf(e.Number); c != event.WhatsApp {
				list[i].UserID = e.UserID
			}
		}
		list[i].Events = eventtest.Packed(append(list[i].Events.Clone(), e)...)
	}
	slices.SortFunc(list, func(a, b event.Pair) int {
		return cmp.Or(strings.Compare(a.Number, b.Number), strings.Compare(a.User+a.Group, b.User+b.Group))
	})
	return list
}

// accounts are those of the timeline: of another channel the account is the number.
func (tl *timeline) accounts(t *testing.T, events []event.Event) map[string]account.Config {
	id := testWABA
	if len(events) > 0 && tl.Channel != "" {
		id = events[0].WABA
	}
	return map[string]account.Config{id: tl.config(t, events)}
}

// config fills in what a timeline takes for granted: a complete log, and an
// account of which every fact is known.
func (tl *timeline) config(t *testing.T, events []event.Event) account.Config {
	c := tl.Account
	c.Timezone = cmp.Or(c.Timezone, tl.Timezone)
	if tl.Blind || len(events) == 0 {
		return c
	}
	if from := time.UnixMilli(events[0].Time).Add(-time.Hour); c.CompleteFrom == nil {
		c.CompleteFrom = &from
	}
	for name, fact := range map[string]**bool{"partner_served": &c.PartnerServed, "ai_provider": &c.AIProvider, "exempt": &c.Exempt} {
		if *fact == nil && !slices.Contains(tl.Unset, name) {
			*fact = new(false)
		}
	}
	if slices.Contains(tl.Unset, "free_used") {
		return c
	}
	used := 1000
	if tl.FreeUsed != nil {
		used = *tl.FreeUsed
	}
	month := tl.firstDelivery(t)
	if c.FreeUsed == nil {
		c.FreeUsed = map[string]int{month: used}
	}
	if c.Numbers == nil {
		c.Numbers = map[string]account.NumberConfig{testNumber: {FreeUsed: map[string]int{month: used}}}
	}
	return c
}

func (tl *timeline) firstDelivery(t *testing.T) string {
	zone, err := time.LoadLocation(tl.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	first := tl.Events[0].At
	for _, m := range tl.Events {
		if m.Delivered != nil {
			first = *m.Delivered
			break
		}
	}
	return first.In(zone).Format("2006-01")
}

// short writes a decision as timelines expect it.
func short(d result.Decision) string {
	switch d.Outcome {
	case "charge":
		return "charge:" + d.Category
	case "free", "covered":
		return d.Outcome + ":" + d.Reason
	}
	return d.Outcome
}

// wrong returns what the totals call over- and undercharged, and what of it
// findings tell.
func wrong(t *testing.T, found *audit.Findings) (total, told [2]int64) {
	t.Helper()
	for _, a := range found.Totals.Amounts {
		total[0] += parseAmount(t, a.Overcharged)
		total[1] += parseAmount(t, a.Undercharged)
	}
	for _, f := range found.Findings {
		if f.Amount != nil {
			told[0] += parseAmount(t, f.Amount.Overcharged)
			told[1] += parseAmount(t, f.Amount.Undercharged)
		}
	}
	return total, told
}

func (tl *timeline) check(t *testing.T) {
	decisions, findings := tl.audit(t)
	for id, want := range tl.Expect {
		d, ok := decisions[id]
		if got := short(d); !ok || got != want && got+":"+d.Reason != want {
			t.Errorf("%s: %s, want %s (reason %s, candidates %v)", id, got, want, d.Reason, d.Candidates)
		}
	}
	if total, told := wrong(t, findings); total != told {
		t.Errorf("over- and undercharged are %d, told are %d", total, told)
	}
	if tl.Findings == nil {
		return
	}
	got := []string{}
	for _, f := range findings.Findings {
		got = append(got, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s", f.Check, cmp.Or(f.Message, strings.Join(f.Examples, "+")), f.Verdict)), " "))
	}
	slices.Sort(got)
	want := slices.Sorted(slices.Values(tl.Findings))
	if !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
		for _, f := range findings.Findings {
			t.Logf("%s %s: %s", f.Check, f.Message, f.Explanation)
		}
	}
}
