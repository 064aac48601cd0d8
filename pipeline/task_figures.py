"""From deliveries to publishable figures: harmonise, weight, estimate, compare, publish; then into place together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pytask import Product, PythonNode

from analysis import (
    comparisons,
    consistency,
    design,
    estimation,
    families,
    indicators,
    publishable,
    selectivity,
    weighting,
)
from analysis.groups import read_groups
from analysis.population import read_rules
from analysis.questionnaire import read_questionnaire, read_questionnaires
from analysis.settings import read_settings
from deliveries import columns, corrections, examination, harmonise
from deliveries.passports import deliveries, passport_strata, read_manifest
from deliveries.release import check_mark
from pipeline.folders import CONFIG, FIGURES, PROCESSED, RAW
from pipeline.place import put
from pipeline.record import inputs, record, surroundings
from pipeline.sources import MANIFESTS, delivered_files, delivered_surveys, sources_of

SETTINGS = CONFIG / "monitor.yml"
RELEASE = [path for path in [CONFIG / "release.yml"] if path.exists()]
QUESTIONNAIRES = CONFIG / "questionnaire"
SURVEY = "officeholders"  # the survey that is weighted to a population
QUESTIONNAIRE = QUESTIONNAIRES / f"{SURVEY}.yml"
INDICATORS = CONFIG / "indicators.yml"
DOMAINS = CONFIG / "domains.yml"
PROVINCES = CONFIG / "provinces.csv"
POPULATION = CONFIG / "population.yml"
STRATA = RAW / "population" / "strata.csv"
BREAKS = CONFIG / "breaks.csv"
SURVEYS = delivered_surveys()
EXAMPLES = RAW / "manifest.yml"
NAMES = [
    *(f"1-harmonised-{survey}.parquet" for survey in SURVEYS),
    *("1-harmonised.json", "2-weighted.parquet", "2-weighting.json", "3-estimates.parquet", "3-selectivity.json"),
    *("4-comparisons.parquet", "5-publishable-weighting.json", "6-consistency.json"),
    *(f"5-publishable-{name}.parquet" for name in ("estimates", "comparisons", "response")),
]


def task_harmonise(
    manifests: list[Path] = MANIFESTS,
    delivered: list[Path] = list(delivered_files()),
    questionnaires: list[Path] = sorted(QUESTIONNAIRES.glob("*.yml")),
    variables: Path = CONFIG / "variables.csv",
    answers: Path = CONFIG / "answers.csv",
    corrected: Path = CONFIG / "corrections.yml",
    functions: Path = CONFIG / "functions.csv",
    code: list[Path] = sources_of("deliveries.examination"),
    harmonised: Annotated[list[Path], Product] = [FIGURES / f"1-harmonised-{name}.parquet" for name in SURVEYS],
    counted: Annotated[Path, Product] = FIGURES / "1-harmonised.json",
) -> None:
    decided = examination.Decided(
        read_questionnaires(QUESTIONNAIRES),
        columns.read_variables(variables),
        columns.read_answers(answers),
        corrections.read_corrections(corrected),
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
    harmonised: Path = FIGURES / f"1-harmonised-{SURVEY}.parquet",
    manifests: list[Path] = MANIFESTS,
    strata: Path = STRATA,
    population: Path = POPULATION,
    settings: Path = SETTINGS,
    code: list[Path] = sources_of("analysis.weighting", "deliveries.harmonise", "analysis.settings"),
    weighted: Annotated[Path, Product] = FIGURES / "2-weighted.parquet",
    report: Annotated[Path, Product] = FIGURES / "2-weighting.json",
) -> None:
    bounds = read_settings(settings).calibration
    passports = [passport for _, passport in deliveries(manifests) if passport.survey == SURVEY]
    respondents, told = weighting.weight(
        harmonise.as_text(pd.read_parquet(harmonised)),
        pd.read_csv(strata),
        read_rules(population),
        (bounds.lower, bounds.upper),
        passport_strata(passports),
    )
    respondents.to_parquet(weighted)
    report.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


def task_estimate(
    weighted: Path = FIGURES / "2-weighted.parquet",
    strata: Path = STRATA,
    population: Path = POPULATION,
    questionnaire: Path = QUESTIONNAIRE,
    what: Path = INDICATORS,
    domains: Path = DOMAINS,
    provinces: Path = PROVINCES,
    settings: Path = SETTINGS,
    code: list[Path] = sources_of("analysis.estimation", "analysis.groups", "analysis.settings"),
    estimates: Annotated[Path, Product] = FIGURES / "3-estimates.parquet",
) -> None:
    asked = read_questionnaire(questionnaire)
    codebook = indicators.read_codebook(asked)
    counted = indicators.read_indicators(what, codebook)
    exact = estimation.estimate(
        design.designs(pd.read_parquet(weighted), pd.read_csv(strata), read_rules(population)),
        counted,
        [group.domain for group in read_groups(domains, provinces)],
        codebook,
        read_settings(settings).confidence,
    )
    indicators.of_offered_answers(exact, counted, asked).to_parquet(estimates)


def task_compare(
    estimates: Path = FIGURES / "3-estimates.parquet",
    weighted: Path = FIGURES / "2-weighted.parquet",
    strata: Path = STRATA,
    population: Path = POPULATION,
    questionnaire: Path = QUESTIONNAIRE,
    what: Path = INDICATORS,
    declared: Path = CONFIG / "families.yml",
    breaks: Path = BREAKS,
    settings: Path = SETTINGS,
    code: list[Path] = sources_of("analysis.comparisons", "analysis.families", "analysis.settings"),
    compared: Annotated[Path, Product] = FIGURES / "4-comparisons.parquet",
) -> None:
    asked = read_questionnaire(questionnaire)
    codebook = indicators.read_codebook(asked)
    counted = indicators.read_indicators(what, codebook)
    cuts, waves = families.read_breaks(breaks), read_settings(settings).waves
    comparisons.compare(
        pd.read_parquet(estimates),
        design.designs(pd.read_parquet(weighted), pd.read_csv(strata), read_rules(population)),
        counted,
        families.read_families(declared),
        families.broken_waves(cuts, asked.survey, counted, codebook, waves),
        codebook,
    ).to_parquet(compared)


def task_selectivity(
    weighted: Path = FIGURES / "2-weighted.parquet",
    report: Path = FIGURES / "2-weighting.json",
    estimates: Path = FIGURES / "3-estimates.parquet",
    manifests: list[Path] = MANIFESTS,
    strata: Path = STRATA,
    population: Path = POPULATION,
    questionnaire: Path = QUESTIONNAIRE,
    what: Path = INDICATORS,
    breaks: Path = BREAKS,
    settings: Path = SETTINGS,
    code: list[Path] = sources_of("analysis.selectivity", "analysis.settings", "deliveries.passports"),
    found: Annotated[Path, Product] = FIGURES / "3-selectivity.json",
) -> None:
    asked, rules = read_questionnaire(questionnaire), read_settings(settings)
    codebook = indicators.read_codebook(asked)
    counted = indicators.read_indicators(what, codebook)
    # Response is known of everybody, not of those who are the base of another figure.
    headline = [indicator for indicator in counted if indicator.headline and not indicator.base.indicator]
    exact = pd.read_parquet(estimates).query("domain == 'all'")
    tipping = selectivity.tipping_points(
        exact[exact["indicator"].isin([indicator.id for indicator in headline])],
        families.broken_waves(families.read_breaks(breaks), asked.survey, counted, codebook, rules.waves),
        {int(wave): told["representativity"]["mean"] for wave, told in json.loads(report.read_text("utf-8")).items()},
    )
    women = selectivity.at_other_shares(
        pd.read_parquet(weighted),
        pd.read_csv(strata),
        read_rules(population),
        (rules.calibration.lower, rules.calibration.upper),
        passport_strata([passport for _, passport in deliveries(manifests) if passport.survey == SURVEY]),
        headline,
        codebook,
        rules.women_points,
    )
    found.write_text(json.dumps({"tipping_points": tipping, "women": women}, indent=1), encoding="utf-8")


def task_publishable(
    report: Path = FIGURES / "2-weighting.json",
    estimates: Path = FIGURES / "3-estimates.parquet",
    found: Path = FIGURES / "3-selectivity.json",
    compared: Path = FIGURES / "4-comparisons.parquet",
    manifests: list[Path] = MANIFESTS,
    release: list[Path] = RELEASE,
    functions: Path = CONFIG / "functions.csv",
    settings: Path = SETTINGS,
    code: list[Path] = sources_of("analysis.publishable", "deliveries.release", "analysis.settings"),
    figures: Annotated[Path, Product] = FIGURES / "5-publishable-estimates.parquet",
    verdicts: Annotated[Path, Product] = FIGURES / "5-publishable-comparisons.parquet",
    response: Annotated[Path, Product] = FIGURES / "5-publishable-response.parquet",
    weighting: Annotated[Path, Product] = FIGURES / "5-publishable-weighting.json",
) -> None:
    rules = read_settings(settings)
    used = [passport for _, passport in deliveries(manifests)]
    ours = read_manifest(EXAMPLES) if EXAMPLES.exists() else ()
    check_mark(rules.mark, used, ours, CONFIG / "release.yml")
    exact = pd.read_parquet(estimates)
    published = publishable.publish_estimates(exact, rules)
    published.to_parquet(figures)
    publishable.publish_comparisons(pd.read_parquet(compared), published).to_parquet(verdicts)
    asked = passport_strata([passport for passport in used if passport.survey == SURVEY])
    took_part = publishable.publish_response(asked, pd.read_csv(functions, dtype=str), rules)
    took_part.to_parquet(response)
    reports, selective = (json.loads(path.read_text("utf-8")) for path in (report, found))
    told = publishable.publish_weighting(reports, selective, published, took_part)
    weighting.write_text(json.dumps(told, indent=1), encoding="utf-8")


def task_check(
    weighted: Path = FIGURES / "2-weighted.parquet",
    manifests: list[Path] = MANIFESTS,
    strata: Path = STRATA,
    population: Path = POPULATION,
    questionnaire: Path = QUESTIONNAIRE,
    what: Path = INDICATORS,
    domains: Path = DOMAINS,
    made: list[Path] = [FIGURES / name for name in NAMES if name[0] in "345" and name.endswith(".parquet")],
    code: list[Path] = sources_of("analysis.consistency", "deliveries.passports"),
    checked: Annotated[Path, Product] = FIGURES / "6-consistency.json",
) -> None:
    questions = read_questionnaire(questionnaire)
    passports = [passport for _, passport in deliveries(manifests) if passport.survey == questions.survey]
    figures = [pd.read_parquet(path) for path in made]
    stages = consistency.Stages(
        respondents=pd.read_parquet(weighted),
        questionnaire=questions,
        strata=pd.read_csv(strata),
        rules=read_rules(population),
        passport=passport_strata(passports),
        indicators=indicators.read_indicators(what, indicators.read_codebook(questions)),
        partitions=consistency.read_partitions(domains),
        **dict(zip(("estimates", "comparisons", "published", "verdicts"), figures, strict=False)),
    )
    checked.write_text(json.dumps(consistency.check(stages), indent=1), encoding="utf-8")


def task_keep(
    made: list[Path] = [FIGURES / name for name in NAMES],
    code: list[Path] = sources_of("pipeline.place"),
    kept: Annotated[list[Path], Product] = [PROCESSED / name for name in NAMES],
) -> None:
    for source, target in zip(made, kept, strict=True):
        put(source, target)


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
