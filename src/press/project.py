"""A Quarto project: its settings, its inputs, its formats and where each page goes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from press.errors import PressError
from press.metadata import Metadata, absolute, as_list, merge, read_metadata, supported
from press.refuse import check_metadata, line_of, refuse_unknown

INPUTS = (".qmd", ".ipynb")


@dataclass(frozen=True)
class Format:
    """One output of a document: its name as written (`monitor-html`), its base (`html` or `typst`), its metadata."""

    name: str
    base: str
    metadata: Metadata

    @property
    def suffix(self) -> str:
        """The suffix of the file it makes."""
        return ".html" if self.base == "html" else ".pdf"


@dataclass(frozen=True)
class Project:
    """A folder with `_quarto.yml`, or the folder of a lone document."""

    root: Path
    config: Metadata

    @property
    def website(self) -> Metadata:
        """The `website` block of `_quarto.yml`."""
        return self.config.get("website") or {}

    @property
    def output_dir(self) -> Path:
        """Where the project is published, as `project: output-dir` says."""
        return self.root / (self._project.get("output-dir") or ("_site" if self.website else "."))

    def run_folder(self, source: Path) -> Path:
        """Working directory of cells: the folder of the document, or the root with `execute-dir: project`."""
        return (self.root if self._project.get("execute-dir") == "project" else source.parent).resolve()

    @property
    def resources(self) -> list[Path]:
        """Files that are published as they are: those that `project: resources` names, and the icon of the website.

        Raises `PressError` for a name or pattern of which there is no file.
        """
        patterns = [*as_list(self._project.get("resources")), *as_list(self.website.get("favicon"))]
        found = {str(each): sorted(filter(Path.is_file, self.root.glob(str(each)))) for each in patterns}
        absent = [pattern for pattern, paths in found.items() if not paths]
        if absent:
            option = "resources" if absent[0] in as_list(self._project.get("resources")) else "favicon"
            raise PressError(
                "Resource not found",
                where=line_of(str(self.root / "_quarto.yml"), option),
                expected=f"files in {self.root}: names, or patterns that take files in",
                got=absent[0],
                hint="correct the name, or remove it",
            )
        return [path for paths in found.values() for path in paths]

    @property
    def _project(self) -> Metadata:
        return self.config.get("project") or {}

    @property
    def metadata(self) -> Metadata:
        """What `_quarto.yml` says to every document."""
        return {key: value for key, value in self.config.items() if key not in ("project", "website")}

    @cached_property
    def inputs(self) -> tuple[Path, ...]:
        """Documents relative to the root: those of `project: render`, else all; names with _ or . are left out.

        As in Quarto, `!pattern` takes away what other patterns found, but nothing from a folder that is named whole.
        """
        patterns = as_list(self._project.get("render")) or ["**/*.qmd", "**/*.ipynb"]
        left_out = {path for each in patterns if each.startswith("!") for path in self._matching(each[1:].lstrip("/"))}
        chosen: dict[Path, None] = {}
        for pattern in patterns:
            if pattern.startswith("!"):
                continue
            found = self._matching(pattern.lstrip("/"))
            if not (self.root / pattern.lstrip("/")).is_dir():
                found -= left_out
            chosen.update(dict.fromkeys(sorted(found)))
        return tuple(chosen)

    def _matching(self, pattern: str) -> set[Path]:
        if (self.root / pattern).is_dir():
            pattern = pattern.rstrip("/") + "/**/*"
        paths = {path.relative_to(self.root) for path in self.root.glob(pattern) if path.suffix in INPUTS}
        output = self.output_dir.resolve()
        return {
            path
            for path in paths
            if not any(part.startswith(("_", ".")) for part in path.parts)
            and not (output != self.root and (self.root / path).resolve().is_relative_to(output))
        }

    def layers(self, source: Path) -> list[Metadata]:
        """Metadata of the project and of each `_metadata.yml` from its root down to the document's folder."""
        folders = [self.root]
        if source.parent.resolve().is_relative_to(self.root.resolve()):
            for part in source.parent.resolve().relative_to(self.root.resolve()).parts:
                folders.append(folders[-1] / part)
        files = [(folder / "_metadata.yml", read_metadata(folder / "_metadata.yml")) for folder in folders]
        layers = [(self.root / "_quarto.yml", self.metadata), *files]
        for file, layer in layers:
            check_metadata(layer, str(file))
        return [layer for _, layer in layers]

    def formats(self, source: Path, front_matter: Metadata) -> list[Format]:
        """The formats of a document, its own where it names any, each with all its metadata merged."""
        layers = [*self.layers(source), absolute(front_matter, source.parent)]
        declared = [_declared(layer.get("format"), str(source)) for layer in layers]
        names = list(declared[-1] or merge(*declared) or {"html": {}})
        result = []
        for name in names:
            base, extension = self._extension(name, str(source))
            merged = extension
            for layer, formats in zip(layers, declared, strict=True):
                top = {key: value for key, value in layer.items() if key != "format"}
                merged = merge(merged, top, formats.get(name) or {})
            result.append(Format(name, base, merged))
        return result

    def _extension(self, name: str, where: str) -> tuple[str, Metadata]:
        """Base format and contributed metadata of a format name such as `typst` or `monitor-typst`."""
        extension, _, base = name.rpartition("-")
        if base not in ("html", "typst"):
            raise PressError(
                "Unsupported format",
                where=where,
                expected="html, typst, or <extension>-html, <extension>-typst",
                got=name,
                hint="render other formats with Quarto itself",
            )
        if not extension:
            return base, {}
        found = sorted(self.root.glob(f"_extensions/**/{extension}/_extension.yml"))
        if not found:
            raise PressError(
                "Format extension not found",
                where=where,
                expected=f"_extensions/{extension}/_extension.yml in {self.root}",
                got=f"format: {name}",
                hint="add the extension or correct the name of the format",
            )
        formats = (read_metadata(found[0]).get("contributes") or {}).get("formats") or {}
        return base, merge(formats.get("common") or {}, formats.get(base) or {})

    def output(self, source: Path, metadata: Mapping[str, Any], suffix: str) -> PurePosixPath:
        """Where a document goes, relative to the output folder; `output-file` may rename it in its own folder."""
        relative = _relative(source, self.root)
        name = str(metadata.get("output-file") or relative.stem)
        stem = name.removesuffix(".html").removesuffix(".pdf")
        return PurePosixPath(relative.parent.as_posix()) / f"{stem}{suffix}"


def load_project(root: Path) -> Project:
    """The project whose `_quarto.yml` stands in `root`; without one, a project of lone documents."""
    config = read_metadata(root / "_quarto.yml")
    kind = (config.get("project") or {}).get("type", "default")
    if kind not in ("website", "default"):
        raise PressError(
            "Unsupported kind of project",
            where=str(root / "_quarto.yml"),
            expected="project: type: website or default",
            got=kind,
            hint="render books and manuscripts with Quarto itself",
        )
    _check_website(config.get("website") or {}, str(root / "_quarto.yml"))
    environment = read_metadata(root / "_variables.yml")
    return Project(root.resolve(), merge(config, {"_variables": environment}) if environment else config)


def _check_website(website: Metadata, where: str) -> None:
    """Refuse options of the site and its navigation that would be lost."""
    refuse_unknown(website, supported("website"), what="option of website", where=where)
    navbar = website.get("navbar") if isinstance(website.get("navbar"), dict) else {}
    refuse_unknown(navbar or {}, supported("navbar"), what="option of navbar", where=where)
    bars = [each for each in as_list(website.get("sidebar")) if isinstance(each, dict)]
    for each in bars:
        refuse_unknown(each, supported("sidebar"), what="option of sidebar", where=where)
    footer = website.get("page-footer") if isinstance(website.get("page-footer"), dict) else {}
    lists = [(navbar or {}).get("left"), (navbar or {}).get("right"), *(each.get("contents") for each in bars)]
    lists += [part for part in (footer or {}).values() if isinstance(part, list)]
    while lists:
        for entry in as_list(lists.pop()):
            if isinstance(entry, dict):
                refuse_unknown(entry, supported("entry"), what="option of an entry of the navigation", where=where)
                lists += [entry.get("menu"), entry.get("contents")]
            elif entry == "auto" or "*" in str(entry):
                refuse_unknown([str(entry)], frozenset({"the documents, one by one"}), what="contents", where=where)


def project_of(source: Path) -> Project:
    """The project that a document or folder belongs to: the nearest folder upwards with `_quarto.yml`, else its own."""
    folder = source if source.is_dir() else source.parent
    for candidate in [folder, *folder.resolve().parents]:
        if (candidate / "_quarto.yml").exists():
            return load_project(candidate)
    return load_project(folder)


def _declared(value: Any, where: str) -> dict[str, Metadata]:
    """The `format` option in its long form, `{name: options}`, with unknown options refused."""
    if value is None:
        return {}
    named = {value: {}} if isinstance(value, str) else dict(value)
    known = supported("format", "honoured") | supported("format", "without-effect")
    for name, options in named.items():
        if isinstance(options, dict):
            off = {key for key in supported("refused") if options.get(key, True) is False}
            refuse_unknown(options, known | off, what=f"option of format {name}", where=where)
    return {name: options if isinstance(options, dict) else {} for name, options in named.items()}


def _relative(path: Path, root: Path) -> Path:
    return Path(os.path.relpath(path.resolve(), root.resolve()))
