#!/usr/bin/python3
"""A7 in a real browser: while the first of two readers goes from a draft to a locked sheet and the last question, nothing that the other
reader, operations, the coordinator, the portal or the public can ask changes by a byte.  The second sheet then shows that each of
these places is looked at."""
import os
import re
import time
import urllib.request

from browser import Browser
from desk_pages import Pages, assert_same
from exam_installation import ExamInstallation
from portals import HttpPortal
from system import skip, wait_until

# What moves by itself, or because we look: instants, frames, questions and loads of the looking, answers to it.
OF_LOOKING = re.compile(r"_timestamp_seconds\{|^endorse_(frames_(in|out)|questions|loads|http_responses)_total|^endorse_http_connections|"
                        r"^endorse_gateway_|worker=\"gateway\.")
COLUMNS = ("name", "ready", "in_flight", "parked", "dead", "timers", "state")


def get(exams, path):
    with urllib.request.urlopen(exams.http + path, timeout=20) as answer:
        return answer.read().decode()


def wait_reported(exams):
    """Until /metrics has rows of every program that are younger than now; our question makes the programs write them."""
    now = time.time()

    def are_young():
        exams.doors.ctl("status")
        instants = re.findall(r"^endorse_worker_last_progress_timestamp_seconds\S+ (\S+)$", get(exams, "/metrics"), re.M)
        return len(instants) == len(exams.services()) - 1 and all(float(instant) > now for instant in instants)
    wait_until("rows of every program", are_young, seconds=30)


def ops_page(exams, browser):
    """As operations see it in a browser; ages and instants are left out."""
    browser.open(exams.http + "/ops")
    tables = [[cell.text for cell in browser.driver.find_elements("css selector", f"section[aria-labelledby={name}] {cells}")]
              for name, cells in (("queues", "tbody tr > *:not(.plot)"), ("workers", "tbody tr > *"))]
    assert tables[0] and tables[1]
    return [re.sub(r"\d+ (ms|s|min|h|d)\b", "AGE", " | ".join(table)).replace("AGE AGE", "AGE") for table in tables]


def logs(exams):
    found = {}
    for folder, _, names in os.walk(os.path.join(exams.state, "log")):
        for name in names:
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                found[os.path.relpath(os.path.join(folder, name), exams.state)] = file.read()
    return found


def outside(exams, pages, handle):
    """Everything that anybody but the two readers and the first one's own pages can ask for."""
    doors, portal = exams.doors, HttpPortal(exams, "college")
    wait_reported(exams)
    return {
        "metrics": [line for line in get(exams, "/metrics").splitlines() if not OF_LOOKING.search(line)],
        "ops": ops_page(exams, pages.browser),
        "queues": [{key: row.get(key) for key in COLUMNS} for row in doors.ctl("queues")],
        "registry": [get(exams, path) for path in ("/registry/MassAIMH", "/v1/registry/MassAIMH")],
        "outcomes": portal.get("/v1/outcomes?after=0&limit=500").body,
        "events": portal.get("/v1/events?limit=500").body,
        "mails": get(exams, "/sandbox/mail"),
        "story": doors.ctl("show", exams.cases[0].id),
        "coordinator": [doors.ctl("exam", *words) for words in (("list",), ("show", handle), ("workload",), ("stats",), ("seed",))],
        "logs": logs(exams)}


def main():
    with Browser(skip) as browser, ExamInstallation(readers=2) as exams:
        pages, mark = Pages(exams, browser), exams.mark()
        exams.sit(exams.cases[0])
        handle = exams.sealed()
        first, second = (pages.reader(each).enter() for each in exams.asked(2, before=mark))
        codes = {reader: reader.new_code() for reader in (first, second)}
        for reader, code in codes.items():
            reader.accept(code)
            reader.open_text(code)
            reader.fill("4444")
            reader.press("Save the draft")
        exams.wait_quiet()
        before = outside(exams, pages, handle), second.everything(codes[second])

        def check(when):
            exams.wait_quiet()
            assert_same(before[0], outside(exams, pages, handle), when)
            assert_same(before[1], second.everything(codes[second]), when)
        check("nothing happened")
        first.to_seat(codes[first])
        first.lock()
        check("locked")
        first.to_seat(codes[first])
        first.say("suspect")
        check("the last question answered")
        second.to_seat(codes[second])
        second.lock()
        second.say("no")
        wait_until("released", lambda: exams.told("exam.result.released"))
        exams.wait_quiet()
        after = outside(exams, pages, handle)
        changed = {place for place in after if after[place] != before[0][place]}
        assert changed >= {"metrics", "outcomes", "mails", "story", "coordinator"}, f"the control saw only {changed}"
        assert second.everything(codes[second]) != before[1]
        pages.check_console()
    print("a7_pages_test: ok")


if __name__ == "__main__":
    main()
