package source

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"
)

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
	if problem := credentialProblem(answer.Code); problem != nil {
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

// credentialProblem returns nil if code is not about credentials.
func credentialProblem(code string) *storeError {
	switch code {
	case minio.InvalidAccessKeyID:
		return misconfigured("the store does not know the access key", "check AWS_ACCESS_KEY_ID or AWS_PROFILE, and the endpoint")
	case minio.SignatureDoesNotMatch:
		return misconfigured("the secret key does not fit the access key", "check AWS_SECRET_ACCESS_KEY or AWS_PROFILE")
	case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
		return misconfigured("the session has expired", "log in again, or renew AWS_SESSION_TOKEN and the keys that belong to it")
	case "InvalidToken", "InvalidClientTokenId":
		return misconfigured("the store does not accept the session token", "check AWS_SESSION_TOKEN; unset it if the keys need none")
	case minio.RequestTimeTooSkewed:
		return misconfigured("this machine's clock is too far from the store's", "set the clock")
	}
	return nil
}

// elsewhere reports whether the bucket is in another region.
func (s *store) elsewhere(answer minio.ErrorResponse) bool {
	switch answer.Code {
	case minio.AuthorizationHeaderMalformed, minio.InvalidRegion, "PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraintException":
		return true
	}
	return answer.StatusCode >= 300 && answer.StatusCode < 400
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
