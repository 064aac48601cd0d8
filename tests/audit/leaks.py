"""Leaks that are planted in the invented publication, each in one medium or one figure, by kind and by seed."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable

import pandas as pd

from tests.audit.invented import Chart, figure, lines, page, pdf, publication, workbook

Files = dict[str, bytes]
Planted = Callable[[random.Random, Files], None]


def columns(files: Files, medium: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Change the table of one data file."""
    import io

    frame = change(pd.DataFrame(lines()))
    if medium == "cijfers.csv":
        files[medium] = frame.to_csv(index=False).encode()
    elif medium == "cijfers.parquet":
        frame.to_parquet(made := io.BytesIO())
        files[medium] = made.getvalue()
    else:
        packed = json.dumps({name: frame[name].tolist() for name in frame})
        files[medium] = f'monitorFigures("2024-1",{packed});\n'.encode()


TABLES = ("cijfers.csv", "cijfers.parquet", "cijfers.js")


def _shown(chance: random.Random) -> dict[str, str]:
    return chance.choice([row for row in lines() if row["percentage"]])


def lifted(chance: random.Random, files: Files) -> None:
    """A figure of too few, or a withheld one, is shown."""
    row = chance.choice([row for row in lines() if row["teken"]])
    indicator, _, answer = row["id"].split("|")[0].partition(".")
    new = figure(indicator, answer, row["groepscode"], lift=True)
    _replace(chance, files, row["id"], new)


def _replace(chance: random.Random, files: Files, identifier: str, new: dict[str, str]) -> None:
    """Put another line in the place of one, in every file or in one data file only."""
    rows = [new if row["id"] == identifier else row for row in lines()]
    if chance.random() < 0.5:
        files |= publication(rows)
    else:
        columns(files, chance.choice(TABLES), lambda _: pd.DataFrame(rows))


def digit(chance: random.Random, files: Files) -> None:
    """A percentage with a decimal in one data file."""
    row, extra = _shown(chance), chance.randint(1, 9)
    column = chance.choice(["percentage", "weergave"])
    new = row | {column: row[column].replace(row["percentage"], f"{row['percentage']}.{extra}")}
    columns(
        files,
        chance.choice(TABLES),
        lambda frame: pd.DataFrame([new if each["id"] == row["id"] else each for each in frame.to_dict("records")]),
    )


def words(chance: random.Random, files: Files) -> None:
    """A percentage with a decimal in the words of one medium."""
    medium = chance.choice(["blad.html", "blad.pdf", "codeboek.xml", "zoek.pf_fragment"])
    said = f"Van hen kreeg {chance.randint(10, 90)},{chance.randint(1, 9)}% ermee te maken."
    if medium == "blad.html":
        files[medium] = page(lines(), more=f"<p>{said}</p>").encode()
    elif medium == "blad.pdf":
        files[medium] = pdf(said)
    elif medium == "codeboek.xml":
        files[medium] = f"<codeboek><vraag>{said}</vraag></codeboek>".encode()
    else:
        files[medium] = gzip.compress(f'{{"content":"{said}"}}'.encode())


def domain(chance: random.Random, files: Files) -> None:
    """A group that is not planned."""
    name = chance.choice(
        ["function_group=raadslid&gender=vrouw", "layer=gemeente&gender=man", "gender=man&layer=gemeente"]
    )
    columns(
        files,
        chance.choice(TABLES),
        lambda frame: pd.concat([frame, pd.DataFrame([figure("any_aggression", "", name)])]),
    )


def exact(chance: random.Random, files: Files) -> None:
    """A number of respondents that is not rounded."""
    row = _shown(chance)
    new = row | {"respondenten_afgerond": str(int(row["respondenten_afgerond"]) + chance.choice([-3, -2, -1, 1, 2, 3]))}
    _replace(chance, files, row["id"], new)


def drawing(chance: random.Random, files: Files) -> None:
    """A mark that is drawn at an exact share."""
    at = chance.randint(10, 90)
    row = next(each for each in lines() if each["percentage"])
    chart = Chart(f"Staven. groep {row['weergave']}", [float(row["percentage"]), at + chance.uniform(0.1, 0.9)])
    files["blad.html"] = page(lines(), chart=chart).encode()


def alternative(chance: random.Random, files: Files) -> None:
    """A chart whose text alternative says what is shown nowhere."""
    taken = {row["percentage"] for row in lines()}
    other = chance.choice([at for at in range(10, 95) if str(at) not in taken])
    files["blad.html"] = page(lines(), chart=Chart(f"Staven. kleine groep {other}%", [50.0])).encode()


def popover(chance: random.Random, files: Files) -> None:
    """A note, or a sentence, that says another percentage than its row, or shows a withheld one."""
    row = chance.choice(lines())
    other = f"{(int(row['percentage'] or 30) + chance.randint(1, 40)) % 100}%"
    tag = chance.choice(["li", "a", "span"])
    more = f'<{tag} class="figure-note" data-row="{row["id"]}"><strong>Label: {other}</strong></{tag}>'
    files["blad.html"] = page(lines(), more=more).encode()


def metadata(chance: random.Random, files: Files) -> None:
    """A path of a machine in the metadata of a file."""
    path = chance.choice(["/home/jan/monitor/data", "/Users/els/cijfers.csv", "C:\\Data\\monitor"])
    if chance.random() < 0.5:
        files["blad.pdf"] = pdf("Geen cijfers.", **{chance.choice(["Author", "Producer", "Subject"]): path})
    else:
        files["boek.xlsx"] = workbook(lines(), creator=path)


def hidden(chance: random.Random, files: Files) -> None:
    """A row or a sheet of the workbook that nobody sees, or a cell with more digits than its format shows."""
    ways = [{"row": 'hidden="1"'}, {"sheet": 'state="hidden"'}, {"sheet": 'state="veryHidden"'}, {"fine": 0.0013}]
    files["boek.xlsx"] = workbook(lines(), **chance.choice(ways))


def key(chance: random.Random, files: Files) -> None:
    """The key of a respondent or of a stratum, anywhere."""
    said = chance.choice(["Q000028", "Q012259", "wethouder/overijssel"])
    name = chance.choice(["blad.html", "cijfers.csv", "codeboek.xml", "catalogus.jsonld", "cijfers.js"])
    if name == "blad.html":
        files[name] = page(lines(), more=f"<!-- {said} -->").encode()
    elif name == "catalogus.jsonld":
        files[name] = json.dumps({"titel": said}).encode()
    else:
        files[name] += f"\n<!-- {said} -->\n".encode() if name == "codeboek.xml" else b""
    if name in TABLES:
        columns(files, name, lambda frame: frame.assign(basis=said))


def bracket(chance: random.Random, files: Files) -> None:
    """A figure in the place of "minder dan 5%"."""
    row = chance.choice([row for row in lines() if row["weergave"].startswith("minder")])
    _replace(chance, files, row["id"], row | {"percentage": "0", "weergave": "0%"})


def statistics(chance: random.Random, files: Files) -> None:
    """A column of exact statistics."""
    name = chance.choice(
        ["standaardfout", "se", "df", "design_effect", "n_eff", "gewicht", "personen", "aantal_ja", "stratum"]
    )
    columns(files, chance.choice(TABLES), lambda frame: frame.assign(**{name: str(chance.random())}))


def subtraction(chance: random.Random, files: Files) -> None:
    """What was withheld because a small group would follow, by the same share or a coarser one."""
    asked = [("any_aggression", ""), ("physical", ""), ("severity", "minder"), ("severity", "ernstig")]
    row = figure(*chance.choice(asked), "function_group=statenlid", lift=True)
    assert row["percentage"]
    _everywhere(files, row, keep=chance.random() < 0.5)


def few_asked(chance: random.Random, files: Files) -> None:
    """What was withheld because a large group would follow of which few were asked: 1 of 16 of the 416 wethouders."""
    _everywhere(files, figure("reported", "", "function_group=raadslid", lift=True), keep=chance.random() < 0.5)


def _everywhere(files: Files, new: dict[str, str], *, keep: bool) -> None:
    rows = [new if row["id"] == new["id"] else row for row in lines()]
    files |= publication(rows if keep else rows[::-1])


def wrong(chance: random.Random, files: Files) -> None:
    """A figure that the answers do not give, in all files alike."""
    row = _shown(chance)
    other = str((int(row["percentage"]) + chance.randint(3, 40)) % 100)
    new = row | {"percentage": other, "weergave": f"{other}%"}
    files |= publication([new if each["id"] == row["id"] else each for each in lines()])


LEAKS: dict[str, Planted] = {
    **{"lifted": lifted, "digit": digit, "words": words, "domain": domain, "exact": exact, "drawing": drawing},
    **{"alternative": alternative, "popover": popover, "metadata": metadata, "hidden": hidden, "key": key},
    **{"bracket": bracket, "statistics": statistics, "subtraction": subtraction, "wrong": wrong},
    **{"few_asked": few_asked},
}
