"""From deliveries to publishable figures: harmonise, weight, estimate, compare, publish; then into place together.

Tasks import what they call: who only looks whether there is something to do need not load it.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pytask import Product, PythonNode

from analysis.groups import read_groups
from analysis.questionnaire import COUNTED, read_questionnaires
from analysis.settings import read_settings
from analysis.survey import Survey
from deliveries.passports import deliveries, passport_strata, read_manifest
from deliveries.release import check_mark
from pipeline.folders import CONFIG, FIGURES, PROCESSED, PUBLISHED, RAW, ROOT
from pipeline.place import put
from pipeline.record import inputs, record, surroundings
from pipeline.sources import CORRECTIONS, MANIFESTS, delivered_files, delivered_surveys, sources_of
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

BREAKS = CONFIG / "breaks.csv"
SURVEYS = delivered_surveys()
EXAMPLES = RAW / "manifest.yml"
WEIGHTED = [FIGURES / f"2-weighted-{survey.name}.parquet" for survey in weighted_surveys()]
NAMES = [
    *(f"1-harmonised-{survey}.parquet" for survey in SURVEYS),
    *(f"2-cells-{survey.name}.parquet" for survey in weighted_surveys()),
    *("1-harmonised.json", *(path.name for path in WEIGHTED), "2-weighting.json"),
    *("3-estimates.parquet", "3-selectivity.json", "4-comparisons.parquet", "5-publishable-weighting.json"),
    *("6-consistency.json", "6-promises.json"),
    *(f"5-publishable-{name}.parquet" for name in ("estimates", "comparisons", "response")),
    *("4-trends.parquet", "5-publishable-trends.parquet", "4-pooled.parquet", "5-publishable-pooled.parquet"),
]


def task_harmonise(
    manifests: list[Path] = MANIFESTS,
    delivered: list[Path] = list(delivered_files()),
    questionnaires: list[Path] = QUESTIONNAIRES,
    variables: Path = CONFIG / "variables.csv",
    answers: Path = CONFIG / "answers.csv",
    corrected: list[Path] = CORRECTIONS,
    functions: Path = CONFIG / "functions.csv",
    code: list[Path] = sources_of("deliveries.examination"),
    harmonised: Annotated[list[Path], Product] = [FIGURES / f"1-harmonised-{name}.parquet" for name in SURVEYS],
    counted: Annotated[Path, Product] = FIGURES / "1-harmonised.json",
) -> None:
    from deliveries import columns, corrections, examination, harmonise

    decided = examination.Decided(
        read_questionnaires(questionnaires[0].parent),
        columns.read_variables(variables),
        columns.read_answers(answers),
        *map(corrections.read_corrections, corrected),
    )
    read = [
        (passport, examination.read_answers_of(folder, passport, decided)) for folder, passport in deliveries(manifests)
    ]
    for survey, target in zip(SURVEYS, harmonised, strict=True):
        frame = harmonise.together([answers for passport, answers in read if passport.survey == survey])
        grouped = harmonise.add_groups(frame, pd.read_csv(functions, dtype=str)) if "function" in frame else frame
        grouped.to_parquet(target)
    told = [harmonise.count(passport, answers) for passport, answers in read]
    counted.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


def task_weight(
    harmonised: list[Path] = [FIGURES / f"1-harmonised-{survey.name}.parquet" for survey in weighted_surveys()],
    manifests: list[Path] = MANIFESTS,
    decided: list[Path] = [*RULES, *STRATA, *QUESTIONNAIRES],
    settings: Path = SETTINGS,
    code: list[Path] = sources_of(
        "analysis.weighting", "analysis.informants", "deliveries.harmonise", "pipeline.surveys"
    ),
    weighted: Annotated[list[Path], Product] = WEIGHTED,
    report: Annotated[Path, Product] = FIGURES / "2-weighting.json",
) -> None:
    from analysis import informants, weighting
    from deliveries import harmonise

    bounds = read_settings(settings).calibration
    told = {}
    for survey, rows, target in zip(weighted_surveys(), harmonised, weighted, strict=True):
        passports = [passport for _, passport in deliveries(manifests) if passport.survey == survey.name]
        answers = harmonise.as_text(pd.read_parquet(rows))
        respondents, told[survey.name] = weighting.weight(
            informants.one_per_unit(answers, survey.questionnaire),
            survey.strata,
            survey.rules,
            (bounds.lower, bounds.upper),
            passport_strata(passports),
        )
        respondents.to_parquet(target)
    report.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


def task_estimate(
    weighted: list[Path] = WEIGHTED,
    decided: list[Path] = [*RULES, *STRATA, *QUESTIONNAIRES, INDICATORS],
    planned: Path = DOMAINS,
    provinces: Path = PROVINCES,
    settings: Path = SETTINGS,
    code: list[Path] = sources_of("analysis.estimation", "analysis.groups", "analysis.settings", "pipeline.surveys"),
    estimates: Annotated[Path, Product] = FIGURES / "3-estimates.parquet",
) -> None:
    from analysis import domains, estimation, indicators

    confidence, made = read_settings(settings).confidence, []
    for survey, rows in zip(weighted_surveys(), weighted, strict=True):
        groups = [group.domain for group in read_groups(planned, provinces, survey.name)]
        exact = estimation.estimate(survey.designs(rows), survey.indicators, groups, survey.codebook, confidence)
        offered = indicators.of_offered_answers(exact, survey.indicators, survey.questionnaire)
        made.append(domains.of_offered_groups(offered, survey.questionnaire))
    pd.concat(made, ignore_index=True).to_parquet(estimates)


def task_compare(
    estimates: Path = FIGURES / "3-estimates.parquet",
    weighted: list[Path] = WEIGHTED,
    decided: list[Path] = [*RULES, *STRATA, *QUESTIONNAIRES, INDICATORS],
    declared: Path = CONFIG / "families.yml",
    breaks: Path = BREAKS,
    sheets: list[Path] = [TARGET_GROUPS, PROVINCES],
    settings: Path = SETTINGS,
    code: list[Path] = sources_of(
        *("analysis.comparisons", "analysis.trend", "analysis.pooling", "analysis.families", "analysis.settings"),
        "pipeline.surveys",
    ),
    compared: Annotated[Path, Product] = FIGURES / "4-comparisons.parquet",
    lines: Annotated[Path, Product] = FIGURES / "4-trends.parquet",
    together: Annotated[Path, Product] = FIGURES / "4-pooled.parquet",
) -> None:
    from analysis import comparisons, families, indicators, pooling, trend

    cuts, rules = families.read_breaks(breaks), read_settings(settings)
    exact, declares = pd.read_parquet(estimates), families.read_families(declared)
    groups, provinces = (pd.read_csv(path, dtype=str) for path in sheets)
    of_provinces = [*("province=" + provinces["province"])]
    made, drawn, pooled = [], [], []
    for survey, rows in zip(weighted_surveys(), weighted, strict=True):
        broken = families.broken_waves(cuts, survey.name, survey.indicators, survey.codebook, rules.waves)
        mine, designs = exact[exact["survey"] == survey.name], survey.designs(rows)
        each = indicators.each_by_itself(mine, survey.indicators)
        made.append(comparisons.compare(each, designs, survey.indicators, declares, broken, survey.codebook))
        drawn.append(trend.trends(each, designs, survey.indicators, declares, broken, survey.codebook))
        of_sheets = [*groups.loc[groups["survey"] == survey.name, "domain"], *of_provinces]
        told = (survey.indicators, of_sheets, declares.persons, broken, survey.codebook, rules)
        pooled.append(pooling.pool(each, designs, *told))
    pd.concat(made, ignore_index=True).to_parquet(compared)
    pd.concat([rows for rows in pooled if len(rows)] or pooled[:1], ignore_index=True).to_parquet(together)
    pd.concat([rows for rows in drawn if len(rows)] or drawn[:1], ignore_index=True).to_parquet(lines)


def task_selectivity(
    weighted: list[Path] = WEIGHTED,
    report: Path = FIGURES / "2-weighting.json",
    estimates: Path = FIGURES / "3-estimates.parquet",
    manifests: list[Path] = MANIFESTS,
    decided: list[Path] = [*RULES, *STRATA, *QUESTIONNAIRES, INDICATORS],
    breaks: Path = BREAKS,
    settings: Path = SETTINGS,
    code: list[Path] = sources_of(
        "analysis.selectivity", "analysis.settings", "deliveries.passports", "pipeline.surveys"
    ),
    found: Annotated[Path, Product] = FIGURES / "3-selectivity.json",
) -> None:
    from analysis import families, selectivity

    survey, rules = Survey(COUNTED, ROOT), read_settings(settings)
    rows = next(path for path in weighted if path.stem.endswith(COUNTED))
    # Response is known of everybody, not of those who are the base of another figure.
    headline = [indicator for indicator in survey.indicators if indicator.headline and not indicator.base.indicator]
    exact = pd.read_parquet(estimates, filters=[("survey", "==", COUNTED)]).query("domain == 'all'")
    cuts = families.read_breaks(breaks)
    reports = json.loads(report.read_text("utf-8"))[COUNTED]
    tipping = selectivity.tipping_points(
        exact[exact["indicator"].isin([indicator.id for indicator in headline])],
        families.broken_waves(cuts, COUNTED, survey.indicators, survey.codebook, rules.waves),
        {int(wave): told["representativity"]["mean"] for wave, told in reports.items()},
    )
    women = selectivity.at_other_shares(
        pd.read_parquet(rows),
        survey.strata,
        survey.rules,
        (rules.calibration.lower, rules.calibration.upper),
        passport_strata([passport for _, passport in deliveries(manifests) if passport.survey == COUNTED]),
        headline,
        survey.codebook,
        rules.women_points,
    )
    # Of several questions, only the forms of aggression are put to everybody; the rest follow from those.
    ruled = [indicator for indicator in headline if indicator.base.all and indicator.allow_missing]
    missing = selectivity.at_other_rules(survey.designs(rows), ruled, survey.codebook)
    told = {"tipping_points": tipping, "women": women, "missing": missing}
    found.write_text(json.dumps(told, indent=1), encoding="utf-8")


def task_publishable(
    report: Path = FIGURES / "2-weighting.json",
    estimates: Path = FIGURES / "3-estimates.parquet",
    found: Path = FIGURES / "3-selectivity.json",
    compared: Path = FIGURES / "4-comparisons.parquet",
    drawn: Path = FIGURES / "4-trends.parquet",
    together: Path = FIGURES / "4-pooled.parquet",
    protected: list[Path] = list(levels().values()),
    manifests: list[Path] = MANIFESTS,
    decided: list[Path] = [INDICATORS, *QUESTIONNAIRES],
    functions: Path = CONFIG / "functions.csv",
    planned: Path = DOMAINS,
    provinces: Path = PROVINCES,
    settings: list[Path] = [SETTINGS, *RELEASE],
    code: list[Path] = sources_of(
        "analysis.publishable", "deliveries.release", "analysis.settings", "pipeline.surveys"
    ),
    figures: Annotated[Path, Product] = FIGURES / "5-publishable-estimates.parquet",
    verdicts: Annotated[Path, Product] = FIGURES / "5-publishable-comparisons.parquet",
    response: Annotated[Path, Product] = FIGURES / "5-publishable-response.parquet",
    weighting: Annotated[Path, Product] = FIGURES / "5-publishable-weighting.json",
    lines: Annotated[Path, Product] = FIGURES / "5-publishable-trends.parquet",
    pooled: Annotated[Path, Product] = FIGURES / "5-publishable-pooled.parquet",
) -> None:
    from analysis import publishable

    rules = read_settings(settings[0])
    used = [passport for _, passport in deliveries(manifests)]
    ours = read_manifest(EXAMPLES) if EXAMPLES.exists() else ()
    check_mark(rules.mark, used, ours, CONFIG / "release.yml")
    exact = pd.read_parquet(estimates)
    panels = {(passport.survey, passport.wave) for passport in used if passport.design == "panel"}
    of_surveys = {survey.name: survey.indicators for survey in weighted_surveys()}
    published = publishable.publish_estimates(exact, rules, panels)
    published, exact = publishable.show_together(published, exact, of_surveys)
    withheld = pd.concat([pd.read_parquet(path) for path in protected]).set_index("id")["level"]
    published = publishable.withhold(published, withheld.reindex(published["id"]).to_numpy(), exact, rules)
    published.to_parquet(figures)
    publishable.publish_comparisons(pd.read_parquet(compared), published).to_parquet(verdicts)
    publishable.publish_trends(pd.read_parquet(drawn), published).to_parquet(lines)
    publishable.publish_pooled(pd.read_parquet(together), published, rules, panels).to_parquet(pooled)
    tables = []
    for survey in weighted_surveys():
        asked = passport_strata([passport for passport in used if passport.survey == survey.name])
        groups = [group.domain for group in read_groups(planned, provinces, survey.name)]
        tables.append(publishable.publish_response(asked, pd.read_csv(functions, dtype=str), groups, rules))
    took_part = pd.concat(tables, ignore_index=True)
    took_part.to_parquet(response)
    reports, selective = (json.loads(path.read_text("utf-8")) for path in (report, found))
    counted = [frame[frame["survey"] == COUNTED] for frame in (published, took_part)]
    told = publishable.publish_weighting(reports[COUNTED], selective, *counted)
    weighting.write_text(json.dumps(told, indent=1), encoding="utf-8")


def task_check(
    weighted: list[Path] = WEIGHTED,
    manifests: list[Path] = MANIFESTS,
    decided: list[Path] = [*RULES, *STRATA, *QUESTIONNAIRES, INDICATORS],
    planned: Path = DOMAINS,
    made: list[Path] = [FIGURES / name for name in NAMES if name[0] in "345" and name.endswith(".parquet")],
    code: list[Path] = sources_of("analysis.consistency", "deliveries.passports", "pipeline.surveys"),
    checked: Annotated[Path, Product] = FIGURES / "6-consistency.json",
) -> None:
    from analysis import consistency

    held: Counter[str] = Counter()
    figures = [pd.read_parquet(path) for path in made]
    for survey, rows in zip(weighted_surveys(), weighted, strict=True):
        passports = [passport for _, passport in deliveries(manifests) if passport.survey == survey.name]
        mine = [frame[frame["survey"] == survey.name].reset_index(drop=True) for frame in figures]
        stages = consistency.Stages(
            respondents=pd.read_parquet(rows),
            questionnaire=survey.questionnaire,
            strata=survey.strata,
            rules=survey.rules,
            passport=passport_strata(passports),
            indicators=survey.indicators,
            partitions=consistency.read_partitions(planned, survey.name),
            **dict(zip(("estimates", "comparisons", "published", "verdicts"), mine, strict=False)),
        )
        held.update(consistency.check(stages))
    checked.write_text(json.dumps(held, indent=1), encoding="utf-8")


def task_promise(
    made: list[Path] = [FIGURES / f"5-publishable-{name}.parquet" for name in ("estimates", "comparisons", "pooled")],
    explained: list[Path] = [CONFIG / "errata.yml", *sorted(PUBLISHED.glob("[0-9]*/*"))],
    code: list[Path] = sources_of("presentation.promise"),
    checked: Annotated[Path, Product] = FIGURES / "6-promises.json",
) -> None:
    """Stop before a figure that differs from what a released edition printed is kept, and any document made of it."""
    from presentation import promise

    errata, released = promise.read_errata(explained[0]), explained[1:]
    editions = {
        int(folder.name): promise.read_released(folder) for folder in sorted({path.parent for path in released})
    }
    promise.check_errata(errata, {edition: passport for edition, (passport, _) in editions.items()})
    estimates, comparisons, pooled = (pd.read_parquet(path) for path in made)
    estimates = pd.concat([estimates, pooled], ignore_index=True)
    for edition, (passport, before) in editions.items():
        differing = promise.differences(before, promise.promised(estimates, comparisons, edition))
        promise.explain(differing, promise.unsettled(errata, edition, passport), edition)
    checked.write_text(json.dumps({edition: len(before) for edition, (_, before) in editions.items()}), "utf-8")


def task_keep(
    made: list[Path] = [FIGURES / name for name in NAMES],
    code: list[Path] = sources_of("pipeline.place"),
    kept: Annotated[list[Path], Product] = [PROCESSED / name for name in NAMES],
) -> None:
    put(made, PROCESSED)


def task_record(
    rests_on: list[Path] = inputs(),
    manifests: list[Path] = MANIFESTS,
    kept: list[Path] = [PROCESSED / name for name in NAMES],
    around: Any = PythonNode(value=surroundings(), hash=True),
    code: list[Path] = sources_of("pipeline.record", "deliveries.passports"),
    recorded: Annotated[Path, Product] = PROCESSED / "build.json",
) -> None:
    passports = [passport for _, passport in deliveries(manifests)]
    recorded.write_text(record(rests_on, passports, kept, around), encoding="utf-8")
