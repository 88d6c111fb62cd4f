"""Readers at the desk of a whole installation, in Chromium: each does with mouse and keyboard what a person would.  One browser
serves them all; each has cookies of their own, as in a profile of their own."""
import difflib
import http.client
import pprint
import re

from exam_installation import without_secrets
from selenium.webdriver.common.by import By
from system import wait_until

PHONE, WIDE = 360, 1280
NOWHERE = "/seat/0000000000000"
GONE = "There is no such assignment among yours"
TRAITS = ("trait1", "trait2", "trait3", "trait4")


def assert_same(before, after, when):
    """Dictionaries of what was seen, place by place."""
    assert before.keys() == after.keys(), (when, before.keys() ^ after.keys())
    for place, value in before.items():
        assert after[place] == value, f"{when}: {place}: " + "\n".join(difflib.unified_diff(
            pprint.pformat(value).splitlines(), pprint.pformat(after[place]).splitlines(), n=0, lineterm=""))[:4000]


class Pages:
    """The browser, and which pages were looked at; `script`: whether it runs JavaScript."""

    def __init__(self, exams, browser, script=True):
        self.exams, self.browser, self.driver, self.script = exams, browser, browser.driver, script
        self.visitor, self.looked = None, set()
        browser.size(WIDE)

    def reader(self, examiner):
        return ReaderAtDesk(self, examiner)

    def hand_over(self, visitor):
        """From now on this reader sits before the browser."""
        if self.visitor is visitor:
            return
        if self.visitor:
            self.visitor.cookies = self.driver.execute_cdp_cmd("Network.getAllCookies", {})["cookies"]
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        if visitor.cookies:
            self.driver.execute_cdp_cmd("Network.setCookies", {"cookies": visitor.cookies})
        self.visitor = visitor

    def look(self, name):
        """Once for each kind of page: nothing for axe-core to find on a phone and on a wide screen, nothing wider than the screen,
        a title that names the kind of page alone."""
        title = self.driver.title
        assert title.endswith(" - Exam desk") and not any(sign.isdigit() for sign in title), title
        if name in self.looked:
            return
        self.looked.add(name)
        for width in (PHONE, WIDE):
            self.browser.size(width)
            if self.script:
                found = self.browser.violations()
                assert not found, f"{name} at {width}: {found}"
            assert self.browser.content_width() <= width, (name, width)
            self.browser.picture(f"{name}-{width}")

    def check_console(self):
        """No complaint of the browser but that an answer was a refusal."""
        wrong = [line for line in self.browser.complaints() if not re.search(r" status of (403|404|422) ", line)]
        assert not wrong, wrong


class Tab:
    """A second tab of the same reader with the same page; `with tab:` works in it, and closes it."""

    def __init__(self, browser):
        self.driver = driver = browser.driver
        self.first, address = driver.current_window_handle, driver.current_url
        driver.switch_to.new_window("tab")
        self.own = driver.current_window_handle
        browser.open(address)
        driver.switch_to.window(self.first)

    def __enter__(self):
        self.driver.switch_to.window(self.own)

    def __exit__(self, *_):
        self.driver.close()
        self.driver.switch_to.window(self.first)


class ReaderAtDesk:
    def __init__(self, pages, examiner):
        self.pages, self.exams, self.examiner, self.driver = pages, pages.exams, examiner, pages.driver
        self.cookies = []

    # ---- the browser ----

    def open(self, path):
        self.pages.hand_over(self)
        self.driver.get(path if path.startswith("http") else self.exams.desk + path)
        self.pages.browser.wait_for_page()
        return self

    def press(self, words):
        """A button; every one leads to another page."""
        self.follow(self.find(f"//button[normalize-space()='{words}']", By.XPATH))

    def follow(self, element):
        self.pages.hand_over(self)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        self.pages.browser.follow(element)

    def second_tab(self):
        return Tab(self.pages.browser)

    def find(self, what, by=By.CSS_SELECTOR):
        return self.driver.find_element(by, what)

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def choose(self, name, value):
        box = self.find(f"input[name='{name}'][value='{value}']")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        if not box.is_selected():
            box.click()

    def unfold(self, words):
        """A part of the page that is folded away."""
        summary = self.find(f"//summary[normalize-space()='{words}']", By.XPATH)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", summary)
        if not summary.find_element(By.XPATH, "..").get_attribute("open"):
            summary.click()

    def heading(self):
        return self.find("h1").text

    def text(self):
        return self.find("body").text

    def look(self, name):
        self.pages.look(name)

    # ---- what a reader does ----

    def enter(self):
        """By the link in the newest mail."""
        self.open(self.exams.fresh_link(self.examiner))
        assert self.heading() == "Sign in", self.heading()
        self.look("sign-in")
        self.press("Sign in")
        assert self.heading() == "My assignments", self.heading()
        return self

    def ask_for_link(self):
        """With a link that was used."""
        self.open(self.exams.links(self.examiner)[-1])
        assert self.heading() == "This link is no longer valid", self.heading()
        self.look("dead-link")
        self.press("Send me a new link")
        assert self.heading() == "Please look into your mail"
        self.look("new-link")

    def lines(self):
        """The own list: code -> words."""
        self.open("/")
        return {line.find_element(By.CSS_SELECTOR, ".code").text: line.find_element(By.CSS_SELECTOR, ".words").text
                for line in self.all(".seat")}

    def new_code(self, known=()):
        """The one line that is not among `known`."""
        code, = wait_until("a line of the list", lambda: set(self.lines()) - set(known))
        return code

    def to_seat(self, code):
        self.open("/")
        self.look("list")
        self.follow(self.find(f"a[href='/seat/{code}']"))

    def accept(self, code):
        self.to_seat(code)
        assert "Would you read and score" in self.text()
        self.look("offer")
        self.press("Accept")
        self.look("accepted")

    def open_text(self, code):
        self.press("Open the text")
        assert self.all(".reading .answer"), self.text()
        self.look("score")

    def fill(self, points, comment="thinking-strong"):
        for trait, value in zip(TRAITS, points):
            self.choose(f"score:{trait}", value)
        if comment:
            self.choose("comment", comment)

    def saved_by_itself(self):
        wait_until("the draft saves itself", lambda: "moment ago" in self.find("#saved").text)

    def lock(self):
        self.press("Review and lock")
        assert self.heading() == "Lock this sheet?", self.text()
        self.look("review")
        self.press("Lock my sheet")
        assert self.heading() == "Your sheet is locked", self.text()
        self.look("locked")

    def say(self, known="no"):
        self.choose("known", known)
        self.press("Answer")

    def read(self, code, points, known="no"):
        """From the offer to the last question."""
        self.accept(code)
        self.open_text(code)
        self.fill(points)
        self.lock()
        if known:
            self.say(known)

    # ---- what reaches a reader ----

    def answers(self):
        """The redacted answers, as they stand on the page."""
        return [each.text for each in self.all(".prose-text")]

    def tree(self):
        """What a screen reader says, node by node: role and name."""
        nodes = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        return [(node.get("role", {}).get("value", ""), without_secrets(str(node.get("name", {}).get("value", ""))))
                for node in nodes if not node.get("ignored")]

    def normal_dom(self):
        return without_secrets(self.driver.page_source)

    def payload(self, path):
        """The bytes of an answer to this reader, with status and headers but the date."""
        self.pages.hand_over(self)
        cookies = self.driver.execute_cdp_cmd("Network.getAllCookies", {})["cookies"]
        connection = http.client.HTTPConnection("127.0.0.1", self.exams.port + 1, timeout=20)
        connection.request("GET", path, headers={"Cookie": "; ".join(f"{c['name']}={c['value']}" for c in cookies)})
        answer = connection.getresponse()
        headers = [pair for pair in answer.getheaders() if pair[0] != "Date"]
        body = answer.read()
        connection.close()
        return answer.status, headers, body

    def shape(self, path):
        """A page as DOM, as bytes and as a screen reader has it; codes and tokens are of one length, and so replaced."""
        self.open(path)
        status, headers, body = self.payload(path)
        return {"dom": self.normal_dom(), "tree": self.tree(), "status": status, "length": len(body),
                "headers": without_secrets(str(headers)), "body": without_secrets(body.decode())}

    def everything(self, code):
        """Every page of this reader, as bytes, and as Chromium has it."""
        seen = {"/assets/desk.js": self.payload("/assets/desk.js")}
        for path in ("/", f"/seat/{code}", NOWHERE):
            seen[path] = self.payload(path)
            self.open(path)
            seen["page of " + path] = self.driver.page_source, self.tree()
        return seen

    def check_gone(self, code):
        """What was the reader's is now as if it had never been: the same bytes, but for the address."""
        assert code not in self.lines()
        gone, nowhere = self.payload(f"/seat/{code}"), self.payload(NOWHERE)
        assert gone == nowhere and gone[0] == 404, (gone, nowhere)
        self.open(f"/seat/{code}")
        assert self.heading() == GONE, self.heading()
        self.look("gone")
