"""From estimates to what may be shown: whole percents, rounded numbers of respondents, brackets and signs.

Publication rules 1 to 3 of the disclosure design. Nothing downstream sees an unrounded figure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.comparisons import referred
from analysis.domains import ALL, conditions, rows_in
from analysis.indicators import Indicator
from analysis.knowledge import BRACKET, FIGURE, HIDDEN, SURE
from analysis.questionnaire import COUNTED
from analysis.selectivity import rates, tipping_point
from analysis.settings import Settings

_VALUES = ["percent", "low", "high", "number", "number_low", "number_high"]
_SECRET = "x$|minder|meer"  # what is withheld or bracketed


def round_half_up(values: pd.Series | np.ndarray) -> pd.Series:
    """Whole numbers, halves away from zero as readers round (not to even); missing stays missing. Int64.

    A half is one within 1e-9: 5 of 200 with equal weights is 2.5%, on whichever side floating point puts it.
    """
    numbers = pd.Series(values, dtype="float64")
    return pd.Series(np.sign(numbers) * np.floor(numbers.abs() + 0.5 + 1e-9)).astype("Int64")


def round_respondents(n: pd.Series, settings: Settings) -> pd.Series:
    """Numbers of respondents to the nearest 5, above 100 to the nearest 10 (steps from monitor.yml). Int64."""
    rules = settings.rounding
    step = np.where(n > rules.n_large, rules.n_step_large, rules.n_step)
    return round_half_up(n / step) * step


def publish_estimates(
    estimates: pd.DataFrame, settings: Settings, panels: Collection[tuple[str, int]] = ()
) -> pd.DataFrame:
    """Apply the publication rules to estimates (shares 0-1); one row in, one row out.

    Adds id, n (rounded), percent, low and high (0-100, whole), sign, text and indicative; drops every exact figure.
    `together` is for `show_together`.
    A mean or ratio has a number, number_low and number_high in tenths in the place of a percent.
    A row is withheld ("/") below `showing.shown` respondents or without an interval. From `brackets.n` on it is
    bracketed where fewer than `brackets.upto` said yes or no (`brackets.count` where an organisation is no person, in
    the surveys of `showing.counts`) and the weighted share is as small; else it is withheld
    ("x") where fewer than `brackets.count` did, and where the interval is a point (standard error 0): that tells that
    all of the group answered, and so how many said yes.
    What is withheld in a survey of `showing.counts` is a `count` of an exact n instead ("." where the group was asked
    nothing); elsewhere `count` is missing.
    `panel` says that nobody drew the respondents of that survey and wave (`panels`): its interval is indicative.
    """
    showing, brackets = settings.showing, settings.brackets
    exact = estimates.reset_index(drop=True)
    few, number = (exact["n"] < showing.shown) | exact["estimate"].isna() | exact["low"].isna(), exact["method"] == "t"
    enough, edge = ~few & ~number, brackets.percent / 100
    yes, no, share = exact["yes"], exact["n"] - exact["yes"], exact["estimate"]
    large = enough & (exact["n"] >= brackets.n)
    few_yes, few_no = (
        (large & (yes < brackets.upto) & (share < edge)),
        large & (no < brackets.upto) & (1 - share < edge),
    )
    bracketed = few_yes | few_no
    rare = enough & ~bracketed & (np.minimum(yes, no) < brackets.count)
    point = exact["high"] - exact["low"] < 1e-9  # all of the group answered: their number of yes would follow
    shown = ~few & ~rare & ~bracketed & ~point
    uncounted = exact["survey"].isin(settings.showing.counts) & ~shown & ~bracketed
    counted, unasked = uncounted & (exact["n"] > 0), uncounted & (exact["n"] == 0)

    published = exact[["survey", "indicator", "answer", "wave", "domain"]].copy()
    published["id"] = figure_id(published)
    step = settings.rounding.n_step
    below = (showing.shown - 1) // step * step  # "too few" never reads as enough
    n = round_respondents(exact["n"], settings)
    published["n"] = n.clip(upper=below).where(exact["n"] < showing.shown, n).where(~counted, exact["n"])
    published["count"] = exact["yes"].astype("Int64").where(counted)
    for name, source in (("percent", "estimate"), ("low", "low"), ("high", "high")):
        published[name] = round_half_up(100 * exact[source]).where(shown & ~number)
    tenths = {name: round_half_up(10 * exact[name]).where(shown & number) / 10 for name in ("estimate", "low", "high")}
    published["number"], published["number_low"], published["number_high"] = tenths.values()
    published["sign"] = np.select([counted, unasked, few, ~shown & ~bracketed], ["", ".", "/", "x"], "")
    half_width = 100 * (exact["high"] - exact["low"]) / 2
    wide = (exact["n"] < showing.firm) | (~number & (half_width > showing.half_width))
    published["indicative"] = shown & wide
    published["panel"] = [pair in panels for pair in zip(exact["survey"], exact["wave"], strict=True)]
    tenth = published["number"].astype("string").str.replace(".", ",")
    plain = (published["percent"].astype("string") + "%").where(~number, tenth)
    words = np.select(
        [few_yes, few_no],
        [f"minder dan {brackets.percent}%", f"meer dan {100 - brackets.percent}%"],
        default=published["sign"].to_numpy(),
    )
    counts = exact["yes"].astype("string") + " van de " + exact["n"].astype("string")
    published["text"] = plain.where(shown, pd.Series(words, dtype="string").mask(counted, counts))
    return published.assign(together="")


def show_together(
    published: pd.DataFrame, exact: pd.DataFrame, indicators: Mapping[str, Sequence[Indicator]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Published and `exact` estimates (in one order) with the answers of `thin` together where one would be withheld.

    Parameters: `indicators` by survey. Of a set of which an answer is withheld ("x") all answers are, and `together` is
    the id of the row in which they are shown; where none is, or what they are together may not be shown either, that
    row is left out.
    """
    part_of = {
        (survey, one.id, part): name
        for survey, counted in indicators.items()
        for one in counted
        for name, parts in one.thin.items()
        for part in parts
    }
    wholes = {(*key[:2], name) for key, name in part_of.items()}
    named = [*zip(published["survey"], published["indicator"], published["answer"], strict=True)]
    whole, sign = np.array([key in wholes for key in named], dtype=bool), published["sign"]
    rows = published.assign(answer=[key[2] if key in wholes else part_of.get(key, "") for key in named])
    rows["rare"] = ~whole & (sign == "x") & (rows["answer"] != "")
    rows["open"] = whole & ~sign.isin(["x", "/"])
    told = rows.groupby(FIGURE)[["rare", "open"]].transform("any").all(axis=1).to_numpy()
    made = published.assign(together=figure_id(rows).where(told & ~whole, ""))
    made.loc[told & ~whole, _VALUES] = pd.NA
    made.loc[told & ~whole, ["sign", "text", "indicative"]] = ["x", "x", False]
    return made[told | ~whole].reset_index(drop=True), exact[told | ~whole].reset_index(drop=True)


def withhold(published: pd.DataFrame, levels: np.ndarray, exact: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Published estimates with what must be hidden or bracketed beside a small group as well.

    Parameters: `levels` of `protection.protect` (NaN where a survey is not protected) and `exact` estimates, both in
    the order of the published ones.
    """
    told = (published["percent"].notna() | published["text"].str.startswith(("minder", "meer"))).to_numpy()
    hidden, bracketed = told & (levels == HIDDEN), told & (levels == BRACKET)
    made, percent = published.copy(), settings.brackets.percent
    made.loc[hidden | bracketed, ["percent", "low", "high"]] = pd.NA
    made.loc[hidden | bracketed, "indicative"] = False
    made.loc[hidden, ["sign", "text"]] = "x"
    little = np.where(exact["estimate"] < 0.5, f"minder dan {percent}%", f"meer dan {100 - percent}%")
    made.loc[bracketed, "text"] = little[bracketed]
    return made


def publish_pooled(
    pooled: pd.DataFrame, published: pd.DataFrame, settings: Settings, panels: Collection[tuple[str, int]] = ()
) -> pd.DataFrame:
    """Apply the rules of `publish_estimates` to two waves together (`pooling.pool`); `waves` and the id name both.

    Withheld ("x") where a figure of just one of the two waves is shown: that of the other would follow; where that of
    one is withheld, which might follow from others; and where none is shown and fewer than `brackets.upto` said yes or
    no: that none of the one wave did would tell who did in the other.
    """
    made = publish_estimates(pooled, settings, panels).assign(waves=pooled["waves"].to_numpy())
    made["id"] = figure_id(made.assign(wave=made["waves"]))
    named = published.set_index(FIGURE)
    told = named[["percent", "number"]].notna().any(axis=1).astype(int) - named["text"].str.match(_SECRET)
    waves = (pooled, pooled.assign(wave=pooled["reference"]))
    one, other = (told.reindex(pd.MultiIndex.from_frame(rows[FIGURE])).to_numpy() for rows in waves)
    yes, no = pooled["yes"].to_numpy(), (pooled["n"] - pooled["yes"]).to_numpy()
    rare = np.minimum(yes, no) < settings.brackets.upto
    secret = (one != other) | (one < 0) | ((one == 0) & rare & made["percent"].notna().to_numpy())
    made.loc[secret, _VALUES] = pd.NA
    made.loc[secret, ["sign", "text", "indicative"]] = ["x", "x", False]
    return made


def publish_comparisons(comparisons: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Apply the publication rules to comparisons; differences are those of the published whole percents.

    A comparison with a side that is withheld ("x") or bracketed carries the verdict `withheld`, one with another side
    that is not shown, or is only indicative, `too_few`, and neither a figure; so does one that was not tested, whatever
    its sides.
    """
    sides = published.set_index(FIGURE)
    firm = sides["percent"].where(~sides["indicative"])
    exact = comparisons.reset_index(drop=True)
    named = [pd.MultiIndex.from_frame(rows[FIGURE]) for rows in (exact, referred(exact))]
    subject, reference = (firm.reindex(names).reset_index(drop=True) for names in named)
    secret = sides["text"].str.match(_SECRET)
    withheld = np.logical_or.reduce([secret.reindex(names, fill_value=False).to_numpy(dtype=bool) for names in named])
    tested = exact["difference"].notna() & (exact["verdict"] != "too_few")
    shown = (subject.notna() & reference.notna() & tested).to_numpy()

    result = exact[["kind", "survey", "indicator", "answer", "domain", "wave", "reference", "family"]].copy()
    result["id"] = figure_id(result) + "|" + exact["kind"] + "=" + exact["reference"].astype(str)
    result["difference"] = (subject - reference).where(shown)
    for name, most in (("low", "min"), ("high", "max")):  # the printed difference lies within its printed interval
        both = pd.concat([_bound(exact, name), result["difference"]], axis=1).astype("Int64")
        result[name] = both.agg(most, axis=1).astype("Int64").where(shown)
    result["smallest_demonstrable"] = round_half_up(100 * exact["smallest_demonstrable"]).clip(lower=1).where(shown)
    kept = shown | (exact["verdict"] == "not_comparable")
    result["verdict"] = np.where(kept, exact["verdict"], np.where(withheld, "withheld", "too_few"))
    return result


def publish_trends(trends: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Apply the publication rules to trends: the change over the years in whole points, and its interval.

    A trend is shown where the figure of every wave on its line is firm; else it is without a figure: `withheld` where
    one of them is ("x", or bracketed), and `too_few` where none is.
    """
    series = ["survey", "indicator", "answer", "domain"]
    exact = trends.reset_index(drop=True)
    sides = published[[*series, "wave"]].assign(
        firm=published["percent"].notna() & ~published["indicative"], withheld=published["text"].str.match(_SECRET)
    )
    waves = exact[[*series, "first", "wave"]].reset_index().merge(sides, on=series, suffixes=("", "_on"))
    on_line = waves[waves["wave_on"].between(waves["first"], waves["wave"])].groupby("index")[["firm", "withheld"]]
    on_line = on_line.sum().reindex(exact.index, fill_value=0)
    shown = on_line["firm"] == exact["waves"]
    result = exact[[*series, "wave", "first", "waves", "family"]].copy()
    result["id"] = figure_id(result) + "|trend=" + exact["first"].astype(str)
    for name in ("change", "low", "high"):
        result[name] = (round_half_up(100 * exact[name]) if name == "change" else _bound(exact, name)).where(shown)
    result["verdict"] = np.where(shown, exact["verdict"], np.where(on_line["withheld"] > 0, "withheld", "too_few"))
    return result


def _bound(exact: pd.DataFrame, name: str) -> pd.Series:
    """A bound in whole points; one that excludes 0 is not 0: beside "hoger" a reader would see a contradiction."""
    rounded, sure = round_half_up(100 * exact[name]), exact["verdict"].isin(SURE)
    return rounded + pd.Series(np.sign(exact[name])).where(sure & (rounded == 0), 0).fillna(0).astype("Int64")


def publish_response(
    strata: pd.DataFrame, functions: pd.DataFrame, domains: Sequence[str], settings: Settings
) -> pd.DataFrame:
    """The response table of one survey: population N, invited m, responded n per wave and group.

    Parameters: `strata`, one row per stratum of a passport; `functions`, rows of functions.csv; `domains`, the planned
    groups, of which those count that are made of strata, in that order: no office held by fewer than ten persons stands
    alone. n is rounded, and the response (0-100, whole) is that of the rounded n: it must not tell the exact one. In
    the surveys of `showing.counts` n is exact.
    """
    named = strata.merge(functions[["function", "layer", "function_group"]]) if "function" in strata else strata
    counts, by = ["population", "invited", "responded"], ["survey", "wave", "domain"]
    made = [one for one in domains if set(conditions(one)) <= set(named)]
    sums = [named[rows_in(one, named)].assign(domain=one).groupby(by, as_index=False)[counts].sum() for one in made]
    table = pd.concat(sums, ignore_index=True)
    exact = table["survey"].isin(settings.showing.counts)
    table["responded"] = round_respondents(table["responded"], settings).where(~exact, table["responded"])
    table["percent"] = round_half_up(100 * table["responded"].astype(float) / table["invited"])
    return table[[*by, *counts, "percent"]]


def publish_weighting(
    reports: Mapping[str, Any], selective: Mapping[str, Any], published: pd.DataFrame, response: pd.DataFrame
) -> dict[str, Any]:
    """What readers are told of the weighting and the response, per wave; nothing that rounded figures do not hold.

    Parameters: `reports` of `weighting.weight`, `selective` of `3-selectivity.json`, `published` estimates and
    `response` as published. R-indicator, its `margin` (1.96 standard errors), its parts per variable (corrected) and
    the design effect have two decimals, weights one; `margin_error` is a bound. Partial R-indicators of `groups` (in
    thousandths) and tipping points are computed from whole percents and rounded numbers: they must not tell finer ones.
    Percents by other rules for open questions (`missing`) are whole, of everybody only.
    """
    firm = published[(published["domain"] == ALL) & published["percent"].notna() & ~published["indicative"]]
    percents = {(row["indicator"], row["wave"]): int(row["percent"]) for row in firm.to_dict("records")}
    made = {}
    for wave, report in reports.items():
        found, own = report["representativity"], response[response["wave"] == int(wave)].set_index("domain")
        corrected = found["correction"] ** 0.5
        made[wave] = {
            **{name: round(found[name], 2) for name in ("indicator", "unadjusted")},
            "margin": None if found["standard_error"] is None else round(1.96 * found["standard_error"], 2),
            "variables": {
                name: {kind: round(corrected * row[kind], 2) for kind in ("unconditional", "conditional")}
                for name, row in found["partial"].items()
            },
            "groups": _partial_of_groups(own),
            "margin_error": float(np.ceil(100 * report["largest_margin_error"]) / 100),
            "weight": [round(bound, 1) for bound in report["weight"]],
            "design_effect": round(report["kish_design_effect"], 2),
            "headline": _headline(int(wave), selective, percents, int(own["percent"][ALL])),
            "missing": _at_other_rules(int(wave), selective["missing"], percents),
        }
    return made


def _partial_of_groups(response: pd.DataFrame) -> dict[str, int]:
    """Unconditional partial R-indicators (thousandths) of the groups of functions, from the published response."""
    groups = response[response.index.str.startswith("function_group=")].astype({"responded": float})
    share, rate = groups["population"] / groups["population"].sum(), groups["responded"] / groups["invited"]
    return {str(name): int(n) for name, n in round_half_up(1000 * np.sqrt(share) * (rate - share @ rate)).items()}


def _headline(
    wave: int, selective: Mapping[str, Any], percents: Mapping[tuple[str, int], int], response: int
) -> list[dict[str, Any]]:
    """Headlines that may be shown: tipping point and rates against `reference`, and other shares of women."""
    before = {row["indicator"]: row["reference"] for row in selective["tipping_points"] if row["wave"] == wave}
    rows = []
    for row in selective["women"]:
        name, reference = row["indicator"], before.get(row["indicator"], 0)
        now, previous = percents.get((name, wave)), percents.get((name, reference))
        if row["wave"] != wave or row["answer"] or now is None:
            continue
        known = None if previous is None else (previous / 100, now / 100, response / 100)
        tipping, took_part = (tipping_point(*known), rates(*known)) if known else (None, None)
        sides = round_half_up(100 * pd.Series(row)[["lower", "higher"]].astype(float))
        told = {"indicator": name, "reference": None if previous is None else reference}
        told |= {"odds_ratio": None if tipping is None else round(tipping[0], 2)}
        told |= {"took_part": took_part and [int(rate) for rate in round_half_up(100 * np.array(took_part))]}
        rows.append(told | {str(side): None if pd.isna(percent) else int(percent) for side, percent in sides.items()})
    return rows


def _at_other_rules(
    wave: int, missing: list[dict[str, Any]], percents: Mapping[tuple[str, int], int]
) -> list[dict[str, Any]]:
    """Headlines that may be shown: percent by the strictest and the most lenient rule for open questions."""
    rows = [row for row in missing if row["wave"] == wave and (row["indicator"], wave) in percents]
    whole = [round_half_up(100 * pd.Series(row)[["strict", "lenient"]].astype(float)) for row in rows]
    return [
        {"indicator": row["indicator"], **{str(rule): int(percent) for rule, percent in found.items()}}
        for row, found in zip(rows, whole, strict=True)
    ]


def complete(cells: pd.DataFrame, lines: Sequence[list[str]], shown: int) -> np.ndarray:
    """What must be withheld (booleans) so that nothing of it follows from what is shown: complementary suppression.

    Parameters: `cells` of one wave, with exact_n, share and withheld; `lines`, the columns that are equal in cells of
    which the total may be known (the groups within a row or column of a cross, the answers of one group); `shown`,
    respondents from which a group is shown. Withheld cells follow when the totals of their lines leave one solution:
    one cell alone in a line, or what is left when others are solved. They also follow together, as a group of their
    own, when a line withholds fewer than `shown` respondents. Of such lines, first those that withhold fewest, the
    smallest cell (by n, then share, then place; one in two lines goes before) is withheld too, until there are none;
    what turns out not to be needed is shown again, largest first. A line of one cell is its own total, under the same
    rules elsewhere.
    """
    n, first = cells["exact_n"].to_numpy(), cells["withheld"].to_numpy(dtype=bool)
    numbers = [cells.groupby(line, sort=False).ngroup().to_numpy() for line in lines]
    inside = np.array([of == one for of in numbers for one in np.unique(of)], dtype=bool).reshape(-1, len(cells))
    inside = inside[inside.sum(axis=1) > 1]

    def betraying(withheld: np.ndarray) -> np.ndarray:
        held = (inside & withheld).astype(float)
        solved = np.isclose(np.diag(np.linalg.pinv(held, rcond=1e-9) @ held), 1)
        telling = (inside & solved).any(axis=1) | ((held @ n < shown) & held.any(axis=1))
        telling &= (inside & ~withheld).any(axis=1)
        fewest = held.sum(axis=1) == held.sum(axis=1)[telling].min(initial=np.inf)
        return inside[telling & fewest].sum(axis=0) * ~withheld

    withheld, smallest = first.copy(), np.lexsort((cells["share"], n))
    while (found := betraying(withheld)).any():
        withheld[smallest[(found == found.max())[smallest]][0]] = True
    for place in smallest[::-1][(withheld & ~first)[smallest[::-1]]]:
        withheld[place] = False
        withheld[place] = betraying(withheld).any()
    return withheld


def figure_id(rows: pd.DataFrame) -> pd.Series:
    """The name by which a printed number is traced: indicator[.answer]|wave|domain, after another survey's own name."""
    survey = rows["survey"].map(lambda name: "" if name == COUNTED else f"{name}:")
    answer = rows["answer"].map(lambda name: f".{name}" if name else "")
    return survey + rows["indicator"] + answer + "|" + rows["wave"].astype(str) + "|" + rows["domain"]
