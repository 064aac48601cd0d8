"""Makes the invented population and respondents on which R and this project compute the same figures.

Writes population.csv and respondents.csv beside itself, always the same ones: `random.Random` keeps its stream from one
version of Python to the next. Answers are drawn without any thought of the real monitor. What makes them nasty stands
in README.md. Run by `make reference`.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

HERE = Path(__file__).parent
WAVES = (2020, 2022, 2024)
PROVINCES = ("groningen", "flevoland", "limburg")
SIZES = ("tot_20k", "vanaf_100k")
LAYER = {
    **dict.fromkeys(["raadslid", "wethouder", "burgemeester"], "gemeente"),
    **dict.fromkeys(["statenlid", "commissaris", "gedeputeerde"], "provincie"),
    **dict.fromkeys(["dijkgraaf", "db_lid", "ab_lid"], "waterschap"),
}
# function: persons, women and the chance of an answer, per province x size class
CELLS: dict[str, list[tuple[str, str, int, float, float]]] = {
    "raadslid": [
        *(("groningen", "tot_20k", 210, 70, 0.22), ("groningen", "vanaf_100k", 120, 50, 0.26)),
        *(("flevoland", "tot_20k", 90, 25.5, 0.3), ("flevoland", "vanaf_100k", 60, 21, 0.26)),
        *(("limburg", "tot_20k", 260, 90, 0.2), ("limburg", "vanaf_100k", 150, 48.5, 0.22)),
    ],
    # Wethouders of Flevoland answer in full
    "wethouder": [
        *(("groningen", "tot_20k", 40, 10, 0.4), ("groningen", "vanaf_100k", 20, 7, 0.4)),
        *(("flevoland", "tot_20k", 24, 8, 1.0), ("flevoland", "vanaf_100k", 12, 4, 1.0)),
        *(("limburg", "tot_20k", 48, 15, 0.35), ("limburg", "vanaf_100k", 24, 6, 0.4)),
    ],
    "burgemeester": [("nvt", "tot_20k", 30, 9, 0.6), ("nvt", "vanaf_100k", 14, 5, 0.6)],
    "statenlid": [
        (province, "nvt", persons, 15, 0.4) for province, persons in zip(PROVINCES, (43, 41, 47), strict=True)
    ],
    "commissaris": [("nvt", "nvt", 5, 2, 1.0)],
    "gedeputeerde": [("nvt", "nvt", 16, 5, 0.6)],
    # One of four dijkgraven answers: see below
    "dijkgraaf": [("nvt", "nvt", 4, 1, 0.0)],
    "db_lid": [("nvt", "nvt", 18, 5, 0.6)],
    "ab_lid": [("nvt", "nvt", 80, 25, 0.4)],
}
GRADES = ("none", "once", "few", "many", "daily")
SEVERITIES = ("licht", "matig", "ernstig")
CHANNELS = ("mail", "phone", "street")
# Domains whose degrees of freedom lie around the limit of 8: respondents per stratum
FEW = {"df7": (4, 4, 2), "df8": (4, 4, 3), "df9": (5, 4, 3)}
FEW_STRATA = (("raadslid", "groningen"), ("raadslid", "limburg"), ("statenlid", "limburg"))
GROUPS = {"g12": 12, "g20": 20, "g30": 30}

Row = dict[str, str]


def main() -> None:
    """Write the two files."""
    rng = random.Random(20240615)
    population = [
        {"wave": wave, "layer": LAYER[function], "function": function, "province": province}
        | {"size_class": size, "population": persons, "women": women}
        for wave in WAVES
        for function, cells in CELLS.items()
        for province, size, persons, women, _ in cells
    ]
    write("population.csv", population)
    persons = draw_persons(rng)
    respondents: list[Row] = []
    for wave in WAVES:
        if wave != WAVES[0]:
            swap_functions(persons, rng)
        answering = [person for person in persons if answers(person, rng)]
        rows = [questioned(person, wave, rng) for person in answering]
        mark_small_domains(rows, rng)
        respondents += rows
    write("respondents.csv", respondents)


def draw_persons(rng: random.Random) -> list[dict[str, object]]:
    """The population one by one, each with a willingness to answer that lasts."""
    persons: list[dict[str, object]] = []
    for function, cells in CELLS.items():
        for province, size, count, women, chance in cells:
            for number in range(count):
                gender = "vrouw" if rng.random() < women / count else "man"
                place = {"function": function, "province": province, "size_class": size, "gender": gender}
                lone = function == "dijkgraaf" and number == 0
                more = {"chance": 1.0 if lone else chance, "lasting": rng.random()}
                persons.append({"respondent": f"p{len(persons):04d}", **place, **more})
    return persons


def swap_functions(persons: list[dict[str, object]], rng: random.Random) -> None:
    """Twenty raadsleden and twenty wethouders of Groningen change places between two waves, and so their stratum."""
    for _ in range(20):
        pair = [
            rng.choice([one for one in persons if one["function"] == function and one["province"] == "groningen"])
            for function in ("raadslid", "wethouder")
        ]
        for name in ("function", "size_class", "chance"):
            pair[0][name], pair[1][name] = pair[1][name], pair[0][name]


def answers(person: Mapping[str, object], rng: random.Random) -> bool:
    """Half of the time by what lasts: many who answer one wave answer the next too. Women answer more often."""
    draw = person["lasting"] if rng.random() < 0.5 else rng.random()
    lift = 1.2 if person["gender"] == "vrouw" else 1.0
    return float(str(draw)) < float(str(person["chance"])) * lift


def questioned(person: Mapping[str, object], wave: int, rng: random.Random) -> Row:
    """The answers of one respondent: 2 to 6 in a hundred leave an item open, in different words."""
    woman = person["gender"] == "vrouw"
    row = {"wave": str(wave), **{k: str(v) for k, v in person.items() if k not in ("chance", "lasting")}}
    row |= {"group": "other", "few": "other"}
    row["verbal"] = drawn(rng, 0.30 + 0.14 * woman + 0.02 * (wave - 2020), "no_answer", "dont_know")
    # Differences large enough to be found: threats in Flevoland, and calls that rise from wave to wave
    often = 0.12 + 0.06 * (row["verbal"] == "yes") + 0.3 * (row["province"] == "flevoland")
    row["threat"] = drawn(rng, often, "refused")
    row["rare"] = drawn(rng, 0.02, "no_answer")
    row["never"] = drawn(rng, 0.0, "no_answer")
    row["always"] = drawn(rng, 1.0, "no_answer")
    row["severity"] = "routed_out"
    if row["verbal"] == "yes":
        row["severity"] = "no_answer" if rng.random() < 0.05 else rng.choices(SEVERITIES, (5, 3, 1))[0]
    skipped = rng.random() < 0.05
    for channel, chance in zip(CHANNELS, (0.5, 0.15 + 0.08 * (wave - WAVES[0]), 0.05), strict=True):
        row[f"channel__{channel}"] = "no_answer" if skipped else drawn(rng, chance)
    grade = rng.choices(range(5), (40, 25, 20, 10, 5))[0]
    row["incidents"] = "no_answer" if rng.random() < 0.04 else GRADES[grade]
    row["reports"] = "dont_know" if rng.random() < 0.04 else GRADES[rng.randint(0, grade)]
    row["years"] = "" if rng.random() < 0.03 else str(rng.randint(0, 24))
    if rng.random() < 0.01:
        row["gender"] = "no_answer"
    return row


def drawn(rng: random.Random, chance: float, *missing: str) -> str:
    """A yes or a no; three in a hundred times each one of the answers that are missing."""
    for answer in missing:
        if rng.random() < 0.03:
            return answer
    return "yes" if rng.random() < chance else "no"


def mark_small_domains(rows: list[Row], rng: random.Random) -> None:
    """Give respondents who answered `verbal` to domains of exactly 12, 20 and 30, and to those of few strata."""
    answered = [row for row in rows if row["verbal"] in ("yes", "no")]
    rng.shuffle(answered)
    taken = iter(answered)
    for name, size in GROUPS.items():
        for _ in range(size):
            next(taken)["group"] = name
    for name, sizes in FEW.items():
        for (function, province), size in zip(FEW_STRATA, sizes, strict=True):
            free = [row for row in answered if row["few"] == "other" and row["function"] == function]
            for row in [row for row in free if row["province"] == province][:size]:
                row["few"] = name


def write(name: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Rows as CSV, columns in the order of the first row."""
    listed = list(rows)
    with (HERE / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)


if __name__ == "__main__":
    main()
