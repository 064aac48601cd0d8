"""How a published number may look: whole percents, rounded respondents, planned groups; each rule for itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from operator import itemgetter

import pandas as pd

from audit.figures import Found, matching, parts
from audit.rules import PERSONS, Rules

_WHOLE = ("percent", "low", "high", "whole_difference", "whole_low", "whole_high")
_WHOLE += ("before_difference", "before_low", "before_high")
_FINE_PERCENT = re.compile(r"\d+[.,]\d+ ?(?:%|procentpunt)")
_FINE_TEXT = re.compile(rf"{_FINE_PERCENT.pattern}|[.,]\d{{2}}")
_COARSE = re.compile(r"-?\d*(?:\.0)?")
_FINE_NUMBER = re.compile(r"(?<![\d.,])\d+(?:,\d{3,}|\.\d{4,})(?![\d.])")
_TELLING = re.compile(
    r"(?:.*_)?(?:standaardfout|std_?err(?:or)?|standard_?error|se|variantie|variance|df|vrijheidsgraden|deff|design_?effect"
    r"|n_?eff(?:ective)?|effectie[fv]e?_n|gewicht(?:en)?|weights?|yes|ja|aantal_ja|persons?|personen|respondent|stratum"
    r"|p_?value|p_?waarde)",
    re.IGNORECASE,
)
_PATH = re.compile(r"/(?:home|root|tmp|Users|var|opt|mnt)/[\w.-]+")
_DRIVE = re.compile(r"\b[A-Z]:\\\w+"), re.compile(r"\b[A-Z]:\\\w+\\\w")  # of text, and of bytes, where one is chance


def of_columns(file: str, names: Iterable[str]) -> Iterator[Found]:
    """Columns and keys that look like exact statistics, or like rows of respondents."""
    for name in filter(_TELLING.fullmatch, map(str, names)):
        yield Found("column of exact statistics or respondents", file, name, "a name of none that is published")


def of_figures(figures: pd.DataFrame, rules: Rules) -> Iterator[Found]:
    """Figures that are finer than allowed, of a group that is not planned or too small, or that should be bracketed."""
    for name in _WHOLE:
        wrong = ~matching(figures[name], _COARSE.fullmatch)
        yield from _each(figures[wrong], name, "percentage or bound that is not whole")
    fine = figures[matching(figures["text"], _FINE_TEXT.search)]
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
    fine = {"percentage with decimals": _FINE_PERCENT, "number that is finer than allowed": _FINE_NUMBER}
    for what, pattern in fine.items():
        for match in pattern.finditer(text):
            yield Found(what, file, place, text[max(match.start() - 30, 0) : match.end() + 10])


def of_workbook(lines: Iterable[Mapping[str, str]], data: pd.DataFrame) -> Iterator[Found]:
    """Lines of a workbook that say otherwise than the lines of data files with the same subject, answer and group."""
    names = ["onderwerp", "antwoord", "groep", "percentage", "ondergrens", "bovengrens", "respondenten_afgerond"]
    right = set(data[names].itertuples(index=False, name=None))
    known, cells = {line[:3] for line in right}, itemgetter(*names)
    for row in lines:
        line = cells(row)
        if line not in right and line[:3] in known:
            yield Found("line of a workbook that differs from the data files", row["file"], row["place"], str(line))


def of_secrets(file: str, text: str, keys: Collection[str], *, binary: bool = False) -> Iterator[Found]:
    """Paths of a machine, and keys of respondents or strata of the sample (`keys`), anywhere in a file's text."""
    for match in (*_PATH.finditer(text), *(_DRIVE[binary].finditer(text) if ":\\" in text else ())):
        yield Found("path of a machine", file, "", match[0])
    numbered, strata, second = _sought(kept := frozenset(keys))
    for key in sorted({key for pattern in numbered for key in pattern.findall(text)} & kept):
        yield Found("key of a respondent", file, "", key)
    reach = max(map(len, strata), default=0)
    near = {text[max(at.start() - reach, 0) : at.start() + reach] for at in second.finditer(text)} if strata else ()
    for key in (key for key in strata if any(key in one for one in near)):
        yield Found("stratum of the sample", file, "", key)


@cache
def _sought(keys: frozenset[str]) -> tuple[list[re.Pattern[str]], list[str], re.Pattern[str]]:
    """Patterns that begin with a letter, as those are found quickly: keys, strata, and what these have from "/" on."""
    letters = {found[1] for key in keys if (found := re.fullmatch(r"([A-Z]+)\d+", key))}
    strata = [key for key in keys if "/" in key]
    second = re.compile("/(?:" + "|".join(re.escape(key.partition("/")[2]) for key in strata) + ")")
    return [re.compile(rf"{each}(?<=\b{each})\d+\b") for each in letters], strata, second


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
                what = f"another value than an earlier version ({name})"
                yield Found(what, str(identifier), "", f"was {row['old']}, is {row['new']}")
