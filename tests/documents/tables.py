"""Every cell of a table with figures equals its row: percentage, interval, n, difference and verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import html

from tests.documents.facts import Row
from tests.documents.finished import Finding, Page, Publication
from tests.documents.verdicts import WORDS

SHORT_WORDS = WORDS | {
    "about_equal": "gelijk",
    "small_difference": "klein verschil",
    "no_demonstrable_difference": "niet aantoonbaar",
    "too_few": "te weinig",
    "withheld": "geheim",
}
_MISSING, _NOT_ASKED = "–", "."
_MARGINS = ("Onzekerheid", "Indicatieve marge")
_FIGURES = (
    "Percentage",
    "% (onzekerheid)",
    "%",
    "Aantal",
    "n",
    "Verschil",
    "Verschil in procentpunt",
    "Oordeel",
    *_MARGINS,
)
_RESPONSE = {
    "Populatie": "population",
    "Aangeschreven": "invited",
    "Respondenten (n)": "responded",
    "Respons": "percent",
}
#: Tables of 6-protection.json, and its counts by their headings.
_PROTECTED = ("bescherming-metingen", "bescherming-producten")
_OUTCOMES = {
    **{"Bedoeld": "planned", "Getoond": "shown", "Zeldzaam of bijna iedereen": "bracketed", "Samengenomen": "merged"},
    **{"Te weinig waarnemingen": "too_few", "Geheim, zelf": "alone", "Geheim, naast andere": "beside"},
}
_PARTIAL = "Partiële R-indicator (in duizendsten)"
#: Tables of tests/reference/coverage.csv: per heading the column with which a cell begins, as a share of a hundred.
_COUNTED = {
    "dekking": {
        **{"Klopt": "coverage", "Echte cijfer lager": "below", "Echte cijfer hoger": "above"},
        **{"Breedte in procentpunt": "width", "Slechtste kenmerk": "worst_coverage"},
    },
    "trefkans": {
        **{"Grenzen bij vergelijken kloppen": "coverage_superpopulation", "Tussen metingen": "false_verdicts"},
        **{"Tussen groepen": "false_between", "3 procentpunt": "power_3", "5 procentpunt": "power_5"},
        **{"10 procentpunt": "power_10"},
    },
}


class Column(NamedTuple):
    """A column: the heading that spans it, and its own."""

    spanner: str
    label: str


def findings(publication: Publication) -> Iterator[Finding]:
    """The tables of every page. A table of another kind with percentages is a finding: nobody checks it."""
    for page in publication.parts:
        for table in page.main.iter("table"):
            labels = {column.label for column in columns(table)}
            yield from _notes(page, table)
            if labels & set(_RESPONSE):
                yield from _response(page, table)
            elif "Omslagpunt" in labels:
                yield from _selectivity(page, table)
            elif _PARTIAL in labels:
                yield from _participation(page, table)
            elif table.get("id") in _PROTECTED:
                yield from _protection(page, table)
            elif table.get("id") in _COUNTED:
                yield from _counted(page, table)
            elif "Gepubliceerd" in labels:
                yield from _published(page, table)
            elif labels & {"Percentage", "% (onzekerheid)"}:
                yield from _figures(page, table)
            elif table.get("id") != "tekens" and "%" in "".join(table.xpath(".//tbody//text()")):
                yield page.finding("table that cannot be checked", table.get("id"))


def _notes(page: Page, table: html.HtmlElement) -> Iterator[Finding]:
    """A note below a table is about that table: the base of all its lines, an n that stands in it, no drawing's key."""
    notes = " ".join(table.xpath("string(./tfoot)").split())
    if key := re.search(r"\b(Streep|Open punt|Punt): ", notes):
        yield page.finding("key of a drawing below a table", f"{table.get('id')}: {key[0]}")
    match = re.search(r"Basis: .+?; n = ([\d.]+)\.", notes)
    several = [_words(cell) for cell in table.xpath("./tbody//th[@scope='colgroup' and contains(., 'Basis: ')]")]
    if match and len(set(several)) > 1:
        yield page.finding("one base below a table of several", f"{table.get('id')}: {match[0]}")
    if match and match[1] not in {_words(cell) for cell in table.xpath("./tbody//td")}:
        yield page.finding("base line with the n of no line", f"{table.get('id')}: {match[0]}")


def columns(table: html.HtmlElement) -> list[Column]:
    """The columns with their headings, spans unfolded."""
    grid: dict[tuple[int, int], str] = {}
    rows = table.xpath("./thead/tr[not(contains(@class, 'gt_heading'))]")
    for down, line in enumerate(rows):
        across = 0
        for cell in line:
            while (down, across) in grid:
                across += 1
            for right in range(int(cell.get("colspan", 1))):
                for below in range(int(cell.get("rowspan", 1))):
                    grid[down + below, across + right] = _words(cell).removeprefix("Vergeleken met ")
            across += int(cell.get("colspan", 1))
    width = 1 + max((across for _, across in grid), default=-1)
    heads = [[grid.get((down, across), "") for down in range(len(rows))] for across in range(width)]
    return [Column(head[0] if len(head) > 1 and head[0] != head[-1] else "", head[-1]) for head in heads]


def _words(cell: html.HtmlElement) -> str:
    return " ".join(cell.text_content().split())


def _lines(table: html.HtmlElement) -> Iterator[tuple[str, dict[Column, str], dict[Column, html.HtmlElement]]]:
    heads = columns(table)
    for line in table.xpath("./tbody/tr[td]"):
        cells = list(line)
        yield (
            _words(cells[0]),
            {head: _words(cell) for head, cell in zip(heads[1:], cells[1:], strict=True)},
            dict(zip(heads[1:], cells[1:], strict=True)),
        )


def _figures(page: Page, table: html.HtmlElement) -> Iterator[Finding]:
    for name, words, cells in _lines(table):
        own: Row | None = None
        for column, said in words.items():
            if column.label not in _FIGURES:
                yield page.finding("column that cannot be checked", f"{table.get('id')}: {column}")
                continue
            row = _row(page, table, name, column)
            if row is None:
                asked = _is_asked(page, name, column)
                if said not in (_MISSING, *([] if asked else [_NOT_ASKED])) and not column.label.startswith(
                    ("Verschil", "Oordeel")
                ):
                    yield page.finding("cell without a row", f"{table.get('id')}: {name}, {column.spanner}: {said}")
                continue
            own = own or row
            if row.domain not in page.domains or row.wave > page.edition:
                yield page.finding("cell of another group than the page's", f"{name}: {said} ({row.id})")
            if column.label.startswith(("Verschil", "Oordeel")):
                yield from _compared(page, name, said, cells[column], own, row, column)
            elif _in_full(said) != (right := _right(row, column.label)):
                yield page.finding(
                    "cell differs from its row", f"{name}, {column.label}: {said}, not {right} ({row.id})"
                )


def _in_full(said: str) -> str:
    """A cell with a bracket in full: "<5%" is short for "minder dan 5%"."""
    return re.sub(r"^([<>])(?=\d)", lambda match: "minder dan " if match[1] == "<" else "meer dan ", said)


def _right(row: Row, label: str) -> str:
    """What a cell must say."""
    number = f"{row.n:,}".replace(",", ".") if row.n else _MISSING
    interval = f"{row.low} tot {row.high}%" if row.low is not None else ""
    percent = row.sign or row.text + "*" * row.indicative
    both = f"{percent} ({interval})" if interval else percent
    margin = interval or _MISSING if label == row.margin.capitalize() else f"a margin that is called {row.margin}"
    return {"n": number, "% (onzekerheid)": both, **dict.fromkeys(_MARGINS, margin)}.get(label, percent)


def _row(page: Page, table: html.HtmlElement, name: str, column: Column) -> Row | None:
    """The row of a cell: from the table's id, the name of the line, and the heading that spans the column."""
    facts = page.facts
    kind, _, about = table.get("id", "").partition("-")
    if both := re.fullmatch(r"(20\d\d) en (20\d\d) samen", column.spanner):
        indicator = facts.indicator_called(name) or name
        return facts.rows.get(f"{indicator}|{both[1]}+{both[2]}|{page.domain}")
    where = re.fullmatch(r"(.*?) ?(20\d\d)?", column.spanner)
    wave = int(where[2]) if where and where[2] else page.edition
    domain = page.domain
    if where and where[1]:
        domain = facts.group_called(where[1], page.domains) or where[1]
    if kind == "groepen":
        return facts.row(about, "", wave, facts.group_called(name, page.domains) or name)
    if kind == "themagroepen":
        indicator = facts.indicator_called(column.spanner) or column.spanner
        return facts.row(indicator, "", page.edition, facts.group_called(name, page.domains) or name)
    if kind == "bijlage":
        label, _, answer = name.rpartition(": ")
        indicator = facts.indicator_called(label or name) or facts.indicator_called(name) or name
        answers = {said.lower(): each for said, each in facts.answers.get(indicator, {}).items()}
        return facts.row(
            indicator,
            answers.get(answer.lower(), answer) if indicator == facts.indicator_called(label) else "",
            wave,
            domain,
        )
    if kind == "antwoorden":
        answer = facts.answers[about].get(name, name)
        return facts.row(about, answer, wave, domain)
    indicator = facts.indicator_called(name) or facts.indicator_called(name.partition(": ")[0]) or name
    answers = {label.lower(): answer for label, answer in facts.answers.get(indicator, {}).items()}
    return facts.row(indicator, answers.get(name.partition(": ")[2], ""), wave, domain)


def _is_asked(page: Page, name: str, column: Column) -> bool:
    """Whether the wave in the heading that spans a column asked what the line is about, of anybody."""
    wave = re.search(r"20\d\d$", column.spanner)
    indicator = page.facts.indicator_called(name)
    return any(row.indicator == indicator and wave and row.wave == int(wave[0]) for row in page.facts.rows.values())


def _compared(
    page: Page, name: str, said: str, cell: html.HtmlElement, own: Row | None, other: Row | None, column: Column
) -> Iterator[Finding]:
    if own is None or other is None:
        return
    compared = page.facts.compared(own, other.wave if other.domain == own.domain else other.domain)
    if compared is None:
        if said != _MISSING:
            yield page.finding("verdict in a table without a comparison", f"{name}: {said} ({own.id})")
        return
    marks = cell.xpath(".//*[@data-verdict]/@data-verdict")
    if marks:
        if marks != [compared.verdict] or said not in (WORDS[compared.verdict], SHORT_WORDS[compared.verdict]):
            yield page.finding("verdict in a table differs from the comparison", f"{name}, {column}: {said} {compared}")
        return
    numbers = [
        None if value is None else _signed(value) for value in (compared.difference, compared.low, compared.high)
    ]
    right = f"{numbers[0]} ({numbers[1]} tot {numbers[2]})" if numbers[1] else numbers[0] or _MISSING
    if said != right:
        yield page.finding("difference in a table differs from the comparison", f"{name}: {said}, not {right}")
    printed = None if own.percent is None or other.percent is None else own.percent - other.percent
    if compared.difference is not None and compared.difference != printed:
        yield page.finding(
            "difference is not that of the printed percentages", f"{name}: {said} ({own.text}, {other.text})"
        )


def _signed(points: int) -> str:
    return f"{'+' if points > 0 else '−' if points < 0 else ''}{abs(points)}"


def _response(page: Page, table: html.HtmlElement) -> Iterator[Finding]:
    for name, words, _ in _lines(table):
        row = page.facts.response.get((page.edition, page.facts.group_called(name, page.facts.groups) or ""))
        for column, said in words.items():
            right = getattr(row, _RESPONSE.get(column.label, ""), None) if row else None
            right = (
                f"{right:,}".replace(",", ".") + "%" * (column.label == "Respons") if right is not None else _MISSING
            )
            if said != right:
                yield page.finding("response differs from its row", f"{name}, {column.label}: {said}, not {right}")


def _participation(page: Page, table: html.HtmlElement) -> Iterator[Finding]:
    """Partial R-indicators are those of the printed numbers: sqrt(N_k / N) x (rate - mean rate), in thousandths."""
    found = {domain: row for (wave, domain), row in page.facts.response.items() if wave == page.edition}
    groups = {domain: row for domain, row in found.items() if domain.startswith("function_group=")}
    rates = {domain: row.responded / row.invited for domain, row in groups.items()}
    persons = sum(row.population for row in groups.values())
    mean = sum(rates[domain] * row.population for domain, row in groups.items()) / persons
    lines = list(_lines(table))
    if len(lines) != len(groups):
        yield page.finding("table of other groups than the response", table.get("id"))
    for name, cells, _ in lines:
        domain = page.facts.group_called(name, groups) or ""
        exact = 1000 * (groups[domain].population / persons) ** 0.5 * (rates[domain] - mean)
        right = round(exact)
        words = "gemiddeld" if not right else "vaker" if right > 0 else "minder vaak"
        said = {column.label: said for column, said in cells.items()}
        if said != {"Deed mee": words, _PARTIAL: _signed(right)}:
            yield page.finding("participation is not that of the printed numbers", f"{name}: {said} ({exact:.3f})")


def _protection(page: Page, table: html.HtmlElement) -> Iterator[Finding]:
    """How many figures were withheld: the counts of the build, each line adds up, and those of a wave are its rows'."""
    facts, waves = page.facts, table.get("id") == _PROTECTED[0]
    people = {facts.groups["all"]["plural"]: facts.survey}
    people |= {other.groups["all"]["plural"]: name for name, other in facts.others.items()}
    newest = max(row["wave"] for row in facts.protection["waves"])
    rows = facts.protection["waves"] if waves else [r for r in facts.protection["products"] if r["edition"] == newest]
    wanted = {tuple(row[name] for name in _OUTCOMES.values()) for row in rows}
    told, survey = [], ""
    for line in table.xpath("./tbody/tr"):
        words = [_words(cell) for cell in line]
        if len(words) == 1:
            survey = people.get(words[0][:1].lower() + words[0][1:], "")
            continue
        said = tuple(int(number.replace(".", "")) for number in words[1:])
        told.append(said)
        if said[0] != sum(said[1:]) or said not in wanted:
            yield page.finding("counts of protection differ from the build", f"{words}")
        if waves:
            right = facts.became(survey, int(words[0])) if survey else {}
            if [*right.values()] != [*said[:5], said[5] + said[6]]:
                yield page.finding("counts of protection differ from the rows", f"{survey} {words}, not {right}")
    if [column.label for column in columns(table)[1:]] != list(_OUTCOMES) or len(told) != len(rows):
        yield page.finding("table with other lines than its rows", f"{table.get('id')}: {len(told)}, not {len(rows)}")


def _selectivity(page: Page, table: html.HtmlElement) -> Iterator[Finding]:
    """Percentages equal their rows, and the tipping point is that of the printed percentages and response."""
    told = {row["indicator"]: row for row in page.facts.weighting[str(page.edition)]["headline"]}
    response = page.facts.response[page.edition, "all"].percent / 100
    for name, cells, _ in _lines(table):
        said = {column.label: words for column, words in cells.items()}
        indicator = page.facts.indicator_called(name) or name
        row, own = page.facts.row(indicator, "", page.edition, "all"), told[indicator]
        before = page.facts.row(indicator, "", own["reference"] or 0, "all")
        right = {"Vorige meting": before.text if before else _MISSING, "Deze meting": row.text if row else _MISSING}
        right |= {"Omslagpunt": _odds_ratio(before, row, response)}
        for label, side in (("Minder vrouwen", "lower"), ("Meer vrouwen", "higher")):
            right[label] = _MISSING if own[side] is None else f"{own[side]}%"
        if said != right:
            yield page.finding("selectivity differs from its row", f"{name}: {said}, not {right}")


def _odds_ratio(before: Row | None, now: Row | None, response: float) -> str:
    """How much larger the odds of answering were of those who say yes, had nothing changed."""
    if before is None or now is None or before.percent is None or now.percent is None:
        return _MISSING
    said_yes, said_no = now.percent / before.percent, (100 - now.percent) / (100 - before.percent)
    yes, no = response * said_yes, response * said_no
    return f"{yes * (1 - no) / (no * (1 - yes)):.2f}".replace(".", ",") if max(yes, no) < 1 else _MISSING


def _counted(page: Page, table: html.HtmlElement) -> Iterator[Finding]:
    """Shares counted over surveys that were drawn: every line that of its row, in the order of the file."""
    known = _COUNTED[table.get("id")]
    rows = [row for row in page.facts.coverage if "power_3" not in known.values() or row["power_3"] == row["power_3"]]
    lines = list(_lines(table))
    if len(lines) != len(rows):
        yield page.finding("table with other lines than its rows", f"{table.get('id')}: {len(lines)}, not {len(rows)}")
    for (name, words, _), row in zip(lines, rows, strict=False):
        for column, said in words.items():
            if column.label not in known:
                continue
            share, number = 100 * row[known[column.label]], re.match(r"[\d,]+", said)
            right = number and abs(float(number[0].replace(",", ".")) - share) <= 0.05 + 1e-9
            if not (right if share == share else said == _MISSING):
                yield page.finding("cell differs from its row", f"{name}, {column.label}: {said}, not {share:.2f}")


def _published(page: Page, table: html.HtmlElement) -> Iterator[Finding]:
    """Published figures beside ours: ours equal their rows, and "binnen de grenzen" is what the numbers say."""
    for name, cells, _ in _lines(table):
        words = {column.label: said for column, said in cells.items()}
        indicator, _, answer = name.partition(": ")
        known = page.facts.indicator_called(indicator) or indicator
        answers = {label.lower(): each for label, each in page.facts.answers.get(known, {}).items()}
        domain = page.facts.group_called(words["Groep"], page.facts.groups) or ""
        row = page.facts.row(known, answers.get(answer, answer), int(words["Meting"]), domain)
        if row is None or row.low is None or row.high is None:
            yield page.finding("cell without a row", f"{name}: {words}")
            continue
        if words["Voorbeeld"] != row.text or words["Onzekerheid"] != f"{row.low}–{row.high}%":
            yield page.finding("cell differs from its row", f"{name}: {words} ({row.id})")
        inside = row.low <= int(words["Gepubliceerd"].rstrip("%")) <= row.high
        if words["Binnen de grenzen"] != ("ja" if inside else "nee"):
            yield page.finding("published figure is not where the table says", f"{name}: {words}")
