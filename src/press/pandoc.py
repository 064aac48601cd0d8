"""Calling Pandoc, with its complaints and those of our filters turned into errors of the press."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pypandoc
from babel.dates import format_date

from press.document import Document
from press.errors import PressError
from press.metadata import RESOURCES, Metadata, as_list, load_yaml
from press.project import Format, Project
from press.refuse import AUTHOR, words_file

MARKDOWN = "markdown"
#: Where a document names its sources, and what cites one: not a figure, table, section or equation.
SOURCES = {"bibliography", "references", "nocite"}
CITATION = re.compile(r'"citationId":"(?!(?:fig|tbl|sec|eq)-)')
STRAY_FENCE = re.compile(r'"t":"Str","c":"(:::+)"')
#: Memory of Pandoc: with less room at first it copies more, with more it touches more; a quarter of its time.
ROOM = ("+RTS", "-A1m", "-H16m", "-RTS")
#: Filters of the press, around those of the house format.
BEFORE, AFTER = ("blocks.lua",), ("floats.lua",)


@cache
def language(lang: str) -> Mapping[str, str]:
    """The words that stand in a page by themselves, in the language of the document."""
    path = words_file(lang, "lang in a format")
    return load_yaml(path.read_text(encoding="utf-8"), str(path))


@dataclass(frozen=True)
class Manuscript:
    """A document whose cells have run, as `read` gives it; its formats, and a folder for what is made on the way."""

    tree: str
    document: Document
    project: Project
    formats: Sequence[Format]
    work: Path


def read(markdown: str, document: Document) -> str:
    """The document as Pandoc's tree in JSON, read once for all formats: reading takes longer than writing."""
    tree = _pandoc([f"--from={MARKDOWN}", "--to=json"], markdown, document)
    if stray := STRAY_FENCE.search(tree):
        raise PressError(
            "Block that Markdown does not see",
            where=document.where(stray[1]),
            expected="an empty line before :::, and the indentation of the text around it",
            got=stray[1],
            hint="in a list, indent a block or cell as far as the text of the item",
        )
    return tree


def convert(
    manuscript: Manuscript, output: Format, *, options: Metadata, metadata: Metadata, variables: Metadata
) -> str:
    """The text of a page or of a Typst source, through the filters of the press and of the format.

    `options` are Pandoc's own (template, toc); `metadata` is read as Markdown, `variables` are put in as they are.
    """
    document, work = manuscript.document, manuscript.work
    words = dict(language(str(output.metadata.get("lang", "en"))))
    settings = {
        "folder": str(document.path.parent.resolve()),
        "root": str(manuscript.project.root),
        "work": str(work),
        "number-sections": str(bool(output.metadata.get("number-sections"))).lower(),
        "number-depth": str(output.metadata.get("number-depth", 6)),
    }
    ours = RESOURCES / "filters"
    given = [each if isinstance(each, dict) else {"path": each} for each in as_list(output.metadata.get("filters"))]
    first = [str(each["path"]) for each in given if each.get("at") == "pre-ast"]
    later = [str(each["path"]) for each in given if each.get("at") != "pre-ast"]
    filters = [*first, *(str(ours / name) for name in BEFORE), *later, *(str(ours / name) for name in AFTER)]
    if output.base == "html" and (output.metadata.keys() & SOURCES or CITATION.search(manuscript.tree)):
        filters.append("citeproc")  # which takes its time also where there is nothing to do
    defaults = {
        "from": "json",
        "to": "html" if output.base == "html" else "typst",
        "standalone": True,
        "wrap": "none",
        "filters": filters,
        "metadata": {"press-language": words, "press-options": settings, "link-citations": True, "citeproc": False},
        "variables": variables,
        **options,
    }
    (work / "defaults.json").write_text(json.dumps(defaults), encoding="utf-8")
    (work / "metadata.json").write_text(json.dumps(metadata, default=str), encoding="utf-8")
    files = [f"--defaults={work / 'defaults.json'}", f"--metadata-file={work / 'metadata.json'}"]
    return _pandoc(files, manuscript.tree, document)


def _pandoc(options: Sequence[str], given: str, document: Document) -> str:
    command = [pypandoc.get_pandoc_path(), *options, *ROOM]
    done = subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode or done.stderr.strip():
        raise _error(done.stderr, document, given)
    return done.stdout


def _error(said: str, document: Document, given: str) -> PressError:
    """The error of a filter of ours, or what Pandoc itself complained of; its warnings count as errors.

    Pandoc tells which citation is not found, or at which line of what it was `given` something begins.
    """
    if "PRESS\x1f" in said:
        title, got, expected, hint = said.split("PRESS\x1f", 1)[1].split("\x1f")[:4]
        return PressError(title, where=document.where(got), expected=expected, got=got, hint=hint)
    cited, begins = re.search(r"citation (\S+) not found", said), re.search(r"at line (\d+) column", said)
    line = given.split("\n")[int(begins[1]) - 1].strip() if begins else ""
    sought = f"@{cited[1]}" if cited else line
    return PressError(
        "Pandoc could not convert the document without complaint",
        where=document.where(sought) if sought else str(document.path),
        expected="no warnings",
        got=said.strip(),
        hint="a citation that is not in the bibliography, a missing title, or Markdown that does not close",
    )


def meta_text(value: Any) -> str:
    """Metadata as one line of plain text."""
    return " ".join(str(value or "").split())


def authors(metadata: Metadata) -> list[dict[str, str]]:
    """Name, affiliation and email of each author."""
    found = []
    for given in as_list(metadata.get("author")):
        each = given if isinstance(given, dict) else {"name": given}
        found.append({key: meta_text(each.get(key)) for key in AUTHOR})
    return found


def written_date(metadata: Metadata, default: str = "long") -> str:
    """The date of a document in its language, as `date-format` says, when it is an ISO date."""
    value = str(metadata["date"])
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    wanted = str(metadata.get("date-format") or default)
    pattern = "yyyy-MM-dd" if wanted == "iso" else wanted
    if wanted not in ("full", "long", "medium", "short", "iso"):
        if re.sub(r"YYYY|YY|M{1,4}|DD|D|dddd|[\s.,/-]", "", wanted):
            raise PressError(
                "Unsupported form of a date",
                where="date-format in front matter",
                expected="full, long, medium, short, iso, or a form such as D MMMM YYYY",
                got=wanted,
                hint="write the date as it must read",
            )
        pattern = wanted.replace("Y", "y").replace("dddd", "EEEE").replace("D", "d")
    return format_date(day, format=pattern, locale=str(metadata.get("lang", "en")).replace("-", "_"))
