#!/usr/bin/python3
"""What bad input gets: a refusal that names the field or the reason, counted and visible; nothing crashes, and
nobody else waits.  Both doors, the raters' pages, and bytes that are no HTTP at all."""
import json
import re
import threading
import time
import urllib.parse

from portals import HttpPortal, ZmqPortal, cloud_event, day, fetch, raw_request, registration, training
from system import System, dump, wait_until

KIB = 1024


def bad_bodies():
    """(what, body, status, a field or reason or words that the answer must name)"""
    good = training("bad", "A-1")
    text = json.dumps(good)
    yield "no JSON", b'{"specversion"', 400, "JSON"
    yield "an empty body", b"", 400, "JSON"
    yield "an array", b"[]", 400, ""
    yield "too deep", b"[" * 5000 + b"]" * 5000, 400, ""
    yield "bad UTF-8", text.replace("T-1", "T-\u00ff").encode("latin-1"), 400, "UTF-8"
    yield "a lone surrogate", text.replace("T-1", "\\ud800").encode(), 400, ""
    yield "a NUL in a text", text.replace("T-1", "T\\u0000").encode(), 400, "NUL"
    yield "a member twice", text.replace('"id": ', '"id": "x", "id": ').encode(), 400, ""
    yield "over 128 KiB", b"x" * (129 * KIB), 413, "128 KiB"
    yield "a text over its bound", json.dumps(training("bad", "A-1", entry="T" * 2000)).encode(), 400, "data.entryId"
    for what, event, field in (
            ("an unknown type", dict(good, type="org.endorse.application.vanished.v1"), "type"),
            ("our own type", dict(good, type="org.endorse.rating.reported.v1"), "type"),
            ("a subject of another kind", dict(good, subject="person/A-1"), "subject"),
            ("a subject that is a path", dict(good, subject="application/../../x"), "subject"),
            ("an id too long", dict(good, id="i" * 65), "id"),
            ("an id with a newline", dict(good, id="i\nX: y"), "id"),
            ("an absurd date", training("bad", "A-1", completedOn="0001-01-01"), "data.completedOn"),
            ("a date that is none", training("bad", "A-1", completedOn="2026-02-30"), "data.completedOn"),
            ("a date in the year 9999", training("bad", "A-1", completedOn="9999-12-31"), "data.completedOn"),
            ("an unknown field", training("bad", "A-1", surprise=1), "data.surprise"),
            ("a number as a text", training("bad", "A-1", hours="many"), "data.hoursHundredths"),
            ("a negative number", training("bad", "A-1", hours=-1), "data.hoursHundredths"),
            ("an unknown enumeration", dict(good, data=dict(good["data"], topic="TRAINING_X")), "data.topic"),
            ("a CloudEvent of another version", dict(good, specversion="0.3"), "specversion")):
        yield what, json.dumps(event).encode(), 400, field


def check_http_bodies(portal):
    for what, body, status, named in bad_bodies():
        answer = portal.post(body)
        assert answer.status == status, f"{what}: {answer}"
        assert answer.headers["Content-Type"] == "application/problem+json", what
        problem = answer.json
        assert problem["status"] == status and problem["detail"], f"{what}: {problem}"
        assert named in json.dumps(problem), f"{what}: does not name {named!r}: {problem}"
    answer = portal.post(training("bad", "A-1"), kind="text/plain")
    assert answer.status == 415 and answer.json["field"] == "Content-Type", answer
    answer = portal.post(b"[]", kind="application/cloudevents-batch+json")
    assert answer.status == 415, answer
    assert portal.held() == [], "nothing of all that is held"


RAW = (  # (what, bytes, status)
    ("two lengths", b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 400),
    ("length and chunks", b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                          b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /ops HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("a folded header", b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
    ("a space before the colon", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc", 400),
    ("another transfer coding", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", 501),
    ("a way out of the folder", b"GET /assets/%2e%2e/x HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("a header block over 16 KiB", b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * (17 * KIB) + b"\r\n\r\n", 431),
    ("65 headers", b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 65 + b"\r\n", 431),
    ("a request line over 4 KiB", b"GET /" + b"a" * (5 * KIB) + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    ("no Host", b"GET / HTTP/1.1\r\n\r\n", 400),
    ("a body with GET", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 400),
    ("another method", b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n", 400),
)


def check_raw_http(system):
    for what, data, status in RAW:
        answer = raw_request(system.port, data)
        assert answer.startswith(b"HTTP/1.1 %d " % status), f"{what}: {answer[:200]}"
        assert len(re.findall(rb"HTTP/1\.1 \d", answer)) == 1, f"{what}: what followed was read as a request: {answer[:400]}"


def check_tokens(system, portal):
    """Absent, malformed, of nobody and wrong in one character: 401 in the same words."""
    token = portal.token
    wrong = [None, "x", "nobody." + "A" * 43, token[:-1] + ("A" if token[-1] != "A" else "B"), token + "A"]
    answers = []
    for each in wrong:
        headers = {"Content-Type": "application/cloudevents+json"}
        if each:
            headers["Authorization"] = "Bearer " + each
        answers.append(fetch(system.http + "/v1/events", json.dumps(training("t", "A-1")).encode(), headers))
    assert {answer.status for answer in answers} == {401}, answers
    assert len({answer.body for answer in answers}) == 1, "the cause can be told apart"


def check_what_a_portal_may(system):
    """Types and associations that are not the portal's, at both doors alike."""
    system.doors.ctl("portals", "add", "narrow", "--associations", "MassAIMH", "--allow", "org.endorse.application.")
    http, zmq = HttpPortal(system, "narrow"), ZmqPortal(system, "narrow")
    name = cloud_event("may-1", "person.name.changed", "person/P-1", displayName="Zoe")
    foreign = registration("may-2", "may", association="VAIMH")
    for event, message, field, reason in ((name, "PersonNameChanged", "type", "type-not-allowed"),
                                          (foreign, "ApplicationRegistered", "association", "association-not-allowed")):
        answer = http.post(event)
        assert (answer.status, answer.json["field"], answer.json["reason"]) == (403, field, reason), answer
        receipt = zmq.publish(event, message)
        assert (zmq.status(receipt), receipt.field, receipt.reason) == ("DENIED", field, reason), receipt
    own = registration("may-2", "may")
    assert http.post(own).status == 202, "positive control, under the same id"
    zmq.close()


def check_keys(system):
    """A key that nobody added is never let in; a revoked one no more, and its token is one of nobody."""
    door, _, _, zmq = ZmqPortal.load()
    stranger = ZmqPortal(system, None, keys=zmq.curve_keypair())
    stranger.send(ping=door.DoorPing())
    system.add_portal("leaving", "MassAIMH")
    leaving, http = ZmqPortal(system, "leaving"), HttpPortal(system, "leaving")
    assert leaving.ask(ping=door.DoorPing()).WhichOneof("body") == "pong", "positive control"
    assert http.post(registration("leave-1", "leaving")).status == 202
    system.doors.ctl("portals", "revoke", "leaving", "--reason", "contract ended")
    receipt = leaving.publish(registration("leave-2", "leaving"), "ApplicationRegistered")
    assert leaving.status(receipt) == "DENIED" and receipt.reason, receipt
    wait_until("the revoked token is refused", lambda: http.post(registration("leave-3", "leaving")).status == 401,
               seconds=10)
    again = ZmqPortal(system, "leaving")
    again.send(ping=door.DoorPing())
    assert again.receive(1000) is None, "a revoked key is let in anew"
    assert stranger.receive(0) is None, "a key that nobody added was answered"
    for each in (stranger, leaving, again):
        each.close()


def check_zmq_frames(zmq):
    """Frames that are no request, or too large: said so, or dropped where nobody can be answered."""
    for what, frame in (("garbage", b"\xff" * 60), ("an empty frame", b""), ("a cut frame", b"\x1a\x7fabc"),
                        ("deep nesting", b"\x1a\x80\x01" * 3000)):
        zmq.socket.send(frame)
        reply = zmq.receive()
        assert reply, f"{what} is not answered"
        assert zmq.status(reply.receipt) == "INVALID" and (reply.receipt.reason or reply.receipt.text), (what, reply)
    reply = zmq.publish(training("z-1", "A-1", completedOn="0001-01-01"), "TrainingAdded")
    assert (zmq.status(reply), reply.field) == ("INVALID", "data.completedOn"), reply


def check_oversize(system):
    """A frame over the door's bound ends that connection and no other."""
    large, other = ZmqPortal(system, "loud"), ZmqPortal(system, "quiet")
    assert other.ask(ping=other.door.DoorPing())
    large.socket.send(b"\x00" * (2 << 20))
    assert other.publish(registration("size-1", "size"), "ApplicationRegistered").receipt, "another portal waits"
    again = ZmqPortal(system, "loud")
    assert again.ask(ping=again.door.DoorPing()), "the portal may come back"
    for each in (large, other, again):
        each.close()


def check_rater_tokens(system):
    """Expired, used and unknown links are one page, byte by byte (used ones: clock_test.py, the browser test)."""
    pages = [fetch(f"{system.http}/rate/{token}") for token in
             ("x", "00" + "A" * 60, "zz" + "A" * 60, "7f" + "B" * 94, urllib.parse.quote("0\u00e4", safe=""))]
    assert {page.status for page in pages} == {404}, pages
    assert len({page.body for page in pages}) == 1, "unknown tokens can be told apart"


class Bystander(threading.Thread):
    """Another portal that publishes all the while; how long it waited at most."""

    def __init__(self, system):
        super().__init__(daemon=True)
        self.portal, self.longest, self.count, self.ended, self.problem = HttpPortal(system, "quiet"), 0, 0, False, None

    def run(self):
        while not self.ended:
            began = time.monotonic()
            answer = self.portal.post(training(f"by-{self.count}", f"bystander-{self.count % 7}", entry=f"T-{self.count}"))
            if answer.status == 429:  # its own bound on a quick machine, nobody else's doing
                time.sleep(0.05)
                continue
            if answer.status != 202:
                self.problem = answer
                return
            self.longest = max(self.longest, time.monotonic() - began)
            self.count += 1


def check_wrong_state(http):
    """An event at the wrong time is custody and a refusal with its reason, told as an outcome."""
    for event in (registration("state-1", "state"),
                  cloud_event("state-2", "application.decision.recorded", "application/state", reviewerId="R-1",
                              decision="DECISION_APPROVE", decidedOn=day(0)),
                  cloud_event("state-3", "application.submitted", "application/state", submittedOn=day(0)),
                  registration("state-4", "state", person="P-9")):
        assert http.post(event).status == 202, event
    refused = wait_until("three refusals", lambda: len(
        found := [o["data"] for o in http.outcomes() if o["subject"] == "application/state"
                  and o["type"] == "org.endorse.event.refused.v1"]) >= 3 and found)
    reasons = {each["event"]: each["reason"] for each in refused}
    assert reasons["state-3"] == "incomplete" and reasons["state-4"] == "registered-differently", reasons
    assert reasons["state-2"], reasons
    missing = next(each for each in refused if each["event"] == "state-3")["requirements"]
    assert all({"requirement", "needed", "have", "short", "text"} <= set(row) for row in missing), dump(missing)
    assert all(each["text"] for each in refused), dump(refused)


def counters(system):
    return {name: system.metric(name) for name in (
        "endorse_gateway_events_invalid_total", "endorse_gateway_events_denied_total", "endorse_http_refused_total",
        "endorse_invalid_total", "endorse_denied_total", "endorse_frames_bad_total", "endorse_refused_total")}


def main():
    ZmqPortal.load()
    with System() as system:
        for portal in ("loud", "quiet"):
            system.add_portal(portal, "MassAIMH")
        loud = HttpPortal(system, "loud")
        pids, before = system.pids(), counters(system)
        bystander = Bystander(system)
        bystander.start()
        check_http_bodies(loud)
        check_raw_http(system)
        check_tokens(system, loud)
        check_what_a_portal_may(system)
        check_keys(system)
        zmq = ZmqPortal(system, "loud")
        check_zmq_frames(zmq)
        check_oversize(system)
        check_rater_tokens(system)
        check_wrong_state(loud)
        bystander.ended = True
        bystander.join(30)
        assert not bystander.problem and bystander.count > 20, (bystander.problem, bystander.count)
        assert system.pids() == pids, "a program was restarted"
        assert system.doors.ctl("status")["well"], "something was parked"
        wait_until("each kind of refusal is counted", lambda: all(
            now > before[name] for name, now in counters(system).items()), seconds=20)
        print(f"{bystander.count} events of another portal meanwhile, the slowest after {bystander.longest * 1000:.0f} ms")


if __name__ == "__main__":
    main()
