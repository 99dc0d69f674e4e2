package push_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/push"
)

func hides(t *testing.T, s push.Subscription) {
	t.Helper()
	for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(form, s); strings.Contains(text, string(s.Token)) || strings.Contains(text, string(s.Secret)) {
			t.Errorf("%s tells secrets: %s", form, text)
		}
	}
}

// question is what a hub asks, and the answer.
func (w *world) question(t *testing.T, token string, query url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/push/"+paper.ID+"/"+token+"?"+query.Encode(), nil)
	answer := httptest.NewRecorder()
	w.Callbacks().ServeHTTP(answer, r)
	return answer
}

func verification(lease time.Duration) url.Values {
	return url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.challenge": {"c h&1"},
		"hub.lease_seconds": {strconv.Itoa(int(lease / time.Second))},
	}
}

func (w *world) confirm(t *testing.T, lease time.Duration) {
	t.Helper()
	answer := w.question(t, string(w.state(t).Token), verification(lease))
	if answer.Code != http.StatusOK || answer.Body.String() != "c h&1" {
		t.Fatalf("got %d %q", answer.Code, answer.Body)
	}
}

// subscribed is a subscription with a lease.
func (w *world) subscribed(t *testing.T, lease time.Duration) push.Subscription {
	t.Helper()
	w.tend(t)
	w.confirm(t, lease)
	return w.state(t)
}

func TestVerification(t *testing.T) {
	type change = func(w *world, token *string, query url.Values)
	for name, test := range map[string]struct {
		change change
		want   int
	}{
		"right":               {func(*world, *string, url.Values) {}, 200},
		"no lease":            {func(_ *world, _ *string, q url.Values) { q.Del("hub.lease_seconds") }, 200},
		"lease is no number":  {func(_ *world, _ *string, q url.Values) { q.Set("hub.lease_seconds", "long") }, 404},
		"lease below nothing": {func(_ *world, _ *string, q url.Values) { q.Set("hub.lease_seconds", "-1") }, 404},
		"another topic":       {func(_ *world, _ *string, q url.Values) { q.Set("hub.topic", topic+"/") }, 404},
		"no topic":            {func(_ *world, _ *string, q url.Values) { q.Del("hub.topic") }, 404},
		"another mode":        {func(_ *world, _ *string, q url.Values) { q.Set("hub.mode", "Subscribe") }, 404},
		"not wanted to end":   {func(_ *world, _ *string, q url.Values) { q.Set("hub.mode", "unsubscribe") }, 404},
		"no challenge":        {func(_ *world, _ *string, q url.Values) { q.Del("hub.challenge") }, 404},
		"long challenge":      {func(_ *world, _ *string, q url.Values) { q.Set("hub.challenge", strings.Repeat("x", 1025)) }, 404},
		"another token":       {func(_ *world, token *string, _ url.Values) { *token = strings.Repeat("0", 64) }, 404},
		"short token":         {func(_ *world, token *string, _ url.Values) { *token = (*token)[:63] }, 404},
		"not registered":      {func(w *world, _ *string, _ url.Values) { w.registered = false }, 404},
		"records are away":    {func(w *world, _ *string, _ url.Values) { w.broken = errors.New("away") }, 503},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			token, query := string(w.tend(t).Token), verification(day)
			test.change(w, &token, query)
			answer := w.question(t, token, query)
			w.broken = nil
			leased := !w.state(t).Until.IsZero()
			if answer.Code != test.want || leased != (test.want == 200) {
				t.Errorf("got %d, leased %v", answer.Code, leased)
			}
			if body := answer.Body.String(); strings.Contains(body, "c h&1") != (test.want == 200) {
				t.Errorf("answers %q", body)
			}
		})
	}
}

// A question that was answered once and comes again, of a subscription that is gone
// or was replaced, is not confirmed.
func TestReplayedVerification(t *testing.T) {
	w := start(t)
	old := w.subscribed(t, day)
	if err := w.End(t.Context(), paper.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.question(t, string(old.Token), verification(day)); got.Code != http.StatusNotFound {
		t.Errorf("ended: got %d", got.Code)
	}
	query := url.Values{"hub.mode": {"unsubscribe"}, "hub.topic": {topic}, "hub.challenge": {"x"}}
	if got := w.question(t, string(old.Token), query); got.Code != http.StatusOK || got.Body.String() != "x" {
		t.Errorf("unsubscribing: got %d %q", got.Code, got.Body)
	}
	for range 2 {
		if got := w.question(t, string(old.Token), query); got.Code != http.StatusNotFound {
			t.Errorf("unsubscribed: got %d", got.Code)
		}
	}
	if s := w.tend(t); s.Token == old.Token {
		t.Error("a token is used twice")
	}
	if got := w.question(t, string(old.Token), verification(day)); got.Code != http.StatusNotFound {
		t.Errorf("replaced: got %d", got.Code)
	}
}

func TestDenied(t *testing.T) {
	w := start(t)
	s := w.subscribed(t, day)
	query := url.Values{"hub.mode": {"denied"}, "hub.topic": {topic}, "hub.reason": {"no\n\x1b[31mroom" + strings.Repeat("é", 500)}}
	if got := w.question(t, string(s.Token), query); got.Code != http.StatusOK {
		t.Errorf("got %d", got.Code)
	}
	s = w.state(t)
	if !s.Until.IsZero() || !strings.HasPrefix(s.Problem, "denied by the hub: no??[31mroom?") || len(s.Problem) > 250 {
		t.Errorf("got %+v", s)
	}
	if w.tend(t); len(w.asked) != 1 {
		t.Error("asked again at once")
	}
	w.now = noon.Add(day)
	if w.tend(t); len(w.asked) != 2 {
		t.Error("not asked again after a day")
	}
	query.Set("hub.topic", "other")
	if got := w.question(t, string(s.Token), query); got.Code != http.StatusNotFound {
		t.Errorf("of another topic: got %d", got.Code)
	}
}

// A hub may ask before it answers, and its error then does not undo the lease.
func TestVerifiedBeforeTheAnswer(t *testing.T) {
	w := start(t)
	w.before = func() { w.confirm(t, day) }
	if s := w.tend(t); s.Problem != "" || s.Failures != 0 || s.Until.IsZero() {
		t.Errorf("got %+v", s)
	}
}

func sign(method, secret, body string) string {
	sums := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}
	mac := hmac.New(sums[method], []byte(secret))
	mac.Write([]byte(body))
	return method + "=" + hex.EncodeToString(mac.Sum(nil))
}

// push posts a body to the callback, and returns the status.
func (w *world) push(token, signature, body string) int {
	r := httptest.NewRequest(http.MethodPost, "/"+paper.ID+"/"+token, strings.NewReader(body))
	if signature != "" {
		r.Header.Set("X-Hub-Signature", signature)
	}
	answer := httptest.NewRecorder()
	w.Callbacks().ServeHTTP(answer, r)
	return answer.Code
}

func TestPush(t *testing.T) {
	const body = "<rss/>"
	for name, test := range map[string]struct {
		signature func(secret string) string
		body      string
		change    func(w *world, token *string)
		status    int
		count     string
	}{
		"sha256":         {func(s string) string { return sign("sha256", s, body) }, body, nil, 202, "pushed"},
		"sha384":         {func(s string) string { return sign("sha384", s, body) }, body, nil, 202, "pushed"},
		"sha512":         {func(s string) string { return sign("sha512", s, body) }, body, nil, 202, "pushed"},
		"upper case":     {func(s string) string { return strings.ToUpper(sign("sha256", s, body)) }, body, nil, 202, "pushed"},
		"thin":           {func(s string) string { return sign("sha256", s, "") }, "", nil, 202, "pushed"},
		"sha1":           {func(s string) string { return sign("sha1", s, body) }, body, nil, 202, "push-weak"},
		"none":           {func(string) string { return "" }, body, nil, 202, "push-unsigned"},
		"unknown":        {func(string) string { return "md5=00" }, body, nil, 202, "push-unsigned"},
		"another secret": {func(s string) string { return sign("sha256", s+"x", body) }, body, nil, 202, "push-forged"},
		"another body":   {func(s string) string { return sign("sha256", s, body) }, body + " ", nil, 202, "push-forged"},
		"another method": {func(s string) string { return "sha512" + sign("sha256", s, body)[6:] }, body, nil, 202, "push-forged"},
		"empty sum":      {func(string) string { return "sha256=" }, body, nil, 202, "push-forged"},
		"no hex":         {func(string) string { return "sha256=zz" }, body, nil, 202, "push-forged"},
		"as long as may": {func(s string) string { return sign("sha256", s, strings.Repeat("x", 1000)) }, strings.Repeat("x", 1000), nil, 202, "pushed"},
		"too long":       {func(s string) string { return sign("sha256", s, strings.Repeat("x", 1001)) }, strings.Repeat("x", 1001), nil, 413, "push-oversize"},
		"another token": {func(s string) string { return sign("sha256", s, body) }, body,
			func(_ *world, token *string) { *token = strings.Repeat("a", 64) }, 410, "gone"},
		"removed": {func(s string) string { return sign("sha256", s, body) }, body,
			func(w *world, _ *string) { w.registered = false }, 410, "gone"},
		"ended": {func(s string) string { return sign("sha256", s, body) }, body,
			func(w *world, _ *string) { _ = w.End(t.Context(), paper.ID) }, 410, "gone"},
		"records are away": {func(s string) string { return sign("sha256", s, body) }, body,
			func(w *world, _ *string) { w.broken = errors.New("away") }, 503, "unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			s := w.subscribed(t, day)
			token := string(s.Token)
			if test.change != nil {
				test.change(w, &token)
			}
			if got := w.push(token, test.signature(string(s.Secret)), test.body); got != test.status || w.counts[test.count] != 1 {
				t.Errorf("got %d, %v", got, w.counts)
			}
			if polled := len(w.by) > 0; polled != (test.count == "pushed") {
				t.Errorf("polled: %v", w.by)
			}
			w.broken = nil
			if weak := strings.Contains(w.state(t).Problem, "SHA-1"); weak != (test.count == "push-weak") {
				t.Errorf("problem %q", w.state(t).Problem)
			}
		})
	}
}

// Pushes have a feed polled once a minute at most, and none of them is lost to a
// poll that is under way.
func TestPushesJoin(t *testing.T) {
	w := start(t)
	s := w.subscribed(t, 30*day)
	pushNow := func() {
		t.Helper()
		if got := w.push(string(s.Token), sign("sha256", string(s.Secret), "x"), "x"); got != http.StatusAccepted {
			t.Fatalf("got %d", got)
		}
	}
	pushNow()
	if len(w.by) != 1 || !w.by[0].Equal(noon) {
		t.Fatalf("polled by %v", w.by)
	}
	w.ahead = &schema.PollState{Next: noon} // the poll that it asked for
	for range 100 {
		pushNow()
	}
	if len(w.by) != 1 || w.counts["push-joined"] != 100 || w.state(t).Pushes != 1 {
		t.Errorf("polled %d times, %v", len(w.by), w.counts)
	}
	w.ahead = nil // it is under way
	w.now = noon.Add(10 * time.Second)
	for range 3 {
		pushNow()
	}
	if got := w.state(t); got.Pushes != 4 || !got.Due.Equal(noon.Add(time.Minute)) {
		t.Errorf("%d pushes, due %v", got.Pushes, got.Due)
	}
	w.by = nil
	w.ahead = &schema.PollState{Next: noon.Add(day), Push: schema.Push{Began: 1, Heard: 1}} // it is done
	if err := w.After(t.Context(), paper.ID); err != nil || len(w.by) != 1 || !w.by[0].Equal(noon.Add(time.Minute)) {
		t.Errorf("after the poll: %v, polled by %v", err, w.by)
	}
	w.ahead.Push.Began = 4
	if err := w.After(t.Context(), paper.ID); err != nil || len(w.by) != 1 {
		t.Errorf("after one that has seen all: %v, polled by %v", err, w.by)
	}
	w.now = noon.Add(hour)
	if pushNow(); len(w.by) != 2 || !w.by[1].Equal(w.now) {
		t.Errorf("later: polled by %v", w.by)
	}
}

func TestOtherCalls(t *testing.T) {
	w := start(t)
	good := "/" + paper.ID + "/" + strings.Repeat("0", 64)
	for call, want := range map[string]int{
		"GET /": 404, "GET //": 404, "POST /x": 404, "GET /" + paper.ID: 404, "GET " + strings.ToUpper(good): 404,
		"GET " + good + "/": 404, "GET /" + strings.Repeat("/", 500): 404, "POST /" + paper.ID + "x/" + good: 410,
		"PUT " + good: 405, "HEAD " + good: 405, "DELETE " + good: 405, "GET " + good: 404, "POST /any/where" + good: 410,
	} {
		method, path, _ := strings.Cut(call, " ")
		answer := httptest.NewRecorder()
		r := httptest.NewRequest(method, "/", nil)
		r.URL.Path = path
		if w.Callbacks().ServeHTTP(answer, r); answer.Code != want {
			t.Errorf("%s: got %d, want %d", call, answer.Code, want)
		}
	}
	if len(w.records) > 0 || len(w.by) > 0 {
		t.Error("calls of strangers leave something")
	}
}
