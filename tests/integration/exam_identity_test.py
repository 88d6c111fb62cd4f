#!/usr/bin/python3
"""An essay from the portal to two blind readers: what exam, desk, mails and files may know of its writer (intake SPEC 10 to
14; A5, A9, A14 and the first half of A8), with the programs as they run."""
import base64
import datetime
import json
import os
import re
import subprocess

from portals import HttpPortal, ZmqPortal
from story import application, play, wait_until
from system import System
from mailbox_reader import letters

PORTAL = "seminary"
KIB = 1024
TOKENS = {"name": "Zebulonia", "surname": "Quackenbush-Canary", "nickname": "Zebbiecanary",
          "employer": "Canary Hollow Family Collective", "supervisor": "Thistlewaite Canarysson",
          "place": "Canaryford", "phone": "+1 555 010 9977"}
WRITTEN = ["Zebulonia", "Zebulonja", "Quackenbush", "Zebbiecanary", "Canary Hollow", "Canarysson", "Canaryford", "010-9977"]
ESSAYS = [f"I am Zebulonia Quackenbush-Canary, called Zebbiecanary, of the {TOKENS['employer']} in Canaryford. "
          "Thistlewaite Canarysson supervises me; call 555-010-9977. Maud Achterberg must hear the visitors.",
          "Edda Marchbanks asks whose experience is missing. A. Quackenbush-Canary's answer: the parents'. "
          "Zebulonja is how they misspell me."]


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


BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = BIDI_CONTROLS + "\x01\x1b\x7f\x85\u2028\u206a\ufeff\ufff9\uffff\U000e0001\U000e0041"


def check_refusals(system, case):
    """An essay with NUL, bidi controls, other characters that nobody sees, or 1 MB of text is refused with the reason, and
    nothing changes (intake SPEC 10.4); through both doors."""
    http, zmq = HttpPortal(system, PORTAL), ZmqPortal(system, PORTAL)
    before = system.doors.ctl("show", case.id)

    def essay(text):
        return case.event("exam.essay.submitted", {
            "examId": "EX-1", "form": "mentor-policy-1", "language": "en", "answers": ["a", text]})
    for text, status, word in (("a\u0000b", 400, "NUL"), ("a\ud800b", 400, ""), ("x" * KIB * KIB, 413, "")):
        answer = http.post(essay(text))
        assert answer.status == status and word in answer.body.decode(), (status, answer)
    for character in UNSEEN:
        answer = http.post(essay(f"a{character}b"))
        assert answer.status == 400 and "data.answers[1]" in answer.body.decode(), (hex(ord(character)), answer)
    for character in UNSEEN + "\u0000":
        receipt = zmq.publish(essay(f"a{character}b"), "EssaySubmitted")
        assert zmq.status(receipt) == "INVALID" and receipt.field == "data.answers[1]", (hex(ord(character)), receipt)
        assert receipt.text, hex(ord(character))
    assert "U+200F" in http.post(essay("a\u200fb")).body.decode(), "the character is named"
    zmq.close()
    assert system.doors.ctl("show", case.id) == before


def check_words(system):
    """Each command of exam explains itself, and one word too many is not passed over."""
    def say(*words):
        done = subprocess.run([system.doors.endorsectl, "--state", system.state, "exam", *words], capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stdout, done.stderr
    code, everything, _ = say("--help")
    names = re.findall(r"^  ([a-z]+)", everything, re.M)
    assert code == 0 and {"list", "redact", "unblind", "hold", "stats", "assign"} <= set(names), everything
    for name in names:
        code, text, _ = say(name, "--help")
        assert code == 0 and text.startswith(f"Usage: endorsectl exam {name}") and text.count("\n") >= 2, (name, text)
    assert say("unblind", "approve", "0" * 26, "junk", "--as", "ann")[0] == 78
    assert say("unblind", "view", "0" * 26, "--reason", "why", "--as", "ann")[0] == 78
    assert say("hold", "0" * 26, "junk", "--reason", "why", "--as", "ann")[0] == 78
    members = ",".join(f"m{number}" for number in range(9))
    assert say("split", "0" * 26, "trait1=3", "--members", members, "--reason", "why", "--as", "ann")[0] == 78


def add_operators(system):
    """The first needs no seal; the others are added by one who is there."""
    doors = system.doors
    assert doors.run("operators", "add", "ann", "--role", "coordinator") != 0, "added without a seal"
    assert doors.run("operators", "add", "ann", "--role", "coordinator", "--first") == 0
    assert doors.run("operators", "add", "eve", "--role", "redactor", "--first") != 0, "a second first one"
    for name, role in (("rob", "redactor"), ("aud", "auditor"), ("two", "redactor,coordinator")):
        assert doors.ctl("operators", "add", name, "--role", role, "--as", "ann") == {"done": True}, name
    assert doors.run("operators", "add", "gus", "--role", "auditor", "--as", "rob") != 0, "a redactor made an auditor"
    handed_over = os.path.join(system.state, "secrets", "operator-aud.key")
    os.rename(handed_over, handed_over + ".elsewhere")
    for signer in ("ann", "rob"):
        assert doors.run("operators", "add", "aud", "--role", "auditor", "--as", signer) != 0, "a key was replaced"
        assert not os.path.exists(handed_over), "a key that is nobody's was left"
    os.rename(handed_over + ".elsewhere", handed_over)
    with open(handed_over, encoding="ascii") as file:
        theirs = file.read().split()[1][64:]
    assert doors.run("operators", "add", "twin", "--role", "redactor", "--public", theirs, "--as", "ann") != 0, "one key, two operators"
    own = os.path.join(system.state, "own.key")
    public = doors.ctl("operators", "key", own)["public"]
    assert doors.run("operators", "key", own) != 0, "a key was overwritten"
    for wrong in (public[2:], "x" * 64, ""):
        assert doors.run("operators", "add", "sue", "--role", "auditor", "--public", wrong, "--as", "ann") != 0, wrong
    assert doors.run("operators", "add", "sue", "--role", "operations", "--public", public, "--as", "ann") == 0
    assert not os.path.exists(os.path.join(system.state, "secrets", "operator-sue.key"))
    assert doors.run("operators", "revoke", "sue", "--reason", "test", "--as", "sue", "--key", own) != 0, "the own record"
    assert {row["id"] for row in doors.ctl("operators", "list")} == {"ann", "rob", "aud", "two", "sue"}
    key = os.path.join(system.state, "secrets", "operator-ann.key")
    assert os.stat(key).st_mode & 0o777 == 0o600


def check_redaction(system):
    """A9: the misspelt name waits for a redactor, who is neither coordinator nor anybody without that role."""
    doors = system.doors
    waiting = wait_until("a paper for the redactor", lambda: doors.ctl("exam", "redact", "list"))
    handle = waiting[0]["handle"]
    assert not links(system, 1), "a reader was asked before the redactor"
    for other in ("ann", "aud", "two"):
        assert doors.run("exam", "redact", "show", handle, "--as", other) != 0, other
    shown = doors.ctl("exam", "redact", "show", handle, "--as", "rob")
    spans = {span["text"]: span for span in shown["spans"]}
    assert spans["Zebulonja"]["rule"] == "near" and not spans["Zebulonja"]["certain"]
    for word in ("Zebulonia Quackenbush-Canary", "Zebbiecanary", TOKENS["employer"], "Canaryford", "555-010-9977"):
        assert spans[word]["certain"], word
    assert not any("Edda" in text or "Maud" in text for text in spans), "the vignette's people are hidden"
    number = str(spans["Zebulonja"]["number"])
    assert doors.run("exam", "redact", "check", handle, "--accept", number, "--as", "ann") != 0
    assert doors.run("exam", "redact", "check", handle, "--accept", number, "--as", "rob") == 0
    wait_until("nothing waits", lambda: not doors.ctl("exam", "redact", "list"))
    return handle


def check_unblinding(system, case, handle):
    """A14: two operators of different roles, this paper, an hour; one alone, and after that: refused."""
    doors = system.doors

    def run(*words):
        return doors.run("exam", "unblind", *words)
    assert run("view", handle, "--as", "ann") != 0
    assert run("request", handle, "--reason", "integrity question", "--as", "ann") == 0
    assert run("approve", handle, "--as", "ann") != 0, "one key counted twice"
    assert run("approve", handle, "--as", "two") != 0, "a role in common"
    assert run("approve", handle, "--as", "aud") == 0
    seen = doors.ctl("exam", "unblind", "view", handle, "--as", "aud")
    assert seen["application"] == case.id and seen["name"] == case.name, seen
    assert run("view", handle, "--as", "rob") != 0, "who did not ask sees it"
    doors.ctl("clock", "advance", "2h")
    assert run("view", handle, "--as", "aud") != 0, "seen after an hour"
    assert run("approve", handle, "--as", "aud") != 0, "approved twice"


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
    for folder, _, names in os.walk(system.state):  # the append-only file and the logs among them
        for path in (os.path.join(folder, name) for name in names):
            if os.path.isfile(path) and "/mail/" not in path:
                with open(path, "rb") as file:
                    text = file.read()
                assert not any(word.encode() in text for word in WRITTEN), path


def main():
    with System() as system:
        case = reach_exam(system)
        wait_until("eligible", lambda: outcomes(system, "application.exam.eligible"))
        system.doors.publish(PORTAL, reader(case, 1, "Farfield Visitors") + reader(case, 2, "Nearfield Visitors") +
                             reader(case, 3, "The Canary Hollow Family Collective, Inc."))
        system.wait_quiet()
        system.doors.publish(PORTAL, [case.event("exam.scheduled", {"examId": "EX-1", "sittingOn": today()})])
        check_refusals(system, case)
        add_operators(system)
        check_words(system)
        system.doors.publish(PORTAL, [
            case.event("exam.part.resulted", {"examId": "EX-1", "part": 1, "correct": 48, "items": 60}),
            case.event("exam.essay.submitted", {"examId": "EX-1", "form": "mentor-policy-1", "language": "en",
                                                "answers": ESSAYS})])
        wait_until("in review", lambda: outcomes(system, "exam.review.started"))
        assert outcomes(system, "exam.part.recorded")[0]["data"]["passed"] is True
        handle = check_redaction(system)
        check_mails(system)
        check_secrecy(system, case)
        check_unblinding(system, case, handle)
        shown = json.dumps(system.doors.ctl("show", case.id))
        assert '"step": "scoring"' in shown or '"step":"scoring"' in shown, shown[:2000]
    print("exam_identity_test: ok")


if __name__ == "__main__":
    main()
