#!/usr/bin/python3
"""Every command and the Python program of README's "Publish a first event by hand", taken from its text and
run as they stand, on an installation with a port and a folder of its own."""
import os
import re
import subprocess
import sys

from system import BUILD, ROOT, System, wait_until


def blocks():
    """(language, text) of each code block of the section, in order."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        text = file.read()
    section = text.split("## Publish a first event by hand", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```(sh|python)\n(.*?)```", section, re.DOTALL)


def localised(text, system, folder):
    """The same text for this installation: its ports, its folders."""
    for old, new in (("127.0.0.1:8080", f"127.0.0.1:{system.port}"), ("127.0.0.1:8082", f"127.0.0.1:{system.port + 2}"),
                     ("build/bin/", os.path.join(BUILD, "bin", "")), ("var/", os.path.join(system.state, "")),
                     ("/tmp/events.jsonl", os.path.join(folder, "events.jsonl")), ("=/tmp ", f"={folder} "),
                     ('"/tmp"', repr(folder))):
        text = text.replace(old, new)
    return text


def run_all(system, folder):
    """One shell for all, as a person has; says what every block printed."""
    script = "set -eu\n"
    for number, (language, text) in enumerate(blocks()):
        text = localised(text, system, folder)
        if language == "python":
            program = os.path.join(folder, f"block{number}.py")
            with open(program, "w", encoding="utf-8") as file:
                file.write(text)
            text = f"timeout 30 /usr/bin/python3 {program}\n"
        script += text
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False,
                          env=dict(os.environ, ENDORSE_STATE=system.state))
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def main():
    with System() as system:
        folder = os.path.join(system.state, "readme")
        os.mkdir(folder)
        printed = run_all(system, folder)
        for expected in ("202 Accepted", '"id":"e-1"', "org.endorse.application.accepted.v1", "1 accepted",
                         "RECEIPT_STATUS_ACCEPTED"):
            assert expected in printed, f"README's commands should print {expected!r}; they printed:\n{printed}"
        wait_until("the payment of README's Python program", lambda: "pay-1" in str(system.story("A-1")))
    print("README's commands do what README says")


if __name__ == "__main__":
    sys.exit(main())
