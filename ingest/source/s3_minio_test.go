package source

import (
	"bytes"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/minio/minio-go/v7"
)

// startMinio starts the server of that name, and makes the environment lead to
// it.
func startMinio(t *testing.T) *store {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a server")
	}
	binary, err := exec.LookPath("minio")
	if err != nil {
		t.Skip("there is no minio on PATH: ", err)
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
	command := exec.Command(binary, "server", "--address", address, "--console-address", "127.0.0.1:0", t.TempDir())
	command.Env = append(command.Environ(), "MINIO_ROOT_USER="+testKeyID, "MINIO_ROOT_PASSWORD="+testSecret)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	for range 100 {
		answer, err := http.Get("http://" + address + "/minio/health/ready")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				break
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	s, err := newStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMinio(t *testing.T) {
	s := startMinio(t)
	if err := s.api.MakeBucket(t.Context(), testBucket, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	text := digits(3*blockBytes + 5)
	for key, data := range map[string]string{"a/1.json": text, "a/b c+é/2.gz": string(gzipped(text)), "a-old/3": "x", "a/.hidden": "y", "a/4": ""} {
		if _, err := s.api.PutObject(t.Context(), testBucket, key, strings.NewReader(data), int64(len(data)), "", "", minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	inputs, err := FindContext(t.Context(), []string{"s3://logs/a"}, nil)
	if diff := cmp.Diff([]string{"a/1.json", "a/4: empty file", "a/b c+é/2.gz"}, listed(inputs)); diff != "" || err != nil {
		t.Fatal(err, diff)
	}
	for _, i := range []int{0, 2} {
		if _, got, err := readAll(t, new(Opener), inputs[i]); got != text || err != nil {
			t.Errorf("%s: got %d bytes, %v", inputs[i].Path, len(got), err)
		}
	}
	o := object{store: s, place: place{testBucket, "a/1.json"}, size: inputs[0].Size}
	r, err := o.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	part := make([]byte, 100)
	if _, err := r.(*objectReader).ReadAt(part, blockBytes-50); err != nil || !bytes.Equal(part, []byte(text[blockBytes-50:blockBytes+50])) {
		t.Errorf("got %q, %v", part, err)
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hunter2-hunter2")
	_, err = FindContext(t.Context(), []string{"s3://logs/a"}, nil)
	checkSecrets(t, err)
	if err == nil || !strings.Contains(err.Error(), "the secret key does not fit the access key") {
		t.Errorf("got %v", err)
	}
}
