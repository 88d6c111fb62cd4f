"""Who plays: forty-four invented applications and what becomes of each."""
import datetime

TODAY = datetime.date.today()

# association, the portal that publishes for it, the place its people live
PLACES = [("MassAIMH", "demo-massaimh", "US-MA"), ("Alliance", "demo-alliance", "US-WY"),
          ("SCIMHA", "demo-scimha", "US-SC"), ("VAIMH", "demo-vaimh", "US-VA"), ("CoAIMH", "demo-coaimh", "US-CO")]

FIRST = ["Avery", "Blake", "Casey", "Devon", "Ellis", "Finley", "Gray", "Harper", "Indigo", "Jules", "Kai", "Lane",
         "Morgan", "Noor", "Oakley", "Parker", "Quinn", "Reese", "Sage", "Tatum", "Umber", "Vale", "Wren"]
LAST = ["Example", "Sample", "Specimen", "Placeholder", "Instance", "Pattern", "Fixture"]

# story -> what happens; the first nine are told once in each association as far as it goes
STORIES = ["plain", "duplicates", "out-of-order", "bounce", "silent", "decline", "little-information", "withdrawal",
           "early-submission", "more-information", "deferral", "mentor", "mentor-split", "mentor-fails", "unfinished",
           "mentor-unread"]


def day(ago):
    return (TODAY - datetime.timedelta(days=ago)).isoformat()


class Rater:
    def __init__(self, key, name, email, role, endorsed, answers="answer", nei=0):
        self.id, self.name, self.email, self.role, self.endorsed = key, name, email, role, endorsed
        self.answers, self.not_enough_information = answers, nei


class Application:
    def __init__(self, number, place, story):
        self.number, self.story = number, story
        self.association, self.portal, self.region = place
        self.id = f"{self.association}-{number:04d}"
        self.person = f"p-{number:04d}"
        self.name = f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]} {number}"
        self.is_mentor = story.startswith("mentor")
        self.category = "MHM_P" if self.is_mentor else ("FS" if number % 2 else "FA")
        self.age_line = "ECMH" if number % 5 == 4 else "IMH"
        self.endorsed = story not in ("withdrawal", "deferral", "mentor-fails", "unfinished", "mentor-unread")
        self.repaired = story in ("bounce", "silent", "decline", "little-information")
        self.clock = 0
        self.raters = self.make_raters()

    def make_raters(self):
        roles = ["RATER_SUPERVISOR", "RATER_RSC_PROVIDER" if self.category == "FS" else "RATER_COLLEAGUE",
                 "RATER_TEACHER"]
        raters = [Rater(f"{self.person}-r{i}", f"Rater {self.number}-{i} {LAST[i]}",
                        f"rater{i}.{self.number}@office.example", role, i == 1) for i, role in enumerate(roles)]
        troubled = raters[2]
        if self.story == "bounce":
            troubled.email, troubled.answers = f"gone.{self.number}@bounce.example", None
        elif self.story == "silent":
            troubled.answers = None
        elif self.story == "decline":
            troubled.answers = "decline"
        elif self.story == "little-information":
            troubled.not_enough_information = 6
        return raters

    def event(self, kind, data, subject=None, key=None):
        self.clock += 1
        moment = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        return {"specversion": "1.0", "id": key or f"{self.id}-{self.clock:03d}", "source": f"urn:portal:{self.portal}",
                "type": f"org.endorse.{kind}.v1", "subject": subject or f"application/{self.id}",
                "time": moment.isoformat().replace("+00:00", "Z"), "datacontenttype": "application/json", "data": data}

    def person_events(self, key, name, email):
        return [self.event("person.name.changed", {"displayName": name}, f"person/{key}"),
                self.event("person.address.changed", {"email": email}, f"person/{key}")]

    def named(self, rater):
        data = {"raterId": rater.id, "role": rater.role, "endorsed": rater.endorsed}
        if rater.endorsed:
            data["endorsedCategory"] = "MHS"
        return data

    def evidence(self):
        rows = [("education.added", {"entryId": "edu-1", "level": "EDUCATION_MASTER", "field": "early-childhood",
                                     "completedOn": day(2000)}),
                ("transcript.received", {"entryId": "edu-1", "official": True}),
                ("work.added", {"entryId": "work-1", "role": "early-intervention", "fromOn": day(2600),
                                "untilOn": day(400), "hoursPerWeek": 40, "paid": True})]
        if self.category == "MHM_P":
            rows += [("work.added", {"entryId": "work-2", "role": "policy", "kind": "WORK_LEADERSHIP", "fromOn": day(1900),
                                     "untilOn": day(200), "hoursPerWeek": 20, "paid": True})]
        rows += [("training.added", {"entryId": f"train-{i}", "topic": topic, "hoursHundredths": hours,
                                     "completedOn": day(300 - 10 * i)})
                 for i, (topic, hours) in enumerate([("TRAINING_IMH", 1600), ("TRAINING_IMH", 1600),
                                                     ("TRAINING_DEI", 400), ("TRAINING_GIVING_RSC", 1600)])]
        rows += [("rsc.added", {"entryId": "rsc-1", "providerId": f"{self.person}-r1", "providerCategory": "MHM_C",
                                "providerAgeLine": "IMH", "hoursHundredths": 2800, "fromOn": day(640),
                                "untilOn": day(190), "group": False})]
        return [self.event("application." + kind, data) for kind, data in rows]

    def opening(self):
        people = self.person_events(self.person, self.name, f"applicant{self.number}@home.example")
        people += [self.event("person.residence.changed", {"region": self.region, "country": "US"},
                              f"person/{self.person}"),
                   self.event("membership.verified", {"association": self.association,
                                                      "untilOn": f"{TODAY.year + 1}-12-31"}, f"person/{self.person}")]
        for rater in self.raters:
            people += self.person_events(rater.id, rater.name, rater.email)
        registered = self.event("application.registered", {
            "association": self.association, "personId": self.person, "category": self.category,
            "ageLine": self.age_line, "registeredOn": day(120)})
        papers = [self.event("application.fee.paid", {"paymentId": f"pay-{self.number}-{i}", "kind": kind,
                                                      "amountMinor": "50000", "currency": "USD", "paidOn": day(100)})
                  for i, kind in enumerate(["FEE_REGISTRATION", "FEE_PROCESSING"])]
        papers += [self.event("application.ethics.signed", {"version": "2024", "signedOn": day(90)}),
                   self.event("application.agreement.signed", {"version": "2024", "signedOn": day(90)})]
        papers += self.evidence()
        papers += [self.event("application.rater.named", self.named(r)) for r in self.raters]
        papers += [self.event("application.waiver.chosen", {"raterId": r.id, "waived": True}) for r in self.raters]
        if self.story == "out-of-order":
            return papers[:9] + [registered] + papers[9:] + people
        lines = people + [registered] + papers
        if self.story == "duplicates":
            lines += papers[:6] + [registered]
        if self.story == "early-submission":
            lines.append(self.event("application.submitted", {"submittedOn": day(60)}))
        return lines

    def repairs(self):
        if not self.repaired:
            return []
        old = self.raters[2]
        if self.story == "bounce":
            old.email, old.answers = f"found.{self.number}@office.example", "answer"
            return [self.event("person.address.changed", {"email": old.email}, f"person/{old.id}")]
        new = Rater(f"{self.person}-r3", f"Rater {self.number}-3 {LAST[3]}", f"rater3.{self.number}@office.example",
                    old.role, False)
        self.raters = self.raters[:2] + [new]
        return self.person_events(new.id, new.name, new.email) + [
            self.event("application.rater.replaced", {"raterId": old.id, "newRaterId": new.id, "role": new.role}),
            self.event("application.waiver.chosen", {"raterId": new.id, "waived": True})]

    def submission(self):
        if self.story == "unfinished":
            return []
        if self.story == "withdrawal":
            return [self.event("application.withdrawn", {"reason": "moved-away"})]
        return [self.event("application.submitted", {"submittedOn": day(0)})]

    def decision(self, reviewer, decision, *reasons):
        return self.event("application.decision.recorded", {
            "reviewerId": reviewer, "decision": decision, "reasons": list(reasons), "decidedOn": day(0)})

    def reviewers(self):
        return [f"reviewer-{self.portal}-{i}" for i in (1, 2)]

    def review(self):
        if self.story in ("unfinished", "withdrawal"):
            return []
        lines = []
        for reviewer in self.reviewers():
            lines.append(self.event("reviewer.enrolled", {
                "association": self.association, "category": "MHM_C", "ageLine": self.age_line,
                "untilOn": f"{TODAY.year + 3}-12-31"}, f"person/{reviewer}", key=f"enrol-{reviewer}-{self.age_line}"))
            lines.append(self.event("application.reviewer.assigned", {"reviewerId": reviewer}))
        verdict = {"more-information": ("DECISION_MORE_INFORMATION", "training-dates"),
                   "deferral": ("DECISION_DEFER", "rsc-short")}.get(self.story, ("DECISION_APPROVE",))
        return lines + [self.decision(reviewer, *verdict) for reviewer in self.reviewers()]

    def second_review(self):
        if self.story != "more-information":
            return []
        return [self.event("application.amended", {"note": "training-dates"})] + [
            self.decision(reviewer, "DECISION_APPROVE") for reviewer in self.reviewers()]


def applications():
    result = []
    for index, place in enumerate(PLACES):
        stories = STORIES[:] if index == 0 else ["plain"] * 3 + STORIES[1 + index:5 + index]
        result += [Application(100 * (index + 1) + i, place, story) for i, story in enumerate(stories)]
    return result
