#!/usr/bin/python3
"""Redis stalls, dies or is full while portals publish: the doors say BUSY, nothing with a receipt is lost, and
work resumes by itself."""
import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request

from portals import HttpPortal, ZmqPortal, cloud_event, fetch, registration, training
from system import System, dump, wait_until

APPLICATIONS = 12


class Publisher(threading.Thread):
    """Publishes one event after the other, each until it has a receipt; notes every answer."""

    def __init__(self, system, name):
        super().__init__(daemon=True)
        self.portal, self.name_of = HttpPortal(system, "steady"), name
        self.receipts, self.busy, self.other, self.silent = {}, [], [], 0
        self.ended = False

    def run(self):
        number = 0
        while not self.ended:
            event = training(f"{self.name_of}-{number}", f"app-{number % APPLICATIONS}", entry=f"{self.name_of}-{number}")
            if self.publish(event):
                number += 1

    def publish(self, event):
        try:
            answer = self.portal.post(event, timeout=40)
        except (urllib.error.URLError, OSError, json.JSONDecodeError):
            self.silent += 1
            return False
        if answer.status in (200, 202):
            self.receipts[(event["subject"], event["id"])] = answer.json["receipt"]
            return True
        if answer.status != 429:  # its credit is still with what the store has not answered
            (self.busy if answer.status == 503 else self.other).append(answer)
        return False

    def end(self):
        self.ended = True
        self.join(60)
        assert not self.is_alive()
        assert not self.other, self.other[:3]
        assert not self.silent, f"{self.silent} requests got no answer at all"


def check_nothing_lost(portal, *publishers):
    held = {(row["subject"], row["id"]) for row in portal.held()}
    for publisher in publishers:
        missing = set(publisher.receipts) - held
        assert not missing, f"{len(missing)} events with a receipt are not held: {sorted(missing)[:5]}"
        for (subject, key), receipt in list(publisher.receipts.items())[::7]:
            event = training(key, subject.split("/")[1], entry=key)
            answer = portal.post(event)
            assert (answer.status, answer.json["receipt"]) == (200, receipt), (key, answer)


def check_busy(answers):
    for answer in answers:
        assert int(answer.headers["Retry-After"]) >= 1 and answer.json["status"] == 503, answer


def is_taken(portal, key):
    return portal.post(training(key, "app-0", entry=key), timeout=30).status in (200, 202)


def check_stalled(system, portal, zmq):
    """kill -STOP: every door answers BUSY within its time instead of hanging; -CONT: work goes on."""
    publisher = Publisher(system, "stall")
    publisher.start()
    wait_until("traffic", lambda: len(publisher.receipts) > 20)
    redis = system.pid("redis")
    os.kill(redis, signal.SIGSTOP)
    try:
        wait_until("the HTTP door says 503", lambda: publisher.busy, seconds=40)
        receipt = wait_until("the ZeroMQ door says BUSY", lambda: busy_receipt(zmq), seconds=20)
        assert receipt.retry_after_ms > 0, receipt
        assert ready_status(system) == 503, "not ready"
        for _ in range(5):  # a program that waited for Redis in every turn would answer after 9 s
            assert fetch(system.http + "/livez", timeout=5).status == 200, "but alive"
    finally:
        os.kill(redis, signal.SIGCONT)
    return resumes(system, portal, publisher, "stall")


def busy_receipt(zmq):
    receipt = zmq.publish(training("zmq-stall", "app-0", entry="zmq-stall"), "TrainingAdded")
    return receipt if zmq.status(receipt) == "BUSY" else None


def status_of(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def ready_status(system):
    return wait_until("readiness changes", lambda: (s := status_of(system.http + "/readyz")) != 200 and s, seconds=20)


def live_status(system):
    return status_of(system.http + "/livez")


def resumes(system, portal, publisher, key):
    """How long it took until an event was accepted again; then everything with a receipt is there."""
    back = time.monotonic()
    wait_until("an event is accepted again", lambda: is_taken(portal, f"{key}-again"), seconds=30)
    took = time.monotonic() - back
    count = len(publisher.receipts)
    wait_until("traffic flows again", lambda: len(publisher.receipts) > count + 20, seconds=30)
    publisher.end()
    check_busy(publisher.busy)
    system.wait_quiet()
    check_nothing_lost(portal, publisher)
    assert live_status(system) == 200 and status_of(system.http + "/readyz") == 200
    return took


def check_killed(system, portal):
    """kill -9: the supervisor starts it again, the programs find it again."""
    publisher = Publisher(system, "kill")
    publisher.start()
    wait_until("traffic", lambda: len(publisher.receipts) > 20)
    old = system.pid("redis")
    assert system.kill("redis")
    wait_until("Redis is started again", lambda: system.pid("redis") not in (-1, old), seconds=20)
    return resumes(system, portal, publisher, "kill")


def used_memory(system):
    return int(next(line for line in system.redis("INFO", "memory").splitlines()
                    if line.startswith("used_memory:")).split(":")[1])


def check_full(system, portal, zmq):
    """No memory: doors refuse, what was accepted drains; memory again: doors open by themselves."""
    other = HttpPortal(system, "steady")
    assert other.post(registration("full-0", "full")).status == 202
    system.wait_quiet()
    # Accepted work that has still to run when the memory is gone: reference stands still meanwhile.
    reference = system.pid("reference.0")
    os.kill(reference, signal.SIGSTOP)
    try:
        named = cloud_event("full-1", "application.rater.named", "application/full", raterId="full-R",
                            role="RATER_SUPERVISOR")
        assert other.post(named).status == 202
        system.redis("CONFIG", "SET", "maxmemory", str(used_memory(system) // 2))
        answer = wait_until("the HTTP door says 503", lambda: (
            a := other.post(training("full-2", "full"), timeout=30)).status == 503 and a)
        check_busy([answer])
        receipt = zmq.publish(training("full-3", "full"), "TrainingAdded")
        assert zmq.status(receipt) == "BUSY" and receipt.retry_after_ms > 0, receipt
    finally:
        os.kill(reference, signal.SIGCONT)
    wait_until("accepted work drains", lambda: [
        o for o in other.outcomes() if o["subject"] == "application/full"
        and o["type"] == "org.endorse.application.rating.changed.v1"], seconds=30)
    assert other.post(training("full-2", "full"), timeout=30).status == 503, "still full"
    wait_until("the full store is counted and shown", lambda: system.metric("endorse_store_full_total") > 0, seconds=20)
    assert "STORE-LOST" not in system.log("reference.0").split("STORE-BACK")[-1], "a full store is not a lost one"
    system.redis("CONFIG", "SET", "maxmemory", "1gb")
    back = time.monotonic()
    wait_until("the HTTP door takes the same event", lambda: other.post(training("full-2", "full")).status == 202)
    took = time.monotonic() - back
    receipt = zmq.publish(training("full-3", "full", entry="T-2"), "TrainingAdded")
    assert zmq.status(receipt) == "ACCEPTED", receipt
    return took


def main():
    ZmqPortal.load()
    with System() as system:
        system.add_portal("steady", "MassAIMH")
        portal, zmq = HttpPortal(system, "steady"), ZmqPortal(system, "steady")
        for number in range(APPLICATIONS):
            assert portal.post(registration(f"reg-{number}", f"app-{number}")).status == 202
        pids = {service: pid for service, pid in system.pids().items() if service != "redis"}
        stalled = check_stalled(system, portal, zmq)
        killed = check_killed(system, portal)
        full = check_full(system, portal, zmq)
        assert {service: system.pid(service) for service in pids} == pids, "a program was restarted"
        status = system.doors.ctl("status")
        assert status["well"], dump(status)
        outcomes = portal.outcomes()
        assert [o["sequence"] for o in outcomes] == list(range(1, len(outcomes) + 1)), "a gap in the log"
        print(f"work resumed {stalled:.2f} s after a stall, {killed:.2f} s after a kill, {full:.2f} s after a full store")


if __name__ == "__main__":
    main()
