"""Debian's Chromium, headless, with axe-core beside it."""
import base64
import os
import shutil
import tempfile

from system import BUILD, wait_until

AXE = os.path.join(BUILD, "node", "node_modules", "axe-core", "axe.min.js")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage"]


class Browser:
    """with Browser(skip) as browser: skip(reason) is called when the machine has no browser."""

    def __init__(self, skip, javascript=True):
        if not os.path.exists("/usr/bin/chromium") or not os.path.exists("/usr/bin/chromedriver"):
            skip("chromium and chromium-driver are needed; deploy/test installs them")
        if not os.path.exists(AXE):
            skip("axe-core is needed; deploy/test fetches it with npm")
        from selenium import webdriver
        from selenium.webdriver.chrome.options import Options
        from selenium.webdriver.chrome.service import Service
        self.profile = tempfile.mkdtemp(prefix="endorse-browser-")
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for flag in [*FLAGS, f"--user-data-dir={self.profile}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        if not javascript:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        with open(AXE, encoding="utf-8") as file:
            self.axe = file.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def size(self, width, scheme="light"):
        """The page that is open, on a screen of this width."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-color-scheme", "value": scheme},
                                                  {"name": "prefers-reduced-motion", "value": "reduce"}]})
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600})

    def open(self, url, width=1280, scheme="light"):
        self.size(width, scheme)
        self.driver.get(url)
        self.wait_for_page()

    def wait_for_page(self):
        """The driver can come back while the old page is gone and the new one not there."""
        wait_until("a page", self.is_there)

    def is_there(self):
        return self.driver.execute_script(
            "return document.readyState === 'complete' && document.body !== null && document.body.childElementCount > 0")

    def picture(self, name):
        """The whole page as a file in the folder ENDORSE_PICTURES, for people to look at; without it, nothing."""
        folder = os.environ.get("ENDORSE_PICTURES")
        if folder:
            taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
            with open(os.path.join(folder, name + ".png"), "wb") as file:
                file.write(base64.b64decode(taken["data"]))

    def follow(self, element):
        """Clicks what leads to another page, and waits until that is there."""
        from selenium.common.exceptions import WebDriverException
        before = self.driver.find_element("tag name", "html").id
        element.click()

        def is_next():
            try:
                return self.driver.find_element("tag name", "html").id != before and self.is_there()
            except WebDriverException:
                return False
        wait_until("the next page", is_next)

    def violations(self):
        """What axe-core finds on the page, one line each; it runs beside the page's content policy."""
        if not self.driver.execute_script("return 'axe' in window"):
            self.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": self.axe})
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1]; axe.run({resultTypes: ['violations']}).then(r => done(r.violations));")
        return [f"{v['id']} ({v['impact']}): {v['help']}: {v['nodes'][0]['html'][:160]}" for v in found]

    def content_width(self):
        return self.driver.execute_script("return document.documentElement.scrollWidth")

    def complaints(self):
        """What the browser wrote to its console since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]
