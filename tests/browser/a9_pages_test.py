#!/usr/bin/python3
"""A9 in a real browser: what both readers see of an essay that holds the writer's own name, a misspelt surname, the nickname, the agency
and the vignette's people; and of an answer of which redaction leaves nothing."""
from browser import Browser
from desk_pages import Pages
from exam_installation import ExamInstallation
from system import skip, wait_until

NAME, NICK, AGENCY = "Zebulonia Quackenbush-Marsh", "Zebbiekins", "Canary Hollow Family Collective"
HIDDEN = ("Zebulonia", "Quackenbush", "Quackenbusch", "Zebbiekins", "Canary Hollow", "Collective")
FIRST = (f"I am {NAME}, called {NICK}, of the {AGENCY}. Maud Achterberg must hear the visitors. Quackenbusch is how they "
         "misspell me.\n\nEdda would say so too, <b>and</b> I & she agree.")
SHOWN = ("I am [NAME], called [NAME], of the [EMPLOYER]. Maud Achterberg must hear the visitors. [NAME] is how they misspell me.\n"
         "Edda would say so too, <b>and</b> I & she agree.")
SECOND = "Whoever knows me knows whose words these are."


def redact(exams):
    """A person accepts the misspelt name, and takes the whole of the second answer away."""
    doors = exams.doors
    handle = wait_until("a paper for the redactor", lambda: doors.ctl("exam", "redact", "list"))[0]["handle"]
    spans = doors.ctl("exam", "redact", "show", handle, "--as", "rob")["spans"]
    unsure = [span for span in spans if not span["certain"]]
    assert [span["text"] for span in unsure] == ["Quackenbusch"], spans
    found = " ".join(span["text"] for span in spans)
    assert all(word in found for word in HIDDEN), "the control: these words were written, and the redactor sees them"
    assert not any(exams.links(reader) for reader in exams.readers), "a reader was asked before the redactor"
    doors.ctl("exam", "redact", "check", handle, "--accept", str(unsure[0]["number"]), "--add", f"vignette-2:0-{len(SECOND)}",
              "--as", "rob")
    return handle


def seen(reader):
    """The answers as drawn, as the page's source, and as a screen reader has them."""
    return reader.answers(), reader.driver.page_source, " ".join(name for _, name in reader.tree())


def check(reader, code):
    reader.accept(code)
    reader.open_text(code)
    answers, source, said = seen(reader)
    assert answers == [SHOWN, "[REMOVED]"], answers
    assert "Maud Achterberg must hear" in said and "[REMOVED]" in said, "the tree does not hold the text"
    for place in (source, said, str(reader.payload(f"/seat/{code}"))):
        for word in (*HIDDEN, SECOND, "words these are"):
            assert word not in place, word
    return reader.shape(f"/seat/{code}")


def main():
    exams = ExamInstallation(readers=3)
    exams.cases[0].name = NAME
    exams.readers[2].employer = f"The {AGENCY}, Inc."
    with Browser(skip) as browser, exams:
        pages, case, mark = Pages(exams, browser), exams.cases[0], exams.mark()
        exams.publish(case.event("person.profile.changed", {"nicknames": [NICK], "employers": [AGENCY]}, f"person/{case.person}"))
        exams.sit(case, (FIRST, SECOND))
        redact(exams)
        first, second = (pages.reader(each).enter() for each in exams.asked(2, before=mark))
        assert exams.readers[2] not in (first.examiner, second.examiner), "a colleague of the writer was asked (A5)"
        assert check(first, first.new_code()) == check(second, second.new_code()), "both readers do not have the same text"
        pages.check_console()
    print("a9_pages_test: ok")


if __name__ == "__main__":
    main()
