// Prints the headlines of English articles, each once, and goes on where it stopped.
//
//   npm ci --ignore-scripts
//   node subscribe.mjs            until Ctrl-C; NATS_URL names another server
//
// It is tested (docs/examples/examples_test.go).
import { connect } from "@nats-io/transport-node";
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";

const stream = "ENRICHED";
const durable = process.env.DURABLE ?? "js-headlines";
const count = Number(process.env.COUNT ?? Infinity); // stop after so many

const nc = await connect({ servers: process.env.NATS_URL ?? "nats://127.0.0.1:4222", maxReconnectAttempts: -1 });

// The durable keeps on the server what has been acknowledged. Made again with the same
// settings, it is left as it is.
const manager = await jetstreamManager(nc);
await manager.consumers.add(stream, {
  durable_name: durable,
  filter_subject: "news.enriched.en.>",
  ack_policy: AckPolicy.Explicit,
  ack_wait: 10_000_000_000, // nanoseconds; working() renews it
  max_ack_pending: 100, // 1 keeps the order over retries
  deliver_policy: DeliverPolicy.All, // where a new one begins
});

const messages = await jetstream(nc).consumers.get(stream, durable).then((c) => c.consume({ max_messages: 100 }));
process.once("SIGINT", () => messages.stop());
process.once("SIGTERM", () => messages.stop());

let done = 0;
const seen = new Set(); // of this run; write it with your results to have it for ever
for await (const m of messages) {
  const id = m.headers?.get("ce-id"); // article:revision
  if (seen.has(id)) {
    m.ack();
    continue;
  }
  const renew = setInterval(() => m.working(), 3_000); // a slow handler keeps its message
  try {
    const article = m.json();
    console.log(m.seq, article.date, article.source.name, article.headline);
    m.ack();
    seen.add(id);
  } catch (error) {
    if (error instanceof SyntaxError) m.term("no article"); // it is as bad the next time
    else m.nak(5_000); // again in five seconds
  } finally {
    clearInterval(renew);
  }
  if (++done >= count) break;
}
await nc.drain();
