#!/usr/bin/python3
"""Decisions are made again from the journal, and under other rules: alike, told where they differ, and a journal
that somebody changed is noticed."""
import json
import os
import shutil
import subprocess
import tempfile

from portals import HttpPortal
from story import application, endorse
from system import ROOT, System

PORTAL, FIRST, SECOND = "judged", 8702, 8704
GOOD, NO, DISAGREES = 0, 1, 2


def ctl(system, *arguments):
    """Exit code and JSON, or the text of an error."""
    done = subprocess.run([system.doors.endorsectl, "--state", system.state, "--json", *arguments], capture_output=True,
                          text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stderr


def check_explain(system, case):
    code, told = ctl(system, "decision", "explain", case.id)
    assert code == GOOD and told["agrees"], told
    kinds = [row["judgementWas"]["decision"] for row in told["decisions"] if row["judgementWas"]]
    assert "submission" in kinds and "review" in kinds, kinds
    submission = next(row for row in told["decisions"] if row["judgementWas"]["decision"] == "submission"
                      and row["judgementWas"]["result"] == "accepted")
    assert submission["rulesWas"] == told["rules"] and submission["judgementNow"] == submission["judgementWas"]
    met = {rule["requirement"]: rule for rule in submission["judgementWas"]["rules"]}
    assert met["training"]["met"] and met["training"]["by"] and met["training"]["rule"] == "FA.training_hours", met
    one = str(submission["version"])
    code, single = ctl(system, "decision", "explain", case.id, one)
    assert code == GOOD and [row["version"] for row in single["decisions"]] == [int(one)]
    person = next(row for row in system.story(case.id)["stories"] if "application" in row["aggregate"])
    standing = "MassAIMH~" + person["state"]["personId"]
    code, told = ctl(system, "decision", "explain", standing)
    assert code == GOOD and told["lines"] > 0, told
    assert ctl(system, "decision", "explain", "nobody-knows")[0] == NO
    assert ctl(system, "decision", "explain", case.id, "999")[0] == NO
    text = subprocess.run([system.doors.endorsectl, "--state", system.state, "decision", "explain", case.id],
                          capture_output=True, text=True, check=True).stdout
    assert "All agree with the journal." in text and "FA.training_hours" in text, text
    return submission["version"]


def other_rules(folder):
    rules = os.path.join(folder, "policy")
    shutil.copytree(os.path.join(ROOT, "deploy", "policy"), rules)
    os.chmod(folder, 0o755)
    with open(os.path.join(rules, "MassAIMH.conf"), "a", encoding="utf-8") as file:
        file.write('edition "2021-01-01" {\n category "FA" {\n training_hours = 900 # assumed\n }\n}\n')
    return rules


def check_dry_run(system, cases, rules):
    code, told = ctl(system, "policy", "dry-run", "--policy", os.path.join(ROOT, "deploy", "policy"))
    assert code == GOOD and told["cases"] == [] and told["aggregates"] > 0, "the same rules change nobody's case"
    code, told = ctl(system, "policy", "dry-run", "--policy", rules)
    changed = {row["aggregate"]: row for row in told["cases"]}
    assert set(changed) == {f"application/{case.id}" for case in cases}, changed
    row = changed[f"application/{cases[0].id}"]
    assert row["was"] == "accepted" and row["now"] == "refused: incomplete", row
    assert any("FA.training_hours" in rule and "of 900.00" in rule for rule in row["rules"]), row
    assert {"what": "state", "was": "endorsed", "now": "registered"} in row["today"], row
    code, told = ctl(system, "policy", "dry-run", "--policy", rules, "--association", "CoAIMH")
    assert code == GOOD and told["cases"] == [], told
    assert ctl(system, "policy", "dry-run", "--policy", rules, "--association", "Nobody")[0] == NO
    code, told = ctl(system, "decision", "explain", cases[0].id, "--policy", rules)
    assert code == DISAGREES and not told["agrees"]
    assert ctl(system, "decision", "explain", cases[0].id)[0] == GOOD, "nothing was changed by trying"


def check_new_rules(system, case, then, now):
    """Rules change; decisions that were made do not, and can be made again by the files of then."""
    before = system.story(case.id)["stories"][0]["state"]
    shutil.copy(os.path.join(now, "MassAIMH.conf"), os.path.join(system.rules, "MassAIMH.conf"))
    assert ctl(system, "policy", "reload")[0] == GOOD
    system.wait_quiet()
    assert system.story(case.id)["stories"][0]["state"] == before, "nothing that was decided changes"
    assert system.doors.registry_names("MassAIMH"), "and nobody leaves the registry"
    code, told = ctl(system, "decision", "explain", case.id)
    was = {row["rulesWas"] for row in told["decisions"] if row["judgementWas"]}
    assert code == DISAGREES and was and told["rules"] not in was, "the files are not those of then, and that is said"
    assert ctl(system, "decision", "explain", case.id, "--policy", then)[0] == GOOD
    shutil.copy(os.path.join(then, "MassAIMH.conf"), os.path.join(system.rules, "MassAIMH.conf"))
    assert ctl(system, "policy", "reload")[0] == GOOD
    assert ctl(system, "decision", "explain", case.id)[0] == GOOD


def check_standing(system, case):
    """Granted, and lapsed because nobody renewed: each with what was judged, and alike when decided again."""
    person = next(row for row in system.story(case.id)["stories"] if "application" in row["aggregate"])["state"]["personId"]
    system.doors.ctl("clock", "advance", "800d")
    code, told = ctl(system, "decision", "explain", "MassAIMH~" + person)
    assert code == GOOD, told
    judged = {row["judgementWas"]["result"]: row["judgementWas"] for row in told["decisions"] if row["judgementWas"]}
    assert {"granted", "lapsed"} <= set(judged), judged.keys()
    lapse = {rule["requirement"]: rule for rule in judged["lapsed"]["rules"]}
    assert not lapse["submission"]["met"] and not lapse["training"]["met"], lapse
    assert lapse["training"]["rule"] == "FA.renewal_training_hours" and judged["lapsed"]["edition"], lapse
    code, told = ctl(system, "policy", "dry-run", "--policy", system.rules)
    assert code == GOOD and told["cases"] == [], "two years later, too"


def is_training(value, case):
    return value.startswith(bytes([0x0a, len(f"application/{case.id}")]) + f"application/{case.id}".encode()) and \
        b"org.endorse.application.training.added.v1" in value


def stream_of(system, case):
    """The journal's key and the entries of the aggregate's partition."""
    for key in system.redis("--raw", "KEYS", "{intake:*}:j").split():
        rows = entries(system, key)
        if any(is_training(bytes.fromhex(data), case) for _, _, data in rows):
            return key, rows
    raise AssertionError("no journal has it")


def entries(system, key):
    """(id, field, bytes) of a stream, by the bytes that Redis gives."""
    script = "local r = {} for _, e in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do r[#r+1] = {e[1], e[2][1], " \
             "(e[2][2]:gsub('.', function(c) return string.format('%02x', string.byte(c)) end))} end " \
             "return cjson.encode(r)"
    return json.loads(system.redis("EVAL", script, "1", key))


def tamper(system, case):
    """Another byte in the evidence of a decided case: as somebody with the disk could do."""
    key, rows = stream_of(system, case)
    changed = 0
    system.redis("DEL", key)
    for stamp, field, data in rows:
        value = bytes.fromhex(data)
        if not changed and is_training(value, case):
            place = value.rindex(b"train-")
            value = value[:place] + b"x" + value[place + 1:]
            changed += 1
        system.redis("-x", "XADD", key, stamp, field, raw=True, stdin=value)
    assert changed == 1, "a line was changed"


def main():
    folder = tempfile.mkdtemp(prefix="endorse-test-rules-")
    rules = other_rules(folder)
    shipped, used = os.path.join(ROOT, "deploy", "policy"), os.path.join(folder, "used")
    shutil.copytree(shipped, used)
    with System(settings=f'policy_dir = "{used}"\nsandbox = "yes"\n') as system:
        system.rules = used
        system.add_portal(PORTAL, "MassAIMH")
        cases = [application(number, PORTAL) for number in (FIRST, SECOND)]
        endorse(system, *cases)
        system.wait_quiet()
        check_explain(system, cases[0])
        check_dry_run(system, cases, rules)
        check_new_rules(system, cases[0], shipped, rules)
        assert HttpPortal(system, PORTAL).held(), "the programs go on"
        check_standing(system, cases[1])
        tamper(system, cases[0])
        code, told = ctl(system, "decision", "explain", cases[0].id)
        assert code == DISAGREES and not told["agrees"], told
        assert [row["problem"] for row in told["decisions"] if row["problem"]] == ["chain"], told["decisions"]
        assert ctl(system, "decision", "explain", cases[1].id)[0] == GOOD, "the other case is whole"
    shutil.rmtree(folder, ignore_errors=True)


main()
