"""Receives dateline's webhooks, verifies them and prints headlines. It needs Python
alone, and is tested (docs/examples/webhook/webhook_test.go).

    WEBHOOK_SECRET=whsec_… python3 receive.py
"""

import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE = 300  # seconds; an older request may be an attacker's copy


def verify(headers, body: bytes) -> bool:
    """Checks the signature of a body as it came: not parsed and written again."""
    at = headers.get("webhook-timestamp", "")
    if not at.isascii() or not at.isdigit() or abs(time.time() - int(at)) > TOLERANCE:
        return False
    signed = f"{headers.get('webhook-id', '')}.{at}.".encode() + body
    want = "v1," + base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(want.encode(), signature.encode()) for signature in given)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("content-length", 0)), 2 << 20))
        if not verify(self.headers, body):
            self.send_error(401)
            return
        # webhook-id is article:revision: what was seen under it before is done.
        article = json.loads(body)
        print(self.headers["webhook-id"], article["date"], article["headline"], flush=True)
        self.send_response(204)  # anything but 2xx, and it comes again
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Receiver)
print("listening on", server.server_address[1], flush=True)
server.serve_forever()
