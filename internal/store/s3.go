package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 is a store in a bucket. A file is written to a temporary file of this
// machine, and then put in one piece: no more of it than a part is in memory.
// Nothing keeps two processes from writing to one prefix: whoever runs them has
// to.
type S3 struct {
	client         *minio.Client
	bucket, prefix string // prefix is empty or ends in a slash
}

// NewS3 opens BUCKET/PREFIX. What the tools of AWS read from the environment
// says where and as whom: AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL (otherwise
// AWS itself), AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
// AWS_SESSION_TOKEN, or the shared credentials file (AWS_SHARED_CREDENTIALS_FILE,
// AWS_PROFILE), or the role of the machine.
func NewS3(ctx context.Context, location string) (*S3, error) {
	bucket, prefix, _ := strings.Cut(location, "/")
	prefix = strings.Trim(prefix, "/")
	if prefix != "" && checkName(prefix) != nil || bucket == "" {
		return nil, fmt.Errorf("%q: %w", "s3://"+location, ErrLocation)
	}
	if prefix != "" {
		prefix += "/"
	}
	endpoint, err := url.Parse(cmp.Or(os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL"), "https://s3.amazonaws.com"))
	if err != nil || endpoint.Host == "" {
		return nil, errors.New("AWS_ENDPOINT_URL: want an address such as https://s3.example.org")
	}
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
		}),
		Secure: endpoint.Scheme == "https",
		Region: cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
	})
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	found, err := client.BucketExists(ctx, bucket)
	if err != nil {
		return nil, fmt.Errorf("s3: bucket %s at %s: %w", bucket, endpoint.Host, err)
	}
	if !found {
		return nil, fmt.Errorf("s3: bucket %s at %s: %w", bucket, endpoint.Host, fs.ErrNotExist)
	}
	return &S3{client, bucket, prefix}, nil
}

// Create implements Store.
func (s *S3) Create() (File, error) {
	file, err := temporary()
	if err != nil {
		return nil, err
	}
	return &s3File{temporaryFile: file, store: s}, nil
}

// temporaryFile is a file of this machine that goes when it is closed. Where the
// system allows it, it has no name from the beginning, so that a kill leaves
// nothing.
type temporaryFile struct{ *os.File }

func temporary() (temporaryFile, error) {
	file, err := os.CreateTemp("", "dateline-*")
	if err != nil {
		return temporaryFile{}, fmt.Errorf("store: %w", err)
	}
	_ = os.Remove(file.Name()) // otherwise Close does
	return temporaryFile{file}, nil
}

// Close closes and removes the file.
func (f temporaryFile) Close() error {
	err := f.File.Close()
	_ = os.Remove(f.Name()) // mostly it is gone
	return err
}

// s3File is a file that is put when it is committed.
type s3File struct {
	temporaryFile
	store *S3
}

// Commit implements File.
func (f *s3File) Commit(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err == nil {
		_, err = f.store.client.PutObject(ctx, f.store.bucket, f.store.prefix+name, f.File, size, minio.PutObjectOptions{ContentType: contentType(name)})
	}
	if err != nil {
		return fmt.Errorf("s3: put %s: %w", name, err)
	}
	f.Discard()
	return nil
}

// Discard implements File.
func (f *s3File) Discard() { _ = f.Close() } // nothing of it is wanted

// contentType is the media type of a file.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".json":
		return "application/json"
	case ".zst":
		return "application/zstd"
	case ".gz":
		return "application/gzip"
	case ".parquet":
		return "application/vnd.apache.parquet"
	default:
		return "application/octet-stream"
	}
}

// Open implements Store. The file is on this machine before it is read.
func (s *S3) Open(ctx context.Context, name string) (io.ReadSeekCloser, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	object, err := s.client.GetObject(ctx, s.bucket, s.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, fmt.Errorf("s3: get %s: %w", name, err)
	}
	defer func() { _ = object.Close() }() // it was only read
	file, err := temporary()
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(file, object)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		err = fs.ErrNotExist
	}
	if err != nil {
		_ = file.Close() // nothing of it is wanted
		return nil, fmt.Errorf("s3: get %s: %w", name, err)
	}
	return file, nil
}

// List implements Store.
func (s *S3) List(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for object := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix + prefix, Recursive: true}) {
			if object.Err != nil {
				yield("", fmt.Errorf("s3: list: %w", object.Err))
				return
			}
			name := strings.TrimPrefix(object.Key, s.prefix)
			if checkName(name) == nil && !yield(name, nil) {
				return
			}
		}
		if ctx.Err() != nil {
			yield("", ctx.Err())
		}
	}
}

// Remove implements Store.
func (s *S3) Remove(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := s.client.RemoveObject(ctx, s.bucket, s.prefix+name, minio.RemoveObjectOptions{}); err != nil {
		return fmt.Errorf("s3: remove %s: %w", name, err)
	}
	return nil
}

// Close implements Store.
func (s *S3) Close() error { return nil }
