"""All files of a publication: read one by one on some processes, then held against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path, PurePath

import pandas as pd
from loky import get_reusable_executor

from audit import forms
from audit.claims import contradictions
from audit.figures import NAMES, Found, mentions, told, unlike
from audit.media import LINES, Read, read
from audit.rules import Rules


def read_all(
    folder: Path, keys: Collection[str], *, workers: int = 2, tell: Callable[[str], None] = lambda _: None
) -> dict[str, Read]:
    """Every file below a folder by its name there, the largest first so that no process waits long for another."""
    paths = sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: -path.stat().st_size)
    work = partial(_read, folder, frozenset(keys))
    parts = [paths[at::16] for at in range(16)]
    done = get_reusable_executor(max_workers=workers).map(work, parts) if workers > 1 else map(work, parts)
    made: dict[str, Read] = {}
    for part in done:
        made |= part
        tell(f"read {len(made)} of {len(paths)} files")
    return dict(sorted(made.items()))


def hold(files: Mapping[str, Read], rules: Rules) -> tuple[pd.DataFrame, list[Found]]:
    """All figures found, each wording once, and the faults of form of all files together."""
    figures = told(unlike([mentions([]), *(each for one in files.values() for each in one.figures)], NAMES))
    faults = [fault for one in files.values() for fault in one.faults]
    faults += [*forms.of_figures(figures, rules), *contradictions(figures)]
    lines = [line for one in files.values() for line in one.lines]
    data = [one.labelled for one in files.values() if one.labelled]
    faults += forms.of_workbook(lines, told(unlike(data, LINES))) if data else []
    for name, one in files.items():
        page = files.get(str(PurePath(name).with_suffix(".html")))
        if name.endswith(".pdf") and page:
            strange = sorted(one.percents - page.percents)
            faults += [Found("percentage of a PDF that its page does not have", name, "", each) for each in strange]
    return figures, faults


def kinds(files: Collection[str]) -> dict[str, int]:
    """How many files of each kind, the most first."""
    return dict(Counter(PurePath(file).suffix.lstrip(".") for file in files).most_common())


def _read(folder: Path, keys: Collection[str], paths: Sequence[Path]) -> dict[str, Read]:
    """The files of one process."""
    return {
        name: read(name, path.read_bytes(), keys) for path in paths for name in [path.relative_to(folder).as_posix()]
    }
