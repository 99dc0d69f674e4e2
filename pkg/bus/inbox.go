package bus

import (
	"context"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"
)

// inbox gets the answers to one request after another, of which each may have
// several. The zero value is ready; it is not for concurrent use.
type inbox struct {
	sub    *nats.Subscription
	prefix string
}

// next is the subject for the answers to a new request. What is still to come
// for those before is passed over.
func (in *inbox) next(nc *nats.Conn) (string, error) {
	if in.sub == nil {
		prefix := nc.NewInbox() + "."
		sub, err := nc.SubscribeSync(prefix + ">")
		if err != nil {
			return "", err
		}
		in.sub, in.prefix = sub, prefix
	}
	return in.prefix + nuid.Next(), nil
}

// receive waits for the next answer on the subject, or on one below it.
func (in *inbox) receive(ctx context.Context, subject string) (*nats.Msg, error) {
	for {
		msg, err := in.sub.NextMsgWithContext(ctx)
		if err != nil {
			return nil, err
		}
		if rest, ok := strings.CutPrefix(msg.Subject, subject); ok && (rest == "" || rest[0] == '.') {
			return msg, nil
		}
	}
}

func (in *inbox) close() {
	if in.sub != nil {
		_ = in.sub.Unsubscribe() // fails on a closed connection only
	}
}
