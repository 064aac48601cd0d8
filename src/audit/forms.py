"""How a published number may look: whole percents, rounded respondents, planned groups; each rule for itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

import pandas as pd

from audit.figures import Found, parts
from audit.rules import PERSONS, Rules

_WHOLE = ("percent", "low", "high", "whole_difference", "whole_low", "whole_high")
_WHOLE += ("before_difference", "before_low", "before_high")
_FINE_PERCENT = re.compile(r"\d+[.,]\d+ ?(?:%|procentpunt)")
_FINE_NUMBER = re.compile(r"(?<![\d.,])\d+(?:,\d{3,}|\.\d{4,})(?![\d.])")
_TELLING = re.compile(
    r"(?:.*_)?(?:standaardfout|std_?err(?:or)?|standard_?error|se|variantie|variance|df|vrijheidsgraden|deff|design_?effect"
    r"|n_?eff(?:ective)?|effectie[fv]e?_n|gewicht(?:en)?|weights?|yes|ja|aantal_ja|persons?|personen|respondent|stratum"
    r"|p_?value|p_?waarde)",
    re.IGNORECASE,
)
_PATH = re.compile(r"(?:/(?:home|root|tmp|Users|var|opt|mnt)/[\w.-]+|\b[A-Z]:\\\w+)")


def of_columns(file: str, names: Iterable[str]) -> Iterator[Found]:
    """Columns and keys that look like exact statistics, or like rows of respondents."""
    for name in names:
        if _TELLING.fullmatch(str(name)):
            yield Found(
                "column of exact statistics or respondents", file, str(name), "a name of none that is published"
            )


def of_figures(figures: pd.DataFrame, rules: Rules) -> Iterator[Found]:
    """Figures that are finer than allowed, of a group that is not planned or too small, or that should be bracketed."""
    for name in _WHOLE:
        wrong = figures[~figures[name].str.fullmatch(r"-?\d*(?:\.0)?")]
        yield from _each(wrong, name, "percentage or bound that is not whole")
    fine = figures[figures["text"].str.contains(_FINE_PERCENT) | figures["text"].str.contains(r"[.,]\d{2}")]
    yield from _each(fine, "text", "figure in words that is finer than allowed")
    named = figures.merge(parts(figures), on="id", suffixes=("_of_column", ""))
    of_persons = named[named["survey"].isin(PERSONS)]
    yield from _each(of_persons[of_persons["count"] != ""], "count", "exact count of persons")
    n = pd.to_numeric(of_persons["n"].str.replace(".0", "", regex=False), errors="coerce")
    step = n.gt(rules.large).map({True: rules.step_large, False: rules.step})
    yield from _each(of_persons[n.notna() & (n % step != 0)], "n", "number of respondents that is not rounded")
    shown = of_persons["percent"] != ""
    yield from _each(of_persons[shown & (n < rules.shown)], "n", "figure of a group below the number to show one")
    likely = pd.to_numeric(of_persons["percent"], errors="coerce")
    fewest = pd.concat([likely + 0.5, 100.5 - likely], axis=1).min(axis=1) / 100 * (n + step / 2)
    yield from _each(of_persons[shown & (fewest < 1)], "percent", "percentage of so few that it must be bracketed")
    for survey, mine in named.groupby("survey"):
        known = rules.planned(str(survey))
        if known:
            yield from _each(mine[~mine["group"].isin(known)], "group", "figure of a group that is not planned")


def _each(rows: pd.DataFrame, column: str, what: str) -> Iterator[Found]:
    for row in rows.drop_duplicates(["id", column]).to_dict("records"):
        yield Found(what, row["file"], f"{row['id']}, {row['place']}", str(row[column]))


def of_words(file: str, place: str, text: str) -> Iterator[Found]:
    """Prose, labels, alternatives and metadata: percentages with decimals, numbers finer than any that is published."""
    for pattern, what in (
        (_FINE_PERCENT, "percentage with decimals"),
        (_FINE_NUMBER, "number that is finer than allowed"),
    ):
        for match in pattern.finditer(text):
            yield Found(what, file, place, text[max(match.start() - 30, 0) : match.end() + 10])


def of_workbook(rows: pd.DataFrame, data: pd.DataFrame) -> Iterator[Found]:
    """Lines of a workbook that say otherwise than the lines of data files with the same subject, answer and group."""
    names = ["onderwerp", "antwoord", "groep"]
    said = ["percentage", "ondergrens", "bovengrens", "respondenten_afgerond"]
    if rows.empty or data.empty:
        return
    right = set(data[[*names, *said]].itertuples(index=False, name=None))
    known = {line[:3] for line in right}
    for row in rows.to_dict("records"):
        line = tuple(row[name] for name in (*names, *said))
        if line[:3] in known and line not in right:
            yield Found("line of a workbook that differs from the data files", row["file"], row["place"], str(line))


def of_secrets(file: str, text: str, keys: Collection[str]) -> Iterator[Found]:
    """Paths of a machine, and keys of respondents or strata of the sample (`keys`), anywhere in a file's text."""
    for match in _PATH.finditer(text):
        yield Found("path of a machine", file, "", match[0])
    for key in sorted(set(re.findall(r"\b[A-Z]+\d+\b", text)) & set(keys)):
        yield Found("key of a respondent", file, "", key)
    for key in (key for key in keys if "/" in key and key in text):
        yield Found("stratum of the sample", file, "", key)


def of_versions(now: pd.DataFrame, earlier: pd.DataFrame, explained: Collection[str]) -> Iterator[Found]:
    """Figures that an earlier version of the edition gave otherwise: the difference tells of the few who changed."""
    for name in ("percent", "low", "high", "n", "sign"):
        old, new = (
            frame[frame["percent"].ne("") | frame["sign"].ne("")].drop_duplicates("id").set_index("id")[name]
            for frame in (earlier, now)
        )
        both = pd.concat([old, new], axis=1, keys=["old", "new"], join="inner")
        told = both["old"].ne("") & both["new"].ne("") | (name == "sign")
        for identifier, row in both[told & (both["old"] != both["new"])].iterrows():
            if identifier not in explained:
                yield Found(
                    f"another value than an earlier version ({name})",
                    str(identifier),
                    "",
                    f"was {row['old']}, is {row['new']}",
                )
