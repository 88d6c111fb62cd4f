#!/usr/bin/python3
"""A17 with all programs as they run: each is killed (kill -9) before every step of a paper's way, at the moment too when its reader has
the text open, and the portal publishes everything twice; two sheets, two codes, one result."""
import os
import sys
import urllib.error

from portals import fetch
from system import ROOT, System, wait_until

sys.path.insert(0, os.path.join(ROOT, "deploy", "canary"))
import course  # noqa: E402
import scanner  # noqa: E402


def answers(url):
    try:
        return fetch(url, timeout=5).status == 200
    except (urllib.error.URLError, OSError):
        return False


def kill_all(system):
    before = system.pids()
    killed = [service for service in system.services() if service != "redis" and system.kill(service)]
    assert len(killed) >= 7, killed
    wait_until("all again", lambda: all(system.pid(service) not in (-1, before[service]) for service in killed))
    for port in (system.port, system.port + 1):
        wait_until("its pages", lambda port=port: answers(f"http://127.0.0.1:{port}/readyz"))
    system.wait_quiet()


class Twice(course.Course):
    def publish(self, lines):
        super().publish(lines)
        super().publish(lines)


def main():
    canary = course.Canary("MassAIMH", "US-MA")
    with System() as system:
        run = Twice(system.doors, canary, scanner.Report(scanner.Scanner(canary.fields)))
        run.to_the_exam()
        kill_all(system)
        run.to_the_readers()
        kill_all(system)
        open_codes = []

        def text_is_open(desk, code):
            kill_all(system)
            assert desk.codes() == [code], "the code changed"
            open_codes.append(code)
        run.read(text_is_open)
        kill_all(system)
        wait_until("the result", lambda: run.told("exam.result.released"))
        kill_all(system)
        assert len(run.told("exam.result.released")) == 1 and len(set(open_codes)) == 2, open_codes
        assert sorted(code for desk in run.desks.values() for code in desk.codes()) == sorted(open_codes)
        assert [row["state"] for row in system.doors.ctl("exam", "list")] == ["released"]
        assert sum(row["given"] for row in system.doors.ctl("exam", "workload")) == 2, "a seat was given twice"
    print("a17_kill_test: ok")


if __name__ == "__main__":
    main()
