#!/usr/bin/python3
"""An essay from the portal to two blind readers: what exam, desk, mails and files may know of its writer (intake SPEC 9 to
13; A5, A9 and the first half of A8), with the programs as they run."""
import base64
import datetime
import json
import os
import re

from portals import HttpPortal
from story import application, play, wait_until
from system import System
from mailbox_reader import letters

PORTAL = "seminary"
KIB = 1024
TOKENS = {"name": "Zebulonia", "surname": "Quackenbush-Canary", "nickname": "Zebbiecanary",
          "employer": "Canary Hollow Family Collective", "supervisor": "Thistlewaite Canarysson",
          "place": "Canaryford", "phone": "+1 555 010 9977"}
WRITTEN = ["Zebulonia", "Quackenbush", "Zebbiecanary", "Canary Hollow", "Canarysson", "Canaryford", "010-9977"]
ESSAYS = [f"I am Zebulonia Quackenbush-Canary, called Zebbiecanary, of the {TOKENS['employer']} in Canaryford. "
          "Thistlewaite Canarysson supervises me; call 555-010-9977. Maud Achterberg must hear the visitors.",
          "Edda Marchbanks asks whose experience is missing. A. Quackenbush-Canary's answer: the parents'."]


def today():
    return datetime.date.today().isoformat()


def profile(case, subject, **data):
    return case.event("person.profile.changed", data, f"person/{subject}")


def reader(case, number, employer):
    """A person who reads exams; a reader of the writer's own agency is one too many."""
    key = f"exam-reader-{number}"
    return case.person_events(key, f"Reader {number} Plainname", f"{key}@readers{number}.example") + [
        profile(case, key, employers=[employer]),
        case.event("exam.reader.enrolled", {
            "qualifications": [{"category": "MHM_P", "untilOn": "2199-12-31"}], "languages": ["en"], "capacity": 5,
            "windowDays": 30, "active": True}, f"person/{key}")]


def reach_exam(system):
    case = application(7301, PORTAL, "mentor")
    case.name = f"{TOKENS['name']} {TOKENS['surname']}"
    doors = system.doors
    doors.add_portal(PORTAL, "MassAIMH")
    play.publish_opening(doors, [case])
    play.answer_mails(doors, [case], set())
    system.wait_quiet()
    play.publish_endings(doors, [case])
    doors.publish(PORTAL, [profile(
        case, case.person, nicknames=[TOKENS["nickname"]], employers=[TOKENS["employer"]], places=[TOKENS["place"]],
        supervisors=[TOKENS["supervisor"]], phones=[TOKENS["phone"]])])
    return case


def outcomes(system, kind):
    rows = system.doors.ctl("outcomes", "--portal", PORTAL)
    return [row for row in rows if row["type"] == f"org.endorse.{kind}.v1"]


def links(system, number):
    return [match.group(0) for letter in letters(system.state) if letter.to == f"exam-reader-{number}@readers{number}.example"
            for match in re.finditer(r"https?://\S+/enter/\S+", letter.text)]


def check_refusals(system, case):
    """An essay with NUL, bidi controls or 1 MB of text is refused with the reason, and nothing changes."""
    portal = HttpPortal(system, PORTAL)
    before = len(outcomes(system, "exam.review.started"))
    for text, status, word in (("a\u202eb", 400, "answers"), ("a\u0000b", 400, ""), ("x" * KIB * KIB, 413, "")):
        answer = portal.post(case.event("exam.essay.submitted", {
            "examId": "EX-1", "form": "mentor-policy-1", "language": "en", "answers": [text, "b"]}))
        assert answer.status == status and word in answer.body.decode(), (status, answer)
    assert len(outcomes(system, "exam.review.started")) == before


def check_mails(system):
    """Two readers have a sign-in link, the colleague from the writer's agency has none; no mail names anything."""
    wait_until("links of two readers", lambda: links(system, 1) and links(system, 2))
    assert not links(system, 3), "a colleague of the writer was asked"
    for letter in letters(system.state):
        if "@readers" in letter.to:
            assert not any(word in letter.text + letter.subject for word in WRITTEN), letter.text
            assert "MassAIMH" not in letter.text + letter.subject and "mentor" not in letter.text.lower()


def check_secrecy(system, case):
    """Nothing of the writer stands in what exam and desk keep, nor of the essay in clear anywhere."""
    for key in system.redis("--scan").splitlines():
        value = system.redis("--raw", "DUMP", key, raw=True)
        for word in WRITTEN + [base64.b64encode(ESSAYS[0].encode()).decode()[:40]]:
            assert word.encode() not in value and word not in key, (key, word)
        if key.startswith(("{exam:", "{desk:")):
            for word in (case.person, case.id, "MassAIMH", "exam-reader-", PORTAL):
                assert word.encode() not in value and word not in key, (key, word)
    for folder, _, names in os.walk(os.path.join(system.state, "log")):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                text = file.read()
            assert not any(word.encode() in text for word in WRITTEN), name


def main():
    with System() as system:
        case = reach_exam(system)
        wait_until("eligible", lambda: outcomes(system, "application.exam.eligible"))
        system.doors.publish(PORTAL, reader(case, 1, "Farfield Visitors") + reader(case, 2, "Nearfield Visitors") +
                             reader(case, 3, "The Canary Hollow Family Collective, Inc."))
        system.wait_quiet()
        system.doors.publish(PORTAL, [case.event("exam.scheduled", {"examId": "EX-1", "sittingOn": today()})])
        check_refusals(system, case)
        system.doors.publish(PORTAL, [
            case.event("exam.part.resulted", {"examId": "EX-1", "part": 1, "correct": 48, "items": 60}),
            case.event("exam.essay.submitted", {"examId": "EX-1", "form": "mentor-policy-1", "language": "en",
                                                "answers": ESSAYS})])
        wait_until("in review", lambda: outcomes(system, "exam.review.started"))
        assert outcomes(system, "exam.part.recorded")[0]["data"]["passed"] is True
        check_mails(system)
        check_secrecy(system, case)
        shown = json.dumps(system.doors.ctl("show", case.id))
        assert '"step": "scoring"' in shown or '"step":"scoring"' in shown, shown[:2000]
    print("exam_identity_test: ok")


if __name__ == "__main__":
    main()
