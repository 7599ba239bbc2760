package source

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

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
