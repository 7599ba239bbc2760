package source

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
)

// messages returns everything that printing err may show, at any depth.
func messages(err error) string {
	if err == nil {
		return ""
	}
	text := fmt.Sprintf("%v\n%+v\n%#v\n", err, err, err) + messages(errors.Unwrap(err))
	if joined, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err); ok {
		for _, err := range joined.Unwrap() {
			text += messages(err)
		}
	}
	return text
}

// checkSecrets fails if err shows what nobody may see.
func checkSecrets(t *testing.T, err error) {
	t.Helper()
	text := messages(err)
	for _, secret := range []string{testKeyID, testSecret, testToken, testSecret[:12], "Signature", "hunter2"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in %s", secret, text)
		}
	}
}

func TestStoreRefuses(t *testing.T) {
	tests := []struct {
		code    string
		status  int
		more    string // of the answer
		problem Problem
		want    string
	}{
		{"AccessDenied", 403, "", NoPermission, "no permission to list the bucket; allow s3:ListBucket on it, or use other credentials"},
		{"InvalidAccessKeyId", 403, "<AWSAccessKeyId>" + testKeyID + "</AWSAccessKeyId>", Misconfigured,
			"the store does not know the access key; check AWS_ACCESS_KEY_ID or AWS_PROFILE, and the endpoint"},
		{"SignatureDoesNotMatch", 403, "<StringToSign>" + testSecret + "</StringToSign>", Misconfigured,
			"the secret key does not fit the access key; check AWS_SECRET_ACCESS_KEY or AWS_PROFILE"},
		{"ExpiredToken", 400, "<Token-0>" + testToken + "</Token-0>", Misconfigured,
			"the session has expired; log in again, or renew AWS_SESSION_TOKEN and the keys that belong to it"},
		{"InvalidToken", 400, "", Misconfigured, "the store does not accept the session token; check AWS_SESSION_TOKEN; unset it if the keys need none"},
		{"RequestTimeTooSkewed", 403, "", Misconfigured, "this machine's clock is too far from the store's; set the clock"},
		{"NoSuchBucket", 404, "", NotFound, "no such bucket; check its name, and the endpoint if it is not Amazon's"},
		{"AuthorizationHeaderMalformed", 400, "<Region>eu-west-1</Region>", Misconfigured, "the bucket is in another region, eu-west-1; set AWS_REGION=eu-west-1"},
		{"PermanentRedirect", 301, "", Misconfigured, "the bucket is in another region; set AWS_REGION to the bucket's"},
		{"InvalidRegion", 400, "<Region>" + testSecret + "</Region>", Misconfigured, "the bucket is in another region; set AWS_REGION to the bucket's"},
		{"SlowDown", 503, "", Unreadable, "the store keeps failing to list the bucket (SlowDown, HTTP status 503); try again later"},
		{"NotImplemented", 501, "", Unreadable, "the store keeps failing to list the bucket (NotImplemented, HTTP status 501); try again later"},
		{"KMS.DisabledException", 400, "", Unreadable, "the store refuses to list the bucket (KMS.DisabledException, HTTP status 400)"},
		{testSecret, 400, "", Unreadable, "the store refuses to list the bucket (HTTP status 400)"},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			server := newServer(t, nil)
			server.fault = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
				refuse(w, tt.status, tt.code, tt.more)
				return true
			}
			checkProblem(t, server, tt.problem, tt.want)
		})
	}
}

// checkProblem checks what becomes of a path that cannot be listed.
func checkProblem(t *testing.T, server *testServer, problem Problem, want string) {
	t.Helper()
	inputs, err := server.find(t, "s3://logs/a")
	if err == nil && len(inputs) == 1 {
		err = inputs[0].Err
	}
	checkSecrets(t, err)
	got, ok := errors.AsType[*Error](err)
	if !ok || got.Problem != problem || got.Error() != "s3://logs/a: "+want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What answers may be a proxy, or anything else.
func TestNoStoreAnswers(t *testing.T) {
	tests := []struct {
		name    string
		answer  http.HandlerFunc
		problem Problem
		want    string
	}{
		{"a page that echoes the request", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, "<html>%v %s", r.Header, testSecret)
		}, Unreadable, "the store refuses to list the bucket (HTTP status 400)"},
		{"a page", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><br></html>") },
			Misconfigured, "HOST does not answer as an object store does; check the endpoint"},
		{"nothing", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			Unreadable, "the connection to HOST keeps breaking; check the network, then run again"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := newServer(t, nil)
			server.fault = func(w http.ResponseWriter, r *http.Request, _ int) bool {
				tt.answer(w, r)
				return true
			}
			checkProblem(t, server, tt.problem, strings.ReplaceAll(tt.want, "HOST", server.Listener.Addr().String()))
		})
	}
}

// Where no region is set the client learns it from the first refusal.
func TestRegionIsLearned(t *testing.T) {
	refusal := minio.ErrorResponse{Code: "AuthorizationHeaderMalformed", StatusCode: 400, Region: "eu-west-1"}
	for region, want := range map[string]bool{"": true, "us-east-1": false} {
		s := store{region: region}
		if got := s.retryable(t.Context(), refusal); got != want {
			t.Errorf("in region %q: %v", region, got)
		}
	}
}

func TestBackoff(t *testing.T) {
	for try, most := range map[int]time.Duration{1: 375 * time.Millisecond, 2: 750 * time.Millisecond, 4: 3 * time.Second, maxTries: 3 * time.Second} {
		if wait := backoff(try); wait < most/3 || wait > most {
			t.Errorf("behind try %d: %v", try, wait)
		}
	}
}

func TestNoConnection(t *testing.T) {
	server := newServer(t, nil)
	host := server.Listener.Addr().String()
	server.Close()
	checkProblem(t, server, Unreadable, "no connection to "+host+" (connect: connection refused); check the endpoint and the network")
}

// An endpoint with TLS whose certificate nobody vouches for, and one without.
func TestTLS(t *testing.T) {
	server := newServer(t, nil)
	secure := httptest.NewTLSServer(server)
	defer secure.Close()
	t.Setenv("AWS_ENDPOINT_URL_S3", secure.URL)
	host := secure.Listener.Addr().String()
	checkProblem(t, server, Misconfigured, "the certificate of "+host+" is not trusted; set SSL_CERT_FILE to the authority's certificate")

	t.Setenv("AWS_ENDPOINT_URL_S3", strings.Replace(server.URL, "http:", "https:", 1))
	host = server.Listener.Addr().String()
	checkProblem(t, server, Misconfigured, host+" does not speak TLS, or nothing else; check whether the endpoint begins with http:// or https://")
}

func TestBadEndpoint(t *testing.T) {
	clearEnv(t)
	want := "s3://logs/a: AWS_ENDPOINT_URL_S3, or AWS_ENDPOINT_URL, is no address of an object store; " +
		"set it to http://HOST:PORT or https://HOST, without user, path or query"
	for _, endpoint := range []string{
		"localhost:9000", "ftp://localhost", "http://", "http://me:hunter2@localhost", "http://localhost/hunter2",
		"http://localhost?key=hunter2", "http://local host", "http://me:hunter2@[::1", "http://-x", "http://\x7f",
	} {
		t.Setenv("AWS_ENDPOINT_URL", endpoint)
		_, err := Find(t.Context(), []string{"s3://logs/a"}, nil)
		checkSecrets(t, err)
		if got, ok := errors.AsType[*Error](err); !ok || got.Problem != Misconfigured || got.Error() != want {
			t.Errorf("%s: got %v", endpoint, err)
		}
	}
}

// Where the store is, and how it is asked.
func TestEndpoint(t *testing.T) {
	tests := []struct {
		env                []string
		host, region, path string
		secure             bool
	}{
		{nil, "s3.amazonaws.com", "", "", true}, // the store is asked where the bucket is
		{[]string{"AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-2"}, "s3.amazonaws.com", "eu-west-1", "logs.s3.eu-west-1.amazonaws.com/a", true},
		{[]string{"AWS_DEFAULT_REGION=cn-north-1"}, "s3.amazonaws.com", "cn-north-1", "logs.s3.cn-north-1.amazonaws.com.cn/a", true},
		{[]string{"AWS_ENDPOINT_URL=https://s3.eu-west-1.amazonaws.com"}, "s3.eu-west-1.amazonaws.com", "", "s3.eu-west-1.amazonaws.com/logs/a", true},
		{[]string{"AWS_ENDPOINT_URL=http://localhost:9000"}, "localhost:9000", "us-east-1", "localhost:9000/logs/a", false},
		{[]string{"AWS_ENDPOINT_URL_S3=https://minio.example/", "AWS_ENDPOINT_URL=http://other"}, "minio.example", "us-east-1", "minio.example/logs/a", true},
		{[]string{"AWS_ENDPOINT_URL=https://minio.example", "AWS_REGION=home"}, "minio.example", "home", "minio.example/logs/a", true},
	}
	for _, tt := range tests {
		clearEnv(t)
		for _, variable := range append(tt.env, "AWS_ACCESS_KEY_ID="+testKeyID, "AWS_SECRET_ACCESS_KEY="+testSecret) {
			name, value, _ := strings.Cut(variable, "=")
			t.Setenv(name, value)
		}
		s, err := newAmazon(t.Context(), &amazon)
		if err != nil {
			t.Fatal(err)
		}
		if s.host != tt.host || s.region != tt.region {
			t.Errorf("%v: got %s in %q", tt.env, s.host, s.region)
		}
		if tt.path == "" {
			continue
		}
		u, err := s.api.(minio.Core).PresignedGetObject(t.Context(), testBucket, "a", time.Minute, nil)
		if err != nil {
			t.Fatal(err)
		}
		if u.Host+u.Path != tt.path || (u.Scheme == "https") != tt.secure {
			t.Errorf("%v: got %s://%s%s", tt.env, u.Scheme, u.Host, u.Path)
		}
	}
}
