package textlog

import (
	"bytes"
	"net/url"
	"strings"
)

// replacement stands for what is no UTF-8 in a form.
const replacement = "\ufffd"

// noForm is the fault of a text that is none.
const noForm SyntaxError = "no form"

// appendForm appends the pairs of a form, "id=1&status=read", as an object of
// strings. A form has two pairs at least, with names such as programs use.
func appendForm(dst []byte, token string) ([]byte, error) {
	token = formOf(token)
	if strings.Count(token, "&") < 1 {
		return dst, noForm
	}
	start, pairs := len(dst), 0
	dst = append(dst, '{')
	for pair := range strings.SplitSeq(token, "&") {
		name, value, ok := strings.Cut(pair, "=")
		name, errName := url.QueryUnescape(name)
		value, errValue := url.QueryUnescape(value)
		if !isFormName(name) || errName != nil || errValue != nil {
			return dst[:start], noForm
		}
		if !ok {
			continue // a name without a value says nothing
		}
		if pairs > 0 {
			dst = append(dst, ',')
		}
		pairs++
		dst = appendJSONString(dst, []byte(strings.ToValidUTF8(name, replacement)))
		dst = append(dst, ':')
		dst = appendJSONString(dst, []byte(strings.ToValidUTF8(value, replacement)))
	}
	if pairs < 2 {
		return dst[:start], noForm
	}
	return append(dst, '}'), nil
}

// formOf takes away what stands before a form without white space: the path of
// an address, or a name and a sign.
func formOf(token string) string {
	token = strings.TrimRight(token, `,;)]'`)
	if mark := strings.IndexByte(token, '?'); mark >= 0 && mark < strings.IndexByte(token, '=') {
		return token[mark+1:]
	}
	name, rest, _ := strings.Cut(token, "=")
	second, value, nested := strings.Cut(rest, "=")
	if nested && isFormName(name) && isFormName(second) && value != "" && value[0] != '=' {
		return rest // body=id=1&status=read
	}
	return token
}

func isFormName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !isWordByte(c) && (i == 0 || strings.IndexByte(".-[]:", c) < 0) {
			return false
		}
	}
	return name != ""
}

// appendLineForm appends the first form among the words of a line.
func appendLineForm(dst, line []byte) ([]byte, error) {
	if bytes.IndexByte(line, '&') < 0 {
		return dst, noForm
	}
	for word := range bytes.FieldsFuncSeq(line, isFormBorder) {
		var err error
		if dst, err = appendForm(dst, string(word)); err == nil {
			return dst, nil
		}
	}
	return dst, noForm
}

// isFormBorder reports whether a character cannot be in a form.
func isFormBorder(r rune) bool { return r <= ' ' || r == '"' || r == '<' || r == '>' || r == '`' }
