"""Print published figures beside the example ones: python -m pipeline.published.

`population` is what the population was tuned to, `example` what the draw gave, with its interval; the ones that lie
outside it stand again below. All are percentages (0-100).
"""

import pandas as pd

from analysis.declared import read_yaml
from fieldwork.population import STRATA_FILES
from fieldwork.published import published_against
from fieldwork.settings import read_generator
from pipeline.folders import CONFIG, PROCESSED, RAW
from presentation.published import beside_published, counterpart

_WHAT = ["indicator", "group", "wave", "published"]


def main() -> None:
    """Read facts, expectations and figures, and print them side by side."""
    published = pd.read_csv(RAW / "population" / "published_figures.csv")
    populations = {survey: pd.read_csv(RAW / "population" / file) for survey, file in STRATA_FILES.items()}
    provinces = pd.read_csv(CONFIG / "provinces.csv")
    tuned = published_against(published, populations, provinces, read_generator(CONFIG / "generator.yml"))
    figures = pd.read_parquet(PROCESSED / "5-publishable-estimates.parquet")
    drawn = beside_published(published, read_yaml(CONFIG / "published.yml"), figures)
    names = read_yaml(CONFIG / "published.yml")
    ours = tuned.assign(
        ours=counterpart(tuned, names["indicators"]) + "|" + tuned["wave"].astype(str),
        domain=tuned["group"].map(names["groups"]),
    )
    answer = drawn["answer"].map(lambda name: f".{name}" if name else "")
    drawn = drawn.assign(ours=drawn["indicator"] + answer + "|" + drawn["wave"].astype(str))
    both = ours.merge(drawn[["ours", "domain", "percent", "low", "high", "within"]], on=["ours", "domain"], how="left")
    both = both.rename(columns={"percent": "example"})
    columns = [*_WHAT, "population", "example", "low", "high", "status"]
    print(both[columns].round(1).to_string(index=False, na_rep="-"))
    missed = both[both["within"].eq(False)]
    print(f"\nOutside the interval of the example figure: {len(missed)} of {both['within'].notna().sum()}")
    print(missed[columns].round(1).to_string(index=False, na_rep="-"))


if __name__ == "__main__":
    main()
