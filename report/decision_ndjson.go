package report

import (
	"io"
	"strconv"
	"unicode/utf8"

	"waudit/audit/result"
)

// decisionNDJSON is one JSON object a line: the bytes that encoding/json would
// write, without HTML escapes. A replay writes as many lines as the log has
// messages, so each line is appended to one buffer: no reflection, and no memory of
// its own.
func decisionNDJSON(w io.Writer, decisions Decisions, _ Options) error {
	text := make([]byte, 0, 2*gather)
	flush := func() error {
		_, err := w.Write(text)
		text = text[:0]
		return err
	}
	err := decisions(func(d *result.Decision) error {
		text = append(appendDecision(text, d), '\n')
		if len(text) >= gather {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// gather is how much output is gathered before it is written, in bytes.
const gather = 64 << 10

func appendDecision(b []byte, d *result.Decision) []byte {
	b = appendField(b, `{"message_id":`, d.Message)
	b = appendField(b, `,"participant_id":`, d.Participant)
	b = appendField(b, `,"waba_id":`, d.WABA)
	b = appendField(b, `,"phone_number_id":`, d.Number)
	b = appendField(b, `,"wa_id":`, d.User)
	b = appendField(b, `,"user_id":`, d.UserID)
	b = appendField(b, `,"group_id":`, d.Group)
	b = appendOptional(b, `,"sent_at":`, d.SentAt)
	b = appendOptional(b, `,"delivered_at":`, d.DeliveredAt)
	b = appendField(b, `,"era":`, d.Era)
	b = appendField(b, `,"outcome":`, d.Outcome)
	b = appendField(b, `,"category":`, d.Category)
	b = appendField(b, `,"reason":`, d.Reason)
	b = appendList(b, `,"candidates":`, d.Candidates)
	b = appendWindow(b, `,"window":`, d.Window)
	b = appendReported(b, `,"reported":`, &d.Reported)
	b = appendField(b, `,"verdict":`, string(d.Verdict))
	if d.VerdictWhy != "" {
		b = appendField(b, `,"verdict_reason":`, d.VerdictWhy)
	}
	return append(b, '}')
}

func appendWindow(b []byte, key string, w *result.Window) []byte {
	b = append(b, key...)
	if w == nil {
		return append(b, "null"...)
	}
	b = appendField(b, `{"kind":`, w.Kind)
	b = appendField(b, `,"opened_by":`, w.OpenedBy)
	b = appendField(b, `,"opened_at":`, w.OpenedAt)
	b = appendField(b, `,"expires_at":`, w.ExpiresAt)
	return append(b, '}')
}

func appendReported(b []byte, key string, r *result.Reported) []byte {
	b = append(b, key...)
	b = appendBool(b, `{"charged":`, r.Charged)
	b = appendField(b, `,"pricing_model":`, r.PricingModel)
	b = appendField(b, `,"type":`, r.Type)
	b = appendField(b, `,"category":`, r.Category)
	b = appendBool(b, `,"billable":`, r.Billable)
	b = appendField(b, `,"conversation_id":`, r.ConversationID)
	b = appendField(b, `,"amount":`, r.Amount)
	b = appendField(b, `,"currency":`, r.Currency)
	return append(b, '}')
}

func appendField(b []byte, key, value string) []byte {
	return appendString(append(b, key...), value)
}

func appendOptional(b []byte, key string, value *string) []byte {
	if value == nil {
		return append(append(b, key...), "null"...)
	}
	return appendField(b, key, *value)
}

func appendBool(b []byte, key string, value *bool) []byte {
	b = append(b, key...)
	if value == nil {
		return append(b, "null"...)
	}
	return strconv.AppendBool(b, *value)
}

func appendList(b []byte, key string, values []string) []byte {
	b = append(append(b, key...), '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, v)
	}
	return append(b, ']')
}

// appendString appends s as a JSON string, escaped as encoding/json does it.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0 // of what is not yet appended
	for i := 0; i < len(s); {
		c := s[i]
		if ' ' <= c && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if r != '\u2028' && r != '\u2029' && (r != utf8.RuneError || size > 1) {
				i += size
				continue
			}
		}
		b = append(b, s[start:i]...)
		b = appendEscape(b, s[i:i+size])
		i += size
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// appendEscape appends the escape of one character, or of one byte that is no
// UTF-8.
func appendEscape(b []byte, char string) []byte {
	const hex = "0123456789abcdef"
	switch c := char[0]; {
	case c == '"' || c == '\\':
		return append(b, '\\', c)
	case c == '\b':
		return append(b, `\b`...)
	case c == '\f':
		return append(b, `\f`...)
	case c == '\n':
		return append(b, `\n`...)
	case c == '\r':
		return append(b, `\r`...)
	case c == '\t':
		return append(b, `\t`...)
	case c < ' ':
		return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
	case len(char) == 1:
		return append(b, `\ufffd`...)
	}
	// The two line separators of Unicode, which JavaScript takes for line ends.
	return append(append(b, `\u202`...), hex[char[2]&0xf])
}
