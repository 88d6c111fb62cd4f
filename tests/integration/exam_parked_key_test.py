#!/usr/bin/python3
"""A paper whose message was parked is read all the same once it is retried: the key of its text waited beside it, and is in no
journal, neither then nor later (proto SPEC 4.5, exam SPEC 5.4)."""
import os
import secrets
import shutil
import signal
import tempfile

import audit_folder
from exam_house import ExamHouse
from system import wait_until


def journals(house):
    return b"".join(data for _, _, data in audit_folder.lines(house.audit()))


def dead(house):
    return house.ctl("dead", "list")


def main():
    folder = tempfile.mkdtemp(prefix="endorse-test-rules-")
    pack = os.path.join(ExamHouse.rules, "endorsement.conf")
    try:
        house = ExamHouse()
        house.rules = folder
        with house:
            for _ in range(2):
                house.reader()
            text = {"text_version": 1, "text_sha256": bytes(32), "sealed_text": b"sealed", "sealed_key": secrets.token_bytes(72)}
            sealed = house.exam_pb2.PaperSealed(category=7, age_line=1, form="mentor-policy-1", language="en",
                                                rule_pack="endorsement", **text)
            handle = "PARKEDPAPERPARKEDPAPERPARK"
            assert house.of_paper(handle, "paper.sealed", sealed) == "parked"
            shutil.copy(pack, folder)
            house.exam_process.send_signal(signal.SIGHUP)
            letter, = dead(house)
            wait_until("the retry", lambda: house.ctl("dead", "retry", letter["id"], check=False) and not dead(house))
            offered = house.offers() if house.wait_seats(2) else {}
            assert {offer.sealed_key for offer in offered.values()} == {text["sealed_key"]}
            kept = journals(house)
            assert text["sealed_text"] in kept and text["sealed_key"] not in kept
            assert house.of_paper(handle, "paper.voided", house.exam_pb2.PaperVoided(reason="erased")) == "applied"
            wait_until("both closed", lambda: set(house.closed()) == set(offered))
            assert not house.redis("--scan", "--pattern", f"*x:text:{handle}").stdout.strip()
    finally:
        shutil.rmtree(folder)
    print("exam_parked_key_test: ok")


if __name__ == "__main__":
    main()
