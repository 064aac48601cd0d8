"""Tables of publishable rows: each takes rows and words and returns a great_tables GT, with base line and notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import pandas as pd
from great_tables import GT

from presentation import dutch, palette
from presentation.charts.lettering import Wording
from presentation.charts.rows import figures, names_of
from presentation.figure import Figure

_MISSING, _NOT_ASKED = "–", "."
_COLUMNS = {"percent": "% (onzekerheid)", "n": "n"}
_WIDTHS = {"percent": "17%", "n": "6%"}
_SIDE = {"percent": 16, "n": 4, "count": 12}  # percents of the table; a letter of a head takes one
_BESIDE = {
    **{"name": "25%", "own": "17%", "n": "6%", "whole": "7%", "whole_verdict": "19%"},
    **{"before": "7%", "before_verdict": "19%", "pooled": "18%", "pooled_n": "6%"},
}
_CHANGE = {"name": "20%", "percent": "17%", "n": "6%", "difference": "15%", "verdict": "19%"}
_GLUE = "\N{NO-BREAK SPACE}"
_SECRET = f"x {dutch.SIGNS['x']}"
_INDICATIVE = "* indicatief: weinig respondenten of een ruime onzekerheid"
SIGNS = {
    **dutch.SIGNS,
    "<5%": "zeldzaam: een precies percentage zou te veel vertellen",
    ">95%": "bijna iedereen: een precies percentage zou te veel vertellen",
    "*": _INDICATIVE.removeprefix("* "),
}
MEANINGS = {
    "higher": "het verschil is aantoonbaar en groot genoeg om ertoe te doen",
    "lower": "het verschil is aantoonbaar en groot genoeg om ertoe te doen",
    "about_equal": "een verschil dat ertoe doet, is uitgesloten",
    "small_difference": "het verschil is aantoonbaar, maar te klein om ertoe te doen",
    "no_demonstrable_difference": "het verschil kan toeval zijn; dat betekent niet dat er geen verschil is",
    "not_comparable": "de vraag, de groep of de werkwijze verschilt",
    "too_few": "voor een oordeel zijn er te weinig respondenten",
    "withheld": "een van de twee cijfers is niet (precies) getoond, omdat personen herkenbaar zouden zijn",
}


def estimates(rows: pd.DataFrame, wording: Wording, *, id: str, stub: str, stubhead: str) -> GT:
    """A table of figures: n, percentage and interval per row, in the order of the rows.

    `rows` are publishable rows; `stub` is the column that names them ("group", "label", "answer_label" or "wave") and
    `stubhead` its Dutch heading. Rows with different bases stand in groups under their base. Raises MonitorError when
    two rows are about one thing.
    """
    values = figures(rows, "indicator", "answer", "wave", "domain").values()
    table = rows.assign(
        name=rows[stub].astype(str),
        n=[dutch.number(value.n) for value in values],
        percent=[_percent(value) for value in values],
        base="Basis: " + rows["base"],
    )
    table["interval"] = [_interval(value) for value in values]
    margin = dutch.capital(next(iter(values)).margin)
    labels = {"n": "n", "percent": "Percentage", "interval": margin}
    return dress(table, labels, wording, id=id, stubhead=stubhead, values=values)


def groups(rows: pd.DataFrame, wording: Wording, *, id: str) -> GT:
    """Groups below each other, indicators beside each other: percentage with interval, and n.

    `rows` are publishable rows of one wave, of indicators that share a base. Raises MonitorError when two rows are
    about one indicator and group.
    """
    values = figures(rows, "domain", "indicator")
    labels = dict(zip(rows["indicator"], rows["label"], strict=True))
    lines: dict[str, dict[str, str]] = {}
    for domain, name in dict(zip(rows["domain"], rows["group"], strict=True)).items():
        lines[domain] = {"name": name, "base": ""}
        for indicator in labels:
            value = values[domain, indicator]
            lines[domain] |= {f"percent_{indicator}": _with_interval(value), f"n_{indicator}": dutch.number(value.n)}
    columns = {f"{name}_{indicator}": head for indicator in labels for name, head in _COLUMNS.items()}
    table = dress(pd.DataFrame(lines.values()), columns, wording, id=id, stubhead="Groep", values=values.values())
    for indicator, label in labels.items():
        table = table.tab_spanner(label=label, columns=[f"{name}_{indicator}" for name in _COLUMNS])
    widths = {f"{name}_{indicator}": width for indicator in labels for name, width in _WIDTHS.items()}
    return table.cols_width({"name": "31%", **widths})


def beside(rows: pd.DataFrame, wording: Wording, *, id: str) -> GT:
    """A table with a line for each indicator and a column for each group: percentages with n, or counts of a few.

    `rows` are publishable rows of one wave, in the order of lines and columns; lines with different bases stand in
    groups under their base. Raises MonitorError when two rows are about one indicator, answer and group.
    """
    values = figures(rows, "indicator", "answer", "domain")
    groups = dict(zip(rows["domain"], rows["group"], strict=True))
    first = rows.drop_duplicates(["indicator", "answer"])
    counted = {
        domain: all(values[key].count is not None or values[key].sign for key in values if key[2] == domain)
        for domain in groups
    }
    lines = []
    for (key, name), base in zip(names_of(first).items(), first["base"], strict=True):
        line: dict[str, str | None] = {"name": name, "base": f"Basis: {base}"}
        for domain in groups:
            value = values[*key, domain]
            line[f"percent {domain}"] = glued(_with_interval(value))
            line[f"n {domain}"] = dutch.number(value.n) if value.n else None
        lines.append(line)
    columns = {domain: ("percent",) if counted[domain] else ("percent", "n") for domain in groups}
    labels = {
        f"{part} {domain}": "Aantal" if counted[domain] else _COLUMNS[part]
        for domain, parts in columns.items()
        for part in parts
    }
    table = dress(pd.DataFrame(lines), labels, wording, id=id, stubhead="Onderwerp", values=values.values())
    for domain, parts in columns.items():
        table = table.tab_spanner(label=groups[domain], columns=[f"{part} {domain}" for part in parts])
    widths = {name: _SIDE["count" if label == "Aantal" else name.split()[0]] for name, label in labels.items()}
    heads = {domain: max(map(len, groups[domain].split())) + 1 for domain in counted if counted[domain]}
    widths |= {f"percent {domain}": max(_SIDE["count"], head) for domain, head in heads.items()}
    widths = {"name": 100 - sum(widths.values()), **widths}
    return table.cols_width({name: f"{at}%" for name, at in widths.items()})


def change(rows: pd.DataFrame, comparisons: pd.DataFrame, wording: Wording, *, id: str) -> GT:
    """A table that sets a wave beside an earlier one: figures, difference, interval and verdict.

    `rows` are publishable rows of two waves and one domain, `comparisons` publishable comparisons of that domain with
    the earlier wave. Rows with different bases stand in groups under their base. Raises MonitorError when two rows are
    about one indicator, answer and wave.
    """
    before, now = sorted({int(wave) for wave in rows["wave"]})
    values = figures(rows, "indicator", "answer", "wave")
    own = rows[rows["wave"] == now]
    compared = {(row["indicator"], row["answer"]): row for row in comparisons.to_dict("records")}
    lines = []
    for (key, name), base in zip(names_of(own).items(), own["base"], strict=True):
        line: dict[str, str | None] = {"name": name, "base": f"Basis: {base}"}
        for wave in (now, before):
            value = values.get((*key, wave))
            line[f"n{wave}"] = dutch.number(value.n) if value else None
            line[f"percent{wave}"] = _with_interval(value) if value else _NOT_ASKED
        row = compared.get(key)
        line["difference"] = _difference(row) if row else None
        line["verdict"] = row["verdict"] if row else None
        lines.append(line)
    labels = {f"{name}{wave}": label for wave in (now, before) for name, label in _COLUMNS.items()}
    labels |= {"difference": "Verschil in procentpunt", "verdict": "Oordeel"}
    table = dress(pd.DataFrame(lines), labels, wording, id=id, stubhead="Onderwerp", values=values.values())
    table = table.cols_width({name: _CHANGE[name.rstrip("0123456789")] for name in ["name", *labels]})
    for wave in (now, before):
        table = table.tab_spanner(label=str(wave), columns=[f"percent{wave}", f"n{wave}"])
    table = table.tab_spanner(label=f"Vergeleken met {before}", columns=["difference", "verdict"])
    return table.fmt(_SHORT, columns="verdict").cols_align("left", "verdict")


def overview(
    rows: pd.DataFrame,
    comparisons: pd.DataFrame,
    wording: Wording,
    *,
    id: str,
    subject: str,
    comparator: str,
    waves: Sequence[int],
    pooled: pd.DataFrame,
) -> GT:
    """A sheet's figures on one page: the subject, beside its comparator and beside itself in an earlier wave.

    `rows` are publishable rows of `subject` in `waves` (the earlier one, if any, and the own one) and of `comparator`
    in the own wave; `comparisons` publishable comparisons of the subject. Verdicts are in their short words, each with
    its mark. `pooled` are rows of the subject in two waves together, or none: a second column beside its own.
    """
    *earlier, now = waves
    values = figures(rows, "indicator", "answer", "domain", "wave")
    together = figures(pooled, "indicator", "answer") if len(pooled) else {}
    own = rows[(rows["domain"] == subject) & (rows["wave"] == now)]
    compared = {(row["indicator"], row["answer"], row["reference"]): row for row in comparisons.to_dict("records")}
    lines = []
    for (key, name), base in zip(names_of(own).items(), own["base"], strict=True):
        line: dict[str, str | None] = {"name": name, "base": f"Basis: {base}"}
        figure = values[(*key, subject, now)]
        line |= {"own": _with_interval(figure), "n": dutch.number(figure.n)}
        both = together.get(key)
        line |= {"pooled": both and _with_interval(both), "pooled_n": both and dutch.number(both.n)}
        beside = [("whole", comparator, now, comparator), *(("before", subject, at, str(at)) for at in earlier)]
        for place, domain, wave, reference in beside:
            value = values.get((*key, domain, wave))
            row = compared.get((*key, reference))
            line[place] = _percent(value) if value else _NOT_ASKED
            line[f"{place}_verdict"] = row["verdict"] if row else None
        lines.append(line)
    groups = dict(zip(rows["domain"], rows["group"], strict=True))
    labels = {"own": _COLUMNS["percent"], "n": "n"}
    labels |= {"pooled": _COLUMNS["percent"], "pooled_n": "n"} if together else {}
    labels |= {"whole": "%", "whole_verdict": "Verschil"}
    labels |= {"before": "%", "before_verdict": "Verschil"} if earlier else {}
    table = dress(
        pd.DataFrame(lines), labels, wording, id=id, stubhead="Onderwerp", values=[*values.values(), *together.values()]
    )
    if together:
        table = table.tab_spanner(label=dutch.waves(pooled["waves"].iloc[0]), columns=["pooled", "pooled_n"])
    spanners = [(subject, now, "own", "n"), (comparator, now, "whole", "whole_verdict")]
    for domain, wave, *columns in [*spanners, *((subject, at, "before", "before_verdict") for at in earlier)]:
        table = table.tab_spanner(label=f"{groups[domain]} {wave}", columns=columns)
    table = table.cols_width({name: _BESIDE[name] for name in ["name", *labels]})
    verdicts = [name for name in labels if name.endswith("_verdict")]
    return table.fmt(_SHORT, columns=verdicts).cols_align("left", verdicts)


def response(rows: pd.DataFrame, wording: Wording, *, id: str) -> GT:
    """The response table: population, invited, respondents and response per group.

    `rows` are rows of 5-publishable-response with `group`; `percent` is the response, 0-100.
    """
    table = pd.DataFrame({"name": rows["group"].to_numpy(), "base": ""})
    for column in ("population", "invited", "responded"):
        table[column] = [dutch.number(int(count)) for count in rows[column]]
    table["percent"] = [None if pd.isna(percent) else dutch.percentage(int(percent)) for percent in rows["percent"]]
    labels = {"population": "Populatie", "invited": "Aangeschreven", "responded": "Respondenten (n)"}
    labels["percent"] = "Respons"
    return dress(table, labels, wording, id=id, stubhead="Groep")


def participation(rows: pd.DataFrame, wording: Wording, *, id: str) -> GT:
    """Which groups took part more or less often than all together: in words, and as partial R-indicators.

    `rows` have `group` and `partial`, a partial R-indicator in thousandths.
    """
    often = ["gemiddeld" if n == 0 else "vaker" if n > 0 else glued("minder vaak") for n in rows["partial"]]
    table = pd.DataFrame({"name": rows["group"].to_numpy(), "base": "", "often": often})
    table["partial"] = [_signed(int(n)) for n in rows["partial"]]
    labels = {"often": "Deed mee", "partial": "Partiële R-indicator (in duizendsten)"}
    return dress(table, labels, wording, id=id, stubhead="Groep").cols_align("left", "often")


def selectivity(rows: pd.DataFrame, wording: Wording, *, id: str) -> GT:
    """What figures rest on: the tipping point of their change, and the figures at other shares of women.

    `rows` have `label`, the figures `before` (None where nothing is comparable) and `now`, `odds_ratio`, and whole
    percents `lower` with fewer and `higher` with more women.
    """
    table = pd.DataFrame({"name": rows["label"].to_numpy(), "base": ""})
    for column in ("before", "now"):
        table[column] = [None if value is None else _percent(value) for value in rows[column]]
    table["odds"] = [None if pd.isna(value) else dutch.decimal(value) for value in rows["odds_ratio"]]
    for column in ("lower", "higher"):
        table[column] = [None if pd.isna(value) else dutch.percentage(int(value)) for value in rows[column]]
    labels = {"before": "Vorige meting", "now": "Deze meting", "odds": "Omslagpunt"}
    labels |= {"lower": "Minder vrouwen", "higher": "Meer vrouwen"}
    return dress(table, labels, wording, id=id, stubhead="Onderwerp")


def published(rows: pd.DataFrame, wording: Wording, *, id: str) -> GT:
    """Figures that were published beside ours: both percentages, our interval, and whether the one lies in the other.

    `rows` as `published.beside_published` gives them, with `label` and `group`.
    """
    interval = rows["low"].astype(str) + "–" + rows["high"].map(dutch.percentage)
    within = rows["within"].map({True: "ja", False: "nee"})
    table = rows.assign(name=rows["label"], base="", wave=rows["wave"].astype(str), interval=interval, within=within)
    for column in ("published", "percent"):
        table[column] = [dutch.percentage(int(percent)) for percent in rows[column]]
    labels = {"group": "Groep", "wave": "Meting", "published": "Gepubliceerd", "percent": "Voorbeeld"}
    labels |= {"interval": "Onzekerheid", "within": "Binnen de grenzen"}
    return dress(table, labels, wording, id=id, stubhead="Onderwerp").cols_align("left", ["group", "wave"])


def signs(*, id: str) -> GT:
    """Verklaring van tekens: what the signs in tables and charts mean, and the marks of the verdicts."""
    table = pd.DataFrame([*SIGNS.items(), *MEANINGS.items()], columns=pd.Index(["name", "meaning"]))
    table["base"] = ["Tekens"] * len(SIGNS) + ["Oordelen over een verschil"] * len(MEANINGS)
    dressed = dress(table, {"meaning": "Betekenis"}, Wording("", "", ""), id=id, stubhead="Teken")
    marks = list(range(len(SIGNS), len(table)))
    return dressed.fmt(_verdict, columns="name", rows=marks).cols_align("left", "meaning")


def dress(
    table: pd.DataFrame,
    labels: dict[str, str],
    wording: Wording,
    *,
    id: str,
    stubhead: str,
    values: Iterable[Figure] = (),
) -> GT:
    """The columns of `labels` with headings, stub, base groups and notes; nothing missing is left blank.

    `table` has texts, or None where one is missing: `name`, `base` ("" or alike where lines have no group) and a column
    for each of `labels`. `values` are the figures in it: where one is indicative or withheld, a note says so.
    """
    grouped = table["base"].nunique() > 1
    kept = table[["name", *labels, *(["base"] if grouped else [])]]
    dressed = GT(kept, rowname_col="name", groupname_col="base" if grouped else None, id=id)
    dressed = dressed.tab_stubhead(stubhead).cols_label({**labels}).cols_align("right", list(labels))
    # Quarto's PDF does not know the letters of great_tables: weight "initial", family "sans-serif". Lines come from the
    # stylesheet and the template: those of great_tables stand in a PDF with every cell, half a megabyte in a report.
    dressed = dressed.sub_missing(missing_text=_MISSING).tab_options(
        table_font_names="Fira Sans",
        table_font_size="9pt",
        heading_title_font_weight="normal",
        heading_subtitle_font_weight="normal",
        row_group_font_weight="normal",
        stub_font_weight="normal",
        stub_row_group_font_weight="normal",
        stub_border_style="none",
        table_body_hlines_style="none",
    )
    told = list(values)
    remarks = [_INDICATIVE] if any(value.indicative for value in told) else []
    remarks += [_SECRET] if any(value.sign == "x" for value in told) else []
    for note in (wording.subtitle, *remarks, *wording.notes):
        if note:
            dressed = dressed.tab_source_note(note)
    return dressed


def _percent(value: Figure) -> str:
    """A percentage as a cell: "51%", "51%*" where indicative, "<5%" where bracketed, or its sign."""
    return value.short + "*" * value.indicative


def _interval(value: Figure) -> str | None:
    if value.low is None or value.high is None:
        return None
    return glued(f"{value.low} tot {dutch.percentage(value.high)}")


def glued(words: str) -> str:
    """The words on one line: a range is not broken."""
    return words.replace(" ", _GLUE)


def _with_interval(value: Figure) -> str:
    interval = _interval(value)
    return glued(f"{_percent(value)} ({interval})") if interval else _percent(value)


def _difference(row: dict) -> str | None:
    """A difference with its interval in points: "+6 (−8 tot +20)"."""
    parts = [None if pd.isna(row[name]) else _signed(int(row[name])) for name in ("difference", "low", "high")]
    difference, low, high = parts
    return difference if low is None or high is None else glued(f"{difference} ({low} tot {high})")


def _signed(points: int) -> str:
    return f"{'+' if points > 0 else '−' if points < 0 else ''}{abs(points)}"


def _verdict(verdict: str, words: dict[str, str] = dutch.VERDICTS) -> str:
    """A verdict's drawn mark and its word, as HTML; the mark takes its colour from the stylesheet or its own.

    Without a comparison there is no verdict: great_tables formats after it fills what is missing.
    """
    if pd.isna(verdict):
        return _MISSING
    look = palette.VERDICTS[verdict]
    filled = look.marker not in palette.SIGNS and not look.outline
    paint = 'fill="currentColor"' if filled else 'fill="none" stroke="currentColor" stroke-width="1.4"'
    mark = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" viewBox="0 0 10 10" color="{look.colour}" '
        f'aria-hidden="true"><path d="{look.path}" {paint}/></svg>'
    )
    return f'<span class="verdict" data-verdict="{verdict}">{mark}</span> {words[verdict]}'


_SHORT = partial(_verdict, words=dutch.SHORT_VERDICTS)
