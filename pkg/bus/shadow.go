package bus

import "github.com/dateline-news/dateline/pkg/schema"

// Shadow is the revision with subjects of a job's own: it is compared with what
// the job has made, is stored there, and nothing follows it.
func (r Revision[In, Out]) Shadow(root schema.Root, job string) Revision[In, Out] {
	shadow := func(subject string) string { return root.Replay(job, root.Rest(subject)) }
	filter, message := r.Filter, r.Message
	r.Stream, r.After = schema.StreamReplay, nil
	r.Filter = func(out Out) string { return shadow(filter(out)) }
	r.Message = func(out Out) (Message, error) {
		m, err := message(out)
		m.Subject = shadow(m.Subject)
		return m, err
	}
	return r
}
