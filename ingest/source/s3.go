package source

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
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

func (s *store) path(p objectPlace) string { return s.scheme + p.bucket + "/" + p.key }

// newAmazon connects to nothing yet, but for a role's credentials.
func newAmazon(ctx context.Context, amazon *service) (*store, error) {
	endpoint, err := endpoint()
	if err != nil {
		return nil, err
	}
	s := &store{service: amazon, host: endpoint.Host, region: cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")), backoff: backoff, stall: stallLimit}
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
	text := cmp.Or(os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL"))
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
	return slices.Contains([]string{
		"SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "Throttling", "ThrottlingException", "RequestLimitExceeded",
	}, answer.Code)
}

const (
	// metadataLimit bounds the wait for a role's credentials on a machine that
	// may have no such service: there, nobody answers.
	metadataLimit = 2 * time.Second
	// tokenLimit bounds the exchange of a web identity for credentials.
	tokenLimit = 20 * time.Second
)

// provider hides what a provider says about its failure, as that may quote its
// source, but for the one who asks for it.
type provider struct {
	credentials.Provider
	failure error // of the last time
}

// RetrieveWithCredContext asks the provider.
func (p *provider) RetrieveWithCredContext(at *credentials.CredContext) (credentials.Value, error) {
	value, err := p.Provider.RetrieveWithCredContext(at)
	if p.failure = err; err != nil {
		return value, misconfigured("the credentials cannot be renewed", "log in again, then run again")
	}
	return value, nil
}

// newCredentials finds credentials in the order of Amazon's own tools:
// environment, profile, role. Nil stands for none: requests are not signed.
func newCredentials(ctx context.Context) (*credentials.Credentials, error) {
	if unsigned() {
		return nil, nil
	}
	id := cmp.Or(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_ACCESS_KEY"))
	secret := cmp.Or(os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SECRET_KEY"))
	switch {
	case id != "" && secret != "":
		return credentials.NewStaticV4(id, secret, os.Getenv("AWS_SESSION_TOKEN")), nil
	case id != "" || secret != "":
		return nil, misconfigured("only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set", "set both, or neither to use a profile or a role")
	}
	creds, err := profileCredentials(ctx)
	if creds != nil || err != nil {
		return creds, err
	}
	return roleCredentials(ctx)
}

// unsigned reports whether the user wants requests without a signature.
func unsigned() bool {
	value := os.Getenv("AWS_NO_SIGN_REQUEST")
	yes, err := strconv.ParseBool(value)
	return yes || err != nil && strings.EqualFold(value, "yes")
}

// profileCredentials returns those of AWS_PROFILE, else of the profile named
// default, nil if there is no such profile or nothing in it.
func profileCredentials(ctx context.Context) (*credentials.Credentials, error) {
	name := os.Getenv("AWS_PROFILE")
	file := &provider{Provider: &credentials.FileAWSCredentials{}}
	creds := credentials.New(file)
	value, err := creds.GetWithContext(&credentials.CredContext{Client: http.DefaultClient, Context: ctx})
	switch {
	case err == nil && value.AccessKeyID == "" && name == "":
		return nil, nil
	case err == nil && value.AccessKeyID == "":
		return nil, misconfigured("the profile "+strconv.Quote(name)+" of AWS_PROFILE holds no keys",
			`if it assumes a role, run: eval "$(aws configure export-credentials --format env)"`)
	case err == nil && value.Expiration.IsZero():
		return credentials.NewStaticV4(value.AccessKeyID, value.SecretAccessKey, value.SessionToken), nil
	case err == nil:
		return creds, nil
	case name == "" && (errors.Is(file.failure, fs.ErrNotExist) || noProfile(file.failure)):
		return nil, nil
	case name == "":
		return nil, misconfigured("the default profile in ~/.aws cannot be used", "mend it, set AWS_PROFILE to another one, or log in again")
	}
	return nil, misconfigured("the profile "+strconv.Quote(name)+" of AWS_PROFILE cannot be used",
		"check its name and the files in ~/.aws, or log in again")
}

// noProfile reports whether the files were read and lack the profile.
func noProfile(err error) bool {
	return strings.HasPrefix(err.Error(), "section ") && strings.HasSuffix(err.Error(), "does not exist")
}

// roleCredentials returns those of the role of the machine, the container or
// the web identity, nil if there is none.
func roleCredentials(ctx context.Context) (*credentials.Credentials, error) {
	webIdentity := os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE") != ""
	container := cmp.Or(os.Getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"), os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI")) != ""
	if off, _ := strconv.ParseBool(os.Getenv("AWS_EC2_METADATA_DISABLED")); off && !webIdentity && !container {
		return nil, nil
	}
	client := metadataClient()
	if webIdentity {
		client = &http.Client{Timeout: tokenLimit}
	}
	role := &credentials.IAM{Client: client, Region: cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"))}
	creds := credentials.New(&provider{Provider: role})
	value, err := creds.GetWithContext(&credentials.CredContext{Client: client, Context: ctx})
	switch {
	case err == nil && value.AccessKeyID != "":
		return creds, nil
	case webIdentity || container:
		return nil, misconfigured("the role that the environment names gives no credentials", "check AWS_ROLE_ARN, the token file and what the role allows")
	}
	return nil, nil
}

// metadataClient asks the machine's own metadata service, never by a proxy.
func metadataClient() *http.Client {
	return &http.Client{
		Timeout:   metadataLimit,
		Transport: &http.Transport{DialContext: (&net.Dialer{Timeout: metadataLimit}).DialContext},
	}
}
