#!/usr/bin/python3
"""`endorsectl exam replay` (exam SPEC 6.8): papers come and go through endorse-exam as it runs, a night's repair among them; then an
outside auditor has the lines, and the hashes that the log announced meanwhile.  A forger who has the store and makes every
hash of the journal anew is named by line, paper and reader."""
import importlib
import json
import os

import audit_folder
from exam_house import ExamHouse
from system import wait_until

POOL, READERS = "pool/readers", 40  # below 32 who may read a paper, nothing is drawn (SPEC 4.1)


def noted(house):
    with open(house.announced(), encoding="utf-8") as file:
        return list(file)


def note(house, name, lines):
    path = os.path.join(house.folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(lines)
    return path


def live(house):
    for number in range(READERS):
        house.reader([(2, f"agency-{number % 9}")])
    for day in range(3):
        known = set(house.offers())
        for number in range(3):
            house.seal([(2, f"agency-{number}")])
        codes = house.wait_seats(6, known)
        assert house.of_seat(codes[0], "declined", house.exam_pb2.SeatDeclined(reason="time")) == "applied"
        house.wait_seats(7, known)
        seeds = len(house.ctl("exam", "seed"))
        house.advance(1)
        wait_until("the night's repair", lambda: len(house.ctl("exam", "seed")) > seeds, seconds=20)
    seeds = house.ctl("exam", "seed")
    wait_until("its announcement", lambda: len(noted(house)) == len(seeds))
    house.kill_exam()  # could have taken an announcement with it: a start tells the seed in use again
    wait_until("told again", lambda: len(noted(house)) == len(seeds) + 1)
    assert seeds[-1]["sha256"] in noted(house)[-1]


class Auditor:
    """Has the lines, the noted hashes, and a folder of their own."""

    def __init__(self, house):
        self.house, self.copies = house, 0
        self.journal_pb2 = importlib.import_module("endorse.v1.journal_pb2")
        self.entries = audit_folder.lines(house.audit())
        self.pool = [data for _, _, data in self.entries if audit_folder.is_of(data, POOL)]

    def copy(self, change=None, aggregate=POOL, entries=None, **how):
        """A copy with the journal's lines, or with an aggregate's forged: its lines changed, and all its hashes made anew."""
        entries = entries or self.entries
        if change:
            forged = iter(audit_folder.chained(self.journal_pb2, [
                data for _, _, data in entries if audit_folder.is_of(data, aggregate)], change))
            entries = [(stream, entry, next(forged) if audit_folder.is_of(data, aggregate) else data)
                       for stream, entry, data in entries]
        self.copies += 1
        return audit_folder.write(os.path.join(self.house.folder, f"copy-{self.copies}"), entries, **how)

    def without(self, at, data=None):
        """The entries with another line of the pool at this place, or none."""
        return [(stream, entry, data if line == self.pool[at] else line) for stream, entry, line in self.entries
                if data or line != self.pool[at]]

    def judge(self, code, *arguments):
        """What --json says, after the exit code was looked at."""
        done = self.house.replay(*arguments, "--json")
        assert done.returncode == code, f"{done.returncode}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def plans(self):
        """(number of the line, PoolPlanned) of every plan that gives somebody a paper."""
        for number, data in enumerate(self.pool):
            line = self.journal_pb2.JournalLine.FromString(data)
            if line.type == "endorse.exam.pool.planned.v1":
                plan = self.house.exam_pb2.PoolPlanned.FromString(line.payload)
                if plan.slots:
                    yield number, plan


def check_all_repeats(house, auditor, notes):
    said = auditor.judge(0, "--announced", notes)  # the copy of the installation
    shown = house.ctl("exam", "seed")
    assert said["repeats"] and not said["faults"] and not said["announcedWithoutSeed"], said
    assert said["lines"] == len(auditor.pool) and len(said["seeds"]) == len(shown) >= 4
    for period, row in zip(said["seeds"], shown):
        assert period["sha256"] == row["sha256"] and period["plans"] == row["plans"] and period["announced"] is True
        assert period.get("seed") == row.get("seed") and period["unlike"] == 0
    assert "seed" not in said["seeds"][-1] and said["seeds"][-1]["until"] is None, "the one in use is not told"
    assert sum(period["readings"] for period in said["seeds"]) >= 21
    assert said["seatsOpened"] == len(house.offers()) >= 21 and said["seatsAhead"] == 0
    text = house.replay("--announced", notes)
    assert text.returncode == 0 and "all made again with the seed whose hash was announced" in text.stdout, text.stdout
    assert f"of {len(shown)} seeds" in text.stdout and "the chain of" in text.stdout
    silent = house.replay("--audit", auditor.copy())
    assert silent.returncode == 0 and "--announced FILE" in silent.stdout, "whoever noted nothing is told what is missing"
    assert all("seed" not in period or period["seed"] not in silent.stdout for period in said["seeds"])


def check_a_forged_row(house, auditor, notes):
    """The forger gives a paper to another reader, and makes all hashes of the journal anew."""
    at, plan = list(auditor.plans())[1]
    other = next(row.reader for _, other in auditor.plans() for row in other.slots
                 if row.reader not in {row.reader for row in plan.slots})
    was = plan.slots[0].reader

    def steer(number, line):
        if number == at:
            plan.slots[0].reader = other
            line.payload = plan.SerializeToString()
    copy = auditor.copy(steer)
    said = auditor.judge(1, "--audit", copy, "--announced", notes)
    assert not said["repeats"] and all(period["announced"] for period in said["seeds"])
    fault = said["faults"][0]
    assert (fault["fault"], fault["line"], fault["handle"], fault["place"]) == ("reader", at + 1, plan.slots[0].handle, plan.slots[0].place)
    assert (fault["journal"], fault["seed"]) == (other, was)
    assert not any(fault["fault"] == "chain" for fault in said["faults"]), "the chain is whole again"
    text = house.replay("--audit", copy).stdout
    assert f"paper {plan.slots[0].handle}, place {plan.slots[0].place}: the journal gives {other}, the seed gives {was}" in text, text


def check_a_line_changed_or_gone(auditor):
    """In place, without new hashes; taken out; the copy itself cut."""
    at, plan = list(auditor.plans())[1]
    reader = plan.slots[0].reader.encode()
    changed = auditor.without(at, auditor.pool[at].replace(reader, reader[::-1], 1))
    faults = auditor.judge(1, "--audit", auditor.copy(entries=changed))["faults"]
    assert faults[0]["fault"] == "chain" and faults[0]["line"] == at + 1, faults[:2]
    faults = auditor.judge(1, "--audit", auditor.copy(entries=auditor.without(at)))["faults"]
    assert faults[0]["fault"] == "chain" and faults[0]["line"] == at + 2, faults[:2]
    said = auditor.judge(1, "--audit", auditor.copy(lambda number, line: None, entries=auditor.without(at)))
    assert said["faults"] and not any(fault["fault"] == "chain" for fault in said["faults"])


def check_a_seat_for_another(house, auditor):
    """The pool's journal is left alone, and a seat opened for somebody else."""
    code = sorted(house.offers())[0]
    other = next(row.reader for _, plan in auditor.plans() for row in plan.slots if row.reader != house.offers()[code].reader)

    def steer(number, line):
        if number == 0:
            wanted = house.exam_pb2.SeatWanted.FromString(line.payload)
            wanted.reader = other
            line.payload = wanted.SerializeToString()
    copy = auditor.copy(steer, f"seat/{code}")
    fault, = auditor.judge(1, "--audit", copy)["faults"]
    assert (fault["fault"], fault["seat"], fault["reader"]) == ("seat", code, other), fault
    assert f"seat {code}, " in house.replay("--audit", copy).stdout


def check_announcements(house, auditor, notes):
    """A seed whose hash nobody noted; a hash of which there is no seed; a forged seed; a file that is none."""
    lines = noted(house)
    copy = auditor.copy()
    said = auditor.judge(1, "--audit", copy, "--announced", note(house, "fewer", lines[:1] + lines[2:]))
    assert [period["announced"] for period in said["seeds"]] == [True, False] + [True] * (len(said["seeds"]) - 2)
    bare = "# noted by hand\n" + "\n".join(period["sha256"].upper() for period in said["seeds"]) + "\n\n"
    assert auditor.judge(0, "--audit", copy, "--announced", note(house, "bare", [bare]))["repeats"]
    said = auditor.judge(1, "--audit", copy, "--announced", note(house, "more", lines + ["ab" * 32 + "\n"]))
    assert said["announcedWithoutSeed"] == ["ab" * 32]

    def reseed(number, line):
        if number == 0:
            line.entropy = bytes(32)
    said = auditor.judge(1, "--audit", auditor.copy(reseed), "--announced", notes)
    assert said["seeds"][0]["announced"] is False and len(said["announcedWithoutSeed"]) == 1
    bad = house.replay("--audit", copy, "--announced", note(house, "bad", ["ab\n"]))
    assert bad.returncode == 78 and "bad:1: no hash" in bad.stderr, bad.stderr


def check_misuse(house, auditor):
    empty = audit_folder.write(os.path.join(house.folder, "empty"), [])
    said = house.replay("--audit", empty)
    assert said.returncode == 0 and said.stdout.startswith("No plan was made yet"), said.stdout + said.stderr
    assert house.replay("surplus").returncode == 78
    away = house.replay("--audit", os.path.join(house.folder, "nowhere"))
    assert away.returncode == 1 and "nowhere" in away.stderr, away.stderr
    gone = house.replay("--announced", os.path.join(house.folder, "nowhere"))
    assert gone.returncode == 78 and "nowhere" in gone.stderr


with ExamHouse() as house:
    live(house)
    notes = house.announced()
    auditor = Auditor(house)
    check_all_repeats(house, auditor, notes)
    check_a_forged_row(house, auditor, notes)
    check_a_line_changed_or_gone(auditor)
    check_a_seat_for_another(house, auditor)
    check_announcements(house, auditor, notes)
    check_misuse(house, auditor)
print("ok")
