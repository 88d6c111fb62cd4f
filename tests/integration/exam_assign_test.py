"""Assignment on real conflict masks and loads: optimal maximum load, or the certificate."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

numpy = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("ENDORSE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "assignment"
CTL = pathlib.Path(os.environ.get("ENDORSE_BUILD", ROOT / "build")) / "bin" / "endorsectl"


def problem(barred, demand, capacity):
    """A problem of barred[reviewer][paper]."""
    reviewers = [{"id": f"r{i}", "capacity": int(capacity[i])} for i in range(len(barred))]
    exams = [{"id": f"p{j}", "demand": int(demand[j]), "excluded": [f"r{i}" for i in range(len(barred)) if barred[i][j]]}
             for j in range(len(barred[0]))]
    return {"seed": "a test's seed", "reviewers": reviewers, "exams": exams}


def solve(value):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(value, file)
        file.flush()
        done = subprocess.run([CTL, "exam", "assign", "--problem", file.name, "--json"], capture_output=True,
                              text=True, timeout=60)
    if not done.stdout:
        raise AssertionError(done.stderr)
    return done.returncode, json.loads(done.stdout)


def possible(value, most):
    """Can every exam be read with at most so many readings a reviewer?  Plain augmenting paths, as a
    second opinion."""
    barred = [set(exam["excluded"]) for exam in value["exams"]]
    names = [reviewer["id"] for reviewer in value["reviewers"]]
    held = {name: [] for name in names}

    def place(exam, met):
        for name in names:
            if name in barred[exam] or name in met or exam in held[name]:
                continue
            met.add(name)
            if len(held[name]) < most:
                held[name].append(exam)
                return True
            for other in list(held[name]):
                held[name].remove(other)
                held[name].append(exam)
                if place(other, met):
                    return True
                held[name].remove(exam)
                held[name].append(other)
        return False

    return all(place(number, set()) for number, exam in enumerate(value["exams"]) for _ in range(exam["demand"]))


class Assign(unittest.TestCase):
    def check(self, value):
        code, answer = solve(value)
        quality = answer["quality"]
        self.assertEqual((code, quality["violations"], quality["unfilled"]), (0, 0, 0))
        loads = {}
        for exam, line in zip(value["exams"], answer["assignment"]):
            self.assertEqual(len(set(line["readers"])), exam["demand"])
            self.assertFalse(set(line["readers"]) & set(exam["excluded"]))
            for reader in line["readers"]:
                loads[reader] = loads.get(reader, 0) + 1
        self.assertEqual(max(loads.values()), quality["max_load"])
        self.assertEqual(quality["ratio_to_optimum"], 1)
        self.assertFalse(possible(value, quality["max_load"] - 1))
        self.assertEqual(solve(value)[1], answer)  # same seed, same result

    def test_midl(self):
        scores = numpy.load(DATA / "midl_scores.npy")
        reviewers, papers = scores.shape
        for each in (2, 3):
            self.check(problem(scores == -1, [each] * papers, [4] * reviewers))
        self.check(problem(scores == -1, numpy.load(DATA / "midl_covs.npy").ravel(),
                           numpy.load(DATA / "midl_loads.npy").ravel()))

    def test_preflib(self):
        for name, each, most in (("preflib1", 3, 6), ("preflib1", 2, 6), ("preflib2", 2, 6), ("preflib2", 3, 7)):
            barred = mask(name)
            self.check(problem(barred, [each] * len(barred[0]), [most] * len(barred)))

    def test_a12_impossible_comes_with_its_certificate(self):
        barred = mask("preflib2")
        code, answer = solve(problem(barred, [3] * 52, [6] * 24))
        self.assertEqual((code, answer["feasible"]), (1, False))
        certificate = answer["certificates"][0]
        self.assertEqual(certificate["shortage"], 12)
        self.assertEqual(certificate["wanted"] - certificate["elsewhere"] - certificate["room"], 12)
        self.assertIn("12 readings are short", certificate["text"])
        self.assertEqual(answer["quality"]["unfilled"], 12)
        self.assertEqual(answer["quality"]["violations"], 0)


    def test_severe_and_lenient_read_together(self):
        value = problem([[False] * 40 for _ in range(12)], [2] * 40, [10] * 12)
        plain = solve(value)[1]
        self.assertNotIn("severity_lottery", plain)
        for number, reviewer in enumerate(value["reviewers"]):
            reviewer["severity"] = 0.5 if number % 2 else -0.5
        code, answer = solve(value)
        lottery = answer["severity_lottery"]
        self.assertEqual(code, 0)
        self.assertLess(lottery["after"], lottery["before"] / 2)
        self.assertEqual({key: answer["quality"][key] for key in ("violations", "max_load", "ratio_to_optimum")},
                         {"violations": 0, "max_load": plain["quality"]["max_load"], "ratio_to_optimum": 1})
        self.assertLessEqual(answer["quality"]["max_pair"], plain["quality"]["max_pair"])
        value["reviewers"][0]["severity"] = "mild"
        with self.assertRaisesRegex(AssertionError, r"reviewers\[0\]\.severity must be points"):
            solve(value)


class Certificates(unittest.TestCase):
    """SPEC 4.5: what lacks is told once, however it hangs together, and all of it."""

    def shortages(self, reviewers, exams):
        code, answer = solve({"seed": "a test's seed", "reviewers": reviewers, "exams": exams})
        self.assertEqual((code, answer["feasible"]), (1, False))
        shortages = [certificate["shortage"] for certificate in answer["certificates"]]
        self.assertEqual(sum(shortages), answer["quality"]["unfilled"], answer["certificates"])
        return shortages

    def test_a_shortage_within_a_larger_one_is_told_once(self):
        # e0 may be read by r0 alone; e1 by r0 and r1: whoever looks from e1 sees what e0 lacks too.
        reviewers = [{"id": "r0", "capacity": 1}, {"id": "r1", "capacity": 1}]
        exams = [{"id": "e0", "eligible": ["r0"]}, {"id": "e1", "eligible": ["r0", "r1"], "demand": 3}]
        self.assertEqual(self.shortages(reviewers, exams), [3])

    def test_twelve_shortages_are_twelve_certificates(self):
        exams = [{"id": f"e{i}", "eligible": []} for i in range(12)]
        self.assertEqual(self.shortages([{"id": "r", "capacity": 1}], exams), [2] * 12)


def mask(name):
    """1 where a reviewer (row) has a conflict with a paper (column)."""
    with numpy.load(DATA / f"{name}.npz") as arrays:
        return arrays["mask_matrix"] == 1


if __name__ == "__main__":
    if not DATA.exists():
        print("SKIPPED: no data")
        sys.exit(77)
    import numpy

    unittest.main()
