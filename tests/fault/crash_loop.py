#!/usr/bin/python3
"""crash_loop - random kill -9 of every program and of Redis during live traffic, each kill of Redis with the
append-only file cut to its last synced length; afterwards: nothing with a receipt lost, nothing done twice. Mails
excepted, which a real mail server counts: every one that came twice must be shown as possibly repeated.

  crash_loop.py --kills 50 --seed 7            the long form
  crash_loop.py --break fsync --expect-loss    the negative control: syncing after the answers must be noticed

Prints one JSON line of figures.
"""
import argparse
import collections
import contextlib
import json
import os
import random
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kit"))
import system as kit  # noqa: E402
import cast  # noqa: E402
import rater as rater_manners  # noqa: E402
from relay import Relay  # noqa: E402

PORTAL, ASSOCIATION, REGION = "chaos", "MassAIMH", "US-MA"
MAIL_PAUSE = 0.2  # seconds in which a mail is received and its sender does not know


class Traffic:
    """Plays applications from registration to decision, by HTTP, each step until it has a receipt; wave after wave
    until enough has been killed."""

    def __init__(self, system, relay, count, rng, patience):
        self.relay = relay
        self.system, self.rng, self.count, self.patience = system, rng, count, patience
        self.applications = []  # of all waves
        self.enough = threading.Event()
        self.receipts = {}  # (subject, event id) -> receipt
        self.duplicates_sent = 0
        self.ended = threading.Event()
        self.problem = None
        self.token = system.token(PORTAL)

    def post(self, event):
        body = json.dumps(event).encode()
        request = urllib.request.Request(f"{self.system.http}/v1/events", data=body, method="POST", headers={
            "Content-Type": "application/cloudevents+json", "Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer)

    def send(self, event):
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            try:
                status, receipt = self.post(event)
                self.receipts[(event["subject"], event["id"])] = receipt
                if status == 202 and self.rng.random() < 0.1:
                    self.duplicates_sent += 1  # on purpose: the same once more
                    continue
                return
            except urllib.error.HTTPError as error:
                if error.code not in (429, 503):
                    raise AssertionError(f"{event['type']} {event['id']}: {error.code} {error.read()!r}") from error
            except OSError:
                pass  # the gateway is being killed
            time.sleep(self.rng.uniform(0.02, 0.1))
        raise AssertionError(f"no receipt for {event['id']} within {self.patience} s")

    def answer_raters(self, wave):
        """A mail whose sending was killed half-way goes again after two minutes: that is to be waited for."""
        wanted = {r.email: r for a in wave for r in a.raters}
        end = time.monotonic() + self.patience
        while wanted and time.monotonic() < end:
            for letter in self.relay.letters():
                if not letter.link or letter.to not in wanted:
                    continue
                try:
                    rater_manners.answer(letter.link, wanted[letter.to])
                    del wanted[letter.to]
                except urllib.error.HTTPError as error:
                    if error.code in (404, 410):
                        del wanted[letter.to]  # the answer before had been taken; its page was lost on the way
                except (OSError, ValueError):
                    pass
            time.sleep(0.1)
        if wanted:
            raise AssertionError(f"{len(wanted)} raters never got a working link")

    def play(self):
        try:
            while not (self.enough.is_set() and self.applications):
                self.play_wave()
        except BaseException as error:  # noqa: B902 - the main thread reports it
            self.problem = error
        finally:
            self.ended.set()

    def play_wave(self):
        first = 9000 + len(self.applications)
        wave = [cast.Application(first + i, (ASSOCIATION, PORTAL, REGION), "plain") for i in range(self.count)]
        self.applications += wave
        self.send_all([event for a in wave for event in a.opening()])
        self.answer_raters(wave)
        self.await_ratings()
        self.send_all([e for a in wave for e in a.submission()])
        self.send_all([e for a in wave for e in a.review()])

    def receipt_then_power_cut(self, rounds):
        """The sharpest moment: Redis dies right after a receipt was given."""
        teller = cast.Application(8999, (ASSOCIATION, PORTAL, REGION), "plain")
        for turn in range(rounds):
            self.send(teller.event("person.name.changed", {"displayName": f"Turn {turn} Example"},
                                   f"person/turn-{turn}", key=f"turn-{turn}"))
            self.system.kill("redis")

    def mail_then_kill(self, rounds):
        """The sharpest moment of a mail: it has been received, and its sender dies before it knows."""
        for turn in range(rounds):
            unlucky = cast.Application(8900 + turn, (ASSOCIATION, PORTAL, REGION), "plain")
            before = sum(self.relay.received().values())
            sender = threading.Thread(target=self.send_all, args=(unlucky.opening(),))
            sender.start()
            kit.wait_until("a mail", lambda: sum(self.relay.received().values()) > before, self.patience, 0.01)
            self.system.kill("courier.0")
            sender.join()

    def send_all(self, events):
        """Four connections at once; the events of one application stay in order on one of them."""
        lanes = collections.defaultdict(list)
        for event in events:
            lanes[hash(event["id"].rsplit("-", 1)[0]) % 4].append(event)
        errors = []

        def run(lane):
            try:
                for event in lane:
                    self.send(event)
            except BaseException as error:  # noqa: B902
                errors.append(error)
        threads = [threading.Thread(target=run, args=(lane,)) for lane in lanes.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    def await_ratings(self):
        """A submission before the third rating has arrived would rightly be refused."""
        wanted = 3 * len(self.applications)

        def counted():
            try:
                rows = outcomes(self.system, self.token)
            except (OSError, urllib.error.HTTPError):
                return False
            return sum(1 for row in rows if is_countable(row)) >= wanted
        kit.wait_until("all ratings to be counted", counted, self.patience, 0.3)


def is_countable(row):
    return row["type"] == "org.endorse.application.rating.changed.v1" and row["data"].get("state") == "RATING_COMPLETED"


def outcomes(system, token):
    rows, after = [], 0
    while True:
        request = urllib.request.Request(f"{system.http}/v1/outcomes?after={after}&limit=500",
                                         headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            page = json.load(answer)
        if not page["outcomes"]:
            return rows
        rows += page["outcomes"]
        after = rows[-1]["sequence"]


def held(system, token):
    found, cursor = set(), ""
    while True:
        request = urllib.request.Request(f"{system.http}/v1/events?source=urn:portal:{PORTAL}&since=0{cursor}",
                                         headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            page = json.load(answer)
        found |= {(event["subject"], event["id"]) for event in page["events"]}
        if not page.get("cursor"):
            return found
        cursor = "&cursor=" + page["cursor"]


def patiently(what, ask, seconds=60):
    """Asks again while a program is coming back."""
    def attempt():
        try:
            return (ask(),)
        except (OSError, urllib.error.HTTPError, SystemExit):
            return None
    return kit.wait_until(what, attempt, seconds, 0.2)[0]


def missing_events(system, traffic):
    """What a portal has a receipt for and Endorse does not hold."""
    try:
        kept = patiently("the list of held events", lambda: held(system, traffic.token), traffic.patience)
    except AssertionError as error:
        return [str(error)]
    missing = sorted(set(traffic.receipts) - kept)
    return [f"{len(missing)} receipts without their event, such as {missing[0]}"] if missing else []


def find_faults(system, traffic):
    """Every other broken promise as a sentence."""
    faults = []
    rows = patiently("the outcomes", lambda: outcomes(system, traffic.token))
    sequences = [row["sequence"] for row in rows]
    if sequences != list(range(1, len(rows) + 1)):
        faults.append("the portal's log has a gap or a repetition")
    numbers = collections.defaultdict(list)
    for row in rows:
        numbers[row["subject"]].append(row["number"])
    faults += [f"outcomes of {subject} are numbered {found[:12]}" for subject, found in numbers.items()
               if found != list(range(1, len(found) + 1))]
    endorsed = collections.Counter(row["subject"] for row in rows
                                   if row["type"] == "org.endorse.application.endorsed.v1")
    for application in traffic.applications:
        times = endorsed.get(f"application/{application.id}", 0)
        if times != 1:
            faults.append(f"{application.id} was endorsed {times} times")
    expected = {a.name for a in traffic.applications}
    names = set()

    def registry_is_right():
        names.clear()
        names.update(patiently("the registry", lambda: system.doors.registry_names(ASSOCIATION)))
        return names == expected
    try:
        kit.wait_until("the registry", registry_is_right, 15, 0.3)  # its readers look once a second
    except AssertionError:
        faults.append(f"registry: {len(expected - names)} missing, {len(names - expected)} too many")
    status = patiently("the status", lambda: system.doors.ctl("status", may_fail=True))
    if status["dead"] or status["parked"]:
        faults.append(f"{status['dead']} dead letters, {status['parked']} parked")
    return faults, rows


def effects(system):
    """What the courier keeps of every mail, as it is on disk: effect id -> head of its state."""
    keys = system.redis("--scan", "--pattern", "{courier:*}:a:effect:*").split()
    heads = system.redis(stdin="".join(f"HGET {key} h\n" for key in keys).encode()).splitlines()
    return {key.rsplit(":", 1)[1]: json.loads(head) for key, head in zip(keys, heads, strict=True)}


def count_mails(system, relay):
    """Mails received twice, those shown as possibly repeated, and what is wrong with that."""
    # What was under way in a killed courier is doubtful two minutes later, and goes again.
    for _ in range(3):
        patiently("the clock", lambda: system.doors.ctl("clock", "advance", "4m"))
        patiently("quiet", lambda: system.wait_quiet(30) or True, 120)
    received = relay.received()
    kept = effects(system)
    twice = {effect for effect, times in received.items() if times > 1}
    shown = {effect for effect, head in kept.items() if head["possiblyTwice"]}
    faults = [f"mail {effect} came {received[effect]} times and is not shown as repeated"
              for effect in sorted(twice - shown)]
    if not twice:
        faults.append("no mail came twice although its sender was killed: the count sees nothing")
    faults += [f"mail {effect} came {times} times in {kept[effect]['attempt']} attempts"
               for effect, times in received.items() if effect in kept and times > kept[effect]["attempt"]]
    figures = {"mails": len(received), "mails_received_twice": len(twice), "mails_possibly_twice": len(shown)}
    return figures, faults


def audit_faults(system):
    """The copier was killed like everybody else: its copy is whole, has every line that Redis has once, and nothing to
    complain of, since Redis has lost nothing."""
    def followed_since(instant):
        state = system.doors.ctl("audit", "status", may_fail=True)
        return (state or {}).get("followed_ms", 0) > instant
    began = time.time() * 1000 + 1000
    kit.wait_until("the audit copy", lambda: followed_since(began), 90, 0.3)
    report = system.doors.ctl("audit", "verify", may_fail=True)
    keys = system.redis("--scan", "--pattern", "{*}:j").split()
    lengths = system.redis(stdin="".join(f"XLEN {key}\n" for key in keys).encode()).splitlines()
    alarms = system.doors.ctl("audit", "status", may_fail=True)["alarms"]
    faults = [f"audit alarm {alarm['kind']} of {alarm['stream']}" for alarm in alarms[:3]]
    if not report["whole"]:
        faults.append(f"the audit copy breaks at {report['break']}")
    if report["generations"] == 1 and report["lines"] != sum(map(int, lengths)):
        faults.append(f"the audit copy has {report['lines']} lines, Redis {sum(map(int, lengths))}")
    return {"audit_lines": report["lines"], "audit_checkpoints": report["checkpoints"]}, faults


def kill_loop(system, traffic, kills, rng, redis_share):
    """Kills until the number is reached or the traffic has ended; says what was killed how often."""
    tally = collections.Counter()
    names = [name for name in system.services()]
    while sum(tally.values()) < kills and not traffic.ended.is_set():
        time.sleep(rng.uniform(0.1, 0.7))
        victim = "redis" if rng.random() < redis_share else rng.choice(names)
        try:
            if system.kill(victim):
                tally[victim] += 1
        except ProcessLookupError:
            pass
    traffic.enough.set()
    return tally


def read_cuts(notes):
    try:
        with open(os.path.join(notes, "cuts"), encoding="utf-8") as file:
            return [tuple(map(int, line.split()[1:])) for line in file]
    except OSError:
        return []


def is_synced(state, notes):
    """Whether all that Redis has written so far would survive a power cut."""
    for folder, _, names in os.walk(os.path.join(state, "redis")):
        for name in names:
            if name.endswith(".incr.aof"):
                try:
                    with open(os.path.join(notes, name + ".synced"), encoding="ascii") as file:
                        if int(file.read()) < os.path.getsize(os.path.join(folder, name)):
                            return False
                except (OSError, ValueError):
                    return False
    return True


def run(options):
    recorder = os.path.join(kit.BUILD, "tests", "libsync_recorder.so")
    if not os.path.exists(recorder):
        kit.skip("libsync_recorder.so is not built")
    rng = random.Random(options.seed)
    notes = tempfile.mkdtemp(prefix="endorse-sync-")
    os.chmod(notes, 0o777)
    state = tempfile.mkdtemp(prefix="endorse-crash-")
    environment = {"ENDORSE_SYNC_NOTES": notes, "ENDORSE_SYNC_RECORDER": recorder, "ENDORSE_BREAK": options.broken or "",
                   "ENDORSE_REDIS_DATA": os.path.join(state, "redis")}
    here = os.path.dirname(os.path.abspath(__file__))
    relay = Relay(MAIL_PAUSE)
    system = kit.System(path_first=os.path.join(here, "bin"), environment=environment, state=state,
                        settings=relay.settings())
    mails = {}
    with contextlib.closing(relay), system:
        system.add_portal(PORTAL, ASSOCIATION)
        # What is to be lost on purpose is receipts, not the portal that asks for them.
        kit.wait_until("the portal to be on disk", lambda: is_synced(state, notes), 10)
        traffic = Traffic(system, relay, options.applications, rng, 20 if options.broken else 300)
        player = threading.Thread(target=traffic.play)
        began = time.monotonic()
        player.start()
        tally = kill_loop(system, traffic, options.kills, rng, 0.9 if options.broken else 0.25)
        traffic.ended.wait(900)
        player.join(5)
        try:
            traffic.receipt_then_power_cut(3)
            if not options.broken:
                traffic.mail_then_kill(2)
        except AssertionError as error:
            traffic.problem = traffic.problem or error
        faults = missing_events(system, traffic)
        rows = []
        if traffic.problem:
            faults.append(f"traffic: {traffic.problem}")
        else:
            try:
                patiently("quiet", lambda: system.wait_quiet(30), 120)
            except AssertionError as error:
                faults.append(str(error))
            found, rows = find_faults(system, traffic)
            mails, wrong = count_mails(system, relay)
            faults += found + wrong
            audit, wrong = audit_faults(system)
            mails.update(audit)
            faults += wrong
    cuts = read_cuts(notes)
    print(json.dumps({"kills": sum(tally.values()), "of": dict(sorted(tally.items())), "cuts": len(cuts),
                      "bytes_cut": sum(had - kept for had, kept in cuts), "applications": len(traffic.applications), "receipts": len(traffic.receipts),
                      "duplicates_sent": traffic.duplicates_sent, "outcomes": len(rows), **mails, "seconds":
                      round(time.monotonic() - began, 1), "seed": options.seed, "faults": faults[:10]}))
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--applications", type=int, default=6)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--break", dest="broken", choices=["fsync"], help="break a promise on purpose")
    parser.add_argument("--expect-loss", action="store_true", help="succeed only if a receipt was lost")
    options = parser.parse_args()
    faults = run(options)
    if options.expect_loss:
        if any("receipts without their event" in fault for fault in faults):
            return 0
        print("the negative control lost no receipt: the loop cannot see what it is for")
        return 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
