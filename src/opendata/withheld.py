"""What the protection of respondents costs: of the planned figures, how many are shown and why the others are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from opendata.document import rows_of
from opendata.edition import read_edition
from presentation.publications import Publication

#: What may become of a planned figure: it is shown, or bracketed, or shown together with another answer; too few
#: answered; it is withheld by the rule for the figure itself, or beside others, of which it would tell too much.
OUTCOMES = ("shown", "bracketed", "merged", "too_few", "alone", "beside")
ALL_FIGURES = "edition"  # the files with all figures of an edition, among the products


def outcomes(published: pd.DataFrame, by_itself: pd.Series) -> pd.Series:
    """What became of every planned figure, by id. A question that a group was not asked is no planned figure.

    Nor are answers together: whether they have a row hangs on what was answered. Where what stands together is withheld
    as well, so is each of it, beside others.
    Parameters: `published` figures, also of two waves together; `by_itself`, the sign of each by the rules for the
    figure itself, by id.
    """
    secret = published["sign"].eq("x").to_numpy()
    alone = by_itself.reindex(published["id"]).eq("x").to_numpy()
    within = published["together"].map(published.drop_duplicates("id").set_index("id")["sign"])
    bracketed = published["text"].str.startswith(("minder dan", "meer dan")).to_numpy(dtype=bool)
    became = {"too_few": published["sign"].eq("/"), "merged": within.eq(""), "alone": secret & alone & within.isna()}
    became |= {"beside": secret, "bracketed": bracketed}
    kinds = np.select([np.asarray(rows) for rows in became.values()], list(became), "shown")
    planned = published["sign"].ne(".") & ~published["id"].isin(published["together"])
    return pd.Series(kinds, index=published["id"])[planned.to_numpy()]


def told(became: pd.Series, published: pd.DataFrame, documents: Sequence[Publication], root: Path) -> dict[str, Any]:
    """Totals per survey and wave (`waves`) and per edition and product (`products`), and nothing finer.

    A figure that several documents of a product hold counts once. `worst` is the document that withholds most of its
    own figures, as a share. `became` is what `outcomes` found of the `published` figures.
    """
    waves = published.drop_duplicates("id").set_index("id").reindex(became.index)
    waves = waves[waves.index.str.split("|").str[1].str.isdigit()]  # not of two together
    of_waves = [
        {"survey": str(survey), "wave": int(str(wave)), **_counted(became[rows.index])}
        for (survey, wave), rows in waves.groupby(["survey", "wave"], sort=True)
    ]
    return {"waves": of_waves, "products": [*_of_products(became, documents), *_of_editions(became, documents, root)]}


def _of_products(became: pd.Series, documents: Sequence[Publication]) -> Iterator[dict[str, Any]]:
    for edition, product in dict.fromkeys((one.edition, one.product) for one in documents):
        alike = [one for one in documents if (one.edition, one.product) == (edition, product)]
        held = [became[became.index.isin(rows_of(one)["id"])] for one in alike]
        everything = pd.concat(held)
        counts = [_counted(one) for one in held]
        worst = max(counts, key=lambda one: (one["alone"] + one["beside"]) / max(one["planned"], 1))
        once = _counted(everything[~everything.index.duplicated()])
        yield {"edition": edition, "product": product, "documents": len(alike), **once, "worst": worst}


def _of_editions(became: pd.Series, documents: Sequence[Publication], root: Path) -> Iterator[dict[str, Any]]:
    for edition in dict.fromkeys(one.edition for one in documents):
        counts = _counted(became[became.index.isin(read_edition(edition, root).rows["id"])])
        yield {"edition": edition, "product": ALL_FIGURES, "documents": 1, **counts, "worst": counts}


def _counted(became: pd.Series) -> dict[str, int]:
    found = became.value_counts()
    return {"planned": int(found.sum()), **{name: int(found.get(name, 0)) for name in OUTCOMES}}
