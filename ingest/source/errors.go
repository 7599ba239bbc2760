package source

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"
)

// Problem says in which way an input cannot be read.
type Problem uint8

// The problems of inputs.
const (
	Unreadable    Problem = iota // the system refuses for a reason of its own
	NotFound                     // no such file or folder
	NoMatch                      // a pattern that no file matches
	NoPermission                 // the user may not read it
	Truncated                    // compressed data that ends too early
	Corrupt                      // compressed data that cannot be right
	Misconfigured                // the settings of an object store do not lead to it
	Archived                     // an object that is to be restored first
	Changed                      // a file or an object that was written anew while it was read
	Endless                      // a device, whose bytes do not end
	Overwritten                  // a file that is to be written as well
)

// Error is why an input cannot be read, or not to its end.
type Error struct {
	Path    string
	Problem Problem
	Err     error // the cause, nil if Problem says it all
}

// Error returns path, problem and advice in one line, the path as Shown.
func (e *Error) Error() string {
	s := Shown(e.Path) + ": " + e.What()
	if advice := e.Advice(); advice != "" {
		s += "; " + advice
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// problems are what is wrong, without the path, and what to do about it, "" where there
// is nothing to say. %s is the cause.
var problems = [...]struct{ what, advice string }{
	Unreadable:    {"it cannot be read (%s)", ""},
	NotFound:      {"no such file or folder", "check the path"},
	NoMatch:       {"no file matches the pattern", "check it, and quote it so that the shell hands it over as it is"},
	NoPermission:  {"no permission to read it", "change its mode, or run as a user who may read it"},
	Truncated:     {"unexpected end: the file was cut", "fetch it again"},
	Corrupt:       {"the compressed data is damaged (%s)", "fetch it again"},
	Misconfigured: {"it cannot be read (%s)", ""},
	Archived:      {"it cannot be read (%s)", ""},
	Changed:       {"it was written to while it was read", "read it again when nobody writes to it, or read a copy"},
	Endless:       {"it is a device and no log", "name a file, or a pipe"},
	Overwritten:   {"it is an input, and what it holds would be overwritten", "write to another file"},
}

// What says what is wrong, without the path.
func (e *Error) What() string {
	if store, ok := errors.AsType[*storeError](e.Err); ok {
		return store.what
	}
	return strings.Replace(problems[e.Problem].what, "%s", e.cause(), 1)
}

// Advice says what to do about it, "" where there is nothing to say.
func (e *Error) Advice() string {
	if store, ok := errors.AsType[*storeError](e.Err); ok {
		return store.advice
	}
	return problems[e.Problem].advice
}

func (e *Error) cause() string {
	if e.Err == nil {
		return "unknown cause"
	}
	// The path is said already; a PathError would say it again.
	if pathErr, ok := errors.AsType[*fs.PathError](e.Err); ok {
		return pathErr.Op + ": " + pathErr.Err.Error()
	}
	return e.Err.Error()
}

// systemError classifies what the operating system, or a store, answered.
func systemError(path string, err error) *Error {
	problem := Unreadable
	store, inStore := errors.AsType[*storeError](err)
	switch {
	case inStore:
		problem = store.problem
	case errors.Is(err, fs.ErrNotExist):
		problem = NotFound
	case errors.Is(err, fs.ErrPermission):
		problem = NoPermission
	}
	return &Error{Path: path, Problem: problem, Err: err}
}

// storeError says why an object store gives nothing. It is made of words of its
// own: what a store, a proxy or a file of credentials says may quote secrets.
type storeError struct {
	problem Problem
	what    string
	advice  string
	cause   error // of the context, if it ended; else nil
}

// Error says what is wrong.
func (e *storeError) Error() string { return e.what }

// Unwrap returns the context's error.
func (e *storeError) Unwrap() error { return e.cause }

func misconfigured(what, advice string) *storeError {
	return &storeError{problem: Misconfigured, what: what, advice: advice}
}

func badEndpoint() *storeError {
	return misconfigured("AWS_ENDPOINT_URL_S3, or AWS_ENDPOINT_URL, is no address of an object store",
		"set it to http://HOST:PORT or https://HOST, without user, path or query")
}

func changed() *storeError {
	return &storeError{problem: Changed, what: "it changed while it was read", advice: "run again when nobody writes it"}
}

// action is what was asked of a store.
type action struct {
	verb  string // "list the bucket"
	right string // what a policy must allow for it
}

func (s *service) listing() action { return action{"list the bucket", s.list + " on it"} }
func (s *service) reading() action { return action{"read the object", s.read + " on it"} }

// answerOf returns the store's answer, if there was one.
func answerOf(err error) (minio.ErrorResponse, bool) {
	return errors.AsType[minio.ErrorResponse](err)
}

// permanent reports whether the same request would fail in the same way.
func permanent(err error) bool {
	_, ours := errors.AsType[*storeError](err)
	_, junk := errors.AsType[*xml.SyntaxError](err)
	dns, _ := errors.AsType[*net.DNSError](err)
	return ours || junk || dns != nil && dns.IsNotFound || untrusted(err) || plainHTTP(err)
}

// untrusted reports whether the other side is not who it should be.
func untrusted(err error) bool {
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	return unknown || invalid || host || verify
}

// plainHTTP reports whether one side speaks TLS and the other does not.
func plainHTTP(err error) bool {
	_, record := errors.AsType[tls.RecordHeaderError](err)
	return record || errors.Is(err, http.ErrSchemeMismatch)
}

// problem says what a failed request means.
func (s *store) problem(ctx context.Context, err error, act action) *storeError {
	if ctx.Err() != nil {
		return &storeError{problem: Unreadable, what: "it was interrupted", cause: ctx.Err()}
	}
	if known, ok := errors.AsType[*storeError](err); ok {
		return known
	}
	if answer, ok := answerOf(err); ok {
		return s.answerProblem(answer, act)
	}
	return s.networkProblem(err)
}

// answerProblem says what a store's refusal means.
func (s *store) answerProblem(answer minio.ErrorResponse, act action) *storeError {
	if problem := credentialProblems[answer.Code]; problem != nil {
		return problem
	}
	switch code := answer.Code; {
	case code == minio.NoSuchBucket:
		return &storeError{problem: NotFound, what: "no such bucket", advice: s.bucket}
	case code == minio.NoSuchKey:
		return &storeError{problem: NotFound, what: "no such object", advice: "check its key; it may have been deleted since it was listed"}
	case code == minio.PreconditionFailed:
		return changed()
	case code == minio.InvalidObjectState:
		return &storeError{problem: Archived, what: "it is archived", advice: "restore it in the store, then run again"}
	case s.elsewhere(answer):
		return s.regionProblem(answer.Region)
	case s.anonymous && (answer.StatusCode == http.StatusForbidden || answer.StatusCode == http.StatusUnauthorized):
		return misconfigured("no permission to "+act.verb+" without credentials", s.login)
	case answer.StatusCode == http.StatusUnauthorized:
		return misconfigured("the store does not accept the credentials", s.login)
	case answer.StatusCode == http.StatusForbidden:
		return &storeError{problem: NoPermission, what: "no permission to " + act.verb, advice: "allow " + act.right + ", or use other credentials"}
	}
	problem := &storeError{problem: Unreadable, what: fmt.Sprintf("the store refuses to %s (%s)", act.verb, answerName(answer))}
	if answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests {
		problem.what = fmt.Sprintf("the store keeps failing to %s (%s)", act.verb, answerName(answer))
		problem.advice = "try again later"
	}
	return problem
}

// credentialProblems are what codes say of credentials.
var credentialProblems = map[string]*storeError{
	minio.InvalidAccessKeyID:    misconfigured("the store does not know the access key", "check AWS_ACCESS_KEY_ID or AWS_PROFILE, and the endpoint"),
	minio.SignatureDoesNotMatch: misconfigured("the secret key does not fit the access key", "check AWS_SECRET_ACCESS_KEY or AWS_PROFILE"),
	"ExpiredToken":              expired,
	"ExpiredTokenException":     expired,
	"TokenRefreshRequired":      expired,
	"InvalidToken":              badToken,
	"InvalidClientTokenId":      badToken,
	minio.RequestTimeTooSkewed:  misconfigured("this machine's clock is too far from the store's", "set the clock"),
}

var (
	expired  = misconfigured("the session has expired", "log in again, or renew AWS_SESSION_TOKEN and the keys that belong to it")
	badToken = misconfigured("the store does not accept the session token", "check AWS_SESSION_TOKEN; unset it if the keys need none")
)

// elsewhere reports whether the bucket is in another region.
func (s *store) elsewhere(answer minio.ErrorResponse) bool {
	return answer.StatusCode >= 300 && answer.StatusCode < 400 || slices.Contains([]string{
		minio.AuthorizationHeaderMalformed, minio.InvalidRegion, "PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraintException",
	}, answer.Code)
}

func (s *store) regionProblem(region string) *storeError {
	if !isName(region) {
		return misconfigured("the bucket is in another region", "set AWS_REGION to the bucket's")
	}
	return misconfigured("the bucket is in another region, "+region, "set AWS_REGION="+region)
}

// answerName is the answer's code and status. A code that is none is left out,
// since it may be anything.
func answerName(answer minio.ErrorResponse) string {
	status := fmt.Sprintf("HTTP status %d", answer.StatusCode)
	switch {
	case !isName(answer.Code):
		return status
	case answer.StatusCode == 0: // the client's own objection to the answer
		return answer.Code
	}
	return answer.Code + ", " + status
}

// isName reports whether text looks like a code or a region.
func isName(text string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."
	return text != "" && len(text) <= 40 && strings.Trim(text, letters) == ""
}

// networkProblem says why there was no answer.
func (s *store) networkProblem(err error) *storeError {
	_, junk := errors.AsType[*xml.SyntaxError](err)
	dns, _ := errors.AsType[*net.DNSError](err)
	op, _ := errors.AsType[*net.OpError](err)
	switch {
	case plainHTTP(err):
		return misconfigured(s.host+" does not speak TLS, or nothing else", "check whether the endpoint begins with http:// or https://")
	case untrusted(err):
		return misconfigured("the certificate of "+s.host+" is not trusted", "set SSL_CERT_FILE to the authority's certificate")
	case junk:
		return misconfigured(s.host+" does not answer as an object store does", "check the endpoint")
	case dns != nil && dns.IsNotFound:
		return misconfigured("there is no host for the endpoint "+s.host, s.unknown)
	case op != nil && op.Op == "dial":
		return &storeError{problem: Unreadable, what: fmt.Sprintf("no connection to %s (%v)", s.host, op.Err), advice: "check the endpoint and the network"}
	}
	return &storeError{problem: Unreadable, what: "the connection to " + s.host + " keeps breaking", advice: "check the network, then run again"}
}

// secretParameter matches a parameter of an address that signs it or opens what it
// leads to, whatever service it is of.
var secretParameter = regexp.MustCompile(`(?i)[?&;][\w.~%-]*(?:signature|credential|token|password|passwd|pwd|secret|api[_-]?key|access_?key(?:_?id)?|sig|hmac)=[^&;#]*`)

// userInfo matches what stands in front of the host of an address.
var userInfo = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*://)[^/\s]*@`)

// Shown returns a path as messages and reports show it: an address has lost its
// user, its password, and the parameters that let somebody else in.
func Shown(path string) string {
	if !strings.Contains(path, "://") {
		return path
	}
	path = userInfo.ReplaceAllString(path, "$1")
	address, behind, _ := strings.Cut(path, "#")
	open := secretParameter.ReplaceAllString(address, "")
	if open != address && !strings.Contains(open, "?") {
		open = strings.Replace(open, "&", "?", 1) // the first parameter went
	}
	return open + path[len(address):len(path)-len(behind)] + behind
}

// onTheWeb reports whether path is an address of the web, which nothing is read from.
func onTheWeb(path string) bool {
	u, err := url.Parse(path)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
