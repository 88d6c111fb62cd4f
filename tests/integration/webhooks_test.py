#!/usr/bin/python3
"""Webhooks out of the whole installation: signed as Standard Webhooks says, in order, none twice; an endpoint that
is dead, failing or gone delays only itself, and the outcome log still has everything."""
import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import tempfile
import time

from portals import HttpPortal, cloud_event, day, registration
from system import ROOT, System, wait_until

OUTCOMES = 12  # more than the courier's queue of an endpoint holds


class Receiver:
    """tests/kit/webhook_server.py as a process of its own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="endorse-hooks-")
        script = os.path.join(ROOT, "tests", "kit", "webhook_server.py")
        self.process = subprocess.Popen(["/usr/bin/python3", script, self.folder], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def answer_with(self, status):
        """What /switch says from now on."""
        path = os.path.join(self.folder, "status")
        with open(path + ".new", "w", encoding="ascii") as file:
            file.write(str(status))
        os.rename(path + ".new", path)

    def received(self, path):
        name = os.path.join(self.folder, "received.jsonl")
        if not os.path.exists(name):
            return []
        with open(name, encoding="utf-8") as file:
            return [row for row in map(json.loads, file) if row["path"] == path]

    def stop(self):
        self.process.kill()
        self.process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)


def check_signature(row, secret):
    """https://www.standardwebhooks.com: HMAC-SHA-256 over id.timestamp.body, under the secret behind whsec_."""
    headers = row["headers"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{row['body']}".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert right in headers["webhook-signature"].split(), "the signature is not the secret's"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 300, headers
    wrong = hmac.new(key + b"x", signed, hashlib.sha256).digest()
    assert base64.b64encode(wrong).decode() not in headers["webhook-signature"], "negative control"


def publish(system, portal):
    """Twelve events, each of which is told: an application, and submissions that lack everything."""
    http = HttpPortal(system, portal)
    events = [registration(f"{portal}-0", portal)] + [
        cloud_event(f"{portal}-{number}", "application.submitted", f"application/{portal}", submittedOn=day(0))
        for number in range(1, OUTCOMES)]
    for event in events:
        assert http.post(event).status == 202, event


def state_of(system, portal, aggregate):
    return next(story["state"] for story in system.story(portal)["stories"] if story["aggregate"] == aggregate)


def check_order(receiver, system, keys):
    rows = wait_until("every webhook", lambda: len(found := receiver.received("/ok")) >= OUTCOMES and found)
    outcomes = HttpPortal(system, "well").outcomes()
    bodies = [json.loads(row["body"]) for row in rows]
    assert [body["id"] for body in bodies] == [outcome["id"] for outcome in outcomes], "in order, none twice"
    assert len({row["headers"]["webhook-id"] for row in rows}) == len(rows)
    for row in rows:
        check_signature(row, keys["well"]["webhook_secret"])


def check_failing(receiver, keys):
    """500 the first time: the same webhook again, before any other, once the receiver is well."""
    first = wait_until("a first attempt", lambda: receiver.received("/switch"))[0]
    receiver.answer_with(204)
    rows = wait_until("the rest", lambda: len(found := receiver.received("/switch")) >= OUTCOMES + 1 and found, seconds=40)
    again = [row for row in rows if row["headers"]["webhook-id"] == first["headers"]["webhook-id"]]
    assert len(again) == len(rows) - OUTCOMES + 1 and rows[:len(again)] == again, "the same one until it is taken"
    assert len({row["body"] for row in again}) == 1
    for row in again:
        check_signature(row, keys["failing"]["webhook_secret"])


def check_gone(receiver, system):
    """410: switched off after one request, and the log has everything; set again, it gets what is new."""
    wait_until("the portal's record says so", lambda: state_of(system, "gone", "intake/portal/gone")["webhookOff"])
    assert state_of(system, "gone", "courier/endpoint/gone")["state"] == "off"
    listed = {row["id"]: row["webhook_off"] for row in system.doors.ctl("portals", "list")}
    assert listed["gone"] and not listed["well"], f"operations see it in the list: {listed}"
    assert len(receiver.received("/gone")) == 1, "asked again after 410"
    assert len(HttpPortal(system, "gone").outcomes()) == OUTCOMES
    system.doors.ctl("portals", "add", "gone", "--associations", "MassAIMH", "--webhook", receiver.url + "/status/204")
    late = cloud_event("gone-late", "application.submitted", "application/gone", submittedOn=day(0))
    assert wait_until("the new token is known", lambda: HttpPortal(system, "gone").post(late).status in (200, 202))
    rows = wait_until("the new webhook", lambda: receiver.received("/status/204"))
    assert json.loads(rows[0]["body"])["data"]["event"] == "gone-late", rows


def main():
    receiver = Receiver()
    receiver.answer_with(500)
    paths = {"hanging": "/hang", "gone": "/gone", "failing": "/switch", "well": "/ok"}
    try:
        with System(settings='sandbox = "yes"\nwebhook_allow_private = true\n') as system:
            keys = {portal: system.doors.ctl("portals", "add", portal, "--associations", "MassAIMH",
                                             "--webhook", receiver.url + path) for portal, path in paths.items()}
            for portal in paths:  # the dead ones first
                publish(system, portal)
            check_order(receiver, system, keys)
            check_gone(receiver, system)
            check_failing(receiver, keys)
            assert len(receiver.received("/hang")) >= 1, "the dead one was asked"
            assert len(HttpPortal(system, "hanging").outcomes()) == OUTCOMES, "its log has everything"
    finally:
        receiver.stop()


if __name__ == "__main__":
    main()
