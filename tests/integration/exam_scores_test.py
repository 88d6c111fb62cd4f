"""A15: agreement and adjudication reproduce the published figures on real double readings."""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("ENDORSE_SHARED_DATA", ROOT.parent / "shared" / "data"))
RULES = ROOT / "deploy" / "exam" / "rules"
SCORES = DATA / "asap" / "scores_sets_1_to_6.csv"
CTL = pathlib.Path(os.environ.get("ENDORSE_BUILD", ROOT / "build")) / "bin" / "endorsectl"

AGREEMENT = {  # set: readings, exact, adjacent, quadratic kappa
    1: (1783, 0.653, 0.988, 0.7210), 2: (1800, 0.783, 0.998, 0.8141), 3: (1726, 0.749, 0.997, 0.7692),
    4: (1772, 0.772, 0.999, 0.8511), 5: (1805, 0.580, 0.980, 0.7527), 6: (1800, 0.623, 0.985, 0.7765)}
RESOLVED = {"asap-1": (1783, 1783), "asap-2": (1800, 1800), "asap-2-domain2": (1800, 1800),
            "asap-3": (1718, 1720), "asap-4": (1771, 1771), "asap-5": (1739, 1768), "asap-6": (1743, 1773)}


def ask(*words):
    done = subprocess.run([CTL, "exam", *map(str, words), "--json"], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


class A15(unittest.TestCase):
    def test_agreement(self):
        lines = {line["set"]: line for line in ask("stats", "--scores", SCORES)["agreement"]
                 if line["score"] == "domain1"}
        self.assertEqual(set(lines), set(AGREEMENT))
        for number, (n, exact, adjacent, kappa) in AGREEMENT.items():
            line = lines[number]
            self.assertEqual(line["n"], n)
            # The published figures are rounded: half a unit of the last place.
            self.assertAlmostEqual(line["exact"], exact, delta=0.00051)
            self.assertAlmostEqual(line["adjacent"], adjacent, delta=0.00051)
            self.assertEqual(f"{line['kappa_quadratic']:.4f}", f"{kappa:.4f}")
            self.assertAlmostEqual(line["icc_1_1"], kappa, delta=0.0005)

    def test_adjudication(self):
        for pack, (matched, compared) in RESOLVED.items():
            value = ask("adjudicate", "--rules", RULES / f"{pack}.conf", "--scores", SCORES)
            self.assertEqual((value["matched"], value["compared"]), (matched, compared), pack)

    def test_order_of_rows_changes_nothing(self):
        lines = SCORES.read_text().splitlines()
        body = lines[1:]
        random.Random(4).shuffle(body)
        with tempfile.TemporaryDirectory() as folder:
            other = pathlib.Path(folder) / "shuffled.csv"
            other.write_text("\n".join([lines[0], *body]) + "\n")
            for pack in RESOLVED:
                rules = RULES / f"{pack}.conf"
                first = ask("adjudicate", "--rules", rules, "--scores", SCORES)["results"]
                second = ask("adjudicate", "--rules", rules, "--scores", other)["results"]
                by_essay = lambda line: int(line["essay"])
                self.assertEqual(sorted(first, key=by_essay), sorted(second, key=by_essay))

    def test_severity_lottery(self):
        for name, every, opposite in (("style", (37.9, 57.5, 4.2), (42.7, 49.5, 2.2)),
                                      ("braun", (43.8, 93.8, 10.8), (62.5, 75.0, 4.2))):
            value = ask("stats", "--scores", DATA / "raters" / f"{name}.csv")
            for key, figures in (("lottery", every), ("lottery_severe_with_lenient", opposite)):
                seen = value[key]
                for part, figure in zip(("pass_rate_least", "pass_rate_most", "pass_rate_deviation"), figures):
                    self.assertAlmostEqual(100 * seen[part], figure, delta=0.0501, msg=f"{name} {key} {part}")


if __name__ == "__main__":
    if not SCORES.exists():
        print("SKIPPED: no data")
        sys.exit(77)
    unittest.main()
