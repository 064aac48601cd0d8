"""Serve the publication on this machine, and make a document again when its source changes: python -m pipeline.preview.

What stands in publication/ is not touched: pages are made in a folder that ends with the preview. The page that is
open is made at once, and its browser then shows it; the others follow. A PDF that is older than its source is made when
it is asked for. What a document says when it cannot be made stands in the terminal and above the page.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from analysis.errors import MonitorError
from pipeline.folders import CONFIG, NOT_FOUND, NOTEBOOKS, PROCESSED, PUBLICATION, REPORT, ROOT, SOURCES
from press import PressError, load_project, render
from press.document import read_document
from press.execute import LIBRARIES

LOOK = 0.2  # seconds between two looks at the sources
ASKED = "/.preview"  # where a page asks whether it was made again
NAMES = ("presentation.exhibits", "presentation.factsheets")
_SCRIPT = """<script>
(() => {
  let shown;
  setInterval(async () => {
    const answer = await fetch("%s" + location.pathname).catch(() => null);
    const made = answer && answer.ok ? await answer.text() : shown;
    if (shown !== undefined && made !== shown) location.reload();
    shown = made;
  }, 300);
})();
</script>
"""
_ALERT = (
    '<pre role="alert" style="white-space: pre-wrap; margin: 0; padding: 1rem; background: #fff; color: #a00">{}</pre>'
)


class Renderer:
    """A process that has everything imported and makes document after document; a new one when all must be anew.

    It is forked from a process that holds the large libraries and none of ours, so that a new one is there at once.
    """

    def __init__(self, site: Path, patience: int) -> None:
        self._begin = (site, patience)
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(LIBRARIES))
        self._asking, self._changing = threading.Lock(), threading.Lock()
        self._start()

    def _start(self) -> None:
        self._jobs, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_make_documents, args=(theirs, *self._begin), daemon=True)
        self._process.start()
        theirs.close()

    def make(self, source: Path, to: str) -> str | None:
        """Make a document in one format: what is wrong with it, or "", or None when the process was renewed."""
        with self._asking:
            jobs = self._jobs
            try:
                jobs.send((source, to))
                return jobs.recv()
            except (EOFError, OSError):
                if jobs is not self._jobs or self._changing.locked():
                    return None
                self.renew()
                return f"{source}: the process that made it came to an end"

    def renew(self) -> None:
        """End the process whatever it does, and start one that imports code as it stands now."""
        with self._changing:
            self._stop()
            self._start()

    def end(self) -> None:
        """End the process for good: from now on whoever asks for a document gets None."""
        self._changing.acquire()
        self._stop()

    def _stop(self) -> None:
        with suppress(ProcessLookupError):  # one that has hardly begun has no group yet, and nothing in it
            assert self._process.pid
            os.killpg(self._process.pid, signal.SIGKILL)  # with Pandoc, which would write on
        self._process.kill()
        self._process.join()


def _make_documents(jobs: Connection, site: Path, patience: int) -> None:
    from presentation.results import read_results

    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(patience)
    with suppress(Exception):  # the first document that needs what is wrong here tells it
        for name in NAMES:
            importlib.import_module(name)
        read_results(ROOT)
    shown: dict[Path, Any] = {}
    with suppress(EOFError):
        while True:
            source, to = jobs.recv()
            try:
                render(source, load_project(ROOT), [to], site, known=shown)
                jobs.send("")
            except (PressError, MonitorError) as error:
                jobs.send(str(error))
            except Exception as error:
                jobs.send(f"{source}: {type(error).__name__}: {error}")


class Preview:
    """Which documents there are, which of them wait to be made, and what was wrong with them.

    The page that is open has a process of its own; another one makes the rest with what the machine has to spare.
    """

    def __init__(self, site: Path) -> None:
        self.site = site
        self.open = ""
        self.versions: Counter[str] = Counter()
        self.errors: dict[str, str] = {}
        self._first, self._rest = Renderer(site, 0), Renderer(site, 10)
        self._asking = threading.Lock()
        self._stamps = _stamps()
        self._pages: dict[Path, str] = {}
        self._parts: dict[Path, set[Path]] = {}
        for source in load_project(ROOT).inputs:
            self._learn(ROOT / source)
        self._waiting: dict[str, Path] = {}
        self._following = ""
        self._old_pdfs: set[str] = set()
        self._run: set[str] = set()

    def look(self) -> None:
        """See what changed, and make the page that is open when it must be."""
        stamps = _stamps()
        changed = {path for path in {*stamps, *self._stamps} if stamps.get(path) != self._stamps.get(path)}
        if changed:
            self._stamps = stamps
            self._note(changed)
        page = self.open
        if page in self._waiting:
            self._make(self._first, page, self._waiting[page])
            self._waiting.pop(page)  # only now: the others wait for it
        elif page not in self._run and page in self._pages.values():
            self._first.make(self._source(page), "html")  # as it stands: then its cells have run when a word changes
        self._run.add(page)

    def follow(self) -> None:
        """Make one of the other pages."""
        if self._waiting and self.open not in self._waiting:
            with suppress(KeyError):
                self._following, source = self._waiting.popitem()
                if not self._make(self._rest, self._following, source):
                    self._waiting.setdefault(self._following, source)
        self._following = ""

    def _note(self, changed: set[Path]) -> None:
        for path in changed:
            if path.parent == NOTEBOOKS and path.exists():
                shutil.copyfile(path, REPORT / "notebooks" / path.name)
        alike = any(path.suffix not in (".qmd", ".ipynb") for path in changed)
        if alike:
            self._run.clear()
            self._first.renew()  # they know the code, and what cells showed
            self._rest.renew()
        for source in (ROOT / path for path in load_project(ROOT).inputs):
            if alike or not changed.isdisjoint(self._parts.get(source, changed)):
                self._learn(source)
                page = self._pages.get(source, "")
                self._old_pdfs.add(page)
                self._waiting[page] = source
                if page == self._following:
                    self._rest.renew()  # what it makes is of before the change

    def _learn(self, source: Path) -> None:
        """Which files a document consists of and which page it is; what it was before, while it cannot be read."""
        project = load_project(ROOT)
        with suppress(PressError):
            document = read_document(source, ROOT)
            formats = project.formats(source, document.metadata)
            metadata = next((each.metadata for each in formats if each.base == "html"), {})
            self._pages[source] = str(project.output(source, metadata, ".html"))
            delivered = NOTEBOOKS / source.name if source.suffix == ".ipynb" else source
            self._parts[source] = {delivered, *(line.file for line in document.lines)}

    def _source(self, page: str) -> Path:
        return next(source for source, made in self._pages.items() if made == page)

    def _make(self, renderer: Renderer, page: str, source: Path, to: str = "html") -> bool:
        """Make a page or its PDF; says whether it was made, rightly or wrongly, before the process was renewed."""
        began = time.perf_counter()
        wrong = renderer.make(source, to)
        if wrong is None:
            return False
        self.errors.pop(page, None)
        if wrong:
            self.errors[page] = wrong
        self.versions[page] += 1
        name = page.replace(".html", ".pdf") if to == "typst" else page
        print(wrong or f"{name}  {time.perf_counter() - began:.1f} s", flush=True)
        return True

    def end(self) -> None:
        """Make nothing any more."""
        self._first.end()
        self._rest.end()

    def freshen(self, pdf: str) -> None:
        """Make a PDF that is older than its source."""
        page = pdf.removesuffix(".pdf") + ".html"
        with self._asking:
            while page in self._old_pdfs:  # also where it changed again meanwhile
                self._old_pdfs.discard(page)
                if not self._make(self._rest, page, self._source(page), "typst"):
                    self._old_pdfs.add(page)
                    time.sleep(LOOK)

    def shown(self, page: str) -> bytes:
        """A page as the browser gets it: with what was wrong above it, and the script that waits for its successor."""
        text = (self.site / page).read_text(encoding="utf-8")
        if wrong := self.errors.get(page):
            text = re.sub(r"<body[^>]*>", lambda tag: tag[0] + _ALERT.format(escape(wrong)), text, count=1)
        return text.replace("</body>", _SCRIPT % ASKED + "</body>").encode("utf-8")


def _stamps() -> dict[Path, tuple[int, int]]:
    """When every source was last written, and how long it is."""
    return {path: (stat.st_mtime_ns, stat.st_size) for path in _sources() if (stat := path.stat())}


def _sources() -> Iterable[Path]:
    yield from (ROOT / "_quarto.yml", NOT_FOUND)
    yield from NOTEBOOKS.glob("*.ipynb")
    yield from PROCESSED.glob("5-*")
    yield from (path for path in REPORT.rglob("*") if path.suffix in (".qmd", ".yml", ".svg", ".py"))
    yield from (path for folder in (CONFIG, ROOT / "_extensions") for path in folder.rglob("*") if path.is_file())
    yield from (path for path in SOURCES.rglob("*") if path.is_file() and path.suffix != ".pyc")


def handler_of(preview: Preview) -> type[SimpleHTTPRequestHandler]:
    """What answers the browser."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *words: object) -> None:
            super().__init__(*words, directory=str(preview.site))  # pyright: ignore[reportArgumentType, reportCallIssue]

        def do_GET(self) -> None:
            path = unquote(self.path.partition("?")[0])
            page = path.removeprefix(ASKED).lstrip("/")
            page += "index.html" if not page or page.endswith("/") else ""
            if path.startswith(ASKED):
                preview.open = page
                self._answer(str(preview.versions[page]).encode(), "text/plain")
            elif page.endswith(".html") and ".." not in page and (preview.site / page).is_file():
                preview.open = page
                self._answer(preview.shown(page), "text/html; charset=utf-8")
            else:
                preview.freshen(page)
                super().do_GET()

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            """Silent: the terminal is for documents."""

    return Handler


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.preview", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes one that is free")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        site = Path(folder) / "site"
        try:
            shutil.copytree(PUBLICATION, site)
            server = ThreadingHTTPServer(("127.0.0.1", options.port), None)  # pyright: ignore[reportArgumentType]
        except OSError as error:
            print(_told(options.port, error), file=sys.stderr)
            return 1
        preview = Preview(site)
        server.RequestHandlerClass = handler_of(preview)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        threading.Thread(target=_again_and_again, args=(preview.follow,), daemon=True).start()
        print(f"http://127.0.0.1:{server.server_address[1]}/report/index.html  (Ctrl+C ends it)", flush=True)
        try:
            with suppress(KeyboardInterrupt):
                _again_and_again(preview.look)
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            preview.end()  # before the folder goes, in which it writes
    return 0


def _again_and_again(act: Callable[[], None]) -> None:
    while True:
        act()
        time.sleep(LOOK)


def _told(port: int, error: OSError) -> MonitorError:
    absent = not PUBLICATION.exists()
    return MonitorError(
        "Nothing to preview yet" if absent else "Preview could not begin",
        where="publication/" if absent else f"PORT={port}",
        expected="a publication" if absent else "a port that nobody else listens on",
        got="no such folder" if absent else str(error),
        hint="type make first" if absent else "leave PORT out: then one is taken that is free",
    )


if __name__ == "__main__":
    sys.exit(main())
