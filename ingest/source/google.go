package source

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"golang.org/x/oauth2"
	googleauth "golang.org/x/oauth2/google"
)

// google is Google Cloud Storage. It speaks the protocol of S3, to those too who log in
// as Google's own tools do.
var google = service{
	scheme: "gs://", open: newGoogle,
	header: "gzip", // else it unpacks what was stored with that encoding, and gives no parts
	login:  "run: gcloud auth application-default login; or set GOOGLE_APPLICATION_CREDENTIALS to a file of credentials",
	bucket: "check its name", unknown: "check the network, and STORAGE_EMULATOR_HOST if it is set",
	list: "storage.objects.list", read: "storage.objects.get",
}

const (
	googleHost  = "storage.googleapis.com"
	googleScope = "https://www.googleapis.com/auth/devstorage.read_only"
)

// newGoogle connects to nothing yet, but for a machine's credentials.
func newGoogle(ctx context.Context, google *service) (*store, error) {
	s := &store{service: google, host: googleHost, region: "auto", backoff: backoff, stall: stallLimit}
	secure := true
	plain, err := minio.DefaultTransport(true)
	if err != nil {
		return nil, err
	}
	var transport http.RoundTripper = plain
	emulator := os.Getenv("STORAGE_EMULATOR_HOST")
	switch {
	case emulator != "":
		u, err := url.Parse(emulator)
		if err != nil || u.Host == "" {
			u = &url.URL{Host: emulator} // as Google's tools take it too
		}
		s.host, secure, s.anonymous = u.Host, u.Scheme == "https", true
	default:
		tokens, err := googleTokens(ctx, google.login)
		if err != nil {
			return nil, err
		}
		if s.anonymous = tokens == nil; !s.anonymous {
			transport = &oauth2.Transport{Source: tokens, Base: plain}
		}
	}
	client, err := minio.New(s.host, &minio.Options{Secure: secure, Region: s.region, BucketLookup: minio.BucketLookupPath, Transport: transport, MaxRetries: 1})
	if err != nil {
		return nil, misconfigured("STORAGE_EMULATOR_HOST is no address of an object store", "set it to HOST:PORT, or unset it")
	}
	s.api = minio.Core{Client: client}
	return s, nil
}

// googleTokens returns what requests are signed with, nil if there is nothing.
func googleTokens(ctx context.Context, login string) (oauth2.TokenSource, error) {
	credentials, err := googleauth.FindDefaultCredentials(ctx, googleScope)
	switch {
	case err == nil:
		return tokenSource{credentials.TokenSource, login}, nil
	case os.Getenv("GOOGLE_APPLICATION_CREDENTIALS") == "" && strings.Contains(err.Error(), "could not find default credentials"):
		return nil, nil
	}
	return nil, misconfigured("Google's credentials cannot be read", login) // the error may quote them
}

// tokenSource hides what a service says about its failure, as that may quote secrets.
type tokenSource struct {
	oauth2.TokenSource
	login string // what to do about it
}

func (s tokenSource) Token() (*oauth2.Token, error) {
	token, err := s.TokenSource.Token()
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response != nil && refused.Response.StatusCode < http.StatusInternalServerError {
		return nil, misconfigured("Google does not accept the credentials", s.login)
	}
	return token, err
}
