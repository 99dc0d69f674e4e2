// Package doctor looks for what keeps a pipeline from working, and says what to do
// about it. It changes nothing.
package doctor

import (
	"context"
	"errors"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/services/fetcher"
)

// Level says how bad a finding is.
type Level string

// The levels.
const (
	OK   Level = "ok"
	Warn Level = "warn" // works, and is likely to make trouble
	Fail Level = "fail" // does not work
	Skip Level = "skip" // was not looked at
)

// Finding is what came of one look.
type Finding struct {
	// Check names what was looked at, in a word.
	Check string `json:"check"`
	Level Level  `json:"level"`
	// Text says what was found.
	Text string `json:"text"`
	// Do says what to do about it; empty when there is nothing.
	Do string `json:"do,omitempty"`
}

// Options are where to look.
type Options struct {
	// Connect connects to NATS.
	Connect func(context.Context) (*bus.Bus, error)
	// Monitor is the address of the server's monitoring, such as
	// http://127.0.0.1:8222, which alone tells some settings; or empty.
	Monitor string
	// Role is what the user must be able to do, one of Roles; empty for whatever it can.
	Role string
	// Replicas and Store are what the streams were set up with (topology.Options);
	// 0 for what they have.
	Replicas int
	Store    int64
	// Data is the folder of the server's streams when it is on this machine, or empty.
	Data string
	// Feed is the address of a feed to fetch; empty for registered ones.
	Feed string
	// Fetch is how feeds are fetched.
	Fetch fetcher.Config
	// Lookup finds the addresses of a host; nil asks the system.
	Lookup func(ctx context.Context, host string) ([]string, error)
}

// examination is what is known so far.
type examination struct {
	Options
	bus      *bus.Bus
	hears    bool // replies reach the user
	server   varz // of the monitoring, if there is one
	findings []Finding
}

// Examine looks at everything, in the order in which things depend on each other.
func Examine(ctx context.Context, o Options) []Finding {
	e := &examination{Options: o}
	if e.connect(ctx) {
		defer e.bus.Close()
		e.settings(ctx)
		if e.permissions(ctx) {
			e.streams(ctx)
			e.work(ctx)
		}
	}
	e.fetching(ctx)
	return e.findings
}

// Failed reports whether something does not work.
func Failed(findings []Finding) bool {
	for _, f := range findings {
		if f.Level == Fail {
			return true
		}
	}
	return false
}

func (e *examination) add(check string, level Level, text, do string) {
	e.findings = append(e.findings, Finding{check, level, text, do})
}

// connect connects, which looks at the server's version and at JetStream too.
func (e *examination) connect(ctx context.Context) bool {
	var err error
	e.bus, err = e.Connect(ctx)
	switch {
	case err == nil:
		e.add("server", OK, "nats-server "+e.bus.JetStream().Conn().ConnectedServerVersion()+" with JetStream at "+e.bus.Server(), "")
		return true
	case errors.Is(err, bus.ErrServer):
		e.add("server", Fail, err.Error(), "install nats-server 2.14 or later, and start it with a jetstream block (deploy/nats/nats-server.conf)")
	case errors.Is(err, bus.ErrUnreachable):
		e.add("server", Fail, err.Error(), "start it (dateline up has one built in), or name it with --nats; look for a firewall between here and there")
	default:
		e.add("server", Fail, err.Error(), "look at --nats, --creds and --tls-ca: the user, its password and the certificates")
	}
	return false
}
