"""Streams that end with a carriage return, which page-validation 0.11 takes for a part of the line's end."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import page as page_validation
import pikepdf
import pytest
import typst

from press.streams import settle

SOURCE = '#set document(title: "Een")\n#set text(lang: "nl")\n= Kop\nTekst {} met 12 woorden.'
SOURCE += "#table(columns: 2, stroke: 1pt, table.header[Groep][n], table.cell(rowspan: 2)[Een], [12], [13])"


def _streams(pdf: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each stream as it stands in the file, and what it says."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for each in opened.objects:
            if isinstance(each, pikepdf.Stream):
                yield each.read_raw_bytes(), each.read_bytes()


@pytest.fixture(scope="module")
def unsettled() -> bytes:
    """A PDF of which a stream ends so: one in some fifty is."""
    for number in range(2000):
        pdf = typst.compile(SOURCE.format(number).encode(), pdf_standards=["ua-1", "a-2a"], timestamp=0)
        assert isinstance(pdf, bytes)
        if any(raw.endswith(b"\r") for raw, _ in _streams(pdf)):
            return pdf
    raise AssertionError("no PDF has such a stream: has Typst another way to end one?")


def _failures(pdf: bytes, folder: Path) -> list[str]:
    (folder / "x.pdf").write_bytes(pdf)
    profile = page_validation.ValidationProfile.PDF_A_2A
    return [str(failure) for failure in page_validation.validate_pdf(folder / "x.pdf", profile=profile).failures]


def test_no_stream_ends_with_a_carriage_return_and_all_say_the_same(unsettled: bytes, tmp_path: Path) -> None:
    assert any("LENGTH" in failure for failure in _failures(unsettled, tmp_path))
    settled = settle(unsettled)
    assert not _failures(settled, tmp_path)
    assert not any(raw.endswith(b"\r") for raw, _ in _streams(settled))
    assert [said for _, said in _streams(settled)] == [said for _, said in _streams(unsettled)]


def test_every_object_stands_where_the_table_says(unsettled: bytes) -> None:
    settled = settle(unsettled)
    table = settled[settled.rindex(b"\nxref\n") + 1 :].split(b"trailer")[0].split(b"\n")[2:]
    for number, entry in enumerate(table):
        if entry.rstrip().endswith(b"n"):
            assert settled[int(entry[:10]) :].startswith(b"%d 0 obj" % number)
    assert int(settled.rstrip().split(b"\n")[-2]) == settled.rindex(b"\nxref\n") + 1


def test_a_pdf_without_such_a_stream_stays_as_it_is(unsettled: bytes) -> None:
    settled = settle(unsettled)
    assert settle(settled) == settled


def test_cells_say_what_they_head_and_not_how_they_are_lined(unsettled: bytes) -> None:
    assert b"BorderStyle" in unsettled
    settled = settle(unsettled)
    assert b"BorderStyle" not in settled
    told = [re.findall(rb"/Headers\[[^]]+\]|/RowSpan 2|/Scope/Column", each) for each in (unsettled, settled)]
    assert told[0] == told[1] and len(told[0]) > 4
