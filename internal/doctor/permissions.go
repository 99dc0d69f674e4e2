package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// role is what a user of deploy/nats/nats-server.conf is for.
type role struct {
	name string
	// subjects are some that its program publishes on.
	subjects []string
}

// nobody is a token that no feed, source, article or consumer has.
const nobody = "dateline-doctor"

// Roles are the names of the roles.
func Roles() []string {
	var names []string
	for _, r := range roles(schema.DefaultRoot) {
		names = append(names, r.name)
	}
	return names
}

// roles are the users of a pipeline. None of these subjects does anything with what
// is sent there: see attempt.
func roles(root schema.Root) []role {
	next := func(stream, consumer string) string {
		return "$JS.API.CONSUMER.MSG.NEXT." + root.Stream(stream) + "." + consumer
	}
	create := "$JS.API.CONSUMER.CREATE." + root.Stream(schema.StreamEnriched) + "." + nobody + "." + root.All("enriched")
	info := func(stream string) string { return "$JS.API.STREAM.INFO." + stream }
	article := schema.Article{ID: nobody, Language: "und", Source: schema.Source{Token: nobody}}
	return []role{
		{"admin", []string{
			"$JS.API.STREAM.CREATE." + nobody, "$JS.API.CONSUMER.CREATE." + root.Stream(schema.StreamItems) + "." + nobody,
			"$JS.API.STREAM.SNAPSHOT." + nobody, bucketSubject(root, schema.BucketFeeds), info(root.Stream(schema.StreamItems)),
		}},
		{"fetcher", []string{
			root.PollAt(nobody), root.Item(nobody), root.Found(nobody), bucketSubject(root, schema.BucketFeedMemory), bucketSubject(root, schema.BucketHosts),
			next(schema.StreamPolls, topology.ConsumerPoller), next(schema.StreamFound, topology.ConsumerPager), info("KV_" + root.Stream(schema.BucketFeeds)),
		}},
		{"normalizer", []string{
			root.Article(article), root.Dead("normalizer", nobody), root.Story(nobody), next(schema.StreamItems, topology.ConsumerNormalizer),
		}},
		{"enricher", []string{
			root.Enriched(article), root.Mention(schema.Entity{Type: schema.Person, ID: nobody}), next(schema.StreamArticles, topology.ConsumerEnricher),
		}},
		{"sink", []string{root.Dead("webhook", nobody), create}},
		{"archiver", []string{create, info(root.Stream(schema.StreamItems)), next(schema.StreamItems, nobody), info(root.Stream(schema.StreamDead))}},
		{"observer", []string{info(root.Stream(schema.StreamItems)), info(root.Stream(schema.StreamDead)), info("KV_" + root.Stream(schema.BucketJobs))}},
		{"consumer", []string{create, info(root.Stream(schema.StreamEnriched))}},
	}
}

func bucketSubject(root schema.Root, bucket string) string {
	return "$KV." + root.Stream(bucket) + "." + nobody
}

// permissions tries what the user may do. It reports whether that includes looking
// at all streams.
func (e *examination) permissions(ctx context.Context) bool {
	e.quiet()
	if !e.inbox(ctx) {
		return false
	}
	e.hears = true
	e.clock(ctx)
	may := map[string]bool{}
	for _, r := range roles(e.bus.Root()) {
		refused, err := e.refusals(ctx, r)
		if err != nil {
			e.add("permissions", Fail, err.Error(), "")
			return false
		}
		may[r.name] = len(refused) == 0
		e.tell(r, refused)
	}
	e.needless(may)
	if !may["admin"] {
		e.add("streams", Skip, "only the admin may look at all of them", "run it as the user admin too")
	}
	return may["admin"]
}

// inbox tries to hear replies.
func (e *examination) inbox(ctx context.Context) bool {
	nc := e.bus.JetStream().Conn()
	inbox := nc.NewInbox()
	sub, err := nc.SubscribeSync(inbox)
	if err == nil {
		defer func() { _ = sub.Unsubscribe() }() // it goes with the connection otherwise
		err = e.bus.Flush(ctx)
	}
	if err == nil && isRefusal(nc.LastError(), inbox) {
		err = nc.LastError()
	}
	if err != nil {
		prefix := strings.TrimSuffix(inbox, inbox[strings.LastIndexByte(inbox, '.'):])
		e.add("inbox", Fail, "this user may not subscribe to "+prefix+".>, so it hears no replies: "+err.Error(),
			"give --inbox-prefix _INBOX_USER (DATELINE_INBOX_PREFIX) with the name of the user")
		return false
	}
	return true
}

// refusals are the subjects of a role on which the user may not publish.
func (e *examination) refusals(ctx context.Context, r role) ([]string, error) {
	var refused []string
	for _, subject := range r.subjects {
		ok, err := e.attempt(ctx, subject)
		if err != nil {
			return nil, err
		}
		if !ok {
			refused = append(refused, subject)
		}
	}
	return refused, nil
}

// attempt publishes what nothing comes of: a stream does not take what expects
// another, the API has no use for what is no JSON, and nobody hears an answer. The
// server's refusal comes before it answers to the flush.
func (e *examination) attempt(ctx context.Context, subject string) (bool, error) {
	nc := e.bus.JetStream().Conn()
	m := nats.NewMsg(subject)
	m.Header.Set("Nats-Expected-Stream", nobody)
	m.Data = []byte(nobody)
	if err := nc.PublishMsg(m); err != nil {
		return false, fmt.Errorf("publish: %w", err)
	}
	if err := e.bus.Flush(ctx); err != nil {
		return false, err
	}
	return !isRefusal(nc.LastError(), subject), nil
}

func isRefusal(err error, subject string) bool {
	return errors.Is(err, nats.ErrPermissionViolation) && strings.Contains(err.Error(), `"`+subject+`"`)
}

// tell says what a role may do.
func (e *examination) tell(r role, refused []string) {
	check := "as " + r.name
	text := fmt.Sprintf("%d of %d tries refused: %s", len(refused), len(r.subjects), strings.Join(refused, ", "))
	switch {
	case len(refused) == 0:
		e.add(check, OK, "may do what it must", "")
	case e.Role == r.name:
		e.add(check, Fail, text, "give the user the permissions of "+r.name+" in deploy/nats/nats-server.conf, with your --root, then: nats-server --signal reload")
	default:
		e.add(check, Skip, "not as this user: "+text, "")
	}
}

// needless warns of a service's user who may do what others are for.
func (e *examination) needless(may map[string]bool) {
	if e.Role == "" || e.Role == "admin" {
		return
	}
	var more []string
	for _, name := range []string{"admin", "fetcher", "normalizer", "enricher"} {
		if name != e.Role && may[name] {
			more = append(more, name)
		}
	}
	if len(more) > 0 {
		slices.Sort(more)
		e.add("permissions", Warn, "this user may also act as "+strings.Join(more, ", "), "give each service a user of its own (deploy/nats/nats-server.conf)")
	}
}
