"""A real HTTP receiver of webhooks whose behaviour the path chooses; keeps what it gets.

  webhook_server.py FOLDER     prints its port, then serves until killed

FOLDER/received.jsonl gets one line for each request: {"path", "headers", "body"}.
  /ok 204    /gone 410    /busy 429 with Retry-After    /status/NNN    /redirect 302 to /ok
  /endless a body that never ends    /hang no answer
  /switch answers with the number in FOLDER/status (200 when there is none)"""
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder = sys.argv[1]
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()

    def switched(self):
        try:
            with open(os.path.join(folder, "status"), encoding="ascii") as file:
                return int(file.read())
        except FileNotFoundError:
            return 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        with lock, open(os.path.join(folder, "received.jsonl"), "a", encoding="utf-8") as file:
            file.write(json.dumps({"path": self.path, "body": body.decode("utf-8"),
                                   "headers": {name.lower(): value for name, value in self.headers.items()}}) + "\n")
        if self.path == "/ok":
            self.answer(204)
        elif self.path == "/gone":
            self.answer(410)
        elif self.path == "/busy":
            self.answer(429, Retry_After="120")
        elif self.path.startswith("/status/"):
            self.answer(int(self.path[8:]))
        elif self.path == "/redirect":
            self.answer(302, Location="/ok")
        elif self.path == "/switch":
            self.answer(self.switched())
        elif self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                self.close_connection = True
        elif self.path == "/hang":
            threading.Event().wait(600)
        else:
            self.answer(404)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
