"""The text of a PDF's pages in reading order, from its text operators and the ToUnicode maps of its fonts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf

_SECTION = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_CHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


class PageText(NamedTuple):
    """All text of a page, and what is left of it without running heads and page numbers (PDF's artifacts)."""

    whole: str
    body: str


def text_of_pages(path: Path) -> list[PageText]:
    """The text of each page; pieces that are drawn apart are joined by a space."""
    with pikepdf.open(path) as pdf:
        maps: dict[tuple[int, int], dict[int, str]] = {}
        return [_page_text(_pieces(page.obj, page.obj, maps)) for page in pdf.pages]


def _page_text(pieces: list[tuple[str, bool]]) -> PageText:
    return PageText(" ".join(text for text, _ in pieces), " ".join(text for text, artifact in pieces if not artifact))


def _pieces(stream: Any, holder: Any, maps: dict[tuple[int, int], dict[int, str]]) -> list[tuple[str, bool]]:
    """The pieces of text of a page or of a form that it draws, and whether each is an artifact."""
    pieces: list[tuple[str, bool]] = []
    resources = holder.get("/Resources", {})
    glyphs: dict[int, str] = {}
    marked: list[bool] = []
    for operands, operation in pikepdf.parse_content_stream(stream, "Tf Tj TJ Do BDC BMC EMC"):
        operator = str(operation)
        if operator in ("BDC", "BMC"):
            marked.append(str(operands[0]) == "/Artifact")
        elif operator == "EMC":
            marked.pop()
        elif operator == "Tf":
            font = resources["/Font"][str(operands[0])]
            if font.objgen not in maps:
                maps[font.objgen] = _glyphs(font)
            glyphs = maps[font.objgen]
        elif operator == "Do":
            drawn = resources["/XObject"][str(operands[0])]
            if drawn.get("/Subtype") == "/Form":
                pieces += _pieces(drawn, drawn, maps)
        else:
            parts = operands[0] if operator == "TJ" else [operands[0]]
            text = "".join(_decoded(bytes(part), glyphs) for part in parts if isinstance(part, pikepdf.String))
            pieces.append((text, any(marked)))
    return pieces


def _decoded(codes: bytes, glyphs: dict[int, str]) -> str:
    return "".join(
        glyphs.get(int.from_bytes(codes[i : i + 2]), "\N{REPLACEMENT CHARACTER}") for i in range(0, len(codes), 2)
    )


def _glyphs(font: Any) -> dict[int, str]:
    """The characters of a font's two-byte codes."""
    found: dict[int, str] = {}
    for kind, body in _SECTION.findall(font["/ToUnicode"].read_bytes()):
        if kind == b"char":
            found |= {int(code, 16): _characters(text) for code, text in _CHAR.findall(body)}
        for low, high, text in _RANGE.findall(body) if kind == b"range" else ():
            first = ord(_characters(text))
            found |= {code: chr(first + code - int(low, 16)) for code in range(int(low, 16), int(high, 16) + 1)}
    return found


def _characters(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")
