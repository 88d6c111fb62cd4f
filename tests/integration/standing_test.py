#!/usr/bin/python3
"""Standings through the real programs: hours and renewals, a sanction and its lifting, archive and back, a transfer
between associations, an erasure, a light reinstatement and its audit.  What a rule refuses is told with the rule; what changes is on the registry at once."""
import datetime
import itertools

from portals import HttpPortal, cloud_event
from story import application, endorse, letters_to
from system import System, dump, wait_until

HOME, OTHER, REGION = "SCIMHA", "MI-AIMH", "US-SC"
ATTESTED = "NAIMH"  # three years, attested, audited
PORTAL = "standings"
NUMBERS = itertools.count(1)


class Story:
    """One person as her portal sees her."""

    def __init__(self, system, portal, case):
        self.system, self.portal, self.case = system, portal, case
        self.subject = f"person/{case.person}"

    def today(self):
        offset = self.system.doors.ctl("clock", "show")["offset_ms"]
        return datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(milliseconds=offset)

    def day(self, days=0):
        return (self.today() + datetime.timedelta(days=days)).isoformat()

    def say(self, what, /, association=HOME, **data):
        key = f"{self.case.person}-{next(NUMBERS)}"
        if association:
            data["association"] = association
        event = cloud_event(key, what, self.subject)
        event["data"] = data  # an event may have a member of any name
        answer = self.portal.post(event)
        assert answer.status == 202, answer
        self.system.wait_quiet()
        return key

    def outcomes(self, kind):
        return [o["data"] for o in self.portal.outcomes()
                if o["subject"] == self.subject and o["type"] == f"org.endorse.{kind}.v1"]

    def refusal(self, key):
        return next((o for o in self.outcomes("event.refused") if o["event"] == key), None)

    def refused(self, reason, what, /, association=HOME, **data):
        key = self.say(what, association, **data)
        told = wait_until(f"the refusal {reason}", lambda: self.refusal(key))
        assert told["reason"] == reason, told
        return told

    def applied(self, what, /, association=HOME, **data):
        key = self.say(what, association, **data)
        assert self.refusal(key) is None, self.refusal(key)

    def status(self, association=HOME):
        last = [o for o in self.outcomes("standing.changed") if o["association"] == association][-1]
        return last["status"].replace("STANDING_", ""), last.get("renewalDue")

    def is_listed(self, association=HOME):
        return self.case.name in self.system.doors.registry_names(association)

    def wait_listed(self, expected, association=HOME):
        wait_until(f"{self.case.name} {'on' if expected else 'off'} the registry of {association}",
                   lambda: self.is_listed(association) == expected)

    def standing(self, association=HOME):
        """As operations see it."""
        stories = self.system.story(f"{association}~{self.case.person}")["stories"]
        return next(story for story in stories if story["aggregate"].startswith("renewal/standing/"))


def check_free_first_renewal(story):
    year = story.today().year
    form = {"category": "FS", "ageLine": "IMH", "submittedOn": story.day()}
    story.applied("renewal.submitted", **form)
    judged = wait_until("the judgement", lambda: story.outcomes("renewal.judged"))[-1]
    assert judged["state"] == "received" and all(r["met"] for r in judged["requirements"]
                                                 if r["unit"] == "hour-hundredths"), dump(judged)
    story.applied("renewal.ethics.attested", version="1", signedOn=story.day())
    story.applied("renewal.no-sanction.attested", attestedOn=story.day())
    story.applied("membership.verified", untilOn=f"{year + 2}-06-30")
    assert story.status()[1] == f"{year}-12-31"
    story.applied("renewal.fee.paid", paymentId=f"pay-{story.case.person}", kind="FEE_RENEWAL", amountMinor=2500,
                  currency="USD", paidOn=story.day())
    assert story.status() == ("ACTIVE", f"{year + 1}-12-31"), story.status()


def check_hours(story, provider):
    """Refused with its rule while they are short; provider and days are judged; then taken."""
    year = story.today().year
    form = {"category": "FS", "ageLine": "IMH", "submittedOn": story.day(), "givesRsc": True}
    hours = {"association": None, "fromOn": f"{year}-02-01", "untilOn": f"{year}-08-31"}
    told = story.refused("training-short", "renewal.submitted", **form)
    assert {r["requirement"]: r["short"] for r in told["requirements"]}["training"] == 1500 and told["edition"]
    story.refused("dates-reversed", "renewal.activity.added", association=None, activityId="h0", topic="TRAINING_IMH",
                  trainingHundredths=100, fromOn=f"{year}-03-02", untilOn=f"{year}-03-01")
    story.refused("hours-implausible", "renewal.activity.added", association=None, activityId="h0",
                  topic="TRAINING_IMH", trainingHundredths=2500, fromOn=f"{year}-03-02", untilOn=f"{year}-03-02")
    story.applied("renewal.activity.added", activityId="h1", topic="TRAINING_IMH", trainingHundredths=1100, **hours)
    story.applied("renewal.activity.added", activityId="h2", topic="TRAINING_DEI", trainingHundredths=100, **hours)
    story.applied("renewal.activity.added", activityId="h3", topic="TRAINING_GIVING_RSC", trainingHundredths=300, **hours)
    story.refused("rsc-short", "renewal.submitted", **form)
    story.applied("renewal.activity.added", activityId="h4", rscHundredths=600, peer=True, **hours)
    story.refused("rsc-short", "renewal.submitted", **form)
    story.applied("renewal.activity.added", activityId="h5", rscHundredths=1200, providerId=provider, **hours)
    story.refused("activity-overlaps", "renewal.activity.added", activityId="h6", rscHundredths=100,
                  providerId=provider, **hours)
    told = story.applied("renewal.submitted", **form)
    judged = story.outcomes("renewal.judged")[-1]
    rsc = next(r for r in judged["requirements"] if r["requirement"] == "rsc")
    assert rsc["have"] == 1200 and rsc["by"] == ["h5"], dump(judged)
    assert "the fee of USD 25.00" in story.standing()["waiting"], story.standing()["waiting"]
    return told


def check_sanction(story):
    story.applied("standing.sanction.reported", reportedOn=story.day())
    assert story.status()[0] == "INACTIVE_SANCTION", story.status()
    story.wait_listed(False)
    story.refused("sanctioned", "renewal.submitted", category="FS", ageLine="IMH", submittedOn=story.day())
    story.refused("sanctioned", "standing.reinstatement.requested", requestedOn=story.day())
    story.applied("standing.sanction.lifted", liftedOn=story.day())
    assert not story.is_listed(), "lifting alone brings nobody back"
    story.refused("inactive", "renewal.submitted", category="FS", ageLine="IMH", submittedOn=story.day())
    told = story.refused("reinstatement-by-application", "standing.reinstatement.requested", requestedOn=story.day())
    assert "application" in told["text"]
    assert "reinstatement" in story.standing()["waiting"], story.standing()["waiting"]


def check_archive(story):
    story.refused("category-needs-application", "standing.category.added", category="MHS", ageLine="IMH")
    story.applied("standing.category.archived", category="FS", ageLine="IMH")
    assert story.status()[0] == "ARCHIVED"
    story.wait_listed(False)
    story.applied("standing.category.added", category="FS", ageLine="IMH")
    assert story.status()[0] == "ACTIVE"
    story.wait_listed(True)
    story.refused("leave-not-offered", "standing.leave.started", fromOn=story.day(), untilOn=story.day(90))
    story.refused("emeritus-not-offered", "standing.retired", on=story.day())
    story.refused("no-audit", "renewal.audit.answered", satisfied=True, answeredOn=story.day())


def check_transfer(story):
    story.refused("same-association", "standing.transferred", association=None, fromAssociation=HOME,
                  toAssociation=HOME, on=story.day())
    story.applied("standing.transferred", association=None, fromAssociation=HOME, toAssociation=OTHER, on=story.day())
    wait_until("both standings are told", lambda: story.status(OTHER)[0] == "ACTIVE")
    assert story.status()[0] == "ARCHIVED"
    story.wait_listed(False)
    story.wait_listed(True, OTHER)
    standing = story.standing(OTHER)["state"]
    assert standing["designations"][0]["application"] == story.case.id, dump(standing)


def has_key(system, person):
    return any(system.redis("EXISTS", f"{{intake:{p}}}:s:person:{person}") == "1" for p in range(128))


def rewrites_of(system):
    """How often Redis has rewritten its append-only file."""
    return int(system.redis("INFO", "persistence").split("aof_rewrites:")[1].split()[0])


def check_erasure(story):
    system, person = story.system, story.case.person
    assert has_key(system, person)
    rewrites = rewrites_of(system)
    story.applied("person.erasure.requested", association=None, requestedOn=story.day())
    wait_until("the portal hears that the key is gone", lambda: story.outcomes("person.erased"))
    assert not has_key(system, person), "the key is destroyed"
    story.wait_listed(False, OTHER)
    wait_until("the append-only file is rewritten", lambda: rewrites_of(system) > rewrites)
    letters = len(letters_to(system, f"applicant{story.case.number}@home.example"))
    story.refused("erased", "person.name.changed", association=None, displayName="Somebody Else")
    wait_until("a key made anew by sealing is gone again", lambda: not has_key(system, person))
    story.refused("erased", "standing.reinstatement.requested", OTHER, requestedOn=story.day())
    assert len(letters_to(system, f"applicant{story.case.number}@home.example")) == letters
    assert "erased" in story.standing(OTHER)["state"]["state"]


def advance_to(story, year, month, day):
    days = (datetime.date(year, month, day) - story.today()).days
    assert story.system.doors.run("clock", "advance", f"{days}d") == 0
    story.system.wait_quiet()


def check_audit(story):
    """Lapses without grace, comes back the light way, and is audited at the next renewal whatever the draw."""
    year = story.today().year
    assert story.status(ATTESTED)[1] == f"{year}-12-31", story.status(ATTESTED)
    advance_to(story, year + 1, 1, 5)
    assert story.status(ATTESTED)[0] == "LAPSED"
    story.wait_listed(False, ATTESTED)
    story.refused("lapsed", "renewal.submitted", ATTESTED, category="FS", ageLine="IMH", submittedOn=story.day())
    story.applied("standing.reinstatement.requested", ATTESTED, requestedOn=story.day())
    story.applied("renewal.ethics.attested", ATTESTED, version="1", signedOn=story.day())
    story.applied("membership.verified", ATTESTED, boughtOn=story.day())
    story.applied("renewal.fee.paid", ATTESTED, paymentId="back-1", kind="FEE_REINSTATEMENT", amountMinor=2500,
                  currency="USD", paidOn=story.day())
    hours = {"association": None, "fromOn": story.day(-100), "untilOn": story.day(-20)}
    story.applied("renewal.activity.added", activityId="n1", topic="TRAINING_IMH", trainingHundredths=1500, **hours)
    assert "who gives the reflective supervision" in story.standing(ATTESTED)["waiting"]
    story.applied("renewal.activity.added", activityId="n2", rscHundredths=100, providerId="p-9998", **hours)
    wait_until("the provider has answered", lambda: story.status(ATTESTED)[0] == "ACTIVE")
    assert story.status(ATTESTED)[1] == f"{year + 3}-12-31"
    assert story.standing(ATTESTED)["state"]["audit"]["state"] == "next renewal"
    advance_to(story, year + 3, 10, 5)
    story.applied("renewal.ethics.attested", ATTESTED, version="1", signedOn=story.day())
    story.applied("renewal.no-sanction.attested", ATTESTED, attestedOn=story.day())
    story.applied("membership.verified", ATTESTED, untilOn=f"{year + 3}-12-31")
    story.applied("renewal.submitted", ATTESTED, category="FS", ageLine="IMH", submittedOn=story.day())
    assert story.status(ATTESTED)[1] == f"{year + 6}-12-31", story.status(ATTESTED)
    asked = wait_until("the audit is told", lambda: story.outcomes("renewal.audit.changed"))[-1]
    assert asked["state"] == "asked" and int(asked["seed"], 16) % 100 == asked["draw"], asked
    assert "An audit waits for its answer" in story.standing(ATTESTED)["waiting"]
    story.applied("renewal.audit.answered", ATTESTED, satisfied=True, answeredOn=story.day())
    assert story.outcomes("renewal.audit.changed")[-1]["state"] == "satisfied"


def main():
    with System() as system:
        system.add_portal(PORTAL, HOME, OTHER, ATTESTED)
        portal = HttpPortal(system, PORTAL)
        cases = [application(number, PORTAL, "plain", HOME, REGION) for number in (7101, 7103, 7105, 7107)]
        endorse(system, *cases)
        renewing, sanctioned, leaving, audited = (Story(system, portal, case) for case in cases)
        audited.applied("standing.transferred", association=None, fromAssociation=HOME, toAssociation=ATTESTED,
                        on=audited.day())
        check_free_first_renewal(renewing)
        check_sanction(sanctioned)
        check_archive(leaving)
        check_transfer(leaving)
        check_erasure(leaving)
        advance_to(renewing, renewing.today().year + 1, 10, 5)
        check_hours(renewing, "p-9999")
        check_audit(audited)
        assert system.doors.ctl("status")["well"]
        print("hours, sanction, archive, transfer, erasure and audit told and shown")


if __name__ == "__main__":
    main()
