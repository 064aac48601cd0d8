"""A small invented survey and what could be published of it, in every kind of file, as bytes that a test may change."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pikepdf

from audit.attack import Outcome, prepare, solve_all
from audit.figures import COLUMNS, Found
from audit.media import Read, read
from audit.rules import Rules
from audit.scan import hold

PLACES = {"raadslid": "gemeente", "wethouder": "gemeente", "statenlid": "provincie", "provinciebestuur": "provincie"}
ROWS = [
    ["all"],
    ["layer=gemeente", "layer=provincie"],
    [f"function_group={name}" for name in PLACES],
    ["gender=vrouw", "gender=man"],
]
KEYS = {"Q000028", "Q012259", "wethouder/overijssel"}
RULES = Rules(
    **{"shown": 30, "step": 5, "step_large": 10, "large": 100, "bracket": 3, "bracket_n": 60, "bracket_percent": 5},
    rows={"officeholders": ROWS},
    labels={"officeholders": {"Allen": "all"}},
    indicators={
        **{name: {"kind": "proportion"} for name in ("any_aggression", "physical", "aftercare", "reported")},
        "severity": {"kind": "distribution", "variable": "severity", "base": {}},
    },
    errata=frozenset(),
)
_ASKED = {"any_aggression": ("",), "physical": ("",), "aftercare": ("",), "severity": ("minder", "ernstig", "zeer")}
_REPORTED = {  # of few who were asked because of another answer: how many in a cell, and in which steps one said yes
    **{"raadslid": (2, {"vrouw": {0, 1}, "man": {0}}), "wethouder": (1, {"vrouw": {3}, "man": set()})},
    **{"statenlid": (3, {"vrouw": {*range(8)}, "man": {*range(8)}})},
    **{"provinciebestuur": (1, {"vrouw": {0, 2, 4, 6}, "man": {0, 2, 4, 6}})},
}
_SHARES = {"any_aggression": 0.45, "physical": 0.3, "aftercare": 0.5}


@cache
def cells() -> pd.DataFrame:
    """About sixty cells of one wave: two layers, four functions, two sexes, classes of weights."""
    chance, made = np.random.default_rng(4), []
    for cell, (function, gender, step) in enumerate(product(PLACES, ("vrouw", "man"), range(8))):
        size = {"raadslid": 44, "wethouder": 26, "statenlid": 6, "provinciebestuur": 2 if step < 6 else 1}[function]
        for indicator, answers in _ASKED.items():
            n = size if indicator != "aftercare" else {"statenlid": 4, "provinciebestuur": 1}.get(function, size)
            draw = chance.multinomial(n, [0.5, 0.3, 0.2])
            for at, answer in enumerate(answers):
                share = 0.0 if (indicator, function) == ("physical", "wethouder") else _SHARES.get(indicator, 0.0)
                yes = int(draw[at]) if answer else int(chance.binomial(n, share))
                head = {"survey": "officeholders", "wave": 2024, "cell": cell, "function_group": function}
                head |= {
                    "layer": PLACES[function],
                    "gender": gender,
                    "weight": _weight(function, step, cell),
                    "size": size,
                }
                made.append(head | {"indicator": indicator, "answer": answer, "n": n, "yes": yes})
        n, those = _REPORTED[function]
        made.append(head | {"indicator": "reported", "answer": "", "n": n, "yes": int(step in those[gender])})
    return pd.DataFrame(made)


def _weight(function: str, step: int, cell: int) -> float:
    """Of officeholders of provinces nearly the same, so that one group follows from the others."""
    return round(2 + 0.001 * step if PLACES[function] == "provincie" else 1.7 + 0.2 * step + 0.01 * cell, 9)


def members(domain: str) -> pd.DataFrame:
    """The cells of a group."""
    frame = cells()
    for name, _, value in (part.partition("=") for part in domain.split("&") if domain != "all"):
        frame = frame[frame[name] == value]
    return frame


def figure(indicator: str, answer: str, domain: str, *, lift: bool = False) -> dict[str, str]:
    """A line of a data file as the rules would have it; `lift` shows what should be withheld."""
    mine = members(domain)
    mine = mine[(mine["indicator"] == indicator) & (mine["answer"] == answer)]
    n, yes = int(mine["n"].sum()), int(mine["yes"].sum())
    share = float(np.average(mine["yes"] / mine["n"], weights=mine["n"] * mine["weight"]))
    row = dict.fromkeys(COLUMNS.values(), "") | {"id": f"{indicator}{f'.{answer}' if answer else ''}|2024|{domain}"}
    step = 10 if n > 100 else 5
    row |= {"respondenten_afgerond": str(int(n / step + 0.5) * step), "groepscode": domain, "meting": "2024"}
    row |= {"onderwerp": indicator, "antwoord": answer, "groep": domain, "antwoordcode": answer}
    withheld = domain == "function_group=statenlid"  # with the whole layer it would tell of the executives
    withheld |= (indicator, domain) == ("reported", "function_group=raadslid")  # and this of the wethouders
    if n < 30 and not lift:
        row |= {"teken": "/", "weergave": "/", "respondenten_afgerond": str(min(n // 5 * 5, 25))}
    elif (withheld or (min(yes, n - yes) < 3 and n < 60)) and not lift:
        row |= {"teken": "x", "weergave": "x"}
    elif min(yes, n - yes) < 3 and not lift:
        row["weergave"] = "minder dan 5%"
    else:
        percent = int(100 * share + 0.5)
        row |= {"percentage": str(percent), "weergave": f"{percent}%"}
        row |= {"ondergrens": str(max(percent - 9, 0)), "bovengrens": str(min(percent + 12, 100))} if n < 0 else {}
    return row


@cache
def _lines() -> tuple[dict[str, str], ...]:
    asked = [*((name, answer) for name, answers in _ASKED.items() for answer in answers), ("reported", "")]
    return tuple(figure(*one, domain) for one in asked for row in ROWS for domain in row)


def lines() -> list[dict[str, str]]:
    """All figures of the invented survey."""
    return [dict(line) for line in _lines()]


@dataclass
class Chart:
    """A drawing of figures on an axis from 0% to 100%."""

    label: str
    percents: list[float]

    def svg(self) -> str:
        """Its marks at x = 100 + 3 points a percent."""
        ticks = "".join(
            f'<text style="font-size: 8px; fill: #4a5663" x="{100 + 3 * at}" y="95">{at}%</text>' for at in (0, 50, 100)
        )
        rules = "".join(
            f'<path d="M {100 + 3 * at} 10 L {100 + 3 * at} 90 " style="stroke-width: 0.4"/>' for at in (0, 50, 100)
        )
        marks = "".join(f'<use x="{100 + 3 * at:.6f}" y="50" style="fill: #0a5c8a"/>' for at in self.percents)
        body = f'<g id="LineCollection_1">{rules}</g>{ticks}<g>{marks}</g>'
        return f'<svg role="img" class="monitor-chart" aria-label="{self.label}">{body}</svg>'


def page(rows: list[dict[str, str]], *, chart: Chart | None = None, more: str = "") -> str:
    """A page: a figure in a sentence, its note, the table of a chart, and the chart before it."""
    one, table = (
        rows[0],
        "".join(
            f'<tr data-row="{row["id"]}"><th>x</th><td>{row["weergave"]}</td>'
            f"<td>{row['respondenten_afgerond']}</td></tr>"
            for row in rows
        ),
    )
    shown = [row for row in rows if row["percentage"]][:3]
    drawn = chart or Chart(
        "Staven. " + "; ".join(f"groep {row['weergave']}" for row in shown), [float(row["percentage"]) for row in shown]
    )
    heads = "<thead><tr><th>Onderwerp</th><th>Percentage</th><th>Antwoorden (n)</th></tr></thead>"
    note = (
        f"<strong>Label: {one['weergave']}</strong><dl><dt>Antwoorden</dt><dd>{one['respondenten_afgerond']}</dd></dl>"
    )
    return (
        f"<!DOCTYPE html><html><head><title>Monitor</title></head><body><p>Van hen kreeg "
        f'<a class="figure-link" data-row="{one["id"]}">{one["weergave"]}</a> ermee te maken.</p>{drawn.svg()}'
        f'<details class="figure-rows"><table>{heads}<tbody>{table}</tbody></table></details>'
        f'<ol><li class="figure-note" data-row="{one["id"]}">{note}</li></ol>{more}</body></html>'
    )


def workbook(
    rows: list[dict[str, str]], *, row: str = "", sheet: str = "", creator: str = "", fine: float = 0.0
) -> bytes:
    """A workbook of one sheet; `row` and `sheet` are attributes of its last line and of the sheet."""
    texts = list(dict.fromkeys(text for each in rows for text in (each["onderwerp"], each["antwoord"], each["groep"])))
    body = ""
    for at, each in enumerate(rows, start=1):
        words = zip("ABD", (each["onderwerp"], each["antwoord"], each["groep"]), strict=True)
        body += f'<row r="{at}" {row if at == len(rows) else ""}>'
        body += "".join(f'<c r="{letter}{at}" t="s"><v>{texts.index(text)}</v></c>' for letter, text in words)
        share = (float(each["percentage"]) / 100 + (fine if at == 1 else 0.0)) if each["percentage"] else None
        body += f'<c r="E{at}"><v>{share:.6g}</v></c>' if share is not None else ""
        body += f'<c r="H{at}"><v>{each["respondenten_afgerond"]}</v></c></row>'
    space, made = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"', io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr(
            "xl/workbook.xml", f'<workbook {space}><sheets><sheet name="Cijfers" {sheet}/></sheets></workbook>'
        )
        book.writestr("xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{body}</sheetData></worksheet>")
        strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
        book.writestr("xl/sharedStrings.xml", f"<sst {space}>{strings}</sst>")
        book.writestr("docProps/core.xml", f"<core><creator>{creator}</creator></core>")
    return made.getvalue()


def pdf(text: str, **info: str) -> bytes:
    """A page of a PDF with this text and these metadata."""
    made, document = io.BytesIO(), pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page_ = document.add_blank_page()
    page_.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page_.Contents = document.make_stream(f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode("latin-1"))
    for name, value in info.items():
        document.docinfo[f"/{name}"] = value
    document.save(made)
    return made.getvalue()


def publication(rows: list[dict[str, str]] | None = None) -> dict[str, bytes]:
    """Files of every kind of these figures."""
    rows = lines() if rows is None else rows
    frame, one = pd.DataFrame(rows), rows[0]
    parquet = io.BytesIO()
    frame.to_parquet(parquet)
    columns = json.dumps({name: frame[name].tolist() for name in frame})
    words = f"{one['id']} {one['weergave']}"
    return {
        "cijfers.csv": frame.to_csv(index=False).encode(),
        "cijfers.parquet": parquet.getvalue(),
        "cijfers.js": f'monitorFigures("2024-1",{columns});\n'.encode(),
        "boek.xlsx": workbook(rows),
        "blad.html": page(rows).encode(),
        "blad.pdf": pdf(f"Van hen kreeg {one['weergave']} ermee te maken."),
        "catalogus.jsonld": json.dumps({"titel": "Cijfers", "voorbeeld": words}).encode(),
        "codeboek.xml": f"<codeboek><vraag>{words}</vraag></codeboek>".encode(),
        "zoek.pf_fragment": gzip.compress(f'{{"content":"Van hen kreeg {one["weergave"]} ermee te maken."}}'.encode()),
    }


@cache
def _read(name: str, data: bytes) -> Read:
    """A file that was not changed is read once."""
    return read(name, data, KEYS)


def audited(files: dict[str, bytes]) -> tuple[list[Found], Outcome]:
    """What the audit finds in these files."""
    figures, faults = hold({name: _read(name, data) for name, data in files.items()}, RULES)
    attack = prepare(figures, [cells()], RULES)
    outcome = attack.outcome(solve_all(attack.parts, 1.0, workers=1))
    return [*faults, *outcome.faults], outcome
