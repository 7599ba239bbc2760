package source

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"waudit/ingest/row"
)

// connectLimit is how long a database server may take to answer at first.
const connectLimit = 15 * time.Second

// engine is a kind of database server.
type engine struct {
	name  string // in reports
	quote string // around the names of tables
	open  func(ctx context.Context, d *database) (rows, error)
	check func(ctx context.Context, d *database) error // that there is something to open
	// problem says what the server has answered, nil if err is no answer of its.
	problem func(err error) *storeError
}

// engines are by the schemes of their addresses.
var engines = map[string]*engine{"postgres": &postgres, "postgresql": &postgres, "mysql": &mysqlServer, "mariadb": &mysqlServer}

// rows are what a query gives, one after the other.
type rows interface {
	// next reads a row, valid until the next one. Behind the last it returns io.EOF.
	next() (*row.Row, error)
	close()
}

// database is a log in the table of a database, or what a query makes of one.
type database struct {
	*engine
	address *url.URL // with the credentials that it came with
	query   string
	shown   string // the address without them, and the table or the query
}

// InDatabase reports whether a path is the address of a database.
func InDatabase(path string) bool {
	scheme, _, ok := strings.Cut(path, "://")
	return ok && engines[scheme] != nil
}

// WithQuery returns the path of what a query of SQL gives in the database of a path.
// The error is a *Error if the path says by itself what to read.
func WithQuery(path, query string) (string, error) {
	address, _, has := cutSubject(path)
	if has {
		return "", systemError(shownAddress(path), misconfigured("it names a table, and --query says what to read as well", "leave one of them out"))
	}
	return address + "#" + query, nil
}

// shownAddress is a path of which more cannot be said for sure than its scheme.
func shownAddress(path string) string {
	if d, err := newDatabase(path); err == nil {
		return d.shown
	}
	scheme, _, _ := strings.Cut(path, "://")
	return scheme + "://..."
}

// cutSubject splits a path into an address and what is read there: a table or a query.
func cutSubject(path string) (address, subject string, has bool) {
	if address, subject, has = strings.Cut(path, "#"); has {
		return address, subject, true
	}
	u, err := url.Parse(path)
	if err != nil || !u.Query().Has("table") {
		return path, "", false
	}
	values := u.Query()
	subject = values.Get("table")
	values.Del("table")
	u.RawQuery = values.Encode()
	return u.String(), subject, true
}

// isQuery tells a query from the name of a table.
var isQuery = regexp.MustCompile(`(?is)^\s*(?:select|with|values|table)[\s(]|^\s*\(`)

// location are the parameters that say where a database is. The others say how to
// log in, or nothing that a reader of a report asks for.
var location = []string{"host", "port", "dbname", "service", "socket"}

// newDatabase returns what a path stands for.
func newDatabase(path string) (*database, error) {
	address, subject, _ := cutSubject(path)
	u, err := url.Parse(address)
	query := isQuery.MatchString(subject)
	if err != nil || strings.Contains(u.Path+u.RawQuery, "@") || !query && strings.Contains(subject, "@") {
		// A password may be cut where nobody looks for it; and the error quotes it.
		return nil, misconfigured("it is no address of a database", "write "+addressForm+", with % codes for special characters as @, / and #")
	}
	if strings.TrimSpace(subject) == "" {
		return nil, misconfigured("it names no table", "write "+addressForm+", or give --query 'SELECT ...'")
	}
	d := &database{engine: engines[u.Scheme], address: u, query: subject}
	if !query {
		parts := strings.Split(subject, ".")
		for i, part := range parts {
			parts[i] = d.quote + strings.ReplaceAll(part, d.quote, d.quote+d.quote) + d.quote
		}
		d.query = "SELECT * FROM " + strings.Join(parts, ".")
	}
	bare, kept := *u, url.Values{}
	for _, name := range location {
		if u.Query().Has(name) {
			kept.Set(name, u.Query().Get(name))
		}
	}
	bare.User, bare.RawQuery = nil, kept.Encode()
	d.shown = bare.String() + "#" + subject
	return d, nil
}

// addressForm is how the address of a table is written.
const addressForm = "postgres://USER@HOST/DATABASE#TABLE or mysql://USER@HOST/DATABASE#TABLE"

// database adds what a path of a database names, if it is there.
func (f *inputFinder) database(ctx context.Context, path string) error {
	d, err := newDatabase(path)
	if err != nil {
		return systemError(shownAddress(path), err)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*connectLimit)
	defer cancel()
	if err := d.check(ctx, d); err != nil {
		problem := d.explain(ctx, err)
		if problem.problem == Misconfigured || problem.problem == NotFound {
			return systemError(d.shown, problem)
		}
		f.unreadable(d.shown, problem)
		return nil
	}
	in := NewInput(d.shown, -1, d.read)
	in.Named, in.Rows = true, d.name
	f.found = append(f.found, in)
	return nil
}

// read is the database's OpenFunc: each row is a line with a JSON object, so that all
// that holds of files holds of it.
func (d *database) read(ctx context.Context) (io.ReadCloser, error) {
	rows, err := d.open(ctx, d)
	if err != nil {
		return nil, d.explain(ctx, err)
	}
	return &rowReader{ctx: ctx, database: d, rows: rows}, nil
}

// rowReader reads rows as lines of JSON.
type rowReader struct {
	ctx      context.Context
	database *database
	rows     rows
	line     []byte
	rest     []byte // of line, not handed out yet
	any      bool   // there was a row
	err      error
}

// Read reads the next bytes. Its errors but io.EOF are of type *storeError.
func (r *rowReader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && r.err == nil {
		if len(r.rest) == 0 {
			r.fetch()
		}
		copied := copy(p[n:], r.rest)
		r.rest = r.rest[copied:]
		n += copied
	}
	if n > 0 {
		return n, nil
	}
	return 0, r.err
}

// fetch reads a row into line.
func (r *rowReader) fetch() {
	next, err := r.rows.next()
	switch {
	case err == nil:
		r.any = true
		r.line = append(next.AppendJSON(r.line[:0]), '\n')
		r.rest = r.line
	case errors.Is(err, io.EOF) && !r.any:
		r.err = &storeError{problem: NotFound, what: "there is no row", advice: "check the table, or what the query asks for"}
	case errors.Is(err, io.EOF):
		r.err = io.EOF
	default:
		r.err = r.database.explain(r.ctx, err)
	}
}

// Close ends the query and the connection.
func (r *rowReader) Close() error {
	r.rows.close()
	return nil
}

// explain says what a failure means, in words that quote no credentials.
func (d *database) explain(ctx context.Context, err error) *storeError {
	if known, ok := errors.AsType[*storeError](err); ok {
		return known
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return &storeError{problem: Unreadable, what: "it was interrupted", cause: ctx.Err()}
	}
	if answer := d.problem(err); answer != nil {
		return answer
	}
	dns, _ := errors.AsType[*net.DNSError](err)
	op, _ := errors.AsType[*net.OpError](err)
	switch {
	case dns != nil && dns.IsNotFound:
		return misconfigured("there is no host of that name", "check the address")
	case untrusted(err):
		return misconfigured("the certificate of the server is not trusted", "set SSL_CERT_FILE, or sslrootcert in the address, to the authority's certificate")
	case op != nil && op.Op == "dial":
		return &storeError{problem: Unreadable, what: "no connection to the server (" + op.Err.Error() + ")", advice: "check the host and the port, and that the server runs"}
	case errors.Is(err, context.DeadlineExceeded):
		return &storeError{problem: Unreadable, what: "the server does not answer", advice: "check the host, the port and the network"}
	}
	return &storeError{problem: Unreadable, what: "the connection to the server broke", advice: "check the network, then run again"}
}

// refusal makes a problem of what a server said. Its words may come from anywhere.
func refusal(problem Problem, what, words, advice string) *storeError {
	const most = 200 // bytes
	words = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, words[:min(len(words), most)])
	if words != "" {
		what += " (" + words + ")"
	}
	return &storeError{problem: problem, what: what, advice: advice}
}

// What servers answer, whichever it is.
func wrongLogin(where string) *storeError {
	return misconfigured("the server refuses the user or the password", "check the user in the address, and "+where)
}

func noDatabase() *storeError {
	return misconfigured("the server has no such database", "check its name in the address")
}

func noTable(words string) *storeError {
	return refusal(NotFound, "there is no such table", words, "check its name; upper and lower case may count")
}

func noRight(words string) *storeError {
	return refusal(NoPermission, "no permission to read it", words, "grant SELECT on it to the user")
}

func wouldWrite() *storeError {
	return misconfigured("the query would write, and the database is only read", "give a SELECT")
}

func badQuery(words string) *storeError {
	return refusal(Misconfigured, "the query is wrong", words, "try it in a client of the database")
}

// bytesCell returns the cell of a column of bytes: the text that they are, else in base64.
func bytesCell(data []byte) row.Cell {
	if utf8.Valid(data) {
		return row.Cell{Kind: row.Text, Text: string(data)}
	}
	return row.Cell{Kind: row.Text, Text: base64.StdEncoding.EncodeToString(data)}
}

// jsonCell returns the cell of a document on one line; what is none is a text.
func jsonCell(text string) row.Cell {
	var line bytes.Buffer
	if err := json.Compact(&line, []byte(text)); err != nil {
		return row.Cell{Kind: row.Text, Text: text}
	}
	return row.Cell{Kind: row.JSON, Text: line.String()}
}

// zoned returns the text of an instant that the server has written for UTC.
func zoned(text string) string {
	day, clock, ok := strings.Cut(strings.TrimSuffix(text, "+00"), " ")
	if !ok || strings.Contains(clock, " ") { // infinity, or before Christ
		return text
	}
	return day + "T" + clock + "Z"
}
