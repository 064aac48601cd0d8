"""Building stops at the first finding and says how to see the others; an examination prints every one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import yaml

from analysis.errors import MonitorError
from deliveries.columns import read_variables
from deliveries.examination import read_answers_of
from deliveries.findings import stop, table
from pipeline import check_delivery
from pipeline.folders import CONFIG, RAW
from tests.analysis.told import told
from tests.deliveries import made


@pytest.fixture(autouse=True)
def wide_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no word of the table is broken, however wide the screen is on which the tests run."""
    monkeypatch.setenv("COLUMNS", "250")


def error(title: str) -> MonitorError:
    return MonitorError(title, where="x.sav, column q1", expected="1 (ja)", got="7", hint="ask the bureau")


def test_building_stops_at_the_first_finding_and_says_how_to_see_the_others() -> None:
    stop([], Path("x.sav"))
    with pytest.raises(MonitorError) as caught:
        stop([error("first")], Path("x.sav"))
    assert told(caught.value) == told(error("first"))
    with pytest.raises(MonitorError) as caught:
        stop([error("first"), error("second"), error("third")], Path.cwd() / "waves/2018/x.sav")
    message = told(caught.value)
    assert message["title"] == "first"
    assert message["hint"] == "ask the bureau; and 2 more: make check-delivery FILE=waves/2018/x.sav shows all"


def test_findings_of_one_file_are_counted_in_the_message_of_the_build(tmp_path: Path) -> None:
    rows = made.changed("q1", 1, 7.0)(made.changed("functie", 0, "Minister")(made.delivered_rows()))
    path = made.write(tmp_path, rows)
    with pytest.raises(MonitorError) as caught:
        read_answers_of(tmp_path, made.passport(path), made.DECIDED)
    assert "; and 1 more: " in told(caught.value)["hint"]


def test_the_table_holds_every_finding_in_full() -> None:
    long = error("Column missing from the delivery")
    printed = table([error("first"), long], width=100)
    assert max(len(line) for line in printed.splitlines()) <= 100
    for column, text in (("what", "Column missing from the delivery"), ("hint", "ask the bureau")):
        assert column in printed
        assert set(text.split()) <= set(printed.split())
    assert printed.count("1 (ja)") == 2


@pytest.fixture
def other_wave(tmp_path: Path) -> Path:
    """A copy of a committed delivery where a new one would be put: it has no passport."""
    path = tmp_path / "waves" / "2024" / "organisations.sav"
    path.parent.mkdir(parents=True)
    shutil.copyfile(RAW / "waves" / "2024" / "organisations.sav", path)
    return path


def test_a_delivery_with_a_passport_is_held_against_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_delivery.main([str(RAW / "waves" / "2024" / "organisations.sav")]) == 0
    told_ = capsys.readouterr().out
    assert told_.startswith("Nothing to mend in ")
    assert "every stratum keeps the passport's number of respondents" in told_


def test_what_most_left_open_and_who_answered_before_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers that were made anew lose the link between waves, and no figure would look wrong."""
    monkeypatch.setattr(check_delivery, "PROCESSED", tmp_path)
    delivery = RAW / "waves" / "2024" / "organisations.sav"
    numbers = pyreadstat.read_sav(str(delivery))[0]["org_id"]
    earlier = pd.DataFrame({"wave": [2022, 2022, 2020], "organisation": [numbers[0], "?", "?"]})
    for known, told_ in (
        (earlier, "0 in 2020, 1 in 2022"),
        (earlier[1:], "0 in 2020, 0 in 2022: were they made anew?"),
    ):
        known.to_parquet(tmp_path / "1-harmonised-organisations.parquet")
        assert check_delivery.main([str(delivery)]) == 0
        printed = capsys.readouterr().out
        assert f"look at  numbers (organisation) that stand in an earlier wave too: {told_}" in printed
        assert " was left open by " in printed


def test_a_new_delivery_is_examined_by_its_path_or_by_the_options(
    other_wave: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_delivery.main([str(other_wave)]) == 0
    assert "it has no passport" in capsys.readouterr().out
    elsewhere = other_wave.rename(other_wave.parents[2] / "new.sav")
    assert check_delivery.main([str(elsewhere)]) == 1
    assert "survey=officeholders" in capsys.readouterr().out
    assert check_delivery.main([str(elsewhere), "--survey", "organisations", "--wave", "2024"]) == 0


def test_how_far_labels_back_config_is_told_as_it_is(other_wave: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def printed() -> list[str]:
        assert check_delivery.main([str(other_wave)]) == 0
        return [line.strip() for line in capsys.readouterr().out.splitlines() if " labels" in line]

    frame, meta = pyreadstat.read_sav(str(other_wave), user_missing=True)
    told_ = [
        f"checked  {times} of 38 columns carry labels of their {of}" for times, of in ((38, "question"), (33, "codes"))
    ]
    assert [line.partition(",")[0] for line in printed()] == told_
    pyreadstat.write_sav(frame, str(other_wave), column_labels=meta.column_names_to_labels)
    nothing = "unknown  0 of 38 columns carry labels of their codes: nothing says that these mean what config says"
    assert [line.partition(",")[0] for line in printed()] == [told_[0], nothing]
    pyreadstat.write_sav(frame, str(other_wave))
    nothing = "unknown  the file has no labels: nothing says that columns and codes mean what config says"
    assert printed() == [nothing]


def test_background_that_the_population_does_not_know_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Statenlid in a gemeente of a size, and a raadslid in none: each answer exists, together they do not."""
    path = tmp_path / "waves" / "2024" / "officeholders.sav"
    path.parent.mkdir(parents=True)
    frame, meta = pyreadstat.read_sav(str(RAW / "waves" / "2024" / "officeholders.sav"), user_missing=True)
    named = read_variables(CONFIG / "variables.csv").query("survey == 'officeholders'").set_index("variable")["2024"]
    function, size = frame[named["function"]], named["size_class"]
    texts = meta.variable_value_labels[named["function"]]
    sizes = {text: code for code, text in meta.variable_value_labels[size].items()}
    statenlid, raadslid = (function.index[function.map(texts) == name][0] for name in ("Statenlid", "Raadslid"))
    frame.loc[statenlid, size], frame.loc[raadslid, size] = sizes["Tot 20.000 inwoners"], sizes["Niet van toepassing"]
    told_ = {"missing_ranges": meta.missing_ranges, "variable_value_labels": meta.variable_value_labels}
    pyreadstat.write_sav(frame, str(path), column_labels=meta.column_names_to_labels, **told_)
    assert check_delivery.main([str(path)]) == 1
    printed = capsys.readouterr().out
    assert printed.count("Respondents outside the population") == 1
    assert "2 respondents in raadslid" in printed
    assert "statenlid /" in printed


def test_a_passport_that_counts_another_population_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = "waves/2024/organisations.sav"
    rows = yaml.safe_load((RAW / "manifest.yml").read_text(encoding="utf-8"))["deliveries"]
    (mine,) = [row for row in rows if row["file"] == file]
    (tmp_path / file).parent.mkdir(parents=True)
    shutil.copyfile(RAW / file, tmp_path / file)
    counted = mine["strata"][0]["population"]
    mine["strata"][0]["population"] += 1
    (tmp_path / "manifest.yml").write_text(yaml.safe_dump({"deliveries": [mine]}), encoding="utf-8")
    monkeypatch.setattr(check_delivery, "MANIFESTS", [tmp_path / "manifest.yml"])
    assert check_delivery.main([str(tmp_path / file)]) == 1
    printed = capsys.readouterr().out
    assert {"passport", "and", "population", "disagree"} <= set(printed.split())
    assert {str(counted), str(counted + 1)} <= set(printed.split())


def test_every_finding_is_printed_at_once(other_wave: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame, meta = pyreadstat.read_sav(str(other_wave), user_missing=True)
    coded = [name for name in frame.select_dtypes("float") if meta.variable_value_labels.get(name)][:4]
    for row, name in enumerate(coded[1:]):
        frame.loc[row, name] = 77.0
    made_ = frame.drop(columns=coded[0]).assign(nieuw=1.0)
    pyreadstat.write_sav(made_, str(other_wave), missing_ranges={})
    assert check_delivery.main([str(other_wave)]) == 1
    printed = capsys.readouterr().out
    assert printed.count("Unknown answer code") == 3
    assert "nieuw" in printed
    assert coded[0] in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("words", [["nowhere.sav"], [str(RAW)], [str(RAW / "manifest.yml")]])
def test_what_is_no_delivery_is_told_in_words(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert check_delivery.main(words) == 1
    assert "1 to mend in" in capsys.readouterr().out
