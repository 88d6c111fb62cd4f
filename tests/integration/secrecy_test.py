#!/usr/bin/python3
"""What the installation writes down: planted names, addresses, remarks and tokens stand in the mail and on the
registry and nowhere else in clear; each program has an OS user, a credential and files of its own."""
import json
import os
import pwd
import stat
import subprocess
import urllib.request

from portals import HttpPortal, fetch
from story import application, endorse, letters_to
from system import System, wait_until
from mailbox_reader import letters
import rater as rater_manners

PORTAL, OTHER = "keeper", "onlooker"
REMARK = "Remarkably-Planted-Remark-4711"
KIB = 1024


def plant():
    """Two applications whose people bear words that occur nowhere else."""
    cases = [application(8201, PORTAL), application(8202, PORTAL, "decline")]
    words = {}
    for case in cases:
        case.name = f"Xylophonia Plantedname{case.number}"
        words[f"applicant {case.number}"] = f"Plantedname{case.number}"
        words[f"address {case.number}"] = f"applicant{case.number}@home.example"
        for number, rater in enumerate(case.raters):
            rater.name = f"Quixota Plantedrater{case.number}x{number}"
            rater.email = f"plantedrater{case.number}x{number}@office.example"
            words[f"rater {case.number} {number}"] = f"Plantedrater{case.number}x{number}"
            words[f"rater's address {case.number} {number}"] = rater.email
    words["remark"] = REMARK
    return cases, words


def write_remarks():
    """Every text of the rating form gets the planted remark, as a rater would write it."""
    send, sent = rater_manners.send, []

    def send_with_remarks(url, form, fields):
        sent.extend(form["texts"])
        return send(url, form, {**fields, **{name: REMARK for name in form["texts"]}})
    rater_manners.send = send_with_remarks
    return sent


def files_below(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if stat.S_ISREG(os.lstat(path).st_mode):
                yield path


def contents(system):
    """(what, bytes) of everything that is kept or shown, but the mailbox."""
    for path in files_below(system.state):
        if not path.startswith(os.path.join(system.state, "mail")):
            with open(path, "rb") as file:
                yield os.path.relpath(path, system.state), file.read()
    yield "Redis' keys", system.redis("--scan", raw=True)
    for key in system.redis("--scan").splitlines():
        yield f"Redis {key}", system.redis("--raw", "DUMP", key, raw=True)
    for page in ("/metrics", "/ops", "/livez", "/readyz"):
        yield page, fetch(system.http + page).body
    yield "dead letters", json.dumps(system.doors.ctl("dead", "list")).encode()
    yield "queues", json.dumps(system.doors.ctl("queues")).encode()


def check_places(system, cases, words):
    secrets = {f"{name} of {file}": value for file in os.listdir(os.path.join(system.state, "secrets"))
               for name, value in secret_lines(os.path.join(system.state, "secrets", file))}
    tokens = {f"link to {rater.email}": letter.link.rsplit("/", 1)[1] for case in cases for rater in case.raters
              for letter in letters_to(system, rater.email) if letter.link}
    assert len(tokens) >= 5 and len(secrets) > 10
    for where, data in contents(system):
        for what, word in {**words, **tokens}.items():
            assert word.encode() not in data, f"{what} stands in clear in {where}"
            assert word.encode().hex().encode() not in data, f"{what} stands in hexadecimal in {where}"
        if not where.startswith("secrets/"):
            for what, value in secrets.items():
                assert value.encode() not in data, f"{what} stands in {where}"
    for case in cases:
        story = json.dumps(system.story(case.id)) + json.dumps(system.story(case.person))
        for what, word in {**words, **tokens}.items():
            assert word not in story, f"{what} stands in a story"


def secret_lines(path):
    with open(path, encoding="utf-8") as file:
        return [line.split(" ", 1) for line in file.read().splitlines()]


def check_positive(system, cases, words):
    """The words are really there: in the mail and on the registry."""
    mail = "".join(letter.to + letter.text for letter in letters(system.state))
    for what, word in words.items():
        assert word in mail or what == "remark", f"{what} reached no mail"
    assert cases[0].name in system.doors.registry_names("MassAIMH")
    # A story without a check of the needle would prove nothing: the portal's own id does stand in the journal.
    assert any(PORTAL.encode() in data for where, data in contents(system) if where.startswith("Redis"))


def check_other_portal(system, words):
    assert HttpPortal(system, OTHER).outcomes() == [] and HttpPortal(system, OTHER).held() == []
    for outcome in HttpPortal(system, PORTAL).outcomes():
        for what, word in words.items():
            assert word not in json.dumps(outcome), f"{what} stands in an outcome"


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def check_files(system):
    assert mode(os.path.join(system.state, "secrets")) == 0o700
    for name in os.listdir(os.path.join(system.state, "secrets")):
        assert mode(os.path.join(system.state, "secrets", name)) == 0o600, name
    assert mode(os.path.join(system.state, "redis")) == 0o700
    for path in files_below(system.state):
        assert not mode(path) & 0o002, f"{path} can be written by anybody"
    for path in files_below(os.path.join(system.state, "mail")):
        assert not mode(path) & 0o007, f"{path} can be read by anybody"
    for name in os.listdir(os.path.join(system.state, "run")):
        path = os.path.join(system.state, "run", name)
        if stat.S_ISSOCK(os.lstat(path).st_mode):
            assert not mode(path) & 0o007, f"{path} is open to anybody"


def process_user(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(next(line for line in file if line.startswith("Uid:")).split()[1])


def check_processes(system):
    """No secret in an environment or a command line; as root: a user for each, who cannot read the others' secrets."""
    values = [value for file in os.listdir(os.path.join(system.state, "secrets"))
              for _, value in secret_lines(os.path.join(system.state, "secrets", file))]
    users = {}
    for service, pid in system.pids().items():
        for part in ("environ", "cmdline"):
            with open(f"/proc/{pid}/{part}", "rb") as file:
                data = file.read()
            assert not any(value.encode() in data for value in values), f"a secret in {part} of {service}"
        users[service] = process_user(pid)
    if os.geteuid() != 0:
        print("not root: programs share one user, which deploy/run says")
        return
    assert len(set(users.values())) == len(users) and 0 not in users.values(), users
    name = pwd.getpwuid(users["gateway.0"]).pw_name
    assert name == "endorse-gateway", name
    for secret in ("intake.secrets", "admin.secrets"):
        done = subprocess.run(["s6-setuidgid", name, "cat", os.path.join(system.state, "secrets", secret)],
                              capture_output=True, check=False)
        assert done.returncode != 0, f"{name} reads {secret}"


def check_open_descriptors(system):
    """The descriptor that handed the credential over is closed, or holds the own one only."""
    for service, pid in system.pids().items():
        open_files = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        foreign = [path for path in open_files if "/secrets/" in path
                   and not path.endswith(f"/{service.split('.')[0]}.secrets")]
        assert not foreign, (service, foreign)


def main():
    remarks = write_remarks()
    cases, words = plant()
    with System() as system:
        system.add_portal(PORTAL, "MassAIMH")
        system.add_portal(OTHER, "MassAIMH")
        endorse(system, *cases)
        wait_until("the registry page", lambda: cases[0].name in urllib.request.urlopen(
            f"{system.http}/registry/MassAIMH", timeout=20).read().decode())
        assert len(remarks) > 5, "remarks were written"
        check_positive(system, cases, words)
        check_places(system, cases, words)
        check_other_portal(system, words)
        check_files(system)
        check_processes(system)
        check_open_descriptors(system)


if __name__ == "__main__":
    main()
