#!/usr/bin/python3
"""Two doors are one: an event is the same event by HTTP and by ZeroMQ, what is held and what was told read the
same, and an event that comes before its application waits for it."""
import json

from portals import HttpPortal, ZmqPortal, cloud_event, day, fetch, registration, training
from system import System, dump, wait_until

MESSAGES = {"org.endorse.application.registered.v1": "ApplicationRegistered",
            "org.endorse.application.training.added.v1": "TrainingAdded",
            "org.endorse.application.submitted.v1": "ApplicationSubmitted",
            "org.endorse.person.name.changed.v1": "PersonNameChanged"}

OTHERWISE = {"org.endorse.application.registered.v1": {"personId": "P-2"},
             "org.endorse.application.training.added.v1": {"hoursHundredths": 7},
             "org.endorse.person.name.changed.v1": {"displayName": "Avery Example"}}


class Doors:
    def __init__(self, system, portal):
        self.http, self.zmq = HttpPortal(system, portal), ZmqPortal(system, portal)

    def by_http(self, event):
        """(status, receipt) in the words of the ZeroMQ door."""
        answer = self.http.post(event)
        word = {202: "ACCEPTED", 200: "DUPLICATE", 422: "CONFLICT"}[answer.status]
        return word, answer.json.get("receipt", "")

    def by_zmq(self, event):
        receipt = self.zmq.publish(event, MESSAGES[event["type"]])
        return self.zmq.status(receipt), receipt.receipt


def check_one_event(doors):
    """Each event goes in through one door and comes again through both."""
    events = [registration("one-1", "one"), training("one-2", "one"),
              cloud_event("one-3", "person.name.changed", "person/P-1", displayName="Zo\u00eb Example")]
    for first, second in ((doors.by_http, doors.by_zmq), (doors.by_zmq, doors.by_http)):
        for event in events:
            event = dict(event, id=f"{event['id']}-{first.__name__}")
            if event["subject"].startswith("application/"):
                event["subject"] = f"application/one-{first.__name__}"
            word, receipt = first(event)
            assert word == "ACCEPTED" and receipt, (first, event, word)
            assert second(event) == ("DUPLICATE", receipt), f"{event['id']}: another event at the other door"
            assert first(event) == ("DUPLICATE", receipt), event
            changed = dict(event, data=dict(event["data"], **OTHERWISE[event["type"]]))
            assert second(changed)[0] == first(changed)[0] == "CONFLICT", changed


def check_id_is_per_subject(doors):
    assert doors.by_http(training("shared", "subject-a"))[0] == "ACCEPTED"
    assert doors.by_zmq(training("shared", "subject-b"))[0] == "ACCEPTED", "an id is the portal's own, per subject"


def check_binary_mode_is_the_same_event(doors):
    event = training("binary-1", "one-by_http", entry="T-9")
    word, receipt = doors.by_zmq(event)
    assert word == "ACCEPTED", word
    headers = {"ce-" + name: event[name] for name in ("specversion", "id", "source", "type", "subject")}
    headers.update(doors.http.headers("application/json"))
    answer = fetch(doors.http.http + "/v1/events", json.dumps(event["data"]).encode(), headers)
    assert (answer.status, answer.json["receipt"]) == (200, receipt), answer


def check_held(doors, other):
    """What is held can be proved: every accepted event once, in order, at both doors; nobody else's."""
    rows = doors.http.held()
    keys = [(row["subject"], row["id"]) for row in rows]
    assert len(keys) == len(set(keys)) and len(keys) == 9, dump(rows)
    assert [row["acceptedAt"] for row in rows] == sorted(row["acceptedAt"] for row in rows), "oldest first"
    by_zmq = doors.zmq.ask(held=doors.zmq.door.HeldRequest(limit=500)).held.events
    assert sorted((row.subject, row.id) for row in by_zmq) == sorted(keys), "the same events at the other door"
    since = rows[5]["acceptedAt"]
    later = doors.http.get(f"/v1/events?source=urn:portal:test&since={since}").json["events"]
    assert [row["id"] for row in later] == [row["id"] for row in rows if row["acceptedAt"] >= since], later
    assert other.http.held() == [], "another portal's events"
    assert doors.http.get("/v1/events?since=yesterday").status == 400


def check_event_before_registration(doors):
    """Held, not refused; at the registration applied in the order in which they came."""
    early = [training("early-1", "early", entry="T-1", hours=100),
             training("early-2", "early", entry="T-1", hours=200),  # another content: refused, if it is the second
             cloud_event("early-3", "application.entry.withdrawn", "application/early", entryId="T-1"),
             training("early-4", "early", entry="T-1", hours=300),  # refused: a number is not used again
             training("early-5", "early", entry="T-2", hours=400)]
    for event in early:
        answer = doors.http.post(event)
        assert answer.status == 202, answer
    told = wait_until("each held event is told", lambda: len(found := of_subject(doors, "early")) >= 5 and found)
    assert [o["type"] for o in told] == ["org.endorse.event.held.v1"] * 5, dump(told)
    assert doors.by_zmq(registration("early-6", "early"))[0] == "ACCEPTED"
    told = wait_until("the registration and the refusals are told",
                      lambda: len(found := of_subject(doors, "early")[5:]) >= 2 and found)
    refused = [o["data"]["event"] for o in told if o["type"] == "org.endorse.event.refused.v1"]
    assert told[0]["cause"] == "early-6", dump(told)
    assert refused and refused[0] == "early-2", f"in the order of arrival: {dump(told)}"
    return told


def of_subject(doors, application):
    return [o for o in doors.http.outcomes() if o["subject"] == f"application/{application}"]


def check_outcomes(doors, other):
    """Numbered without a gap, per portal and per subject, and the same at both doors."""
    assert doors.by_zmq(cloud_event("sub-1", "application.submitted", "application/one-by_zmq",
                                    submittedOn=day(0)))[0] == "ACCEPTED", "a refusal by a rule is custody"
    refused = wait_until("the refusal is told", lambda: [o for o in of_subject(doors, "one-by_zmq")
                                                         if o.get("cause") == "sub-1"])[0]
    assert refused["data"]["reason"] == "incomplete" and len(refused["data"]["requirements"]) > 5, dump(refused)
    outcomes = doors.http.outcomes()
    assert [o["sequence"] for o in outcomes] == list(range(1, len(outcomes) + 1)), "a gap in the log"
    for subject in {o["subject"] for o in outcomes}:
        numbers = [o["number"] for o in outcomes if o["subject"] == subject]
        assert numbers == list(range(1, len(numbers) + 1)), f"{subject}: {numbers}"
    page = doors.zmq.ask(outcomes=doors.zmq.door.OutcomesRequest(after=0, limit=500)).outcomes
    assert page.last == len(outcomes)
    assert [(o.sequence, o.id, o.type, o.subject, o.number, o.cause) for o in page.outcomes] == \
        [(o["sequence"], o["id"], o["type"], o["subject"], o["number"], o["cause"]) for o in outcomes]
    tail = doors.http.get(f"/v1/outcomes?after={len(outcomes) - 2}").json["outcomes"]
    assert [o["id"] for o in tail] == [o["id"] for o in outcomes[-2:]]
    assert other.http.outcomes() == [], "another portal's outcomes"


def main():
    ZmqPortal.load()
    with System() as system:
        system.add_portal("both", "MassAIMH")
        system.add_portal("other", "MassAIMH")
        doors, other = Doors(system, "both"), Doors(system, "other")
        check_one_event(doors)
        check_id_is_per_subject(doors)
        check_binary_mode_is_the_same_event(doors)
        check_held(doors, other)
        check_event_before_registration(doors)
        check_outcomes(doors, other)


if __name__ == "__main__":
    main()
