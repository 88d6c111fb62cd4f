#!/usr/bin/python3
"""What is wrong in a reader's form, in a real browser on the whole installation: forged values, too much, nothing chosen, two tabs, a
session that ended.  Each is refused with its reason where it is to be mended, the focus goes there, and what was entered stays."""
from browser import Browser
from desk_pages import Pages, PHONE, TRAITS, WIDE
from exam_installation import ExamInstallation
from selenium.webdriver.common.keys import Keys
from system import skip, wait_until

NOT_COVERED = """const box = arguments[0].getBoundingClientRect();
const seen = document.elementFromPoint(box.left + 5, box.top + box.height / 2); return seen && arguments[0].contains(seen)"""
WORDS = "What I had in mind & \"kept\"."


def focus(reader):
    return reader.driver.execute_script("return document.activeElement.id")


def forge(reader, css, **attributes):
    """As a tampered page would send it."""
    box = reader.find(css)
    for name, value in attributes.items():
        if value is None:
            reader.driver.execute_script("arguments[0].removeAttribute(arguments[1])", box, name)
        else:
            reader.driver.execute_script("arguments[0].setAttribute(arguments[1], arguments[2])", box, name, value)


def chosen(reader):
    return {box.get_attribute("name"): box.get_attribute("value") for box in reader.all("input[type=radio]:checked")}


def kept(reader, points):
    assert chosen(reader) == {f"score:{trait}": value for trait, value in zip(TRAITS, points) if value != "-"}, chosen(reader)
    assert reader.find("#remarks").get_attribute("value") == WORDS


def errors(reader):
    """The list above the form has the focus, and is named."""
    assert focus(reader) == "errors" and reader.driver.title == "Please check your sheet - Exam desk", reader.driver.title
    return [line.text for line in reader.all("#errors li")]


def fill(reader, code, points="4444"):
    reader.open(f"/seat/{code}")
    reader.fill(points)
    box = reader.find("#remarks")
    box.clear()
    box.send_keys(WORDS)


def check_nothing_chosen(reader, code):
    """Declining without a reason, though the page asks for one."""
    reader.to_seat(code)
    reader.unfold("I would rather not")
    for box in reader.all("input[name=reason]"):
        reader.driver.execute_script("arguments[0].removeAttribute('required')", box)
    reader.press("Decline")
    assert reader.find("#reason-error").text == "Please choose a reason." and focus(reader) == "reason-error"
    assert reader.find("input[name=reason]").is_displayed(), "it is folded away"
    reader.look("decline-without-reason")
    reader.press("Accept")


def check_missing(reader, code):
    fill(reader, code, "44")
    reader.press("Review and lock")
    assert errors(reader) == ["Reflection: Please choose a score.", "What is done: Please choose a score."]
    kept(reader, "44--")
    for trait in ("trait3", "trait4"):
        assert reader.find(f"#{trait}-error").text == "Please choose a score."
        assert f"{trait}-error" in reader.find(f"#{trait}").get_attribute("aria-describedby")
    reader.look("score-with-mistakes")
    reader.all("#errors a")[0].send_keys(Keys.ENTER)
    wait_until("the focus is where it is to be mended", lambda: focus(reader) == "trait3")
    for width in (PHONE, WIDE):
        reader.pages.browser.size(width)
        reader.driver.execute_script("arguments[0].scrollIntoView({block: 'end'})", reader.find("#trait4"))
        assert reader.driver.execute_script(NOT_COVERED, reader.find("#trait4 textarea, #trait4 summary")), f"behind the buttons, {width}"


def check_forged(reader, code):
    """Outside the rubric, no criterion at all, no comment of the bank."""
    for css, attributes, line, points in (
            ("input[name='score:trait2'][value='4']", {"value": "9"}, "Thinking: This score is outside the rubric.", "4-44"),
            ("input[name='score:trait2'][value='4']", {"value": "-1"}, "Thinking: This score is outside the rubric.", "4-44"),
            ("input[name='score:trait2'][value='4']", {"value": "4.5"}, "Thinking: This score is outside the rubric.", "4-44"),
            ("input[name=comment]:checked", {"value": "no-such-comment"}, "The page sent something that this form does not have.",
             "4444"),
            ("input[name='score:trait2'][value='4']", {"name": "score:trait9"}, "The page sent a score that the rubric does not have.",
             "4-44")):
        fill(reader, code)
        forge(reader, css, **attributes)
        reader.press("Review and lock")
        assert line in errors(reader), (css, attributes, reader.text())
        kept(reader, points)
    forge(reader, "button[value=review]", value="nonsense")
    reader.press("Review and lock")
    assert focus(reader) == "problem" and "Please use the page's buttons." in reader.text()


def check_too_much(reader, code):
    fill(reader, code)
    forge(reader, "#remarks", maxlength=None)
    reader.driver.execute_script("arguments[0].value = 'n'.repeat(4001)", reader.find("#remarks"))
    reader.press("Save the draft")
    assert errors(reader) == ["The notes are longer than 4,000 bytes."]
    assert reader.find("#remarks-error").is_displayed() and reader.find("#remarks").get_attribute("aria-invalid") == "true"
    assert len(reader.find("#remarks").get_attribute("value")) == 4001


def check_session_ended(reader, code):
    """Signed out in another tab; what was entered comes back, and the draft is there after the next signing in."""
    fill(reader, code, "5444")
    reader.press("Save the draft")
    with reader.second_tab():
        reader.press("Sign out")
    reader.press("Review and lock")
    assert reader.heading() == "Please sign in again" and WORDS in reader.text() and "Score, criterion 1\n5" in reader.text()
    reader.look("session-over")
    reader.ask_for_link()
    reader.enter()
    reader.open(f"/seat/{code}")
    kept(reader, "5444")


def check_two_tabs(reader, code):
    """Locked in a second tab meanwhile: the same sheet again is no mistake; another one changes nothing."""
    fill(reader, code, "3333")
    reader.press("Review and lock")
    other = reader.second_tab()
    with other:
        fill(reader, code, "4444")
        reader.lock()
    reader.press("Lock my sheet")
    assert reader.heading() == "Your sheet is locked" and focus(reader) == "problem"
    assert "Your sheet is locked; nothing of it was changed." in reader.text()
    assert [row.text for row in reader.all(".scores tbody strong")] == ["4"] * 4, "the second sheet went through"
    reader.look("locked-already")
    forge(reader, "input[name=known]", value="perhaps")
    reader.choose("known", "perhaps")
    reader.press("Answer")
    assert reader.find("#known-error").text == "Please choose one of the answers." and focus(reader) == "known-error"
    reader.look("known-without-answer")
    reader.say("suspect")
    assert "You said: I suspect it." in reader.text()


def main():
    with Browser(skip) as browser, ExamInstallation(readers=2) as exams:
        pages, mark = Pages(exams, browser), exams.mark()
        exams.sit(exams.cases[0])
        reader, other = (pages.reader(each) for each in exams.asked(2, before=mark))
        code = reader.enter().new_code()
        check_nothing_chosen(reader, code)
        reader.open_text(code)
        for check in (check_missing, check_forged, check_too_much, check_session_ended, check_two_tabs):
            check(reader, code)
            print(f"{check.__name__}: ok", flush=True)
        code = other.enter().new_code()
        other.read(code, "4444")
        told = wait_until("released", lambda: exams.told("exam.result.released"))
        assert told[0]["data"]["passed"] is True, "a refused sheet was counted"
        pages.check_console()
    print("bad_input_pages_test: ok")


if __name__ == "__main__":
    main()
