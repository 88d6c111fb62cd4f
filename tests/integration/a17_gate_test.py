#!/usr/bin/python3
"""A17, its last part: a result that the second implementation does not get is held back until both agree; and who is killed in
between loses nothing.  The wrong one is a test's own program (tests/kit/canary)."""
import os

from exam_house import ExamHouse
from system import BUILD, wait_until


def logged(house, word):
    with open(os.path.join(house.folder, "exam.log"), encoding="utf-8") as file:
        return word in file.read()


def main():
    house = ExamHouse()
    right, house.program = house.program, os.path.join(BUILD, "tests", "exam-with-wrong-recheck")
    with house:
        for _ in range(4):
            house.reader()
        handle = house.seal()
        first, second = house.wait_seats(2)
        house.read(first, [4, 4, 4, 4])
        house.read(second, [4, 4, 4, 5])
        why = wait_until("held back", lambda: house.ctl("exam", "show", handle).get("held_because"))
        assert why
        house.advance(1.1)  # tried again, and held again
        house.kill_exam()
        assert not house.results(handle) and house.words(handle)[-1] != "released", house.words(handle)
        assert "result" not in house.ctl("exam", "show", handle)
        assert logged(house, '"id":"EXAM-GATE"'), "the log does not say so"
        house.program = right  # the control: with the right one it is released, the same result
        house.kill_exam()
        house.advance(1.1)
        result = house.wait_result(handle)
        assert (result.score_hundredths, result.passed) == (1650, True), result
        wait_until("released", lambda: house.words(handle)[-1] == "released")
        assert len(house.results(handle)) == 1
    print("a17_gate_test: ok")


if __name__ == "__main__":
    main()
