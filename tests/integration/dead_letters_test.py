#!/usr/bin/python3
"""A message that cannot be applied parks its aggregate and nobody else: listed with its cause, retried in order
once the cause is mended, or discarded with a reason."""
from portals import HttpPortal, cloud_event, day, registration, training
from system import System, dump, wait_until

GARBAGE = b"\xff\xfe no state of ours"


class Stored:
    """One field of a stored aggregate, spoilt and mended as a bad disk and an administrator would."""

    def __init__(self, system, application):
        self.system = system
        self.key = next(key for key in system.redis("--scan", "--pattern", f"{{intake:*}}:a:application:{application}")
                        .splitlines())
        self.right = system.redis("--raw", "HGET", self.key, "head", raw=True)[:-1]

    def put(self, value):
        self.system.redis("-x", "HSET", self.key, "head", stdin=value)
        restart(self.system, "intake.0")  # which has the state in memory


def restart(system, service):
    old = system.pid(service)
    assert system.kill(service)
    wait_until(f"{service} is started again", lambda: system.pid(service) not in (-1, old), seconds=30)
    wait_until(f"{service} answers", lambda: system.row(service)["state"] == "running", seconds=30)


def publish(portal, event):
    answer = wait_until("the door takes it", lambda: (a := portal.post(event)).status in (200, 202) and a, seconds=30)
    assert answer.json["receipt"], answer
    return answer


def entries(system, application):
    story = system.story(application)
    return [line for line in story["lines"] if line["aggregate"] == f"intake/application/{application}"
            and line["result"] == "applied" and line["type"].endswith("training.added.v1")]


def letters(system):
    return system.doors.ctl("dead", "list", may_fail=True)


def park(system, portal, application, count):
    """Spoils the application and publishes `count` trainings; (stored field, the first letter)."""
    assert publish(portal, registration("reg", application)).status == 202
    assert publish(portal, training("whole", application, entry="T-0")).status == 202
    system.wait_quiet()
    stored = Stored(system, application)
    stored.put(GARBAGE)
    for number in range(1, count + 1):
        publish(portal, training(f"late-{number}", application, entry=f"T-{number}"))
    found = wait_until("a dead letter", lambda: letters(system))
    assert len(found) == 1, dump(found)
    return stored, found[0]


def check_parked(system, portal, letter, application, count):
    assert letter["aggregate"] == f"intake/application/{application}", letter
    assert letter["type"] == "org.endorse.application.training.added.v1" and letter["cause"], letter
    assert letter["program"] == "intake" and letter["behind"] == count - 1, letter
    shown = system.doors.ctl("dead", "show", letter["id"])
    assert shown["cause"] == letter["cause"], shown
    status = system.doors.ctl("status", may_fail=True)
    assert not status["well"] and status["dead"] == 1 and status["parked"] == count, dump(status)
    assert system.doors.ctl("queues")[0]["dead"] == 1
    wait_until("/metrics shows it", lambda: system.metric("endorse_queue_messages", state="dead") == 1, seconds=20)
    assert "PARKED" in system.log("intake.0")
    # Everyone else flows.
    assert publish(portal, registration("reg", application + "-neighbour")).status == 202
    wait_until("a neighbour's outcome", lambda: [
        o for o in portal.outcomes() if o["subject"] == f"application/{application}-neighbour"])


def check_retry(system, portal):
    stored, letter = park(system, portal, "mended", count=4)
    check_parked(system, portal, letter, "mended", count=4)
    # Not mended: it fails again with the same cause, and everything stays.
    system.doors.run("dead", "retry", letter["id"])
    again = wait_until("it is dead again", lambda: letters(system))
    assert len(again) == 1 and again[0]["behind"] == 3, dump(again)
    stored.put(stored.right)
    assert system.doors.run("dead", "retry", again[0]["id"]) == 0
    wait_until("no dead letter", lambda: letters(system) == [])
    system.wait_quiet()
    lines = entries(system, "mended")
    assert len(lines) == 5, f"each once: {dump(lines)}"
    assert [line["version"] for line in lines] == sorted(line["version"] for line in lines)
    for number in range(1, 5):
        answer = portal.post(training(f"late-{number}", "mended", entry=f"T-{number}"))
        assert answer.status == 200, f"was accepted before: {answer}"
    order = [row["id"] for row in portal.held() if row["subject"] == "application/mended"]
    assert order == ["reg", "whole", "late-1", "late-2", "late-3", "late-4"], order
    assert system.doors.ctl("status")["well"]
    assert publish(portal, cloud_event("sub", "application.submitted", "application/mended",
                                       submittedOn=day(0))).status == 202
    wait_until("life goes on", lambda: [o for o in portal.outcomes() if o.get("cause") == "sub"])


def check_discard(system, portal):
    stored, letter = park(system, portal, "thrown", count=2)
    assert system.doors.run("dead", "discard", letter["id"]) != 0, "a discard wants a reason"
    assert len(letters(system)) == 1
    stored.put(stored.right)
    assert system.doors.run("dead", "discard", letter["id"], "--reason", "sent by mistake") == 0
    wait_until("no dead letter", lambda: letters(system) == [])
    system.wait_quiet()
    lines = entries(system, "thrown")
    assert len(lines) == 2, f"the one before and the one behind: {dump(lines)}"
    assert system.doors.ctl("status")["well"]
    assert system.doors.run("dead", "discard", letter["id"], "--reason", "twice") != 0


def main():
    with System() as system:
        system.add_portal("mender", "MassAIMH")
        portal = HttpPortal(system, "mender")
        check_retry(system, portal)
        check_discard(system, portal)


if __name__ == "__main__":
    main()
