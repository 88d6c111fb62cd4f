#!/usr/bin/python3
"""Rules are read anew while everything runs; a mistake in them stops nothing, and is shown until it is mended."""
import os
import shutil
import signal
import subprocess
import tempfile

from portals import HttpPortal, fetch, registration
from system import ROOT, System, wait_until

PORTAL = "ruled"
DECIDERS = ("intake.0", "reference.0", "renewal.0", "gateway.0")
GOOD, REFUSED = 0, 1


def rules_of(system):
    return {row["name"]: row.get("rules") for row in system.doors.ctl("workers") if "rules" in row}


def reload(system):
    done = subprocess.run([system.doors.endorsectl, "--state", system.state, "policy", "reload"], capture_output=True,
                          text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def edit(folder, name, old, new):
    path = os.path.join(folder, name)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert old in text, f"{name} has no {old}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new, 1))


def main():
    folder = tempfile.mkdtemp(prefix="endorse-test-policy-")
    rules = os.path.join(folder, "policy")
    shutil.copytree(os.path.join(ROOT, "deploy", "policy"), rules)
    os.chmod(folder, 0o755)
    settings = f'policy_dir = "{rules}"\nsandbox = "yes"\n'
    with System(settings=settings) as system:
        system.add_portal(PORTAL, "MassAIMH")
        portal = HttpPortal(system, PORTAL)
        before = rules_of(system)
        assert set(before) == set(DECIDERS), before
        digests = {row["digest"] for row in before.values()}
        assert len(digests) == 1, before

        # A mistake: nothing stops, the old rules stay, and the place of the mistake is told wherever one looks.
        edit(rules, "MassAIMH.conf", "shows_inactive = false", "shows_inactive = perhaps")
        os.kill(system.pid("intake.0"), signal.SIGHUP)
        wait_until("intake tells of it", lambda: rules_of(system)["intake.0"]["error"])
        told = rules_of(system)["intake.0"]
        assert told["error"].startswith("MassAIMH.conf:6: shows_inactive:"), told
        assert {told["digest"]} == digests
        assert '"id":"RELOAD-REFUSED"' in system.log("intake.0")
        code, said = reload(system)
        assert code == REFUSED and said.count("kept the old rules") == len(DECIDERS) and "MassAIMH.conf:6" in said, said
        status = system.doors.ctl("status", may_fail=True)
        assert not status["well"] and "MassAIMH.conf:6" in status["rules"], status["rules"]
        wait_until("/ops shows it", lambda: b"keeps its old rules: MassAIMH.conf:6" in fetch(system.http + "/ops").body)
        wait_until("it is counted", lambda: system.metric("endorse_reloads_refused_total", worker="intake.0") == 2)
        assert portal.post(registration("works-on", "A-1")).status == 202

        # Mended, and changed: in force at once, everywhere.
        edit(rules, "MassAIMH.conf", "shows_inactive = perhaps", "shows_inactive = true")
        code, said = reload(system)
        assert code == GOOD and said.count("in force") == len(DECIDERS), said
        after = rules_of(system)
        assert len({row["digest"] for row in after.values()}) == 1 and not digests & {row["digest"] for row in after.values()}
        assert not any(row["error"] for row in after.values()), after
        assert system.doors.ctl("status", may_fail=True)["well"]
        assert portal.post(registration("goes-on", "A-2")).status == 202
        system.wait_quiet()

        # Programs that read at different times differ, and that is told too.
        edit(rules, "MassAIMH.conf", "shows_inactive = true", "shows_inactive = false")
        os.kill(system.pid("renewal.0"), signal.SIGHUP)
        wait_until("renewal has others", lambda: rules_of(system)["renewal.0"]["digest"] in digests)
        assert "differ" in system.doors.ctl("status", may_fail=True)["rules"]
        wait_until("/ops shows that", lambda: b"decide by different rules" in fetch(system.http + "/ops").body)
        assert reload(system)[0] == GOOD
        assert {row["digest"] for row in rules_of(system).values()} == digests
    shutil.rmtree(folder, ignore_errors=True)


main()
