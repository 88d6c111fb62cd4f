#!/usr/bin/python3
"""endorse-exam as it runs: from a sealed paper to a released result, with intake and desk played."""
import os

from exam_house import ExamHouse
from system import wait_until

EMPLOYER = 2


def pair(house, known):
    first, second = house.wait_seats(2, known)
    return first, second


def check_a1(house):
    """A1: both sheets within tolerance and on one side: the mean; two readers, two codes; "review" until then."""
    for number in range(8):
        house.reader([(EMPLOYER, f"agency-{number}")])
    handles = []
    for number in range(10):
        known = set(house.offers())
        handle = house.seal([(EMPLOYER, f"agency-{number}")])
        first, second = pair(house, known)
        offers = house.offers()
        assert offers[first].reader != offers[second].reader
        assert offers[first].sealed_text == offers[second].sealed_text
        handles.append((handle, first, second))
    codes = {code for _, first, second in handles for code in (first, second)}
    assert len(codes) == 20 and all(len(code) == 13 for code in codes)
    for handle, first, second in handles:
        house.read(first, [5, 4, 4, 5])
        assert house.words(handle) == ["review"] and not house.results(handle)
        house.read(second, [4, 4, 4, 5], comments=["thinking-strong"])
        result = house.wait_result(handle)
        assert (result.score_hundredths, result.most, result.passed) == (1750, 20, True), result
        assert [c.hundredths for c in result.criteria] == [450, 400, 400, 500]
        assert list(result.comments) == ["thinking-strong"] and len(result.proof_sha256) == 32
        wait_until("released", lambda: house.words(handle) == ["review", "released"])
    assert len(house.intake.of("endorse.exam.reader.notice.v1")) > 0
    assert not any(code in str(e) for e in house.intake.taken for code in codes), "intake was told a code"


def check_a2(house):
    """A2: too far apart on one criterion: a third reader, not one of the two, with the same bytes; the median."""
    known = set(house.offers())
    handle = house.seal()
    first, second = pair(house, known)
    house.read(first, [5, 4, 4, 4])
    house.read(second, [3, 4, 4, 4])
    third, = house.wait_seats(1, known | {first, second})
    offers = house.offers()
    assert len({offers[code].reader for code in (first, second, third)}) == 3
    assert offers[third].sealed_text == offers[first].sealed_text
    assert offers[third].SerializeToString().__len__() == offers[first].SerializeToString().__len__()
    house.read(third, [4, 4, 4, 4])
    result = house.wait_result(handle)
    assert result.score_hundredths == 1600 and result.passed, result
    assert [c.hundredths for c in result.criteria] == [400, 400, 400, 400]
    assert house.words(handle)[0] == "review" and "committee" not in house.words(handle)


def check_bad_sheets(house):
    """What is outside the rubric, twice, or for a seat that is gone is refused, and nothing changes."""
    known = set(house.offers())
    handle = house.seal()
    first, second = pair(house, known)
    assert house.submit(first, [6, 0, 0, 0]) == "refused"
    assert house.submit(first, [1, 1, 1]) == "refused"
    assert house.submit(first, {"trait1": 1, "trait9": 1, "trait2": 1, "trait3": 1}) == "refused"
    assert house.submit(first, [4, 4, 4, 4], text_version=2) == "refused"
    house.read(first, [4, 4, 4, 4])
    assert house.submit(first, [1, 1, 1, 1], version=2) == "refused", "locked"
    assert house.submit("0000000000000", [4, 4, 4, 4]) == "refused", "a code of nobody's"
    assert house.of_seat(second, "declined", house.exam_pb2.SeatDeclined(reason="time")) == "applied"
    assert house.submit(second, [4, 4, 4, 4]) == "refused", "gone"
    again, = house.wait_seats(1, known | {first, second})
    assert house.offers()[again].reader not in (house.offers()[first].reader, house.offers()[second].reader)
    house.read(again, [4, 4, 4, 4])
    assert house.wait_result(handle).score_hundredths == 1600


def check_a4(house):
    """A4: three sheets further apart than twice the tolerance: a committee of operators whom nothing excludes."""
    known = set(house.offers())
    handle = house.seal()
    first, second = pair(house, known)
    house.read(first, [5, 5, 5, 5])
    house.read(second, [2, 2, 2, 2])
    third, = house.wait_seats(1, known | {first, second})
    house.read(third, [0, 3, 4, 4])
    wait_until("a committee", lambda: house.words(handle)[-1] == "committee")
    assert not house.results(handle)
    for name, role in (("ann", 1), ("ben", 3), ("cho", 4), ("dee", 2)):
        house.operator(name, role)
    scores = "trait1=4,trait2=4,trait3=4,trait4=4"
    excluded = house.exam_pb2.OperatorExcluded(operator="dee")
    assert house.of_paper(handle, "operator.excluded", excluded) == "applied"

    def split(*arguments):
        answer = house.ctl("exam", "split", handle, *arguments, "--reason", "read together", check=False)
        return "done" if isinstance(answer, dict) else answer.stderr
    assert "excluded" in split(scores, "--members", "ann,ben,dee", "--as", "ann")
    assert "members-missing" in split(scores, "--members", "ann,ben,ben", "--as", "ann")
    assert "members-missing" in split(scores, "--members", "ann,ben,nobody", "--as", "ann")
    assert "wrong-role" in split(scores, "--members", "ann,ben,cho", "--as", "ben")
    assert "points-outside" in split(scores.replace("1=4", "1=9"), "--members", "ann,ben,cho", "--as", "ann")
    assert split(scores, "--members", "ann,ben,cho", "--as", "ann") == "done"
    result = house.wait_result(handle)
    assert (result.score_hundredths, result.passed) == (1600, True), result
    assert house.ctl("exam", "show", handle)["result"]["score_hundredths"] == 1600


def check_a6(house):
    """A6: a conflict becomes known after locking: that sheet is set aside, a new code; the other reader hears nothing."""
    facts = [(EMPLOYER, "late agency")]
    known = set(house.offers())
    handle = house.seal(facts)
    first, second = pair(house, known)
    house.read(first, [4, 4, 4, 4])
    house.reader([(EMPLOYER, "late agency")], name=house.offers()[first].reader)
    new, = house.wait_seats(1, known | {first, second})
    assert house.offers()[new].reader not in (house.offers()[first].reader, house.offers()[second].reader)
    assert first in house.closed() and second not in house.closed()
    house.read(second, [4, 4, 4, 4])
    house.read(new, [5, 4, 4, 4])
    assert house.wait_result(handle).score_hundredths == 1650
    changed = house.exam_pb2.PaperTokensChanged(tokens=house.tokens([(EMPLOYER, "a newer agency")]))
    assert house.of_paper(handle, "paper.tokens.changed", changed) == "applied"
    assert new not in house.closed(), "what is released stays"


def check_knows(house):
    """A reader who knows the writer: the sheet does not count, another reads."""
    known = set(house.offers())
    handle = house.seal()
    first, second = pair(house, known)
    house.read(first, [4, 4, 4, 4], known=0)
    house.read(second, [4, 4, 4, 4], known=2)
    house.say_known(first, 3)
    new, = house.wait_seats(1, known | {first, second})
    assert not house.results(handle) and first in house.closed()
    house.read(new, [3, 4, 4, 5])
    assert house.wait_result(handle).score_hundredths == 1600


def check_text(house):
    """A text that names somebody: pulled from both, redacted anew, the same bytes for both."""
    known = set(house.offers())
    handle = house.seal()
    first, second = pair(house, known)
    asked = house.exam_pb2.SeatQuestioned(prompt="vignette-1")
    assert house.of_seat(first, "questioned", asked) == "applied"
    paused = wait_until("both paused", lambda: len({to for to, _ in house.desk_peer.of("endorse.desk.seat.paused.v1")}) == 2
                        and house.desk_peer.of("endorse.desk.seat.paused.v1"))
    assert {to.rsplit("/", 1)[1] for to, _ in paused} == {first, second}
    wait_until("intake told", lambda: len(house.intake.of("endorse.exam.paper.questioned.v1", f"intake/paper/{handle}")) == 1)
    house.read(second, [4, 4, 4, 4])  # the desk had locked it before it heard of the pause
    text = house.exam_pb2.PaperTextReplaced(text_version=2, text_sha256=b"2" * 32, sealed_text=b"anew", sealed_key=b"k" * 72)
    assert house.of_paper(handle, "paper.text.replaced", text) == "applied"
    wait_until("both resumed", lambda: len(house.desk_peer.of("endorse.desk.seat.text.replaced.v1")) == 2)
    assert len({payload for _, payload in house.desk_peer.of("endorse.desk.seat.text.replaced.v1")}) == 1
    house.read(first, [4, 4, 4, 4], text_version=2)
    assert house.wait_result(handle).score_hundredths == 1600


def check_a12(house):
    """A12: three papers, two eligible readers with two places each: a certificate, and other categories go on."""
    for _ in range(2):
        house.reader(category=8, capacity=2)
    known = set(house.offers())
    handles = [house.seal(category=8, form="mentor-research-1") for _ in range(3)]
    house.wait_seats(4, known)
    lacking = wait_until("a certificate", lambda: [h for h in handles if house.words(h)[-1:] == ["unassignable"]])
    shown = house.ctl("exam", "show", lacking[0])
    assert "2 lack" in shown["certificate"], shown
    assert "2 readers" in shown["certificate"] and "3 papers want 6" in shown["certificate"], shown
    states = {row["handle"]: row["state"] for row in house.ctl("exam", "list")}
    assert shown["category"] == "MHM_RF" and {row["category"] for row in house.ctl("exam", "list")} >= {"MHM_P", "MHM_RF"}
    assert ["MHM_RF"] in [reader["categories"] for reader in house.ctl("exam", "workload")]
    assert states[lacking[0]] == "unassignable"
    before = set(house.offers())
    house.reader(category=8, capacity=4)
    house.wait_seats(1, before)
    wait_until("half a way", lambda: house.words(lacking[0]) is not None)
    house.reader(category=8, capacity=4)
    wait_until("mended", lambda: house.words(lacking[0])[-1] == "review")


def check_a16(house):
    """A16: clerical: the same sheets again; rescore: two fresh readers; never lower; both resolutions are kept."""
    known = set(house.offers())
    handle = house.seal()
    first, second = pair(house, known)
    house.read(first, [4, 4, 4, 4])
    house.read(second, [4, 4, 4, 5])
    assert house.wait_result(handle).score_hundredths == 1650
    appeal = house.exam_pb2.PaperAppealed
    assert house.of_paper(handle, "paper.appealed", appeal(kind=1)) == "applied"
    again = house.wait_result(handle, 2)
    assert (again.resolution, again.score_hundredths) == (2, 1650)
    assert house.of_paper(handle, "paper.appealed", appeal(kind=2)) == "applied"
    third, fourth = house.wait_seats(2, known | {first, second})
    offers = house.offers()
    assert len({offers[code].reader for code in (first, second, third, fourth)}) == 4
    assert offers[third].SerializeToString().__len__() == offers[first].SerializeToString().__len__()
    house.read(third, [3, 4, 4, 4])
    house.read(fourth, [3, 4, 4, 4])
    last = house.wait_result(handle, 3)
    assert (last.resolution, last.score_hundredths, last.passed) == (3, 1650, True), "never lower"


def check_reasons(house):
    """A12: the certificate says what really bars a reader: who gave the paper back is not away."""
    for _ in range(2):
        house.reader(category=6, capacity=4)
    known = set(house.offers())
    handle = house.seal(category=6, form="mentor-clinical-1")
    for code in pair(house, known):
        assert house.of_seat(code, "declined", house.exam_pb2.SeatDeclined()) == "applied"

    def certificate():
        text = house.ctl("exam", "show", handle).get("certificate", "")
        return text if ": 2 lack" in text else None
    shown = wait_until("a certificate of both readings", certificate)
    assert "1 paper wants 2 readings" in shown and "2 are qualified: 0 of them have a conflict" in shown, shown
    assert "2 had a seat of it or of an earlier attempt, 0 are away" in shown and "Places for 2 more" in shown, shown


def check_a10(house):
    """A10: no response: given to another; opened and stalled: reminders, at most three, then taken over with a new code."""
    known = set(house.offers())
    handle = house.seal()
    silent, stalled = pair(house, known)
    name = house.offers()[stalled].reader
    assert house.of_seat(stalled, "accepted", house.exam_pb2.SeatAccepted()) == "applied"
    assert house.of_seat(stalled, "opened", house.exam_pb2.SeatOpened()) == "applied"
    house.advance(7)
    third, = house.wait_seats(1, known | {silent, stalled})
    assert silent in house.closed() and stalled not in house.closed()
    house.read(third, [4, 4, 4, 4])
    for days in (10, 4, 2, 3):
        house.advance(days)
    wait_until("taken over", lambda: stalled in house.closed())

    def notices():
        return [house.exam_pb2.ReaderNotice.FromString(payload).kind
                for _, payload in house.intake.of("endorse.exam.reader.notice.v1", f"intake/reader/{name}")]
    wait_until("an offer, two reminders, the last one", lambda: notices() == [1, 2, 2, 3])
    assert house.submit(stalled, [4, 4, 4, 4]) == "refused"
    assert not house.results(handle)


def check_kept(house):
    """SPEC 5.4: the text is kept for an appeal, and then no more; who read it has it no more either."""
    known = set(house.offers())
    handle = house.seal()
    first, second = pair(house, known)
    for code in (first, second):
        house.read(code, [4, 4, 4, 4])
    house.wait_result(handle)
    wait_until("released", lambda: house.words(handle)[-1] == "released")

    def text_is_there():
        return f"text:{handle}" in house.redis("--scan", "--pattern", "*text:*").stdout
    assert text_is_there(), "the control: the text was never there"
    house.advance(399)
    assert text_is_there() and first not in house.closed()
    house.advance(1.1)
    wait_until("the desk has it no more", lambda: {first, second} <= set(house.closed()), seconds=20)
    assert text_is_there()
    house.advance(7)
    wait_until("kept no more", lambda: not text_is_there(), seconds=20)
    appeal = house.exam_pb2.PaperAppealed
    assert house.of_paper(handle, "paper.appealed", appeal(kind=2)) == "refused"
    text = house.exam_pb2.PaperTextReplaced(text_version=2, text_sha256=b"2" * 32, sealed_text=b"late", sealed_key=b"k" * 72)
    assert house.of_paper(handle, "paper.text.replaced", text) == "ignored" and not text_is_there()
    assert house.of_paper(handle, "paper.appealed", appeal(kind=1)) == "applied"
    assert house.wait_result(handle, 2).score_hundredths == 1600, "sums and conversions need no text"


def check_a17(house):
    """A17: killed between any two steps, every message twice: nothing lost, nothing doubled, codes unchanged."""
    known = set(house.offers())
    handle = house.seal()
    first, second = pair(house, known)
    for code in (first, second):
        house.kill_exam()
        house.read(code, [4, 4, 4, 4], known=0)
        again = house.desk_peer.tell("seat.submitted", f"seat/{code}", f"seat/{code}", house.exam_pb2.SeatSubmitted(
            sheet_version=9, text_version=1, sheet_sha256=b"x" * 32), repeat=True)
        assert again == "duplicate", again
        house.kill_exam()
        house.say_known(code, 1)
    assert house.wait_result(handle).score_hundredths == 1600
    assert len(house.results(handle)) == 1
    assert set(house.offers()) - known == {first, second}


def check_pin(house):
    """A5: who has a conflict is never chosen, unless two operators of different roles say that it is none."""
    facts = [(EMPLOYER, "a small town")]
    free, colleague = house.reader(category=5), house.reader(facts, category=5)
    known = set(house.offers())
    everybody = [(1, f"somebody {number}") for number in range(95)]  # intake sends 96 at most
    handle = house.seal(everybody + facts, category=5, form="specialist-1")
    first, = house.wait_seats(1, known)
    assert house.offers()[first].reader == free
    wait_until("a certificate", lambda: house.words(handle)[-1] == "unassignable")
    assert "the same employer" in house.ctl("exam", "show", handle)["certificate"]

    def pin(operator, reader=colleague):
        answer = house.ctl("exam", "pin", handle, reader, "--reason", "left years ago", "--as", operator, check=False)
        return "done" if isinstance(answer, dict) else answer.stderr
    assert "no reader is called NOBODY" in pin("ann", "NOBODY")
    assert pin("ann") == "done"
    assert "same-key" in pin("ann")
    assert set(house.offers()) == known | {first}, "one word was enough"
    assert pin("ben") == "done"
    second, = house.wait_seats(1, known | {first})
    assert house.offers()[second].reader == colleague


def check_correction(house):
    """A locked sheet is corrected while nothing was compared, with a coordinator's word; after that it is too late."""
    known = set(house.offers())
    handle = house.seal()
    first, second = pair(house, known)
    house.read(first, [0, 0, 0, 0])
    answer = house.ctl("exam", "correct", first, "--as", "ann", check=False)
    assert "no-correction-wanted" in answer.stderr
    asked = house.exam_pb2.SeatCorrectionRequested()
    assert house.of_seat(first, "correction.requested", asked) == "applied"
    assert "wrong-role" in house.ctl("exam", "correct", first, "--as", "ben", check=False).stderr
    house.ctl("exam", "correct", first, "--as", "ann")
    wait_until("allowed", lambda: house.desk_peer.of("endorse.desk.seat.correction.allowed.v1", f"desk/seat/{first}"))
    assert house.submit(first, [4, 4, 4, 4], version=2) == "applied"
    house.read(second, [4, 4, 4, 4])
    assert house.wait_result(handle).score_hundredths == 1600
    assert house.of_seat(second, "correction.requested", asked) in ("applied", "ignored")
    wait_until("too late", lambda: "compared" in house.ctl("exam", "correct", second, "--as", "ann", check=False).stderr)


def check_silence(house):
    """A7 here: nothing that operations can ask tells none of two from one of two."""
    known = set(house.offers())
    handles = [house.seal(), house.seal()]
    house.wait_seats(4, known)
    wait_until("words", lambda: all(house.words(h) for h in handles))

    def seen():
        shown = [house.ctl("exam", "show", h) for h in handles]
        for each in shown:
            each.pop("handle")
        return shown, house.ctl("exam", "workload"), sorted(map(str, house.ctl("exam", "list"))), \
            [house.ctl("show", f"paper/{h}", check=False).returncode for h in handles]
    before = seen()
    assert before[0][0] == before[0][1]
    code = house.wait_seats(1, known)[0]
    for kind, payload in (("accepted", house.exam_pb2.SeatAccepted()), ("opened", house.exam_pb2.SeatOpened())):
        assert house.of_seat(code, kind, payload) == "applied"
    assert house.submit(code, [4, 4, 4, 4]) == "applied"
    house.say_known(code, 1)
    assert seen() == before


def check_seed(house):
    """The hash of the seed is published before, the seed after."""
    import hashlib
    now = house.ctl("exam", "seed")
    assert "seed" not in now[-1]
    for row in now[:-1]:
        assert hashlib.sha256(bytes.fromhex(row["seed"])).hexdigest() == row["sha256"]


with ExamHouse() as house:
    check_a1(house)
    for _ in range(6):
        house.reader(capacity=40)
    check_silence(house)
    check_a2(house)
    check_bad_sheets(house)
    check_a4(house)
    check_pin(house)
    check_correction(house)
    check_a6(house)
    check_knows(house)
    check_text(house)
    check_a16(house)
    check_a12(house)
    check_reasons(house)
    check_a17(house)
    check_seed(house)
    house.plans_repeat()
    stats = house.ctl("exam", "stats")
    assert {row["form"] for row in stats} == {"mentor-policy-1"} and stats[0]["papers"] >= 15, stats
    assert all(line["few"] and "kappa_linear" not in line for line in stats[0]["agreement"])
    anonymity = stats[0]["anonymity"]
    assert 0 < anonymity["k"] < stats[0]["papers"], "readers who may not read some of them mean fewer"
    page = os.path.join(house.folder, "stats.html")
    assert house.ctl("exam", "stats", "--page", page) == stats
    with open(page, encoding="utf-8") as file:
        assert f"Released papers: {stats[0]['papers']}." in file.read()
with ExamHouse() as house:
    for _ in range(6):
        house.reader()
    check_a10(house)
    check_kept(house)
    check_seed(house)
    house.plans_repeat()
print("ok")
