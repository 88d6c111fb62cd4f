#!/usr/bin/python3
"""A Mentor's exam through all programs as they run: from the portal's essay over the redactor, three readers at the desk and the
gate to what the portal is told.  The first two differ, so a third reads; nobody outside can tell (A1, A2, A7)."""
import types

import exam_identity_test as identity
from desk_house import Reader, sheet
from story import wait_until
from system import System

SHEETS = [dict(zip(("score__trait1", "score__trait2", "score__trait3", "score__trait4"), points))
          for points in ("5444", "3444", "4444")]


class Person:
    """An enrolled reader with a browser."""

    def __init__(self, system, number):
        self.system, self.number = system, number
        self.browser = Reader(types.SimpleNamespace(port=system.port + 1))

    def sign_in(self):
        links = wait_until(f"a link for reader {self.number}", lambda: identity.links(self.system, self.number))
        path = "/" + links[-1].split("/", 3)[3]
        assert self.browser.sign_in(path).status == 303

    def code(self):
        page = self.browser.get("/").text
        return page.split("/seat/", 1)[1][:13] if "/seat/" in page else ""

    def read(self, scores):
        code = wait_until(f"a seat for reader {self.number}", self.code)
        page = self.browser.open(code)
        assert "[NAME]" in page.text or "[PERSON]" in page.text, "the text is not the redacted one"
        assert not any(word in page.text for word in identity.WRITTEN), "the page names the writer"
        fields = sheet(0)
        fields.update(scores)
        assert self.browser.act(code, "submit", **fields).status == 303
        assert self.browser.act(code, "known", known="no").status == 303
        return code


def asked(system, numbers):
    return [number for number in numbers if identity.links(system, number)]


def check_only_a_coordinator_holds(doors, handle):
    """An integrity question: readers go on, nothing is released (SPEC 11.2)."""
    assert doors.run("exam", "hold", handle, "--reason", "two papers are alike", "--as", "rob") != 0
    assert doors.run("exam", "hold", handle, "--reason", "two papers are alike", "--as", "ann") == 0


def main():
    with System() as system:
        case = identity.reach_exam(system)
        doors = system.doors
        wait_until("eligible", lambda: identity.outcomes(system, "application.exam.eligible"))
        events = []
        for number in (1, 2, 4):
            events += identity.reader(case, number, f"Field {number} Visitors")
        doors.publish(identity.PORTAL, events)
        system.wait_quiet()
        doors.publish(identity.PORTAL, [case.event("exam.scheduled", {"examId": "EX-1", "sittingOn": identity.today()})])
        identity.add_operators(system)
        doors.publish(identity.PORTAL, [
            case.event("exam.part.resulted", {"examId": "EX-1", "part": 1, "correct": 55, "items": 60}),
            case.event("exam.essay.submitted", {"examId": "EX-1", "form": "mentor-policy-1", "language": "en",
                                                "answers": identity.ESSAYS})])
        handle = identity.check_redaction(system)
        first, second = wait_until("two readers", lambda: len(asked(system, (1, 2, 4))) == 2 and asked(system, (1, 2, 4)))
        third, = {1, 2, 4} - {first, second}
        codes = []
        for number, scores in ((first, SHEETS[0]), (second, SHEETS[1]), (third, SHEETS[2])):
            state = "held" if number == third else "review"
            wait_until(f"the paper is {state}", lambda: doors.ctl("exam", "show", handle)["state"] == state)
            person = Person(system, number)
            person.sign_in()
            codes.append(person.read(scores))
            if number == second:
                check_only_a_coordinator_holds(doors, handle)
        assert len(set(codes)) == 3
        system.wait_quiet()
        shown = doors.ctl("exam", "show", handle)
        assert shown["state"] == "held" and "result" not in shown, shown
        assert doors.run("exam", "resume", handle, "--reason", "it was a coincidence", "--as", "ann") == 0
        shown = wait_until("released", lambda: doors.ctl("exam", "show", handle).get("result"))
        assert (shown["score_hundredths"], shown["passed"]) == (1600, True), shown
        told = wait_until("the portal's outcome", lambda: identity.outcomes(system, "exam.result.released"))
        assert told[0]["data"]["passed"] is True, told
    print("exam_whole_test: ok")


if __name__ == "__main__":
    main()
