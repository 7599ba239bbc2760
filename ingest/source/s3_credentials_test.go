package source

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	roleAnswer = `{"AccessKeyId": "` + testKeyID + `", "SecretAccessKey": "` + testSecret + `", "Token": "` + testToken + `", "Expiration": "2035-01-01T00:00:00Z"}`

	profileKeys = "aws_access_key_id = " + testKeyID + "\naws_secret_access_key = " + testSecret + "\naws_session_token = " + testToken + "\n"
)

func TestCredentials(t *testing.T) {
	role := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/role" {
			http.Error(w, testSecret, http.StatusForbidden)
			return
		}
		w.Write([]byte(roleAnswer))
	}))
	defer role.Close()
	const pair = "AWS_ACCESS_KEY_ID=" + testKeyID + " AWS_SECRET_ACCESS_KEY=" + testSecret
	tests := []struct {
		name string
		env  string
		file string // of credentials
		want string // "token", "keys", "none" or the message of an error
	}{
		{"environment", pair + " AWS_SESSION_TOKEN=" + testToken, "", "token"},
		{"environment, no session", pair, "[default]\n" + profileKeys, "keys"},
		{"environment, half of it", "AWS_ACCESS_KEY_ID=" + testKeyID, "[default]\n" + profileKeys,
			"only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set; set both, or neither to use a profile or a role"},
		{"default profile", "", "[default]\n" + profileKeys, "token"},
		{"named profile", "AWS_PROFILE=billing", "[default]\n[billing]\n" + profileKeys, "token"},
		{"no default profile", "", "[billing]\n" + profileKeys, "none"},
		{"no such profile", "AWS_PROFILE=other", "[billing]\n" + profileKeys,
			`the profile "other" of AWS_PROFILE cannot be used; check its name and the files in ~/.aws, or log in again`},
		{"no file for the profile", "AWS_PROFILE=other", "",
			`the profile "other" of AWS_PROFILE cannot be used; check its name and the files in ~/.aws, or log in again`},
		{"profile that assumes a role", "AWS_PROFILE=billing", "[billing]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = default\n",
			`the profile "billing" of AWS_PROFILE holds no keys; if it assumes a role, run: eval "$(aws configure export-credentials --format env)"`},
		{"half a profile", "", "[default]\naws_secret_access_key = " + testSecret + "\n",
			"the default profile in ~/.aws cannot be used; mend it, set AWS_PROFILE to another one, or log in again"},
		{"broken file", "", "[default]\n" + testSecret + "\n",
			"the default profile in ~/.aws cannot be used; mend it, set AWS_PROFILE to another one, or log in again"},
		{"role of a container", "AWS_CONTAINER_CREDENTIALS_FULL_URI=" + role.URL + "/role", "", "token"},
		{"role that is refused", "AWS_CONTAINER_CREDENTIALS_FULL_URI=" + role.URL + "/other", "",
			"the role that the environment names gives no credentials; check AWS_ROLE_ARN, the token file and what the role allows"},
		{"none", "", "", "none"},
		{"unsigned", "AWS_NO_SIGN_REQUEST=YES " + pair, "", "none"},
		{"unsigned, as a number", "AWS_NO_SIGN_REQUEST=1 " + pair, "", "none"},
		{"signed after all", "AWS_NO_SIGN_REQUEST=false " + pair, "", "keys"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clearEnv(t)
			for variable := range strings.FieldsSeq(tt.env) {
				name, value, _ := strings.Cut(variable, "=")
				t.Setenv(name, value)
			}
			if tt.file != "" {
				if err := os.WriteFile(os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), []byte(tt.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			creds, err := newCredentials(t.Context())
			checkSecrets(t, err)
			if got := describe(t, creds, err); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func describe(t *testing.T, creds *credentials.Credentials, err error) string {
	problem, _ := errors.AsType[*storeError](err)
	switch {
	case problem != nil:
		return problem.what + "; " + problem.advice
	case err != nil:
		return err.Error()
	case creds == nil:
		return "none"
	}
	value, err := creds.GetWithContext(nil)
	if creds.IsExpired() {
		t.Error("they are found anew for each request")
	}
	switch {
	case err != nil || value.AccessKeyID != testKeyID || value.SecretAccessKey != testSecret || value.SignerType != credentials.SignatureV4:
		t.Errorf("got %+v, %v", value, err)
	case value.SessionToken == testToken:
		return "token"
	}
	return "keys"
}

// Without credentials requests are not signed, which is enough for some.
func TestAnonymous(t *testing.T) {
	server := newServer(t, named("a"))
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	checkProblem(t, server, Misconfigured, "no permission to list the bucket without credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE")
	server.open = true
	server.fault = func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		if r.Header.Get("Authorization") != "" || r.Header.Get("X-Amz-Security-Token") != "" {
			t.Error("signed")
		}
		return false
	}
	if inputs, err := server.find(t, "s3://logs/a"); err != nil || len(inputs) != 1 {
		t.Errorf("got %v, %v", inputs, err)
	}
}
