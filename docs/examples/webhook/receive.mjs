// Receives dateline's webhooks, verifies them and prints headlines. It needs Node.js
// alone, and is tested (docs/examples/webhook/webhook_test.go).
//
//   WEBHOOK_SECRET=whsec_… node receive.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const secret = Buffer.from(process.env.WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");
const tolerance = 300; // seconds; an older request may be an attacker's copy

// verify checks the signature of a body as it came: not parsed and written again.
function verify(headers, body) {
  const at = headers["webhook-timestamp"];
  if (!/^\d+$/.test(at) || Math.abs(Date.now() / 1000 - Number(at)) > tolerance) return false;
  const want = createHmac("sha256", secret).update(`${headers["webhook-id"]}.${at}.`).update(body).digest();
  return (headers["webhook-signature"] ?? "").split(" ").some((signature) => {
    const [version, text] = signature.split(",");
    const given = Buffer.from(text ?? "", "base64");
    return version === "v1" && given.length === want.length && timingSafeEqual(given, want);
  });
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (!verify(request.headers, body)) {
    response.writeHead(401).end();
    return;
  }
  // webhook-id is article:revision: what was seen under it before is done.
  const article = JSON.parse(body);
  console.log(request.headers["webhook-id"], article.date, article.headline);
  response.writeHead(204).end(); // anything but 2xx, and it comes again
});
server.listen(Number(process.env.PORT ?? 9000), "127.0.0.1", () => console.log("listening on", server.address().port));
