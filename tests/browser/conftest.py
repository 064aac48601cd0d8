"""The finished publication on a web server of this machine, and Debian's chromium to read it with."""

from __future__ import annotations

import csv
import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="make browser-test has the browser and its driver")

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "publication"
CHECKERS = ROOT / ".venv" / "checkers"


class Screen(NamedTuple):
    """What a reader looks at: width in CSS pixels, and the colours that the reader prefers."""

    width: int
    scheme: str


DESK, NIGHT, PHONE = Screen(1280, "light"), Screen(1280, "dark"), Screen(320, "light")


def pages() -> list[str]:
    """Every page of the publication, relative to it; pages that only send readers on are not read."""
    found = [path for path in sorted(SITE.rglob("*.html")) if 'http-equiv="refresh"' not in path.read_text("utf-8")]
    return [path.relative_to(SITE).as_posix() for path in found]


def one_of_each_kind() -> list[str]:
    """One page of each product, and every page that is no product."""
    with (ROOT / "config" / "publications.csv").open(encoding="utf-8") as file:
        product = {
            f"report/{row['edition']}/voorbeeld-{row['id']}.html": row["product"] for row in csv.DictReader(file)
        }
    return list({product.get(page, page): page for page in reversed(pages())}.values())


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the publication is served, with a slash at its end."""
    assert (SITE / "report" / "index.html").exists(), "there is no publication: type make first"

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Requests are not told."""

    handler = functools.partial(Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        browser.close()


class Reader:
    """A person with a browser, who notices what goes wrong behind the page."""

    def __init__(self, browser: sync_api.Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.noticed: list[str] = []
        self._contexts: list[sync_api.BrowserContext] = []

    def open(self, page: str, screen: Screen = DESK) -> sync_api.Page:
        """A page in a window of its own, with its fonts loaded."""
        size = sync_api.ViewportSize(width=screen.width, height=900)
        context = self.browser.new_context(viewport=size, color_scheme=screen.scheme, reduced_motion="reduce")
        self._contexts.append(context)
        opened = context.new_page()
        opened.on("console", lambda said: self._notice(said.type in ("error", "warning"), f"console: {said.text}"))
        opened.on("pageerror", lambda error: self._notice(True, f"script: {error}"))
        opened.on("request", lambda asked: self._notice(not self._own(asked.url), f"leaves the machine: {asked.url}"))
        opened.on("response", lambda got: self._notice(got.status >= 400, f"{got.status}: {got.url}"))
        opened.goto(self.address + page)
        opened.wait_for_load_state()
        opened.evaluate("document.fonts.ready.then(() => 0)")
        return opened

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _own(self, url: str) -> bool:
        return url.startswith((self.address, "data:", "blob:"))

    def _notice(self, wrong: bool, what: str) -> None:
        if wrong:
            self.noticed.append(what)


@pytest.fixture
def reader(chromium: sync_api.Browser, address: str) -> Iterator[Reader]:
    """At the end of each test: no console error, nothing missing, no request that left the machine."""
    someone = Reader(chromium, address)
    yield someone
    someone.close()
    assert not someone.noticed
