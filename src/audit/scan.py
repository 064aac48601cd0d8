"""All files of a publication: read one by one on some processes, then held against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path, PurePath

import pandas as pd
from loky import get_reusable_executor

from audit import forms
from audit.figures import NAMES, Found
from audit.media import Read, read
from audit.rules import Rules

_LINES = ["onderwerp", "antwoord", "groep", "percentage", "ondergrens", "bovengrens", "respondenten_afgerond"]


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
    figures = _unlike([frame for one in files.values() for frame in one.figures], [*NAMES])
    faults = [fault for one in files.values() for fault in one.faults]
    faults += forms.of_figures(figures, rules)
    lines = pd.DataFrame([line for one in files.values() for line in one.lines])
    data = _unlike([one.labelled for one in files.values() if len(one.labelled)], _LINES)
    faults += forms.of_workbook(lines, data)
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
    """The files of one process; what stands in a file twice, or is of no use to others, is left behind."""
    made = {}
    for path in paths:
        name = path.relative_to(folder).as_posix()
        one = read(name, path.read_bytes(), keys)
        one.figures = [_unlike(one.figures, [*NAMES])] if one.figures else []
        shown = set(_LINES) <= set(one.labelled)
        one.labelled = one.labelled[_LINES].drop_duplicates() if shown else pd.DataFrame()
        made[name] = one
    return made


def _unlike(frames: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=pd.Index([*columns, "file", "place"]), dtype="object")
    return pd.concat(frames, ignore_index=True).fillna("").drop_duplicates(columns, ignore_index=True)
