#!/usr/bin/python3
"""An erased person's essays are gone for good: with every secret of the installation, all of Redis, its journals and the audit
copy nobody reads a word of them.  The same search finds the keys before the erasure, so it can see (exam SPEC 5.4, intake SPEC 3.7)."""
import datetime
import types

from desk_house import Reader, sheet
from exam_installation import ExamInstallation
from story import wait_until
from vault import Vault


def today():
    return datetime.date.today().isoformat()


def sign_in(exams, reader):
    browser = Reader(types.SimpleNamespace(port=exams.port + 1))
    assert browser.sign_in("/" + exams.fresh_link(reader).split("/", 3)[3]).status == 303
    return browser


def seat(browser):
    return wait_until("a seat", lambda: (lambda text: text.split("/seat/", 1)[1][:13] if "/seat/" in text else "")(browser.get("/").text))


def read(browser):
    code = seat(browser)
    browser.open(code)
    assert browser.act(code, "submit", **sheet(2)).status == 303
    assert browser.act(code, "known", known="no").status == 303


def live(exams, case):
    """A result, a text that was redacted anew meanwhile, and an appeal whose readers are at work."""
    exams.sit(case)
    exams.sealed()
    first, second = (sign_in(exams, reader) for reader in exams.asked(2))
    read(first)
    code = seat(second)
    second.open(code)
    exams.publish(case.event("person.profile.changed", {"nicknames": ["Before"]}, f"person/{case.person}"))
    wait_until("the text without the nickname", lambda: "[NAME]" in second.get(f"/seat/{code}").text)
    read(second)
    wait_until("a result", lambda: exams.told("exam.result.released", case))
    mark = exams.mark()
    exams.publish(case.event("exam.appeal.requested", {"examId": "EX-1", "kind": "APPEAL_RESCORE", "requestedOn": today()}))
    third, _ = (sign_in(exams, reader) for reader in exams.asked(2, before=mark))
    third.open(seat(third))
    return first, third


def main():
    with ExamInstallation(readers=4, settings="audit_cycle_seconds = 1\n") as exams:
        case, vault = exams.cases[0], Vault(exams)
        live(exams, case)
        exams.wait_quiet()
        journals, stored = vault.stored()
        ciphers = vault.ciphers(journals)
        places = {place for _, place in ciphers}
        handles = [place.partition("/")[0] for place in places if place.endswith("/answers")]
        assert len(handles) == 1 and places == {"text/1", "text/2", handles[0] + "/answers"}, places
        assert {program for program, _ in ciphers} == {"intake", "exam", "desk"}, set(ciphers)
        in_journals = vault.keys(handles, journals)
        assert not vault.opened(ciphers, in_journals), "a journal alone opens what it holds"
        assert vault.opened(ciphers, vault.keys(handles, stored)) == places, "the search does not see the keys that are there"
        exams.publish(case.event("person.erasure.requested", {"requestedOn": today()}, f"person/{case.person}"))
        wait_until("the erasure", lambda: exams.told("person.erased"))
        exams.wait_quiet()
        journals, stored = vault.stored()
        copy = wait_until("the audit copy", lambda: vault.copy(journals))
        left = vault.opened(ciphers, vault.keys(handles, journals, stored, copy))
        assert not left, f"can still be read: {left}"
    print("exam_erasure_test: ok")


if __name__ == "__main__":
    main()
