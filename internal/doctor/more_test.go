package doctor_test

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/dateline-news/dateline/internal/doctor"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// users are a server's: name is the password.
func users(o *server.Options) {
	allow := func(subjects ...string) *server.SubjectPermission { return &server.SubjectPermission{Allow: subjects} }
	user := func(name string, publish, subscribe *server.SubjectPermission) *server.User {
		return &server.User{Username: name, Password: name, Permissions: &server.Permissions{Publish: publish, Subscribe: subscribe}}
	}
	o.Users = []*server.User{
		user("admin", allow(">"), allow("_INBOX_admin.>")),
		user("narrow", allow("news.enriched.>", "$JS.API.INFO", "$JS.API.CONSUMER.>"), allow("_INBOX_narrow.>")),
		user("wide", allow(">"), allow(">")),
	}
}

// What each user may do is tried, and told by role.
func TestPermissions(t *testing.T) {
	t.Parallel()
	s := start(t, users)
	url := func(user string) string {
		return strings.Replace(s.ClientURL(), "nats://", "nats://"+user+":"+user+"@", 1)
	}
	for name, test := range map[string]struct {
		user, prefix, role string
		check              string
		level              doctor.Level
		says               string
	}{
		"admin":                      {"admin", "_INBOX_admin", "admin", "as admin", doctor.OK, "may do what it must"},
		"admin, not asked for":       {"admin", "_INBOX_admin", "", "as fetcher", doctor.OK, "may do what it must"},
		"without the prefix":         {"admin", "", "", "inbox", doctor.Fail, "give --inbox-prefix"},
		"with another prefix":        {"admin", "_INBOX_other", "", "inbox", doctor.Fail, "_INBOX_other.>"},
		"too narrow for its role":    {"narrow", "_INBOX_narrow", "enricher", "as enricher", doctor.Fail, "1 of 3 tries refused: news.mention.person.dateline-doctor"},
		"other roles":                {"narrow", "_INBOX_narrow", "enricher", "as normalizer", doctor.Skip, "not as this user"},
		"streams need the admin":     {"narrow", "_INBOX_narrow", "enricher", "streams", doctor.Skip, "run it as the user admin too"},
		"more than its role":         {"wide", "", "enricher", "permissions", doctor.Warn, "admin, fetcher, normalizer"},
		"everything without a role":  {"wide", "", "", "as sink", doctor.OK, "may do what it must"},
		"nothing is set up, a fault": {"wide", "", "", "streams", doctor.Fail, "dateline setup"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := on(bus.Options{URL: url(test.user), InboxPrefix: test.prefix})
			o.Role = test.role
			expect(t, doctor.Examine(t.Context(), o), test.check, test.level, test.says)
		})
	}
}

func TestRoles(t *testing.T) {
	if want := []string{"admin", "fetcher", "normalizer", "enricher", "sink", "archiver", "observer", "consumer"}; !slices.Equal(doctor.Roles(), want) {
		t.Errorf("got %v, want the users of deploy/nats/nats-server.conf: %v", doctor.Roles(), want)
	}
}

// What keeps a fetcher from a feed.
func TestFetching(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	site.File("/page", "text/html", []byte("<html><body>No feed here.</body></html>"))
	site.Handle("/late", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
		_, _ = w.Write([]byte(`<rss version="2.0"><channel><title>T</title><item><title>One</title><link>http://a.example/1</link></item></channel></rss>`))
	}))
	for name, test := range map[string]struct {
		address string
		private bool
		check   string
		level   doctor.Level
		says    string
	}{
		"a name that is not there": {"https://no-such-host.invalid/feed", false, "dns", doctor.Fail, "no-such-host.invalid"},
		"no address":               {"feed.xml", false, "dns", doctor.Fail, "want https://HOST/PATH"},
		"a private network":        {site.URL("/late"), true, "fetch", doctor.Fail, "--allow-net"},
		"not found":                {site.URL("/none"), false, "fetch", doctor.Fail, "404"},
		"nobody listens":           {"http://127.0.0.1:1/", false, "fetch", doctor.Fail, "127.0.0.1"},
		"a page":                   {site.URL("/page"), false, "fetch", doctor.Warn, "feeds discover"},
		"a clock that is late":     {site.URL("/late"), false, "web clock", doctor.Warn, "1h0m"},
		"all the same":             {site.URL("/late"), false, "fetch", doctor.OK, "1 items"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := on(bus.Options{URL: "nats://127.0.0.1:1"})
			o.Feed = test.address
			o.Lookup = func(_ context.Context, host string) ([]string, error) {
				return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
			}
			if test.private {
				o.Fetch.AllowNet = nil
			}
			expect(t, doctor.Examine(t.Context(), o), test.check, test.level, test.says)
		})
	}
}

// One registered feed that is down does not make the way out bad.
func TestOneFeedOfThree(t *testing.T) {
	t.Parallel()
	s := start(t, func(*server.Options) {})
	b := setUp(t, s)
	site := fetchertest.New(t)
	site.File("/good.xml", "text/xml", []byte(`<rss version="2.0"><channel><title>T</title><item><title>One</title><link>http://a.example/1</link></item></channel></rss>`))
	register(t, b, site.URL("/bad.xml"), site.URL("/worse.xml"))
	findings := doctor.Examine(t.Context(), on(bus.Options{URL: s.ClientURL()}))
	expect(t, findings, "fetch", doctor.Fail, "/bad.xml")
	register(t, b, site.URL("/good.xml"))
	findings = doctor.Examine(t.Context(), on(bus.Options{URL: s.ClientURL()}))
	expect(t, findings, "fetch", doctor.OK, "/good.xml")
	if _, ok := find(findings, "fetch", doctor.Fail); ok {
		t.Errorf("got\n%s", text(findings))
	}
}

func TestClocks(t *testing.T) {
	for by, want := range map[time.Duration]doctor.Level{
		0: doctor.OK, time.Second: doctor.OK, -time.Second: doctor.OK, 5 * time.Second: doctor.Warn, -5 * time.Second: doctor.Warn, time.Hour: doctor.Fail, -time.Hour: doctor.Fail,
	} {
		if f := doctor.Apart(by); f.Level != want || (f.Do == "") != (want == doctor.OK) {
			t.Errorf("%s apart: %+v, want %s", by, f, want)
		}
	}
	now := time.Now()
	if f := doctor.WebClock(time.Time{}, now); len(f) != 0 {
		t.Errorf("no date: %v", f)
	}
	for told, want := range map[time.Time]doctor.Level{now.Add(-3 * time.Second): doctor.OK, now.Add(time.Minute): doctor.Warn} {
		if f := doctor.WebClock(told, now); len(f) != 1 || f[0].Level != want {
			t.Errorf("%s: %v", told, f)
		}
	}
}

func TestDisk(t *testing.T) {
	const gib = 1 << 30
	for name, test := range map[string]struct {
		free, all, room int64
		want            doctor.Level
	}{
		"plenty":                     {50 * gib, 100 * gib, 10 * gib, doctor.OK},
		"less than the streams want": {8 * gib, 100 * gib, 10 * gib, doctor.Warn},
		"less than a twentieth":      {4 * gib, 100 * gib, gib, doctor.Fail},
		"next to nothing":            {gib / 10, gib, 0, doctor.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			if f := doctor.Space(test.free, test.all, test.room); f.Level != test.want {
				t.Errorf("%+v, want %s", f, test.want)
			}
		})
	}
	if free, all, err := doctor.DiskSpace(t.TempDir()); err == nil && (free <= 0 || all < free) {
		t.Errorf("%d of %d bytes free", free, all)
	}
	if _, _, err := doctor.DiskSpace(t.TempDir() + "/none"); err == nil {
		t.Error("a folder that is not there has room")
	}
}
