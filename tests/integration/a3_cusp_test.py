#!/usr/bin/python3
"""A3: two sheets within the tolerance, one of which passes and the other not.  With the cusp rule a third reads, without it the mean
decides; and another rule does not reach what is sealed already."""
import os
import shutil
import signal
import tempfile

from exam_house import ExamHouse
from system import ROOT, wait_until

PASSES, FAILS_BY_ONE = [4, 4, 4, 4], [4, 4, 4, 3]  # 16 and 15 of 20; the mark is 16, the tolerance 2


def put_rule(folder, cusp, version):
    with open(os.path.join(ROOT, "deploy", "exam", "rules", "endorsement.conf"), encoding="utf-8") as file:
        text = file.read()
    changed = text.replace('cusp = "sides"', f'cusp = "{cusp}"').replace("version = 1", f"version = {version}")
    assert version == 1 or changed != text
    with open(os.path.join(folder, "endorsement.conf"), "w", encoding="utf-8") as file:
        file.write(changed)


def reloads(house):
    with open(os.path.join(house.folder, "exam.log"), encoding="utf-8") as file:
        return file.read().count('"id":"RELOAD"')


def change_rule(house, cusp, version):
    before = reloads(house)
    put_rule(house.rules, cusp, version)
    house.exam_process.send_signal(signal.SIGHUP)
    wait_until("the new rule", lambda: reloads(house) > before)


def sealed(house):
    known = set(house.offers())
    handle = house.seal()
    return handle, house.wait_seats(2, known)


def read_both(house, codes):
    house.read(codes[0], PASSES)
    house.read(codes[1], FAILS_BY_ONE)


def a3_with_the_cusp_rule_a_third_reads(house, handle, codes):
    """Sealed before the rule changed, read after it: the rule of its sealing holds."""
    known = set(house.offers())
    read_both(house, codes)
    third, = house.wait_seats(1, known)
    assert not house.results(handle)
    house.read(third, PASSES)
    result = house.wait_result(handle)
    assert (result.score_hundredths, result.passed) == (1600, True), result
    assert house.ctl("exam", "show", handle)["rule_pack_version"] == 1


def a3_without_it_the_mean_decides(house, handle, codes):
    known = set(house.offers())
    read_both(house, codes)
    result = house.wait_result(handle)
    assert (result.score_hundredths, result.passed) == (1550, False), result
    assert set(house.offers()) == known, "a third was asked"
    assert house.ctl("exam", "show", handle)["rule_pack_version"] == 2


def main():
    rules = tempfile.mkdtemp(prefix="endorse-rules-")
    try:
        put_rule(rules, "sides", 1)
        house = ExamHouse()
        house.rules = rules
        with house:
            for _ in range(6):
                house.reader()
            before, untouched = sealed(house), sealed(house)
            change_rule(house, "off", 2)
            after = sealed(house)
            a3_with_the_cusp_rule_a_third_reads(house, *before)
            a3_without_it_the_mean_decides(house, *after)
            change_rule(house, "sides", 3)
            house.kill_exam()
            a3_with_the_cusp_rule_a_third_reads(house, *untouched)
    finally:
        shutil.rmtree(rules)
    print("a3_cusp_test: ok")


if __name__ == "__main__":
    main()
