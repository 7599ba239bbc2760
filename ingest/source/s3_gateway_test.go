package source

import (
	"bytes"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/minio/minio-go/v7"
)

// startGateway starts a server that speaks S3 over a folder and checks
// signatures, and makes the environment lead to it. `make stores` installs it, as CI
// does.
func startGateway(t *testing.T) *store {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a server")
	}
	binary, err := exec.LookPath("versitygw")
	if err != nil {
		t.Skip("there is no versitygw on PATH; `make stores` installs it: ", err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	clearEnv(t)
	t.Setenv("AWS_ENDPOINT_URL", "http://"+address)
	t.Setenv("AWS_ACCESS_KEY_ID", testKeyID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", testSecret)
	command := exec.Command(binary, "--port", address, "--access", testKeyID, "--secret", testSecret, "--quiet", "posix", t.TempDir())
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	for range 100 {
		if connection, err := net.Dial("tcp", address); err == nil {
			connection.Close()
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	s, err := newAmazon(t.Context(), &amazon)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestGateway: what the tests' own server answers is what a real one does.
func TestGateway(t *testing.T) {
	s := startGateway(t)
	if err := s.api.(minio.Core).MakeBucket(t.Context(), testBucket, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	text := digits(3*blockBytes + 5)
	for key, data := range map[string]string{"a/1.json": text, "a/b c+é/2.gz": string(gzipped(text)), "a-old/3": "x", "a/.hidden": "y", "a/4": ""} {
		if _, err := s.api.(minio.Core).Client.PutObject(t.Context(), testBucket, key, strings.NewReader(data), int64(len(data)), minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	inputs, err := Find(t.Context(), []string{"s3://logs/a"}, nil)
	if diff := cmp.Diff([]string{"a/1.json", "a/4: empty file", "a/b c+é/2.gz"}, listed(inputs)); diff != "" || err != nil {
		t.Fatal(err, diff)
	}
	for _, i := range []int{0, 2} {
		if _, got, err := readAll(t, new(Opener), inputs[i]); got != text || err != nil {
			t.Errorf("%s: got %d bytes, %v", inputs[i].Path, len(got), err)
		}
	}
	o := storedObject{store: s, objectPlace: objectPlace{testBucket, "a/1.json"}, size: inputs[0].Size}
	r, err := o.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	part := make([]byte, 100)
	if _, err := r.(*objectReader).ReadAt(part, blockBytes-50); err != nil || !bytes.Equal(part, []byte(text[blockBytes-50:blockBytes+50])) {
		t.Errorf("got %q, %v", part, err)
	}
	gatewayLedger(t, s)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hunter2-hunter2")
	_, err = Find(t.Context(), []string{"s3://logs/a"}, nil)
	checkSecrets(t, err)
	if err == nil || !strings.Contains(err.Error(), "the secret key does not fit the access key") {
		t.Errorf("got %v", err)
	}
}

// gatewayLedger: a folder with the manifest of a ledger is one input, whose files
// are opened by their names.
func gatewayLedger(t *testing.T, s *store) {
	t.Helper()
	manifest := `{"schema":"waudit.ledger/v1"}`
	for key, data := range map[string]string{"packed/manifest.json": manifest, "packed/part.parquet": "PAR1"} {
		if _, err := s.api.(minio.Core).Client.PutObject(t.Context(), testBucket, key, strings.NewReader(data), int64(len(data)), minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	inputs, err := Find(t.Context(), []string{"s3://logs/packed/"}, nil)
	if err != nil || len(inputs) != 1 || !inputs[0].Ledger || inputs[0].Path != "s3://logs/packed" {
		t.Fatalf("%v, %+v", err, inputs)
	}
	f, size, err := inputs[0].Folder.Open(t.Context(), "part.parquet")
	if err != nil || size != 4 {
		t.Fatalf("%v, %d bytes", err, size)
	}
	f.Close()
	if _, _, err := inputs[0].Folder.Open(t.Context(), "none"); err == nil || !strings.Contains(err.Error(), "no such object") {
		t.Errorf("a file that is not there: %v", err)
	}
}
