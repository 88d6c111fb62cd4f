"""Everything that an exam's reader and operations can see of an installation, as bytes for the scanner."""
import email
import email.policy
import io
import json
import os
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request

import mailbox_reader


class Redis:
    """As the administrator, over the socket of the installation; answers as bytes.  Nothing is written."""

    def __init__(self, state):
        with open(os.path.join(state, "secrets", "admin.secrets"), encoding="utf-8") as file:
            password = dict(line.split() for line in file)["redis-password"]
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(os.path.join(state, "run", "redis.sock"))
        self.stream = self.socket.makefile("rwb")
        self.ask("AUTH", "admin", password)

    def ask(self, *words):
        words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.stream.write(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
        self.stream.flush()
        return self._answer()

    def _answer(self):
        line = self.stream.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b"$":
            data = self.stream.read(int(rest) + 2)[:-2] if int(rest) >= 0 else b""
            return data
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        return rest

    def keys(self):
        cursor, found = b"0", set()
        while True:
            cursor, some = self.ask("SCAN", cursor, "COUNT", 1000)
            found.update(some)
            if cursor == b"0":
                return sorted(found)

    READ = {b"string": ("GET",), b"hash": ("HGETALL",), b"list": ("LRANGE", "0", "-1"), b"set": ("SMEMBERS",),
            b"zset": ("ZRANGE", "0", "-1", "WITHSCORES"), b"stream": ("XRANGE", "-", "+")}

    def value(self, key):
        """As it was stored: a DUMP could be compressed, and hide what it holds."""
        kind = self.ask("TYPE", key)
        if kind == b"none":
            return b""  # it ended meanwhile
        command, *more = self.READ[kind]
        return _flat(self.ask(command, key, *more))


def _flat(answer):
    return b"\n".join(map(_flat, answer)) if isinstance(answer, list) else answer


class Recorder(urllib.request.BaseHandler):
    """Sits in a reader's opener and hears every answer, whatever its status."""
    handler_order = 100  # before the one that turns a status into an error

    def __init__(self, report):
        self.report = report

    def http_response(self, request, response):
        body = response.read()
        head = f"{response.code} {response.reason}\n{response.headers}".encode()
        path = urllib.request.urlparse(request.full_url).path.split("/")[1]
        self.report.look("desk HTTP", f"{request.get_method()} /{path} {response.code}", head + body)
        copy = urllib.request.addinfourl(io.BytesIO(body), response.headers, response.url, response.code)
        copy.msg = response.reason
        return copy


ERRORS = ["/seat/0000000000000", "/seat/x", "/enter/none", "/nothing", "/robots.txt", "/livez", "/readyz", "/metrics",
          "/assets/desk.js", "/assets/desk.css", "/assets/style.css"]


def look_at_desk(desk, codes):
    """Every page of a reader, the errors and refusals too."""
    for path in ["/", *ERRORS, *(f"/seat/{code}" for code in codes)]:
        for data in (None, b"do=nonsense&csrf=x"):
            try:
                desk.opener.open(desk.base + path, data, timeout=10).close()
            except urllib.error.HTTPError as error:
                error.close()


def look_at_mails(report, maildir, addresses):
    """Mails to readers: as they lie there, and every header and part decoded.  How many there were."""
    count = 0
    for path in mailbox_reader.files(maildir):
        name = os.path.basename(path)
        with open(path, "rb") as file:
            raw = file.read()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        if not any(address in str(message["To"]) for address in addresses):
            continue
        count += 1
        report.look("mails to readers", f"mail {name}", raw)
        report.look("mails to readers", f"headers of mail {name}", str(message.items()).encode())
        for part in message.walk():
            if not part.is_multipart():
                report.look("mails to readers", f"body of mail {name}", part.get_payload(decode=True) or b"")
    return count


def look_at_exports(report, doors, handles):
    for words in (["list"], ["workload"], ["seed"], ["stats"], *(["show", handle] for handle in handles)):
        report.look("exports", f"endorsectl exam {words[0]}", json.dumps(doors.ctl("exam", *words)).encode())
    with tempfile.TemporaryDirectory(prefix="endorse-canary-") as folder:
        page = os.path.join(folder, "stats.html")
        done = subprocess.run([doors.endorsectl, "--state", doors.state, "exam", "stats", "--page", page],
                              capture_output=True, check=False)
        report.look("exports", "endorsectl exam stats --page, what it says", done.stdout + done.stderr)
        with open(page, "rb") as file:  # no page at all is no clean page
            report.look("exports", "endorsectl exam stats --page", file.read())


def look_at_logs(report, state):
    for place, _, names in os.walk(os.path.join(state, "log")):
        for name in names:
            if name == "lock":
                continue
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                report.look("logs", "log " + os.path.relpath(path, os.path.join(state, "log")), file.read())


def look_at_metrics(report, doors):
    with urllib.request.urlopen(doors.http + "/metrics", timeout=20) as answer:
        report.look("metrics", "/metrics", answer.read())


def look_at_redis(report, redis):
    report.look("heartbeats", "wf:workers", redis.value(b"wf:workers"))
    for key in redis.keys():
        name = key.decode("utf-8", "backslashreplace")
        report.look("key names", "redis key " + name, key)
        if key.startswith((b"{exam:", b"{desk:")):
            report.look("exam's and desk's keys", "value of " + name, redis.value(key))
