package source

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// startService starts a server of another service than Amazon's, and returns its address.
// `make stores` installs them, as CI does.
func startService(t *testing.T, name string, args func(host, port string) []string) (address string) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a server")
	}
	binary, err := exec.LookPath(name)
	if err != nil {
		t.Skip("there is no ", name, " on PATH; `make stores` installs it")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = free.Addr().String()
	free.Close()
	host, port, _ := net.SplitHostPort(address)
	command := exec.Command(binary, args(host, port)...)
	command.Dir = t.TempDir()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	for range 300 {
		if connection, err := net.Dial("tcp", address); err == nil {
			connection.Close()
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return address
}

// checkService holds a service to what is true of all.
func checkService(t *testing.T, scheme string, put func(key, data string)) {
	t.Helper()
	text := digits(3*blockBytes + 5)
	for key, data := range map[string]string{
		"a/1.json": text, "a/b c+é/2.gz": string(gzipped(text)), "a-old/3": "x", "a/.hidden": "y", "a/4": "", "a/5.zip": string(zipOf(t, "z")),
	} {
		put(key, data)
	}
	inputs, err := Find(t.Context(), []string{scheme + "logs/a"}, nil)
	var got []string
	for _, in := range inputs {
		got = append(got, strings.TrimPrefix(in.Path, scheme+"logs/")+in.Skip)
	}
	if diff := cmp.Diff([]string{"a/1.json", "a/4empty file", "a/5.zip!/z", "a/b c+é/2.gz"}, got); diff != "" || err != nil {
		t.Fatal(err, diff)
	}
	for i, want := range map[int]string{0: text, 2: contentOf("z"), 3: text} {
		if _, got, err := readAll(t, new(Opener), inputs[i]); got != want || err != nil {
			t.Errorf("%s: got %d bytes, %v", inputs[i].Path, len(got), err)
		}
	}
	stream, err := new(Opener).Open(t.Context(), inputs[0])
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	at, size, ok := stream.ReaderAt()
	part := make([]byte, 100)
	if !ok || size != int64(len(text)) {
		t.Fatal("no parts can be read: ", size)
	}
	if _, err := at.ReadAt(part, blockBytes-50); err != nil || !bytes.Equal(part, []byte(text[blockBytes-50:blockBytes+50])) {
		t.Errorf("got %q, %v", part, err)
	}
	put("a/1.json", "new") // what is read goes on being the old one, or ends
	if _, err := at.ReadAt(part, 2*blockBytes); err == nil || !strings.Contains(err.Error(), "it changed while it was read") {
		t.Errorf("got %v", err)
	}
	for path, want := range map[string]string{
		"logs/none": "no object has this key", "logs/a/*.gz": "no file matches the pattern",
	} {
		if _, err := Find(t.Context(), []string{scheme + path}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", path, err)
		}
	}
	folder, err := OpenFolder(t.Context(), scheme+"logs/a")
	if err != nil {
		t.Fatal(err)
	}
	file, size, err := folder.Open(t.Context(), "1.json")
	if err != nil || size != 3 {
		t.Fatal(size, err)
	}
	file.Close()
}

func TestGoogle(t *testing.T) {
	address := startService(t, "fake-gcs-server", func(host, port string) []string {
		return []string{"-scheme", "http", "-host", host, "-port", port, "-public-host", net.JoinHostPort(host, port), "-backend", "memory", "-log-level", "error"}
	})
	t.Setenv("STORAGE_EMULATOR_HOST", address)
	post := func(path, kind, body string) {
		answer, err := http.Post("http://"+address+path, kind, strings.NewReader(body))
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatal(path, answer, err)
		}
		answer.Body.Close()
	}
	post("/storage/v1/b?project=p", "application/json", `{"name":"logs"}`)
	checkService(t, "gs://", func(key, data string) {
		post("/upload/storage/v1/b/logs/o?uploadType=media&name="+url.QueryEscape(key), "application/octet-stream", data)
	})
}

// Google's credentials are exchanged for a token; what is wrong with them is said without
// them.
func TestGoogleTokens(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600,"error":%q}`, testToken, testSecret)
	}))
	defer server.Close()
	path := filepath.Join(t.TempDir(), "key.json")
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", path)
	if _, err := googleTokens(t.Context(), google.login); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("without the file: %v", err)
	}
	text, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "x@y.z", "private_key_id": "1", "token_uri": server.URL,
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, status = range []int{http.StatusOK, http.StatusUnauthorized} {
		tokens, err := googleTokens(t.Context(), google.login)
		if err != nil {
			t.Fatal(err)
		}
		token, err := tokens.Token()
		checkSecrets(t, err)
		if refused := status != http.StatusOK; refused && (err == nil || !strings.Contains(err.Error(), "does not accept the credentials")) || !refused && (err != nil || token.AccessToken != testToken) {
			t.Errorf("%d: got %v, %v", status, token, err)
		}
	}
}

// The account of every Azurite, and its key.
const (
	azuriteAccount = "devstoreaccount1"
	azuriteKey     = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

func TestAzure(t *testing.T) {
	address := startService(t, "azurite-blob", func(host, port string) []string {
		return []string{"--inMemoryPersistence", "--silent", "--blobHost", host, "--blobPort", port}
	})
	endpoint := "http://" + address + "/" + azuriteAccount
	for _, name := range []string{"AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN"} {
		t.Setenv(name, "")
	}
	t.Setenv("AZURE_STORAGE_CONNECTION_STRING", "AccountName="+azuriteAccount+";AccountKey="+azuriteKey+";BlobEndpoint="+endpoint+";")
	sas := azuriteSAS(t)
	put := func(path, kind, data string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, endpoint+"/"+path+sas, strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if kind != "" {
			request.Header.Set("X-Ms-Blob-Type", kind)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil || answer.StatusCode != http.StatusCreated {
			t.Fatal(path, answer, err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	put("logs?restype=container&", "", "")
	checkService(t, "az://", func(key, data string) { put("logs/"+(&url.URL{Path: key}).EscapedPath()+"?", "BlockBlob", data) })

	if _, err := Find(t.Context(), []string{"az://none/a"}, nil); err == nil || !strings.Contains(err.Error(), "no such bucket; check its name, and AZURE_STORAGE_ACCOUNT") {
		t.Errorf("got %v", err)
	}
	t.Setenv("AZURE_STORAGE_CONNECTION_STRING", "AccountName="+azuriteAccount+";SharedAccessSignature="+sas+";BlobEndpoint="+endpoint)
	if inputs, err := Find(t.Context(), []string{"az://logs/a/"}, nil); err != nil || len(inputs) != 4 {
		t.Errorf("with a signature: %v, %v", inputs, err)
	}
	t.Setenv("AZURE_STORAGE_CONNECTION_STRING", "AccountName="+azuriteAccount+";AccountKey="+base64.StdEncoding.EncodeToString([]byte(testSecret))+";BlobEndpoint="+endpoint)
	inputs, err := Find(t.Context(), []string{"az://logs/a/"}, nil)
	if len(inputs) != 1 || inputs[0].Err == nil || err != nil {
		t.Fatalf("with a wrong key: %v, %v", inputs, err)
	}
	checkSecrets(t, inputs[0].Err) // the emulator says only that it is not allowed
	if !strings.Contains(inputs[0].Err.Error(), "no permission to list the bucket; allow Storage Blob Data Reader on it, or use other credentials") {
		t.Error(inputs[0].Err)
	}
}

// azuriteSAS is the parameters that let anybody do anything for an hour.
func azuriteSAS(t *testing.T) string {
	t.Helper()
	until := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	key, err := base64.StdEncoding.DecodeString(azuriteKey)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s\nrwlc\nb\nsco\n\n%s\n\n\n2020-10-02\n", azuriteAccount, until)
	return url.Values{
		"sv": {"2020-10-02"}, "ss": {"b"}, "srt": {"sco"}, "sp": {"rwlc"}, "se": {until}, "sig": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
	}.Encode()
}

// What is wrong with the settings is said before anything is asked.
func TestAzureSettings(t *testing.T) {
	for _, tt := range []struct{ connection, account, key, host, want string }{
		{"", "", "", "", "no account is named"},
		{"", "acme", "c2VjcmV0", "acme.blob.core.windows.net", ""},
		{"", "acme", "no key", "", "is wrong"},
		{"AccountName=x;AccountKey=c2VjcmV0;EndpointSuffix=core.chinacloudapi.cn", "", "", "x.blob.core.chinacloudapi.cn", ""},
		{"BlobEndpoint=https://x.example/;SharedAccessSignature=?sv=1&sig=2", "", "", "x.example", ""},
	} {
		t.Setenv("AZURE_STORAGE_CONNECTION_STRING", tt.connection)
		t.Setenv("AZURE_STORAGE_ACCOUNT", tt.account)
		t.Setenv("AZURE_STORAGE_KEY", tt.key)
		t.Setenv("AZURE_STORAGE_SAS_TOKEN", "")
		s, err := newAzure(t.Context(), &azure)
		if tt.want == "" && (err != nil || s.host != tt.host) || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%+v: got %v, %v", tt, s, err)
		}
	}
}
