#!/usr/bin/python3
"""A8: an applicant whose every identity field is a random word goes through all programs as they run; nothing that a reader can
see, no log, metric, heartbeat or name of a key, and nothing that exam and desk keep, holds one of them in any form.  Controls: with
intake's redactor off the same scanner finds them, and it finds what is planted in each channel."""
import base64
import json
import os
import re
import subprocess
import sys

from system import BUILD, ROOT, System, skip, wait_until

sys.path[:0] = [os.path.join(ROOT, "deploy", "canary"), os.path.join(ROOT, "tests", "browser")]
import course  # noqa: E402
import scanner  # noqa: E402
import watch  # noqa: E402
from browser import Browser  # noqa: E402

WITHOUT_REDACTOR = os.path.join(BUILD, "tests", "intake-without-redactor")
CHANNELS = {"desk HTTP", "accessibility tree", "mails to readers", "exports", "logs", "metrics", "heartbeats", "key names",
            "exam's and desk's keys"}


def own_association(system):
    """An association whose key and name are tokens; MassAIMH's rules otherwise."""
    key, word, folder = scanner.new_word(), scanner.new_word(), os.path.join(system.state, "policy")
    os.makedirs(folder)
    for name in ("network", "MassAIMH"):
        with open(os.path.join(ROOT, "deploy", "policy", name + ".conf"), encoding="utf-8") as file:
            text = file.read()
        if name == "MassAIMH":
            text = re.sub(r'^  name = ".*"', f'  name = "{word} Association"', text, flags=re.M)
            text, name = text.replace('"MassAIMH"', f'"{key}"'), key
        with open(os.path.join(folder, name + ".conf"), "w", encoding="utf-8") as file:
            file.write(text)
    os.chmod(folder, 0o755)
    system.settings, system.association = f'policy_dir = "{folder}"\n', key
    return key, word


def without_redactor(system):
    """From now on another program stands in intake's place, for this installation only."""
    path = os.path.join(system.state, "run", "service", "intake.0", "run")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    replaced = text.replace(os.path.join(BUILD, "bin", "endorse-intake"), WITHOUT_REDACTOR)
    assert replaced != text, text
    with open(path, "w", encoding="utf-8") as file:
        file.write(replaced)
    before = system.pid("intake.0")
    assert system.kill("intake.0")
    wait_until("the other intake", lambda: system.pid("intake.0") not in (-1, before) and os.readlink(
        f"/proc/{system.pid('intake.0')}/exe") == os.path.realpath(WITHOUT_REDACTOR))
    wait_until("its heartbeat", lambda: system.doors.is_quiet())


class Eyes:
    """What a screen reader says of a desk's pages, in a real browser."""

    def __init__(self, browser, report):
        self.browser, self.report = browser, report

    def look(self, desk, code):
        driver = self.browser.driver
        driver.execute_cdp_cmd("Network.enable", {})
        for name, value in course.session(desk).items():
            driver.execute_cdp_cmd("Network.setCookie", {"name": name, "value": value, "url": desk.base})
        for path in ("/", f"/seat/{code}", "/seat/0000000000000"):
            self.browser.open(desk.base + path)
            nodes = driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
            said = " ".join(str(node.get(key, {}).get("value", "")) for node in nodes for key in ("name", "description", "value"))
            assert "Exam desk" in driver.title
            if code in path:
                assert "I also thank" in said, "the tree does not hold the text"
            for what, text in (("tree", said), ("nodes", str(nodes)), ("title", driver.title), ("page", driver.page_source)):
                self.report.look("accessibility tree", f"{what} of /{path.split('/')[1]}", text.encode())


def fly(browser, redactor):
    system = System()
    key, word = own_association(system)
    canary = course.Canary(key, "US-MA", [key, word])
    report = scanner.Report(scanner.Scanner(canary.fields))
    with system:
        if not redactor:
            without_redactor(system)
        run = course.Course(system.doors, canary, report)
        run.to_the_exam()
        run.to_the_readers()
        run.read(Eyes(browser, report).look)
        wait_until("the result", lambda: run.told("exam.result.released"))
        run.leave()
        run.scan()
        assert set(report.looked) == CHANNELS and all(report.looked.values()), report.looked
        if redactor:
            check_nothing(report)
            check_exit_codes(system, redactor)
            check_the_search_sees(system, run, canary)
            check_never_on_the_registry(system, canary)
        else:
            check_found(report, canary)
            check_exit_codes(system, redactor)


def check_nothing(report):
    assert not report.finds, report.finds[:20]
    wanted = {(number, field) for number, (_, fields) in enumerate(report.ALLOWED) for field in fields}
    assert report.allowed == wanted, f"allowed for nothing: {wanted - report.allowed}"
    print("a8_the_canary_is_nowhere: ok", report.looked, flush=True)


def check_found(report, canary):
    """Each redactable field on a page of the desk, and said by a screen reader; none of the others."""
    for channel in ("desk HTTP", "accessibility tree"):
        seen = {find["field"] for find in report.finds if find["channel"] == channel}
        assert seen == set(canary.REDACTED), (channel, seen ^ set(canary.REDACTED))
    others = {find["channel"] for find in report.finds} - {"desk HTTP", "accessibility tree"}
    assert not others, others
    print("a8_without_the_redactor_it_is_found: ok", len(report.finds), flush=True)


def check_the_search_sees(system, run, canary):
    """A word planted in each channel, each time in another form, is found there."""
    word, phone = canary.fields["name"][0], canary.fields["phone"][0]
    letter = f"To: {canary.readers[0][2]}\nX-Sender: =?utf-8?b?{base64.b64encode(b'ab' + word.encode()).decode()}?=\n\nHello.\n"
    with open(os.path.join(system.state, "mail", "new", "planted"), "w", encoding="utf-8") as file:
        file.write(letter)
    with open(os.path.join(system.state, "log", "desk.0", "planted"), "w", encoding="utf-8") as file:
        file.write(f'{{"text":"{phone[:3]}-{phone[3:6]}-{phone[6:]}"}}\n')
    system.redis("SET", "{desk:0}:planted", "00" + word.upper().encode().hex())
    system.redis("HSET", "{exam:0}:planted", "field", base64.b64encode(b"x" + word.encode() + b"yz").decode())
    system.redis("RPUSH", "{exam:1}:planted", word[:8].lower())
    system.redis("SET", "{exam:2}:" + canary.fields["employer"][1].lower(), "1")
    system.redis("HSET", "wf:workers", "planted", word[-8:])
    run.report = scanner.Report(scanner.Scanner(canary.fields))
    run.scan()
    found = {(find["channel"], find["where"], find["field"]) for find in run.report.finds}
    for wanted in (("mails to readers", "mail planted", "name"), ("logs", "log desk.0/planted", "phone"),
                   ("exam's and desk's keys", "value of {desk:0}:planted", "name"),
                   ("exam's and desk's keys", "value of {exam:0}:planted", "name"),
                   ("exam's and desk's keys", "value of {exam:1}:planted", "name"), ("heartbeats", "wf:workers", "name")):
        assert wanted in found, (wanted, found)
    assert any(channel == "key names" and field == "employer" for channel, _, field in found), found
    print("a8_what_is_planted_is_found: ok", flush=True)


def check_never_on_the_registry(system, canary):
    assert canary.name not in system.doors.registry_names(canary.association)


def symbols(path):
    return subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout


def run_as_operations(system):
    done = subprocess.run([os.path.join(ROOT, "deploy", "canary", "run"), "--state", system.state, "--port", str(system.port),
                           "--association", system.association, "--seconds", "20"], capture_output=True, text=True, check=False,
                          env=system.environment)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def check_exit_codes(system, redactor):
    """SPEC 8: nothing found, found and where, did not come through."""
    code, finds, said = run_as_operations(system)
    assert (code, bool(finds)) == ((0, False) if redactor else (1, True)), (code, finds[:3], said)
    assert all(set(find) == {"channel", "where", "field", "form"} for find in finds)
    if redactor:
        system.association = "NoSuchAssociation"
        code, finds, said = run_as_operations(system)
        assert code == 2 and not finds and "canary: " in said, (code, finds, said)
    print("a8_the_run_of_operations_says_so: ok", flush=True)


def check_no_shipped_program_has_the_switch():
    for name in sorted(os.listdir(os.path.join(BUILD, "bin"))):
        if name.startswith("endorse"):
            with open(os.path.join(BUILD, "bin", name), "rb") as file:
                assert b"__wrap_redact" not in file.read(), name
    assert " __wrap_redact\n" in symbols(WITHOUT_REDACTOR), "this check looks at nothing"
    assert re.search(r" [Tt] redact_essay\n", symbols(os.path.join(BUILD, "bin", "endorse-intake")))
    assert not re.search(r" [Tt] __wrap_redact\n", symbols(os.path.join(BUILD, "bin", "endorse-intake")))
    print("a8_no_shipped_program_has_the_switch: ok", flush=True)


def check_the_scanner():
    """Each form is found within other bytes, at each offset; other words are not."""
    word, phone = scanner.new_word(), scanner.new_phone()
    search = scanner.Scanner({"name": [word], "phone": [phone]})
    forms = [word.encode(), word.upper().encode(), word.lower().encode(), word[:8].encode(), word[-8:].encode(),
             word.encode().hex().encode(), word.encode().hex().upper().encode(), word.encode("utf-16-le"),
             word[:5].encode() + b"=\r\n" + word[5:].encode()]
    forms += [base64.b64encode(b"\xff" * i + word.encode() + b"\xfe" * k) for i in range(4) for k in range(4)]
    forms += [base64.urlsafe_b64encode(b"\xff" * i + word.upper().encode() + b"~~") for i in range(4)]
    forms += [base64.encodebytes(b"\xff" * i + word.encode() + b"~") for i in range(40, 60)]
    for form in forms:
        assert dict(search.find(b"a" + form + b"z")).keys() == {"name"} or dict(search.find(form)).keys() == {"name"}, form
    for form in (phone, f"+1 ({phone[:3]}) {phone[3:6]}-{phone[6:]}", phone.encode().hex()):
        assert dict(search.find(form.encode())).keys() == {"phone"}, form
    assert not search.find((scanner.new_word() + scanner.new_phone()).encode())
    print("a8_the_scanner_sees_every_form: ok", len(forms), flush=True)


def main():
    check_the_scanner()
    check_no_shipped_program_has_the_switch()
    with Browser(skip) as browser:
        fly(browser, redactor=True)
        fly(browser, redactor=False)


if __name__ == "__main__":
    main()
