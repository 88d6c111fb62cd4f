#!/usr/bin/python3
"""A registry entry as a credential: verified by public libraries that know nothing of us, refused when altered, and
suspended by its status list when the endorsement lapses.  A changed name reaches registry and credential promptly."""
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import story
from system import BUILD, ROOT, System, skip, wait_until

CLIENT = os.path.join(ROOT, "tests", "integration", "clients", "verify_credential.mjs")
NODE_FOLDER = os.path.join(BUILD, "node")
PORTAL = "credentials"


def get(system, path, headers=None):
    request = urllib.request.Request(system.http + path if path.startswith("/") else path, headers=headers or {})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode(), answer.headers


def status_of(system, path, headers=None):
    try:
        get(system, path, headers)
        return 200
    except urllib.error.HTTPError as error:
        return error.code


def entries(system):
    return json.loads(get(system, "/v1/registry/MassAIMH")[0])["entries"]


def verify(system, folder, token, at_issue=False):
    """None: the verifier refuses."""
    path = os.path.join(folder, "credential.jwt")
    with open(path, "w", encoding="ascii") as file:
        file.write(token)
    now = str(int(time.time() * 1000) + system.doors.ctl("clock", "show")["offset_ms"])
    environment = dict(os.environ, NODE_FOLDER=NODE_FOLDER, HTTP=system.http, CREDENTIAL=path, NOW=now)
    if at_issue:
        environment["AT_ISSUE"] = "yes"
    done = subprocess.run(["node", CLIENT], env=environment, text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def holds_while_active(system, folder, person, entry):
    token, headers = get(system, entry["credential"])
    assert headers["Content-Type"] == "application/vc+jwt" and "attachment" in headers["Content-Disposition"], headers
    assert status_of(system, entry["credential"], {"If-None-Match": headers["ETag"]}) == 304
    found = verify(system, folder, token)
    claims = found["claims"]
    assert found["header"]["alg"] == "EdDSA" and found["untouchedIsTaken"], found
    assert claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"], claims
    assert claims["iss"] == claims["issuer"]["id"] == found["issuer"]["id"], claims
    assert claims["jti"] == claims["id"] == system.http + entry["credential"], claims
    assert claims["credentialSubject"]["identifier"][0]["identityHash"] == entry["name"], claims
    assert found["suspended"] is False, found
    assert all(found["refused"].values()), found["refused"]
    assert person not in json.dumps(claims) and "@office" not in json.dumps(claims), "a reference went out"
    page, _ = get(system, f"/registry/MassAIMH/entry/{entry['credential'].rsplit('/', 1)[1]}")
    assert entry["name"] in page and entry["credential"] in page and person not in page
    print("verified by jose and by a public status list library; five alterations refused")
    return token


def name_changes_promptly(system, person, entry):
    system.doors.publish(PORTAL, [{
        "specversion": "1.0", "id": "cred-name", "source": "urn:portal:credentials", "subject": f"person/{person}",
        "type": "org.endorse.person.name.changed.v1", "data": {"displayName": "Avery Renamed"}}])
    wait_until("the new name on the registry", lambda: any(
        each["name"] == "Avery Renamed" and each["credential"] == entry["credential"] for each in entries(system)),
        seconds=8)
    print("a changed name was on the registry within seconds, under the same address")


def lapses(system, folder, token, entry):
    system.doors.run("clock", "advance", "800d")
    system.wait_quiet()
    wait_until("the entry to leave", lambda: not entries(system), seconds=20)
    assert status_of(system, entry["credential"]) == 404
    assert verify(system, folder, token) is None, "a verifier of today finds it expired"
    # The gateway keeps a list for half a minute: until then a verifier finds the old list expired.
    found = wait_until("a new list", lambda: verify(system, folder, token, at_issue=True), seconds=50, pause=2)
    assert found["suspended"] is True, found
    print("the old credential is suspended by its list, and a new one is not given")


def strangers_get_nothing(system):
    for path in ("/v1/registry/MassAIMH/credentials/" + "0" * 32, "/v1/registry/None/credentials/x",
                 "/v1/registry/MassAIMH/status/128", "/v1/registry/MassAIMH/status/x", "/v1/registry/None/issuer",
                 "/v1/keys/other", "/registry/MassAIMH/entry/" + "0" * 32):
        assert status_of(system, path) == 404, path


def main():
    if not shutil.which("node") or not os.path.isdir(os.path.join(NODE_FOLDER, "node_modules", "jose")):
        skip("node and the packages of tests/package.json are needed; deploy/test fetches them with npm")
    folder = tempfile.mkdtemp(prefix="endorse-credential-")
    with System() as system:
        system.add_portal(PORTAL, "MassAIMH")
        one = story.application(7, PORTAL)
        story.endorse(system, one)
        entry = entries(system)[0]
        strangers_get_nothing(system)
        token = holds_while_active(system, folder, one.person, entry)
        name_changes_promptly(system, one.person, entry)
        lapses(system, folder, token, entry)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
