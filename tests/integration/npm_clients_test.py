#!/usr/bin/python3
"""The CloudEvents SDK publishes over HTTP, and the Standard Webhooks library verifies what comes back."""
import json
import os
import shutil
import subprocess
import tempfile

from system import BUILD, ROOT, System, free_ports, skip, wait_until

CLIENTS = os.path.join(ROOT, "tests", "integration", "clients")
NODE_FOLDER = os.path.join(BUILD, "node")
PORTAL = "npm-portal"


class Receiver:
    """verify_webhook.mjs as a process of its own."""

    def __init__(self, folder, port, secret, fail_first):
        self.results = os.path.join(folder, "webhooks.jsonl")
        environment = dict(os.environ, NODE_FOLDER=NODE_FOLDER, SECRET=secret, RESULTS=self.results, PORT=str(port),
                           FAIL_FIRST=str(fail_first))
        self.process = subprocess.Popen(["node", os.path.join(CLIENTS, "verify_webhook.mjs")], env=environment,
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().startswith("READY")

    def received(self):
        if not os.path.exists(self.results):
            return []
        with open(self.results, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def publish(system, token):
    environment = dict(os.environ, NODE_FOLDER=NODE_FOLDER, HTTP=system.http, TOKEN=token)
    done = subprocess.run(["node", os.path.join(CLIENTS, "publish.mjs"), "npm"], env=environment, text=True,
                          timeout=180, stdout=subprocess.PIPE, check=False)
    print(done.stdout)
    assert done.returncode == 0 and len(done.stdout.splitlines()) > 12, "see the checks above"


def publish_what_is_refused(system):
    """An application with nothing in it cannot be submitted: each try is one more outcome."""
    system.doors.publish(PORTAL, [
        {"specversion": "1.0", "id": f"npm-early-{number}", "source": "urn:portal:npm", "subject": "application/npm-A",
         "type": "org.endorse.application.submitted.v1", "data": {"submittedOn": "2026-02-01"}} for number in range(5)])


def outcomes_arrive(system, receiver):
    outcomes = wait_until("six outcomes", lambda: len(found := system.outcomes(PORTAL)) >= 6 and found)
    taken = wait_until("every webhook", lambda: len(found := [hook for hook in receiver.received()
                                                              if hook["status"] == 204]) >= len(outcomes) and found)
    hooks = receiver.received()
    assert all(hook["verified"] for hook in hooks), hooks
    assert all(hook["contentType"].startswith("application/cloudevents+json") for hook in hooks), hooks
    told = [(hook["event"]["type"], hook["event"]["subject"]) for hook in taken]
    assert told == [(outcome["type"], outcome["subject"]) for outcome in outcomes], f"in order, none twice: {told}"
    assert len({hook["id"] for hook in taken}) == len(taken), taken
    assert len({hook["event"]["id"] for hook in taken}) == len(taken), taken
    # The first was answered 500: it came again, under the same webhook-id, before any other.
    assert hooks[0]["status"] == 500 and hooks[1]["id"] == hooks[0]["id"], hooks[:2]
    print(f"{len(taken)} webhooks verified, in order")


def main():
    if not shutil.which("node") or not os.path.isdir(os.path.join(NODE_FOLDER, "node_modules", "cloudevents")):
        skip("node and the packages of tests/package.json are needed; deploy/test fetches them with npm")
    folder = tempfile.mkdtemp(prefix="endorse-npm-")
    with System(settings="webhook_allow_private = true\n") as system:
        port = free_ports()
        keys = system.doors.ctl("portals", "add", PORTAL, "--associations", "MassAIMH",
                                "--webhook", f"http://127.0.0.1:{port}/hook")
        receiver = Receiver(folder, port, keys["webhook_secret"], fail_first=1)
        try:
            publish(system, keys["token"])
            publish_what_is_refused(system)
            outcomes_arrive(system, receiver)
        finally:
            receiver.stop()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
