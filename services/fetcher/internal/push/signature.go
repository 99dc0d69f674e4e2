package push

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
)

var (
	// errUnsigned says that a push has no signature that is known.
	errUnsigned = errors.New("push: not signed")
	// errWeak says that it is signed with SHA-1.
	errWeak = errors.New("push: signed with SHA-1")
	// errSignature says that the signature is another.
	errSignature = errors.New("push: wrong signature")
)

// verify reads a body to its end and says whether it was signed with the secret.
// Nothing of it is kept. SHA-1, which some hubs still use, is not taken: it is to
// hold for as long as a secret does.
func verify(header, secret string, body io.Reader) error {
	method, value, _ := strings.Cut(header, "=")
	var sum func() hash.Hash
	switch strings.ToLower(strings.TrimSpace(method)) {
	case "sha256":
		sum = sha256.New
	case "sha384":
		sum = sha512.New384
	case "sha512":
		sum = sha512.New
	case "sha1":
		return errWeak
	default:
		return errUnsigned
	}
	mac := hmac.New(sum, []byte(secret))
	if _, err := io.Copy(mac, body); err != nil {
		return fmt.Errorf("read push: %w", err)
	}
	signed, err := hex.DecodeString(strings.TrimSpace(value))
	if err != nil || !hmac.Equal(signed, mac.Sum(nil)) {
		return errSignature
	}
	return nil
}
