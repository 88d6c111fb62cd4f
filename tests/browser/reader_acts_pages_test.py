#!/usr/bin/python3
"""What else a reader can do, in a real browser on the whole installation: the link of a mail, declining, stepping back, reporting a text
that identifies someone, and saying after locking that one knows the writer."""
import re
import urllib.error
import urllib.request

from browser import Browser
from desk_pages import Pages
from exam_installation import ExamInstallation
from system import skip, wait_until

ESSAY = ("In Port Lindel I would ask Maud to wait.\n\nMy own centre by the old lighthouse did so.", "Edda is right. I would ask her.")
LIGHTHOUSE = "by the old lighthouse"


def fetch(url, **headers):
    """What a mail program or a scanner does with a link: no cookie, no button.  Status, headers and text without the random token,
    and without the address that was asked for, which the page's form repeats."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            status, fields, text = answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            status, fields, text = error.code, error.headers, error.read().decode()
    text = re.sub(r'/link/[^"]*', "/link/TOKEN", re.sub(r'value="[\w-]{43}"', 'value="TOKEN"', text))
    kept = sorted((name, re.sub(r"=[\w-]{43};", "=TOKEN;", value)) for name, value in fields.items() if name not in ("Date", "Content-Length"))
    return status, kept, text


def check_links(exams, reader):
    """Looking at a link never uses it up; used, forged and malformed ones are one page."""
    link = exams.fresh_link(reader.examiner)
    for headers in ({}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}):
        assert fetch(link, **headers)[0] == 200, headers
    reader.open(link)
    reader.press("Sign in")
    assert reader.heading() == "My assignments", "a look at the link used it up"
    token = link.rsplit("/", 1)[1]
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    used = fetch(link)
    for other in (changed, token[:-4], "none", "x" * 90, "%20"):
        assert fetch(link.replace(token, other)) == used, other
    assert used[0] == 404 and "no longer valid" in used[2]
    return link, used


def check_expired(exams, used, link):
    """After its days a link that nobody used looks as the used one does, and as itself unused did not."""
    assert fetch(link)[0] == 200, "the control: it was good"
    exams.advance("9d")
    assert fetch(link) == used


def check_decline(exams, reader):
    mark, code = exams.mark(), reader.new_code()
    reader.to_seat(code)
    reader.unfold("I would rather not")
    reader.look("decline")
    reader.choose("reason", "conflict")
    reader.press("Decline")
    assert reader.heading() == "You have declined", reader.text()
    reader.look("left")
    wait_until("the line goes", lambda: not reader.lines())
    assert "Nothing is waiting for you" in reader.text()
    reader.look("list-empty")
    reader.check_gone(code)
    successor, = exams.asked(1, before=mark)
    return successor, code


def check_recuse(exams, reader):
    mark, code = exams.mark(), reader.new_code()
    reader.accept(code)
    reader.open_text(code)
    reader.fill("1111")
    reader.press("Save the draft")
    reader.unfold("I have to step back from this paper")
    reader.look("step-back")
    reader.choose("reason", "employer")
    reader.press("Step back")
    assert reader.heading() == "You have stepped back", reader.text()
    wait_until("the line goes", lambda: not reader.lines())
    reader.check_gone(code)
    successor, = exams.asked(1, before=mark)
    return successor, code


def check_question(exams, first, second, handle):
    """Pulled from both, redacted anew, the same for both; drafts stay, and an old page cannot lock."""
    codes = {reader: reader.new_code() for reader in (first, second)}
    for reader, code in codes.items():
        reader.accept(code)
        reader.open_text(code)
        assert LIGHTHOUSE in reader.answers()[0], "the control: it is there at first"
        reader.fill("4444")
        reader.press("Save the draft")
    first.to_seat(codes[first])
    old = first.second_tab()
    first.unfold("This text identifies someone")
    first.look("report")
    first.choose("prompt", "vignette-1")
    first.press("Report it")
    for reader, code in codes.items():
        wait_until("the text is pulled", lambda reader=reader, code=code: reader.open(f"/seat/{code}") and
                   "The text is not here for now" in reader.text())
        assert LIGHTHOUSE not in reader.driver.page_source and reader.lines()[code] == "Being looked at again; please wait"
        reader.look("list-paused")
        reader.to_seat(code)
        reader.look("paused")
        assert len(reader.all("input[type=radio][name^=score]:checked")) == 4, "the draft is gone"
    at = ESSAY[0].encode().index(LIGHTHOUSE.encode())
    exams.doors.ctl("exam", "redact", "check", handle, "--add", f"vignette-1:{at}-{at + len(LIGHTHOUSE)}:[PLACE]", "--as", "rob")
    for reader, code in codes.items():
        wait_until("the text is back", lambda reader=reader, code=code: reader.open(f"/seat/{code}") and reader.answers())
        assert reader.answers()[0].endswith("My own centre [PLACE] did so."), reader.answers()
    first.pages.hand_over(first)
    with old:
        first.press("Review and lock")
        assert "The text was replaced while you were working." in first.find("#problem").text, first.text()
        first.look("text-replaced")
        assert len(first.all("input[name^=score]:checked")) == 4
    return codes


def check_knows(exams, first, second, codes):
    """The sheet of one who knows the writer does not count; the other reader sees nothing of it."""
    second.to_seat(codes[second])
    before, mark = second.everything(codes[second]), exams.mark()
    first.to_seat(codes[first])
    first.lock()
    first.unfold("Read the text again")
    first.look("locked-unfolded")
    first.say("know")
    assert first.heading() == "Thank you for saying so", first.text()
    first.look("thanks")
    successor, = exams.asked(1, before=mark)
    wait_until("the line goes", lambda: not first.lines())
    first.check_gone(codes[first])
    assert second.everything(codes[second]) == before
    return successor


def main():
    with Browser(skip) as browser, ExamInstallation(readers=5) as exams:
        pages, mark = Pages(exams, browser), exams.mark()
        exams.sit(exams.cases[0], ESSAY)
        handle = exams.sealed()
        one, two = (pages.reader(each) for each in exams.asked(2, before=mark))
        link, used = check_links(exams, one)
        three, declined = check_decline(exams, one)
        four, recused = check_recuse(exams, two.enter())
        first, second = pages.reader(three).enter(), pages.reader(four).enter()
        codes = check_question(exams, first, second, handle)
        five = pages.reader(check_knows(exams, first, second, codes))
        new = five.enter().new_code()
        assert len({declined, recused, new, *codes.values()}) == 5, "a code was given twice"
        five.read(new, "4444")
        second.to_seat(codes[second])
        second.lock()
        second.say("no")
        wait_until("released", lambda: exams.told("exam.result.released"))
        one.ask_for_link()
        unused = wait_until("a new link", lambda: next((each for each in exams.links(one.examiner) if each != link), None))
        check_expired(exams, used, unused)
        pages.check_console()
    print("reader_acts_pages_test: ok")


if __name__ == "__main__":
    main()
