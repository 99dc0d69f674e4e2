package webhook

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
)

// What the tests look at without a request.

func Secrets(c Config) ([]string, error) {
	keys, err := c.secrets()
	var all []string
	for _, key := range keys {
		all = append(all, string(key))
	}
	return all, err
}

func Sign(keys []string, id string, at time.Time, body []byte) string {
	var secrets []secret
	for _, key := range keys {
		secrets = append(secrets, secret(key))
	}
	return sign(secrets, id, at, body)
}

func Guard(allow []netip.Prefix, network, address string) error {
	return guard(allow)(network, address, nil)
}

func Delay(c Config, attempt int) time.Duration { return c.delay(attempt) }

func RetryAfter(value string, now time.Time) time.Duration {
	return retryAfter(http.Header{"Retry-After": {value}}, now)
}

func MessageID(d bus.Delivery) string { return messageID(d) }

func Durable(c Config) string { return c.durable() }
