"""From a document and what its cells showed to Markdown for Pandoc, one text for both formats."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from press.document import INLINE, Cell, Document, Line, Prose, fence_after, resolve_metadata, resolve_shortcodes
from press.errors import PressError
from press.execute import Output, Step
from press.metadata import Metadata, as_list
from press.outputs import clean_html, clean_svg

PUNCTUATION = re.compile(r"([\\`*_{}\[\]()>#+\-.!])")
DATA_PICTURE = re.compile(r"\(data:image/(svg\+xml|png|jpeg);base64,([A-Za-z0-9+/=\s]+)\)")

#: Mime types from rich to plain; Markdown and HTML before pictures, as Quarto orders them.
RICHNESS = ("text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")


@dataclass(frozen=True)
class Woven:
    """A document ready to run: its blocks with shortcodes resolved, and the steps that they need."""

    document: Document
    metadata: Metadata
    blocks: tuple[Prose | Cell, ...]
    steps: tuple[Step, ...]
    owners: tuple[int, ...]


def prepare(document: Document, metadata: Metadata, parameters: Metadata) -> Woven:
    """Resolve shortcodes, put parameters in their cell, and list the steps to run in order."""
    blocks: list[Prose | Cell] = [
        resolve_shortcodes(block, metadata)
        if isinstance(block, Prose)
        else replace(block, options=resolve_metadata(block.options, metadata, document.path))
        for block in document.blocks
    ]
    _place_parameters(blocks, parameters, document.path)
    execute = metadata.get("execute") or {}
    executes = "jupyter" in metadata or "engine" in metadata or any(isinstance(block, Cell) for block in blocks)
    steps: list[Step] = []
    owners: list[int] = []
    for position, block in enumerate(blocks):
        needed = _cell_step(block, execute) if isinstance(block, Cell) else _expressions(block, executes)
        if execute.get("enabled", True):
            steps += needed
            owners += [position] * len(needed)
    return Woven(document, metadata, tuple(blocks), tuple(steps), tuple(owners))


def _place_parameters(blocks: list[Prose | Cell], parameters: Metadata, path: Path) -> None:
    """Set parameters right after the cell tagged `parameters`; each must have a default there."""
    if not parameters:
        return
    position = next((i for i, each in enumerate(blocks) if isinstance(each, Cell) and each.is_parameters), None)
    if position is None:
        raise PressError(
            "Parameters without a place",
            where=str(path),
            expected="a cell with #| tags: [parameters] that gives each parameter a default",
            got="-P " + ", ".join(parameters),
            hint="add the cell; without it Quarto would publish the default under another name",
        )
    cell = blocks[position]
    assert isinstance(cell, Cell)
    defaults = set(re.findall(r"^([A-Za-z_]\w*)\s*(?::[^=]*)?=", cell.source, re.MULTILINE))
    for name in parameters:
        if name not in defaults:
            raise PressError(
                "Unknown parameter",
                where=cell.where,
                expected="one of " + ", ".join(sorted(defaults)),
                got=f"-P {name}",
                hint="correct the name, or give it a default in the cell",
            )
    code = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    blocks.insert(position + 1, Cell(code, {"include": False}, cell.where))


def _setting(cell: Cell, execute: Metadata, name: str, default: Any) -> Any:
    return cell.options.get(name, execute.get(name, default))


def _cell_step(cell: Cell, execute: Metadata) -> list[Step]:
    if not _setting(cell, execute, "eval", True) or not cell.source.strip():
        return []
    width, height = cell.options.get("fig-width"), cell.options.get("fig-height")
    step = Step(
        where=cell.where,
        code=cell.source,
        allow_error=bool(_setting(cell, execute, "error", False)),
        drop_warnings=cell.options.get("warning") is False,
        figure_size=(float(width or 7), float(height or 5)) if width or height else None,
    )
    return [step]


def _inline_expressions(line: Line) -> Iterator[re.Match[str]]:
    for match in INLINE.finditer(line.text):
        if match.group(1) != "python":
            raise PressError(
                "Unsupported inline code",
                where=line.where,
                expected="`{python} expression`",
                got=match.group(0),
                hint="only Python is run",
            )
        yield match


def _prose_lines(prose: Prose) -> Iterator[tuple[int, Line]]:
    """Lines outside fenced code: expressions in a code example are shown, not run."""
    fence = ""
    for position, line in enumerate(prose.lines):
        before, fence = fence, fence_after(line.text, fence)
        if not before and not fence:
            yield position, line


def _expressions(prose: Prose, executes: bool) -> list[Step]:
    found = [(line, match) for _, line in _prose_lines(prose) for match in _inline_expressions(line)]
    if found and not executes:
        raise PressError(
            "Inline code in a document without cells",
            where=found[0][0].where,
            expected="a cell of Python, or jupyter: python3 in the front matter",
            got=found[0][1].group(0),
            hint="without either, Quarto prints the code itself",
        )
    return [Step(where=line.where, expression=match.group(2).strip()) for line, match in found]


def weave(woven: Woven, results: Sequence[Sequence[Output]], folder: Path) -> str:
    """Markdown of the whole document. Figures are written to `folder`; both formats read them from there."""
    by_block: dict[int, list[Output]] = {}
    for position, outputs in zip(woven.owners, results, strict=True):
        by_block.setdefault(position, []).extend(outputs)
    parts: list[str] = []
    figures = _Figures(folder)
    for position, block in enumerate(woven.blocks):
        outputs = by_block.get(position, [])
        if isinstance(block, Prose):
            parts.append(_weave_prose(block, outputs))
        else:
            _check_float(block, outputs if position in by_block else None, woven.metadata)
            text = _weave_cell(block, outputs, woven.metadata, figures)
            parts.append("\n".join(block.indent + line for line in text.split("\n")) if block.indent else text)
    return _fence_tables("\n".join(parts))


def _fence_tables(markdown: str) -> str:
    """Tables that the author wrote in HTML kept whole, so that a filter can read them."""
    lines: list[str] = []
    fence, indent = "", None
    for line in markdown.split("\n"):
        fence = fence_after(line, fence)
        if indent is None and not fence and line.lstrip().startswith("<table"):
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(f"{indent}``````{{=html}}")
        lines.append(line)
        if indent is not None and "</table>" in line:
            lines.append(f"{indent}``````")
            indent = None
    return "\n".join(lines)


def _weave_prose(prose: Prose, values: Sequence[Output]) -> str:
    """Prose with each expression replaced by its value; plain text is escaped, Markdown and HTML are not."""
    lines = [line.text for line in prose.lines]
    remaining = iter(values)
    if values:
        for position, line in _prose_lines(prose):
            lines[position] = INLINE.sub(lambda _: _inline_value(next(remaining)), line.text)
    return "\n".join(lines) + "\n"


def _inline_value(output: Output) -> str:
    data = output.data
    if "text/markdown" in data:
        return str(data["text/markdown"])
    if "text/html" in data:
        return f"`{data['text/html']}`{{=html}}"
    text = str(data.get("text/plain", ""))
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return PUNCTUATION.sub(r"\\\1", text[1:-1].replace(f"\\{text[0]}", text[0]))
    return text


class _Figures:
    """Names for the figures of one document, in order, so that ids are the same from run to run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def write(self, content: bytes, suffix: str) -> Path:
        """Write a picture; SVG is cleaned and gets ids of its own."""
        self.count += 1
        path = self.folder / f"figure-{self.count}{suffix}"
        if suffix == ".svg":
            content = clean_svg(content.decode("utf-8"), f"f{self.count}-").encode("utf-8")
        path.write_bytes(content)
        return path


def _weave_cell(cell: Cell, outputs: Sequence[Output], metadata: Metadata, figures: _Figures) -> str:
    """One cell: its code when it is to be seen, its outputs, and a float around them when it has a caption."""
    execute = metadata.get("execute") or {}
    if not _setting(cell, execute, "include", True) or cell.is_parameters:
        return ""
    wanted = _setting(cell, execute, "output", True)
    code = _code(cell, metadata) if _setting(cell, execute, "echo", True) else ""
    shown = [] if wanted is False else [each for each in outputs if _is_shown(each)]
    if wanted == "asis":
        return code + "\n" + "\n\n".join(_as_is(each, cell, figures) for each in shown) + "\n"
    rendered = [_output(each, cell, figures) for each in shown]
    body = _float(cell, rendered) if rendered else ""
    return f"\n::::: {{.cell}}\n{code}{body}\n:::::\n" if code or body else ""


def _check_float(cell: Cell, outputs: Sequence[Output] | None, metadata: Metadata) -> None:
    """Refuse a cell that ran, is to show a figure or table by its label or caption, and shows nothing."""
    execute = metadata.get("execute") or {}
    named = cell.label.startswith(("fig-", "tbl-")) or cell.options.keys() & {"fig-cap", "tbl-cap"}
    wanted = _setting(cell, execute, "include", True) and _setting(cell, execute, "output", True) is not False
    if named and wanted and outputs is not None and not any(map(_is_shown, outputs)):
        raise PressError(
            "A figure or table that is not there",
            where=cell.where,
            expected="an output, for the label or caption of the cell",
            got="a cell that shows nothing",
            hint="end the cell with the figure or table itself; one that ends with a semicolon or `=` shows nothing",
        )


def _is_shown(output: Output) -> bool:
    return bool(output.text.strip() or output.data)


def _code(cell: Cell, metadata: Metadata) -> str:
    fold = cell.options.get("code-fold", metadata.get("code-fold"))
    attributes = ["cell-code"]
    extra = ""
    if fold:
        summary = cell.options.get("code-summary", metadata.get("code-summary") or "")
        extra = f' code-fold="{str(fold).lower()}" code-summary="{summary}"'
    fence = _fence(cell.source)
    return f"\n{fence} {{.python .{' .'.join(attributes)}{extra}}}\n{cell.source}\n{fence}\n"


def _fence(text: str, mark: str = "`") -> str:
    """A fence longer than any in the text."""
    longest = max((len(run) for run in re.findall(re.escape(mark) + "+", text)), default=0)
    return mark * max(3, longest + 1)


def _as_is(output: Output, cell: Cell, figures: _Figures) -> str:
    if output.kind == "stdout":
        return _place_pictures(output.text, figures)
    if "text/markdown" in output.data:
        return _place_pictures(str(output.data["text/markdown"]), figures)
    return _output(output, cell, figures)


def _place_pictures(markdown: str, figures: _Figures) -> str:
    """Markdown with the pictures that stand in it as data put in files, cleaned as figures are."""

    def place(match: re.Match[str]) -> str:
        suffix = {"svg+xml": ".svg", "png": ".png"}.get(match[1], ".jpg")
        return f"({figures.write(base64.b64decode(match[2]), suffix)})"

    return DATA_PICTURE.sub(place, markdown)


def _output(output: Output, cell: Cell, figures: _Figures) -> str:
    """One output as a fenced div."""
    if output.kind in ("stdout", "error"):
        fence = _fence(output.text)
        return f"\n:::: {{.cell-output .cell-output-{output.kind}}}\n{fence}\n{output.text.rstrip()}\n{fence}\n::::\n"
    mime = next((each for each in RICHNESS if each in output.data), None)
    mime = None if mime == "text/plain" and "text/latex" in output.data else mime
    if mime is None:
        raise PressError(
            "Unsupported output",
            where=cell.where,
            expected="one of " + ", ".join(RICHNESS),
            got=", ".join(output.data),
            hint="show it as a figure, a table or Markdown",
        )
    value = output.data[mime]
    if mime == "text/markdown":
        inner, kind = _place_pictures(str(value), figures), "markdown"
    elif mime == "text/html":
        html = clean_html(str(value))
        fence = _fence(html)
        inner, kind = f"{fence}{{=html}}\n{html}\n{fence}", "html"
    elif mime.startswith("image/"):
        return _picture(mime, output, cell, figures)
    else:
        fence = _fence(str(value))
        inner, kind = f"{fence}\n{value}\n{fence}", "plain"
    return f"\n:::: {{.cell-output .cell-output-display .output-{kind}}}\n{inner}\n::::\n"


def _picture(mime: str, output: Output, cell: Cell, figures: _Figures) -> str:
    """A picture, written to disk, with the text alternative of the cell or of the picture itself."""
    given = cell.options.get("fig-alt") or output.metadata.get(mime, {}).get("alt") or cell.options.get("fig-cap")
    alt = " ".join(str(given or "").split())
    if not alt:
        raise PressError(
            "Figure without a text alternative",
            where=cell.where,
            expected="#| fig-alt: what a reader who does not see the figure must know",
            got="neither fig-alt nor fig-cap",
            hint="write the alternative; PDF/UA and WCAG both ask for it",
        )
    value = output.data[mime]
    svg = mime == "image/svg+xml"
    content = str(value).encode("utf-8") if svg else base64.b64decode(value)
    path = figures.write(content, {"image/svg+xml": ".svg", "image/png": ".png"}.get(mime, ".jpg"))
    attributes = f'.cell-picture src={json.dumps(str(path))} alt="{_attribute(alt)}"'
    return f"\n:::: {{.cell-output .cell-output-display}}\n::: {{{attributes}}}\n:::\n::::\n"


def _attribute(text: str) -> str:
    """Text as the value of an attribute in Pandoc's Markdown."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _float(cell: Cell, rendered: Sequence[str]) -> str:
    """Outputs as a float with caption and label; with `fig-subcap`, each output is a float inside it."""
    kind = "tbl" if cell.label.startswith("tbl-") or "tbl-cap" in cell.options else "fig"
    caption = cell.options.get(f"{kind}-cap")
    given = {name: cell.options[name] for name in ("layout-ncol", "layout-nrow", "layout") if name in cell.options}
    layout = "".join(f' {name}="{_attribute(str(value))}"' for name, value in given.items())
    parts = list(rendered)
    inner = as_list(cell.options.get("fig-subcap"))
    if inner and len(inner) != len(parts):
        raise PressError(
            "Captions and figures differ in number",
            where=cell.where,
            expected=f"{len(parts)} captions in fig-subcap",
            got=str(len(inner)),
            hint="give each figure of the cell its own caption",
        )
    if inner:
        parts = [
            f"\n:::::: {{#{cell.label}-{i} .float kind={kind}}}\n{part}\n::: {{.float-caption}}\n{cap}\n:::\n::::::\n"
            for i, (part, cap) in enumerate(zip(parts, inner, strict=True), 1)
        ]
    body = "\n".join(parts)
    floats = cell.label.startswith(("fig-", "tbl-")) or caption is not None
    if not floats:
        return f"\n::::::: {{{layout.strip()}}}\n{body}\n:::::::\n" if layout else body
    label = f"#{cell.label} " if cell.label.startswith(("fig-", "tbl-")) else ""
    end = f"\n::: {{.float-caption}}\n{caption}\n:::\n" if caption is not None else ""
    return f"\n::::::: {{{label}.float kind={kind}{layout}}}\n{body}{end}\n:::::::\n"
