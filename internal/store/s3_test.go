package store_test

import (
	"cmp"
	"context"
	"os"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/store"
)

// s3Bucket is a bucket of a real server, when DATELINE_TEST_S3 names one and the
// variables of AWS say where and as whom: make s3 starts such a server. What the
// test writes begins with its name and the time.
func s3Bucket(t *testing.T) string {
	t.Helper()
	bucket := os.Getenv("DATELINE_TEST_S3")
	if bucket == "" {
		t.Skip("no server that speaks S3; make s3 starts one")
	}
	return bucket + "/" + t.Name() + time.Now().UTC().Format("-20060102-150405.000000000")
}

func TestS3(t *testing.T) {
	location := "s3://" + s3Bucket(t)
	s, err := store.Open(t.Context(), location+"/with/folders/", store.Write)
	if err != nil {
		t.Fatal(err)
	}
	behaves(t, s)
	put(t, s, "big", string(make([]byte, 40<<20))) // in several parts
	if got := len(all(t, s, "")["big"]); got != 40<<20 {
		t.Errorf("%d bytes came back", got)
	}
	other, err := store.Open(t.Context(), location+"/with", store.Read)
	if err != nil {
		t.Fatal(err)
	}
	if _, found := all(t, other, "folders/a/")["folders/a/b/one"]; !found {
		t.Error("not found by its longer name")
	}
	if err := cmp.Or(s.Close(), other.Close()); err != nil {
		t.Error(err)
	}
}

func TestS3Fails(t *testing.T) {
	s3Bucket(t)
	if _, err := store.Open(t.Context(), "s3://there-is-no-such-bucket/x", store.Write); err == nil {
		t.Error("a bucket that is not there")
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong")
	if _, err := store.Open(t.Context(), "s3://"+os.Getenv("DATELINE_TEST_S3"), store.Write); err == nil {
		t.Error("a wrong key")
	}
}

func TestS3Settings(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL", "")
	t.Setenv("AWS_ENDPOINT_URL_S3", "not an address")
	if _, err := store.Open(t.Context(), "s3://bucket", store.Read); err == nil {
		t.Error("an endpoint that is none")
	}
	t.Setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_REGION", "us-east-1")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := store.Open(ctx, "s3://bucket/prefix", store.Read); err == nil {
		t.Error("no server answers there")
	}
}
