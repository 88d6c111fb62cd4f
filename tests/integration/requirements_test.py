#!/usr/bin/python3
"""Requirements through the real programs: what is short is told with rule, edition and entries; a supervisor is
judged by her own record; a link is taken by a coordinator; a mentor waits for the exam."""
import json
import subprocess

from portals import HttpPortal, cloud_event
from story import application, endorse
from system import System, wait_until

PORTAL, CASE, PERSON, SUPERVISOR = "required", "req-1", "req-p", "req-s"


def ctl(system, *arguments):
    done = subprocess.run([system.doors.endorsectl, "--state", system.state, "--json", *arguments], capture_output=True,
                          text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stderr


def say(portal, key, kind, subject=None, **data):
    answer = portal.post(cloud_event(key, kind, subject or f"application/{CASE}", **data))
    assert answer.status in (200, 202), (kind, answer)


def story(system):
    rows = system.story(CASE)["stories"]
    return next(row for row in rows if "intake/application" in row["aggregate"])


def requirement(system, code):
    return next(row for row in story(system)["requirements"] if row["requirement"] == code)


def doubts(system):
    return {row["id"]: row for row in story(system)["notCounted"]}


def begin(portal):
    say(portal, "r1", "person.residence.changed", f"person/{PERSON}", region="US-MA", country="US")
    say(portal, "r2", "application.registered", association="MassAIMH", personId=PERSON, category="FS", ageLine="IMH",
        registeredOn="2026-01-05")
    say(portal, "r3", "application.training.added", entryId="t1", topic="TRAINING_IMH", hoursHundredths=2000,
        completedOn="2025-05-01")
    say(portal, "r4", "application.rsc.added", entryId="x1", providerId=SUPERVISOR, hoursHundredths=2400,
        fromOn="2024-06-01", untilOn="2025-06-30")


def check_evidence(system, portal):
    """What is there, what is short, by which rule; what cannot be meant is refused and leaves the rest alone."""
    system.wait_quiet()
    training = requirement(system, "training")
    assert (training["needed"], training["have"], training["short"]) == (3000, 2000, 1000), training
    assert training["by"] == ["t1"] and training["rule"] == "FS.training_hours" and training["edition"], training
    assert not requirement(system, "rsc")["met"]
    assert doubts(system)["x1"]["why"] == "provider-unknown" and doubts(system)["x1"]["rule"] == "rsc_endorsed_from"
    say(portal, "r5", "application.rsc.added", entryId="x2", providerId=SUPERVISOR, hoursHundredths=900,
        fromOn="2025-06-30", untilOn="2025-06-01")
    say(portal, "r6", "application.submitted", submittedOn="2026-02-01")
    told = wait_until("both refusals", lambda: refusals(portal, {"r5", "r6"}))
    assert told["r5"]["reason"] == "period-reversed", told["r5"]
    assert told["r6"]["reason"] == "incomplete" and told["r6"]["edition"], told["r6"]
    short = {row["requirement"]: row["short"] for row in told["r6"]["requirements"] if not row["met"]}
    assert short["training"] == 1000 and short["rsc"] == 2400 and short["ratings"] == 3, short
    assert requirement(system, "training")["have"] == 2000


def refusals(portal, wanted):
    found = {row["data"]["event"]: row["data"] for row in portal.outcomes()
             if row["type"] == "org.endorse.event.refused.v1"}
    return found if wanted <= set(found) else None


def check_supervisor(system, portal):
    """Her record decides, whatever day it comes; a vetted one counts too."""
    say(portal, "s1", "person.endorsement.verified", f"person/{SUPERVISOR}", association="MassAIMH", category="MHM_C",
        ageLine="IMH", fromOn="2024-06-02")
    system.wait_quiet()
    assert doubts(system)["x1"]["why"] == "provider-not-endorsed", doubts(system)
    say(portal, "s2", "person.endorsement.verified", f"person/{SUPERVISOR}", association="MassAIMH", category="MHM_C",
        ageLine="IMH", fromOn="2019-01-01", untilOn="2024-06-01")
    system.wait_quiet()
    assert "x1" not in doubts(system) and requirement(system, "rsc")["by"] == ["x1"], doubts(system)


def check_link(system, portal):
    """Without a reason no link; with one it is in the story, and it opens the form."""
    say(portal, "l1", "person.name.changed", "person/req-r", displayName="Rater Example")
    say(portal, "l2", "application.rater.named", raterId="req-r", role="RATER_SUPERVISOR", endorsed=True)
    system.wait_quiet()
    assert ctl(system, "ratings", "link", CASE, "1")[0] == 78
    code, told = ctl(system, "ratings", "link", CASE, "1", "--reason", "no address is known")
    assert code == 0 and "/rate/" in told["link"], told
    page = subprocess.run(["curl", "-s", told["link"]], capture_output=True, text=True, check=True).stdout
    assert "Read the questions first" in page, page[:2000]
    lines = [line for line in system.story(CASE)["lines"] if "took the link" in line["text"]]
    assert len(lines) == 1 and lines[0]["actor"].startswith("operator/"), lines
    token = told["link"].rsplit("/", 1)[1]
    assert token not in json.dumps(system.story(CASE)), "the token is not in the story"
    assert ctl(system, "ratings", "link", CASE, "7", "--reason", "a mistake")[0] == 1


def main():
    mentor = application(9101, PORTAL, "mentor")
    mentor.endorsed = False  # nobody reads the exam here
    with System(settings='sandbox = "yes"\n') as system:
        system.add_portal(PORTAL, "MassAIMH")
        portal = HttpPortal(system, PORTAL)
        begin(portal)
        check_evidence(system, portal)
        check_supervisor(system, portal)
        check_link(system, portal)
        endorse(system, mentor)
        state = system.story(mentor.id)["stories"][0]["state"]
        assert state["state"] == "exam-eligible", state
    print("requirements: ok")


if __name__ == "__main__":
    main()
