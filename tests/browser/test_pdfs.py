"""Every PDF as a screen reader hears it, by a second checker beside the one of `make check`."""

from __future__ import annotations

from pathlib import Path

import outloud
import pytest

from tests.browser.conftest import SITE

PDFS = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.pdf"))


@pytest.mark.parametrize("name", PDFS)
def test_outloud_hears_no_error(name: str) -> None:
    found = outloud.check(str(SITE / name)).findings
    assert not [f"{each.rule}, page {each.page}: {each.message}" for each in found if each.severity == "error"]


def test_outloud_would_hear_something(tmp_path: Path) -> None:
    import pikepdf

    spoiled = tmp_path / "spoiled.pdf"
    with pikepdf.open(SITE / PDFS[0]) as pdf:
        del pdf.Root["/StructTreeRoot"], pdf.Root["/Lang"]
        pdf.save(spoiled)
    assert outloud.check(str(spoiled)).errors >= 2
