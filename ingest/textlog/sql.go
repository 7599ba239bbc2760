package textlog

import (
	"bytes"
	"slices"
	"strconv"
)

// Insert is a statement of a SQL dump that puts rows into a table.
type Insert struct {
	Columns []string // their names, nil if the statement does not say
	Copy    bool     // COPY: a row a line, up to the line "\."
}

// Found says what was found at the beginning of a text.
type Found uint8

// What may be found.
const (
	None  Found = iota // something else
	Whole              // what was looked for
	More               // that, or something else, and the text ends before it shows
)

// maxHeader bounds what may stand before the first row of a statement, in
// bytes: a thousand long names.
const maxHeader = 64 << 10

// ReadStatement reads the beginning of a statement up to its first row:
//
//	INSERT INTO t (a, b) VALUES
//	COPY t (a, b) FROM stdin;
//
// It returns its length. The text is all there is if it is whole.
func ReadStatement(text []byte, whole bool) (s Insert, size int, found Found) {
	lex := lexer{cursor: cursor{text: text[:min(len(text), maxHeader)]}, whole: whole || len(text) > maxHeader}
	switch first := lex.word(); first {
	case "INSERT", "REPLACE":
		found = s.readInsert(&lex)
	case "COPY":
		found = s.readCopy(&lex)
	default:
		found = lex.orMore(None)
	}
	return s, lex.at, found
}

func (s *Insert) readInsert(lex *lexer) Found {
	const most = 24 // words before VALUES
	for range most {
		switch word := lex.word(); word {
		case "VALUES", "VALUE":
			return lex.orMore(Whole)
		case "(":
			s.Columns = lex.names()
		case "", ";", "SET", "SELECT":
			return lex.orMore(None)
		}
	}
	return None
}

func (s *Insert) readCopy(lex *lexer) Found {
	const most = 24
	s.Copy = true
	input := false
	for range most {
		switch word := lex.word(); word {
		case "(":
			s.Columns = lex.names()
		case "STDIN":
			input = true
		case "", "WITH": // with another format than that of text
			return lex.orMore(None)
		case ";":
			if !input {
				return None
			}
			feed := bytes.IndexByte(lex.text[lex.at:], '\n')
			if lex.at += feed + 1; feed < 0 {
				lex.short = true
				return lex.orMore(None)
			}
			return Whole
		}
	}
	return None
}

// lexer reads the words of a statement.
type lexer struct {
	cursor
	whole bool // nothing follows the text
	short bool // a word may go on behind the text
}

// orMore is what was found, unless the text ended too early to tell.
func (l *lexer) orMore(found Found) Found {
	if l.short && !l.whole {
		return More
	}
	return found
}

// word returns the next word in upper case, a sign, or "" at the end of the
// text. A quoted name is a word that begins with its quote.
func (l *lexer) word() string {
	word, quoted := l.token()
	if quoted {
		return `"` + word
	}
	return string(bytes.ToUpper([]byte(word)))
}

func (l *lexer) token() (word string, quoted bool) {
	if l.space(); l.at == len(l.text) {
		l.short = true
		return "", false
	}
	start := l.at
	switch c := l.text[start]; c {
	case '`', '"', '[':
		return l.quoted(c), true
	}
	l.over(func(c byte) bool { return isWordByte(c) || c >= 0x80 })
	if l.at == len(l.text) {
		l.short = true
	}
	if l.at == start {
		l.at++
	}
	return string(l.text[start:l.at]), false
}

func (l *lexer) quoted(quote byte) string {
	if quote == '[' {
		quote = ']'
	}
	start := l.at + 1
	size := bytes.IndexByte(l.text[start:], quote)
	if size < 0 {
		l.at, l.short = len(l.text), true
		return ""
	}
	l.at = start + size + 1
	return string(l.text[start : start+size])
}

// names reads the names of columns up to the closing bracket.
func (l *lexer) names() []string {
	var names []string
	for {
		switch word, quoted := l.token(); {
		case quoted:
			names = append(names, word)
		case word == ")" || word == "":
			return slices.Clip(names)
		case word != ",":
			names = append(names, word)
		}
	}
}

// column is the name of the column with that index, counted from 1 where the
// statement names none.
func (s *Insert) column(i int) string {
	if i < len(s.Columns) {
		return s.Columns[i]
	}
	return "column" + strconv.Itoa(i+1)
}

// appendMember begins the member for a column.
func (s *Insert) appendMember(dst []byte, i int) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return append(appendJSONString(dst, []byte(s.column(i))), ':')
}

// AppendRow appends the row in brackets that text begins with as an object, a
// column a member, and returns its length. The text is all there is if it is
// whole.
func (s *Insert) AppendRow(dst, text []byte, whole bool) (row []byte, size int, found Found) {
	v := values{cursor: cursor{text, 1}, out: append(dst, '{'), whole: whole}
	for i := 0; ; i++ {
		v.out = s.appendMember(v.out, i)
		closing, found := v.next()
		if found != Whole {
			return dst, 0, found
		}
		if closing == ')' {
			return append(v.out, '}'), v.at, Whole
		}
	}
}

// AppendLine appends a line of the rows behind COPY as an object.
func (s *Insert) AppendLine(dst, line []byte) []byte {
	dst = append(dst, '{')
	i := 0
	for field := range bytes.SplitSeq(bytes.TrimSuffix(line, []byte("\r")), []byte("\t")) {
		dst = s.appendMember(dst, i)
		i++
		if string(field) == `\N` {
			dst = append(dst, "null"...)
		} else {
			dst = appendText(dst, unescapeCopy(field))
		}
	}
	return append(dst, '}')
}

// unescapeCopy reads the escapes of a field behind COPY.
func unescapeCopy(field []byte) []byte {
	if bytes.IndexByte(field, '\\') < 0 {
		return field
	}
	var text []byte
	for len(field) > 0 {
		c, size := field[0], 1
		if c == '\\' && len(field) > 1 {
			r, n := unescape(field)
			switch {
			case n > 1 && r <= 0xff && field[1] != 'u' && field[1] != 'U':
				c, size = byte(r), n
			default:
				c, size = field[1], 2
			}
		}
		text = append(text, c)
		field = field[size:]
	}
	return text
}
