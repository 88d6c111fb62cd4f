#!/usr/bin/python3
"""A portal written with nothing of ours but the .proto files: Debian's python3-zmq and python3-protobuf.

Environment: DOOR (tcp://host:port), DOOR_KEY, PUBLIC_KEY, SECRET_KEY (Z85), GENERATED (folder of protoc's Python code).
Argument:    NAME, of which the ids are made, so that two runs do not meet.
Prints one JSON line for each check; ends with 1 if one was not as it must be.
"""
import json
import os
import sys

import zmq

sys.path.insert(0, os.environ["GENERATED"])
from endorse.v1 import door_pb2, events_pb2  # noqa: E402

NAME = sys.argv[1]
APPLICATION, PERSON = f"application/{NAME}-A", f"person/{NAME}-P"
TIMEOUT_MS = 20000


class Portal:
    def __init__(self, secret=None, public=None):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.curve_serverkey = os.environ["DOOR_KEY"].encode()
        self.socket.curve_publickey = public or os.environ["PUBLIC_KEY"].encode()
        self.socket.curve_secretkey = secret or os.environ["SECRET_KEY"].encode()
        self.socket.connect(os.environ["DOOR"])
        self.count = 0

    def send(self, **body):
        self.count += 1
        request = door_pb2.DoorRequest(request=self.count, **body)
        self.socket.send(request.SerializeToString())
        return self.count

    def receive(self, timeout=TIMEOUT_MS):
        if not self.socket.poll(timeout):
            return None
        return door_pb2.DoorReply.FromString(self.socket.recv())

    def ask(self, **body):
        number = self.send(**body)
        reply = self.receive()
        if reply is None:
            raise SystemExit("no reply from the door")
        assert reply.request == number, "the reply names another request"
        return reply


def event(number, type_name, subject, data):
    packed = data if isinstance(data, bytes) else data.SerializeToString()
    return door_pb2.Publish(id=f"{NAME}-{number}", type=f"org.endorse.{type_name}.v1", subject=subject, data=packed)


def status_name(receipt):
    return door_pb2.ReceiptStatus.Name(receipt.status).removeprefix("RECEIPT_STATUS_")


wrong = 0


def check(what, expected, found, **more):
    global wrong
    wrong += expected != found
    print(json.dumps({"check": what, "expected": expected, "found": found, **more}), flush=True)


def main():
    portal = Portal()
    welcome = portal.ask(hello=door_pb2.DoorHello(client="publish.py")).welcome
    check("the door welcomes with credit", True, welcome.credit > 0, portal=welcome.portal)
    check("a ping is answered", "pong", portal.ask(ping=door_pb2.DoorPing()).WhichOneof("body"))

    registered = events_pb2.ApplicationRegistered(association="MassAIMH", person_id=f"{NAME}-P", category="FS",
                                                  age_line="IMH", registered_on="2026-01-05")
    training = events_pb2.TrainingAdded(entry_id="T-1", topic="TRAINING_IMH", hours_hundredths=150,
                                        completed_on="2025-06-01")
    events = [
        event(1, "person.name.changed", PERSON, events_pb2.PersonNameChanged(display_name="Zo\u00eb Example")),
        event(2, "person.address.changed", PERSON, events_pb2.PersonAddressChanged(email="zoe@example.org")),
        event(3, "application.registered", APPLICATION, registered),
        event(4, "application.training.added", APPLICATION, training),
    ]
    # All at once, as a portal does that has a backlog: the receipts may come in any order.
    for each in events:
        portal.send(publish=each)
    receipts = {receipt.id: receipt for receipt in (portal.receive().receipt for _ in events)}
    for each in events:
        receipt = receipts.get(each.id, door_pb2.Receipt())
        check(f"{each.type} is accepted", "ACCEPTED", status_name(receipt), reason=receipt.reason, field=receipt.field)

    again = portal.ask(publish=events[3]).receipt
    check("the same event again is a duplicate", "DUPLICATE", status_name(again))
    check("with the same receipt", receipts[events[3].id].receipt, again.receipt)
    training.hours_hundredths = 300
    other = portal.ask(publish=event(4, "application.training.added", APPLICATION, training)).receipt
    check("the same id with another content is a conflict", "CONFLICT", status_name(other))

    refused = [
        ("an unknown type", "type", event(5, "application.vanished", APPLICATION, b"")),
        ("a subject of another kind", "subject", event(5, "application.training.added", PERSON, training)),
        ("an absurd date", "data.completedOn", event(5, "application.training.added", APPLICATION,
         events_pb2.TrainingAdded(entry_id="T-2", topic="TRAINING_IMH", hours_hundredths=1, completed_on="0001-01-01"))),
        ("a NUL in a name", "data.displayName", event(5, "person.name.changed", PERSON,
         events_pb2.PersonNameChanged(display_name="Zo\0"))),
        ("bad UTF-8", "data.displayName", event(5, "person.name.changed", PERSON, b"\x0a\x02\xc3\x28")),
        ("an unknown field", "data.#9", event(5, "person.name.changed", PERSON, b"\x0a\x01a\x48\x01")),
        ("bytes that are no message", "data", event(5, "person.name.changed", PERSON, b"\xff\xff\xff")),
    ]
    for what, field, each in refused:
        receipt = portal.ask(publish=each).receipt
        check(f"{what} is invalid", ["INVALID", field], [status_name(receipt), receipt.field], text=receipt.text)

    for what, frame in (("garbage", b"\xff" * 40), ("field number 0", b"\x00\x01"), ("a cut frame", b"\x1a\x7fabc")):
        portal.socket.send(frame)
        reply = portal.receive()
        check(f"{what} is refused by name", [0, "INVALID", "frame-unreadable"],
              [reply.request, status_name(reply.receipt), reply.receipt.reason])
    portal.socket.send(b"\x08\x07\x1a\x04\x0a\x02\xc3\x28")  # a publish whose id is no UTF-8
    reply = portal.receive()
    check("an id of bad UTF-8 is invalid", [7, "INVALID", "publish.id"],
          [reply.request, status_name(reply.receipt), reply.receipt.field])

    held = portal.ask(held=door_pb2.HeldRequest(limit=500)).held
    check("the door can say what it holds", sorted(each.id for each in events),
          sorted(row.id for row in held.events if row.id.startswith(f"{NAME}-")))
    page = portal.ask(outcomes=door_pb2.OutcomesRequest(after=0, limit=500)).outcomes
    check("outcomes are numbered without a gap", list(range(1, len(page.outcomes) + 1)),
          [outcome.sequence for outcome in page.outcomes])

    stranger_public, stranger_secret = zmq.curve_keypair()
    stranger = Portal(secret=stranger_secret, public=stranger_public)
    stranger.send(ping=door_pb2.DoorPing())
    check("a key that nobody added is not answered", True, stranger.receive(1500) is None)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
