"""The doors of an installation, as its users have them: endorsectl for portals, HTTP for everyone else."""
import json
import os
import subprocess
import urllib.parse
import urllib.request


class Doors:
    def __init__(self, state, port):
        self.state = state
        self.http = f"http://127.0.0.1:{port}"
        build = os.environ.get("ENDORSE_BUILD") or os.path.join(os.path.dirname(__file__), "..", "..", "build")
        self.endorsectl = os.path.join(build, "bin", "endorsectl")

    def ctl(self, *arguments, text=None, may_fail=False):
        done = subprocess.run([self.endorsectl, "--state", self.state, "--json", *arguments], input=text,
                              capture_output=True, text=True, check=False)
        if done.returncode and not may_fail:
            raise SystemExit(f"demo: endorsectl {' '.join(arguments)} ended with {done.returncode}:\n"
                             f"{done.stderr}{done.stdout[-2000:]}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def run(self, *arguments):
        """The exit code of a command whose words do not matter."""
        return subprocess.run([self.endorsectl, "--state", self.state, *arguments], capture_output=True,
                              check=False).returncode

    def has_portal(self, portal):
        return any(row["id"] == portal for row in self.ctl("portals", "list"))

    def add_portal(self, portal, association):
        if not self.has_portal(portal):
            self.ctl("portals", "add", portal, "--associations", association)

    def publish(self, portal, events):
        lines = "\n".join(json.dumps(event) for event in events) + "\n"
        receipts = self.ctl("publish", "--portal", portal, "-", text=lines, may_fail=True)
        wrong = [r for r in receipts if r["status"] not in ("accepted", "duplicate")]
        if wrong:
            raise SystemExit(f"demo: {portal}: not accepted: {wrong[:3]}")
        return receipts

    def is_quiet(self):
        """Nothing waits and nothing flies; asked twice, because a message may be between two programs."""
        for _ in range(2):
            status = self.ctl("status", may_fail=True)
            if status is None or status["waiting"]:
                return False
        return True

    def registry_names(self, association):
        names = set()
        url = f"{self.http}/v1/registry/{urllib.parse.quote(association)}?status=active"
        while url:
            with urllib.request.urlopen(url, timeout=10) as answer:
                page = json.load(answer)
            names |= {entry["name"] for entry in page["entries"]}
            following = page.get("next")
            url = urllib.parse.urljoin(url, following) if following else None
        return names
