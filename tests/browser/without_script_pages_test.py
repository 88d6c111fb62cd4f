#!/usr/bin/python3
"""Without JavaScript, in a real browser on the whole installation: signing in, declining, and everything up to the locked sheet, with a
mistake on the way.  Folded parts, focus and links are the browser's own."""
from browser import Browser
from desk_pages import Pages
from exam_installation import ExamInstallation
from system import skip, wait_until


def check_no_script(browser):
    """The control: a script of a page does not run."""
    browser.driver.get("data:text/html,<p id=p>off</p><script>document.getElementById('p').textContent='on'</script>")
    assert browser.driver.find_element("id", "p").text == "off", "JavaScript runs"


def decline(exams, reader):
    mark, code = exams.mark(), reader.enter().new_code()
    reader.to_seat(code)
    reader.unfold("I would rather not")
    reader.choose("reason", "time")
    reader.press("Decline")
    assert reader.heading() == "You have declined"
    wait_until("the line goes", lambda: not reader.lines())
    successor, = exams.asked(1, before=mark)
    return successor


def read(reader):
    """With a criterion forgotten at first, and a draft saved by the button."""
    code = reader.enter().new_code()
    reader.accept(code)
    reader.open_text(code)
    reader.fill("44")
    reader.press("Review and lock")
    assert reader.driver.switch_to.active_element.get_attribute("id") == "errors", "it is not read out first"
    reader.all("#errors a")[0].click()
    reader.fill("4444")
    reader.unfold("A note for yourself")
    reader.find("#note-trait1").send_keys("Kept without a script.")
    reader.press("Save the draft")
    assert "Draft saved" in reader.find("#saved").text
    assert reader.find("#note-trait1").get_attribute("value") == "Kept without a script."
    reader.lock()
    reader.say("no")
    assert "You said: no." in reader.text()


def main():
    with Browser(skip, javascript=False) as browser, ExamInstallation(readers=3) as exams:
        check_no_script(browser)
        pages, mark = Pages(exams, browser, script=False), exams.mark()
        exams.sit(exams.cases[0])
        one, two = (pages.reader(each) for each in exams.asked(2, before=mark))
        successor = decline(exams, one)
        for reader in (two, pages.reader(successor)):
            read(reader)
        told = wait_until("released", lambda: exams.told("exam.result.released"))
        assert told[0]["data"]["passed"] is True
        two.open("/")
        two.press("Sign out")
        assert two.heading() == "The exam desk"
    print("without_script_pages_test: ok")


if __name__ == "__main__":
    main()
