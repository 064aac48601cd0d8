"""From data files to the attack on them: nothing becomes a page before it is known what they give away."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pytask
from pytask import Product

from analysis.errors import MonitorError
from audit.rules import PERSONS
from pipeline.folders import BUILD, CONFIG, PROCESSED
from pipeline.sources import reusable_files, shared, sources_of
from pipeline.surveys import levels
from pipeline.task_protection import STRICTER, drawn, stricter

ATTACK = PROCESSED / "7-attack.json"
ATTACKED = sorted(of for of in levels() if of[0] in PERSONS)
PARTS, SOLVED = (
    {of: BUILD / "attack" / f"{kind}-{of[0]}-{of[1]}.pickle" for of in ATTACKED} for kind in ("part", "solved")
)
CELLS = {survey: PROCESSED / f"2-cells-{survey}.parquet" for survey in PERSONS}
FACED = {survey: BUILD / "attack" / f"faced-{survey}.pickle" for survey in PERSONS}
SECONDS = 600.0  # for integer programs, in all


for _survey in PERSONS:

    @pytask.task(id=_survey)
    def task_claims(
        files: list[Path] = [paths["parquet"] for paths in reusable_files().values()],
        cells: Path = CELLS[_survey],
        config: Path = shared("config"),
        code: list[Path] = sources_of("audit.attack", "audit.scan"),
        parts: Annotated[dict[int, Path], Product] = {wave: PARTS[of, wave] for of, wave in PARTS if of == _survey},
        faced: Annotated[Path, Product] = FACED[_survey],
    ) -> None:
        """What the data files with all figures say, of each wave of a survey; every page and PDF says the same."""
        import pandas as pd

        from audit.attack import prepare
        from audit.media import read
        from audit.rules import read_rules
        from audit.scan import hold

        rules = read_rules(CONFIG)
        figures, faults = hold({path.name: read(path.name, path.read_bytes()) for path in files}, rules)
        attack = prepare(figures, [pd.read_parquet(cells)], rules)
        for part in attack.parts:
            parts[part.wave.wave].write_bytes(pickle.dumps(part))
        faced.write_bytes(pickle.dumps(replace(attack, parts=(), faults=[*faults, *attack.faults])))


for of in PARTS:

    @pytask.mark.try_first
    @pytask.task(id="-".join(map(str, of)))
    def task_solve(
        part: Path = PARTS[of],
        code: list[Path] = sources_of("audit.attack"),
        solved: Annotated[Path, Product] = SOLVED[of],
    ) -> None:
        from audit.attack import solve_part

        asked = pickle.loads(part.read_bytes())
        solved.write_bytes(pickle.dumps((asked.digest(), solve_part(asked, SECONDS / len(PARTS)))))


def task_attack(
    faced: list[Path] = list(FACED.values()),
    solved: list[Path] = list(SOLVED.values()),
    code: list[Path] = sources_of("audit.report", "analysis.errors"),
    told: Annotated[Path, Product] = ATTACK,
) -> None:
    """What came of it, for the page on protection.

    Raises MonitorError where the data files tell too much, and notes what must be withheld more strictly: the build
    begins again with that.
    """
    from audit.attack import joined
    from audit.report import line, numbers, passes

    attacks, done = ([pickle.loads(path.read_bytes()) for path in paths] for paths in (faced, solved))
    outcome = joined(attacks).outcome(found for _, found in done)
    if not passes(outcome.faults, outcome):
        for of, (_, found) in zip(SOLVED, done, strict=True):
            _be_stricter(of, {verdict.figure for verdict in found.verdicts if not verdict.passed})
        wrong = [*map(str, outcome.faults), *map(line, outcome.failures)]
        raise MonitorError(
            "Figures that give people away",
            where="the data files with all figures",
            expected="of every small group enough counts that remain possible",
            got=f"{len(wrong)} that do not, such as {wrong[0]}",
            hint="nothing is published; raise `integers` of `protection` in config/monitor.yml by one",
        )
    told.write_text(json.dumps(numbers(outcome), indent=1), encoding="utf-8")


def _be_stricter(of: tuple[str, int], figures: set[str]) -> None:
    """Note that of these questions one count more must stay possible in this survey and wave."""
    from audit.figures import ID

    *_, rests = drawn(*of)
    more = stricter(STRICTER[of], rests)
    for name in (ID.fullmatch(f"{figure}|all") for figure in figures):
        if name:
            key = name["indicator"], name["answer"] or ""
            more[key] = more.get(key, 0) + 1
    if figures:
        told = [[*key, count] for key, count in sorted(more.items())]
        STRICTER[of].write_text(json.dumps({rests: told}), encoding="utf-8")
