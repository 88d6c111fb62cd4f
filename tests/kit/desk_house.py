"""endorse-desk with a private Redis of its own; exam and intake are played over the real sockets, and a reader
is a client that keeps cookies."""
import base64
import ctypes
import hashlib
import http.client
import importlib
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import zmq

from system import BUILD, ROOT, free_ports, wait_until

SODIUM = ctypes.CDLL("libsodium.so.23")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ENVELOPE, ACK, PING = 1, 2, 3
STATUS = ["", "applied", "ignored", "refused", "parked", "duplicate", "busy"]
ANSWERS = {"vignette-1": "I would begin with [NAME].\n\nThen I would wait.", "vignette-2": ""}
RUBRIC = ["trait1", "trait2", "trait3", "trait4"]


def random_name(length):
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


def today():
    return int(time.time() // 86400)


# ---- what intake and the courier make: wf_seal.c, wf_link.c, wf_address.c ----

def seal(key, place, text):
    nonce, out = secrets.token_bytes(24), ctypes.create_string_buffer(len(text) + 16)
    SODIUM.crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, None, text, ctypes.c_ulonglong(len(text)), place.encode(), ctypes.c_ulonglong(len(place)), None,
        nonce, key)
    return nonce + out.raw


def partition(text):
    value = 14695981039346656037
    for byte in text.encode():
        value = (value ^ byte) * 1099511628211 % 2 ** 64
    value ^= value >> 32
    return (value ^ (value >> 16)) % 128


def make_link(key, reader, until_day, number):
    tag_key, cipher_key = ctypes.create_string_buffer(32), ctypes.create_string_buffer(32)
    SODIUM.crypto_kdf_derive_from_key(tag_key, ctypes.c_size_t(32), ctypes.c_uint64(1), b"wf-link1", key)
    SODIUM.crypto_kdf_derive_from_key(cipher_key, ctypes.c_size_t(32), ctypes.c_uint64(2), b"wf-link1", key)
    plain = until_day.to_bytes(4, "big") + number.to_bytes(4, "big") + reader.encode()
    tag = hashlib.blake2b(plain, digest_size=24, key=tag_key.raw).digest()
    out = ctypes.create_string_buffer(len(plain))
    SODIUM.crypto_stream_xchacha20_xor(out, plain, ctypes.c_ulonglong(len(plain)), tag, cipher_key)
    return f"{partition(reader):02x}" + base64.urlsafe_b64encode(tag + out.raw).rstrip(b"=").decode()


class Played:
    """A program that the test plays: sends messages of its lanes, takes what is sent to it."""

    def __init__(self, house, service):
        self.house, self.service = house, service
        self.context = zmq.Context()
        self.router = self.context.socket(zmq.ROUTER)
        self.router.bind(f"ipc://{house.run}/{service}.0.sock")
        os.chmod(f"{house.run}/{service}.0.sock", 0o777)
        self.dealer = self.context.socket(zmq.DEALER)
        self.dealer.connect(f"ipc://{house.run}/desk.0.sock")
        self.taken, self.seen, self.sequences, self.deliveries = [], set(), {}, 0

    def close(self):
        self.context.destroy(linger=0)

    def send(self, kind, code, payload, source=None, wait=True):
        """One message of the lane exam/seat/<code> -> desk/seat/<code>; how it ended."""
        source = source or f"{self.service}/seat/{code}"
        self.deliveries += 1
        lane = (source, code)
        self.sequences[lane] = self.sequences.get(lane, 0) + 1
        envelope = self.house.envelope_pb2.Envelope(
            delivery=self.deliveries, message_id=secrets.token_hex(16), type=f"endorse.desk.seat.{kind}.v1", to=f"desk/seat/{code}",
            incarnation=7, sequence=self.sequences[lane], payload=payload.SerializeToString())
        setattr(envelope, "from", source)
        self.dealer.send(b"EW\x01" + bytes([ENVELOPE]) + envelope.SerializeToString())
        return self.answer(self.deliveries) if wait else None

    def answer(self, delivery):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if not self.dealer.poll(200):
                continue
            frame = self.dealer.recv()
            if frame[3] != ACK:
                continue
            batch = self.house.envelope_pb2.AckBatch.FromString(frame[4:])
            if delivery in batch.applied:
                return "applied"
            for item in batch.others:
                if item.delivery == delivery:
                    return STATUS[item.status]
        raise AssertionError("the desk did not answer")

    def turn(self):
        while self.router.poll(0):
            peer, frame = self.router.recv_multipart()
            if frame[3] != ENVELOPE:
                continue
            envelope = self.house.envelope_pb2.Envelope.FromString(frame[4:])
            if envelope.message_id not in self.seen:
                self.seen.add(envelope.message_id)
                self.taken.append(envelope)
            batch = self.house.envelope_pb2.AckBatch(applied=[envelope.delivery])
            self.router.send_multipart([peer, b"EW\x01" + bytes([ACK]) + batch.SerializeToString()])

    def wait_for(self, kind, count=1):
        """The payloads of a type, in order; waits until there are so many."""
        def there():
            self.turn()
            return len([e for e in self.taken if e.type == kind]) >= count
        wait_until(f"{count} of {kind}", there, seconds=20)
        return [e.payload for e in self.taken if e.type == kind]


class House:
    def __init__(self, port=None):
        self.folder = tempfile.mkdtemp(prefix="endorse-desk-")
        self.run = os.path.join(self.folder, "run")
        self.port = port or free_ports()
        self.desk_key, self.link_key = secrets.token_bytes(32), secrets.token_bytes(32)
        self.processes, self.seats = [], {}
        self._compile()

    def _compile(self):
        out = os.path.join(self.folder, "python")
        os.makedirs(out)
        files = [f"endorse/v1/{name}.proto" for name in ("envelope", "events", "exam", "journal")]
        subprocess.run(["protoc", "-I", os.path.join(ROOT, "proto"), "--python_out", out, *files], check=True)
        sys.path.insert(0, out)
        self.envelope_pb2 = importlib.import_module("endorse.v1.envelope_pb2")
        self.exam_pb2 = importlib.import_module("endorse.v1.exam_pb2")

    def __enter__(self):
        secrets_dir = os.path.join(self.folder, "secrets")
        for folder in (self.run, secrets_dir, os.path.join(self.folder, "redis")):
            os.makedirs(folder)
        self.password = {}
        for program in ("desk", "exam", "intake", "admin"):
            self.password[program] = secrets.token_hex(32)
            with open(os.path.join(secrets_dir, program + ".secrets"), "w", encoding="utf-8") as file:
                file.write(f"redis-password {self.password[program]}\n")
                if program == "desk":
                    file.write(f"fingerprint-key {secrets.token_hex(32)}\ndesk-key {self.desk_key.hex()}\n"
                               f"desk-link-key {self.link_key.hex()}\n")
        self._start_redis(secrets_dir)
        self.exam, self.intake = Played(self, "exam"), Played(self, "intake")
        self.start_desk()
        return self

    def __exit__(self, kind, value, trace):
        self.exam.close()
        self.intake.close()
        for process in reversed(self.processes):
            process.terminate()
            process.wait(20)
        if kind is not None:
            with open(os.path.join(self.folder, "desk.log"), encoding="utf-8") as file:
                print(file.read()[-4000:])
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_redis(self, secrets_dir):
        acl = subprocess.run([os.path.join(ROOT, "deploy", "redis", "make-acl"), secrets_dir], capture_output=True,
                             text=True, check=True).stdout
        with open(os.path.join(self.run, "redis.acl"), "w", encoding="utf-8") as file:
            file.write(acl)
        with open(os.path.join(ROOT, "deploy", "redis", "redis.conf"), encoding="utf-8") as file:
            conf = file.read().replace("@RUN_DIR@", self.run).replace("@DATA_DIR@", os.path.join(self.folder, "redis"))
        with open(os.path.join(self.run, "redis.conf"), "w", encoding="utf-8") as file:
            file.write(conf)
        with open(os.path.join(self.folder, "redis.log"), "w", encoding="utf-8") as log:
            self.processes.append(subprocess.Popen(["redis-server", os.path.join(self.run, "redis.conf")], stdout=log))
        wait_until("Redis", lambda: "PONG" in self.redis("PING", check=False).stdout)
        with open(os.path.join(ROOT, "deploy", "redis", "endorse.lua"), encoding="utf-8") as file:
            self.redis("FUNCTION", "LOAD", "REPLACE", file.read())

    def redis(self, *arguments, user="admin", check=True):
        return subprocess.run(["redis-cli", "--no-auth-warning", "-s", os.path.join(self.run, "redis.sock"), "--user", user,
                               *arguments], capture_output=True, text=True, check=check,
                              env=dict(os.environ, REDISCLI_AUTH=self.password[user]))

    def start_desk(self):
        with open(os.path.join(self.folder, "desk.log"), "a", encoding="utf-8") as log:
            self.desk = subprocess.Popen(
                [os.path.join(BUILD, "bin", "endorse-desk"), "--state-dir", self.folder, "--sandbox", "yes", "--desk-port",
                 str(self.port), "--exam-forms-dir", os.path.join(ROOT, "deploy", "exam", "forms")],
                stdout=log, stderr=log)
        self.processes.append(self.desk)

        def is_ready():
            assert self.desk.poll() is None, "endorse-desk ended"
            try:
                return Reader(self).get("/readyz").status == 200
            except OSError:
                return False
        wait_until("endorse-desk", is_ready, seconds=20)

    # ---- seats ----

    def text(self, version=1, answers=None):
        """(fields of a text message, the handle's key)"""
        key = secrets.token_bytes(32)
        packed = self.exam_pb2.PaperText(answers=[
            self.exam_pb2.PaperAnswer(prompt=prompt, text=text) for prompt, text in (answers or ANSWERS).items()])
        plain = packed.SerializeToString()
        return {"text_version": version, "text_sha256": hashlib.sha256(plain).digest(),
                "sealed_text": seal(key, f"text/{version}", plain), "sealed_key": seal(self.desk_key, "key", key)}

    def offer(self, reader, code=None, answers=None, **fields):
        code = code or random_name(13)
        values = {"reader": reader, "form": "mentor-clinical-1", "language": "en", "respond_by_on": "2027-01-10",
                  "due_on": "2027-02-01", **self.text(answers=answers), **fields}
        assert self.exam.send("offered", code, self.exam_pb2.SeatOffered(**values)) == "applied"
        return code

    def link(self, reader, number=1, until_day=None):
        return "/enter/" + make_link(self.link_key, reader, until_day or today() + 7, number)

    def signed_in(self, name, number=1):
        reader = Reader(self)
        assert reader.sign_in(self.link(name, number)).status == 303
        return reader

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.getheaders()
        self.body = response.read()
        self.text = self.body.decode()

    def header(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]


class Reader:
    """A browser without a screen: keeps cookies, knows the hidden fields of the page it saw last."""

    def __init__(self, house):
        self.house, self.cookies, self.page = house, {}, None

    def _ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=20)
        fields = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())} if self.cookies else {}
        fields.update(headers or {})
        connection.request(method, path, body=body, headers=fields)
        answer = Answer(connection.getresponse())
        connection.close()
        for cookie in answer.header("Set-Cookie"):
            key, value = cookie.split(";")[0].split("=", 1)
            self.cookies[key] = value
            if not value:
                del self.cookies[key]
        return answer

    def get(self, path, **headers):
        self.page = self._ask("GET", path, headers=headers)
        return self.page

    def post(self, path, fields, **headers):
        body = urllib.parse.urlencode(fields, doseq=True)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def hidden(self, name):
        found = re.search(f'name="{name}" value="([^"]*)"', self.page.text)
        return found.group(1) if found else ""

    def sign_in(self, link):
        self.get(link)
        return self.post(link, {"form": self.hidden("form")})

    def act(self, code, do, **fields):
        """Opens the seat's page and sends one of its forms."""
        self.get(f"/seat/{code}")
        values = {"csrf": self.hidden("csrf"), "text_version": self.hidden("text_version"),
                  "sheet_version": self.hidden("sheet_version"), "do": do}
        values.update({key.replace("__", ":"): value for key, value in fields.items()})
        return self.post(f"/seat/{code}", {key: value for key, value in values.items() if value != ""})

    def open(self, code):
        for do in ("accept", "open"):
            assert self.act(code, do).status == 303
        return self.get(f"/seat/{code}")


def sheet(points=4, **more):
    fields = {f"score__{criterion}": str(points) for criterion in RUBRIC}
    fields.update(more)
    return fields


class Trace:
    """What a Redis user does, as MONITOR tells it: the commands with their arguments."""

    def __init__(self, house):
        self.process = subprocess.Popen(
            ["redis-cli", "--no-auth-warning", "-s", os.path.join(house.run, "redis.sock"), "--user", "admin", "MONITOR"],
            stdout=subprocess.PIPE, text=True, env=dict(os.environ, REDISCLI_AUTH=house.password["admin"]))
        self.lines = []
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        wait_until("MONITOR", lambda: self.lines)

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    def close(self):
        self.process.terminate()
        self.process.wait()
