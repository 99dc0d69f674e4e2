package robots

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

const (
	// MaxLife is how long an entry is used: RFC 9309, section 2.4.
	MaxLife = 24 * time.Hour
	// minLife keeps a server that calls its robots.txt stale at once from being
	// asked for it with every page.
	minLife = time.Hour
	// unreachableLife is how soon a server is asked again that could not answer.
	unreachableLife = 15 * time.Minute
	// Patience is how long a server that cannot answer disallows everything:
	// RFC 9309, section 2.3.1.4.
	Patience = 30 * 24 * time.Hour
)

// Entry is what is known of an origin's robots.txt.
type Entry struct {
	// Origin is the scheme, host and port that it is for.
	Origin string `json:"origin"`
	// Product is the crawler that the rules are for.
	Product string `json:"product"`
	Rules   Rules  `json:"rules"`
	// Status is the HTTP status of the answer, 0 for none, and Error the error
	// code of what was wrong with it.
	Status int    `json:"status,omitempty"`
	Error  string `json:"error,omitempty"`
	// Since is when it was first found to be unreachable; zero when it is not.
	Since time.Time `json:"since,omitzero"`
	// Expires is when it is to be asked for again.
	Expires time.Time `json:"expires"`
}

// Cache keeps entries for all workers. A key is 32 hexadecimal digits.
type Cache interface {
	// Get returns the entry of a key, false when there is none.
	Get(ctx context.Context, key string) (Entry, bool, error)
	// Put keeps an entry. Entries may be lost: they are made again.
	Put(ctx context.Context, key string, e Entry) error
}

// Key is where a cache keeps the entry of an origin.
func Key(origin string) string {
	sum := sha256.Sum256([]byte(origin))
	return hex.EncodeToString(sum[:16])
}

// Encode is the entry as it is stored, in JSON. It is smaller than the 1 MiB
// that a message may have.
func (e Entry) Encode() ([]byte, error) {
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false) // which would make six bytes of each &
	if err := to.Encode(e); err != nil {
		return nil, fmt.Errorf("robots: entry: %w", err)
	}
	return b.Bytes(), nil
}

// Decode reads what Encode wrote.
func Decode(data []byte) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(data, &e); err != nil {
		return Entry{}, fmt.Errorf("robots: entry: %w", err)
	}
	return e, nil
}

// next is the entry after an answer to the request for robots.txt, where e is
// the one before it, or one with no more than its origin and product.
func (e Entry) next(resp httpfetch.Response, err error, now time.Time) Entry {
	n := Entry{Origin: e.Origin, Product: e.Product, Status: resp.Status, Expires: now.Add(MaxLife)}
	if failure, ok := errors.AsType[*httpfetch.Error](err); ok {
		n.Error = string(failure.Code)
	} else if err != nil {
		n.Error = "unreachable"
	}
	switch {
	case err == nil:
		n.Rules = Parse(resp.Body, e.Product)
		if resp.MaxAge > 0 {
			n.Expires = now.Add(min(max(resp.MaxAge, minLife), MaxLife))
		}
	case isUnavailable(err): // there is no robots.txt, so all is allowed
	default:
		n.Expires = now.Add(min(max(resp.RetryAfter, unreachableLife), MaxLife))
		if n.Since = e.Since; n.Since.IsZero() || n.Since.After(now) {
			n.Since = now
		}
		if now.Sub(n.Since) < Patience {
			n.Rules = nothing
		}
	}
	return n
}

// isUnavailable says whether an error means that there is no robots.txt: the
// statuses 4xx, and redirects that lead nowhere. Of the former 429 is none: it
// says that the server has too much to do.
func isUnavailable(err error) bool {
	failure, ok := errors.AsType[*httpfetch.Error](err)
	if !ok {
		return false
	}
	refused := failure.Status >= 400 && failure.Status < 500 && failure.Status != http.StatusTooManyRequests
	empty := failure.Status == http.StatusNoContent && failure.Err == nil
	return refused || empty || failure.Code == httpfetch.CodeRedirects
}
