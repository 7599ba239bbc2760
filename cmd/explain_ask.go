package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/explain"
	"waudit/audit/result"
	"waudit/ingest/phone"
)

// ask explains what the flags name.
func (x *explainer) ask(c *cobra.Command) (*result.Explanation, error) {
	asked := result.Asked{Understood: []string{}}
	explained := func(q explain.Query) (*result.Explanation, error) {
		e, err := explain.Explain(c.Context(), x.auditor, q, x.options())
		if err == nil {
			e.Asked = asked
		}
		return e, err
	}
	switch {
	case x.user != "":
		asked.By, asked.Value = "user", x.user
		var e *result.Explanation
		for _, who := range phone.Lookup(x.user) {
			asked.Understood = append(asked.Understood, who.Meaning())
			var err error
			if e, err = explained(ofCustomer(&who)); err != nil || len(e.Customers) > 0 {
				return e, err
			}
		}
		return e, nil
	case x.message != "":
		asked.By, asked.Value = "message", x.message
		asked.Understood = append(asked.Understood, "message "+x.message)
		return explained(ofMessage(x.message))
	case x.conversation != "":
		asked.By, asked.Value = "conversation", x.conversation
		asked.Understood = append(asked.Understood, "conversation "+x.conversation)
		return explained(ofConversation(x.conversation))
	case x.line != "":
		asked.By, asked.Value = "line", x.line
		asked.Understood = append(asked.Understood, "line "+x.line+" of a bill")
		e, err := explained(x.ofBillLine())
		if err == nil && len(e.Customers) == 0 && x.ofLine[x.line] != nil {
			e.Answer = findingAnswer(x.ofLine[x.line])
		}
		return e, err
	}
	asked.By, asked.Value = "finding", x.finding
	return x.askFinding(&asked, explained)
}

// ofCustomer is the query for a customer, or for a member of groups.
func ofCustomer(who *phone.Search) explain.Query {
	return explain.Query{
		Whole: true,
		Pair: func(p *event.Pair) bool {
			return who.Is(p.User, "", p.UserID, p.Group) || p.Events.Contains(func(e *event.Event) bool {
				return e.Participant != "" && who.Is("", e.Participant, "", "")
			})
		},
		Message: func(p *audit.Examined, j *audit.Judged) bool {
			return who.Is(p.User, j.Message.Participant, p.UserID, p.Group)
		},
	}
}

// ofAnyMeaning tells whether a pair may be of the customer whom somebody has typed; nil if
// that is nobody in particular.
func ofAnyMeaning(typed string) func(*event.Pair) bool {
	if typed == "" {
		return nil
	}
	meanings := phone.Lookup(typed)
	return func(p *event.Pair) bool {
		return slices.ContainsFunc(meanings, func(who phone.Search) bool { return ofCustomer(&who).Pair(p) })
	}
}

// asksFor tells whether a pair may have what is asked for; nil if that is known only when
// all are judged.
func (x *explainer) asksFor() func(*event.Pair) bool {
	switch {
	case x.user != "":
		return ofAnyMeaning(x.user)
	case x.message != "":
		return ofMessage(x.message).Pair
	case x.conversation != "":
		return ofConversation(x.conversation).Pair
	}
	return nil
}

// ofMessage is the query for a message, which may be the customer's.
func ofMessage(id string) explain.Query {
	is, _ := abbreviated(id)
	q := explain.Of(func(e *event.Event) bool { return is(e.Message) })
	q.Whole, q.Contact = true, func(e *event.Event) bool { return is(e.Message) }
	return q
}

// ofConversation is the query for the messages of a conversation.
func ofConversation(id string) explain.Query {
	is, _ := abbreviated(id)
	return explain.Of(func(e *event.Event) bool { return is(e.Conversation) })
}

// ofBillLine is the query for the message that a line of the bill charges.
func (x *explainer) ofBillLine() explain.Query {
	q := explain.Of(func(e *event.Event) bool { return e.BillLine() && e.Line == x.line })
	of := map[explain.MessageKey]bool{}
	for k, lines := range x.items {
		if slices.ContainsFunc(lines, func(l result.BilledLine) bool { return l.ID == x.line }) {
			of[k] = true
		}
	}
	if len(of) == 0 {
		return q
	}
	return ofMessages(of)
}

// ofMessages is the query for messages.
func ofMessages(of map[explain.MessageKey]bool) explain.Query {
	return explain.Query{
		Pair: func(p *event.Pair) bool {
			return p.Events.Contains(func(e *event.Event) bool {
				return of[explain.MessageKey{Number: p.Number, Message: e.Message, Participant: e.Participant}]
			})
		},
		Message: func(p *audit.Examined, j *audit.Judged) bool {
			return of[explain.MessageKey{Number: p.Number, Message: j.Message.ID, Participant: j.Message.Participant}]
		},
	}
}

// askFinding explains what a finding is about: its message, or some of those that it
// stands for. One that is about no message speaks for itself.
func (x *explainer) askFinding(asked *result.Asked, explained func(explain.Query) (*result.Explanation, error)) (*result.Explanation, error) {
	is := meansFinding(x.finding)
	var f *result.Finding
	for i := range x.findings {
		id := x.findings[i].ID
		switch {
		case !is(id):
		case f != nil && f.ID != id:
			return nil, usage("--finding %s: several findings begin so, among them %s and %s; give more of the id", x.finding, f.ID, id)
		default:
			f = &x.findings[i]
		}
	}
	if f == nil {
		return explained(ofMessages(nil))
	}
	asked.Understood = append(asked.Understood, "finding "+f.ID+" ("+f.Check+" "+f.Name+")")
	of := map[explain.MessageKey]bool{}
	for _, id := range append(slices.Clone(f.Examples), f.Message) {
		if id != "" {
			of[explain.MessageKey{Number: f.Number, Message: id, Participant: f.Participant}] = true
		}
	}
	e, err := explained(ofMessages(of))
	if err == nil && (len(e.Customers) == 0 || len(f.Examples) > 0) {
		e.Answer = findingAnswer(f)
	}
	return e, err
}

// meansFinding tells whether an id of a finding is the typed one: whole, shortened, or
// its beginning.
func meansFinding(typed string) func(id string) bool {
	is, _ := abbreviated(typed)
	return func(id string) bool { return is(id) || len(typed) >= 4 && strings.HasPrefix(id, typed) }
}

// findingAnswer is what a finding says that is about no single message.
func findingAnswer(f *result.Finding) []string {
	answer := f.Explanation
	if a := f.Amount; a != nil {
		for _, part := range []struct{ amount, words string }{{a.Overcharged, "too much"}, {a.Uncertain, "not certain"}} {
			if strings.Trim(part.amount, "-0.") != "" {
				answer += " That is " + a.Currency + " " + part.amount + " " + part.words + "."
			}
		}
	}
	return []string{answer}
}

// abbreviated returns what tells whether an id is the typed one: whole, or with its
// middle left out as reports for people do. whole is false for the latter.
func abbreviated(typed string) (is func(id string) bool, whole bool) {
	for _, gap := range []string{"…", "..."} {
		if head, tail, found := strings.Cut(typed, gap); found && head+tail != "" {
			return func(id string) bool {
				return len(id) >= len(head)+len(tail) && strings.HasPrefix(id, head) && strings.HasSuffix(id, tail)
			}, false
		}
	}
	return func(id string) bool { return id == typed }, true
}

// nothing says of what was not found what it was taken for, and what the log has.
func (x *explainer) nothing(e *result.Explanation) {
	what := map[string]string{"user": "no message to or from ", "message": "no message ", "conversation": "no conversation ", "finding": "no finding ", "line": "no bill line "}[e.Asked.By]
	e.Incomplete = append(e.Incomplete, "nothing to explain: "+what+e.Asked.Value)
	e.Answer = append(e.Answer, "There is "+what+e.Asked.Value+" in these logs.")
	if e.Asked.By == "user" {
		e.Answer = append(e.Answer, "It was taken for "+strings.Join(e.Asked.Understood, ", then for ")+"; give a phone with its country code.")
	}
	if e.Asked.By != "user" && (e.Asked.By != "line" || x.bill != nil) && strings.ContainsAny(e.Asked.Value, ",;\t ") {
		e.Answer = append(e.Answer, "Give the id alone, not the row that it stands in.")
	}
	if e.Asked.By == "line" && x.bill == nil {
		e.Answer = append(e.Answer, "Name the bill with --invoice FILE.")
	}
	if days := x.session.daysOfLog(); days != "" {
		numbers := e.Log.Numbers[:min(len(e.Log.Numbers), 5)]
		text := fmt.Sprintf("The log covers %s and has %s: %s", days, check.Counted(int64(len(e.Log.Numbers)), "business number"), strings.Join(numbers, ", "))
		if len(numbers) < len(e.Log.Numbers) {
			text += ", …"
		}
		e.Answer = append(e.Answer, text+".")
	} else {
		e.Answer = append(e.Answer, "The log has no message at all.")
	}
	for _, i := range x.session.log.Read.Ignored {
		e.Answer = append(e.Answer, fmt.Sprintf("Left out: %s, %s.", check.Counted(i.Records, "record"), i.Reason))
	}
}
