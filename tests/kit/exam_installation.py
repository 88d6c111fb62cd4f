"""A whole installation in which exams can be read: all programs, mentors who may sit their exam, readers, operators.  Papers come
through the doors, readers' links from the mails; nothing is played."""
import datetime
import re

from story import application, play, wait_until
from system import System

import mailbox_reader

ASSOCIATION, PORTAL, FORM = "MassAIMH", "college", "mentor-policy-1"
PLAIN = ("Before the board votes I would ask each of us to spend a morning with a visitor.\n\nMaud wants to reach more families, "
         "and so do I: shorter lists, and visitors who stay because somebody listens to them too.",
         "The toddlers are missing from this form, and so is Edda. I would count with her what it costs, and ask in six months "
         "who came back.")


class Examiner:
    """Somebody enrolled to read, with an address of their own."""

    def __init__(self, number, employer=None):
        self.number, self.key, self.name = number, f"page-reader-{number}", f"Reader {number} Plainname"
        self.address = f"{self.key}@readers{number}.example"
        self.employer = employer or f"Field {number} Visitors"
        self.used = set()  # links that were followed

    def events(self, case, **more):
        enrolment = {"qualifications": [{"category": "MHM_P", "untilOn": "2199-12-31"}], "languages": ["en"], "capacity": 9,
                     "windowDays": 30, "active": True, **more}
        return case.person_events(self.key, self.name, self.address) + [
            case.event("person.profile.changed", {"employers": [self.employer]}, f"person/{self.key}"),
            case.event("exam.reader.enrolled", enrolment, f"person/{self.key}")]


class ExamInstallation(System):
    """with ExamInstallation(mentors=1, readers=3) as exams: ...   With percent 0 nobody is given a calibration beside the papers."""

    def __init__(self, mentors=1, readers=3, calibration_percent=0, settings=""):
        super().__init__(settings=f"sandbox = true\ncalibration_percent = {calibration_percent}\n" + settings)
        self.cases = [application(7400 + number, PORTAL, "mentor") for number in range(mentors)]
        self.readers = [Examiner(number) for number in range(1, readers + 1)]

    @property
    def desk(self):
        return f"http://127.0.0.1:{self.port + 1}"

    def __enter__(self):
        super().__enter__()
        try:
            self._reach_exams()
        except BaseException:
            self.stop()
            raise
        return self

    def _reach_exams(self):
        doors, answered = self.doors, set()
        doors.add_portal(PORTAL, ASSOCIATION)
        play.publish_opening(doors, self.cases)
        play.answer_mails(doors, self.cases, answered)
        self.wait_quiet()
        play.publish_endings(doors, self.cases)
        wait_until("eligible", lambda: len(self.told("application.exam.eligible")) == len(self.cases))
        for name, role, *seal in (("ann", "coordinator", "--first"), ("rob", "redactor", "--as", "ann")):
            assert doors.run("operators", "add", name, "--role", role, *seal) == 0, name
        self.enrol(*self.readers)

    def enrol(self, *readers, **more):
        self.doors.publish(PORTAL, [line for reader in readers for line in reader.events(self.cases[0], **more)])
        self.wait_quiet()

    def newcomer(self, **more):
        """One more reader, enrolled now."""
        self.readers.append(Examiner(len(self.readers) + 1))
        self.enrol(self.readers[-1], **more)
        return self.readers[-1]

    def publish(self, *events):
        self.doors.publish(PORTAL, list(events))

    def told(self, kind, case=None):
        """Outcomes of a type that the portal has, of one application or of all."""
        return [row for row in self.outcomes(PORTAL) if row["type"] == f"org.endorse.{kind}.v1" and
                (case is None or row["subject"].endswith("/" + case.id))]

    def sit(self, case, answers=PLAIN, exam="EX-1"):
        """A sitting, Part One passed, and the essay."""
        self.publish(case.event("exam.scheduled", {"examId": exam, "sittingOn": datetime.date.today().isoformat()}),
                     case.event("exam.part.resulted", {"examId": exam, "part": 1, "correct": 55, "items": 60}),
                     case.event("exam.essay.submitted", {"examId": exam, "form": FORM, "language": "en", "answers": list(answers)}))

    def papers(self):
        return {row["handle"] for row in self.doors.ctl("exam", "list")}

    def sealed(self, before=()):
        """The handle of the paper that is with exam and was not among `before`."""
        return wait_until("a paper with exam", lambda: self.papers() - set(before)).pop()

    def word(self, handle):
        return self.doors.ctl("exam", "show", handle)["state"]

    # ---- mails ----

    def mails(self, reader):
        return [letter for letter in mailbox_reader.letters(self.doors.state) if letter.to == reader.address]

    def links(self, reader):
        return [letter.entry for letter in self.mails(reader) if letter.entry]

    def fresh_link(self, reader):
        """The newest link of a mail that this reader has not followed yet; it counts as followed now."""
        link = wait_until(f"a link for {reader.key}", lambda: next(
            (link for link in reversed(self.links(reader)) if link not in reader.used), None))
        reader.used.update(self.links(reader))
        return link

    def asked(self, count, among=None, before=None):
        """Readers who had a mail with a link since `before` (a mark), waiting until there are so many."""
        mark, among = before or {}, among or self.readers
        return wait_until(f"{count} readers asked", lambda: (
            lambda found: found if len(found) == count else None)(
                [reader for reader in among if len(self.links(reader)) > mark.get(reader.key, 0)]))

    def mark(self):
        return {reader.key: len(self.links(reader)) for reader in self.readers}

    def advance(self, span):
        self.doors.ctl("clock", "advance", span)
        self.wait_quiet()


def without_secrets(text):
    """Bytes without what is random by design and of fixed length: codes, tokens of forms and links."""
    text = re.sub(r"\b[0-9A-HJKMNP-TV-Z]{13}\b", "CODE", text)
    return re.sub(r'value="[A-Za-z0-9_-]{43}"', 'value="TOKEN"', text)
