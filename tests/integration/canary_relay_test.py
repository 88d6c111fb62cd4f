#!/usr/bin/python3
"""The canary where a relay sends the mail (exam SPEC 8.6): its links are read from the maildir in which the relay delivers, and
the readers' mails are searched there as they arrived."""
import os
import subprocess
import sys

from relay import Relay
from system import ROOT, System

sys.path.insert(0, os.path.join(ROOT, "deploy", "canary"))
import course  # noqa: E402
import scanner  # noqa: E402

DOMAIN = "canary.test"


def run(system, *options):
    done = subprocess.run([os.path.join(ROOT, "deploy", "canary", "run"), "--state", system.state, "--port", str(system.port),
                           *options], capture_output=True, text=True, check=False, env=system.environment)
    return done.returncode, done.stdout, done.stderr


def comes_through(system, relay):
    code, finds, said = run(system, "--maildir", relay.maildir, "--mail-domain", DOMAIN)
    assert code == 0 and not finds and "canary: 0 finds" in said, (code, finds, said)
    assert {letter.to.split("@")[1] for letter in relay.letters()} == {DOMAIN, "readers." + DOMAIN}
    print("comes_through: ok", flush=True)


def what_the_relay_added_is_searched(system, relay):
    canary = course.Canary("MassAIMH", "US-MA", mail_domain=DOMAIN)
    report = scanner.Report(scanner.Scanner(canary.fields))
    flight = course.Course(system.doors, canary, report, maildir=relay.maildir)
    flight.to_the_exam()
    flight.to_the_readers()
    flight.scan()
    assert not report.finds and report.looked["mails to readers"], (report.finds, report.looked)
    with open(os.path.join(relay.maildir, "cur", "planted:2,S"), "w", encoding="utf-8") as file:
        file.write(f"X-Tracking: {canary.fields['name'][0]}\nTo: {canary.readers[0][2]}\n\nHello.\n")
    flight.scan()
    found = {(find["channel"], find["where"], find["field"]) for find in report.finds}
    assert ("mails to readers", "mail planted:2,S", "name") in found, found
    flight.leave()
    print("what_the_relay_added_is_searched: ok", flush=True)


def without_its_mailbox_it_ends_with_2(system, relay):
    code, finds, said = run(system, "--seconds", "4")
    assert code == 2 and not finds and "the answer of every rater" in said, (code, finds, said)
    code, finds, said = run(system, "--maildir", relay.maildir)
    assert code == 2 and "belong together" in said, (code, said)
    code, finds, said = run(system, "--maildir", os.path.join(relay.folder, "none"), "--mail-domain", DOMAIN)
    assert code == 2 and "none/new" in said, (code, said)
    print("without_its_mailbox_it_ends_with_2: ok", flush=True)


def main():
    relay = Relay(maildir=True)
    try:
        with System(settings=relay.settings()) as system:
            comes_through(system, relay)
            what_the_relay_added_is_searched(system, relay)
            without_its_mailbox_it_ends_with_2(system, relay)
    finally:
        relay.close()


if __name__ == "__main__":
    main()
