#!/usr/bin/python3
"""Plants one fault at a time in either implementation of an exam's result and runs the test that compares
them (tests/property/exam_recheck_test.c): each must be noticed, and without a fault nothing may be.

    tests/fault/planted_faults.py [--list]
"""
import argparse
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAM = ROOT / "services" / "exam"
COMPARED = ROOT / "tests" / "property" / "exam_recheck_test.c"
FIRST, SECOND, EVENTS = "adjudicate_core.c", "recheck/recheck_rules.c", "recheck/recheck_events.c"

# (what goes wrong, file, the right text, the wrong text); the right text stands there once.
FAULTS = [
    ("a total at the tolerance triggers", FIRST, "* PLACES > pack->total_tolerance", "* PLACES >= pack->total_tolerance"),
    ("a criterion at the tolerance triggers", FIRST, "> pack->criterion_tolerance)\n            triggers", ">= pack->criterion_tolerance)\n            triggers"),
    ("the cusp of sides is forgotten", FIRST, "return adjudicate_passes(pack, a) != adjudicate_passes(pack, b);", "return false;"),
    ("a sum is a mean", FIRST, "return (int64_t)PLACES * (a + b);", "return (int64_t)PLACES * (a + b) / 2;"),
    ("the higher is the first", FIRST, "return (int64_t)PLACES * greater(a, b);", "return (int64_t)PLACES * a;"),
    ("the median is the highest", FIRST, "greater(low, lesser(high, c))", "greater(high, c)"),
    ("of two as near the lower counts", FIRST, "distance(c, high) <= distance(c, low)", "distance(c, high) < distance(c, low)"),
    ("no committee for totals", FIRST, "            times * pack->total_tolerance)\n        return true;", "            times * pack->total_tolerance)\n        return false;"),
    ("the pass mark itself fails", FIRST, "bool passes = result->score >= scale", "bool passes = result->score > scale"),
    ("a floor is forgotten", FIRST, "passes = passes && result->criteria[i] >= PLACES", "passes = passes || result->criteria[i] >= PLACES"),
    ("an appeal may lower", FIRST, "return pack->never_lower && after < before ? before : after;", "return after;"),
    ("an unasked third never counts", FIRST, "(wanted || pack->unasked == ADJUDICATE_UNASKED_COUNTS)", "wanted"),
    ("a total at the tolerance triggers", SECOND, "total(pack, b)) > pack->total_tolerance", "total(pack, b)) >= pack->total_tolerance"),
    ("a criterion at the tolerance triggers", SECOND, "> pack->criterion_tolerance)", ">= pack->criterion_tolerance)"),
    ("the floor is left out at the cusp", SECOND, "if (pack->criteria[i].floor != -1 && points->of[i] < pack->criteria[i].floor)", "if (points->of[i] < 0)"),
    ("two points short is one", SECOND, "return missing == 1;", "return missing <= 2;"),
    ("halves are rounded down", SECOND, "200 * p + q, under", "200 * p, under"),
    ("the third replaces on the small scale", SECOND, "return 100 * k * c;", "return 100 * c;"),
    ("the nearer is the lower", SECOND, "? higher : lower;\n        return share", "? lower : higher;\n        return share"),
    ("the span is measured from the middle", SECOND, "10000 * (most_of(amounts) - least_of(amounts))", "10000 * (most_of(amounts) - amounts[B])"),
    ("a pack without a pass mark passes", SECOND, "if (pack->pass_percent < 0 || ", "if ("),
    ("a third counts without a trigger", SECOND, "(triggered || is(pack->unasked, \"counts\"))", "true"),
    ("an appeal keeps the score but not the criteria", SECOND, "memcpy(last.criteria, standing.criteria, sizeof last.criteria);", ""),
    ("place and round are mixed up", EVENTS, "exam->rounds[seat->round - 1].in[seat->place - 1]", "exam->rounds[0].in[seat->place - 1]"),
]


def build_and_run(folder, fault):
    """True when the comparison holds."""
    sources = []
    for name in (FIRST, *(f"recheck/{path.name}" for path in sorted((EXAM / "recheck").glob("*.c")))):
        text = (EXAM / name).read_text()
        if fault and fault[1] == name:
            if text.count(fault[2]) != 1:
                raise SystemExit(f"planted_faults: {name} has {text.count(fault[2])} times: {fault[2]!r}")
            text = text.replace(fault[2], fault[3])
        copy = folder / name.replace("/", "_")
        copy.write_text(text)
        sources.append(copy)
    program = folder / "compared"
    subprocess.run(["cc", "-std=gnu17", "-O1", "-w", "-D_GNU_SOURCE", f"-I{EXAM}", f"-I{EXAM / 'recheck'}", "-o", program,
                    COMPARED, *sources, "-ljansson", "-lcheck", "-lsubunit", "-lm", "-lrt", "-lpthread"], check=True)
    ended = subprocess.run([program], capture_output=True, text=True, timeout=120, check=False)
    return ended.returncode == 0


def try_fault(number, fault):
    with tempfile.TemporaryDirectory(prefix="endorse-fault-") as name:
        return number, build_and_run(pathlib.Path(name), fault)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--list", action="store_true", help="only says what would be planted")
    if parser.parse_args().list:
        print("\n".join(f"{file}: {what}" for what, file, _, _ in FAULTS))
        return 0
    missed = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for number, holds in pool.map(try_fault, range(len(FAULTS) + 1), [None, *FAULTS]):
            if number == 0 and not holds:
                print("planted_faults: the two differ although nothing was planted")
                return 1
            if number and holds:
                missed.append(FAULTS[number - 1])
    for what, file, _, _ in missed:
        print(f"not noticed: {what} ({file})")
    in_first = sum(file == FIRST for _, file, _, _ in FAULTS)
    print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} planted faults noticed "
          f"({in_first} in the first implementation, {len(FAULTS) - in_first} in the second)")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
