package webhook

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed request; see Standard Webhooks 1.0.0.
const (
	headerID        = "webhook-id"
	headerTimestamp = "webhook-timestamp"
	headerSignature = "webhook-signature"
)

// The bounds of secrets.
const (
	secretPrefix         = "whsec_"
	minSecret, maxSecret = 24, 64 // bytes, as the specification has it
	maxSecrets           = 5
	maxSecretFile        = 64 << 10
)

// secret is a key that signs. It prints as nothing, so that no log can hold it.
type secret []byte

// String implements fmt.Stringer.
func (secret) String() string { return "(secret)" }

// secrets are those of the settings, the newest first. Each signs each message, so
// that a receiver may know any of them while they are changed.
func (c Config) secrets() ([]secret, error) {
	lines, from := c.Secret, "--secret"
	if c.SecretFile != "" {
		var err error
		if lines, err = readLines(c.SecretFile); err != nil {
			return nil, err
		}
		from = "--secret-file"
	}
	if len(lines) == 0 || len(lines) > maxSecrets {
		return nil, fmt.Errorf("%s: got %d secrets, want 1 to %d", from, len(lines), maxSecrets)
	}
	all := make([]secret, len(lines))
	for i, line := range lines {
		text, prefixed := strings.CutPrefix(strings.TrimSpace(line), secretPrefix)
		key, err := base64.StdEncoding.DecodeString(text)
		if !prefixed || err != nil || len(key) < minSecret || len(key) > maxSecret {
			return nil, fmt.Errorf("%s: secret %d: want %s and base64 of %d to %d bytes", from, i+1, secretPrefix, minSecret, maxSecret)
		}
		all[i] = key
	}
	return all, nil
}

// readLines are the lines of a file, but for empty ones and comments.
func readLines(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--secret-file: %w", err)
	}
	defer f.Close()
	var lines []string
	in := bufio.NewScanner(io.LimitReader(f, maxSecretFile))
	for in.Scan() {
		if line := strings.TrimSpace(in.Text()); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	if in.Err() != nil {
		return nil, errors.New("--secret-file: a line is too long")
	}
	return lines, nil
}

// sign returns the value of headerSignature: one signature for each secret.
func sign(keys []secret, id string, at time.Time, body []byte) string {
	signatures := make([]string, len(keys))
	for i, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(signatures, " ")
}
