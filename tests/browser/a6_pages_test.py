#!/usr/bin/python3
"""A6 in a real browser: after locking it turns out that a reader works where the writer does.  The sheet is set aside: its page is
gone, an open tab of it too; a fresh reader gets a code of their own; the other reader's pages stay the same bytes."""
from browser import Browser
from desk_pages import GONE, Pages, assert_same
from exam_installation import ExamInstallation
from system import skip, wait_until

AGENCY = "Late Heron Family Collective"


def heard(exams, reader):
    """Mails to a reader, and what the portal knows of the exam."""
    return {"mails": [letter.text for letter in exams.mails(reader.examiner)],
            "outcomes": [row for row in exams.outcomes("college") if ".exam." in row["type"]]}


def set_aside(exams, first, code):
    """The reader's employer becomes known, while the page of the locked sheet is open."""
    first.to_seat(code)
    exams.publish(exams.cases[0].event("person.profile.changed", {"employers": [f"The {AGENCY}, Inc."]},
                                       f"person/{first.examiner.key}"))
    exams.wait_quiet()
    first.unfold("Something in my sheet is wrong")
    first.press("Ask for a correction")
    assert first.heading() == GONE, first.heading()
    first.check_gone(code)


def main():
    with Browser(skip) as browser, ExamInstallation(readers=2) as exams:
        pages, case, mark = Pages(exams, browser), exams.cases[0], exams.mark()
        exams.publish(case.event("person.profile.changed", {"employers": [AGENCY]}, f"person/{case.person}"))
        exams.sit(case)
        handle = exams.sealed()
        first, second = (pages.reader(each).enter() for each in exams.asked(2, before=mark))
        code, others = first.new_code(), second.new_code()
        for reader, its in ((first, code), (second, others)):
            reader.accept(its)
            reader.open_text(its)
            reader.fill("5555")
            reader.press("Save the draft")
        first.to_seat(code)
        first.lock()
        first.say("no")
        exams.wait_quiet()
        before, said = second.everything(others), heard(exams, second)
        set_aside(exams, first, code)
        assert_same(before, second.everything(others), "the other reader's pages")
        assert_same(said, heard(exams, second), "what the other reader and the portal heard")
        fresh = pages.reader(exams.newcomer()).enter()
        new = fresh.new_code()
        assert new not in (code, others)
        assert_same(before, second.everything(others), "the other reader's pages, a fresh one being there")
        fresh.read(new, "5444")
        second.to_seat(others)
        second.fill("4444", comment=None)
        second.lock()
        assert second.everything(others) != before, "the control: the comparison sees nothing"
        second.to_seat(others)
        second.say("no")
        wait_until("released", lambda: exams.told("exam.result.released"))
        assert exams.doors.ctl("exam", "show", handle)["result"]["score_hundredths"] == 1650, "the sheet set aside was counted"
        pages.check_console()
    print("a6_pages_test: ok")


if __name__ == "__main__":
    main()
