"""A published number is a promise: what a released edition says, and whether every change of it is explained."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import Field

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError
from presentation import dutch
from presentation.figure import WHY

NEW, GONE = "niet gepubliceerd", "vervallen"
_BOUNDS = ("low", "high")
_FIELDS = ["shown", "low", "high", "n", "remark", "difference", "reach"]
_FIRST = 5  # rows that an error tells
_FEWEST = 10  # respondents whose answers a correction may change: two versions side by side tell of fewer
Text = Annotated[str, Field(min_length=1)]


class Erratum(Declared):
    """One row of config/errata.yml: what was published, what it is now, and why (in Dutch, for readers).

    `version` is the one of the edition that brings the correction. `row` is an id, or a pattern: `*` between bars
    stands for anything there, and at the end for all that follows. `respondents` are those whose answers or weights it
    corrects: 0 where the answers were right and the figures were made wrong.
    """

    edition: int
    version: int = Field(ge=2)
    row: Text
    published: Text
    now: Text
    date: date
    why: Text
    respondents: int = Field(ge=0)

    @property
    def pattern(self) -> bool:
        """Whether it explains several rows at once; the star in `province=*`, all provinces together, is no pattern."""
        return "*" in self.row.split("|")


class Errata(Declared):
    """config/errata.yml."""

    errata: tuple[Erratum, ...]


class Version(Declared):
    """A version of an edition: its day, the number of errata that it brought, and what its figures were built from.

    `record` is the sha256 of the build's own build.json.
    """

    released: date
    errata: int
    commit: str
    record: str
    python: str
    packages: dict[str, str]


class Passport(Declared):
    """passport.yml beside the figures of a released edition; `rows` and `sha256` are those of its figures.csv."""

    mark: str
    rows: int
    sha256: str
    versions: tuple[Version, ...] = Field(min_length=1)


def read_errata(path: Path) -> tuple[Erratum, ...]:
    """The rows of errata.yml; raises MonitorError with the field that is missing, misspelt or out of its type."""
    return read_declared(path, Errata).errata


def promised(estimates: pd.DataFrame, comparisons: pd.DataFrame, edition: int) -> pd.DataFrame:
    """What the documents of an edition can print, as text: id, shown, low, high, n, remark, difference, reach; by id.

    Parameters: publishable estimates and comparisons. Documents look up figures of the waves up to their edition, and
    verdicts (`shown`, with `difference` and bounds in whole points, and `reach`, the smallest demonstrable difference)
    of their own wave. What is missing is "".
    """
    figures = estimates[estimates["wave"] <= edition]
    verdicts = comparisons[comparisons["wave"] == edition]
    # A percentage has whole bounds, a mean those of its number: of each figure one of the two is there, or neither.
    bounds = {name: _text(figures[name]) + _text(figures[f"number_{name}"]) for name in _BOUNDS}
    remarks = figures["indicative"].map({True: "indicatief", False: ""})
    remarks = remarks.mask(figures["panel"], (remarks + " panel").str.strip())
    made = figures[["id", "n"]].assign(shown=figures["text"], remark=remarks, **bounds)
    told = verdicts.rename(columns={"verdict": "shown", "smallest_demonstrable": "reach"})
    rows = pd.concat([frame.reindex(columns=["id", *_FIELDS]).apply(_text) for frame in (made, told)])
    return rows.sort_values("id", ignore_index=True)


def _text(column: pd.Series) -> pd.Series:
    return column.astype("string").fillna("").astype(object)


def read_released(folder: Path) -> tuple[Passport, pd.DataFrame]:
    """Passport and figures of a released edition; raises MonitorError when they are no longer those that came out."""
    passport, path = read_declared(folder / "passport.yml", Passport), folder / "figures.csv"
    digest = sha256(path.read_bytes()).hexdigest() if path.exists() else "no such file"
    if digest != passport.sha256:
        raise MonitorError(
            "Published figures are not those that came out",
            where=f"{folder.parent.name}/{folder.name}/figures.csv",
            expected=f"{passport.sha256}   from its passport.yml",
            got=digest,
            hint="restore the file from git; a correction is a row of config/errata.yml, and then make release",
        )
    return passport, pd.read_csv(path, dtype=str, keep_default_na=False)


def check_errata(errata: Sequence[Erratum], released: Mapping[int, Passport]) -> None:
    """Raise MonitorError for an erratum of an edition or version that cannot be, of too few, and one taken away."""
    for erratum in errata:
        if erratum.edition not in released:
            known = ", ".join(str(edition) for edition in released) or "none was released yet"
            raise _wrong(erratum, f"a released edition: {known}", f"edition {erratum.edition}")
        following = len(released[erratum.edition].versions) + 1
        if erratum.version > following:
            raise _wrong(erratum, f"version {following}, the next, or an earlier one", f"version {erratum.version}")
        if 0 < erratum.respondents < _FEWEST:
            raise MonitorError(
                "Correction of too few respondents",
                where=f"errata.yml, edition {erratum.edition}, {erratum.row}",
                expected=f"respondents: {_FEWEST} or more, or 0 where no answer was wrong",
                got=f"respondents: {erratum.respondents}",
                hint="two versions side by side would tell their answers: it waits for the next edition; undo it here",
            )
    for edition, passport in released.items():
        for number, version in enumerate(passport.versions, start=1):
            left = sum((one.edition, one.version) == (edition, number) for one in errata)
            if left != version.errata:
                raise MonitorError(
                    "Errata of a version that is out were changed",
                    where=f"errata.yml, edition {edition}, version {number}",
                    expected=f"{version.errata} rows   from its passport.yml",
                    got=f"{left} rows",
                    hint="readers saw those: restore them from git; new ones carry the next version",
                )


def unsettled(errata: Sequence[Erratum], edition: int, passport: Passport) -> list[Erratum]:
    """The errata of an edition that no version of it has brought yet: they must explain what differs."""
    return [one for one in errata if one.edition == edition and one.version > len(passport.versions)]


def differences(published: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """The rows of `promised` that differ, by id: published and now in words, NEW or GONE where one side lacks it."""
    before, after = (frame.set_index("id")[_FIELDS] for frame in (published, now))
    whole = pd.concat([rows["shown"].str.cat(rows[_FIELDS[1:]], sep="\t") for rows in (before, after)], axis=1).fillna(
        ""
    )
    ids = list(whole.index[whole.iloc[:, 0] != whole.iloc[:, 1]].sort_values())
    sides = {"published": (before, NEW), "now": (after, GONE)}
    told = {
        side: [tell(rows.loc[name]) if name in rows.index else none for name in ids]
        for side, (rows, none) in sides.items()
    }
    return pd.DataFrame({"id": ids, **told}, dtype=object)


def tell(row: Mapping[str, Any] | pd.Series) -> str:
    """All of a row in words: "51% (49 tot 53, n = 1990)", "hoger (verschil 3, tussen 1 en 5, aantoonbaar vanaf 2)"."""
    shown, (low, high) = row["shown"], (row[name].replace(".", ",") for name in _BOUNDS)
    if shown in dutch.VERDICTS:
        parts = [f"verschil {row['difference']}, tussen {low} en {high}"] if row["difference"] else []
        parts += [f"aantoonbaar vanaf {row['reach']}"] if row["reach"] else []
        return dutch.VERDICTS[shown] + (f" ({', '.join(parts)})" if parts else "")
    parts = [f"{low} tot {high}"] if low else []
    parts += [f"n = {row['n']}", *filter(None, [row["remark"]])]
    return f"{WHY.get(shown, shown)} ({', '.join(parts)})"


def explain(differing: pd.DataFrame, errata: Sequence[Erratum], edition: int) -> None:
    """Hold what differs from a released edition against its errata that no version has brought yet.

    `differing` is what `differences` found. Raises MonitorError for rows that no erratum explains, with the first of
    them, and for an erratum that explains nothing or tells other figures than there are. An erratum of one row goes
    before a pattern, which is about the rows that are left.
    """
    left = differing
    for erratum in sorted(errata, key=lambda one: one.pattern):
        mine = left["id"].str.fullmatch(_matching(erratum))
        if not mine.any():
            raise _wrong(erratum, "a row that is not what was published, and that no other explains", "no such row")
        for side, words in _summary(left[mine], erratum.pattern).items():
            if (got := getattr(erratum, side)) != words:
                raise _wrong(erratum, f"{side}: {words}", f"{side}: {got}")
        left = left[~mine]
    if len(left):
        first = [f"{row.id}: {row.published} -> {row.now}" for row in left.head(_FIRST).itertuples()]
        more = [f"and {len(left) - _FIRST} more"] if len(left) > _FIRST else []
        raise MonitorError(
            "Published figures would change",
            where=f"edition {edition}, {len(left)} of its figures and verdicts",
            expected="what the edition published, or a row of config/errata.yml that explains the change",
            got="; ".join([*first, *more]),
            hint="undo what changed them; or, where the new ones are right, explain them in errata.yml (see its head)",
        )


def _matching(erratum: Erratum) -> str:
    """The ids that an erratum is about, as a regular expression."""
    *parts, last = erratum.row.split("|")
    made = ["[^|]*" if part == "*" else re.escape(part) for part in parts]
    return r"\|".join([*made, ".*" if last == "*" else re.escape(last)])


def _summary(rows: pd.DataFrame, pattern: bool) -> dict[str, str]:
    """What an erratum about these rows must say; for many of them their number and a sum over all that is told."""
    if not pattern:
        return {side: str(rows[side].iloc[0]) for side in ("published", "now")}
    told = "\n".join(rows["id"].str.cat(rows[["published", "now"]], sep="\t"))
    return {"published": f"{len(rows)} uitkomsten", "now": f"som {sha256(told.encode()).hexdigest()[:12]}"}


def _wrong(erratum: Erratum, expected: str, got: str) -> MonitorError:
    return MonitorError(
        "Erratum explains nothing, or something else",
        where=f"errata.yml, edition {erratum.edition}, {erratum.row}",
        expected=expected,
        got=got,
        hint="mend the row or take it away; errata.yml explains its fields at its head",
    )
