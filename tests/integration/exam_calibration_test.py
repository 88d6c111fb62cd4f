#!/usr/bin/python3
"""Calibrations as they run (exam SPEC 6.9): a reader gets one among the first five seats, alike to work in every byte that
desk, mail and pages see; two outside and there is no work, two within and there is; an appeal of the paper ends it."""
import os
import re

from desk_house import ACK, ENVELOPE, House, random_name, sheet
from exam_house import ExamHouse
from system import wait_until

GOOD, BAD = [4, 4, 4, 4], [0, 0, 0, 0]
EMPLOYER, AUTHOR = 2, 6
TEXT = "I would begin by asking each of them what the week was like, and write nothing down."


class Exam(ExamHouse):
    """Papers of which some are released; calibrations are told from work by the text alone."""

    calibration_percent = 50

    def __init__(self, texts):
        super().__init__()
        self.make_text, self.papers, self.written = texts, {}, 0

    def write(self, facts=()):
        """A new paper, by a new writer; its text is as long as all others."""
        self.written += 1
        text = self.make_text(answers={"vignette-1": f"{TEXT} {self.written:04}", "vignette-2": ""})
        handle = self.seal([(AUTHOR, f"writer-{self.written}"), *facts], text=text)
        self.papers[text["sealed_text"]] = handle
        return handle

    def handle_of(self, code):
        return self.papers[self.offers()[code].sealed_text]

    def seats_of(self, handle):
        return {code for code in self.offers() if self.handle_of(code) == handle}

    def of_reader(self, name):
        """Codes in the order in which they were offered."""
        return [code for code, offer in self.offers().items() if offer.reader == name]

    def wait_pair(self, handle):
        wait_until("a pair", lambda: len(self.seats_of(handle)) >= 2, seconds=20)
        return sorted(self.seats_of(handle))

    def release(self, handle, points=GOOD):
        for code in self.wait_pair(handle):
            self.read_text(code, points)
        self.wait_result(handle)
        wait_until("released", lambda: self.words(handle)[-1:] == ["released"])

    def read_text(self, code, points):
        self.read(code, points, text_version=self.offers()[code].text_version)

    def calibrations_of(self, name):
        """Seats at papers that had their pair before."""
        offers, pairs, found = self.offers(), {}, []
        for code in offers:
            pair = pairs.setdefault(self.handle_of(code), [])
            if len(pair) < 2:
                pair.append(code)
            elif offers[code].reader == name:
                found.append(code)
        return found

    def at_rest(self):
        """The pool has answered everything: its workload stays the same."""
        seen = []

        def same():
            seen.append(self.ctl("exam", "workload"))
            return len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]
        wait_until("rest", same, seconds=20)
        self.desk_peer.turn()

    def workload(self, name):
        return next(row for row in self.ctl("exam", "workload") if row["reader"] == name)


def fields_of(packed):
    """Numbers and sizes of a message's fields, as they stand on the wire."""
    found, at = [], 0

    def number():
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = packed[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
    while at < len(packed):
        key = number()
        size = number() if key & 7 == 2 else 0
        found.append((key >> 3, key & 7, size if key & 7 == 2 else number()))
        at += size
    return found


def check_first_five(house):
    """A new reader: one of the first five, with the work, in the same mail."""
    name = house.reader(capacity=60)
    while not house.calibrations_of(name):
        assert len(house.of_reader(name)) < 5, "none among the first five"
        house.wait_pair(house.write())
        house.at_rest()
    seats = house.of_reader(name)
    assert 2 <= len(seats) <= 5, seats
    notices = house.intake.of("endorse.exam.reader.notice.v1", f"intake/reader/{name}")
    assert len(notices) == 1, "the mails of a day told how many came"
    row = house.workload(name)
    assert (row["seats"], row["given"], row["calibrations"], row["within"]) == (len(seats), len(seats), 0, 0), row
    measured = house.calibrations_of(name)[0]
    return name, measured, next(code for code in seats if code != measured)


def check_offer_is_alike(house, measured, work):
    raw = {to.rsplit("/", 1)[1]: payload for to, payload in house.desk_peer.of("endorse.desk.seat.offered.v1")}
    assert fields_of(raw[measured]) == fields_of(raw[work]), (fields_of(raw[measured]), fields_of(raw[work]))
    assert fields_of(raw[measured] + b"\x58\x01") != fields_of(raw[work]), "the control: one field more was not noticed"
    one, other = house.offers()[measured], house.offers()[work]
    assert (one.form, one.language, one.due_on, one.respond_by_on, one.text_version) == \
        (other.form, other.language, other.due_on, other.respond_by_on, other.text_version)
    envelopes = [e for e in house.desk_peer.taken if e.to.rsplit("/", 1)[1] in (measured, work)]
    shapes = [(e.type, getattr(e, "from").count("/"), len(getattr(e, "from")), len(e.to), len(e.payload), e.causation_id,
               e.correlation_id, e.traceparent) for e in envelopes]
    assert len(set(shapes)) == 1 and len(shapes) == 2, shapes


def page_life(desk, offered, due_on):
    """Every page that a reader sees of a seat, from the list to the locked sheet, with what is the seat's own taken out."""
    name, code = random_name(26), random_name(13)
    message = desk.exam_pb2.SeatOffered.FromString(offered)
    message.reader = name
    message.due_on = due_on or message.due_on
    assert desk.exam.send("offered", code, message) == "applied"
    reader = desk.signed_in(name)
    wait_until("listed", lambda: code in reader.get("/").text, seconds=20)
    pages = [reader.get("/"), reader.get(f"/seat/{code}")]
    for do, fields in (("accept", {}), ("open", {}), ("save", sheet(3)), ("submit", sheet(4)), ("known", {"known": "no"}),
                       ("correct", {})):
        assert reader.act(code, do, **fields).status == 303, do
        pages += [reader.get(f"/seat/{code}"), reader.get("/")]
    said = []
    for page in pages:
        headers = [(key, value) for key, value in page.headers if key.lower() not in ("date", "set-cookie")]
        text = page.text.replace(code, "CODE").replace(name, "READER")
        text = re.sub(rf"{re.escape(TEXT)} \d{{4}}", "TEXT", text)
        text = re.sub(r'name="(csrf|form)" value="[^"]*"', r'name="\1"', text)
        text = re.sub(r"\d\d:\d\d(:\d\d)?", "TIME", text)
        said.append((page.status, headers, text))
    return said


def check_pages_are_alike(house, desk, measured, work):
    raw = {to.rsplit("/", 1)[1]: payload for to, payload in house.desk_peer.of("endorse.desk.seat.offered.v1")}
    seen = page_life(desk, raw[work], None)
    assert page_life(desk, raw[measured], None) == seen, "a page tells a calibration"
    assert any("TEXT" in text for _, _, text in seen)
    assert page_life(desk, raw[work], "2031-03-03") != seen, "the control: another day was not noticed"


def desk_heard(house, code):
    house.desk_peer.turn()
    return [e.type for e in house.desk_peer.taken if e.to.endswith("/" + code)]


def check_life_is_alike(house, name, measured, work):
    """Questioned, redacted anew, locked, asked to be corrected: the same answers, and the paper of the result is untouched."""
    old = house.handle_of(measured)
    before = house.ctl("exam", "show", old)
    answers = {}
    for code in (measured, work):
        handle = house.handle_of(code)
        said = answers[code] = []
        for kind, payload in (("accepted", house.exam_pb2.SeatAccepted()), ("opened", house.exam_pb2.SeatOpened()),
                              ("questioned", house.exam_pb2.SeatQuestioned(prompt="vignette-1"))):
            said.append(house.of_seat(code, kind, payload))
        wait_until("paused", lambda: "endorse.desk.seat.paused.v1" in desk_heard(house, code))
        wait_until("asked", lambda: house.intake.of("endorse.exam.paper.questioned.v1", f"intake/paper/{handle}"))
        said.append(house.submit(code, GOOD))
        text = house.make_text(version=2, answers={"vignette-1": f"{TEXT} 9999", "vignette-2": ""})
        house.papers[text["sealed_text"]] = handle
        assert house.of_paper(handle, "paper.text.replaced", house.exam_pb2.PaperTextReplaced(**text)) == "applied"
        wait_until("back", lambda: "endorse.desk.seat.text.replaced.v1" in desk_heard(house, code))
        said += [house.submit(code, [9, 9, 9, 9], text_version=2), house.submit(code, BAD, text_version=1),
                 house.submit(code, GOOD, text_version=2), house.submit(code, BAD, version=2, text_version=2),
                 house.of_seat(code, "correction.requested", house.exam_pb2.SeatCorrectionRequested()),
                 "wrong-role" in house.ctl("exam", "correct", code, "--as", "ben", check=False).stderr,
                 isinstance(house.ctl("exam", "correct", code, "--as", "ann"), dict)]
        wait_until("allowed", lambda: "endorse.desk.seat.correction.allowed.v1" in desk_heard(house, code))
        said += [house.submit(code, GOOD, version=2, text_version=2), house.of_seat(
            code, "writer.known", house.exam_pb2.SeatWriterKnown(known=1))]
    assert answers[measured] == answers[work], answers
    assert desk_heard(house, measured) == desk_heard(house, work)
    wait_until("judged", lambda: house.workload(name)["calibrations"] == 1)
    assert house.workload(name)["within"] == 1
    after = house.ctl("exam", "show", old)
    assert {**before, "text_version": 2} == after and len(house.results(old)) == 1


def read_calibrations(house, name, points, done):
    """Gives work until the reader has one more, and reads it."""
    for _ in range(40):
        waiting = [code for code in house.calibrations_of(name) if code not in done]
        if waiting:
            break
        house.release(house.write())
        house.at_rest()
    code = waiting[0]
    done.add(code)
    judged = house.workload(name)["calibrations"]
    house.read_text(code, points)
    wait_until("judged", lambda: house.workload(name)["calibrations"] == judged + 1)
    house.at_rest()


def check_recalibrating(house, name, done):
    """Two of the last five outside: nothing but calibrations, one at a time; two within: work again."""
    while not house.workload(name)["recalibrating"]:
        assert len(done) < 4, "two outside are enough"
        read_calibrations(house, name, BAD, done)
    fresh = [code for code in house.calibrations_of(name) if code not in done]
    assert len(fresh) == 1, fresh
    handles = [house.write() for _ in range(4)]
    for handle in handles:
        for code in house.wait_pair(handle):
            assert house.offers()[code].reader != name, "work for a reader who is recalibrating"
    house.at_rest()
    assert [code for code in house.calibrations_of(name) if code not in done] == fresh, "more than one at a time"
    for _ in range(2):
        assert house.workload(name)["recalibrating"]
        read_calibrations(house, name, GOOD, done)
    assert not house.workload(name)["recalibrating"]
    for handle in handles:
        house.release(handle)
    for _ in range(20):
        if any(house.offers()[code].reader == name for code in house.wait_pair(house.write())):
            return
    raise AssertionError(house.ctl("exam", "workload"))


def check_appeal(house, done):
    """The paper of a calibration is appealed: who is reading it loses it, and reads no appeal of it."""
    names = [row["reader"] for row in house.ctl("exam", "workload")]
    for _ in range(20):
        under_way = [code for name in names for code in house.calibrations_of(name)
                     if code not in done and code not in house.closed() and house.handle_of(code)]
        fresh = [code for code in under_way if "endorse.desk.seat.closed.v1" not in desk_heard(house, code)
                 and house.of_seat(code, "accepted", house.exam_pb2.SeatAccepted()) == "applied"]
        if fresh:
            break
        house.release(house.write())
        house.at_rest()
    code = fresh[0]
    handle = house.handle_of(code)
    lent_to = {house.offers()[each].reader for each in house.seats_of(handle)}
    known = house.seats_of(handle)
    assert house.of_paper(handle, "paper.appealed", house.exam_pb2.PaperAppealed(kind=2)) == "applied"
    wait_until("closed", lambda: code in house.closed())
    wait_until("read anew", lambda: len(house.seats_of(handle) - known) == 2, seconds=20)
    again = house.seats_of(handle) - known
    assert not lent_to & {house.offers()[each].reader for each in again}, "E2"
    for each in again:
        house.read_text(each, [5, 4, 4, 4])
    assert house.wait_result(handle, 2).score_hundredths == 1700


def main():
    with House() as desk, Exam(desk.text) as house:
        for number in range(8):
            house.reader([(EMPLOYER, f"agency-{number}")], capacity=60)
        house.operator("ann", 1)
        house.operator("ben", 3)
        for _ in range(3):
            house.release(house.write())
        name, measured, work = check_first_five(house)
        check_offer_is_alike(house, measured, work)
        check_pages_are_alike(house, desk, measured, work)
        check_life_is_alike(house, name, measured, work)
        done = {measured}
        check_recalibrating(house, name, done)
        check_appeal(house, done)
        house.plans_repeat()
    print("exam_calibration_test: ok")


if __name__ == "__main__":
    main()
