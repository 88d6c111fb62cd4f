#!/usr/bin/python3
"""Stopping, starting again, being killed and being misconfigured; two installations side by side; several
instances of each program."""
import os
import signal
import subprocess
import time

from portals import HttpPortal, ZmqPortal, fetch, registration, training
from story import application, endorse, letters_to
from system import BUILD, ROOT, System, dump, free_ports, wait_until

PORTAL = "lasting"
MISCONFIGURED, TRY_AGAIN = 78, 75


def snapshot(system, case):
    """What must be the same after a restart."""
    portal = HttpPortal(system, PORTAL)
    story = system.story(case.id)
    return {"held": portal.held(), "outcomes": portal.outcomes(), "lines": story["lines"],
            "states": sorted((row["aggregate"], row["waiting"], str(row["state"])) for row in story["stories"]),
            "names": system.doors.registry_names("MassAIMH"), "links": len(letters_to(system, case.raters[0].email)),
            "portals": system.doors.ctl("portals", "list"), "token": portal.token}


def check_restart(system):
    """SIGTERM drains; the same folder gives the same installation; how long the second start takes is told."""
    case = application(8301, PORTAL)
    endorse(system, case)
    system.wait_quiet()
    before = snapshot(system, case)
    system.process.send_signal(signal.SIGTERM)
    said, _ = system.process.communicate(timeout=60)
    assert system.process.returncode == 0 and "Draining." in said and "Stopped." in said, said
    for service in ("gateway.0", "intake.0", "reference.0", "renewal.0", "courier.0", "audit.0"):
        assert '"id":"STOP"' in system.log(service).splitlines()[-1] and '"code":0' in system.log(service).splitlines()[-1]
    began = time.monotonic()
    system.start()
    took = time.monotonic() - began
    wait_until("the registry is read", lambda: system.doors.registry_names("MassAIMH") == before["names"])
    after = snapshot(system, case)
    for what, value in before.items():
        assert after[what] == value, f"{what}: {dump([value, after[what]])}"
    event = training("after", case.id, entry="late-entry")
    assert HttpPortal(system, PORTAL).post(event).status == 202, "and it works"
    return took


def check_second_run(system):
    """The same folder twice is refused; another folder and port is another installation."""
    done = subprocess.run([os.path.join(ROOT, "deploy", "run"), "--state", system.state, "--port", str(free_ports())],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                          env=system.environment, check=False)
    assert done.returncode == TRY_AGAIN and system.state in done.stderr, done
    with System() as other:
        assert other.doors.ctl("portals", "list") == []
        stranger = HttpPortal(other, PORTAL, token=HttpPortal(system, PORTAL).token)
        assert stranger.post(registration("x", "x")).status == 401, "a token of the other installation"
        other.add_portal(PORTAL, "MassAIMH")
        assert HttpPortal(other, PORTAL).post(registration("x", "only-here")).status == 202
        held = [row["subject"] for row in HttpPortal(system, PORTAL).held()]
        assert "application/only-here" not in held
        taken = subprocess.run([os.path.join(ROOT, "deploy", "run"), "--state", other.state + "-third", "--port",
                                str(system.port)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                               timeout=60, env=system.environment, check=False)
        assert taken.returncode == TRY_AGAIN and str(system.port) in taken.stderr, taken
        subprocess.run(["rm", "-rf", other.state + "-third"], check=True)


def check_killed_programs(system):
    """kill -9 of each program: started again by itself, and an event still goes through."""
    portal = HttpPortal(system, PORTAL)
    old = system.pids()
    for service in old:
        if service != "redis":
            assert system.kill(service)
    wait_until("all are started again", lambda: all(
        system.pid(service) not in (-1, pid) for service, pid in old.items() if service != "redis"), seconds=30)
    wait_until("the door is open", lambda: is_open(system), seconds=30)
    answer = wait_until("an event is taken", lambda: (a := portal.post(registration("killed", "killed"))).status
                        in (200, 202) and a, seconds=30)
    assert answer.json["receipt"]
    assert "KILLED" in system.log("reference.0"), "the log says what happened"


def is_open(system):
    try:
        return fetch(system.http + "/readyz").status == 200
    except OSError:
        return False


def check_bad_settings():
    """A bad line: nothing starts, and every program says file and line and ends with 78."""
    system = System(settings='sandbox = "yes"\nno_such_setting = 7\n')
    config = os.path.join(system.state, "test.conf")
    try:
        system.start()
    except AssertionError as error:
        assert f"{config}:2" in str(error) and "no_such_setting" in str(error), error
    else:
        system.stop()
        raise AssertionError("a wrong setting was taken")
    for program in ("intake", "reference", "renewal", "courier", "gateway", "audit"):
        done = subprocess.run([os.path.join(BUILD, "bin", f"endorse-{program}"), "--config", config, "--check-config"],
                              capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == MISCONFIGURED, (program, done)
        assert f"{config}:2" in done.stderr + done.stdout, (program, done)
    subprocess.run(["rm", "-rf", system.state], check=True)


def check_misconfigured_meanwhile():
    """The settings were spoilt while everything ran: the program that starts next says so, once, and is left to a
    person; the others go on."""
    with System(settings='sandbox = "yes"\n') as system:
        old = system.pids()
        with open(os.path.join(system.state, "test.conf"), "a", encoding="utf-8") as file:
            file.write("no_such_setting = 7\n")
        assert system.kill("renewal.0")
        flag = os.path.join(system.state, "run", "service", "renewal.0", "misconfigured")
        wait_until("it is given up", lambda: os.path.exists(flag), seconds=20)
        wait_until("it is down", lambda: system.pid("renewal.0") == -1, seconds=10)
        assert system.log("renewal.0").count("CONFIG-BAD") == 1, system.log("renewal.0")
        assert "test.conf:2" in system.log("renewal.0")
        status = system.doors.ctl("status", may_fail=True)
        assert not status["well"] and status["silent"] == 1, dump(status)
        assert {name: pid for name, pid in system.pids().items() if name != "renewal.0"} == {
            name: pid for name, pid in old.items() if name != "renewal.0"}, "the others go on"


def check_bad_options():
    for options in (["--port", "x"], ["--port"], ["--workers", "nobody=2"], ["--workers", "gateway=2"], ["--workers", "audit=2"],
                    ["--workers", "intake=99"], ["--sprot"]):
        done = subprocess.run([os.path.join(ROOT, "deploy", "run"), "--state", "/nonexistent/endorse-test", *options],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, ENDORSE_BUILD=BUILD), check=False)
        assert done.returncode not in (0, TRY_AGAIN) and done.stderr.strip(), (options, done)


def check_instances():
    """Two of everything: the same story, and both instances have worked."""
    with System("--workers", "reference=2,renewal=2,courier=2,intake=2") as system:
        assert len(system.services()) == 13, system.services()
        system.add_portal(PORTAL, "MassAIMH")
        cases = [application(8310 + i, PORTAL) for i in range(4)]
        endorse(system, *cases)
        for program in ("intake", "reference", "renewal", "courier"):
            commits = [system.row(f"{program}.{i}")["metrics"]["commits_total"] for i in (0, 1)]
            assert all(commits), f"{program}: {commits}"
            assert sum(system.row(f"{program}.{i}")["metrics"]["misrouted_total"] for i in (0, 1)) == 0, program
        http, zmq = HttpPortal(system, PORTAL), ZmqPortal(system, PORTAL)
        for number in range(8):
            event = registration(f"two-{number}", f"two-{number}")
            assert http.post(event).status == 202
            assert zmq.status(zmq.publish(event, "ApplicationRegistered")) == "DUPLICATE", "whoever owns it"
        outcomes = http.outcomes()
        assert [o["sequence"] for o in outcomes] == list(range(1, len(outcomes) + 1))
        assert system.doors.ctl("status")["well"]


def main():
    ZmqPortal.load()
    check_bad_options()
    check_bad_settings()
    check_misconfigured_meanwhile()
    with System() as system:
        system.add_portal(PORTAL, "MassAIMH")
        took = check_restart(system)
        check_second_run(system)
        check_killed_programs(system)
    check_instances()
    print(f"a start with nothing missing took {took:.2f} s")


if __name__ == "__main__":
    main()
