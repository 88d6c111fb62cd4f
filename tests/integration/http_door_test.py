#!/usr/bin/python3
"""The HTTP door of a running system: hostile requests on the raw socket, events in both modes, what is held,
outcomes, who may see operations' pages, metrics, and an owner that is away."""
import json
import os
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.request

from system import BUILD, System, wait_until

PORTAL = "door-portal"


def raw(system, request):
    """The status line of whatever comes back for these bytes, and how many answers there were."""
    with socket.create_connection(("127.0.0.1", system.port), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return int(answer.split(b" ", 2)[1]) if answer else 0, len(re.findall(rb"(?m)^HTTP/1\.1 \d", answer))


def hostile(system):
    host = b"Host: x\r\n"
    hidden = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    post = b"POST /v1/events HTTP/1.1\r\n" + host
    cases = [
        ("two lengths", 400, post + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(hidden) + hidden),
        ("length and coding", 400, post + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden),
        ("a coding we do not know", 501, post + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden),
        ("a signed length", 400, post + b"Content-Length: +3\r\n\r\nabc"),
        ("a space before the colon", 400, post + b"Content-Length : 3\r\n\r\nabc"),
        ("a folded header", 400, post + b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n"),
        ("NUL in a value", 400, post + b"X: a\0b\r\nContent-Length: 0\r\n\r\n"),
        ("NUL in the path", 400, b"GET /a%00b HTTP/1.1\r\n" + host + b"\r\n"),
        ("a way up", 400, b"GET /assets/../ops HTTP/1.1\r\n" + host + b"\r\n"),
        ("a bare CR", 400, b"GET / HTTP/1.1\r\n" + host + b"X: a\rb\r\n\r\n"),
        ("two hosts", 400, b"GET / HTTP/1.1\r\n" + host + host + b"\r\n"),
        ("no host", 400, b"GET / HTTP/1.1\r\n\r\n"),
        ("an unknown method", 405, b"BREW / HTTP/1.1\r\n" + host + b"\r\n"),
        ("a long line", 414, b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n" + host + b"\r\n"),
        ("long headers", 431, b"GET / HTTP/1.1\r\n" + host + (b"X: " + b"a" * 1000 + b"\r\n") * 20 + b"\r\n"),
        ("too large", 413, post + b"Content-Length: 1000000\r\n\r\n" + b"a" * 100000),
        ("pipelined", 200, hidden + hidden),
    ]
    for what, status, request in cases:
        found = raw(system, request)
        assert found == (status, 1), f"{what}: expected {status} and one answer, got {found}"


def call(system, path, token=None, data=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(system.http + path, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
            return answer.status, json.loads(body) if "json" in (answer.headers["Content-Type"] or "") else body, answer.headers
    except urllib.error.HTTPError as error:
        body = error.read()
        return error.code, json.loads(body) if "json" in (error.headers["Content-Type"] or "") else body, error.headers


def publish(system, token, number, kind="person.name.changed", subject="person/door", **data):
    body = json.dumps({"specversion": "1.0", "id": f"h{number}", "source": "urn:portal:door",
                       "type": f"org.endorse.{kind}.v1", "subject": subject, "data": data}).encode()
    return call(system, "/v1/events", token, body, Content_Type="application/cloudevents+json")


def events(system, token):
    status, body, headers = publish(system, token, 1, displayName="Avery Example")
    assert status == 202 and body["receipt"] and headers["Location"] == "/v1/events?subject=person%2Fdoor", (status, body)
    status, again, _ = publish(system, token, 1, displayName="Avery Example")
    assert (status, again["receipt"]) == (200, body["receipt"]), "the same event, the same receipt"
    status, body, _ = publish(system, token, 1, displayName="Blake Example")
    assert (status, body["status"], body["field"]) == (422, 422, "id"), body
    status, body, _ = call(system, "/v1/events", token, b'{"displayName":"Avery Example"}', Content_Type="application/json",
                           ce_specversion="1.0", ce_id="h1", ce_source="urn:portal:door",
                           ce_type="org.endorse.person.name.changed.v1", ce_subject="person/door")
    assert status == 200, "binary and structured are one event"
    for what, status, answer in [
        ("no token", 401, call(system, "/v1/events", None, b"{}")),
        ("another's token", 401, call(system, "/v1/events", token[:-1] + ("A" if token[-1] != "A" else "B"), b"{}")),
        ("no media type", 415, call(system, "/v1/events", token, b"{}")),
        ("a batch", 415, call(system, "/v1/events", token, b"[]", Content_Type="application/cloudevents-batch+json")),
        ("an unknown type", 400, publish(system, token, 9, kind="nonsense")),
        ("an internal type", 400, publish(system, token, 9, kind="x.v1", subject="person/x")),
        ("not JSON", 400, call(system, "/v1/events", token, b"{", Content_Type="application/cloudevents+json")),
        ("a bad date", 400, publish(system, token, 9, kind="application.submitted", subject="application/A",
                                    submittedOn="2026-02-31")),
        ("a name on an application", 400, publish(system, token, 9, kind="application.submitted",
                                                  subject="application/A", displayName="Avery")),
    ]:
        assert answer[0] == status, (what, answer)
        assert answer[2]["Content-Type"] == "application/problem+json", what


def held(system, token):
    for number in range(10, 30):
        assert publish(system, token, number, subject=f"person/door{number}", displayName="A")[0] == 202
    found, cursor = [], ""
    while True:
        status, page, _ = call(system, f"/v1/events?source=urn:portal:door&since=0&limit=6&cursor={cursor}", token)
        assert status == 200, page
        found += [(event["acceptedAt"], event["id"]) for event in page["events"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert [at for at, _ in found] == sorted(at for at, _ in found), "in the order of acceptance"
    assert sorted(name for _, name in found) == sorted(["h1"] + [f"h{number}" for number in range(10, 30)]), found
    status, page, _ = call(system, "/v1/events?subject=person/door12", token)
    assert [event["id"] for event in page["events"]] == ["h12"], page
    for query in ("since=yesterday", "limit=0", "limit=501", "cursor=%21", "subject=x", "since=%ff"):
        assert call(system, f"/v1/events?{query}", token)[0] == 400, query


def outcomes(system, token):
    # Of an application that nobody registered: held, not refused; so register one and submit it too early.
    publish(system, token, 40, kind="application.registered", subject="application/door", association="MassAIMH",
            personId="door", category="FS", ageLine="IMH", registeredOn="2026-01-05")
    publish(system, token, 41, kind="application.submitted", subject="application/door", submittedOn="2026-01-06")
    page = wait_until("two outcomes", lambda: (lambda p: p if p["last"] >= 2 else None)(
        call(system, "/v1/outcomes?after=0", token)[1]))
    assert [outcome["sequence"] for outcome in page["outcomes"]] == list(range(1, page["last"] + 1))
    assert any(outcome.get("cause") == "h41" for outcome in page["outcomes"]), page
    rest = call(system, f"/v1/outcomes?after={page['last']}", token)[1]
    assert rest == {"outcomes": [], "last": page["last"]}, rest
    assert call(system, "/v1/outcomes?after=-1", token)[0] == 400


def public_and_operations(system):
    status, page, headers = call(system, "/v1/registry/MassAIMH?status=active")
    assert status == 200 and page["entries"] == [], page
    assert call(system, "/v1/registry/MassAIMH?status=active", If_None_Match=headers["ETag"])[0] == 304
    assert call(system, "/v1/registry/Nowhere")[0] == 404
    status, questions, _ = call(system, "/questions/MassAIMH/MHS-IMH")
    assert status == 200 and b'<ol class="questions">' in questions and b"/rate/" not in questions, questions
    for path in ("/questions/MassAIMH/MHS", "/questions/Nowhere/MHS-IMH", "/questions/AzAIMH/MHS-ECMH"):
        assert call(system, path)[0] == 404, path
    for path in ("/ops", "/metrics", "/sandbox/mail", "/ops/dead/intake"):
        assert call(system, path)[0] == 200, path
        assert call(system, path, X_Forwarded_For="192.0.2.1")[0] == 403, f"{path} through a proxy"
    up = [f'endorse_worker_up{{worker="{name}.0"}} 1'.encode() for name in ("intake", "renewal", "gateway")]
    text = wait_until("the workers' first rows",
                      lambda: (lambda t: t if all(line in t for line in up) else None)(call(system, "/metrics")[1]))
    promtool = shutil.which("promtool", path=os.path.join(BUILD, "tools") + ":" + os.environ["PATH"])
    if not promtool and not os.environ.get("ENDORSE_OFFLINE"):
        raise AssertionError("promtool is missing: deploy/test fetches it into the build folder")
    if promtool:
        done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, check=False)
        assert done.returncode == 0 and not done.stderr, done


def owner_away(system, token):
    """Nothing is accepted without intake's commit, and work resumes by itself."""
    subprocess.run(["s6-svc", "-wD", "-d", os.path.join(system.state, "run", "service", "intake.0")], check=True)
    status, body, headers = publish(system, token, 50, subject="person/door50", displayName="A")
    assert status == 503 and int(headers["Retry-After"]) >= 1, (status, body)
    assert call(system, "/livez")[0] == 200
    subprocess.run(["s6-svc", "-wU", "-u", os.path.join(system.state, "run", "service", "intake.0")], check=True)
    wait_until("202 again", lambda: publish(system, token, 50, subject="person/door50", displayName="A")[0] in (200, 202))


def redis_away(system, token):
    # Held still, not killed: the door must notice by its own clock.
    service = os.path.join(system.state, "run", "service", "redis")
    subprocess.run(["s6-svc", "-p", service], check=True)
    assert publish(system, token, 60, subject="person/door60", displayName="A")[0] == 503
    subprocess.run(["s6-svc", "-c", service], check=True)
    wait_until("202 again", lambda: publish(system, token, 60, subject="person/door60", displayName="A")[0] in (200, 202))
    wait_until("readiness", lambda: call(system, "/readyz")[0] == 200)


def revoked(system, token):
    system.doors.ctl("portals", "revoke", PORTAL, "--reason", "a test")
    # Its tokens are forgotten with it, so it is told no more than a stranger.
    wait_until("the revocation", lambda: publish(system, token, 70, displayName="A")[0] == 401, seconds=10)


def main():
    with System() as system:
        system.add_portal(PORTAL, "MassAIMH")
        token = system.token(PORTAL)
        hostile(system)
        events(system, token)
        held(system, token)
        outcomes(system, token)
        public_and_operations(system)
        owner_away(system, token)
        redis_away(system, token)
        revoked(system, token)
    print("the HTTP door: hostile requests, events, held, outcomes, operations, owner and store away: as it must be")


if __name__ == "__main__":
    main()
