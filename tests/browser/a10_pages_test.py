#!/usr/bin/python3
"""A10 in a real browser, with the clock advanced: one reader never answers, another opens the text and stalls.  Each place goes to
somebody else under a new code; in the old tab the next act leads where an act on nothing leads; the draft stays with nobody."""
import datetime

from browser import Browser
from desk_pages import GONE, NOWHERE, Pages
from exam_installation import ExamInstallation
from system import skip, wait_until

WORDS = "Only I know why this is a three."


def to_noon(exams, day):
    """Noon (UTC) of the day that is so many days after today."""
    exams.advance(f"{24 * day + 12 - datetime.datetime.now(datetime.timezone.utc).hour}h")


def subjects(exams, reader):
    return [letter.subject.split(": ", 1)[1] for letter in exams.mails(reader)]


def page_after(reader, path, words):
    """What comes when the open form is sent there."""
    form = reader.find("form.sheet") if reader.all("form.sheet") else reader.find("main form")
    reader.driver.execute_script("arguments[0].setAttribute('action', arguments[1])", form, path)
    reader.press(words)
    return reader.driver.page_source


def check_old_tabs(reader, code, words, spare):
    """The act in the open tab is answered as one on what never was, sent from a second tab; so is asking for the page."""
    gone = page_after(reader, f"/seat/{code}", words)
    assert reader.heading() == GONE, reader.text()
    reader.look("gone-with-" + words.split()[0].lower())
    with spare:
        assert page_after(reader, NOWHERE, words) == gone
    reader.check_gone(code)
    return gone


def silent(exams, pages, examiner, code):
    """The last evening of the offer: it is looked at, and not answered."""
    reader = pages.reader(examiner).enter()
    mark = exams.mark()
    reader.to_seat(code)
    spare = reader.second_tab()
    exams.advance("20h")
    check_old_tabs(reader, code, "Accept", spare)
    successor, = exams.asked(1, before=mark)
    assert subjects(exams, examiner) == ["work for you as an exam reader", "your work as an exam reader is still open"]
    return successor


def stalled(exams, pages, examiner, code):
    """The last evening of the grace: the draft is on the page, and is not locked."""
    reader = pages.reader(examiner).enter()
    mark = exams.mark()
    reader.to_seat(code)
    assert reader.find("#remarks").get_attribute("value") == WORDS, "the control: the draft is there, for its reader"
    spare = reader.second_tab()
    exams.advance("20h")
    assert WORDS in check_old_tabs(reader, code, "Save the draft", spare), "what was entered is not shown back"
    assert subjects(exams, examiner)[1:] == ["your work as an exam reader is still open"] * 2 + \
        ["the last reminder about your work as an exam reader"]
    successor, = exams.asked(1, before=mark)
    return successor


def main():
    with Browser(skip) as browser, ExamInstallation(readers=4) as exams:
        pages, mark = Pages(exams, browser), exams.mark()
        exams.sit(exams.cases[0])
        handle = exams.sealed()
        quiet, stalling = exams.asked(2, before=mark)
        reader = pages.reader(quiet).enter()
        code = reader.new_code()
        other = pages.reader(stalling).enter()
        codes = [code, other.new_code()]
        other.accept(codes[1])
        other.open_text(codes[1])
        other.fill("3333")
        other.find("#remarks").send_keys(WORDS)
        other.press("Save the draft")
        to_noon(exams, 5)
        partner = pages.reader(silent(exams, pages, quiet, code)).enter()
        codes.append(partner.new_code())
        partner.read(codes[2], "4444")
        before = len(exams.mails(partner.examiner))
        told = exams.outcomes("college")
        for span in ("12d", "2d", "2d", "60h"):  # from the morning of the 6th day to the 24th's evening
            exams.advance(span)
        successor = pages.reader(stalled(exams, pages, stalling, codes[1])).enter()
        codes.append(successor.new_code())
        assert len(set(codes)) == 4 and len(exams.mails(partner.examiner)) == before and exams.outcomes("college") == told, \
            "the partner or the portal was told"
        successor.accept(codes[3])
        successor.open_text(codes[3])
        assert WORDS not in successor.driver.page_source and not successor.all("input:checked"), "a draft went to the successor"
        successor.fill("4444")
        successor.lock()
        successor.say("no")
        wait_until("released", lambda: exams.told("exam.result.released"))
        assert exams.doors.ctl("exam", "show", handle)["result"]["score_hundredths"] == 1600
        pages.check_console()
    print("a10_pages_test: ok")


if __name__ == "__main__":
    main()
