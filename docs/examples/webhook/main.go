// Command webhook receives dateline's webhooks, verifies them and prints headlines.
//
//	WEBHOOK_SECRET=whsec_… go run ./docs/examples/webhook
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// tolerance is how old a request may be: an older one may be an attacker's copy.
const tolerance = 5 * time.Minute

// verify checks a request's signature with the secret (whsec_…) that both sides know.
func verify(secret string, h http.Header, body []byte, now time.Time) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return errors.New("the secret is not base64")
	}
	at, err := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if err != nil || now.Sub(time.Unix(at, 0)).Abs() > tolerance {
		return errors.New("too old, or too new")
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.", h.Get("webhook-id"), at)
	mac.Write(body) // as it came: not parsed and written again
	for signature := range strings.FieldsSeq(h.Get("webhook-signature")) {
		version, text, _ := strings.Cut(signature, ",")
		given, err := base64.StdEncoding.DecodeString(text)
		if version == "v1" && err == nil && hmac.Equal(given, mac.Sum(nil)) {
			return nil
		}
	}
	return errors.New("no signature fits")
}

func main() {
	secret := os.Getenv("WEBHOOK_SECRET")
	if secret == "" {
		log.Fatal("set WEBHOOK_SECRET")
	}
	http.HandleFunc("POST /hook", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2<<20))
		if err == nil {
			err = verify(secret, r.Header, body, time.Now())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		var e schema.Enriched
		if err := json.Unmarshal(body, &e); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		// webhook-id is article:revision: what was seen under it before is done.
		fmt.Println(r.Header.Get("webhook-id"), e.Date, e.Headline)
		w.WriteHeader(http.StatusNoContent) // anything but 2xx, and it comes again
	})
	server := &http.Server{Addr: "127.0.0.1:9000", ReadTimeout: 30 * time.Second}
	log.Fatal(server.ListenAndServe())
}
