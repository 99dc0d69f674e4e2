// Package bus is the plumbing between dateline's services and NATS JetStream,
// written once: connecting, publishing, the loop of a worker, and reading.
//
// A service is a function of its message. [Run] takes messages from a durable
// consumer, calls the function, publishes what it returns and acknowledges
// last, so a process may be killed at any instruction: the message comes again
// and finds its own output there. Three kinds of handlers put a function on the
// bus: [Produce] publishes what it returns in ordered groups, [Revise] compares
// with the last revision and publishes in one atomic act, [Sink] delivers.
//
// A consumer of dateline's streams needs [Connect] and [Bus.Read].
package bus
