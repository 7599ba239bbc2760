package source

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/minio/minio-go/v7"
)

// azure is Azure Blob Storage. What is asked of it are a list and parts of blobs, for
// which its library would be a tenth of the program.
var azure = service{
	scheme: "az://", open: newAzure,
	login:  "set AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING, or run: az login",
	bucket: "check its name, and AZURE_STORAGE_ACCOUNT", unknown: "check AZURE_STORAGE_ACCOUNT",
	list: "Storage Blob Data Reader", read: "Storage Blob Data Reader",
}

const (
	azureVersion = "2021-12-02" // of the protocol
	azureScope   = "https://storage.azure.com/.default"
	archiveTier  = "Archive" // of blobs that are to be restored first
)

// azureBlobs speaks to one account.
type azureBlobs struct {
	*service
	client   *http.Client
	endpoint url.URL // its path does not end with /
	account  string
	key      []byte                 // signs requests; nil: there is none
	sas      url.Values             // signs them too; nil: there is none
	token    azcore.TokenCredential // opens them; nil: there is none
}

func (a *azureBlobs) StatObject(ctx context.Context, bucket, key string, _ minio.StatObjectOptions) (minio.ObjectInfo, error) {
	answer, err := a.do(ctx, http.MethodHead, bucket+"/"+key, nil, nil)
	if err != nil {
		return minio.ObjectInfo{}, err
	}
	return minio.ObjectInfo{Key: key, Size: answer.ContentLength}, answer.Body.Close()
}

func (a *azureBlobs) GetObject(ctx context.Context, bucket, key string, o minio.GetObjectOptions) (io.ReadCloser, minio.ObjectInfo, http.Header, error) {
	answer, err := a.do(ctx, http.MethodGet, bucket+"/"+key, nil, o.Header())
	if err != nil {
		return nil, minio.ObjectInfo{}, nil, err
	}
	return answer.Body, minio.ObjectInfo{Key: key, Size: answer.ContentLength}, answer.Header, nil
}

// azurePage is a page of a listing.
type azurePage struct {
	Blobs struct {
		Blob []struct {
			Name struct {
				Encoded bool   `xml:"Encoded,attr"`
				Text    string `xml:",chardata"`
			}
			Properties struct {
				Size int64  `xml:"Content-Length"`
				Tier string `xml:"AccessTier"`
			}
		}
	}
	NextMarker string
}

// ListObjectsIter implements protocol. There is no way to begin behind a key: what is
// before it is listed again.
func (a *azureBlobs) ListObjectsIter(ctx context.Context, bucket string, o minio.ListObjectsOptions) iter.Seq[minio.ObjectInfo] {
	return func(yield func(minio.ObjectInfo) bool) {
		query := url.Values{"restype": {"container"}, "comp": {"list"}, "prefix": {o.Prefix}}
		if o.MaxKeys > 0 {
			query.Set("maxresults", strconv.Itoa(o.MaxKeys))
		}
		for {
			page, err := a.page(ctx, bucket, query)
			if err != nil {
				yield(minio.ObjectInfo{Err: err})
				return
			}
			for _, blob := range page.Blobs.Blob {
				name := blob.Name.Text
				if decoded, err := url.PathUnescape(name); err == nil && blob.Name.Encoded {
					name = decoded
				}
				if name > o.StartAfter && !yield(minio.ObjectInfo{Key: name, Size: blob.Properties.Size, StorageClass: blob.Properties.Tier}) {
					return
				}
			}
			if page.NextMarker == "" {
				return
			}
			query.Set("marker", page.NextMarker)
		}
	}
}

func (a *azureBlobs) page(ctx context.Context, bucket string, query url.Values) (page azurePage, err error) {
	answer, err := a.do(ctx, http.MethodGet, bucket, query, nil)
	if err != nil {
		return page, err
	}
	defer func() { _ = answer.Body.Close() }()
	return page, xml.NewDecoder(answer.Body).Decode(&page)
}

// do asks for something, and returns an answer that is none of an error.
func (a *azureBlobs) do(ctx context.Context, method, path string, query url.Values, header http.Header) (*http.Response, error) {
	u := a.endpoint
	u.Path += "/" + path
	all := url.Values{}
	maps.Copy(all, query)
	maps.Copy(all, a.sas)
	u.RawQuery = all.Encode()
	request, err := http.NewRequestWithContext(ctx, method, u.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	for name := range header {
		request.Header.Set(name, header.Get(name))
	}
	request.Header.Set("X-Ms-Version", azureVersion)
	request.Header.Set("X-Ms-Date", time.Now().UTC().Format(http.TimeFormat))
	switch {
	case a.key != nil:
		request.Header.Set("Authorization", "SharedKey "+a.account+":"+a.signature(request))
	case a.token != nil:
		token, err := a.token.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{azureScope}})
		if err != nil { // it may quote secrets
			return nil, misconfigured("the credentials cannot be renewed", "log in again, then run again")
		}
		request.Header.Set("Authorization", "Bearer "+token.Token)
	}
	answer, err := a.client.Do(request)
	if err != nil || answer.StatusCode < http.StatusMultipleChoices {
		return answer, err
	}
	_ = answer.Body.Close()
	return nil, a.problem(answer)
}

// signature signs a request with the account's key.
func (a *azureBlobs) signature(r *http.Request) string {
	text := r.Method + strings.Repeat("\n", 8) + r.Header.Get("If-Match") + "\n\n\n" + r.Header.Get("Range") + "\n"
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-ms-") {
			text += lower + ":" + r.Header.Get(name) + "\n"
		}
	}
	text += "/" + a.account + r.URL.EscapedPath()
	query := r.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		text += "\n" + strings.ToLower(name) + ":" + strings.Join(query[name], ",")
	}
	mac := hmac.New(sha256.New, a.key)
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// problem says in the words of S3 what Azure refuses.
func (a *azureBlobs) problem(answer *http.Response) error {
	code, status := answer.Header.Get("X-Ms-Error-Code"), answer.StatusCode
	switch code {
	case "AuthenticationFailed", "InvalidAuthenticationInfo":
		return misconfigured("the store does not accept the credentials", a.login)
	case "BlobNotFound":
		code = minio.NoSuchKey
	case "ContainerNotFound", "ContainerBeingDeleted":
		code = minio.NoSuchBucket
	case "ConditionNotMet":
		code = minio.PreconditionFailed
	case "BlobArchived":
		code = minio.InvalidObjectState
	case "NoAuthenticationInformation", "PublicAccessNotPermitted", "ResourceNotFound", "AuthorizationFailure", "AuthorizationPermissionMismatch", "InsufficientAccountPermissions":
		code, status = minio.AccessDenied, http.StatusForbidden
	case "ServerBusy":
		code = "SlowDown"
	}
	return minio.ErrorResponse{Code: code, StatusCode: status}
}

// newAzure finds the account and who asks for it by the variables of Azure's own tools,
// and connects to nothing yet but for a machine's or a user's token.
func newAzure(ctx context.Context, azure *service) (*store, error) {
	settings := connectionSettings(os.Getenv("AZURE_STORAGE_CONNECTION_STRING"))
	account := cmp.Or(settings["accountname"], os.Getenv("AZURE_STORAGE_ACCOUNT"))
	address := settings["blobendpoint"]
	if address == "" {
		if account == "" {
			return nil, misconfigured("no account is named", "set AZURE_STORAGE_ACCOUNT, or AZURE_STORAGE_CONNECTION_STRING")
		}
		address = cmp.Or(settings["defaultendpointsprotocol"], "https") + "://" + account + ".blob." + cmp.Or(settings["endpointsuffix"], "core.windows.net")
	}
	endpoint, err := url.Parse(strings.TrimSuffix(address, "/"))
	key, badKey := base64.StdEncoding.DecodeString(cmp.Or(settings["accountkey"], os.Getenv("AZURE_STORAGE_KEY")))
	sas, badSAS := url.ParseQuery(strings.TrimPrefix(cmp.Or(settings["sharedaccesssignature"], os.Getenv("AZURE_STORAGE_SAS_TOKEN")), "?"))
	if err != nil || endpoint.Host == "" || badKey != nil || badSAS != nil { // what they hold is not quoted
		return nil, misconfigured("AZURE_STORAGE_ACCOUNT, AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING is wrong", "set them as Azure's portal shows them")
	}
	transport, _ := http.DefaultTransport.(*http.Transport)
	transport = transport.Clone()
	transport.DisableCompression = true // a blob is what it is stored as
	a := &azureBlobs{service: azure, client: &http.Client{Transport: transport}, endpoint: *endpoint, account: account}
	s := &store{service: azure, api: a, host: endpoint.Host, region: "none", backoff: backoff, stall: stallLimit}
	switch {
	case len(key) > 0:
		a.key = key
	case len(sas) > 0:
		a.sas = sas
	default:
		s.anonymous = !a.logIn(ctx)
	}
	return s, nil
}

// logIn finds a token: of the environment, of a workload's or the machine's identity, or
// of Azure's command-line tool. Without one, requests are not signed.
func (a *azureBlobs) logIn(ctx context.Context) bool {
	credential, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, tokenLimit)
	defer cancel()
	if _, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{azureScope}}); err != nil {
		return false
	}
	a.token = credential
	return true
}

// connectionSettings returns the settings of a connection string by their names in lower
// case.
func connectionSettings(text string) map[string]string {
	settings := map[string]string{}
	for setting := range strings.SplitSeq(text, ";") {
		if name, value, ok := strings.Cut(setting, "="); ok {
			settings[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
		}
	}
	return settings
}
