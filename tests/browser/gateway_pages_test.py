#!/usr/bin/python3
"""Every page of the gateway in a real browser: axe-core finds nothing, nothing is wider than a phone,
nothing breaks the content policy, in light and in dark."""
import functools
import http.server
import os
import shutil
import subprocess
import tempfile
import threading

from browser import Browser
from system import BUILD, skip

POLICY = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"


class Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_):
        pass


def check(browser, base, page):
    found = []
    for scheme in ("light", "dark"):
        for width in (390, 1280):
            browser.open(base + page, width=width, scheme=scheme)
            found += [f"{page} {scheme} {width}: {text}" for text in browser.violations()]
            if browser.content_width() > width:
                found.append(f"{page} {scheme}: wider than {width}: {browser.content_width()}")
    return found + [f"{page}: {text}" for text in browser.complaints()]


def main():
    program = os.path.join(BUILD, "tests", "sample_pages")
    folder = tempfile.mkdtemp(prefix="endorse-pages-")
    subprocess.run([program, folder], check=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/"
    pages = sorted(name for name in os.listdir(folder) if name.endswith(".html"))
    assert len(pages) >= 15, pages
    with Browser(skip) as browser:
        found = [text for page in pages for text in check(browser, base, page)]
    server.shutdown()
    shutil.rmtree(folder)
    assert not found, "\n".join(found)
    print(f"{len(pages)} pages, phone and wide, light and dark: no finding")


if __name__ == "__main__":
    main()
