"""A document as its author wrote it: includes expanded, front matter read, prose and cells told apart."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from press.errors import PressError
from press.metadata import Metadata, as_list, get, load_yaml, read_text, supported
from press.refuse import check_metadata, check_switches, refuse_unknown

FENCE = re.compile(r"^\s*(`{3,}|~{3,})(.*)$")
CELL = re.compile(r"^\{\s*([A-Za-z0-9_]+)(.*)\}\s*$")
OPTION = re.compile(r"^#\|\s?(.*)$")
INLINE = re.compile(r"(?<!`)`\{(\w+)\}[ \t]([^`]+)`")
INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(\S+)\s*>\}\}\s*$")
SHORTCODE = re.compile(r"\{\{<\s*(.*?)\s*>\}\}|\{(?P<shown>\{\{<.*?>\}\})\}")


@dataclass(frozen=True)
class Line:
    """One line of source, with the file and line number it came from."""

    text: str
    file: Path
    number: int
    cell: int | None = None

    @property
    def where(self) -> str:
        """File and line, as errors show them; in a notebook, the cell too."""
        return f"{self.file}, " + (f"cell {self.cell}, " if self.cell else "") + f"line {self.number}"


@dataclass(frozen=True)
class Prose:
    """Lines of Markdown between two cells."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The Markdown."""
        return "".join(line.text + "\n" for line in self.lines)


@dataclass(frozen=True)
class Cell:
    """A cell of Python with its options."""

    source: str
    options: Metadata
    where: str
    indent: str = ""

    @property
    def label(self) -> str:
        """The label, empty when it has none."""
        return str(self.options.get("label") or "")

    @property
    def is_parameters(self) -> bool:
        """Whether the cell is tagged `parameters`."""
        return "parameters" in as_list(self.options.get("tags"))


@dataclass(frozen=True)
class Document:
    """A source as read: its path, front matter and blocks in order."""

    path: Path
    metadata: Metadata
    blocks: tuple[Prose | Cell, ...]
    lines: tuple[Line, ...] = field(repr=False, default=())

    def where(self, text: str) -> str:
        """File and line of the first line that holds a text; the file alone when none does."""
        return next((line.where for line in self.lines if text in line.text), str(self.path))


def read_front_matter(path: Path) -> Metadata:
    """Only the front matter of a document: cheap enough to read for every page of a site."""
    if path.suffix == ".ipynb":
        return read_document(path, path.parent).metadata
    lines = [Line(text, path, i) for i, text in enumerate(read_text(path).split("\n"), 1)]
    return _front_matter(lines)[0]


def read_document(path: Path, root: Path) -> Document:
    """Read a `.qmd` or `.ipynb`; `root` is what an include that starts with a slash refers to."""
    if not path.exists():
        raise PressError(
            "Document not found",
            where=str(path),
            expected="a .qmd or .ipynb file",
            got="nothing at this path",
            hint="check the path",
        )
    if path.suffix == ".ipynb":
        return _read_notebook(path, root)
    lines = [Line(text, path, i) for i, text in enumerate(read_text(path).split("\n"), 1)]
    metadata, body = _front_matter(lines)
    expanded = tuple(_expand(body, root, (path.resolve(),)))
    blocks = tuple(_split(expanded))
    metadata, blocks = _title_from_heading(metadata, blocks)
    _check(metadata, blocks, path)
    return Document(path, metadata, blocks, (*lines[: len(lines) - len(body)], *expanded))


def _front_matter(lines: Sequence[Line]) -> tuple[Metadata, Sequence[Line]]:
    """The YAML block that opens a document, and the lines after it."""
    if not lines or lines[0].text.strip() != "---":
        return {}, lines
    for end, line in enumerate(lines[1:], 1):
        if line.text.strip() in ("---", "..."):
            text = "\n".join(each.text for each in lines[1:end])
            return load_yaml(text, str(lines[0].file), lines[0].number + 1) or {}, lines[end + 1 :]
    raise PressError(
        "Front matter is not closed",
        where=lines[0].where,
        expected="a line --- after the metadata",
        got="the end of the file",
        hint="close the block that opens on the first line",
    )


def _expand(lines: Sequence[Line], root: Path, open_files: tuple[Path, ...]) -> Iterator[Line]:
    """Lines with each include replaced by the lines of its file, which may include others.

    As in Quarto, a path is relative to the document (`open_files[0]`), also when an included file names it.
    """
    fence = ""
    for line in lines:
        fence = fence_after(line.text, fence)
        match = None if fence else INCLUDE.match(line.text)
        if not match:
            yield line
            continue
        name = match.group(1).strip("\"'")
        target = (root / name[1:] if name.startswith("/") else open_files[0].parent / name).resolve()
        if target in open_files or not target.is_file():
            raise PressError(
                "Include goes round in a circle" if target in open_files else "Included file not found",
                where=line.where,
                expected="a file that does not include this one" if target in open_files else f"a file at {target}",
                got=line.text.strip(),
                hint="a path is relative to the document that is rendered; one that starts with / to the project",
            )
        included = [Line(t, target, i) for i, t in enumerate(read_text(target).split("\n"), 1)]
        if included and included[0].text.strip() == "---":
            raise PressError(
                "Front matter in an included file",
                where=f"{target}, line 1",
                expected="Markdown only",
                got="---",
                hint="put metadata in the document that includes it, or in _metadata.yml",
            )
        yield from _expand(included, root, (*open_files, target))


def fence_after(text: str, fence: str) -> str:
    """The fence that is open after a line, empty when none is."""
    match = FENCE.match(text)
    if not match:
        return fence
    mark, rest = match.groups()
    if not fence:
        return "" if mark[0] == "`" and "`" in rest else mark
    return "" if mark.startswith(fence) and not rest.strip() else fence


def _split(lines: Sequence[Line]) -> Iterator[Prose | Cell]:
    """Prose and cells in order. Fenced code that is not a cell stays part of the prose."""
    prose: list[Line] = []
    position, fence, cells = 0, "", 0
    while position < len(lines):
        line = lines[position]
        opening = None if fence else FENCE.match(line.text)
        cell = CELL.match(opening.group(2).strip()) if opening else None
        if not (opening and cell):
            fence = fence_after(line.text, fence)
            prose.append(line)
            position += 1
            continue
        _check_language(cell, line)
        mark, body = opening.group(1), []
        while True:
            position += 1
            if position == len(lines):
                raise PressError(
                    "Cell is not closed",
                    where=line.where,
                    expected=f"a line {mark} after the code",
                    got="the end of the document",
                    hint="close the cell",
                )
            if lines[position].text.strip().startswith(mark) and not lines[position].text.strip("`~ \t"):
                break
            body.append(lines[position])
        position += 1
        if prose:
            yield Prose(tuple(prose))
            prose = []
        indent = line.text[: len(line.text) - len(line.text.lstrip())]
        cells += 1
        yield _cell([each.text.removeprefix(indent) for each in body], f"{line.where}, cell {cells}", {}, indent)
    if prose:
        yield Prose(tuple(prose))


def _check_language(cell: re.Match[str], line: Line) -> None:
    if cell.group(1) != "python" or cell.group(2).strip():
        raise PressError(
            "Unsupported cell",
            where=line.where,
            expected="```{python} with its options on #| lines",
            got=line.text.strip(),
            hint="write other languages as plain fenced code, without braces",
        )


def _cell(body: list[str], where: str, given: Metadata, indent: str = "") -> Cell:
    """A cell from its lines: the leading `#|` lines are its options."""
    options: list[str] = []
    while len(options) < len(body) and (match := OPTION.match(body[len(options)])):
        options.append(match.group(1))
    read = load_yaml("\n".join(options), where) or {}
    if not isinstance(read, dict):
        raise PressError(
            "Unreadable cell options",
            where=where,
            expected="#| key: value",
            got=" / ".join(options),
            hint="write one option a line, with a space after the colon",
        )
    refuse_unknown(read, supported("cell"), what="cell option", where=where)
    check_switches(read, where)
    name = f" ({read['label']})" if read.get("label") else ""
    return Cell("\n".join(body[len(options) :]).strip("\n"), {**given, **read}, where + name, indent)


def _read_notebook(path: Path, root: Path) -> Document:
    """A notebook as a document; stored outputs are not used, the file is only read."""
    try:
        notebook = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise PressError(
            "Notebook that is not whole",
            where=f"{path}, line {error.lineno}",
            expected="a notebook as Jupyter saves it, which is JSON",
            got=error.msg,
            hint="open it in Jupyter and save it again",
        ) from error
    metadata: Metadata = {}
    blocks: list[Prose | Cell] = []
    for number, raw in enumerate(notebook.get("cells", []), 1):
        text = raw["source"] if isinstance(raw["source"], str) else "".join(raw["source"])
        where = f"{path}, cell {number}"
        lines = [Line(each, path, i, number) for i, each in enumerate(text.split("\n"), 1)]
        opens = number == 1 and raw["cell_type"] in ("raw", "markdown") and lines[0].text.strip() == "---"
        if opens:
            metadata, rest = _front_matter(lines)
            lines = list(rest)
        if raw["cell_type"] == "markdown" or opens:
            blocks.append(Prose((*_expand(lines, root, (path.resolve(),)), Line("", path, len(lines), number))))
        elif raw["cell_type"] == "code" and text.strip():
            tags = raw.get("metadata", {}).get("tags", [])
            blocks.append(_cell(text.split("\n"), where, {"tags": tags} if tags else {}))
    metadata, split = _title_from_heading(metadata, tuple(blocks))
    _check(metadata, split, path)
    lines = tuple(line for block in split if isinstance(block, Prose) for line in block.lines)
    return Document(path, metadata, split, lines)


def _title_from_heading(
    metadata: Metadata, blocks: tuple[Prose | Cell, ...]
) -> tuple[Metadata, tuple[Prose | Cell, ...]]:
    """Without a title in the front matter, an opening heading of level 1 is the title, as in Quarto."""
    first = blocks[0] if blocks else None
    if metadata.get("title") or not isinstance(first, Prose):
        return metadata, blocks
    for position, line in enumerate(first.lines):
        if line.text.startswith("# "):
            title = re.sub(r"\s*\{[^}]*\}\s*$", "", line.text[2:]).strip()
            rest = Prose(first.lines[:position] + first.lines[position + 1 :])
            return {**metadata, "title": title}, (rest, *blocks[1:])
        if line.text.strip():
            break
    return metadata, blocks


def _check(metadata: Metadata, blocks: Sequence[Prose | Cell], path: Path) -> None:
    """Refuse what the press does not know, and labels that two cells share."""
    check_metadata(metadata, str(path))
    labels: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, Cell) and block.label:
            if block.label in labels:
                raise PressError(
                    "Two cells with one label",
                    where=block.where,
                    expected="labels that differ",
                    got=f"{block.label}, also at {labels[block.label]}",
                    hint="rename one of them",
                )
            labels[block.label] = block.where


def resolve_shortcodes(prose: Prose, metadata: Metadata) -> Prose:
    """Prose with `meta`, `var` and `pagebreak` shortcodes replaced, in code too as in Quarto; others are refused."""
    resolved, fence, kept = [], "", False
    for line in prose.lines:
        before, fence = fence, fence_after(line.text, fence)
        kept = bool(fence) and (kept if before else "shortcodes=" in line.text and "false" in line.text)
        if kept or "{{<" not in line.text:
            resolved.append(line)
            continue
        text = SHORTCODE.sub(lambda match, line=line: _shortcode(match, line, metadata), line.text)
        resolved.extend(replace(line, text=part) for part in text.split("\n"))
    return Prose(tuple(resolved))


def resolve_metadata(value: Any, metadata: Metadata, source: Path) -> Any:
    """Metadata, or options of a cell, with the shortcodes in their texts replaced, at every depth."""
    if isinstance(value, str):
        return SHORTCODE.sub(lambda match: _shortcode(match, Line("", source, 1), metadata), value)
    if isinstance(value, dict):
        return {key: resolve_metadata(each, metadata, source) for key, each in value.items()}
    return [resolve_metadata(each, metadata, source) for each in value] if isinstance(value, list) else value


def _shortcode(match: re.Match[str], line: Line, metadata: Metadata) -> str:
    if match["shown"]:
        return match["shown"]
    name, *arguments = match.group(1).split()
    if name == "pagebreak" and not arguments:
        return "\n::: {.pagebreak}\n:::\n"
    if name in ("meta", "var") and len(arguments) == 1:
        key = arguments[0].replace("\\.", ".")
        value: Any = get(metadata if name == "meta" else metadata.get("_variables") or {}, key)
        if value is None:
            raise PressError(
                "Unknown metadata" if name == "meta" else "Unknown variable",
                where=line.where,
                expected=f"a value for {key} in " + ("front matter" if name == "meta" else "_variables.yml"),
                got=match.group(0),
                hint="add the value or correct the name",
            )
        return str(value).lower() if isinstance(value, bool) else str(value)
    raise PressError(
        "Unsupported shortcode",
        where=line.where,
        expected="include (on a line of its own), meta, var or pagebreak",
        got=match.group(0),
        hint="write it in Markdown; to show it, write {{{< ... >}}}",
    )
