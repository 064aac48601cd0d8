"""`python -m press render SOURCE... [-P name:value] [--to html|typst] [--output-dir DIR]`, as `quarto render`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from press.errors import PressError
from press.metadata import Metadata, load_yaml
from press.project import Project, project_of
from press.site import render_project


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 0 only when every document was put in place."""
    parser = argparse.ArgumentParser(prog="python -m press", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("render", help="render documents, or the project in a folder")
    command.add_argument("sources", nargs="+", type=Path, metavar="SOURCE")
    command.add_argument("-P", dest="parameters", action="append", default=[], metavar="NAME:VALUE")
    command.add_argument("--to", action="append", default=[], metavar="FORMAT")
    command.add_argument("--output-dir", type=Path, metavar="DIR")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended is interrupted: nothing stays behind
    try:
        _render(options)
    except PressError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted: nothing was put in place, the earlier files stand as they were", file=sys.stderr)
        return 130
    return 0


def _render(options: argparse.Namespace) -> None:
    """Render all sources of a project together, so that nothing is put in place when one of them fails."""
    by_project: dict[Path, tuple[Project, list[Path]]] = {}
    for source in options.sources:
        project, sources = _sources(source)
        by_project.setdefault(project.root, (project, []))[1].extend(sources)
    formats = [name for each in options.to for name in each.split(",") if name != "all"]
    parameters = _parameters(options.parameters)
    for project, sources in by_project.values():
        out = (options.output_dir or project.output_dir).resolve()
        for made in render_project(project, sources, formats, out, parameters):
            print(f"{made.source}: {made.files[0]} in {made.seconds:.1f} s")


def _sources(source: Path) -> tuple[Project, list[Path]]:
    """The project of a document or folder, and the documents that are meant."""
    if not source.exists():
        raise PressError(
            "Nothing to render",
            where=str(source),
            expected="a document or the folder of a project",
            got="nothing at this path",
            hint="check the path",
        )
    project = project_of(source)
    if source.is_file():
        return project, [source]
    folder = source.resolve()
    found = [project.root / path for path in project.inputs if (project.root / path).is_relative_to(folder)]
    if not found:
        raise PressError(
            "Nothing to render",
            where=str(source),
            expected="documents that project: render names, outside the folder that is published",
            got="none",
            hint="check project: render and output-dir in _quarto.yml",
        )
    return project, found


def _parameters(given: Sequence[str]) -> Metadata:
    """`name:value` pairs, with values read as YAML, so that 2024 is a number."""
    parameters: Metadata = {}
    for pair in given:
        name, colon, value = pair.partition(":")
        if not colon:
            raise PressError(
                "Unreadable parameter",
                where="the command line",
                expected="-P name:value",
                got=f"-P {pair}",
                hint="put a colon between name and value",
            )
        parameters[name.strip()] = load_yaml(value, f"-P {pair}")
    return parameters


if __name__ == "__main__":
    sys.exit(main())
