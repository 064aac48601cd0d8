"""Rendering documents and whole projects, and putting the results in place only when all went well."""

from __future__ import annotations

import contextlib
import errno
import filecmp
import os
import re
import shutil
import tempfile
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from press.document import Document, read_document, resolve_metadata
from press.errors import PressError
from press.execute import Figures, run
from press.guard import unchanged
from press.html import write_page
from press.metadata import RESOURCES, Metadata, as_list
from press.pandoc import Manuscript, language, read
from press.pdf import write_pdf
from press.project import Format, Project
from press.search import FOLDER, index
from press.weave import prepare, weave

LOCAL = re.compile(r'\bsrc="([^"#?]+)"')


@dataclass(frozen=True)
class Rendered:
    """What one document became: files written, relative to nothing (full paths), and the seconds it took."""

    source: Path
    files: tuple[Path, ...]
    seconds: float


def render(
    source: Path,
    project: Project,
    to: Sequence[str] = (),
    out: Path | None = None,
    parameters: Metadata | None = None,
    *,
    known: dict[Path, Any] | None = None,
) -> Rendered:
    """Render one document in the formats named in `to` (`html`, `typst`, or full names; none means all it declares).

    Cells run once for all formats. `out` is the root of the site, by default that of the project. The earlier files
    stay as they were when anything fails. `known` keeps what cells showed from one render to the next, for a preview:
    they do not run again as long as they are the same, so it must be emptied when what they look up changes.
    """
    started = time.perf_counter()
    out = out or project.output_dir
    with _staging(out) as staging:
        files = _render_into(source, project, to, staging, parameters or {}, {} if known is None else known)
        placed = move_into_place(staging, out, files)
    return Rendered(source, tuple(placed), time.perf_counter() - started)


def render_project(
    project: Project, sources: Sequence[Path], to: Sequence[str], out: Path, parameters: Metadata
) -> list[Rendered]:
    """Render several documents; nothing is put in place before all have succeeded."""
    results = []
    with _staging(out) as staging:
        files: list[Path] = []
        for source in sources:
            started = time.perf_counter()
            made = _render_into(source, project, to, staging, parameters, {})
            files += made
            placed = tuple(out / path.relative_to(staging) for path in made)
            results.append(Rendered(source, placed, time.perf_counter() - started))
        files += _resources(project, staging)
        move_into_place(staging, out, files)
        _index(project, out, staging)
    return results


def finish(project: Project, out: Path | None = None) -> list[Path]:
    """What belongs to the project and to no page: the files that `project: resources` names, and the search index."""
    out = out or project.output_dir
    with _staging(out) as staging:
        placed = move_into_place(staging, out, _resources(project, staging))
        return placed + _index(project, out, staging)


def _index(project: Project, out: Path, staging: Path) -> list[Path]:
    """The index of all pages in place, in the place of the earlier one; nothing where the site wants none."""
    placed = move_into_place(staging, out, index(project, out, staging))
    for outdated in set(filter(Path.is_file, (out / FOLDER).rglob("*"))) - set(placed):
        outdated.unlink()
    return placed


@contextlib.contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """A folder inside the site for what is not finished; it goes whatever happens, a disk that is full included."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".press-") as staging:
            yield Path(staging)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise PressError(
            "The disk is full" if full else "A file cannot be read or written",
            where=str(error.filename2 or error.filename or out),
            expected="room for the site" if full else "a file that may be read and a folder that may be written",
            got=str(error),
            hint=("make room" if full else "mend it") + " and render again; the earlier files stand as they were",
        ) from error


def _resources(project: Project, staging: Path) -> list[Path]:
    return [_copy(path, staging / path.relative_to(project.root)) for path in project.resources]


def _render_into(
    source: Path, project: Project, to: Sequence[str], staging: Path, parameters: Metadata, known: dict[Path, Any]
) -> list[Path]:
    """Render a document below `staging`, laid out as in the site; the files made."""
    document = read_document(source, project.root)
    formats = project.formats(source, document.metadata)
    if not formats[0].metadata.get("title"):
        raise PressError(
            "Document without a title",
            where=str(source),
            expected="title: in the front matter, or an opening heading of level 1",
            got="neither",
            hint="pages and accessible PDFs both need a title",
        )
    chosen = _choose(formats, to, project, document)
    with tempfile.TemporaryDirectory(prefix="press-") as folder:
        work = Path(folder)
        woven = prepare(document, chosen[0].metadata, parameters)
        figures, limit = _figures(chosen), _time_limit(chosen[0], source)
        asked = ([replace(step, where="") for step in woven.steps], figures)
        if known.get(source, [None])[0] != asked:
            with unchanged(project.root, staging.parent, str(source)) if woven.steps else contextlib.nullcontext():
                known[source] = asked, run(woven.steps, project.run_folder(source), figures, limit)
        results = known[source][1]
        tree = read(weave(woven, results, work), document)
        manuscript = Manuscript(tree, document, project, formats, work)
        return [path for output in chosen for path in _write(manuscript, output, staging)]


def _choose(formats: Sequence[Format], to: Sequence[str], project: Project, document: Document) -> list[Format]:
    """The formats asked for, by base or by name; one that the document does not declare is rendered plain."""
    chosen: list[Format] = [] if to else list(formats)
    for name in to:
        found = [each for each in formats if name in (each.name, each.base)]
        chosen += found or project.formats(document.path, {**document.metadata, "format": name})
    return [replace(each, metadata=resolve_metadata(each.metadata, each.metadata, document.path)) for each in chosen]


def _figures(formats: Sequence[Format]) -> Figures:
    """How figures are drawn: sizes from the first format, the font from whichever declares one."""
    first = formats[0].metadata
    fonts = next((each.metadata for each in formats if each.metadata.get("mainfont")), {})
    return Figures(
        width=float(first.get("fig-width", 7 if formats[0].base == "html" else 5.5)),
        height=float(first.get("fig-height", 5 if formats[0].base == "html" else 3.5)),
        font=fonts.get("mainfont"),
        font_folders=tuple(as_list(fonts.get("font-paths"))),
    )


def _time_limit(output: Format, source: Path) -> float:
    """Seconds that the cells of a document may take together."""
    limit = output.metadata.get("time-limit", 300)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or limit <= 0:
        raise PressError(
            "Unreadable time limit",
            where=str(source),
            expected="time-limit: a number of seconds above nought",
            got=str(limit),
            hint="leave it out for 300 seconds",
        )
    return limit


def _write(manuscript: Manuscript, output: Format, staging: Path) -> list[Path]:
    """One format of one document, with the files that it needs beside it."""
    here = manuscript.project.output(manuscript.document.path, output.metadata, output.suffix)
    target = staging / here
    target.parent.mkdir(parents=True, exist_ok=True)
    if output.base == "typst":
        return [_save(target, write_pdf(manuscript, output))]
    page, pictures = _gather_pictures(write_page(manuscript, output), manuscript, here, staging)
    _save(target, page.encode("utf-8"))
    return [target, *pictures, *_libraries(output, staging), *_redirects(output, here, staging)]


def _gather_pictures(page: str, manuscript: Manuscript, here: PurePosixPath, staging: Path) -> tuple[str, list[Path]]:
    """Copy the pictures that a page shows to where it looks for them; drawn bitmaps go to a folder of the page."""
    made: list[Path] = []

    def place(match: re.Match[str]) -> str:
        link = urllib.parse.unquote(match[1])
        if re.match(r"[a-z]+:|//", link) or link.endswith("site_libs/press.js"):
            return match[0]
        if link.startswith(str(manuscript.work)):
            name = f"{here.stem}_files/{Path(link).name}"
            made.append(_copy(Path(link), staging / here.parent / name))
            return f'src="{name}"'
        inside = os.path.normpath(here.parent / link)
        source = manuscript.project.root / inside
        if not source.is_file() or inside.startswith(".."):
            raise PressError(
                "Picture not found",
                where=manuscript.document.where(link),
                expected=f"a file at {source}",
                got=link,
                hint="a path is relative to the document; one that starts with / to the project",
            )
        made.append(_copy(source, staging / inside))
        return match[0]

    return LOCAL.sub(place, page), made


def _libraries(output: Format, staging: Path) -> list[Path]:
    """Stylesheets, script and fonts of a page, in site_libs."""
    libs = staging / "site_libs"
    made = [_copy(RESOURCES / name, libs / name) for name in ("press.css", "press.js")]
    for path in map(Path, as_list(output.metadata.get("css"))):
        made.append(_copy(path, libs / path.parent.name / path.name))
        for name in re.findall(r"url\([\"']?([^\"')#?]+)", path.read_text(encoding="utf-8")):
            if not name.startswith("data:"):
                made.append(_copy(path.parent / name, libs / path.parent.name / name))
    return made


def _redirects(output: Format, here: PurePosixPath, staging: Path) -> list[Path]:
    """A small page at each former address, which sends readers on."""
    made = []
    lang = str(output.metadata.get("lang", "en"))
    moved = escape(language(lang)["moved"])
    for alias in as_list(output.metadata.get("aliases")):
        path = PurePosixPath(str(alias).lstrip("/")) if str(alias).startswith("/") else here.parent / str(alias)
        if path.suffix != ".html":
            path = path / "index.html"
        link = escape(os.path.relpath(here, path.parent))
        target = staging / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            f'<!DOCTYPE html>\n<html lang="{escape(lang)}"><head><meta charset="utf-8">'
            f'<title>{moved}</title><meta name="robots" content="noindex"><link rel="canonical" href="{link}">'
            f'<meta http-equiv="refresh" content="0; url={link}"></head>'
            f'<body><main><h1>{moved}</h1><p><a href="{link}">{link}</a></p></main></body></html>\n',
            encoding="utf-8",
        )
        made.append(target)
    return made


def _copy(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def _save(target: Path, content: bytes) -> Path:
    """Write a file; unlike Python's own, a failure names it."""
    try:
        target.write_bytes(content)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error
    return target


def move_into_place(staging: Path, out: Path, files: Sequence[Path]) -> list[Path]:
    """Move finished files to the site: all of them, or none when that fails or is interrupted.

    A file that is the same already stays untouched.
    """
    placed: list[Path] = []
    moved: list[tuple[Path, Path]] = []
    before = staging / ".before"
    before.mkdir(exist_ok=True)
    try:
        for path in dict.fromkeys(files):
            target, kept = out / path.relative_to(staging), before / str(len(moved))
            target.parent.mkdir(parents=True, exist_ok=True)
            if not (target.exists() and filecmp.cmp(path, target, shallow=False)):
                if target.exists():
                    kept.hardlink_to(target)
                moved.append((target, kept))
                path.replace(target)
            placed.append(target)
    except BaseException:
        for target, kept in reversed(moved):
            if kept.exists():
                kept.replace(target)
            else:
                target.unlink(missing_ok=True)
        raise
    return placed
