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
        self.open = None

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
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


def ending(page, end):
    return next((form for form in page.forms if form["action"].endswith(end)), None)


def answer(url, rater):
    page = read(fetch(url))
    if rater.answers == "decline":
        form = ending(page, "/decline")
        fields = {name: "I have moved to another field." for name in form["texts"]}
        return send(url, form, {**fields, **button(form, "decline")})
    begin = ending(page, "/begin")  # the first page only explains; its button opens the form
    if begin:
        page = read(send(url, begin, {}))
    form = max(page.forms, key=lambda f: len(f["choices"]))
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
