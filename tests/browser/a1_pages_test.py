#!/usr/bin/python3
"""A1 in a real browser: two papers, two readers each, from the link in a mail to the locked sheet; the portal, the public pages and the
writer hear "in review" and nothing else until both are released."""
import urllib.request

from browser import Browser
from desk_pages import Pages
from exam_installation import ExamInstallation
from system import skip, wait_until

POINTS = {0: ("5445", "4445"), 1: ("4444", "4444")}  # of each paper, the first and the second reader's
SCORES = (1750, 1600)


def outside(exams):
    """What portal, public and writer have: kinds of outcomes about exams, the registry's names, mails to the writers."""
    kinds = sorted(row["type"].removeprefix("org.endorse.").removesuffix(".v1") for row in exams.outcomes("college") if ".exam." in row["type"])
    with urllib.request.urlopen(exams.http + "/registry/MassAIMH", timeout=20) as answer:
        page = answer.read()
    return kinds, exams.doors.registry_names("MassAIMH"), page


def check_before(reader, code):
    """Before it is accepted a paper is a form's name and days; before it is opened there is no text."""
    reader.to_seat(code)
    said = reader.text()
    assert "Would you read and score" in said and "Waiting for your answer" in said and "Maud" not in said, said
    reader.press("Accept")
    assert "You have accepted" in reader.text() and "Maud" not in reader.text()
    reader.press("Open the text")
    assert "Maud wants to reach more families" in reader.text()


def check_after(reader, code, points):
    """The locked page says what was given, and has nothing to change it with."""
    said = reader.text()
    assert "cannot be changed" in said and not reader.all("input[name^='score:'], textarea"), said
    rows = [row.text.split()[0] for row in reader.all(".scores tbody strong")]
    assert rows == list(points), rows
    assert reader.lines()[code] == "Locked; nothing more to do"


def score(reader, code, points, by_itself):
    check_before(reader, code)
    reader.fill(points)
    if by_itself:
        reader.saved_by_itself()
    else:
        reader.press("Save the draft")
    reader.open(f"/seat/{code}")
    kept = [box.get_attribute("value") for box in reader.all("input[name^='score:']:checked")]
    assert kept == list(points), kept
    reader.lock()
    check_after(reader, code, points)
    reader.to_seat(code)
    reader.say("no")
    assert "You said: no." in reader.text()


def main():
    with Browser(skip) as browser, ExamInstallation(mentors=2, readers=4) as exams:
        pages, handles, codes, before = Pages(exams, browser), [], [], outside(exams)
        for number, case in enumerate(exams.cases):
            mark = exams.mark()
            exams.sit(case)
            handles.append(exams.sealed(handles))
            first, second = (pages.reader(each).enter() for each in exams.asked(2, before=mark))
            in_review = outside(exams)
            for reader, points in zip((first, second), POINTS[number]):
                assert exams.word(handles[number]) == "review" and outside(exams) == in_review
                codes.append(reader.new_code())
                score(reader, codes[-1], points, by_itself=reader is first)
            if number == 0:
                assert in_review[0].count("exam.review.started") == before[0].count("exam.review.started") + 1
            told = wait_until("released", lambda case=case: exams.told("exam.result.released", case))
            assert told[0]["data"]["passed"] is True
            shown = exams.doors.ctl("exam", "show", handles[number])["result"]
            assert (shown["score_hundredths"], shown["most"]) == (SCORES[number], 20), shown
            assert outside(exams) != in_review, "the control: the comparison sees nothing"
        assert len(set(codes)) == 4 and not set(codes) & set(handles)
        pages.check_console()
    print("a1_pages_test: ok")


if __name__ == "__main__":
    main()
