#!/usr/bin/python3
"""The readers' way through the desk, over HTTP: sign-in, list, scoring, locking; every refusal says why and changes
nothing; what exam and intake are told."""
from desk_house import RUBRIC, House, Reader, random_name, sheet, today
from system import wait_until

import reader  # deploy/demo

NO_STORE = ["no-store"]


def listed(reader, code):
    return code in reader.get("/").text


def wait_listed(reader, code, there=True):
    wait_until("the list", lambda: listed(reader, code) == there, seconds=20)


def check_links(house):
    """DESK 4: a GET never acts; a link is good once, and until its day has passed; a new one can be had."""
    name = random_name(26)
    link, reader = house.link(name, 3), Reader(house)
    for _ in range(3):
        page = reader.get(link)
        assert page.status == 200 and "Sign in" in page.text and "endorse-desk=" not in str(page.header("Set-Cookie"))
    assert reader.post(link, {"form": "x" * 43}).status == 403, "a form of nobody's was taken"
    assert reader.post(link, {"form": reader.hidden("form")}, **{"Sec-Fetch-Site": "cross-site"}).status == 403
    answer = reader.sign_in(link)
    assert answer.status == 303
    cookie = " ".join(answer.header("Set-Cookie"))
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Max-Age=86400" in cookie, cookie
    assert "My assignments" in reader.get("/").text
    for dead in (link, house.link(name, 4, today() - 1), "/enter/" + "7f" + "A" * 60, "/enter/none"):
        other = Reader(house)
        page = other.get(dead)
        assert page.status == 404 and "no longer valid" in page.text, dead
        answer = other.post(dead.replace("/enter/", "/link/"), {"form": other.hidden("form")})
        assert answer.status == 200 and "Please look into your mail" in answer.text
    assert len(house.intake.wait_for("endorse.desk.reader.link.wanted.v1")) == 1, "asked once within ten minutes"
    assert Reader(house).sign_in(house.link(name, 2)).status == 303, "an older link that was not used is good"
    reader.get("/")
    assert reader.post("/sign-out", {"csrf": "0" * 43}).status == 403
    assert reader.post("/sign-out", {"csrf": reader.hidden("csrf")}).status == 303
    assert "My assignments" not in reader.get("/").text


def check_way(house):
    """Offer to lock; what exam is told; what cannot be done any more."""
    name = random_name(26)
    code = house.offer(name)
    reader = house.signed_in(name)
    wait_listed(reader, code)
    page = reader.get(f"/seat/{code}")
    assert page.header("Cache-Control") == NO_STORE and page.header("Referrer-Policy") == ["no-referrer"]
    assert "Would you read" in page.text and "[NAME]" not in page.text, "the text is shown from opening on"
    assert reader.act(code, "open").status == 422, "opened before it was accepted"
    page = reader.open(code)
    assert "I would begin with [NAME]." in page.text and "No text." in page.text
    assert reader.act(code, "save", **sheet(3, remarks="Between\nus", note__trait1="hm")).status == 303
    page = reader.get(f"/seat/{code}")
    assert "Between\nus" in page.text and page.text.count(" checked>") == 4
    refused = reader.act(code, "review", score__trait1="3", remarks="kept words")
    assert refused.status == 422 and refused.text.count("Please choose a score.") == 6 and "kept words" in refused.text
    refused = reader.act(code, "review", **dict(sheet(3), score__trait1="9"))
    assert refused.status == 422 and refused.text.count("This score is outside the rubric.") == 2, "beside the score, and in the list"
    assert "Please choose a score." not in refused.text, "one mistake is told as one"
    beside = reader.get("/sign-out")
    assert beside.status == 405 and beside.header("Allow") == ["POST"] and beside.header("Referrer-Policy") == ["no-referrer"]
    for wrong in ({"score__trait1": "6"}, {"score__trait1": "-1"}, {"score__trait9": "1"}, {"comment": "none-such"}):
        refused = reader.act(code, "save", remarks="kept words", **wrong)
        assert refused.status == 422 and "kept words" in refused.text, wrong
    review = reader.act(code, "review", **sheet(4, comment="thinking-strong", remarks="for me"))
    assert review.status == 200 and "Lock this sheet?" in review.text
    reader.page = review
    fields = {key: reader.hidden(key) for key in ("csrf", "text_version", "sheet_version")}
    fields.update({f"score:{each}": "4" for each in RUBRIC}, comment="thinking-strong", remarks="for me", do="submit")
    stale = dict(fields, text_version="9")
    assert reader.post(f"/seat/{code}", stale).status == 422
    assert reader.post(f"/seat/{code}", fields).status == 303
    assert reader.post(f"/seat/{code}", fields).status == 303, "pressed twice is one act"
    changed = dict(fields)
    changed["score:trait1"] = "5"
    again = reader.post(f"/seat/{code}", changed)
    assert again.status == 422 and "Your sheet is locked; nothing of it was changed." in again.text
    told = house.exam_pb2.SeatSubmitted.FromString(house.exam.wait_for("endorse.exam.seat.submitted.v1")[0])
    assert [(s.criterion, s.points) for s in told.scores] == [(each, 4) for each in RUBRIC]
    assert list(told.comments) == ["thinking-strong"] and b"for me" not in told.SerializeToString()
    assert len(told.sheet_sha256) == 32 and told.sheet_version == 1 and told.text_version == 1
    assert reader.act(code, "known").status == 422
    assert reader.act(code, "known", known="suspect").status == 303
    assert "You said: I suspect it." in reader.get(f"/seat/{code}").text
    assert reader.act(code, "known", known="no").status == 422
    assert house.exam.wait_for("endorse.exam.seat.writer.known.v1")
    assert reader.act(code, "correct").status == 303
    assert house.exam.wait_for("endorse.exam.seat.correction.requested.v1")
    assert house.exam.send("correction.allowed", code, house.exam_pb2.SeatCorrectionAllowed(sheet_version=2)) == "applied"
    assert reader.act(code, "submit", **sheet(5)).status == 303
    sheets = house.exam.wait_for("endorse.exam.seat.submitted.v1", 2)
    assert house.exam_pb2.SeatSubmitted.FromString(sheets[1]).sheet_version == 2
    assert len(house.exam.wait_for("endorse.exam.seat.submitted.v1", 2)) == 2, "a sheet was told twice"


def check_leaving(house):
    """Declined, recused and closed: gone, and what was entered comes back to be copied."""
    name = random_name(26)
    declined, recused, closed = (house.offer(name) for _ in range(3))
    reader = house.signed_in(name)
    for code in (declined, recused, closed):
        wait_listed(reader, code)
    assert reader.act(declined, "decline").status == 422
    assert reader.act(declined, "decline", reason="time").status == 200
    reader.open(recused)
    assert reader.act(recused, "decline", reason="time").status == 422
    assert reader.act(recused, "recuse", reason="know-the-writer").status == 200
    page = reader.open(closed)
    fields = {key: reader.hidden(key) for key in ("csrf", "text_version", "sheet_version")}
    assert house.exam.send("closed", closed, house.exam_pb2.SeatClosed()) == "applied"
    late = reader.post(f"/seat/{closed}", {**fields, "do": "save", "remarks": "an hour of work"})
    assert late.status == 404 and "an hour of work" in late.text and "Nothing was changed" in late.text
    for code in (declined, recused, closed):
        wait_listed(reader, code, there=False)
        assert reader.get(f"/seat/{code}").status == 404
    assert page.status == 200
    for code in (declined, recused, closed):  # redacted anew, and on its way meanwhile
        assert house.exam.send("text.replaced", code, house.exam_pb2.SeatTextReplaced(**house.text(3))) == "applied"
    keys = house.redis("--scan", "--pattern", "*s:text:*").stdout
    for code in (declined, recused, closed):
        assert code not in keys, "the key of a text outlived its seat"
    assert house.exam.wait_for("endorse.exam.seat.declined.v1") and house.exam.wait_for("endorse.exam.seat.recused.v1")


def check_question(house):
    """"This text identifies someone": the text is gone at once, the draft is not; the new text comes back."""
    name = random_name(26)
    code = house.offer(name)
    reader = house.signed_in(name)
    wait_listed(reader, code)
    reader.open(code)
    assert reader.act(code, "question", prompt="no-such").status == 422
    assert reader.act(code, "question", prompt="vignette-1").status == 303
    told = house.exam_pb2.SeatQuestioned.FromString(house.exam.wait_for("endorse.exam.seat.questioned.v1")[0])
    assert told.prompt == "vignette-1"
    page = reader.get(f"/seat/{code}")
    assert "I would begin" not in page.text and "The text is not here for now" in page.text
    assert reader.act(code, "save", **sheet(2)).status == 303
    paused = reader.act(code, "submit", **sheet(2))
    assert paused.status == 422 and "Your draft is kept" in paused.text
    old = {"csrf": reader.hidden("csrf"), "do": "review", "text_version": "1", "sheet_version": reader.hidden("sheet_version"),
           **{key.replace("__", ":"): value for key, value in sheet(2).items()}}
    assert "Your draft is kept" in reader.post(f"/seat/{code}", old).text, "reviewed while the text was not there"
    text = house.text(2, {"vignette-1": "I would begin with somebody.", "vignette-2": "Yes."})
    assert house.exam.send("text.replaced", code, house.exam_pb2.SeatTextReplaced(**text)) == "applied"
    page = reader.get(f"/seat/{code}")
    assert "I would begin with somebody." in page.text and page.text.count(" checked>") == 4
    stale = reader.post(f"/seat/{code}", old)
    assert stale.status == 422 and "The text was replaced" in stale.text and "Lock this sheet?" not in stale.text, \
        "a page of the old text reviewed its way to the new one"
    assert reader.act(code, "submit", **sheet(2)).status == 303


def check_bad_offers(house):
    """DESK 1.2, 2.8: what cannot be shown is parked, and nobody else is."""
    name, code = random_name(26), random_name(13)
    offer = {"reader": name, "form": "mentor-clinical-1", "language": "en", "due_on": "2027-02-01"}

    def send(source=None, **fields):
        message = house.exam_pb2.SeatOffered(**{**offer, **house.text(), **fields})
        return house.exam.send("offered", random_name(13) if source is None else code, message, source=source)
    assert send(form="no-such-1") == "parked"
    assert send(text_sha256=b"0" * 32) == "parked"
    assert send(sealed_key=b"0" * 72) == "parked"
    assert send(**house.text(answers={"another-prompt": "x"})) == "parked"
    assert send(**house.text(answers={"vignette-1": "a\u202eb"})) == "parked"
    assert send(source="exam/paper/" + random_name(26)) == "parked", "an address could carry a handle"
    assert send() == "applied"


def check_script(house):
    """Text is text: what looks like markup is shown, not obeyed; autosave answers plainly."""
    name = random_name(26)
    code = house.offer(name, answers={"vignette-1": "<script>alert(1)</script> & \"quotes\"", "vignette-2": "x"})
    reader = house.signed_in(name)
    wait_listed(reader, code)
    page = reader.open(code)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;" in page.text
    assert page.text.count("<script") == 1 and 'src="/assets/desk.js"' in page.text
    assert reader.act(code, "autosave", remarks="quietly").status == 204
    assert "quietly" in reader.get(f"/seat/{code}").text
    assert reader.act(code, "autosave", score__trait1="77").status == 422
    assert reader.act(code, "nonsense").status == 422
    assert Reader(house).act(code, "accept").status == 403


def check_demo_reader(house):
    """deploy/demo/reader.py, which plays the readers of the sample traffic, goes the whole way."""
    name = random_name(26)
    codes = {house.offer(name), house.offer(name)}
    desk = reader.sign_in(house.url(house.link(name)))
    wait_until("the list", lambda: set(desk.codes(waiting=True)) == codes)
    before = len(house.exam.wait_for("endorse.exam.seat.submitted.v1"))
    for code in codes:
        assert "You said: no." in desk.score(code, {each: 4 for each in RUBRIC}, ["steps-strong", "thinking-strong"])
    told = house.exam.wait_for("endorse.exam.seat.submitted.v1", before + 2)[before:]
    assert [len(house.exam_pb2.SeatSubmitted.FromString(each).comments) for each in told] == [2, 2]
    wait_until("the list", lambda: not desk.codes(waiting=True))
    assert set(desk.codes()) == codes


def check_restart(house):
    """Killed and started again: sessions, drafts and seats are as they were."""
    name = random_name(26)
    code = house.offer(name)
    reader = house.signed_in(name)
    wait_listed(reader, code)
    reader.open(code)
    assert reader.act(code, "save", **sheet(5, remarks="before the fall")).status == 303
    house.desk.kill()
    house.desk.wait()
    house.start_desk()
    assert "before the fall" in reader.get(f"/seat/{code}").text


def main():
    with House() as house:
        for check in (check_links, check_way, check_leaving, check_question, check_bad_offers, check_script, check_demo_reader,
                      check_restart):
            check(house)
            print(f"{check.__name__}: ok", flush=True)


if __name__ == "__main__":
    main()
