"""Portals as their authors would write them: HTTP with the standard library, ZeroMQ with Debian's python3-zmq
and python3-protobuf and nothing of ours but the .proto files."""
import datetime
import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from system import ROOT, skip

PROTOS = ["endorse/v1/door.proto", "endorse/v1/events.proto"]
REPLY_MS = 20000


def day(ago):
    return (datetime.date.today() - datetime.timedelta(days=ago)).isoformat()


def cloud_event(key, kind, subject, **data):
    return {"specversion": "1.0", "id": key, "source": "urn:portal:test", "type": f"org.endorse.{kind}.v1",
            "subject": subject, "data": data}


def registration(key, application, person="P-1", association="MassAIMH"):
    return cloud_event(key, "application.registered", f"application/{application}", association=association,
                       personId=person, category="FA", ageLine="IMH", registeredOn=day(30))


def training(key, application, entry="T-1", hours=150, **more):
    return cloud_event(key, "application.training.added", f"application/{application}", entryId=entry,
                       topic="TRAINING_IMH", hoursHundredths=hours, completedOn=more.pop("completedOn", day(60)), **more)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


def fetch(url, data=None, headers=None, method=None, timeout=20):
    request = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def raw_request(port, data, timeout=20):
    """What comes back for these very bytes, until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it had seen enough and closed
        answer = b""
        try:
            while more := connection.recv(65536):
                answer += more
        except ConnectionResetError:
            pass
    return answer


class HttpPortal:
    def __init__(self, system, portal, token=None):
        self.http, self.token = system.http, token or system.token(portal)

    def headers(self, kind=None):
        headers = {"Authorization": f"Bearer {self.token}"}
        if kind:
            headers["Content-Type"] = kind
        return headers

    def post(self, event, kind="application/cloudevents+json", timeout=20):
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        return fetch(self.http + "/v1/events", body, self.headers(kind), timeout=timeout)

    def get(self, path):
        return fetch(self.http + path, headers=self.headers())

    def held(self):
        """Every event that is held, page by page."""
        events, cursor = [], ""
        while True:
            answer = self.get("/v1/events?limit=50" + (f"&cursor={cursor}" if cursor else ""))
            assert answer.status == 200, answer
            events += answer.json["events"]
            cursor = answer.json.get("cursor") or ""
            if not cursor:
                return events

    def outcomes(self):
        """Every outcome, page by page."""
        outcomes = []
        while True:
            after = outcomes[-1]["sequence"] if outcomes else 0
            answer = self.get(f"/v1/outcomes?after={after}&limit=50")
            assert answer.status == 200, answer
            if not answer.json["outcomes"]:
                return outcomes
            outcomes += answer.json["outcomes"]


class ZmqPortal:
    modules = None

    @classmethod
    def load(cls):
        """The messages as python3-protobuf has them, generated anew; (door, events, json_format, zmq)."""
        if not cls.modules:
            try:
                import zmq
                from google.protobuf import json_format
            except ImportError as error:
                skip(f"python3-zmq and python3-protobuf are needed: {error}")
            with tempfile.TemporaryDirectory(prefix="endorse-protos-") as folder:
                subprocess.run(["protoc", "-I", os.path.join(ROOT, "proto"), f"--python_out={folder}", *PROTOS],
                               check=True)
                sys.path.insert(0, folder)
                from endorse.v1 import door_pb2, events_pb2
                sys.path.remove(folder)
            cls.modules = door_pb2, events_pb2, json_format, zmq
        return cls.modules

    def __init__(self, system, portal, keys=None):
        self.door, self.events, self.json_format, zmq = self.load()
        with open(os.path.join(system.state, "installation.json"), encoding="utf-8") as file:
            installation = json.load(file)
        if not keys:
            with open(os.path.join(system.state, "secrets", f"portal-{portal}.key"), encoding="utf-8") as file:
                secret = dict(line.split(" ", 1) for line in file.read().splitlines())["secret"].encode()
            keys = zmq.curve_public(secret), secret
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.curve_serverkey = installation["door_public"].encode()
        self.socket.curve_publickey, self.socket.curve_secretkey = keys
        self.socket.connect(installation["door"])
        self.count = 0

    def close(self):
        self.socket.close()

    def send(self, **body):
        self.count += 1
        self.socket.send(self.door.DoorRequest(request=self.count, **body).SerializeToString())
        return self.count

    def receive(self, timeout=REPLY_MS):
        return self.door.DoorReply.FromString(self.socket.recv()) if self.socket.poll(timeout) else None

    def ask(self, **body):
        number = self.send(**body)
        reply = self.receive()
        assert reply, "the door did not answer"
        assert reply.request == number, "the reply names another request"
        return reply

    def packed(self, event, message):
        """The event over ZeroMQ: its data as the protobuf message whose JSON mapping it is."""
        data = self.json_format.ParseDict(event["data"], getattr(self.events, message)())
        return self.door.Publish(id=event["id"], type=event["type"], subject=event["subject"],
                                 data=data.SerializeToString())

    def publish(self, event, message):
        return self.ask(publish=self.packed(event, message)).receipt

    def status(self, receipt):
        return self.door.ReceiptStatus.Name(receipt.status).removeprefix("RECEIPT_STATUS_")
