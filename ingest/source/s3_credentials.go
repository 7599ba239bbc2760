package source

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7/pkg/credentials"
)

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
	id := firstEnv("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY")
	secret := firstEnv("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY")
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
	container := firstEnv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI") != ""
	if off, _ := strconv.ParseBool(os.Getenv("AWS_EC2_METADATA_DISABLED")); off && !webIdentity && !container {
		return nil, nil
	}
	client := metadataClient()
	if webIdentity {
		client = &http.Client{Timeout: tokenLimit}
	}
	role := &credentials.IAM{Client: client, Region: firstEnv("AWS_REGION", "AWS_DEFAULT_REGION")}
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
