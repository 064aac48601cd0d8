"""Typst sources and PDFs: tagged, PDF/UA-1 and PDF/A-2a at once, the same bytes from run to run."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any, cast

import pikepdf
import typst

from press import pandoc
from press.check import declared_fonts, undeclared_fonts
from press.document import Document
from press.errors import PressError
from press.metadata import RESOURCES, as_list
from press.navigation import ELSEWHERE, follow
from press.pandoc import Manuscript
from press.project import Format
from press.streams import settle

STANDARDS = ["ua-1", "a-2a"]
LINK = re.compile(r'#link\("([^"]+)"\)')
PARTIALS = ("definitions.typ", "typst-template.typ", "page.typ", "typst-show.typ", "biblio.typ")


def write_pdf(manuscript: Manuscript, output: Format) -> bytes:
    """The PDF of a document whose cells have run; raises `PressError` when Typst warns or fails."""
    document = manuscript.document
    source = typst_source(manuscript, output)
    main = manuscript.work / "main.typ"
    main.write_text(source, encoding="utf-8")
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(main),
            root="/",
            font_paths=as_list(output.metadata.get("font-paths")),
            ignore_system_fonts=True,
            pdf_standards=cast(Any, _standards(output)),
            timestamp=0,
        )
    except typst.TypstError as error:
        raise _error(document, str(error), getattr(error, "diagnostic", ""), source) from error
    if warnings:
        raise _error(document, "; ".join(str(each) for each in warnings), warnings[0].diagnostic, source)
    assert isinstance(pdf, bytes)
    _check_fonts(pdf, document, output)
    return settle(pdf)


def _check_fonts(pdf: bytes, document: Document, output: Format) -> None:
    """A glyph that the house font lacks is taken from another font without a word: refuse that."""
    declared = declared_fonts(output.metadata)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        strange = undeclared_fonts(opened, declared)
    if strange:
        raise PressError(
            "A font that the format does not declare",
            where=str(document.path),
            expected=", ".join(declared),
            got=", ".join(strange),
            hint="a sign that the house font does not have, or a chart drawn in another font",
        )


def _standards(output: Format) -> list[str]:
    return list(dict.fromkeys([*STANDARDS, *as_list(output.metadata.get("pdf-standard"))]))


def typst_source(manuscript: Manuscript, output: Format) -> str:
    """The Typst source of a document, with the partials of the house format where it has them."""
    templates = manuscript.work / "typst"
    templates.mkdir(exist_ok=True)
    partials = {Path(path).name: Path(path) for path in as_list(output.metadata.get("template-partials"))}
    for name in ("template.typ", *PARTIALS):
        text = partials.get(name, RESOURCES / "typst" / name).read_text(encoding="utf-8")
        (templates / name).write_text(text, encoding="utf-8")
    metadata = dict(output.metadata)
    metadata.setdefault("toc-depth", 3)
    if metadata.get("date"):
        metadata["date"] = pandoc.written_date(metadata, "iso")
    for key in ("bibliography", "csl"):
        if key in metadata:
            metadata[key] = [str(path) for path in as_list(metadata[key])]
    if metadata.get("number-sections"):
        metadata.setdefault("section-numbering", "1.1.a")
    words = pandoc.language(str(metadata.get("lang", "en")))
    variables = {
        "labels": {"abstract": metadata.get("abstract-title") or words["section-title-abstract"]},
        "page-of": words["page-of"],
        "toc-title": metadata.get("toc-title") or words["toc-title-document"],
        "by-author": [
            {
                "name": {"literal": _quoted(each["name"])},
                "affiliation": _quoted(each["affiliation"]),
                "email": each["email"],
            }
            for each in pandoc.authors(metadata)
        ],
    }
    metadata.pop("author", None)
    options = {"template": str(templates / "template.typ"), "syntax-highlighting": "idiomatic"}
    given = {key: value for key, value in metadata.items() if key not in variables and key != "format"}
    source = pandoc.convert(manuscript, output, options=options, metadata=given, variables=variables)
    here = manuscript.project.output(manuscript.document.path, output.metadata, ".pdf")
    site = str(manuscript.project.website.get("site-url") or "").rstrip("/")

    def link(match: re.Match[str]) -> str:
        target = follow(match[1], manuscript, here)
        inside = site and not ELSEWHERE.match(target)
        return f'#link("{site}/{os.path.normpath(here.parent / target)}")' if inside else f'#link("{target}")'

    return LINK.sub(link, source)


def _quoted(text: str) -> str:
    """Text as it stands inside the quotes of a Typst string."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _error(document: Document, message: str, diagnostic: str, source: str) -> PressError:
    """A failure of Typst; its line number is of the generated source, so that line is quoted."""
    match = re.search(r"main\.typ:(\d+)", diagnostic)
    line = source.split("\n")[int(match.group(1)) - 1].strip() if match else ""
    words = re.sub(r"^=+\s*|\s*(#.*|<[^<>]*>)$", "", line)  # of a heading
    return PressError(
        "Typst could not make an accessible PDF without complaint",
        where=document.where(words) if words else str(document.path),
        expected="PDF/UA-1 and PDF/A-2a without warnings",
        got=message + (f"\nin      {line[:160]}" if line else ""),
        hint="check titles, text alternatives, heading levels and fonts",
    )
