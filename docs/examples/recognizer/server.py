"""A model server for dateline in Python: with spaCy when it is installed, else with
a guess, to try the protocol.

    python3 docs/examples/recognizer/server.py 8000
    dateline up --enricher-recognizer http://127.0.0.1:8000/
"""

import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

try:
    import spacy

    NLP = spacy.load("en_core_web_sm")
    MODEL = {"name": "en_core_web_sm", "version": NLP.meta["version"]}
except (ImportError, OSError):
    NLP = None
    MODEL = {"name": "titles-and-prepositions", "version": "1"}

GUESSES = [
    ("PERSON", re.compile(r"\b(?:Mr|Ms|Mrs|Dr) ([A-Z]\w+(?: [A-Z]\w+)?)")),
    ("GPE", re.compile(r"\b(?:in|to|from) ([A-Z]\w+)")),
]
ONE_AT_A_TIME = threading.Lock()  # a model is not always safe for threads


def find(text):
    """Names of a text. Python counts characters, which the answer says below."""
    if NLP:
        with ONE_AT_A_TIME:
            found = [(e.start_char, e.end_char, e.label_) for e in NLP(text).ents]
    else:
        found = [(m.start(1), m.end(1), label) for label, guess in GUESSES for m in guess.finditer(text)]
    return [{"start": s, "end": e, "type": label, "text": text[s:e]} for s, e, label in found]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        size = int(self.headers.get("Content-Length") or 0)
        if size > 8 << 20:  # an article has up to 1 MiB of text
            self.close_connection = True
            return self.reply(413, {"error": "too large"})
        try:
            texts = json.loads(self.rfile.read(size))["texts"]
            spans = [find(text) for text in texts]
        except (ValueError, KeyError, TypeError, IndexError) as e:
            return self.reply(400, {"error": str(e)})
        self.reply(200, {"model": MODEL, "offsets": "characters", "spans": spans})

    def reply(self, status, answer):
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8000), Handler)
    print("listening on http://127.0.0.1:%d/" % server.server_port, flush=True)
    server.serve_forever()
