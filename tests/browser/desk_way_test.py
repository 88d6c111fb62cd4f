#!/usr/bin/python3
"""The whole way of a reader through the desk in a real browser: link, list, offer, text and rubric, mistakes, autosave,
locking, and the question afterwards; then the same without JavaScript.  axe-core looks at each page, on a phone and on
a wide screen, light and dark; no page says anything about anybody, nor does its accessibility tree."""
from browser import Browser
from desk_house import RUBRIC, House, random_name, today
from selenium.webdriver.common.by import By
from system import skip, wait_until

LONG = "\n\n".join("A paragraph of an answer that goes on for a while, so that the text has to be scrolled. " * 6 for _ in range(8))
WIDTHS = ((390, "light"), (1280, "light"), (1280, "dark"), (390, "dark"))


class Walk:
    def __init__(self, house, browser, script=True):
        self.house, self.browser, self.driver, self.script = house, browser, browser.driver, script

    def open(self, path):
        for width, scheme in WIDTHS if self.script else WIDTHS[:1]:
            self.browser.open(self.house.url(path), width=width, scheme=scheme)
            self.look(width)

    def look(self, width=None):
        """Nothing for axe-core to find, nothing wider than the screen, a title that names nobody and no code."""
        if self.script:
            found = self.browser.violations()
            assert not found, f"{self.driver.current_url}: {found}"
        if width:
            assert self.browser.content_width() <= width, (self.driver.current_url, width)
        assert self.driver.title.endswith(" - Exam desk"), self.driver.title
        assert not any(char.isdigit() for char in self.driver.title), self.driver.title

    def press(self, words):
        """Every button leads to another page."""
        self.browser.follow(self.driver.find_element(By.XPATH, f"//button[normalize-space()='{words}']"))
        self.look()

    def heading(self):
        return self.driver.find_element(By.TAG_NAME, "h1").text

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def choose(self, name, value):
        box = self.driver.find_element(By.CSS_SELECTOR, f"input[name='{name}'][value='{value}']")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        box.click()

    def accessible_text(self):
        """Everything that a screen reader could say."""
        nodes = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        return " ".join(str(node.get(key, {}).get("value", "")) for node in nodes for key in ("name", "description", "value"))


def sign_in(walk, reader, number):
    walk.open(walk.house.link(reader, number))
    walk.press("Sign in")
    assert walk.heading() == "My assignments", walk.heading()


def to_the_text(walk, code):
    wait_until("the list", lambda: walk.driver.refresh() or walk.all(f"a[href='/seat/{code}']"))
    walk.look()
    walk.browser.follow(walk.driver.find_element(By.CSS_SELECTOR, f"a[href='/seat/{code}']"))
    walk.look()
    assert "Would you read and score" in walk.driver.page_source
    walk.press("Accept")
    walk.press("Open the text")
    walk.open(f"/seat/{code}")
    titles = [element.text for element in walk.all(".reading h2")]
    assert titles == ["A visit that nobody wants to end", "Two homes, two lullabies"], titles
    assert [each.tag_name for each in walk.all(".reading .none")] == ["p"], "an emptied answer is shown as such"


def mistakes_come_back(walk):
    walk.choose("score:trait1", "4")
    walk.press("Review and lock")
    links = walk.all("#errors a")
    assert len(links) == 3, [link.text for link in links]
    assert walk.driver.title.startswith("Please check your sheet"), walk.driver.title
    if walk.script:
        assert walk.driver.execute_script("return document.activeElement.id") == "errors", "it is read out first"
    links[0].click()
    assert walk.driver.find_element(By.CSS_SELECTOR, "input[name='score:trait1'][value='4']").is_selected()


def drafts_save_themselves(walk, code):
    walk.driver.find_element(By.NAME, "remarks").send_keys("Saved by itself & \"kept\".")
    wait_until("autosave", lambda: "moment ago" in walk.driver.find_element(By.ID, "saved").text)
    walk.open(f"/seat/{code}")
    assert walk.driver.find_element(By.NAME, "remarks").get_attribute("value") == "Saved by itself & \"kept\"."


def lock(walk):
    for criterion in RUBRIC:
        walk.choose(f"score:{criterion}", "3")
    walk.choose("comment", "steps-order")
    walk.press("Review and lock")
    assert walk.heading() == "Lock this sheet?" and "Say what comes first and why" in walk.driver.page_source
    walk.press("Lock my sheet")
    assert walk.heading() == "Your sheet is locked"
    walk.choose("known", "no")
    walk.press("Answer")
    assert "You said: no." in walk.driver.page_source


def whole_way(house, browser, script):
    walk, reader = Walk(house, browser, script), random_name(26)
    code = house.offer(reader, answers={"vignette-1": LONG, "vignette-2": ""})
    sign_in(walk, reader, 1)
    to_the_text(walk, code)
    if script:
        heard = walk.accessible_text()
        assert "A paragraph of an answer" in heard and reader not in heard, "the tree is looked at, and names nobody"
    mistakes_come_back(walk)
    if script:
        drafts_save_themselves(walk, code)
    lock(walk)
    if script:
        walk.open(f"/seat/{code}")
        told = house.exam.wait_for("endorse.exam.seat.submitted.v1")
        assert told
    walk.press("Sign out")
    assert walk.heading() == "The exam desk"


def other_pages(house, browser):
    """Offered, stepping back, reporting, not there, a dead link, a paused text, an empty list."""
    walk, reader = Walk(house, browser), random_name(26)
    walk.open("/")
    walk.open(house.link(reader, 1, today() - 2))
    walk.press("Send me a new link")
    assert walk.heading() == "Please look into your mail"
    sign_in(walk, reader, 2)
    walk.open("/")
    assert "Nothing is waiting for you" in walk.driver.page_source
    walk.open("/seat/0000000000000")
    code = house.offer(reader)
    wait_until("the list", lambda: walk.driver.get(house.url("/")) or walk.all(f"a[href='/seat/{code}']"))
    walk.open(f"/seat/{code}")
    walk.press("Accept")
    walk.open(f"/seat/{code}")
    walk.press("Open the text")
    for summary in walk.all("summary"):
        walk.driver.execute_script("arguments[0].parentNode.open = true", summary)
    walk.look()
    walk.choose("prompt", "vignette-1")
    walk.press("Report it")
    walk.open(f"/seat/{code}")
    assert "The text is not here for now" in walk.driver.page_source
    for summary in walk.all("summary"):
        walk.driver.execute_script("arguments[0].parentNode.open = true", summary)
    walk.choose("reason", "family")
    walk.press("Step back")
    assert walk.heading() == "You have stepped back"


def main():
    with Browser(skip) as browser, House() as house:
        whole_way(house, browser, script=True)
        other_pages(house, browser)
        complaints = [line for line in browser.complaints() if " 404 " not in line and " 422 " not in line]
        assert not complaints, complaints
    with Browser(skip, javascript=False) as browser, House() as house:
        whole_way(house, browser, script=False)
    print("the reader's way: ok")


if __name__ == "__main__":
    main()
