"""An invented applicant whose every identity field is a token, on the way from a portal to blind readers."""
import datetime
import time
import urllib.error

import cast
import mailbox_reader
import rater
import reader
import scanner
import watch

FORM, LANGUAGE = "canary-1", "qaa"  # deploy/exam/forms/canary-1.conf; "qaa" is nobody's language (ISO 639: private use)
FAILS = {f"trait{i}": 1 for i in range(1, 5)}  # nobody whom the canary could endorse
READERS = 2


class Stopped(Exception):
    """The canary did not come through: nothing is said about leaks."""


def wait_until(what, condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise Stopped(f"{what} did not happen within {seconds} s")


class Canary(cast.Application):
    """fields: name of the field -> words that the scanner looks for.  mail_domain: where all its addresses are, so that mail to
    them arrives somewhere; None: each at a word of its own, as nobody is to get it."""

    def __init__(self, association, region, association_words=(), mail_domain=None):
        super().__init__(9000, (association, "canary-" + scanner.new_word().lower(), region), "mentor")
        self.fields, self.mail_domain = {}, mail_domain
        word = self._word
        self.id, self.person = f"canary-{word('application')}", f"canary-{word('person')}"
        self.exam = f"canary-{word('exam')}"
        self.fields["portal"] = [self.portal.removeprefix("canary-")]
        if association_words:
            self.fields["association"] = list(association_words)
        self.raters = self.make_raters()
        self.name = f"{word('name')} {word('name')}"
        self.email = self._address("address")
        for each in self.raters:
            each.name = f"{word('rater')} {word('rater')}"
            each.email = self._address("rater address")
        self.supporters = {role: (f"canary-{word('supporter')}", f"{word(role)} {word(role)}", self._address(role + " address"))
                           for role in ("advisor", "reviewer 1", "reviewer 2")}
        self.profile = {"formerNames": [word("former name")], "nicknames": [word("nickname")],
                        "employers": [f"{word('employer')} {word('employer')} {word('employer')}"],
                        "supervisors": [f"{word('supervisor')} {word('supervisor')}"], "places": [word("place")],
                        "programmes": [f"{word('programme')} {word('programme')} {word('programme')}"],
                        "phones": [self._phone("phone")], "addresses": [f"12 {word('postal address')} Lane"]}
        number = scanner.new_word().lower()
        readers_domain = f"readers.{mail_domain}" if mail_domain else "scoring.example"  # the writer's would be a conflict
        self.readers = [(f"canary-reader-{number}-{i}", f"Reading Canary {i}",
                         f"canary-reader-{number}-{i}@{readers_domain}")
                        for i in range(1, READERS + 1)]

    def _word(self, field):
        word = scanner.new_word()
        self.fields.setdefault(field, []).append(word)
        return word

    def _address(self, field):
        return f"{self._word(field)}@{self.mail_domain or self._word(field) + '.example'}"

    def _phone(self, field):
        digits = scanner.new_phone()
        self.fields[field] = [digits]
        return f"+1 {digits[:3]} {digits[3:6]} {digits[6:]}"

    # Words that may stand in an essay: what the redactor learns (intake SPEC 10.1).
    REDACTED = ("name", "former name", "nickname", "employer", "supervisor", "place", "programme", "phone", "rater", "advisor",
                "reviewer 1", "reviewer 2", "address")

    def person_events(self, key, name, email):
        return super().person_events(key, name, self.email if key == self.person else email)

    def reviewers(self):
        return [self.supporters[role][0] for role in ("reviewer 1", "reviewer 2")]

    def opening(self):
        lines = super().opening()
        for key, name, email in self.supporters.values():
            lines += self.person_events(key, name, email)
        lines.append(self.event("person.profile.changed", self.profile, f"person/{self.person}"))
        lines.append(self.event("application.advisor.assigned", {"advisorId": self.supporters["advisor"][0]}))
        return lines

    def reader_events(self):
        lines = []
        for key, name, email in self.readers:
            lines += self.person_events(key, name, email)
            lines.append(self.event("exam.reader.enrolled", {
                "qualifications": [{"category": "MHM_P", "form": FORM, "untilOn": cast.day(-2)}], "languages": [LANGUAGE],
                "capacity": 2, "windowDays": 1, "active": True}, f"person/{key}"))
        return lines

    def readers_leave(self):
        return [self.event("exam.reader.enrolled", {
            "qualifications": [{"category": "MHM_P", "form": FORM, "untilOn": cast.day(-2)}], "languages": [LANGUAGE],
            "capacity": 0, "windowDays": 1, "active": False}, f"person/{key}") for key, _, _ in self.readers]

    def essays(self):
        """Whole names, as the redactor is certain of them: no person has to look."""
        p = self.profile
        return [f"This is what {self.name} thinks, whom they call {p['nicknames'][0]} and once {p['formerNames'][0]}. "
                f"Write to {self.email} or call {p['phones'][0]}. In {p['places'][0]} there was {p['employers'][0]}. "
                f"Then came {p['programmes'][0]}. And then it was late.",
                f"I was helped by {p['supervisors'][0]}. " +
                " ".join(f"I also thank {name}." for name in [each.name for each in self.raters] +
                         [name for _, name, _ in self.supporters.values()])]

    def exam_events(self):
        return [self.event("exam.scheduled", {"examId": self.exam, "sittingOn": datetime.date.today().isoformat()}),
                self.event("exam.part.resulted", {"examId": self.exam, "part": 1, "correct": 53, "items": 60}),
                self.event("exam.essay.submitted", {"examId": self.exam, "form": FORM, "language": LANGUAGE,
                                                    "answers": self.essays()})]


class Course:
    def __init__(self, doors, canary, report, seconds=60, maildir=None):
        self.doors, self.canary, self.report, self.seconds = doors, canary, report, seconds
        self.maildir = maildir or mailbox_reader.sandbox(doors.state)
        self.desks, self.codes, self.handles = {}, {}, []

    def told(self, kind):
        return [row for row in self.doors.ctl("outcomes", "--portal", self.canary.portal)
                if row["type"] == f"org.endorse.{kind}.v1"]

    def wait(self, kind):
        return wait_until(kind, lambda: self.told(kind), self.seconds)

    def publish(self, lines):
        self.doors.publish(self.canary.portal, lines)

    def to_the_exam(self):
        canary = self.canary
        self.doors.add_portal(canary.portal, canary.association)
        self.publish(canary.opening())
        waiting = {each.email: each for each in canary.raters}

        def answer():
            for letter in mailbox_reader.letters_in(self.maildir):
                if letter.link and letter.to in waiting:
                    try:
                        rater.answer(letter.link, waiting[letter.to])
                    except urllib.error.HTTPError as error:
                        if error.code != 404:
                            raise
                        continue  # a newer letter replaced it
                    del waiting[letter.to]
            return not waiting
        wait_until("the answer of every rater", answer, self.seconds)
        wait_until("the ratings", lambda: sum(
            row["data"].get("countable", False) for row in self.told("application.rating.changed")) >= 3, self.seconds)
        self.publish(canary.submission())
        self.wait("application.submission.accepted")
        self.decide(canary.review())
        self.wait("application.exam.eligible")

    def decide(self, lines):
        """One decision after the other, as many as the association wants: one more would be refused, with the application's
        name in the log."""
        decisions = [line for line in lines if line["type"].endswith(".decision.recorded.v1")]
        self.publish([line for line in lines if line not in decisions])
        for decision in decisions:
            wait_until("the reviewers' facts", lambda: self.told("application.exam.eligible") or self.doors.is_quiet(), self.seconds)
            if not self.told("application.exam.eligible"):
                self.publish([decision])

    def to_the_readers(self):
        before = {row["handle"] for row in self.doors.ctl("exam", "list")}
        self.publish(self.canary.reader_events())
        self.publish(self.canary.exam_events())
        self.wait("exam.review.started")
        self.handles = wait_until("a paper", lambda: sorted(
            {row["handle"] for row in self.doors.ctl("exam", "list")} - before), self.seconds)
        addresses = {email for _, _, email in self.canary.readers}

        def entered():
            for letter in mailbox_reader.letters_in(self.maildir):
                if letter.to in addresses and letter.entry and letter.to not in self.desks:
                    self.desks[letter.to] = reader.sign_in(letter.entry, watch.Recorder(self.report))
            return len(self.desks) == READERS
        wait_until("the links of both readers", entered, self.seconds)

    def read(self, look=None):
        """Each reader reads, and locks; `look` sees a desk at the moment when the text is on it."""
        for desk in self.desks.values():
            codes = wait_until("a seat", lambda desk=desk: desk.codes(waiting=True), self.seconds)
            self.codes[desk] = codes
            for code in codes:
                page = desk.get(f"{desk.base}/seat/{code}")
                for do in ("accept", "open"):
                    if f'value="{do}"' in page:
                        page = desk.press(code, do)
                if "This is what" not in page and "I was helped by" not in page:
                    raise Stopped("the page of a reader does not show the text")
                watch.look_at_desk(desk, codes)
                if look:
                    look(desk, code)
                desk.score(code, FAILS)
            watch.look_at_desk(desk, codes)

    def leave(self):
        self.publish(self.canary.readers_leave() + [self.canary.event("application.withdrawn", {"reason": "canary"})])

    def scan(self):
        if not watch.look_at_mails(self.report, self.maildir, [email for _, _, email in self.canary.readers]):
            raise Stopped("no mail to a reader was found")
        watch.look_at_exports(self.report, self.doors, self.handles)
        watch.look_at_logs(self.report, self.doors.state)
        watch.look_at_metrics(self.report, self.doors)
        watch.look_at_redis(self.report, watch.Redis(self.doors.state))


def session(desk):
    """The cookies of a desk, for a browser that is to see the same."""
    jar = next(handler for handler in desk.opener.handlers if hasattr(handler, "cookiejar")).cookiejar
    return {cookie.name: cookie.value for cookie in jar}
