"""endorse-exam with a private Redis of its own; intake and desk are played over the real sockets, operators sign with
keys of their own."""
import ctypes
import hashlib
import importlib
import json
import os
import secrets
import subprocess
import time

import zmq

import audit_folder
from desk_house import ACK, BUILD, ENVELOPE, ROOT, RUBRIC, SODIUM, STATUS, House, Played, random_name
from system import wait_until

DAY = 86400000


class Peer(Played):
    """intake or desk, towards exam."""

    def __init__(self, house, service):
        self.house, self.service = house, service
        self.context = zmq.Context()
        self.router = self.context.socket(zmq.ROUTER)
        self.router.bind(f"ipc://{house.run}/{service}.0.sock")
        os.chmod(f"{house.run}/{service}.0.sock", 0o777)
        self.dealer = self.context.socket(zmq.DEALER)
        self.dealer.connect(f"ipc://{house.run}/exam.0.sock")
        self.taken, self.seen, self.sequences, self.deliveries = [], set(), {}, 0

    def tell(self, kind, source, to, payload, wait=True, repeat=False):
        """One message of the lane <service>/<source> -> exam/<to>; how it ended."""
        self.deliveries += 1
        lane = (source, to)
        if not repeat:
            self.sequences[lane] = self.sequences.get(lane, 0) + 1
        envelope = self.house.envelope_pb2.Envelope(
            delivery=self.deliveries, message_id=secrets.token_hex(16), type=f"endorse.exam.{kind}.v1",
            to=f"exam/{to}", incarnation=7, sequence=self.sequences[lane], payload=payload.SerializeToString())
        setattr(envelope, "from", f"{self.service}/{source}")
        self.dealer.send(b"EW\x01" + bytes([ENVELOPE]) + envelope.SerializeToString())
        return self.answer(self.deliveries) if wait else None

    def of(self, kind, to=None):
        """Messages of a type that were taken, in order: (address, payload)."""
        self.turn()
        return [(e.to, e.payload) for e in self.taken if e.type == kind and (to is None or e.to == to)]


class ExamHouse(House):
    """Also the desk's acts for a seat, and what intake sends."""

    program = os.path.join(BUILD, "bin", "endorse-exam")
    rules = os.path.join(ROOT, "deploy", "exam", "rules")
    calibration_percent = 0  # a test that counts seats is not to be given more of them

    def __enter__(self):
        secrets_dir = os.path.join(self.folder, "secrets")
        for folder in (self.run, secrets_dir, os.path.join(self.folder, "redis")):
            os.makedirs(folder)
        self.password, self.operators, self.offset = {}, {}, 0
        self.events_pb2 = importlib.import_module("endorse.v1.events_pb2")
        for program in ("desk", "exam", "intake", "audit", "endorsectl", "admin"):
            self.password[program] = secrets.token_hex(32)
            with open(os.path.join(secrets_dir, program + ".secrets"), "w", encoding="utf-8") as file:
                file.write(f"redis-password {self.password[program]}\n")
                if program in ("exam", "audit"):
                    file.write(f"fingerprint-key {secrets.token_hex(32)}\n")
                if program == "audit":
                    file.write(f"audit-key {secrets.token_hex(32)}\n")
        with open(os.path.join(self.folder, "installation.json"), "w", encoding="utf-8") as file:
            json.dump({"run_dir": self.run, "http": "", "door": "", "door_public": "", "instances": {"exam": 1}}, file)
        self._start_redis(secrets_dir)
        self.intake, self.desk_peer = Peer(self, "intake"), Peer(self, "desk")
        self.exam = None
        self.exam_process = None
        self.start_exam()
        return self

    def __exit__(self, kind, value, trace):
        self.exam = self.desk_peer
        with open(os.path.join(self.folder, "desk.log"), "w", encoding="utf-8") as log, \
                open(os.path.join(self.folder, "exam.log"), encoding="utf-8") as own:
            log.write(own.read())
        super().__exit__(kind, value, trace)

    def start_exam(self, *flags):
        with open(os.path.join(self.folder, "exam.log"), "a", encoding="utf-8") as log:
            self.exam_process = subprocess.Popen(
                [self.program, "--state-dir", self.folder, "--sandbox", "yes", "--rules-dir", self.rules,
                 "--calibration-percent", str(self.calibration_percent), *flags],
                stdout=log, stderr=log)
        self.processes.append(self.exam_process)
        wait_until("endorse-exam", lambda: os.path.exists(os.path.join(self.run, "exam.0.sock")), seconds=20)

    def kill_exam(self):
        self.exam_process.kill()
        self.exam_process.wait()
        self.processes.remove(self.exam_process)
        os.unlink(os.path.join(self.run, "exam.0.sock"))
        self.start_exam()

    def advance(self, days):
        self.offset += int(days * DAY)
        self.redis("SET", "wf:clock", str(self.offset))

        def seen():
            row = self.redis("HGET", "wf:workers", "endorse-exam.0").stdout
            return row and json.loads(row)["clock_offset_ms"] == self.offset
        wait_until("the new time", seen, seconds=20)

    def now_ms(self):
        return int(time.time() * 1000) + self.offset

    # ---- intake ----

    def token(self, kind, fact):
        return self.exam_pb2.ConflictToken(kind=kind, token=hashlib.sha256(f"{kind} {fact}".encode()).digest()[:16])

    def tokens(self, facts):
        """{"employer": 2 ...} as pairs (kind, fact)."""
        return [self.token(kind, fact) for kind, fact in facts]

    def reader(self, facts=(), name=None, category=7, capacity=10, **more):
        name = name or random_name(26)
        card = self.exam_pb2.ReaderCard(
            reader=name, tokens=self.tokens(facts), languages=["en"], capacity=capacity, window_days=180, active=True,
            qualifications=[self.events_pb2.ReaderQualification(category=category, until_on="2099-12-31")], **more)
        assert self.intake.tell("reader.card", f"reader/{name}", "pool/readers", card) == "applied"
        return name

    def seal(self, facts=(), handle=None, category=7, form="mentor-policy-1", text=None):
        """`text`: the fields that say it; without, no desk can open it."""
        handle = handle or random_name(26)
        plain = secrets.token_bytes(300)
        text = text or {"text_version": 1, "text_sha256": hashlib.sha256(plain).digest(), "sealed_text": plain,
                        "sealed_key": secrets.token_bytes(72)}
        sealed = self.exam_pb2.PaperSealed(
            category=category, age_line=1, form=form, language="en", rule_pack="endorsement",
            tokens=self.tokens(facts), **text)
        assert self.of_paper(handle, "paper.sealed", sealed) == "applied"
        return handle

    def of_paper(self, handle, kind, payload):
        return self.intake.tell(kind, f"paper/{handle}", f"paper/{handle}", payload)

    def words(self, handle):
        return [self.exam_pb2.PaperWaiting.FromString(p).state
                for _, p in self.intake.of("endorse.exam.paper.waiting.v1", f"intake/paper/{handle}")]

    def results(self, handle):
        return [self.exam_pb2.ExamResolved.FromString(p)
                for _, p in self.intake.of("endorse.exam.resolved.v1", f"intake/paper/{handle}")]

    def wait_result(self, handle, count=1):
        wait_until("a result", lambda: len(self.results(handle)) >= count, seconds=20)
        return self.results(handle)[count - 1]

    # ---- desk ----

    def offers(self, handle_sha=None):
        """Seats offered so far: code -> SeatOffered."""
        found = {}
        for to, payload in self.desk_peer.of("endorse.desk.seat.offered.v1"):
            found[to.rsplit("/", 1)[1]] = self.exam_pb2.SeatOffered.FromString(payload)
        return found

    def wait_seats(self, count, known=()):
        """Codes of `count` seats that are not among `known`."""
        wait_until(f"{count} seats", lambda: len(set(self.offers()) - set(known)) >= count, seconds=20)
        return sorted(set(self.offers()) - set(known))

    def closed(self):
        return [to.rsplit("/", 1)[1] for to, _ in self.desk_peer.of("endorse.desk.seat.closed.v1")]

    def of_seat(self, code, kind, payload):
        return self.desk_peer.tell(f"seat.{kind}", f"seat/{code}", f"seat/{code}", payload)

    def submit(self, code, points, version=1, text_version=1, comments=()):
        scores = points if isinstance(points, dict) else dict(zip(RUBRIC, points))
        sheet = self.exam_pb2.SeatSubmitted(
            sheet_version=version, text_version=text_version, comments=list(comments),
            scores=[self.exam_pb2.SeatScore(criterion=c, points=p) for c, p in scores.items()],
            sheet_sha256=hashlib.sha256(f"{code} {version} {points}".encode()).digest())
        return self.of_seat(code, "submitted", sheet)

    def read(self, code, points, known=1, **more):
        assert self.of_seat(code, "accepted", self.exam_pb2.SeatAccepted()) == "applied"
        assert self.of_seat(code, "opened", self.exam_pb2.SeatOpened()) == "applied"
        assert self.submit(code, points, **more) == "applied"
        if known:
            self.say_known(code, known)

    def say_known(self, code, known):
        assert self.of_seat(code, "writer.known", self.exam_pb2.SeatWriterKnown(known=known)) in ("applied", "ignored")

    # ---- operators ----

    def operator(self, name, *roles):
        public, secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        SODIUM.crypto_sign_keypair(public, secret)
        card = self.exam_pb2.OperatorCard(roles=roles, public_key=public.raw)
        assert self.intake.tell("operator.card", f"operator/{name}", f"operator/{name}", card) == "applied"
        key_file = os.path.join(self.folder, "secrets", f"operator-{name}.key")
        with open(key_file, "w", encoding="utf-8") as file:
            file.write(f"secret {secret.raw.hex()}\n")
        os.chmod(key_file, 0o600)
        self.operators[name] = secret
        return name

    # ---- the journal ----

    def audit(self):
        """Starts endorse-audit, unless it runs, and waits until it has copied all that is there; the folder of the copy."""
        copy = os.path.join(self.folder, "audit")
        if not os.path.isdir(copy):
            with open(os.path.join(self.folder, "audit.log"), "a", encoding="utf-8") as log:
                self.processes.append(subprocess.Popen(
                    [os.path.join(BUILD, "bin", "endorse-audit"), "--state-dir", self.folder, "--sandbox", "yes",
                     "--audit-cycle-seconds", "1"], stdout=log, stderr=log))
        keys = self.redis("--raw", "KEYS", "{exam:*}:j").stdout.split()

        def is_copied():
            return os.path.isdir(copy) and len(audit_folder.lines(copy)) >= sum(
                int(self.redis("XLEN", key).stdout) for key in keys)
        wait_until("the copy", is_copied, seconds=20, pause=0.2)
        return copy

    def announced(self):
        """A file with what the log said of seeds, as an auditor would note it: the lines, untouched."""
        path = os.path.join(self.folder, "announced")
        with open(os.path.join(self.folder, "exam.log"), encoding="utf-8") as log, open(path, "w", encoding="utf-8") as file:
            file.writelines(line for line in log if "EXAM-SEED" in line)
        return path

    def replay(self, *arguments):
        return subprocess.run([os.path.join(BUILD, "bin", "endorsectl"), "--state", self.folder, "exam", "replay", *arguments],
                              capture_output=True, text=True, check=False, timeout=60)

    def plans_repeat(self):
        """A11: whatever happened here, an auditor makes every plan again from the copied journal and the announced seeds."""
        self.audit()
        said = self.replay("--announced", self.announced())
        assert said.returncode == 0 and " repeat, with " in said.stdout, said.stdout + said.stderr

    def ctl(self, *arguments, check=True):
        run = subprocess.run([os.path.join(BUILD, "bin", "endorsectl"), "--state", self.folder, *arguments, "--json"],
                             capture_output=True, text=True, check=False, timeout=60)
        if check:
            assert run.returncode == 0, run.stdout + run.stderr
        return json.loads(run.stdout) if run.stdout.strip().startswith(("{", "[")) else run
