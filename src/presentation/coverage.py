"""What intervals and verdicts are worth: how often they were right in surveys drawn from a population that is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from great_tables import GT

from analysis.errors import MonitorError
from analysis.families import read_families
from analysis.settings import project_root
from presentation import dutch, tables
from presentation.charts import Wording

FILE = Path("tests") / "reference" / "coverage.csv"
_SIZES = {"national": "Heel het land", "function": "Functies", "province": "Provincies", "small": "Kleine groepen"}
_ARMS = {
    "strata": "Wie meedoet, is toeval",
    "margins": "Meedoen hangt af van geslacht en grootte van de gemeente",
    "years": "Meedoen hangt af van jaren in functie",
    "outcome": "Wie agressie meemaakte, doet vaker mee: kansverhouding {odds}",
}


@dataclass(frozen=True)
class Coverage:
    """Rows of coverage.csv (shares 0-1 per arm, odds and size of group), when they were counted and by which commit.

    `error_rate` (0-1) is what families.yml allows of families to hold a false verdict.
    """

    rows: pd.DataFrame
    counted: date
    commit: str
    error_rate: float

    @property
    def draws(self) -> str:
        """How many surveys were drawn for every way of taking part."""
        return dutch.number(int(self.rows["draws"].max()))

    @property
    def odds(self) -> list[float]:
        """By how much the odds of answering differed where the outcome decided, from little to much."""
        return sorted(self.rows.loc[self.rows["arm"] == "outcome", "odds"].unique())

    @property
    def allowed(self) -> str:
        """How many families of comparisons may hold a false verdict."""
        return _times(self.error_rate)

    def times(self, column: str, arm: str, size: str, odds: float = 1.0) -> str:
        """A share of the table as a reader counts: "95 van de 100"."""
        mine = (self.rows["arm"] == arm) & (self.rows["odds"] == odds) & (self.rows["size"] == size)
        return _times(self.rows.loc[mine, column].item())

    def took_part(self, odds: float) -> tuple[str, str]:
        """How many answer of those whose outcome makes it likelier, and of the others."""
        of = ("outcome", "national", odds)
        return self.times("response_yes", *of), self.times("response_no", *of)

    def intervals(self, mark: str) -> GT:
        """How often the interval held the truth per hundred, per way of taking part and size of group."""
        rows = self._named(self.rows)
        table = rows[["name", "base"]].copy()
        table["n"] = [dutch.number(n) for n in rows["n"]]
        table["coverage"] = _counted(rows, "coverage")
        for column in ("below", "above", "width"):
            table[column] = _hundredths(rows[column])
        worst = zip(_hundredths(rows["worst_coverage"]), rows["worst_item"], strict=True)
        table["worst"] = [tables.glued(f"{share} bij {item}") for share, item in worst]
        counted = {"coverage": "Klopt", "below": "Echte cijfer lager", "above": "Echte cijfer hoger"}
        counted["worst"] = "Slechtste kenmerk"
        labels = {"n": "n", "width": "Breedte in procentpunt", **counted}
        words = self._words("n is het gemiddelde aantal respondenten per groep.", mark)
        made = tables.dress(table, labels, words, id="dekking", stubhead="Groep")
        made = made.cols_width({"name": "20%", "below": "14%", "above": "14%"})
        return made.tab_spanner(label="Bij 100 enquêtes", columns=list(counted))

    def verdicts(self, mark: str) -> GT:
        """How often, per hundred, a verdict was false, and a difference that was there was found."""
        rows = self._named(self.rows[self.rows["false_verdicts"].notna()])
        counts = {"false_verdicts": "Tussen metingen", "false_between": "Tussen groepen"}
        rises = [str(name) for name in rows if str(name).startswith("power_")]
        powers = {name: f"{name.removeprefix('power_')} procentpunt" for name in rises}
        table = rows[["name", "base"]].copy()
        for name in ("coverage_superpopulation", *counts):
            table[name] = _counted(rows, name)
        for name in powers:
            table[name] = _hundredths(rows[name])
        labels = {"coverage_superpopulation": "Grenzen bij vergelijken kloppen", **counts, **powers}
        words = self._words("Alle getallen zijn per honderd keer.", mark)
        made = tables.dress(table, labels, words, id="trefkans", stubhead="Groep")
        made = made.cols_width({"name": "20%", **dict.fromkeys(counts, "14%")})
        made = made.tab_spanner(label="Onterecht hoger of lager", columns=list(counts))
        return made.tab_spanner(label="Gevonden bij een echt verschil van", columns=list(powers))

    def _named(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows with the Dutch names of their group (`name`) and of how people took part (`base`)."""
        told = [
            _ARMS[arm].format(odds=dutch.decimal(odds, 1)) for arm, odds in zip(rows["arm"], rows["odds"], strict=True)
        ]
        return rows.assign(name=rows["size"].map(_SIZES), base=told).reset_index(drop=True)

    def _words(self, unit: str, mark: str) -> Wording:
        note = f"{unit} Achter ± staat twee keer de toevalsfout van de berekening."
        return Wording("", note, f"Bron: eigen berekening, {dutch.day(self.counted)}, versie {self.commit}.", mark)


def _counted(rows: pd.DataFrame, name: str) -> list[str | None]:
    """Shares per hundred with twice their Monte Carlo error: "95,1 ± 0,3"; none where nothing was counted."""
    pairs = zip(_hundredths(rows[name]), _hundredths(2 * rows[f"error_{name}"]), strict=True)
    return [share and tables.glued(f"{share} ± {error}") for share, error in pairs]


def _hundredths(shares: pd.Series) -> list[str | None]:
    """Shares (0-1) per hundred, with one decimal: "95,1"; none where one is missing."""
    return [None if pd.isna(share) else dutch.decimal(100 * share, 1) for share in shares]


def _times(share: float) -> str:
    count = int(100 * share + 0.5)
    return f"{count} van de 100" if count else "minder dan 1 van de 100"


def read_coverage(root: Path | None = None) -> Coverage:
    """Read the committed table; `root` is the monitor's folder, by default the one around the caller."""
    root = root or project_root()
    path = root / FILE
    head = path.read_text(encoding="utf-8").partition("\n")[0]
    made = re.search(r"counted on (\S+) by commit (\S+)", head)
    if made is None:
        raise MonitorError(
            "Coverage of unknown origin",
            where=f"{FILE.as_posix()}, line 1",
            expected="# ... counted on <date> by commit <commit>",
            got=head,
            hint="type make coverage, which writes the whole file",
        )
    error_rate = read_families(root / "config" / "families.yml").error_rate
    return Coverage(pd.read_csv(path, comment="#"), date.fromisoformat(made[1]), made[2], error_rate)
