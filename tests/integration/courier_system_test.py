#!/usr/bin/python3
"""Every program with an SMTP relay: mail leaves by it, a bounce reaches the rating, a kill in mid-mail is repaired."""
import json
import os
import subprocess
import urllib.error
import urllib.request

from relay import Relay
from system import System, wait_until

PORTAL = "mail-portal"


class Case:
    """One application with its raters, as a portal's events."""

    def __init__(self, system, name):
        self.system, self.name, self.count = system, name, 0

    def event(self, kind, subject, data):
        self.count += 1
        return {"specversion": "1.0", "id": f"{self.name}-{self.count}", "source": f"urn:portal:{PORTAL}",
                "type": f"org.endorse.{kind}.v1", "subject": subject, "data": data}

    def person(self, key, email):
        return [self.event("person.name.changed", f"person/{key}", {"displayName": f"{key.title()} Example"}),
                self.event("person.address.changed", f"person/{key}", {"email": email})]

    def open(self, email, raters):
        events = self.person(f"{self.name}-applicant", email)
        for key, address in raters.items():
            events += self.person(key, address)
        events.append(self.event("application.registered", f"application/{self.name}", {
            "association": "MassAIMH", "personId": f"{self.name}-applicant", "category": "MHS", "ageLine": "IMH",
            "registeredOn": "2026-11-20"}))
        for key in raters:
            events += [self.event("application.rater.named", f"application/{self.name}",
                                  {"raterId": key, "role": "RATER_SUPERVISOR"}),
                       self.event("application.waiver.chosen", f"application/{self.name}",
                                  {"raterId": key, "waived": True})]
        self.system.doors.publish(PORTAL, events)


def mail_leaves_by_the_relay(system, relay):
    Case(system, "relay").open("ok.applicant@mail.example", {"relay-good": "ok.rater@mail.example",
                                                             "relay-gone": "gone.rater@mail.example"})
    wait_until("the rater's mail", lambda: relay.accepted("ok.rater@mail.example"))
    wait_until("the applicant's mail", lambda: relay.accepted("ok.applicant@mail.example"))
    mail = relay.accepted("ok.rater@mail.example")[0]
    effect = mail["from"].split("@")[0]
    assert mail["from"].endswith("@bounces.test") and f"Message-ID: <{effect}@endorse.test>" in mail["data"], mail
    assert "Example" not in mail["data"].split("\r\n\r\n")[0].replace(" <no-reply@endorse.test>", ""), mail
    wait_until("the bounce in the rating", lambda: "bounced" in json.dumps(system.story("relay")).lower())
    try:
        urllib.request.urlopen(system.http + "/sandbox/mail", timeout=10)
        raise AssertionError("with a relay there is no sandbox mailbox")
    except urllib.error.HTTPError as error:
        assert error.code == 404, error
    assert not os.listdir(os.path.join(system.state, "mail", "new"))
    story = json.dumps(system.story(effect))
    assert '"sent"' in story and "mail.example" not in story, story
    print("mail leaves by the relay, and a bounce is reported")


def a_kill_in_mid_mail_is_repaired(system, relay):
    address = "slowonce.applicant@mail.example"
    Case(system, "killed").open(address, {})
    wait_until("the mail at the relay", lambda: address in relay.lines("recipients.jsonl"))
    assert system.kill("courier.0")
    wait_until("another courier", lambda: system.row("courier.0")["state"] == "running"
               and system.pid("courier.0") > 0)
    system.doors.ctl("clock", "advance", "10m")
    wait_until("the second attempt", lambda: relay.accepted(address))
    wait_until("its count", lambda: system.row("courier.0")["metrics"]["mails_repeated_total"] == 1)
    print("a kill in mid-mail is repaired, and counted")


def nothing_personal_is_kept(system):
    for folder in ("log", "redis"):
        done = subprocess.run(["grep", "-r", "-l", "-a", "-F", "mail.example", os.path.join(system.state, folder)],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 1, f"an address is in {done.stdout}"
    print("no address in logs or in what Redis wrote")


def main():
    relay = Relay()
    try:
        with System(settings=relay.settings()) as system:
            system.add_portal(PORTAL, "MassAIMH")
            mail_leaves_by_the_relay(system, relay)
            a_kill_in_mid_mail_is_repaired(system, relay)
            nothing_personal_is_kept(system)
    finally:
        relay.close()


main()
