"""The words of a PDF: text of its pages by the fonts' own maps, and its metadata."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import pikepdf

_SECTION = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_LITERAL = rb"\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\)"
_STRING = re.compile(_LITERAL + rb"|<[0-9A-Fa-f\s]*+>", re.DOTALL)
#: Operations on text, fonts and drawings. All ways begin with a letter of their own, as those are found quickly.
_OPERATION = re.compile(
    rb"\[(?:%(string)s|[^][()<>])*+\]\s*(TJ)|%(literal)s(?:\s*(Tj|['\"]))?|<[0-9A-Fa-f\s]*+>(?:\s*(Tj|['\"]))?"
    rb"|/[^][\s()<>{}/%%]*+(?:\s+[-+.\d]+\s+(Tf)|\s+(Do))?|%%[^\r\n]*+|\(|T[jJ]|BI(?=\s)"
    % {b"string": _STRING.pattern, b"literal": _LITERAL},
    re.DOTALL,
)
_DRAWS = (b"TJ", b"Tj", b"'", b'"')
_SPACED = re.compile(r"(?<=\d) ([.,]) (\d)(?: (\d))? %")  # how a chart sets "42,3%"; a rounded n has three digits there


def words_of(data: bytes) -> str:
    """All text of a PDF; decimals of percentages that a chart sets one by one are joined. Metadata stand at the end."""
    fonts: dict[tuple[int, int], Callable[[bytes], str]] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = [" ".join(_pieces(page.obj, fonts)) for page in pdf.pages]
        known = [f"{name}: {value}" for name, value in dict(pdf.docinfo).items()]
        xmp = str(pdf.open_metadata())
    pages = [_SPACED.sub(r"\1\2\3%", page) for page in pages]
    return "\n".join([*pages, *known, re.sub(r"xmlns[^ >]*|https?://[^\"<\s]*", "", xmp)])


def _pieces(holder: Any, fonts: dict[tuple[int, int], Callable[[bytes], str]]) -> list[str]:
    """Pieces of text of a page, or of a form that it draws."""
    resources, decoded, pieces = holder.get("/Resources", {}), partial(_decoded, {}), []
    source = holder if isinstance(holder, pikepdf.Stream) else holder.get("/Contents", pikepdf.Array())
    streams = [source] if isinstance(source, pikepdf.Stream) else [*source]
    for match in _OPERATION.finditer(b"\n".join(stream.read_bytes() for stream in streams)):
        operator, name = match[match.lastindex or 0], match[0].split(None, 1)[0]
        if match.lastindex and operator in _DRAWS:
            pieces.append("".join(map(decoded, _STRING.findall(match[0]))))
        elif operator == b"Tf":
            font = resources["/Font"][name.decode()]
            if font.objgen not in fonts:
                fonts[font.objgen] = cache(partial(_decoded, _glyphs(font)))
            decoded = fonts[font.objgen]
        elif operator == b"Do":
            drawn = resources["/XObject"][name.decode()]
            pieces += _pieces(drawn, fonts) if drawn.get("/Subtype") == "/Form" else []
        elif operator in (*_DRAWS, b"(", b"BI"):
            raise ValueError(f"a PDF draws what is not read: {operator!r}")
    return pieces


def _decoded(glyphs: dict[int, str], string: bytes) -> str:
    codes = bytes(pikepdf.Object.parse(string))
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
