#!/usr/bin/python3
"""The coordinator's page of agreement (services/exam/SPEC.md 3) in a real browser: the figures of the JSON stand on it, axe-core
finds nothing, nothing is wider than a phone, and it asks nobody for anything."""
import json
import os
import random
import subprocess
import tempfile

from browser import Browser
from system import BUILD, skip

CTL = os.path.join(BUILD, "bin", "endorsectl")


def write_pairs(path):
    """Set 1 is read twice often enough for coefficients, set 2 is not."""
    draw = random.Random(8)
    with open(path, "w", encoding="utf-8") as file:
        file.write("essay_id,essay_set,rater1_domain1,rater2_domain1\n")
        for essay in range(80):
            first = draw.randint(0, 5)
            second = min(5, max(0, first + draw.choice((-1, 0, 0, 0, 1))))
            file.write(f"{essay},{1 if essay < 60 else 2},{first},{second}\n")


def write_crossed(path):
    draw = random.Random(9)
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(f"rater_{reader}" for reader in range(1, 7)) + "\n")
        for _ in range(40):
            deserved = draw.randint(1, 4)
            file.write(",".join(str(max(0, deserved + draw.choice((-1, 0, 0, 1)))) for _ in range(6)) + "\n")


def ask(*words):
    done = subprocess.run([CTL, "exam", "stats", *words], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def look(browser, page):
    found = []
    for scheme in ("light", "dark"):
        for width in (390, 1280):
            browser.open("file://" + page, width=width, scheme=scheme)
            found += browser.violations()
            if browser.content_width() > width:
                found.append(f"wider than {width}: {browser.content_width()}")
    assert not found + browser.complaints(), found
    with open(page, encoding="utf-8") as file:
        text = file.read()
    assert "http:" not in text and "https:" not in text, "the page asks for something from elsewhere"
    return browser.driver.find_element("tag name", "body").text


def check_pairs(browser, folder):
    scores, page = os.path.join(folder, "pairs.csv"), os.path.join(folder, "pairs.html")
    write_pairs(scores)
    ask("--scores", scores, "--page", page)
    seen = look(browser, page)
    first, second = json.loads(ask("--scores", scores, "--json"))["agreement"]
    assert f"{first['kappa_quadratic']:.3f}" in seen and f"{first['icc_1_1']:.3f}" in seen, seen
    assert f"{first['icc_1_1_least']:.2f} to {first['icc_1_1_most']:.2f}" in seen, seen
    assert second["few"] and f"{second['exact_count']} of 20 the same" in seen and "only counts are shown" in seen, seen


def check_crossed(browser, folder):
    scores, page = os.path.join(folder, "crossed.csv"), os.path.join(folder, "crossed.html")
    write_crossed(scores)
    ask("--scores", scores, "--page", page)
    seen = look(browser, page)
    value = json.loads(ask("--scores", scores, "--json"))
    assert f"{100 * value['lottery']['pass_rate_most']:.1f} % pass" in seen, seen
    for line in value["severity"]:
        assert f"{line['least']:.2f} to {line['most']:.2f}" in seen, (line, seen)


def main():
    with tempfile.TemporaryDirectory(prefix="endorse-stats-") as folder, Browser(skip) as browser:
        check_pairs(browser, folder)
        check_crossed(browser, folder)
    print("both pages, phone and wide, light and dark: no finding")


if __name__ == "__main__":
    main()
