"""A rater with a browser's manners: reads the page, fills the form that is on it, and sends it."""
import html.parser
import urllib.error
import urllib.parse
import urllib.request


class FormReader(html.parser.HTMLParser):
    """The forms of a page: action, hidden fields, choices, texts and buttons, in page order."""

    def __init__(self):
        super().__init__()
        self.forms = []
        self.links = []
        self.open = None

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "a" and "href" in a:
            self.links.append(a["href"])
        elif tag == "form":
            self.open = {"action": a.get("action", ""), "method": a.get("method", "get").lower(),
                         "hidden": {}, "choices": {}, "texts": [], "buttons": []}
            self.forms.append(self.open)
        elif self.open is None:
            return
        elif tag == "input" and a.get("type") == "hidden":
            self.open["hidden"][a["name"]] = a.get("value", "")
        elif tag == "input" and a.get("type") == "radio":
            self.open["choices"].setdefault(a["name"], []).append(a.get("value", ""))
        elif tag == "textarea" and "name" in a:
            self.open["texts"].append(a["name"])
        elif tag == "button" and "name" in a:
            self.open["buttons"].append((a["name"], a.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None


def read(page):
    reader = FormReader()
    reader.feed(page)
    return reader


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def send(url, form, fields):
    target = urllib.parse.urljoin(url, form["action"]) if form["action"] else url
    body = urllib.parse.urlencode({**form["hidden"], **fields}).encode()
    with urllib.request.urlopen(urllib.request.Request(target, data=body, method="POST"), timeout=10) as answer:
        return answer.read().decode()


def button(form, *words):
    for name, value in form["buttons"]:
        if any(word in value for word in words):
            return {name: value}
    return {}


def decline(url, page):
    page = read(fetch(urllib.parse.urljoin(url, next(link for link in page.links if link.endswith("/decline")))))
    form = page.forms[0]
    fields = {name: "I have moved to another field." for name in form["texts"]}
    fields.update({name: values[0] for name, values in form["choices"].items()})
    return send(url, form, {**fields, **button(form, "decline")})


def answer(url, rater):
    page = read(fetch(url))
    if rater.answers == "decline":
        return decline(url, page)
    form = max(page.forms, key=lambda f: len(f["choices"]))
    if not form["choices"]:  # the first page only explains; its button opens the form
        form = max(read(send(url, form, {})).forms, key=lambda f: len(f["choices"]))
    fields, unknown = {}, rater.not_enough_information
    for name, values in form["choices"].items():
        if any("recommend" in value for value in values):
            fields[name] = "recommend"
        elif unknown > 0 and "0" in values:
            fields[name] = "0"
            unknown -= 1
        else:
            scores = [v for v in values if v != "0"]
            fields[name] = scores[-1 - (len(fields) % 2)]
    return send(url, form, {**fields, **button(form, "submit", "send")})
