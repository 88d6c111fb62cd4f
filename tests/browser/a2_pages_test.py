#!/usr/bin/python3
"""A2 and A16 in a real browser: what a third reader, and later the two of an appeal, see from the mail to the locked sheet is in DOM,
bytes and accessible names what the first reader saw.  Nobody can tell why they were asked."""
import datetime
import re

from browser import Browser
from desk_pages import Pages, assert_same
from exam_installation import ExamInstallation
from system import skip, wait_until

SAME, OTHER, HIGHER = "5333", "3333", "5343"


def timeless(seen):
    """Without the minute of the reader's own acts."""
    return {part: re.sub(r"\b\d\d:\d\d UTC", "MINUTE", str(value)) for part, value in seen.items()}


def mail_of(exams, reader):
    """The mail that asked, without whom it greets and the link itself."""
    letter = exams.mails(reader.examiner)[-1]
    return letter.subject, re.sub(r"/enter/\S+", "/enter/LINK", letter.text).replace(reader.examiner.name, "READER")


def journey(exams, pages, examiner, points):
    """Everything that one reader meets, page by page."""
    reader = pages.reader(examiner).enter()
    code = reader.new_code()
    path = f"/seat/{code}"
    seen = {"mail": {"text": mail_of(exams, reader)}, "list": reader.shape("/"), "offer": reader.shape(path)}
    reader.accept(code)
    seen["accepted"] = reader.shape(path)
    reader.open_text(code)
    seen["score"] = reader.shape(path)
    reader.fill(points)
    reader.press("Review and lock")
    seen["review"] = {"dom": reader.normal_dom(), "tree": reader.tree()}
    reader.press("Lock my sheet")
    seen["locked"] = reader.shape(path)
    reader.say("no")
    seen["answered"] = reader.shape(path)
    seen["list after"] = reader.shape("/")
    return {page: timeless(parts) for page, parts in seen.items()}


def assert_same_journey(first, other, who):
    for page, parts in first.items():
        assert_same(parts, other[page], f"{who}: {page}")


def check_control(seen):
    """Pages that do differ are told apart in every part."""
    for part in ("dom", "tree", "body", "length"):
        assert seen["offer"][part] != seen["accepted"][part] != seen["score"][part] != seen["locked"][part], part


def main():
    with Browser(skip) as browser, ExamInstallation(readers=5) as exams:
        pages, case, mark = Pages(exams, browser), exams.cases[0], exams.mark()
        exams.sit(case)
        handle = exams.sealed()
        first, second = exams.asked(2, before=mark)
        plain = journey(exams, pages, first, SAME)
        check_control(plain)
        mark = exams.mark()
        journey(exams, pages, second, OTHER)
        third, = exams.asked(1, before=mark)
        assert exams.word(handle) == "review" and not exams.told("exam.result.released"), "somebody was told of a third"
        assert_same_journey(plain, journey(exams, pages, third, SAME), "the third reader")
        result = wait_until("the median", lambda: exams.told("exam.result.released"))
        assert exams.doors.ctl("exam", "show", handle)["result"]["score_hundredths"] == 1400 and not result[0]["data"]["passed"]
        mark = exams.mark()
        exams.publish(case.event("exam.appeal.requested", {
            "examId": "EX-1", "kind": "APPEAL_RESCORE", "requestedOn": datetime.date.today().isoformat()}))
        fresh = exams.asked(2, before=mark)
        assert not {each.key for each in fresh} & {each.key for each in (first, second, third)}
        assert_same_journey(plain, journey(exams, pages, fresh[0], SAME), "the first reader of an appeal")
        journey(exams, pages, fresh[1], HIGHER)
        wait_until("both resolutions", lambda: len(exams.told("exam.result.released")) == 2)
        assert exams.doors.ctl("exam", "show", handle)["result"]["score_hundredths"] == 1450
        pages.check_console()
    print("a2_pages_test: ok")


if __name__ == "__main__":
    main()
