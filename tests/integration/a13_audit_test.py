#!/usr/bin/python3
"""A13, the audit: the copier's own user can empty no journal; whoever can is told of within one cycle, by status, /ops and
/metrics; the copy stays whole, keeps what was lost, and goes on.  Without any of this: no alarm."""
import os
import subprocess
import tempfile
import time
import urllib.request

from story import application, endorse, play
from system import BUILD, System, dump, wait_until

PORTAL = "audited"
CYCLE = 1
SETTINGS = f'sandbox = "yes"\naudit_cycle_seconds = "{CYCLE}"\naudit_reread_lines = "2000"\n'


def command(system, *arguments):
    done = subprocess.run([os.path.join(BUILD, "bin", "endorsectl"), "--state", system.state, "audit", *arguments],
                          capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def as_user(system, program, *arguments):
    """One Redis command with a program's own credential."""
    with open(os.path.join(system.state, "secrets", f"{program}.secrets"), encoding="utf-8") as file:
        password = dict(line.split() for line in file)["redis-password"]
    done = subprocess.run(["redis-cli", "--no-auth-warning", "-s", os.path.join(system.state, "run", "redis.sock"),
                           "--user", program, *arguments], env=dict(os.environ, REDISCLI_AUTH=password),
                          capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip() + done.stderr.strip()


def ask(system):
    return system.doors.ctl("audit", "status", may_fail=True)


def kinds(system):
    return [alarm["kind"] for alarm in ask(system)["alarms"]]


def followed(system):
    """Waits for a cycle that began after now."""
    began = time.time() * 1000
    wait_until("two cycles", lambda: ((ask(system) or {}).get("followed_ms") or 0) > began, 30)
    began = time.time() * 1000
    wait_until("two cycles", lambda: ask(system)["followed_ms"] > began, 30)


def verify(system, *options):
    return system.doors.ctl("audit", "verify", *options, may_fail=True)


def journals(system):
    return {key: int(system.redis("XLEN", key)) for key in system.redis("--scan", "--pattern", "{*}:j").split()}


def show(system, address):
    return [(row["version"], row["type"], row["entry"]) for row in
            system.doors.ctl("audit", "show", address, may_fail=True)]


def longest(system, service):
    rows = [(length, key) for key, length in journals(system).items() if key.startswith("{" + service + ":")]
    return max(rows)[1]


def told(system, kind):
    """The alarm is there, and how long it took; then by every way that a person has."""
    began = time.monotonic()
    wait_until(kind, lambda: kind in kinds(system), 20, pause=0.02)
    return time.monotonic() - began


def page(system, path):
    with urllib.request.urlopen(system.http + path, timeout=20) as answer:
        return answer.read().decode()


def acknowledge(system):
    last = max(alarm["number"] for alarm in ask(system)["alarms"])
    assert command(system, "acknowledge", str(last))[0] == 0
    wait_until("acknowledged", lambda: not kinds(system), 5)


def check_follows(system, case):
    """The negative control: all lines are copied, nothing is wrong."""
    followed(system)
    status = system.doors.ctl("status")
    assert status["well"] and "no alarm" in status["audit"], dump(status)
    report = verify(system)
    assert report["whole"] and report["lines"] == sum(journals(system).values()), dump([report, journals(system)])
    assert report["unfit"] == 0 and report["alarms"] == 0 and report["checkpoints"] >= 1, dump(report)
    assert len(show(system, f"intake/application/{case.id}")) > 5
    assert system.metric("endorse_audit_alarms") == 0
    assert "audit.0" in [row["name"] for row in system.doors.ctl("workers")]
    row = system.row("audit.0")
    assert "audit_lines_total" not in row["metrics"], "the count of lines would tell of a locked sheet"


def check_own_user(system):
    """XADD, XTRIM and the rest: refused to the copier itself; so is every key that is no journal."""
    key = longest(system, "intake")
    length = system.redis("XLEN", key)
    for words in (["XADD", key, "MAXLEN", "0", "*", "m", "x"], ["XTRIM", key, "MAXLEN", "0"], ["XDEL", key, "0-1"],
                  ["DEL", key], ["UNLINK", key], ["SET", key, "x"], ["EVAL", "return 1", "0"], ["KEYS", "*"], ["SCAN", "0"],
                  ["CONFIG", "GET", "*"], ["FUNCTION", "LIST"], ["XRANGE", "{intake:1}:x:l:log", "-", "+"],
                  ["GET", "{intake:1}:s:person:P-1"]):
        assert "NOPERM" in as_user(system, "audit", *words), words
    assert "NOPERM" in as_user(system, "audit", "MONITOR")
    assert system.redis("XLEN", key) == length == as_user(system, "audit", "XLEN", key)


def check_truncated(system, case):
    """A program's own right to append is enough to empty its journal.  It is seen within one cycle."""
    address = f"intake/application/{case.id}"
    before, lines = show(system, address), verify(system)["lines"]
    partition = system.doors.ctl("audit", "show", address)[0]["stream"].split(":")[1]
    key = "{intake:%s}:j" % partition
    assert "-" in as_user(system, "intake", "XADD", key, "MAXLEN", "0", "*", "m", "x")
    took = told(system, "stream-vanished")
    assert took < CYCLE + 2, f"{took:.1f} s"
    status = system.doors.ctl("status", may_fail=True)
    assert not status["well"] and "stream-vanished" in status["audit"], dump(status)
    code, text = command(system, "status")
    assert code == 1 and "stream-vanished" in text and "missing" in text, text
    wait_until("/ops", lambda: "stream-vanished" in page(system, "/ops"), 15)
    wait_until("/metrics", lambda: system.metric("endorse_audit_alarms") == 1, 15)
    assert system.log("audit.0").count("AUDIT-ALARM") == 1
    report = verify(system)
    assert report["whole"] and report["lines"] == lines and show(system, address) == before, "the copy has it all"
    followed(system)
    assert kinds(system) == ["stream-vanished"], "told once"
    code, text = command(system, "acknowledge", "99")
    assert code == 1 and "the last alarm is 1" in text, text
    acknowledge(system)
    assert system.doors.ctl("status")["well"]
    followed(system)
    assert kinds(system) == [], "and not again"


def check_other_ways(system):
    """Cut short, its last entry taken out, a line put in, one that is no line."""
    first = longest(system, "reference")
    system.redis("XTRIM", first, "MAXLEN", "1")
    told(system, "stream-shorter")
    second = longest(system, "renewal")
    last = system.redis("XREVRANGE", second, "+", "-", "COUNT", "1", raw=True).split()[0].decode()
    system.redis("XDEL", second, last)
    told(system, "last-entry-missing")
    system.redis("XADD", longest(system, "courier"), "*", "m", "no line at all")
    told(system, "line-unreadable")
    middle = longest(system, "intake")
    entry = system.redis("XRANGE", middle, "-", "+", "COUNT", "1", raw=True).split()[0].decode()
    system.redis("XDEL", middle, entry)
    wait_until("a hole in the middle", lambda: kinds(system).count("stream-shorter") == 2, 20)
    report = verify(system)
    assert report["whole"] and report["alarms"] == len(kinds(system)), dump(report)
    acknowledge(system)


def check_killed(system, deposited):
    """kill -9 while lines come: the copy verifies, continues, and has each line once."""
    for number in range(4):
        play.publish_opening(system.doors, [application(8420 + number, PORTAL)])
        assert system.kill("audit.0")
        play.publish_opening(system.doors, [application(8430 + number, PORTAL)])
        wait_until("it is back", lambda: (ask(system) or {}).get("state") == "following", 60)
    system.wait_quiet()
    followed(system)
    report = verify(system, "--checkpoint", deposited)
    assert report["whole"] and report["deposited"], dump(report)
    assert kinds(system) == [], dump(ask(system))
    lost = sum(int(alarm) for alarm in missing(system))
    assert report["lines"] == sum(journals(system).values()) + lost, dump([report, lost])


def missing(system):
    """What the copy has and Redis lacks by now, from the alarms of the copy's own text."""
    rows = {}
    folder = os.path.join(system.state, "audit")
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".log"):
            continue
        with open(os.path.join(folder, name), "rb") as file:
            for part in file.read().split(b"alarm number=")[1:]:
                words = dict(word.split("=", 1) for word in part.split(b" detail=")[0].decode().split()[1:])
                if words["kind"] != "line-unreadable" and words["stream"] != "-":
                    rows[words["stream"]] = words["missing"]
    return rows.values()


def check_stopped(system):
    """A drain copies what was written last, and leaves a copy that needs nobody: no tail, nothing unsigned."""
    lengths = journals(system)
    play.publish_opening(system.doors, [application(8440, PORTAL)])
    system.wait_quiet()
    system.stop()
    report = verify(system)
    assert report["whole"] and report["unsigned_records"] == 0, dump(report)
    system.start()
    assert sum(journals(system).values()) > sum(lengths.values())
    assert report["lines"] == sum(journals(system).values()) + sum(map(int, missing(system))), "the last cycle has it all"
    followed(system)
    assert kinds(system) == []


def check_altered(system, deposited):
    """A byte of the files: found by the re-reading, a new generation has everything that Redis has."""
    folder = os.path.join(system.state, "audit")
    path = os.path.join(folder, "0001-000001.log")
    with open(path, "r+b") as file:
        file.seek(2000)
        byte = file.read(1)
        file.seek(2000)
        file.write(bytes([byte[0] ^ 1]))
    told(system, "copy-altered")
    report = verify(system)
    assert not report["whole"] and report["break"]["file"] == "0001-000001.log", dump(report)
    code, text = command(system, "verify", "--folder", folder, "--key", os.path.join(folder, "key.public"))
    assert code == 1 and "NOT whole" in text and "first break" in text, text
    followed(system)
    assert report["generations"] == 2
    with tempfile.TemporaryDirectory() as other:
        assert command(system, "verify", "--folder", other)[0] == 1
    assert command(system, "verify", "--checkpoint", deposited)[0] == 1


def check_private(system):
    """Its folder is its own OS user's."""
    folder = os.path.join(system.state, "audit")
    assert os.stat(folder).st_mode & 0o777 == 0o700
    for name in os.listdir(folder):
        assert os.stat(os.path.join(folder, name)).st_mode & 0o077 == 0, name
    if os.stat(folder).st_uid != os.getuid():
        done = subprocess.run(["s6-setuidgid", "endorse-desk", "ls", folder], capture_output=True, check=False)
        assert done.returncode != 0, "the desk's user reads the copy"


def main():
    with System(settings=SETTINGS) as system, tempfile.TemporaryDirectory() as outside:
        code, text = command(system, "verify")
        assert code == 1 and "with the first line of a journal" in text, text
        system.add_portal(PORTAL, "MassAIMH")
        cases = [application(8400 + number, PORTAL) for number in range(3)]
        endorse(system, *cases)
        system.wait_quiet()
        check_follows(system, cases[0])
        check_private(system)
        check_own_user(system)
        deposited = os.path.join(outside, "checkpoint")
        code, text = command(system, "checkpoint")
        assert code == 0 and text.startswith("checkpoint generation=1 "), text
        with open(deposited, "w", encoding="utf-8") as file:
            file.write(text)
        assert command(system, "verify", "--checkpoint", deposited)[0] == 0
        check_truncated(system, cases[0])
        check_other_ways(system)
        check_killed(system, deposited)
        check_stopped(system)
        check_altered(system, deposited)
    print("ok: A13, the audit copy")


if __name__ == "__main__":
    main()
