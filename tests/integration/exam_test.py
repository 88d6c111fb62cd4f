#!/usr/bin/python3
"""endorse-exam as it runs: from a sealed paper to a released result, with intake and desk played."""
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


with ExamHouse() as house:
    check_a1(house)
print("ok")
