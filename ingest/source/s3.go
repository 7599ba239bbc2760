package source

import (
	"context"
	"io"
	"iter"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

const (
	// amazonHost stands for Amazon's endpoints: each region has its own.
	amazonHost = "s3.amazonaws.com"
	// usualRegion is what stores other than Amazon's are signed for unless the
	// environment says otherwise. Most of them take any.
	usualRegion = "us-east-1"

	// maxTries is how often an object, a range of one, or a page of a listing
	// is asked for before it is given up.
	maxTries = 5
	// stallLimit is how long a connection may give nothing before it counts as
	// broken.
	stallLimit = time.Minute
)

// store is the object storage that the environment names: Amazon S3, or what
// speaks its language, or another service.
type store struct {
	*service
	api       protocol
	host      string // of the endpoint, for messages
	region    string // "" if the store is asked where each bucket is
	anonymous bool   // requests are not signed

	backoff func(try int) time.Duration // how long to wait behind that try
	stall   time.Duration
}

// service is a kind of object storage.
type service struct {
	scheme string // of its paths, with ://
	open   func(ctx context.Context, s *service) (*store, error)
	header string // what is asked of the body of an object, beside its range

	// For messages: what to do where there are no credentials, or wrong ones, where a
	// bucket or the host is not found, and what a policy must allow.
	login, bucket, unknown string
	list, read             string
}

// services are all of them.
var services = []*service{&amazon, &google, &azure}

var amazon = service{
	scheme: "s3://", open: newAmazon,
	login:  "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
	bucket: "check its name, and the endpoint if it is not Amazon's", unknown: "check AWS_REGION, the bucket's name and the endpoint",
	list: "s3:ListBucket", read: "s3:GetObject",
}

// serviceOf returns the service that a path leads to, nil if it leads to none.
func serviceOf(path string) *service {
	for _, s := range services {
		if strings.HasPrefix(path, s.scheme) {
			return s
		}
	}
	return nil
}

// protocol is what is asked of a service, in the words of S3. Where the service has
// answered, and has not what is asked for, the errors are of type minio.ErrorResponse.
type protocol interface {
	ListObjectsIter(ctx context.Context, bucket string, o minio.ListObjectsOptions) iter.Seq[minio.ObjectInfo]
	StatObject(ctx context.Context, bucket, key string, o minio.StatObjectOptions) (minio.ObjectInfo, error)
	GetObject(ctx context.Context, bucket, key string, o minio.GetObjectOptions) (io.ReadCloser, minio.ObjectInfo, http.Header, error)
}

// path is the path of a place of the store.
func (s *store) path(p place) string { return s.scheme + p.bucket + "/" + p.key }

// newAmazon connects to nothing yet, but for a role's credentials.
func newAmazon(ctx context.Context, amazon *service) (*store, error) {
	endpoint, err := endpoint()
	if err != nil {
		return nil, err
	}
	s := &store{service: amazon, host: endpoint.Host, region: firstEnv("AWS_REGION", "AWS_DEFAULT_REGION"), backoff: backoff, stall: stallLimit}
	lookup := minio.BucketLookupAuto
	if endpoint.Host != amazonHost {
		lookup = minio.BucketLookupPath
		if s.region == "" && !strings.HasSuffix(endpoint.Hostname(), ".amazonaws.com") {
			s.region = usualRegion
		}
	}
	creds, err := newCredentials(ctx)
	if err != nil {
		return nil, err
	}
	s.anonymous = creds == nil
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds: creds, Secure: endpoint.Scheme == "https", Region: s.region, BucketLookup: lookup,
		MaxRetries: 1, // it is tried again here, where the bytes are counted
	})
	if err != nil {
		return nil, badEndpoint()
	}
	// The names with IPv6 are not those that firewalls and proxies know.
	client.SetS3EnableDualstack(false)
	s.api = minio.Core{Client: client}
	return s, nil
}

// endpoint returns where the store is. What the variables hold is not quoted in
// errors: a password may be part of it.
func endpoint() (*url.URL, error) {
	text := firstEnv("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
	if text == "" {
		return &url.URL{Scheme: "https", Host: amazonHost}, nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "",
		u.User != nil, strings.Trim(u.Path, "/") != "", u.RawQuery != "", u.Fragment != "":
		return nil, badEndpoint()
	}
	return u, nil
}

// firstEnv returns the first of the variables that is set.
func firstEnv(names ...string) string {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// backoff doubles from a quarter of a second to two, and varies by a half so
// that readers do not come back all at once.
func backoff(try int) time.Duration {
	wait := min(250*time.Millisecond<<(try-1), 2*time.Second)
	return wait/2 + rand.N(wait)
}

// pause waits behind a try that failed, and reports whether there is to be
// another one.
func (s *store) pause(ctx context.Context, try int, failure error) bool {
	if try >= maxTries || !s.retryable(ctx, failure) {
		return false
	}
	timer := time.NewTimer(s.backoff(try))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// retryable reports whether it is worth asking again behind failure.
func (s *store) retryable(ctx context.Context, failure error) bool {
	if ctx.Err() != nil || permanent(failure) {
		return false
	}
	answer, answered := answerOf(failure)
	switch {
	case !answered:
		return true // the connection failed, or broke
	case answer.Code == minio.AuthorizationHeaderMalformed, answer.Code == minio.InvalidRegion:
		// The client has learned the bucket's region from the answer.
		return s.region == "" && answer.Region != ""
	case answer.StatusCode == http.StatusNotImplemented:
		return false
	case answer.StatusCode >= 500, answer.StatusCode == http.StatusTooManyRequests, answer.StatusCode == http.StatusRequestTimeout:
		return true
	}
	switch answer.Code {
	case "SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "Throttling", "ThrottlingException", "RequestLimitExceeded":
		return true
	}
	return false
}
