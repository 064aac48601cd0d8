"""`make preview`: a changed word is in the page that is open within 3 seconds; a mistake is told, and mended, there."""

from __future__ import annotations

import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from pipeline.preview import Preview
from tests.pipeline.conftest import Walk

BODY, STUB = "report/_province.qmd", "report/2024/flevoland.qmd"
PAGE = "report/2024/voorbeeld-flevoland.html"
LONGEST = 3.0  # seconds on the clock of a machine that has nothing else to do
SPENT = 6.0  # seconds of processors where others use them too: two that share a core take twice as long for the same


@dataclass(frozen=True)
class Served:
    """A preview that runs, what a browser asks of it, and the folder in which it keeps its own."""

    process: subprocess.Popen[str]
    address: str
    walk: Walk
    folder: Path

    def get(self, name: str) -> bytes:
        with urllib.request.urlopen(f"{self.address}/{name}", timeout=60) as answer:
            return answer.read()

    def page(self) -> str:
        return self.get(PAGE).decode("utf-8")

    def version(self) -> bytes:
        """What the script in an open page asks every third of a second."""
        return self.get(f".preview/{PAGE}")

    def until(self, holds: Callable[[str], bool]) -> tuple[float, float]:
        """Ask, as an open page does, until it holds; seconds on the clock, and of processors."""
        began, spent, before = time.perf_counter(), self.processor(), self.version()
        while self.version() == before or not holds(self.page()):
            assert time.perf_counter() - began < 60, "the page never showed it, or its browser would not know of it"
            time.sleep(0.1)
        return time.perf_counter() - began, self.processor() - spent

    def processor(self) -> float:
        """What was spent, but for the pages that are not open: those are made at a lower priority."""
        server = psutil.Process(self.process.pid)
        tree = [server, *server.children(recursive=True)]
        return sum(sum(one.cpu_times()[:4]) for one in tree if one.nice() <= server.nice())


@pytest.fixture(scope="module")
def served(walk: Walk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    words = walk.command("-m", "pipeline.preview")
    folder = tmp_path_factory.mktemp("served")
    environment = walk.environment | {"TMPDIR": str(folder)}
    process = subprocess.Popen(words, cwd=walk.root, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    address = process.stdout.readline().partition("/report")[0]
    yield Served(process, address, walk, folder)
    process.terminate()
    assert process.wait(30) == 0


def test_a_changed_word_is_in_the_open_page_within_three_seconds(served: Served) -> None:
    """The best of three; on a machine that is busy with something else the clock says nothing."""
    busy = psutil.cpu_percent(1) > 25
    before = served.walk.sums("publication", "build/pages")
    assert "setInterval" in served.page(), "the page does not ask"
    times, last = [], "Gevolgen"
    for word in ("Nasleep", "Uitwerking", "Gevolgen"):
        served.walk.edit(BODY, f"## {last}\n", f"## {word}\n")
        times.append(served.until(lambda page, word=word: f"{word}</h2>" in page))
        last = word
    clock, processor = (min(kind) for kind in zip(*times, strict=True))
    assert processor < SPENT if busy else clock < LONGEST, times
    assert served.walk.sums("publication", "build/pages") == before, "a preview publishes nothing"


def test_a_mistake_is_told_in_the_page_and_mended(served: Served) -> None:
    served.walk.edit(STUB, "{{< include ../_province.qmd >}}", "`{python} nobody`\n\n{{< include ../_province.qmd >}}")
    served.until(lambda page: 'role="alert"' in page)
    page = served.page()
    assert "An expression in prose failed" in page and "report/2024/flevoland.qmd" in page
    assert "Ervaring met agressie" in page and page.endswith("</html>\n"), "the page that was good still stands below"
    served.walk.edit(STUB, "`{python} nobody`\n\n", "")
    served.until(lambda page: 'role="alert"' not in page)


def test_the_rest_of_the_site_is_there_and_a_pdf_is_made_when_it_is_asked_for(served: Served) -> None:
    published = served.walk.path("publication")
    served.walk.edit(BODY, "## Gevolgen\n", "## Nasleep\n")
    served.until(lambda page: "Nasleep</h2>" in page)
    pdf = PAGE.replace(".html", ".pdf")
    assert served.get(pdf).startswith(b"%PDF") and served.get(pdf) != (published / pdf).read_bytes()
    served.walk.edit(BODY, "## Nasleep\n", "## Gevolgen\n")
    served.until(lambda page: "Gevolgen</h2>" in page)
    for path in published.rglob("*"):
        name = path.relative_to(published).as_posix()
        if path.is_file():
            same = path.suffix == ".html" or name.startswith("report/2024/")
            assert same or served.get(name) == path.read_bytes(), name
    assert served.get(pdf) == (published / pdf).read_bytes(), "the same sources give the same bytes"


def test_what_lies_outside_the_site_is_not_served(served: Served) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        served.get("../../../../../../../etc/hostname")


def test_one_that_is_ended_while_it_makes_pages_leaves_nothing_behind(served: Served) -> None:
    """Guards a bug: its folder went while a page was written in it."""
    served.walk.edit(BODY, "## Gevolgen\n", "## Nasleep\n")
    served.until(lambda page: "Nasleep</h2>" in page)
    tree = psutil.Process(served.process.pid).children(recursive=True)
    assert len(list(served.folder.glob("preview-*"))) == 1
    served.process.terminate()
    assert served.process.wait(30) == 0
    assert not psutil.wait_procs(tree, timeout=5)[1]
    assert not list(served.folder.glob("preview-*"))
    served.walk.edit(BODY, "## Nasleep\n", "## Gevolgen\n")


class OftenRenewed:
    """A renderer whose process is renewed while it makes the first document."""

    def __init__(self) -> None:
        self.answers: list[str | None] = [None, ""]
        self.asked: list[str] = []

    def make(self, source: Path, to: str) -> str | None:
        self.asked.append(f"{source.name} {to}")
        return self.answers.pop(0)


def changed_preview() -> tuple[Preview, OftenRenewed]:
    """A preview without processes, of one page that is older than its source."""
    preview, rest = Preview.__new__(Preview), OftenRenewed()
    vars(preview).update(_rest=rest, _asking=threading.Lock(), _pages={Path("word.qmd"): "word.html"}, errors={})
    vars(preview).update(_old_pdfs={"word.html"}, _waiting={"word.html": Path("word.qmd")}, versions=Counter(), open="")
    return preview, rest


def test_a_pdf_whose_process_is_renewed_is_made_after_all() -> None:
    """Guards a bug: it was taken off the list of old ones before it was made, and the old one was served."""
    preview, rest = changed_preview()
    preview.freshen("word.pdf")
    assert rest.asked == ["word.qmd typst"] * 2
    preview.freshen("word.pdf")
    assert len(rest.asked) == 2


def test_a_page_whose_process_is_renewed_is_made_after_all() -> None:
    """Guards a bug: it waited no more, and stayed as it was before the change."""
    preview, rest = changed_preview()
    preview.follow()
    assert [*preview._waiting] == ["word.html"]
    preview.follow()
    assert rest.asked == ["word.qmd html"] * 2
    assert not preview._waiting
