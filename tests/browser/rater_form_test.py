#!/usr/bin/python3
"""From a portal's events to a rater's answer, in a real browser on the running system: the mail, the link,
the form with its mistakes, saving, sending, and a link that then opens nothing.  axe-core looks at each page."""
import urllib.error
import urllib.request

from browser import Browser
from selenium.webdriver.common.by import By
from system import System, skip, wait_until

PORTAL = "browser-portal"


def event(number, kind, subject, **data):
    return {"specversion": "1.0", "id": f"b{number}", "source": "urn:portal:browser",
            "type": f"org.endorse.{kind}.v1", "subject": subject, "data": data}


EVENTS = [
    event(1, "person.name.changed", "person/applicant", displayName="Avery Example"),
    event(2, "person.name.changed", "person/rater", displayName="Blake <b>Example</b>"),
    event(3, "person.address.changed", "person/rater", email="blake@example.org"),
    event(4, "application.registered", "application/form", association="MassAIMH", personId="applicant",
          category="FS", ageLine="IMH", registeredOn="2026-01-05"),
    event(5, "application.rater.named", "application/form", raterId="rater", role="RATER_SUPERVISOR"),
]


class Walk:
    def __init__(self, system, browser):
        self.system, self.browser, self.driver = system, browser, browser.driver

    def open(self, path):
        self.browser.open(self.system.http + path if path.startswith("/") else path, width=390)
        self.look()

    def look(self):
        """Nothing for axe-core to find, nothing wider than the phone."""
        found = self.browser.violations()
        assert not found, f"{self.driver.current_url}: {found}"
        assert self.browser.content_width() <= 390, self.driver.current_url

    def press(self, words):
        self.browser.follow(self.driver.find_element(By.XPATH, f"//main//button[normalize-space()='{words}']"))
        self.look()

    def heading(self):
        return self.driver.find_element(By.TAG_NAME, "h1").text

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def choose(self, name, value):
        self.driver.find_element(By.CSS_SELECTOR, f"input[name='{name}'][value='{value}']").click()

    def chosen(self):
        return {box.get_attribute("name"): box.get_attribute("value") for box in self.all("input:checked")}


def follow_the_mail(walk):
    walk.open("/sandbox/mail")
    walk.driver.find_element(By.CSS_SELECTOR, ".mails a").click()
    walk.look()
    assert "Blake <b>Example</b>" in walk.driver.find_element(By.CLASS_NAME, "letter").text, "escaped, not obeyed"
    link = walk.driver.find_element(By.CSS_SELECTOR, ".letter a")
    address = link.get_attribute("href")
    link.click()
    walk.look()
    return address


def read_the_questions_first(walk):
    facts = walk.driver.find_element(By.CLASS_NAME, "facts").text
    assert "Avery Example" in facts and "Infant Family Specialist (IFS)" in facts, facts
    walk.driver.find_element(By.LINK_TEXT, "Read the questions first").click()
    walk.look()
    assert len(walk.all("ol.questions li")) > 5
    walk.driver.find_element(By.LINK_TEXT, "Back to the form").click()


def mistakes_come_back(walk, items):
    walk.choose(items[0], "0")
    walk.press("Send my rating")
    links = walk.all("#errors a")
    assert len(links) == len(items), "every open question and the recommendation"
    assert walk.driver.title.startswith("Please check your answers"), walk.driver.title
    assert walk.driver.execute_script("return document.activeElement.id") == "errors", "it is read out first"
    links[0].click()
    assert walk.driver.execute_script("return document.activeElement.id") == items[1], "the link leads to the field"
    assert walk.chosen() == {items[0]: "0"}, "what was answered is kept"


def save_and_come_back(walk, address, items):
    walk.choose(items[1], "4")
    walk.driver.find_element(By.CSS_SELECTOR, f"[id='{items[1]}'] summary").click()
    remark = items[1].replace("item:", "remark:")
    walk.driver.find_element(By.NAME, remark).send_keys("Thoughtful & calm, \"always\".\nEven <late>.")
    walk.press("Save and continue later")
    assert walk.all("[role=status]"), "it says that it is saved"
    walk.open("/")
    walk.open(address)
    assert walk.chosen() == {items[0]: "0", items[1]: "4"}
    kept = walk.driver.find_element(By.NAME, remark).get_attribute("value")
    assert kept == "Thoughtful & calm, \"always\".\nEven <late>.", kept


def send(walk, items):
    for item in items[2:]:
        walk.choose(item, "3")
    walk.choose("recommendation", "recommend")
    walk.press("Send my rating")
    assert walk.heading() == "Thank you", walk.heading()


def answer(url, data=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=20) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def dead_links_are_alike(walk, address):
    used = answer(address)
    token = address.rsplit("/", 1)[1]
    other = token[:-2] + ("aa" if token[-2:] != "aa" else "bb")
    for unknown in (other, "nonsense", "zz" + token[2:], "0" * 300):
        assert answer(f"{walk.system.http}/rate/{unknown}") == used, unknown
    assert answer(f"{walk.system.http}/rate/{other}", data=b"do=submit") == used
    assert used[0] == 404


def main():
    with Browser(skip) as browser, System() as system:
        system.add_portal(PORTAL, "MassAIMH")
        system.doors.publish(PORTAL, EVENTS)
        walk = Walk(system, browser)
        wait_until("the mail", lambda: "mails" in answer(system.http + "/sandbox/mail")[1].decode().split("<main")[1])
        address = follow_the_mail(walk)
        assert walk.all("form[action$='/begin']"), "a GET opens nothing by itself"
        read_the_questions_first(walk)
        walk.press("Begin")
        items = list(dict.fromkeys(box.get_attribute("name") for box in walk.all("input[name^='item:']")))
        mistakes_come_back(walk, items)
        save_and_come_back(walk, address, items)
        send(walk, items)
        dead_links_are_alike(walk, address)
        for path in ("/", "/registry/MassAIMH", "/registry/MassAIMH?name=nobody&category=FS", "/ops",
                     "/ops/dead/intake", "/sandbox/mail"):
            walk.open(path)
        complaints = [text for text in browser.complaints() if "status of 422" not in text]  # mistakes, on purpose
        assert not complaints, complaints
    print("the rater's way, and the public's and operations' pages: no finding")


if __name__ == "__main__":
    main()
