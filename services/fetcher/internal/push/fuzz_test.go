package push

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"hash"
	"net/url"
	"strings"
	"testing"
	"time"
)

// signed is the header of a body that was signed with a secret.
func signed(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// FuzzVerify holds that a push counts when it is signed with the secret, and that
// any other header is refused, whatever it says.
func FuzzVerify(f *testing.F) {
	const secret = "of-the-subscription"
	for _, header := range []string{
		"", "sha256", "sha256=", "sha256=00", "sha1=" + strings.Repeat("0", 40), "SHA256 = " + strings.Repeat("f", 64), "md5=00",
		signed(secret, "<rss/>"), signed("another", "<rss/>"), signed("", "<rss/>"), signed(secret, "<rss/>") + "00", "sha512=" + signed(secret, "<rss/>")[7:],
	} {
		f.Add(header, "<rss/>")
	}
	f.Fuzz(func(t *testing.T, header, body string) {
		if err := verify(signed(secret, body), secret, strings.NewReader(body)); err != nil {
			t.Errorf("a good signature of %q: %v", body, err)
		}
		switch err := verify(header, secret, strings.NewReader(body)); {
		case err == nil && !holdsSum(header, secret, body):
			t.Errorf("%q is taken as the signature of %q", header, body)
		case err != nil && !errors.Is(err, errUnsigned) && !errors.Is(err, errWeak) && !errors.Is(err, errSignature):
			t.Errorf("an error of no kind: %v", err)
		}
	})
}

// holdsSum reports whether a header has the sum of a body, in any case of hex.
func holdsSum(header, secret, body string) bool {
	header = strings.ToLower(header)
	found := strings.Contains(header, signed(secret, body)[len("sha256="):])
	for _, sum := range []func() hash.Hash{sha512.New, sha512.New384} {
		mac := hmac.New(sum, []byte(secret))
		mac.Write([]byte(body))
		found = found || strings.Contains(header, hex.EncodeToString(mac.Sum(nil)))
	}
	return found
}

// FuzzCall holds that a call of a hub changes a subscription only with its token and
// its topic, gives a lease of no more than the longest, and leaves no text that is
// not plain.
func FuzzCall(f *testing.F) {
	token := strings.Repeat("a1", 32)
	const topic = "https://example.org/feed"
	path := "/push/0123456789abcdef/" + token
	for _, query := range []string{
		"", "hub.mode=subscribe", "hub.mode=subscribe&hub.challenge=c&hub.lease_seconds=864000", "hub.mode=subscribe&hub.challenge=c&hub.lease_seconds=2147483647",
		"hub.mode=subscribe&hub.challenge=c&hub.lease_seconds=-1", "hub.mode=unsubscribe&hub.challenge=c", "hub.mode=denied&hub.reason=%1b[2J%0d%0aé",
		"hub.mode=denied;hub.reason=a", "%zz", "hub.mode=subscribe&hub.challenge=" + strings.Repeat("c", 2000),
	} {
		f.Add(path, query+"&hub.topic="+url.QueryEscape(topic), false)
		f.Add(path, query, true)
	}
	f.Add("/"+strings.Repeat("0", 16)+"/"+token+"/", "", false)
	f.Add("//"+token, "", false)
	f.Fuzz(func(t *testing.T, path, query string, ended bool) {
		feedID, given, ok := place(path)
		if !ok { // which is answered with 404
			return
		}
		if len(feedID) != 16 || len(given) != 64 || !strings.HasSuffix(path, "/"+feedID+"/"+string(given)) {
			t.Errorf("%q is of %q and %q", path, feedID, string(given))
		}
		values, _ := url.ParseQuery(query)
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		before := Subscription{Topic: topic, Token: Hidden(token), Secret: "s", Ended: ended, Asked: now.Add(-time.Hour)}
		after := before
		verdict := after.answer(given, values, true, now)
		if (verdict == "") != (after == before) {
			t.Errorf("%q: from %+v to %+v", verdict, before, after)
		}
		if verdict != "" && (string(given) != token || values.Get("hub.topic") != topic) {
			t.Errorf("%q is believed: %q", query, verdict)
		}
		if after.Until.After(now.Add(longestLease)) || len(after.Problem) > maxReason+50 || strings.Trim(after.Problem, printables) != "" {
			t.Errorf("got %+v", after)
		}
	})
}

// printables are the characters of ASCII that are shown.
const printables = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
