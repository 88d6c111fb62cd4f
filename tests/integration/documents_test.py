#!/usr/bin/python3
"""What applicants must be sent: the code of ethics with the request to sign it, and a dated confirmation of the registration,
again whenever the portal or an operator asks for it."""
import urllib.error
import urllib.request

import story
from system import System, wait_until

PORTAL = "documents"
TYPE = "org.endorse.application.confirmation.requested.v1"


def letters(system, subject):
    return [letter for letter in story.mailbox_reader.letters(system.state) if subject in letter.subject]


def page(system, path):
    with urllib.request.urlopen(system.http + path, timeout=20) as answer:
        return answer.read().decode()


def the_code_is_sent(system, application):
    letter = wait_until("the code of ethics", lambda: letters(system, "asks you to sign its Code of Ethics"))[0]
    assert application.id in letter.text and "The child first." in letter.text, letter.text
    assert f"{system.http}/ethics/MassAIMH" in letter.text and "Version 2026-01" in letter.text, letter.text
    shown = page(system, "/ethics/MassAIMH")
    assert "The child first." in shown and "Version 2026-01" in shown and "Code of Ethics" in shown
    try:
        page(system, "/ethics/None")
        raise AssertionError("an unknown association has a page")
    except urllib.error.HTTPError as error:
        assert error.code == 404, error.code


def confirmations(system):
    return letters(system, "confirms a registration")


def confirmed_by_portal(system, application):
    before = len(confirmations(system))
    system.doors.publish(PORTAL, [{"specversion": "1.0", "id": f"doc-confirm-{before}", "source": "urn:portal:documents",
                                   "subject": f"application/{application.id}", "type": TYPE, "data": {}}])
    outcome = wait_until("the outcome", lambda: [each for each in system.outcomes(PORTAL)
                                                 if each["type"] == "org.endorse.application.confirmed.v1"])[-1]
    assert outcome["data"]["registeredOn"] == "2026-01-05" or outcome["data"]["registeredOn"], outcome
    found = wait_until("the mail", lambda: len(now := confirmations(system)) > before and now)
    text = found[-1].text
    assert application.id in text and outcome["data"]["confirmedOn"] in text and "registered" in text, text


def confirmed_by_operator(system, application):
    before = len(confirmations(system))
    assert system.doors.ctl("confirm", application.id)["confirmed"] is True
    wait_until("another mail", lambda: len(confirmations(system)) > before)
    assert system.doors.run("confirm", "nobody-knows-it") != 0, "what is not registered cannot be confirmed"


def main():
    with System() as system:
        system.add_portal(PORTAL, "MassAIMH")
        application = story.application(3, PORTAL)
        story.play.publish_opening(system.doors, [application])
        the_code_is_sent(system, application)
        confirmed_by_portal(system, application)
        confirmed_by_operator(system, application)
        print("the code was sent and is shown; the registration was confirmed by portal and operator")


if __name__ == "__main__":
    main()
