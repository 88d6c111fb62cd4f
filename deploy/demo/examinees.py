"""The Mentors' exams: what four invented examinees write, who reads it blind, and how the readers score three of them.

The fourth is left for whoever looks on."""
import re

import cast

FORM = "mentor-policy-1"  # deploy/exam/forms; Part Two for the category of the demo's mentors

# One answer a prompt.  {name} is the examinee's own: no reader will see it.
ANSWERS = {
    "mentor": [
        "Before the board votes I would ask each of us to spend a morning with a visitor. A list of nine months is "
        "a third of a childhood's first year.\n\nMaud wants to reach more families, and so do I. I would offer her "
        "both: shorter lists and visitors who stay, because somebody listens to them too.",
        "The toddlers are missing from this form, and so is Edda. I would bring her to the agency, count with her what "
        "the form costs, and ask in six months who came back."],
    "mentor-split": [
        "In my own county, writes {name}, we halved the visits and lost the families who needed them most. I would "
        "tell that story first and show the figures second.",
        "I would not fight the form. I would ask what a centre may do with its answers, and whether a worried mother "
        "hears of it from a person or from a letter."],
    "mentor-fails": [
        "The board should decide by the figures. Visits that are shorter are cheaper, and more visits are better.",
        "Twelve questions are quickly answered. I would remind the centres of the date."],
    "mentor-unread": [
        "Both are right, and I, {name}, would say so aloud. Then I would ask which family on the list can wait and which "
        "cannot; a list knows names, a visitor knows that.",
        "I would read the twelve questions with three mothers before anybody signs, and change those that frighten them. "
        "What is measured twice a year ought to be useful to the child in between."],
}

# Sheets in the order in which readers lock them: points for each of four criteria.  The split's first two differ by two
# points on one criterion and lie on both sides of the pass mark, so a third reads.
SHEETS = {
    "mentor": [(5, 4, 4, 4), (4, 5, 4, 4)],
    "mentor-split": [(5, 4, 4, 4), (3, 4, 4, 4), (4, 4, 4, 4)],
    "mentor-fails": [(2, 2, 3, 2), (2, 3, 2, 2)],
}
# How a reader of this play knows a paper again: by words of its answer.
WORDS = {"mentor": "a morning with a visitor", "mentor-split": "halved the visits", "mentor-fails": "decide by the figures"}

READERS = [(f"p-reader-{i}", f"Exam Reader {name}", f"reader{i}@scoring.example")
           for i, name in enumerate(["Alder", "Birch", "Cedar", "Dogwood"], 1)]


def reader_events(application):
    """Through the portal of one application: its events are made alike."""
    lines = []
    for key, name, email in READERS:
        subject = f"person/{key}"
        lines += application.person_events(key, name, email)
        lines.append(application.event("person.profile.changed", {"employers": [f"{name} and Company"]}, subject))
        lines.append(application.event("exam.reader.enrolled", {
            "qualifications": [{"category": "MHM_P", "untilOn": f"{cast.TODAY.year + 3}-12-31"}], "languages": ["en"],
            "capacity": 10, "windowDays": 90, "active": True}, subject))
    return lines


def exam_events(application):
    exam = f"{application.id}-exam-1"
    answers = [text.format(name=application.name) for text in ANSWERS[application.story]]
    return [application.event("exam.scheduled", {"examId": exam, "sittingOn": cast.day(0)}),
            application.event("exam.part.resulted", {"examId": exam, "part": 1, "correct": 53, "items": 60}),
            application.event("exam.essay.submitted", {"examId": exam, "form": FORM, "language": "en", "answers": answers})]


def score(desk, code, sheets):
    """One assignment, from its offer to the locked sheet; `sheets` remembers which papers were scored how often."""
    page = desk.get(f"{desk.base}/seat/{code}")
    for do in ("accept", "open"):
        if f'value="{do}"' in page:
            page = desk.press(code, do)
    story = next((story for story, words in WORDS.items() if words in page), None)
    if not story:
        return  # the text is being looked at again
    given = sheets.setdefault(story, [])
    points = SHEETS[story][min(len(given), len(SHEETS[story]) - 1)]
    comments = re.findall(r'name="comment" value="([^"]+)"', page)
    desk.score(code, {f"trait{i}": value for i, value in enumerate(points, 1)}, comments[:1])
    given.append(points)
