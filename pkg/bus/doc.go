// Package bus is the plumbing between dateline's services and NATS JetStream,
// written once: connecting, publishing, the loop of a worker, and reading.
//
// # Which is for what
//
// To look at a stretch of a stream, or to follow it from where you are: [Bus.Read].
// In order and each message once, over reconnects too. It settles nothing and
// leaves nothing on the server; where it was is for the caller to keep (the
// sequence of the last message, which the next reading can begin after).
//
// To work on messages, each until it is done: [Bus.Subscribe], a loop in which you
// settle each message, or [Bus.Handle], which calls a function and settles by what it
// returns. With a durable the server keeps what is done, several programs share the
// work, and one that was killed goes on.
//
// To be a stage of the pipeline, which publishes, and whose failures end in the dead
// letters: [Run]. A service is a function of its message. Run takes messages from a
// durable consumer, calls the function, publishes what it returns and acknowledges
// last, so a process may be killed at any instruction: the message comes again and
// finds its own output there. Three kinds of handlers put a function on the bus:
// [Produce] publishes what it returns in ordered groups, [Revise] compares with the
// last revision and publishes in one atomic act, [Sink] delivers elsewhere.
//
// # What a subscription promises
//
// At least once: every message of the stream on the filters, from where the
// subscription begins, comes until it is acknowledged or ended, whatever is killed or
// restarted, for as long as the stream keeps it. A message comes again when its
// program was killed, gave it back or lost its connection for longer than AckWait;
// and up to some thousand that were acknowledged come again when the server is
// killed, because it writes down acknowledgements late.
//
// In order, and only with InFlight 1: the next message comes when the one before is
// settled, also when that was given back. Otherwise what is given back comes after
// what was behind it.
//
// Once, with SubscribeOptions.Once: what has the ce-id of a message that this program
// has acknowledged or ended, among the last so many, is acknowledged and passed over.
// The ce-id of an article is its id and revision, so that covers a message that comes
// again as well as a revision that is stored again, by a live backfill or a newer
// model. A durable that starts again reads the ids of what is at or below its ack floor
// from the stream. Not covered is a message that was handled and whose acknowledgement
// did not reach the server before the program ended, or the server did not write
// down before it was killed together with the program; nor two programs that
// share a durable. Where that matters, write the ce-id with your result, in one
// transaction, and look there first: that is exactly once.
package bus
