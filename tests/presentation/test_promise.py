"""A figure that differs from what a released edition published stops a build until an erratum explains it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis.errors import MonitorError
from presentation.errata import changes
from presentation.promise import (
    Erratum,
    Passport,
    Version,
    check_errata,
    differences,
    explain,
    promised,
    read_errata,
    read_released,
    tell,
    unsettled,
)
from tests.analysis.told import told

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ["id", "shown", "low", "high", "n", "remark", "difference", "reach"]
ALL = "any_aggression|2024|all"
PROVINCES = "any_aggression|2024|province=*"
VERDICT = f"{ALL}|wave=2022"
PUBLISHED = [
    (ALL, "51%", "49", "53", "1990", "", "", ""),
    (VERDICT, "higher", "1", "5", "", "", "3", "4"),
    (PROVINCES, "48%", "46", "50", "1700", "", "", ""),
    ("any_aggression|2024|province=zeeland", "/", "", "", "25", "", "", ""),
    ("verbal|2022|all", "44%", "43", "46", "3030", "indicatief", "", ""),
]


def rows(*changed: tuple[str, ...], without: str = "") -> pd.DataFrame:
    """What was published, with other rows in the place of those with their id, or beside them."""
    kept = {row[0]: row for row in PUBLISHED if row[0] != without} | {row[0]: row for row in changed}
    return pd.DataFrame(sorted(kept.values()), columns=pd.Index(COLUMNS))


def erratum(row: str, published: str, now: str, version: int = 2, edition: int = 2024, respondents: int = 0) -> Erratum:
    why = "Een correctie van de levering ontbrak."
    told = {"edition": edition, "version": version, "row": row, "published": published, "now": now, "why": why}
    return Erratum.model_validate({**told, "date": date(2026, 12, 3), "respondents": respondents})


OTHER = (ALL, "52%", "50", "54", "1990", "", "", "")
CORRECTED = erratum(ALL, "51% (49 tot 53, n = 1990)", "52% (50 tot 54, n = 1990)")


def stopped(now: pd.DataFrame, *errata: Erratum) -> dict[str, str]:
    with pytest.raises(MonitorError) as raised:
        explain(differences(rows(), now), errata, 2024)
    return told(raised.value)


def test_the_same_figures_keep_the_promise() -> None:
    assert differences(rows(), rows()).empty
    explain(differences(rows(), rows()), [], 2024)


def test_one_other_percentage_stops_with_its_row() -> None:
    message = stopped(rows(OTHER))
    assert (message["title"], message["where"]) == (
        "Published figures would change",
        "edition 2024, 1 of its figures and verdicts",
    )
    assert message["got"] == f"{ALL}: 51% (49 tot 53, n = 1990) -> 52% (50 tot 54, n = 1990)"


@pytest.mark.parametrize("field", range(1, len(COLUMNS)))
@pytest.mark.parametrize("row", [PUBLISHED[0], PUBLISHED[1]], ids=["figure", "verdict"])
def test_nothing_that_is_printed_of_a_row_changes_unseen(row: tuple[str, ...], field: int) -> None:
    """What an erratum must name differs too, wherever such a row has the field at all."""
    other = "lower" if COLUMNS[field] == "shown" and row is PUBLISHED[1] else "7"
    changed = rows((*row[:field], other, *row[field + 1 :]))
    (found,) = differences(rows(), changed).to_dict("records")
    assert found["id"] == row[0]
    if row[field]:
        assert found["published"] != found["now"]


def test_a_verdict_a_sign_and_a_mean_are_told_in_dutch() -> None:
    words = {row["id"]: tell(row) for row in rows().to_dict("records")}
    assert words[VERDICT] == "hoger (verschil 3, tussen 1 en 5, aantoonbaar vanaf 4)"
    assert words["any_aggression|2024|province=zeeland"] == "te weinig waarnemingen (n = 25)"
    assert words["verbal|2022|all"] == "44% (43 tot 46, n = 3030, indicatief)"
    mean = dict(zip(COLUMNS, ("incidents_mean|2024|all", "2,3", "2.1", "2.6", "800", "", "", ""), strict=True))
    assert tell(mean) == "2,3 (2,1 tot 2,6, n = 800)"
    none = dict(zip(COLUMNS, (VERDICT, "not_comparable", "", "", "", "", "", ""), strict=True))
    assert tell(none) == "niet vergelijkbaar"


def test_rows_that_are_gone_and_rows_that_are_new_stop_too() -> None:
    new = ("threat|2024|all", "20%", "18", "22", "1990", "", "", "")
    message = stopped(rows(new, without=VERDICT))
    gone = f"{VERDICT}: hoger (verschil 3, tussen 1 en 5, aantoonbaar vanaf 4) -> vervallen"
    assert message["got"] == f"{gone}; threat|2024|all: niet gepubliceerd -> 20% (18 tot 22, n = 1990)"
    explain(
        differences(rows(), rows(new, without=VERDICT)),
        [
            erratum(VERDICT, "hoger (verschil 3, tussen 1 en 5, aantoonbaar vanaf 4)", "vervallen"),
            erratum("threat|2024|all", "niet gepubliceerd", "20% (18 tot 22, n = 1990)"),
        ],
        2024,
    )


def test_of_many_rows_the_first_are_told_and_how_many_more() -> None:
    added = [(f"threat.{letter}|2024|all", "20%", "18", "22", "1990", "", "", "") for letter in "abcdefgh"]
    message = stopped(rows(*added))
    assert message["where"] == "edition 2024, 8 of its figures and verdicts"
    assert message["got"].count(" -> ") == 5 and message["got"].endswith("; and 3 more")


def test_an_erratum_explains_its_row_and_no_other() -> None:
    explain(differences(rows(), rows(OTHER)), [CORRECTED], 2024)
    both = rows(OTHER, (PROVINCES, "49%", "46", "50", "1700", "", "", ""))
    assert stopped(both, CORRECTED)["got"] == f"{PROVINCES}: 48% (46 tot 50, n = 1700) -> 49% (46 tot 50, n = 1700)"


def test_the_row_of_all_provinces_is_no_pattern() -> None:
    """Its id ends with a star: an erratum about it must not explain those of single provinces."""
    zeeland = ("any_aggression|2024|province=zeeland", "60%", "40", "80", "30", "indicatief", "", "")
    both = rows((PROVINCES, "49%", "46", "50", "1700", "", "", ""), zeeland)
    row = erratum(PROVINCES, "48% (46 tot 50, n = 1700)", "49% (46 tot 50, n = 1700)")
    assert not row.pattern
    assert stopped(both, row)["got"].startswith("any_aggression|2024|province=zeeland: te weinig")


WRONG = {
    "it is as it was": (rows(), CORRECTED, "no such row"),
    "another was published": (rows(OTHER), erratum(ALL, "50%", CORRECTED.now), "published: 50%"),
    "it is something else now": (rows(OTHER), erratum(ALL, CORRECTED.published, "53%"), "now: 53%"),
    "no such row": (rows(OTHER), erratum("no_aggression|2024|all", "1%", "2%"), "no such row"),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_erratum_that_explains_nothing_stops(what: str) -> None:
    now, row, got = WRONG[what]
    message = stopped(now, row)
    assert message["title"] == "Erratum explains nothing, or something else"
    assert message["where"] == f"errata.yml, edition 2024, {row.row}"
    assert message["got"] == got


def test_a_second_erratum_about_the_same_row_explains_nothing() -> None:
    assert stopped(rows(OTHER), CORRECTED, CORRECTED)["got"] == "no such row"


def test_a_pattern_explains_rows_by_their_number_and_sum() -> None:
    now = rows(
        OTHER, (VERDICT, "about_equal", "-1", "4", "", "", "2", "4"), (PROVINCES, "9%", "8", "9", "90", "", "", "")
    )
    row, guess = "any_aggression|2024|*", "som 0"
    assert stopped(now, erratum(row, "2 uitkomsten", guess))["expected"] == "published: 3 uitkomsten"
    expected = stopped(now, erratum(row, "3 uitkomsten", guess))["expected"]
    explain(differences(rows(), now), [erratum(row, "3 uitkomsten", expected.removeprefix("now: "))], 2024)
    later = rows(*[tuple(each) for each in now.to_numpy()[:2]], (PROVINCES, "9%", "7", "9", "90", "", "", ""))
    assert "som" in stopped(later, erratum(row, "3 uitkomsten", expected.removeprefix("now: ")))["got"]


def test_a_row_of_its_own_goes_before_a_pattern() -> None:
    now = rows(OTHER, (VERDICT, "lower", "-5", "-1", "", "", "-3", "4"))
    broad = erratum("any_aggression|2024|*", "1 uitkomsten", "som 0")
    expected = stopped(now, broad, CORRECTED)["expected"].removeprefix("now: ")
    explain(differences(rows(), now), [erratum(broad.row, "1 uitkomsten", expected), CORRECTED], 2024)


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("*|2024|all", {ALL}),
        ("*|2024|all|*", {VERDICT}),
        ("*|2024|*", {ALL, VERDICT, PROVINCES, "any_aggression|2024|province=zeeland"}),
        ("verbal|*", {"verbal|2022|all"}),
    ],
)
def test_a_star_stands_for_one_part_and_at_the_end_for_the_rest(pattern: str, matched: set[str]) -> None:
    now = rows(*[(row[0], "99%", *row[2:]) for row in PUBLISHED])
    expected = f"published: {len(matched)} uitkomsten"
    assert stopped(now, erratum(pattern, "0 uitkomsten", "som 0"))["expected"] == expected


def test_a_star_does_not_reach_over_a_bar() -> None:
    now = rows((VERDICT, "lower", "-5", "-1", "", "", "-3", "4"))
    assert stopped(now, erratum("*|wave=2022", "1 uitkomsten", "som 0"))["got"] == "no such row"


def passport(*errata: int, digest: str = "0") -> Passport:
    versions = [
        Version(released=date(2026, 11 + n, 22), errata=many, commit="c", record="r", python="3.11", packages={})
        for n, many in enumerate(errata)
    ]
    return Passport(mark="Voorbeeld", rows=5, sha256=digest, versions=tuple(versions))


def test_errata_are_of_a_released_edition_and_its_next_version() -> None:
    check_errata([CORRECTED], {2024: passport(0)})
    check_errata([CORRECTED], {2024: passport(0, 1)})
    assert unsettled([CORRECTED], 2024, passport(0)) == [CORRECTED]
    assert unsettled([CORRECTED], 2024, passport(0, 1)) == []
    wrong = {
        "a released edition: none was released yet": ([CORRECTED], {}),
        "a released edition: 2022": ([CORRECTED], {2022: passport(0)}),
        "version 2, the next, or an earlier one": ([erratum(ALL, "1%", "2%", version=3)], {2024: passport(0)}),
        "1 rows   from its passport.yml": ([], {2024: passport(0, 1)}),
        "0 rows   from its passport.yml": ([CORRECTED], {2024: passport(0, 0)}),
    }
    for expected, given in wrong.items():
        with pytest.raises(MonitorError) as raised:
            check_errata(*given)
        assert told(raised.value)["expected"] == expected


@pytest.mark.parametrize("respondents", [0, 1, 9, 10, 300])
def test_a_correction_of_a_few_respondents_waits_for_the_next_edition(respondents: int) -> None:
    """Whoever has both versions subtracts them: what is otherwise is the answers of those few."""
    row = erratum(ALL, "51% (49 tot 53, n = 1990)", "52% (50 tot 54, n = 1990)", respondents=respondents)
    if respondents not in (1, 9):
        return check_errata([row], {2024: passport(0)})
    with pytest.raises(MonitorError) as raised:
        check_errata([row], {2024: passport(0)})
    message = told(raised.value)
    assert (message["title"], message["got"]) == ("Correction of too few respondents", f"respondents: {respondents}")
    assert "waits for the next edition" in message["hint"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda row: row.pop("respondents"), "errata.0.respondents"),
        (lambda row: row.update(respondents=-1), "errata.0.respondents"),
        (lambda row: row.pop("why"), "errata.0.why"),
        (lambda row: row.update(why=""), "errata.0.why"),
        (lambda row: row.update(version=1), "errata.0.version"),
        (lambda row: row.update(date="3 december"), "errata.0.date"),
        (lambda row: row.update(rows="all"), "errata.0.rows"),
    ],
)
def test_an_erratum_without_a_field_or_with_another_is_told(
    tmp_path: Path, change: Callable[[dict], object], where: str
) -> None:
    row = CORRECTED.model_dump(mode="json")
    change(row)
    (tmp_path / "errata.yml").write_text(yaml.safe_dump({"errata": [row]}), encoding="utf-8")
    with pytest.raises(MonitorError) as raised:
        read_errata(tmp_path / "errata.yml")
    assert told(raised.value)["where"] == f"errata.yml, {where}"


def estimate(percent: int | None, number: float | None, survey: str = "officeholders", wave: int = 2024) -> dict:
    bounds = {"low": percent, "high": percent, "number_low": number, "number_high": number}
    told = {
        "text": "/" if percent is None else f"{percent}%",
        "indicative": wave == 2022,
        "panel": survey == "employees",
    }
    return {
        "id": f"{survey}:{percent or number}|{wave}|all",
        "survey": survey,
        "wave": wave,
        "n": 100,
        **bounds,
        **told,
    }


def test_promised_is_what_documents_of_the_edition_look_up() -> None:
    """Earlier waves as figures, later ones not at all; verdicts of its own wave alone; of every survey."""
    officeholders = [estimate(5, None), estimate(None, 2.1), estimate(7, None, wave=2022), estimate(9, None, wave=2026)]
    estimates = pd.DataFrame([*officeholders, estimate(8, None, "employees")]).astype(
        {"low": "Int64", "high": "Int64", "number_low": "Float64", "number_high": "Float64"}
    )
    verdict = {"survey": "officeholders", "low": 1, "high": 5, "difference": 3, "smallest_demonstrable": 4}
    comparisons = pd.DataFrame(
        [{**verdict, "id": f"a|{wave}|all|wave=2020", "wave": wave, "verdict": "higher"} for wave in (2022, 2024, 2026)]
    )
    assert promised(estimates, comparisons, 2024).to_numpy().tolist() == [
        ["a|2024|all|wave=2020", "higher", "1", "5", "", "", "3", "4"],
        ["employees:8|2024|all", "8%", "8", "8", "100", "panel", "", ""],
        ["officeholders:2.1|2024|all", "/", "2.1", "2.1", "100", "", "", ""],
        ["officeholders:5|2024|all", "5%", "5", "5", "100", "", "", ""],
        ["officeholders:7|2022|all", "7%", "7", "7", "100", "indicatief", "", ""],
    ]


def released(root: Path, *errata: int) -> Path:
    """A released edition of 2024 below a folder."""
    folder = root / "data" / "published" / "2024"
    folder.mkdir(parents=True)
    rows().to_csv(folder / "figures.csv", index=False)
    made = passport(*errata, digest=sha256((folder / "figures.csv").read_bytes()).hexdigest())
    (folder / "passport.yml").write_text(yaml.safe_dump(made.model_dump(mode="json")), encoding="utf-8")
    return folder


def test_what_was_published_is_read_as_it_was_written(tmp_path: Path) -> None:
    found, figures = read_released(released(tmp_path, 0))
    pd.testing.assert_frame_equal(figures, rows())
    assert found.versions[0].released == date(2026, 11, 22)


@pytest.mark.parametrize("change", [lambda path: path.write_text("id\n"), lambda path: path.unlink()])
def test_published_figures_that_were_edited_or_taken_away_are_told(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    folder = released(tmp_path, 0)
    change(folder / "figures.csv")
    with pytest.raises(MonitorError) as raised:
        read_released(folder)
    assert told(raised.value)["where"] == "2024/figures.csv".join(["published/", ""])


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with the figures and config of here, to which a released edition and errata are added."""
    for name in ("config", "data/processed", "data/raw"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        if name != "config":
            (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "config").mkdir()
    for path in (ROOT / "config").iterdir():
        if path.name != "errata.yml":
            (tmp_path / "config" / path.name).symlink_to(path)
    return tmp_path


def page(root: Path, *errata: Erratum) -> str:
    written = yaml.safe_dump({"errata": [row.model_dump(mode="json") for row in errata]})
    (root / "config" / "errata.yml").write_text(written, encoding="utf-8")
    return changes(root)


def test_the_page_is_one_line_as_long_as_nothing_changed(site: Path) -> None:
    assert page(site).startswith("Er zijn nog geen wijzigingen")
    released(site, 0)
    assert page(site) == (
        "## Editie 2024\n\nSinds de uitgave van 22 november 2026 is geen cijfer of oordeel van deze editie veranderd."
    )


def test_the_page_tells_per_version_and_reason_what_changed(site: Path) -> None:
    released(site, 0)
    verdict = erratum("any_aggression|2024|all|whole=layer=gemeente", "lager (verschil -3)", "hoger")
    employees = erratum("employees:any_aggression|2024|all", "30% (n = 1)", "31% (n = 1)")
    pattern = erratum("*|2024|province=flevoland", "41 uitkomsten", "som 0a")
    told = page(site, CORRECTED, verdict, employees, pattern).replace("\N{NO-BREAK SPACE}", " ").split("\n\n")
    assert told == [
        "## Editie 2024",
        "### Versie 2, 3 december 2026",
        "Een correctie van de levering ontbrak.",
        "- **Agressie meegemaakt, alle politieke ambtsdragers, meting van 2024:** was 51% (49 tot 53, n = 1990), is nu "
        "52% (50 tot 54, n = 1990).\n"
        "- **Agressie meegemaakt, alle politieke ambtsdragers, meting van 2024, vergeleken met alle politieke "
        "ambtsdragers van gemeenten:** was lager (verschil −3), is nu hoger.\n"
        "- **Agressie meegemaakt, alle medewerkers, meting van 2024:** was 30% (n = 1), is nu 31% (n = 1).\n"
        "- **Alle onderwerpen, Flevoland, meting van 2024:** 41 uitkomsten zijn veranderd.",
        "### Versie 1, 22 november 2026",
        "De eerste uitgave van deze editie.",
    ]


def test_a_version_that_is_out_keeps_its_day(site: Path) -> None:
    released(site, 0, 1)
    assert "### Versie 2, 22 december 2026" in page(site, CORRECTED)
