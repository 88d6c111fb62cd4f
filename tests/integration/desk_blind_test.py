#!/usr/bin/python3
"""A7 at the desk: nobody can tell one sheet of two from none; "not yours" and "not there" are the same bytes after
the same Redis commands.  Each comparison has a positive control, so that it cannot pass by looking at nothing."""
import hashlib
import re

from desk_house import House, Reader, Trace, random_name, sheet
from system import wait_until


def wait_listed(reader, code):
    wait_until("the list", lambda: code in reader.get("/").text, seconds=20)


def seen(answer, code=""):
    """All that reaches a reader but the date, and what the reader asked for."""
    headers = [(key, value) for key, value in answer.headers if key != "Date"]
    text = answer.text.replace(code, "CODE") if code else answer.text
    return answer.status, headers, text


def commands(house, trace, ask):
    """The commands that a request causes, with their keys; heartbeats and other sweeps are not of the request."""
    mark = random_name(12)
    house.redis("ECHO", mark + "-begin")
    wait_until("the mark", lambda: any(mark + "-begin" in line for line in trace.lines))
    answer = ask()
    house.redis("ECHO", mark + "-end")
    wait_until("the mark", lambda: any(mark + "-end" in line for line in trace.lines))
    lines = list(trace.lines)
    first = next(i for i, line in enumerate(lines) if mark + "-begin" in line)
    last = next(i for i, line in enumerate(lines) if mark + "-end" in line)
    between = [re.sub(r"^\S+ \[[^]]*\] ", "", line).strip() for line in lines[first + 1:last]]
    # Not the request's: heartbeats, and entries taken off the outbox after an earlier act was acknowledged.
    ours = [line for line in between
            if not re.search(r'endorse_beat|wf:|"AUTH"|"(auth|HELLO|COMMAND)"|"ECHO"|"HDEL" "\{desk:\d+\}:o"', line, re.I)]
    return answer, ours


def check_not_yours(house, trace):
    mine, other = random_name(26), random_name(26)
    own, foreign = house.offer(mine), house.offer(other)
    reader, stranger = house.signed_in(mine), house.signed_in(other)
    wait_listed(reader, own)
    wait_listed(stranger, foreign)
    stranger.open(foreign)
    assert stranger.act(foreign, "save", **sheet(3)).status == 303
    absent, malformed = random_name(13), "not-a-code"
    house.redis("PING")
    answers = {}
    for code in (foreign, absent, malformed):
        answers[code] = [commands(house, trace, lambda code=code: reader.get(f"/seat/{code}"))]
        reader.get("/")
        for do in ("accept", "save", "submit", "known", "nonsense"):
            fields = {"csrf": reader.hidden("csrf"), "do": do, "remarks": "my words", "score:trait1": "3"}
            answers[code].append(
                commands(house, trace, lambda code=code, fields=fields: reader.post(f"/seat/{code}", fields)))
    plain = {code: [(seen(answer, code), ours) for answer, ours in rows] for code, rows in answers.items()}
    for rows in zip(*plain.values()):
        statuses = {row[0][0] for row in rows}
        assert statuses == {404}, statuses
        assert rows[0] == rows[1] == rows[2], rows
        assert foreign not in str(rows) and len(rows[0][1]) == 1, rows[0][1]
    # Controls: the own code is another answer, and other commands; and the trace does see a code that is looked at.
    answer, ours = commands(house, trace, lambda: reader.get(f"/seat/{own}"))
    assert answer.status == 200 and len(ours) > 1 and own in str(ours), ours
    assert "my words" in answers[foreign][2][0].text and "Nothing was changed" in answers[foreign][2][0].text
    assert stranger.get(f"/seat/{foreign}").text.count(" checked>") == 4, "somebody else's draft was touched"
    for path in (f"/seat/{foreign}", f"/seat/{absent}"):
        assert seen(Reader(house).get(path), path)[:2] == seen(Reader(house).get("/seat/x"), "/seat/x")[:2]


def everything(reader, code):
    """Every endpoint that a reader has."""
    paths = ["/", f"/seat/{code}", "/seat/0000000000000", "/enter/none", "/livez", "/readyz", "/robots.txt",
             "/assets/desk.js", "/assets/desk.css", "/assets/style.css", "/nothing"]
    answers = [seen(reader.get(path)) for path in paths]
    # The page of a link has a fresh random text in its form and its cookie.
    return [re.sub(r'value="[A-Za-z0-9_-]{43}"|endorse-desk-form=[A-Za-z0-9_-]{43}', "RANDOM", str(answer)) for answer in answers]


def check_one_of_two(house):
    """Two readers of one text; the second polls everything while the first goes from offer to lock."""
    first_name, second_name = random_name(26), random_name(26)
    text = house.text()
    first_code, second_code = house.offer(first_name, **text), house.offer(second_name, **text)
    first, second = house.signed_in(first_name), house.signed_in(second_name)
    wait_listed(first, first_code)
    wait_listed(second, second_code)
    second.open(second_code)
    before = everything(second, second_code)
    own_before = everything(first, first_code)
    first.open(first_code)
    assert everything(second, second_code) == before, "opened"
    assert first.act(first_code, "save", **sheet(5)).status == 303
    assert everything(second, second_code) == before, "saved"
    assert first.act(first_code, "submit", **sheet(5)).status == 303
    assert everything(second, second_code) == before, "locked"
    assert first.act(first_code, "known", known="know").status == 200
    assert everything(second, second_code) == before, "known"
    assert house.exam.send("closed", first_code, house.exam_pb2.SeatClosed()) == "applied"
    assert everything(second, second_code) == before, "closed"
    assert everything(first, first_code) != own_before, "the control sees nothing either"


def check_order(house):
    """DESK 5.3: neither arrival nor due day moves a line."""
    name = random_name(26)
    codes = [house.offer(name, due_on=f"2027-0{9 - i}-01") for i in range(7)]
    reader = house.signed_in(name)
    for code in codes:
        wait_listed(reader, code)
    shown = re.findall(r'href="/seat/([0-9A-Z]{13})"', reader.get("/").text)
    assert shown == sorted(codes, key=lambda code: hashlib.sha256(code.encode()).digest())


def main():
    with House() as house:
        trace = Trace(house)
        try:
            check_not_yours(house, trace)
            print("check_not_yours: ok", flush=True)
        finally:
            trace.close()
        for check in (check_one_of_two, check_order):
            check(house)
            print(f"{check.__name__}: ok", flush=True)


if __name__ == "__main__":
    main()
