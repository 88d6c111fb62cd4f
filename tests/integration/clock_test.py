#!/usr/bin/python3
"""Time passes in a sandbox: a silent rater is reminded and then silent, a renewal is opened, reminded, overdue and
lapses, and what has lapsed leaves the public registry.  Links that are over are one page, whatever ended them."""
import collections
import time

from portals import HttpPortal, cloud_event, fetch
from story import application, answer_form, endorse, letters_to
from system import System, dump, wait_until

ASSOCIATION, REGION = "SCIMHA", "US-SC"  # renewals want a fee and have a grace time there
PORTAL = "clock"


def advance(system, by):
    began = time.monotonic()
    assert system.doors.run("clock", "advance", by) == 0, f"clock advance {by}"
    took = time.monotonic() - began
    system.wait_quiet()
    return took


def rating_states(portal, subject):
    return [(o["data"]["raterId"], o["data"]["state"]) for o in portal.outcomes()
            if o["subject"] == subject and o["type"] == "org.endorse.application.rating.changed.v1"]


def check_silent_rater(system, portal):
    """Asked, reminded, silent: told to the portal, and the link is dead like one that never was."""
    case = application(8001, PORTAL, "silent", ASSOCIATION, REGION)
    silent, answering = case.raters[2], case.raters[0]
    system.doors.publish(PORTAL, case.opening())
    asked = wait_until("the mail with the link", lambda: letters_to(system, silent.email))[0]
    used = wait_until("the other's mail", lambda: letters_to(system, answering.email))[0]
    answer_form(used.link, answering)
    system.wait_quiet()
    took = advance(system, "30d")
    reminders = letters_to(system, silent.email)[1:]
    assert reminders and all(letter.link == asked.link for letter in reminders), "reminded, with the same link"
    assert not letters_to(system, answering.email)[2:], "who has answered is thanked and not reminded"
    advance(system, "60d")
    subject = f"application/{case.id}"
    states = [state for rater, state in rating_states(portal, subject) if rater == silent.id]
    assert states and "SILENT" in states[-1].upper(), dump(rating_states(portal, subject))
    count = len(letters_to(system, silent.email))
    advance(system, "30d")
    assert len(letters_to(system, silent.email)) == count, "nobody is asked after the end"
    check_links(system, {"expired": asked.link, "used": used.link})
    return took


def check_links(system, links):
    pages = {what: fetch(link) for what, link in links.items()}
    token = links["used"].rsplit("/", 1)[1]
    pages["unknown"] = fetch(f"{system.http}/rate/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}")
    pages["malformed"] = fetch(f"{system.http}/rate/x")
    assert {page.status for page in pages.values()} == {404}, pages
    assert len({page.body for page in pages.values()}) == 1, "what ended a link can be told"


def subjects(system, case):
    return [letter.subject for letter in letters_to(system, f"applicant{case.number}@home.example")]


def check_renewal(system, portal):
    """Endorsed, then nobody renews: reminders, overdue, lapsed, off the registry; another one renews and stays."""
    leaving = application(8101, PORTAL, "plain", ASSOCIATION, REGION)
    endorse(system, leaving)
    before = subjects(system, leaving)
    assert leaving.name in system.doors.registry_names(ASSOCIATION)
    seen = []
    for _ in range(60):
        advance(system, "30d")
        states = [(o["data"]["status"], o["data"].get("dueOn")) for o in portal.outcomes()
                  if o["subject"] == f"person/{leaving.person}" and "standing" in o["type"]]
        seen.append((states[-1] if states else None, leaving.name in system.doors.registry_names(ASSOCIATION)))
        if states and "LAPSED" in states[-1][0].upper():
            break
    assert seen and seen[-1][0] and "LAPSED" in seen[-1][0][0].upper(), f"it never lapsed: {seen[-3:]}"
    wait_until("the name leaves the registry", lambda: leaving.name not in system.doors.registry_names(ASSOCIATION))
    mails = list((collections.Counter(subjects(system, leaving)) - collections.Counter(before)).elements())
    for words in ("is open", "is due", "overdue", "lapsed"):
        assert any(words in mail for mail in mails), f"no mail '{words}': {mails}"
    assert all(shown for state, shown in seen[:-1]), "the name stood until the end of the grace"
    return len(seen), mails


def check_only_forward(system):
    assert system.doors.run("clock", "advance", "0d") != 0 and system.doors.run("clock", "advance", "-3d") != 0
    offset = system.doors.ctl("clock", "show")["offset_ms"]
    assert offset > 0


def main():
    with System() as system:
        system.add_portal(PORTAL, ASSOCIATION)
        portal = HttpPortal(system, PORTAL)
        took = check_silent_rater(system, portal)
        months, mails = check_renewal(system, portal)
        check_only_forward(system)
        late = portal.post(cloud_event("late", "renewal.submitted", "person/p-8101", association=ASSOCIATION,
                                       category="FS", ageLine="IMH", submittedOn="2026-01-01"))
        assert late.status == 202, late
        wait_until("the late renewal is refused", lambda: [
            o for o in portal.outcomes() if o.get("cause") == "late" or o["data"].get("event") == "late"])
        assert system.doors.ctl("status")["well"]
        print(f"clock advance 30d took {took:.2f} s; lapsed after {months} months; mails: {mails}")


if __name__ == "__main__":
    main()
