#!/usr/bin/python3
"""A17 in a real browser: desk, exam and intake are killed (-9) between any two steps of a reader, and each button is pressed twice at
once.  The session, the draft and the code stay; no sheet is lost or doubled, and no connection is said where one types."""
import os
import subprocess
import urllib.error
import urllib.request

from browser import Browser
from desk_pages import Pages
from exam_installation import ExamInstallation
from selenium.webdriver.common.by import By
from system import skip, wait_until

PROGRAMS = ("desk.0", "exam.0", "intake.0")


def is_ready(exams):
    try:
        with urllib.request.urlopen(exams.desk + "/readyz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def wait_back(exams, before):
    for program, pid in before.items():
        wait_until(program, lambda program=program, pid=pid: exams.pid(program) not in (-1, pid))
    wait_until("the desk answers", lambda: is_ready(exams))


def be_patient(exams, program):
    """The supervisor waits longer with each early death; that is not what is tried here."""
    path = os.path.join(exams.state, "run", "service", program, "backoff")
    if os.path.exists(path):
        os.unlink(path)


def kill(exams, *programs):
    before = {program: exams.pid(program) for program in programs or PROGRAMS}
    for program in before:
        be_patient(exams, program)
        assert exams.kill(program), program
    wait_back(exams, before)


def press_twice(reader, words):
    """Two clicks before the first one's answer is there."""
    button = reader.find(f"//button[normalize-space()='{words}']", By.XPATH)
    before = reader.find("html").id
    reader.driver.execute_script("arguments[0].click(); arguments[0].click();", button)
    wait_until("the next page", lambda: reader.find("html").id != before and
               reader.driver.execute_script("return document.readyState") == "complete")


def supervise(exams, program, how):
    subprocess.run(["s6-svc", how, os.path.join(exams.state, "run", "service", program)], check=True)


def check_typing(exams, reader, code):
    """The desk is away while one types: the page says so, and saves when it is back."""
    before = {"desk.0": exams.pid("desk.0")}
    be_patient(exams, "desk.0")
    supervise(exams, "desk.0", "-dk")
    reader.find("#remarks").send_keys("Typed while ")
    wait_until("it is said that nothing was saved", lambda: "no connection" in reader.find("#saved").text)
    supervise(exams, "desk.0", "-u")
    wait_back(exams, before)
    reader.find("#remarks").send_keys("the desk was away.")
    reader.saved_by_itself()
    reader.open(f"/seat/{code}")
    assert reader.find("#remarks").get_attribute("value") == "Typed while the desk was away."


def read(exams, reader, points, typing):
    code = reader.new_code()
    reader.to_seat(code)
    kill(exams)
    press_twice(reader, "Accept")
    kill(exams, "desk.0")
    press_twice(reader, "Open the text")
    reader.fill(points)
    if typing:
        check_typing(exams, reader, code)
    press_twice(reader, "Save the draft")
    kill(exams)
    reader.open(f"/seat/{code}")
    assert len(reader.all("input[name^=score]:checked")) == 4, "the draft is gone"
    reader.press("Review and lock")
    kill(exams, "exam.0")
    press_twice(reader, "Lock my sheet")
    assert reader.heading() == "Your sheet is locked" and not reader.all("#problem"), reader.text()
    kill(exams)
    reader.open(f"/seat/{code}")
    reader.choose("known", "no")
    press_twice(reader, "Answer")
    assert reader.lines() == {code: "Locked; nothing more to do"}, "the code changed, or there is another one"
    return code


def main():
    with Browser(skip) as browser, ExamInstallation(readers=3) as exams:
        pages, mark = Pages(exams, browser), exams.mark()
        exams.sit(exams.cases[0])
        handle = exams.sealed()
        asked = exams.asked(2, before=mark)
        codes = {read(exams, pages.reader(each).enter(), points, typing)
                 for each, points, typing in zip(asked, ("5444", "4444"), (True, False))}
        wait_until("released", lambda: exams.told("exam.result.released"))
        exams.wait_quiet()
        assert exams.doors.ctl("exam", "show", handle)["result"]["score_hundredths"] == 1650
        assert len(exams.told("exam.result.released")) == 1 and len(codes) == 2
        third, = {each.key: each for each in exams.readers if each not in asked}.values()
        assert not exams.mails(third), "somebody else was asked"
    print("a17_pages_test: ok")


if __name__ == "__main__":
    main()
