"""From figures to what must not be shown of them: cells of respondents, rounding, and withholding beside small groups.

Tasks import what they call: who only looks whether there is something to do need not load it.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import pandas as pd
import pytask
from pytask import Product

from analysis.declared import read_yaml
from analysis.settings import read_settings
from analysis.survey import Survey
from pipeline.folders import BUILD, CONFIG, FIGURES, PROCESSED, ROOT
from pipeline.sources import publications, sources_of
from pipeline.surveys import (
    DOMAINS,
    INDICATORS,
    PROVINCES,
    QUESTIONNAIRES,
    RELEASE,
    RULES,
    SETTINGS,
    STRATA,
    TARGET_GROUPS,
    levels,
    weighted_surveys,
)

PROTECTION = PROCESSED / "6-protection.json"
PUBLISHABLE = [PROCESSED / f"5-publishable-{name}.parquet" for name in ("estimates", "pooled")]
ROUNDED = FIGURES / "5-rounded.parquet"
LARGEST = "officeholders"
STRICTER = {of: BUILD / "attack" / f"stricter-{of[0]}-{of[1]}.json" for of in levels()}


def drawn(survey: str, wave: int) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """The rounded figures and the cells of a survey and wave, and a sum of both."""
    mine = [("survey", "==", survey), ("wave", "==", wave)]
    read = [pd.read_parquet(path, filters=mine) for path in (ROUNDED, FIGURES / f"2-cells-{survey}.parquet")]
    return read[0], read[1], sha256("".join(frame.to_csv() for frame in read).encode()).hexdigest()


def stricter(path: Path, rests_on: str) -> dict[tuple[str, str], int]:
    """How many counts more must stay possible of questions of which an attack on these figures found too few."""
    noted = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {(name, answer): more for name, answer, more in noted.get(rests_on, [])}


for _survey in weighted_surveys():

    @pytask.task(id=_survey.name)
    def task_cells(
        survey: str = _survey.name,
        weighted: Path = FIGURES / f"2-weighted-{_survey.name}.parquet",
        decided: list[Path] = [*RULES, *STRATA, *QUESTIONNAIRES, INDICATORS],
        planned: Path = DOMAINS,
        code: list[Path] = sources_of("analysis.cells", "pipeline.surveys"),
        made: Annotated[Path, Product] = FIGURES / f"2-cells-{_survey.name}.parquet",
    ) -> None:
        from analysis import cells, indicators

        asked = Survey(survey, ROOT)
        variables = read_yaml(planned)["cuts"][survey]
        counted = cells.cells(asked.designs(weighted), asked.indicators, asked.codebook, variables)
        indicators.of_offered_answers(counted, asked.indicators, asked.questionnaire).to_parquet(made)


def task_round(
    estimates: Path = FIGURES / "3-estimates.parquet",
    compared: Path = FIGURES / "4-comparisons.parquet",
    together: Path = FIGURES / "4-pooled.parquet",
    decided: list[Path] = [SETTINGS, TARGET_GROUPS, PROVINCES, INDICATORS, *QUESTIONNAIRES],
    code: list[Path] = sources_of("analysis.publishable", "analysis.protection", "pipeline.surveys"),
    made: Annotated[Path, Product] = ROUNDED,
) -> None:
    """Figures by the rules for each alone, and what all of them together tell of the shares behind them."""
    from analysis import knowledge, protection, publishable

    rules, exact = read_settings(SETTINGS), pd.read_parquet(estimates)
    counted = {survey.name: survey.indicators for survey in weighted_surveys()}
    published, exact = publishable.show_together(publishable.publish_estimates(exact, rules), exact, counted)
    verdicts = publishable.publish_comparisons(pd.read_parquet(compared), published)
    pooled = publishable.publish_pooled(pd.read_parquet(together), published, rules)
    shares = knowledge.ranges(published, exact, verdicts, pooled)
    groups, provinces = (pd.read_csv(path, dtype=str) for path in (TARGET_GROUPS, PROVINCES))
    sheets = {*groups["domain"], *("province=" + provinces["province"])}
    headlines = {one.id for of_survey in counted.values() for one in of_survey if one.headline}
    weighed = protection.weighed(published, exact, shares, headlines, sheets, rules)
    knowledge.beside(weighed, verdicts).to_parquet(made)


for _of, _path in levels().items():

    @(pytask.mark.try_first if _of[0] == LARGEST else pytask.mark.try_last)  # the small ones fill up at the end
    @pytask.task(id="-".join(map(str, _of)))
    def task_protect(
        survey: str = _of[0],
        wave: int = _of[1],
        rests_on: list[Path] = [ROUNDED, FIGURES / f"2-cells-{_of[0]}.parquet", INDICATORS, *QUESTIONNAIRES],
        attacked: list[Path] = [SETTINGS, *(path for path in [STRICTER[_of]] if path.exists())],
        code: list[Path] = sources_of("analysis.protection", "pipeline.surveys"),
        made: Annotated[Path, Product] = _path,
    ) -> None:
        from analysis import protection

        figures, counted, rests = drawn(survey, wave)
        more = stricter(STRICTER[survey, wave], rests)
        found = protection.protect(figures, counted, Survey(survey, ROOT).indicators, read_settings(SETTINGS), more)
        figures[["id"]].assign(level=found).to_parquet(made)


def task_protection(
    rounded: Path = ROUNDED,
    together: Path = FIGURES / "4-pooled.parquet",
    kept: list[Path] = PUBLISHABLE,
    decided: list[Path] = [
        CONFIG / "publications.csv",
        *RELEASE,
        INDICATORS,
        TARGET_GROUPS,
        DOMAINS,
        PROVINCES,
        *QUESTIONNAIRES,
    ],
    settings: Path = SETTINGS,
    code: list[Path] = sources_of("opendata.withheld", "analysis.publishable", "pipeline.sources"),
    told: Annotated[Path, Product] = PROTECTION,
) -> None:
    """How many planned figures of every wave and product are shown, and why the others are not; totals only."""
    from analysis import publishable
    from opendata import withheld

    published = pd.concat([pd.read_parquet(path) for path in kept])
    rules = read_settings(settings)
    by_itself = pd.read_parquet(rounded, columns=["id", "sign"])
    pooled = publishable.publish_estimates(pd.read_parquet(together), rules)
    waves = pd.read_parquet(together, columns=["waves"])["waves"].to_numpy()
    pooled["id"] = publishable.figure_id(pooled.assign(wave=waves))
    signs = pd.concat([by_itself, pooled]).set_index("id")["sign"]
    made = withheld.told(withheld.outcomes(published, signs), published, publications(), ROOT)
    told.write_text(json.dumps(made, indent=1), encoding="utf-8")
