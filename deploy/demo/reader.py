"""A blind reader of exams with a browser's manners: signs in by the link of a mail, accepts, reads, scores, locks.

    desk = reader.sign_in(link)
    for code in desk.codes(waiting=True):
        desk.score(code, {"trait1": 4, "trait2": 4, "trait3": 3, "trait4": 4})
"""
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request

import rater

WAITING = ("Waiting for your answer", "Accepted, not yet opened", "Being scored")


class Desk:
    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.base = self.page = None

    def get(self, url):
        with self.opener.open(url, timeout=10) as answer:
            self.page = answer.read().decode()
        return self.page

    def press(self, code, do, **fields):
        """Sends the form of the page whose button says `do`, with what the page itself put into it."""
        form = next(f for f in rater.read(self.page).forms if ("do", do) in f["buttons"])
        pairs = list(form["hidden"].items()) + [("do", do)]
        pairs += [(name.replace("__", ":"), value) for name, value in fields.items()]
        with self.opener.open(f"{self.base}/seat/{code}", urllib.parse.urlencode(pairs).encode(), timeout=10) as answer:
            self.page = answer.read().decode()
        return self.page

    def codes(self, waiting=False):
        """The codes of the own list; only those that wait for the reader, if wanted."""
        rows = re.findall(r'href="/seat/([0-9A-Z]{13})".*?class="words">([^<]*)<', self.get(self.base + "/"), re.S)
        return [code for code, words in rows if not waiting or words in WAITING]

    def score(self, code, points, comments=(), known="no"):
        """From wherever the seat is to the locked sheet, and the question that follows."""
        page = self.get(f"{self.base}/seat/{code}")
        for do in ("accept", "open"):
            if f'value="{do}"' in page:
                page = self.press(code, do)
        form = next(f for f in rater.read(page).forms if ("do", "review") in f["buttons"])
        pairs = list(form["hidden"].items()) + [("do", "submit")]
        pairs += [(f"score:{criterion}", value) for criterion, value in points.items()]
        pairs += [("comment", comment) for comment in comments]
        with self.opener.open(f"{self.base}/seat/{code}", urllib.parse.urlencode(pairs).encode(), timeout=10) as answer:
            self.page = answer.read().decode()
        return self.press(code, "known", known=known)


def sign_in(link, listener=None):
    """`listener`, a handler of urllib, hears every answer."""
    desk = Desk()
    if listener:
        desk.opener.add_handler(listener)
    desk.base = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(link))
    form = next(f for f in rater.read(desk.get(link)).forms if "form" in f["hidden"])
    with desk.opener.open(link, urllib.parse.urlencode(form["hidden"]).encode(), timeout=10) as answer:
        desk.page = answer.read().decode()
    return desk


def ask_again(used_link):
    """A link works once; the page of a used one offers to send a new one to the same address."""
    desk = Desk()
    try:
        page = desk.get(used_link)
    except urllib.error.HTTPError as error:
        page = error.read().decode()
    form = next(f for f in rater.read(page).forms if f["action"].startswith("/link/"))
    desk.opener.open(urllib.parse.urljoin(used_link, form["action"]),
                     urllib.parse.urlencode(form["hidden"]).encode(), timeout=10).close()
