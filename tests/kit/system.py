"""A whole installation for a test: its own state folder and ports, started and stopped as a user would."""
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.environ.get("ENDORSE_BUILD") or os.path.join(ROOT, "build")
sys.path.insert(0, os.path.join(ROOT, "deploy", "demo"))
from doors import Doors  # noqa: E402


def skip(reason):
    """Ends the test as skipped; CTest knows the code (SKIP_RETURN_CODE 77)."""
    print(f"SKIPPED: {os.path.basename(sys.argv[0])}: {reason}")
    raise SystemExit(77)


def free_ports():
    """A port N with N+1 and N+2 free too."""
    for _ in range(200):
        port = random.randrange(15000, 32000)  # below those that the system gives to whoever connects
        sockets = []
        try:
            for offset in range(3):
                sockets.append(socket.socket())
                sockets[-1].bind(("127.0.0.1", port + offset))
            return port
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
    raise RuntimeError("no three free ports in a row")


def wait_until(what, condition, seconds=60, pause=0.03):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(pause)
    raise AssertionError(f"{what} did not happen within {seconds} s")


class System:
    """with System() as system: ...   keeps the logs and says where when the test fails."""

    def __init__(self, *options, settings="", path_first=None, environment=None, state=None):
        self.state = state or tempfile.mkdtemp(prefix="endorse-test-")
        os.chmod(self.state, 0o711)
        self.keep = state is not None
        self.port = free_ports()
        self.options = options
        self.environment = dict(os.environ, ENDORSE_BUILD=BUILD, **(environment or {}))
        if path_first:
            self.environment["PATH"] = path_first + ":" + self.environment["PATH"]
        self.settings = settings
        self.process = None
        self.doors = Doors(self.state, self.port)
        self.http = self.doors.http

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        self.stop()
        if kind is None and not self.keep:
            shutil.rmtree(self.state, ignore_errors=True)
        elif kind is not None:
            print(f"the state folder is kept: {self.state}")
            self.print_logs()

    def start(self):
        command = [os.path.join(ROOT, "deploy", "run"), "--state", self.state, "--port", str(self.port), *self.options]
        if self.settings:
            config = os.path.join(self.state, "test.conf")
            with open(config, "w", encoding="utf-8") as file:
                file.write(self.settings)
            os.chmod(config, 0o644)
            command += ["--config", config]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, env=self.environment)
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("Ctrl-C drains"):
                return
        self.process.wait()
        self.print_logs()
        raise AssertionError("deploy/run did not come up:\n" + "".join(said))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.communicate(timeout=60)
        self.process = None

    def print_logs(self):
        folder = os.path.join(self.state, "log")
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            current = os.path.join(folder, name, "current") if os.path.isdir(os.path.join(folder, name)) else \
                os.path.join(folder, name)
            try:
                with open(current, encoding="utf-8", errors="replace") as file:
                    tail = file.readlines()[-8:]
            except OSError:
                continue
            if tail:
                print(f"--- {name}")
                print("".join(tail), end="")

    # ---- the programs ----

    def services(self):
        folder = os.path.join(self.state, "run", "service")
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))

    def pid(self, service):
        done = subprocess.run(["s6-svstat", "-o", "pid", os.path.join(self.state, "run", "service", service)],
                              capture_output=True, text=True, check=False)
        return int(done.stdout.strip() or "-1")

    def kill(self, service):
        """kill -9 of one program; False if it was not running at that moment."""
        pid = self.pid(service)
        if pid <= 0:
            return False
        os.kill(pid, signal.SIGKILL)
        return True

    def row(self, service):
        return next(row for row in self.doors.ctl("workers", may_fail=True) if row["name"] == service)

    def pids(self):
        return {service: self.pid(service) for service in self.services()}

    def metric(self, name, **labels):
        """Sum of a metric of /metrics over the series that have these labels; the rows behind it are seconds old."""
        total = 0.0
        with urllib.request.urlopen(self.http + "/metrics", timeout=20) as answer:
            for line in answer.read().decode().splitlines():
                series, _, value = line.rpartition(" ")
                if series.split("{")[0] == name and all(f'{key}="{text}"' in series for key, text in labels.items()):
                    total += float(value)
        return total

    def log(self, service):
        """All that a program has said so far."""
        with open(os.path.join(self.state, "log", service, "current"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def redis(self, *arguments, raw=False, stdin=None):
        """One command as the administrator; with -x its last word is `stdin`."""
        with open(os.path.join(self.state, "secrets", "admin.secrets"), encoding="utf-8") as file:
            password = dict(line.split() for line in file)["redis-password"]
        done = subprocess.run(["redis-cli", "--no-auth-warning", "-s", os.path.join(self.state, "run", "redis.sock"),
                               "--user", "admin", *arguments], env=dict(os.environ, REDISCLI_AUTH=password),
                              input=stdin, capture_output=True, check=True, timeout=60)
        return done.stdout if raw else done.stdout.decode().strip()

    # ---- portals ----

    def add_portal(self, portal, *associations):
        return self.doors.ctl("portals", "add", portal, "--associations", ",".join(associations))

    def token(self, portal):
        with open(os.path.join(self.state, "secrets", f"portal-{portal}.key"), encoding="utf-8") as file:
            return dict(line.split(" ", 1) for line in file.read().splitlines())["token"]

    def outcomes(self, portal):
        return self.doors.ctl("outcomes", "--portal", portal)

    def story(self, aggregate):
        return self.doors.ctl("show", aggregate)

    def wait_quiet(self, seconds=60):
        wait_until("quiet", self.doors.is_quiet, seconds)


def dump(value):
    return json.dumps(value, indent=1)[:4000]
