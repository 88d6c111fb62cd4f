#!/usr/bin/python3
"""A calibration in a real browser: among five seats with the same text one is a paper that is released already.  Mail, list, offer, text
and locked sheet are the same for each, in DOM, bytes and accessible names: the reader cannot tell which it is (exam SPEC 6.9)."""
import re

from browser import Browser
from desk_pages import Pages, assert_same
from exam_installation import ExamInstallation
from system import skip, wait_until

import reader as demo_reader  # deploy/demo

PAPERS, POINTS = 4, "4444"  # the first calibration comes with one of a reader's first four papers
READERS = 10  # enough for an appeal, whoever else is given the same paper as a calibration


def release_one(exams):
    """A paper read over HTTP by the two who are asked: it is on the shelf then."""
    mark = exams.mark()
    exams.sit(exams.cases[0])
    for examiner in exams.asked(2, before=mark):
        desk = demo_reader.sign_in(exams.fresh_link(examiner))
        code, = wait_until("a seat", lambda desk=desk: desk.codes(waiting=True))
        desk.score(code, {f"trait{i}": 4 for i in range(1, 5)})
    wait_until("released", lambda: exams.told("exam.result.released"))
    exams.wait_quiet()


def timeless(shape):
    return {part: re.sub(r"\b\d\d:\d\d UTC", "MINUTE", str(value)) for part, value in shape.items()}


def seats(reader):
    """Each line of the list without its code, and each seat's pages up to the locked sheet."""
    found = {}
    for code in sorted(reader.lines()):
        path, seen = f"/seat/{code}", {}
        reader.open("/")
        seen["line"] = {"html": reader.find(f"a[href='{path}']").get_attribute("outerHTML").replace(code, "CODE")}
        reader.open(path)
        seen["offer"] = reader.shape(path)
        reader.press("Accept")
        reader.press("Open the text")
        seen["text"] = reader.shape(path)
        reader.fill(POINTS)
        reader.lock()
        seen["locked"] = timeless(reader.shape(path))
        found[code] = seen
    return found


def main():
    with Browser(skip) as browser, ExamInstallation(mentors=PAPERS + 1, readers=READERS, calibration_percent=5) as exams:
        release_one(exams)
        examiner = exams.newcomer(capacity=100)  # of least utilisation, so asked for every paper
        for case in exams.cases[1:]:
            known = exams.papers()
            exams.sit(case)
            exams.sealed(known)
            exams.wait_quiet()
        reader = Pages(exams, browser).reader(examiner).enter()
        wait_until("a calibration among the papers", lambda: len(reader.lines()) == PAPERS + 1)
        letters = {(letter.subject, re.sub(r"/enter/\S+", "/enter/LINK", letter.text)) for letter in exams.mails(examiner)}
        assert len(letters) == 1, letters
        found = list(seats(reader).items())
        for code, seen in found[1:]:
            for page, parts in seen.items():
                assert_same(found[0][1][page], parts, f"{code}: {page}")
        assert found[0][1]["offer"]["dom"] != found[0][1]["text"]["dom"], "the control: pages that differ are told apart"
        reader.pages.check_console()
    print("calibration_pages_test: ok")


if __name__ == "__main__":
    main()
