"""The words of a PDF: text of its pages by the fonts' own maps, and its metadata."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf

_SECTION = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SPACED = re.compile(r"(?<=\d) ([.,]) (\d)(?: (\d))? %")  # how a chart sets "42,3%"; a rounded n has three digits there


def words_of(data: bytes) -> str:
    """All text of a PDF; decimals of percentages that a chart sets one by one are joined. Metadata stand at the end."""
    fonts: dict[tuple[int, int], dict[int, str]] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = [" ".join(_pieces(page.obj, page.obj, fonts)) for page in pdf.pages]
        known = [f"{name}: {value}" for name, value in dict(pdf.docinfo).items()]
        xmp = str(pdf.open_metadata())
    pages = [_SPACED.sub(r"\1\2\3%", page) for page in pages]
    return "\n".join([*pages, *known, re.sub(r"xmlns[^ >]*|https?://[^\"<\s]*", "", xmp)])


def _pieces(stream: Any, holder: Any, fonts: dict[tuple[int, int], dict[int, str]]) -> list[str]:
    """Pieces of text of a page, or of a form that it draws."""
    pieces: list[str] = []
    resources, glyphs = holder.get("/Resources", {}), {}
    for operands, operation in pikepdf.parse_content_stream(stream, "Tf Tj TJ Do"):
        operator = str(operation)
        if operator == "Tf":
            font = resources["/Font"][str(operands[0])]
            if font.objgen not in fonts:
                fonts[font.objgen] = _glyphs(font)
            glyphs = fonts[font.objgen]
        elif operator == "Do":
            drawn = resources["/XObject"][str(operands[0])]
            if drawn.get("/Subtype") == "/Form":
                pieces += _pieces(drawn, drawn, fonts)
        else:
            told = operands[0] if operator == "TJ" else [operands[0]]
            pieces.append("".join(_decoded(bytes(one), glyphs) for one in told if isinstance(one, pikepdf.String)))
    return pieces


def _decoded(codes: bytes, glyphs: dict[int, str]) -> str:
    if not glyphs:
        return codes.decode("latin-1")
    return "".join(glyphs.get(int.from_bytes(codes[at : at + 2]), "?") for at in range(0, len(codes), 2))


def _glyphs(font: Any) -> dict[int, str]:
    """The characters of a font's two-byte codes; none where it has no map, and codes are letters."""
    found: dict[int, str] = {}
    for kind, body in _SECTION.findall(font["/ToUnicode"].read_bytes()) if "/ToUnicode" in font else ():
        if kind == b"char":
            found |= {int(code, 16): _letters(text) for code, text in _PAIR.findall(body)}
        for low, high, text in _RANGE.findall(body) if kind == b"range" else ():
            first = ord(_letters(text))
            found |= {code: chr(first + code - int(low, 16)) for code in range(int(low, 16), int(high, 16) + 1)}
    return found


def _letters(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")
