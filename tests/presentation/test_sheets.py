"""What a sheet says: its words follow the sign, the verdict and the place, and never more than the figure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from analysis.declared import read_yaml
from analysis.errors import MonitorError
from analysis.groups import read_groups
from analysis.questionnaire import Answer, read_questionnaire
from analysis.settings import read_settings
from presentation import dutch, exhibits
from presentation.factsheets import Sheet, province_sheet, report_sheet, target_group_sheet
from presentation.results import Phrase, Results, Rows, read_results
from tests.analysis.told import told

CONFIG = Path(__file__).parents[2] / "config"
FLEVOLAND, ALL_PROVINCES = "province=flevoland", "province=*"


def figure(indicator: str, domain: str, wave: int = 2024, **changes: object) -> dict[str, object]:
    row = {
        **{"id": f"{indicator}|{wave}|{domain}", "survey": "officeholders", "indicator": indicator, "answer": ""},
        **{"wave": wave, "domain": domain, "n": 90, "percent": 51, "low": 44, "high": 58},
        **{"sign": "", "text": "51%", "indicative": False, "together": ""},
    }
    return row | changes


SELF = ["officeholders"]
HIDDEN = {"percent": None, "low": None, "high": None}


def comparison(indicator: str, verdict: str, kind: str, reference: str, domain: str = FLEVOLAND) -> dict[str, object]:
    return {
        **{"id": f"{indicator}|2024|{domain}|{kind}={reference}", "kind": kind, "indicator": indicator, "answer": ""},
        **{"domain": domain, "wave": 2024, "reference": reference, "difference": 6, "low": 1, "high": 11},
        **{"smallest_demonstrable": 5, "verdict": verdict, "family": "provinces"},
    }


def results(figures: list[dict], comparisons: list[dict] | None = None) -> Results:
    numbers = dict.fromkeys(("n", "percent", "low", "high"), "Int64")
    compared = pd.DataFrame(comparisons or [comparison("verbal", "higher", "whole", ALL_PROVINCES, "province=utrecht")])
    indicators = read_yaml(CONFIG / "indicators.yml")
    return Results(
        survey="officeholders",
        figures=pd.DataFrame(figures).astype(numbers).set_index("id", drop=False),
        comparisons=compared.set_index("id", drop=False),
        response=pd.DataFrame(),
        pooled=pd.DataFrame([figure("verbal", FLEVOLAND, waves="2022+2024")])[:0],
        weighting={},
        settings=read_settings(CONFIG / "monitor.yml"),
        indicators=Rows(
            {row["id"]: row for row in indicators["indicators"] if "officeholders" in row.get("surveys", SELF)}
        ),
        themes={theme: row["title"] for theme, row in indicators["themes"].items()},
        groups=read_groups(CONFIG / "domains.yml", CONFIG / "provinces.csv"),
        questionnaire=read_questionnaire(CONFIG / "questionnaire" / "officeholders.yml"),
        questions={row["id"]: ["q-officeholders-verbal"] for row in indicators["indicators"]},
        tiles=pd.DataFrame(),
        target_groups=pd.read_csv(CONFIG / "target_groups.csv", keep_default_na=False),
        breaks={},
        asked_differently=set(),
        break_rows=pd.DataFrame(columns=pd.Index(["variable_or_indicator", "wave", "kind", "why"])),
        relevant={},
        planned_away=(),
        telling=read_yaml(CONFIG / "surveys.yml")["officeholders"],
        published=pd.DataFrame(),
    )


def sheet(figures: list[dict], comparisons: list[dict] | None = None) -> Sheet:
    return province_sheet("flevoland", 2024, results(figures, comparisons))


def plain(phrase: str) -> str:
    """The words that a reader sees."""
    return re.sub(r"\[(.*?)\]\{[^}]*\}", r"\1", phrase)


def traced(phrase: str) -> list[tuple[str, str]]:
    pattern = r'\[([^\]]*)\]\{\.figure-link data-row="([^"]*)"[^}]*\}'
    return [(words, unescape(row)) for words, row in re.findall(pattern, phrase)]


def test_a_number_carries_what_a_reader_may_ask_of_it() -> None:
    waves = [figure("verbal", FLEVOLAND, wave=wave) for wave in (2018, 2024)]
    told = dict(re.findall(r'data-(\w+)="([^"]*)"', unescape(sheet(waves).figure("verbal").cite())))
    assert told == {
        "row": f"verbal|2024|{FLEVOLAND}",
        "shown": "51%",
        "n": "90 (afgerond)",
        "label": "Verbale agressie",
        "base": "raadsleden, wethouders en Statenleden in Flevoland, voorjaar 2024",
        "waves": "2018, 2024",
        "questions": "q-officeholders-verbal",
        "margin": "onzekerheid: tussen 44% en 58%",
    }


def test_questions_behind_an_indicator_are_those_that_it_counts() -> None:
    known = read_results().questions
    assert known["any_aggression"] == [f"q-officeholders-{name}" for name in ("verbal", "threat", "physical")]
    assert known["effects"] == ["q-officeholders-effects"]


def test_a_wave_that_is_not_compared_has_no_figure_in_the_key_figures() -> None:
    """It read "(x): te weinig waarnemingen": two reasons, of which one was not so."""
    rows = [figure("verbal", FLEVOLAND), figure("verbal", FLEVOLAND, 2022, percent=42, text="42%")]
    rows.append(figure("verbal", ALL_PROVINCES))
    whole = comparison("verbal", "higher", "whole", ALL_PROVINCES)
    lines = {"too_few": ": te weinig waarnemingen", "higher": " (42%): hoger"}
    lines["withheld"] = ": niet getoond, omdat personen herkenbaar zouden zijn"
    for verdict, line in lines.items():
        made = sheet(rows, [whole, comparison("verbal", verdict, "wave", "2022")])
        assert made.verdict_lines("verbal")[-1] == f"meting van 2022{line}"


def test_a_firm_figure_is_said_with_place_base_and_uncertainty_tied_to_its_row() -> None:
    said = sheet([figure("any_aggression", FLEVOLAND)]).tell("any_aggression")
    assert plain(said) == (
        "In Flevoland kreeg ruim de helft (51%) van de politieke ambtsdragers te maken met agressie;"
        " onzekerheid: tussen 44% en 58%."
    )
    row = f"any_aggression|2024|{FLEVOLAND}"
    assert traced(said) == [("ruim de helft (51%)", row), ("tussen 44% en 58%", row)]


def test_shares_of_one_base_share_a_sentence_that_names_the_place_once() -> None:
    rows = [figure("verbal", FLEVOLAND), figure("threat", FLEVOLAND, percent=24, text="24%", low=17, high=33)]
    said = plain(sheet(rows).tell("verbal", "threat"))
    assert said == (
        "Van de politieke ambtsdragers in Flevoland kreeg ruim de helft (51%) te maken met verbale agressie"
        " en bijna een kwart (24%) met bedreiging of intimidatie."
    )


def test_no_sentence_opens_with_a_digit() -> None:
    everybody = [figure("verbal", "all", percent=42, text="42%", low=38, high=46)]
    said = plain(report_sheet(2024, results(everybody)).tell("verbal"))
    assert said.startswith("Van de politieke ambtsdragers kreeg 42% te maken met verbale agressie; onzekerheid:")


def test_a_figure_about_victims_names_them() -> None:
    said = plain(sheet([figure("discussed", FLEVOLAND)]).tell("discussed"))
    assert "van de politieke ambtsdragers die agressie meemaakten" in said


NOT_SHOWN: dict[str, tuple[dict, str]] = {
    "indicative": ({"indicative": True}, "te klein voor een vaste uitspraak"),
    "too few": ({"sign": "/", "text": "/", **HIDDEN}, "te weinig waarnemingen om een percentage te noemen"),
    "withheld": ({"sign": "x", "text": "x", **HIDDEN}, "Niet getoond, omdat personen herkenbaar zouden zijn"),
}


@pytest.mark.parametrize("why", NOT_SHOWN)
def test_a_figure_that_is_not_firm_is_not_said_but_why_not(why: str) -> None:
    changes, words = NOT_SHOWN[why]
    compared = [
        comparison("verbal", "too_few", "whole", ALL_PROVINCES),
        comparison("verbal", "too_few", "wave", "2022"),
    ]
    rows = [figure("verbal", FLEVOLAND, **changes), figure("verbal", ALL_PROVINCES), figure("verbal", FLEVOLAND, 2022)]
    made = sheet(rows, compared)
    for said in (made.tell("verbal", beside="whole"), made.quotable("verbal")):
        assert words in said
        assert "verbale agressie" in said
        assert "%" not in said
    assert made.against("verbal") == made.since("verbal") == ""
    assert made.verdict_lines("verbal") == []


def test_figures_without_a_figure_are_named_together_by_reason() -> None:
    few = {"sign": "/", "text": "/", **HIDDEN}
    rows = [figure("verbal", FLEVOLAND), figure("threat", FLEVOLAND, **few), figure("physical", FLEVOLAND, **few)]
    said = sheet(rows).tell("threat", "verbal", "physical")
    assert said.startswith("In Flevoland kreeg")
    assert said.count("te weinig waarnemingen") == 1


def test_a_bracket_is_said_without_an_interval() -> None:
    said = plain(sheet([figure("physical", FLEVOLAND, text="minder dan 5%", **HIDDEN)]).tell("physical"))
    assert said == "In Flevoland kreeg minder dan 5% van de politieke ambtsdragers te maken met fysieke agressie."


def test_a_question_that_was_not_asked_is_said_not_to_be_asked() -> None:
    made = results([figure("verbal", FLEVOLAND), figure("threat", FLEVOLAND, 2022)])
    sheet = province_sheet("flevoland", 2024, replace(made, asked_differently={("discussed", 2024)}))
    said = plain(sheet.tell("verbal", "threat", "physical", "discussed", beside="wave"))
    assert said.endswith(
        "Niet gevraagd in deze meting: “bedreiging of intimidatie” en “fysieke agressie”."
        " In deze meting anders gevraagd, en daarom niet vergelijkbaar: “incident besproken”."
    )
    assert sheet.since("threat") == sheet.over_time("threat") == ""
    assert sheet.trend_finding("threat") == "Bedreiging of intimidatie: in deze meting niet gevraagd"


def test_the_previous_wave_is_the_last_that_asked_it() -> None:
    rows = [
        figure("verbal", FLEVOLAND, wave, percent=wave - 1980, text=f"{wave - 1980}%") for wave in (2016, 2018, 2024)
    ]
    compared = [comparison("verbal", "higher", "wave", reference) for reference in ("2016", "2018")]
    made = sheet(rows, compared)
    assert plain(made.since("verbal")) == "Het aandeel is hoger dan bij de meting van 2018 (38%)."
    assert plain(made.over_time("verbal")) == "Het aandeel is hoger dan bij de metingen van 2018 (38%) en 2016 (36%)."
    assert made.trend_finding("verbal") == "Verbale agressie: hoger dan bij de metingen van 2016 en 2018"


def test_a_trend_that_went_up_and_down_says_since_when() -> None:
    rows = [figure("verbal", FLEVOLAND, wave) for wave in (2016, 2018, 2024)]
    made = sheet(
        rows, [comparison("verbal", said, "wave", at) for at, said in {"2016": "higher", "2018": "lower"}.items()]
    )
    assert made.trend_finding("verbal") == (
        "Verbale agressie: hoger dan bij de meting van 2016 en lager dan bij de meting van 2018"
    )


def test_a_small_group_is_told_that_two_waves_stand_together() -> None:
    alone = sheet([figure("verbal", FLEVOLAND)])
    row = figure("verbal", FLEVOLAND, id="verbal|2022+2024|province=flevoland", waves="2022+2024", n=180, answer="")
    both = replace(alone, results=replace(alone.results, pooled=pd.DataFrame([row])))
    assert exhibits.together(alone) == ""
    assert exhibits.together(both).startswith(
        "Omdat in Flevoland weinig mensen meededen, staan de metingen van 2022 en 2024 ook samen"
    )


def test_two_waves_together_are_a_second_column_with_their_own_n_and_row() -> None:
    rows = [figure("verbal", domain, percent=48, text="48%") for domain in (FLEVOLAND, ALL_PROVINCES)]
    alone = sheet(rows, [comparison("verbal", "about_equal", "whole", ALL_PROVINCES)])
    row = figure("verbal", FLEVOLAND, id="verbal|2022+2024|province=flevoland", waves="2022+2024", n=180, answer="")
    both = replace(alone, results=replace(alone.results, pooled=pd.DataFrame([row])))
    shown = exhibits.headline_table(both, themes=[2])._repr_html_() or ""
    assert "2022 en 2024 samen" in shown and "verbal|2022+2024|province=flevoland" in shown
    cells = re.findall(r"<td[^>]*>(.*?)</td>", shown)
    assert [unescape(cell).replace("\N{NO-BREAK SPACE}", " ") for cell in cells[:4]] == [
        *("48% (44 tot 58%)", "90", "51% (44 tot 58%)", "180")
    ]
    assert "samen</" not in (exhibits.headline_table(alone, themes=[2])._repr_html_() or "").replace(
        "provincies samen", ""
    )


def test_the_first_wave_is_not_named_twice() -> None:
    rows = [figure("verbal", FLEVOLAND), figure("verbal", FLEVOLAND, 2022)]
    made = sheet(rows, [comparison("verbal", "higher", "wave", "2022")])
    assert made.since("verbal") == made.over_time("verbal") != ""


def test_verdicts_that_differ_have_a_sentence_each() -> None:
    rows = [figure("verbal", FLEVOLAND, wave, percent=40, text="40%") for wave in (2016, 2022, 2024)]
    compared = [comparison("verbal", "too_few", "wave", "2022"), comparison("verbal", "lower", "wave", "2016")]
    assert plain(sheet(rows, compared).over_time("verbal")) == (
        "Voor een vergelijking met de meting van 2022 zijn er te weinig waarnemingen."
        " Het is lager dan bij de meting van 2016 (40%)."
    )


def test_what_is_withheld_and_what_is_too_few_are_told_apart() -> None:
    rows = [figure("verbal", FLEVOLAND, wave) for wave in (2016, 2022, 2024)]
    rows += [figure("threat", FLEVOLAND, wave) for wave in (2022, 2024)]
    compared = [comparison("verbal", "too_few", "wave", "2022"), comparison("verbal", "withheld", "wave", "2016")]
    compared += [comparison("threat", "withheld", "wave", "2022")]
    made = sheet(rows, compared)
    assert plain(made.over_time("verbal")) == (
        "Voor een vergelijking met de meting van 2022 zijn er te weinig waarnemingen."
        " Een vergelijking met de meting van 2016 is niet getoond, omdat personen herkenbaar zouden zijn."
    )
    assert plain(made.tell("verbal", "threat", beside="wave")).endswith(
        "Vergeleken met de meting van 2022 zijn er bij verbale agressie te weinig waarnemingen."
        " Bij bedreiging of intimidatie is het verschil niet getoond, omdat personen herkenbaar zouden zijn."
    )


@pytest.mark.parametrize(
    ("verdicts", "why"),
    [
        (("too_few", "too_few"), ": te weinig waarnemingen"),
        (("withheld", "not_comparable"), ": personen zouden herkenbaar zijn"),
        (("withheld", "too_few"), ": te weinig waarnemingen en personen zouden herkenbaar zijn"),
        (("not_comparable", "not_comparable"), ""),
    ],
)
def test_a_title_without_a_comparison_says_why(verdicts: tuple[str, str], why: str) -> None:
    names = ["verbal", "threat"]
    rows = [figure(name, domain) for name in names for domain in (FLEVOLAND, ALL_PROVINCES)]
    pairs = zip(names, verdicts, strict=True)
    made = sheet(rows, [comparison(name, verdict, "whole", ALL_PROVINCES) for name, verdict in pairs])
    assert made.summary(names) == f"Niet te vergelijken met alle gemeenten en provincies samen{why}"


@pytest.mark.parametrize(
    ("verdict", "said"), [("too_few", "Deze groep is te klein om verschillen aan te tonen."), ("withheld", "")]
)
def test_a_group_is_not_called_too_small_for_what_is_withheld(verdict: str, said: str) -> None:
    rows = [figure("verbal", FLEVOLAND), figure("verbal", ALL_PROVINCES)]
    compared = comparison("verbal", verdict, "whole", ALL_PROVINCES) | {"smallest_demonstrable": None}
    assert exhibits.smallest_difference(sheet(rows, [compared]), "verbal") == said


def test_the_period_stands_with_what_happened_in_it() -> None:
    rows = [figure(name, "all", percent=69, text="69%") for name in ("any_aggression", "discussed")]
    made = report_sheet(2024, results(rows))
    when = "in de twaalf maanden voor het onderzoek (voorjaar 2024)"
    assert f"kreeg {when} te maken met agressie" in plain(made.quotable("any_aggression"))
    assert f"die {when} agressie meemaakten, besprak het meest recente incident" in plain(made.quotable("discussed"))


def test_a_first_measurement_is_compared_with_nothing_earlier() -> None:
    made = sheet([figure("verbal", FLEVOLAND), figure("verbal", ALL_PROVINCES), figure("verbal", FLEVOLAND, 2016)])
    first = replace(made, wave=2016, whole="")
    assert first.since("verbal") == first.over_time("verbal") == ""
    assert first.verdict_lines("verbal") == []
    assert first.trend_finding("verbal") == "Verbale agressie: er is geen eerdere meting"


def test_a_label_is_that_of_the_edition() -> None:
    made = results([figure("verbal", FLEVOLAND)])
    question = made.questionnaire["place"]
    renamed = question.model_copy(
        update={"answers": (Answer(id="thuis", code=1, label={2016: "Thuis", 2026: "In huis"}),)}
    )
    others = tuple(other for other in made.questionnaire.questions if other.id != "place")
    changed = replace(made, questionnaire=made.questionnaire.model_copy(update={"questions": (renamed, *others)}))
    assert [changed.answer_label("place", "thuis", wave) for wave in (2016, 2024, 2026)] == [
        "Thuis",
        "Thuis",
        "In huis",
    ]


VERDICTS = {
    "higher": ("hoger dan", True),
    "lower": ("lager dan", True),
    "about_equal": ("ongeveer gelijk aan", True),
    "small_difference": ("verschilt weinig van", True),
    "no_demonstrable_difference": ("verschilt niet aantoonbaar van", True),
    "not_comparable": ("niet te vergelijken met", False),
    "too_few": ("te weinig waarnemingen", False),
    "withheld": ("niet getoond, omdat personen herkenbaar zouden zijn", False),
}


@pytest.mark.parametrize("verdict", dutch.VERDICTS)
def test_a_comparison_is_said_in_the_words_of_its_verdict(verdict: str) -> None:
    words, with_figure = VERDICTS[verdict]
    rows = [
        figure("verbal", FLEVOLAND),
        figure("verbal", ALL_PROVINCES, percent=45, text="45%"),
        figure("verbal", FLEVOLAND, 2022, percent=40, text="40%"),
    ]
    compared = [comparison("verbal", verdict, "whole", ALL_PROVINCES), comparison("verbal", verdict, "wave", "2022")]
    made = sheet(rows, compared)
    against, since = made.against("verbal"), made.since("verbal")
    assert words in against and words in since
    assert "alle gemeenten en provincies samen" in against
    assert "meting van 2022" in since
    assert traced(against) == ([("45%", f"verbal|2024|{ALL_PROVINCES}")] if with_figure else [])
    assert traced(since) == ([("40%", f"verbal|2022|{FLEVOLAND}")] if with_figure else [])
    others = {other for other, _ in VERDICTS.values()} - {words}
    assert not [other for other in others if other in against or other in since]


@pytest.mark.parametrize(
    ("provinces", "words"),
    [
        ([], "geen provincie verschilt aantoonbaar van"),
        (["zeeland"], "Zeeland wijkt af van"),
        (["zeeland", "limburg"], "Zeeland en Limburg wijken af van"),
    ],
)
def test_the_map_names_the_provinces_that_differ(provinces: list[str], words: str) -> None:
    compared = [comparison("verbal", "higher", "whole", ALL_PROVINCES, f"province={name}") for name in provinces]
    same = comparison("verbal", "no_demonstrable_difference", "whole", ALL_PROVINCES, "province=utrecht")
    found = sheet([figure("verbal", FLEVOLAND)], [*compared, same]).provinces_finding("verbal")
    assert words in found
    assert "Utrecht" not in found


def test_an_empty_phrase_shows_nothing_in_quarto() -> None:
    assert Phrase("")._repr_markdown_() == "<!-- -->"
    assert Phrase("51%")._repr_markdown_() == "51%"


def test_what_does_not_exist_is_told() -> None:
    made = results([figure("verbal", FLEVOLAND)])
    bad = {
        "Province does not exist": lambda: province_sheet("atlantis", 2024, made),
        "Doelgroep does not exist": lambda: target_group_sheet("ministers", 2024, made),
        "Edition does not exist": lambda: province_sheet("flevoland", 2023, made),
        "No such figure": lambda: province_sheet("flevoland", 2024, made).figure("vebal"),
        "No such comparison": lambda: province_sheet("flevoland", 2024, made).compared("verbal"),
    }
    for title, ask in bad.items():
        with pytest.raises(MonitorError) as caught:
            ask()
        assert told(caught.value)["title"] == title


@pytest.mark.parametrize("missing", ["province", "edition"])
def test_a_parameter_that_was_not_given_stops(missing: str) -> None:
    """With Quarto's -P a mistyped name leaves the default: None, which is no province and no edition."""
    given: dict = {"province": "flevoland", "edition": 2024} | {missing: None}
    with pytest.raises(MonitorError) as caught:
        province_sheet(given["province"], given["edition"], results([figure("verbal", FLEVOLAND)]))
    assert told(caught.value)["got"] == "None"


def test_figures_that_were_not_made_yet_say_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(MonitorError) as caught:
        read_results(tmp_path)
    assert told(caught.value)["hint"] == "type make figures in the monitor's folder"


@pytest.mark.parametrize("ask", [lambda sheet: sheet.rows(["verbaal"]), lambda sheet: sheet.base_line("verbaal")])
def test_a_misspelt_indicator_is_told_with_those_that_there_are(ask: Callable[[Sheet], object]) -> None:
    """Guards a bug: it was a KeyError, an IndexError, or an empty table that nobody was told of."""
    sheet = Sheet(results([figure("verbal", FLEVOLAND)]), FLEVOLAND, ALL_PROVINCES, 2024)
    with pytest.raises(MonitorError) as caught:
        ask(sheet)
    message = told(caught.value)
    assert (message["title"], message["where"]) == ("No such indicator", "verbaal")
    assert "verbal, threat" in message["expected"]


def test_breaks_and_other_words_are_told_apart_by_the_names_of_what_they_are_about() -> None:
    rows = [
        ("verbal", 2022, "wording", "andere woorden"),
        ("threat", 2022, "wording", "andere woorden"),
        ("gender", 2022, "wording", "kortere vraag"),
        ("discussed", 2020, "question", "andere vraag"),
        ("all", 2024, "mode", "online"),
    ]
    columns = ["variable_or_indicator", "wave", "kind", "why"]
    found = replace(results([figure("verbal", "all")]), break_rows=pd.DataFrame(rows, columns=columns))
    sheet = target_group_sheet("algemeen", 2024, found)
    assert exhibits.series_breaks(sheet).split("\n") == [
        "- Incident besproken, vanaf 2020: andere vraag.",
        "- Alle cijfers, vanaf 2024: online.",
    ]
    assert exhibits.other_words(sheet).split("\n") == [
        "- Verbale agressie; Bedreiging of intimidatie, vanaf 2022: andere woorden.",
        "- “Bent u man of vrouw?”, vanaf 2022: kortere vraag.",
    ]


def answers(indicator: str, texts: dict[str, str], together: dict[str, str], domain: str = FLEVOLAND) -> list[dict]:
    """Answers to one question in a group, of which those of `together` are shown as another one."""
    rows = []
    for answer, text in texts.items():
        told = {"id": f"{indicator}.{answer}|2024|{domain}", "answer": answer, "text": text}
        told |= {"together": f"{indicator}.{together[answer]}|2024|{domain}"} if answer in together else {}
        percent = {"percent": int(text[:-1]), "low": 0, "high": 100} if text != "x" else {**HIDDEN, "sign": "x"}
        rows.append(figure(indicator, domain, **told, **percent))
    return rows


def test_answers_that_are_shown_together_are_drawn_together_and_keep_their_rows() -> None:
    texts = {"een_of_twee": "52%", "een": "x", "twee": "x", "drie_tot_vijf": "30%", "zes_tot_tien": "18%"}
    told = results(answers("incidents", texts, dict.fromkeys(["een", "twee"], "een_of_twee")))
    shown = exhibits.bars(Sheet(told, FLEVOLAND, ALL_PROVINCES, 2024), "incidents")
    alt = shown.shown.alt  # pyright: ignore[reportAttributeAccessIssue]
    assert "1 of 2 keer 52% (" in alt and ". 1 keer" not in alt and "niet getoond" not in alt
    assert shown.rows["answer"].tolist() == list(texts)
    assert "1 keer" in str(shown._repr_markdown_())


def test_all_answers_that_are_shown_may_be_withheld_though_some_of_them_were_to_be_shown_together() -> None:
    texts = dict.fromkeys(["een_of_twee", "een", "twee", "drie_tot_vijf"], "x")
    told = results(answers("incidents", texts, dict.fromkeys(["een", "twee"], "een_of_twee")))
    shown = exhibits.bars(Sheet(told, FLEVOLAND, ALL_PROVINCES, 2024), "incidents")
    assert dutch.RECOGNISABLE in shown.shown.alt  # pyright: ignore[reportAttributeAccessIssue]


def test_degrees_that_are_shown_together_stand_in_their_place_in_every_bar() -> None:
    """The first bar has all degrees, the second one two of them together: in the order of the questionnaire."""
    each = {"minder_ernstig": "30%", "ernstig": "10%", "zeer_ernstig": "8%", "onbekend": "3%", "geen": "49%"}
    some = {"minder_ernstig": "30%", "ernstig_of_zeer_ernstig": "18%", "ernstig": "x", "zeer_ernstig": "x"}
    some |= {"onbekend": "3%", "geen": "49%"}
    wel = dict.fromkeys(["ernstig", "zeer_ernstig"], "ernstig_of_zeer_ernstig")
    rows = [*answers("severity_all", each, {}), *answers("severity_all", some, wel, ALL_PROVINCES)]
    rows += [figure(name, domain) for name in ("any_aggression", "serious") for domain in (FLEVOLAND, ALL_PROVINCES)]
    told = results(rows)
    sheet = Sheet(told, FLEVOLAND, ALL_PROVINCES, 2024)
    alt = exhibits.severity(sheet).shown.alt  # pyright: ignore[reportAttributeAccessIssue]
    assert "minder ernstig 30%, ernstig 10%, zeer ernstig 8%, onbekend 3%" in alt
    assert "minder ernstig 30%, ernstig of zeer ernstig 18%, onbekend 3%" in alt
    assert told.in_order("severity_all", [*each, "ernstig_of_zeer_ernstig"]) == [
        *("minder_ernstig", "ernstig_of_zeer_ernstig", "ernstig", "zeer_ernstig", "onbekend", "geen"),
    ]
    assert told.in_order("severity_all", ["ernstig_of_zeer_ernstig", "geen"]) == ["ernstig_of_zeer_ernstig", "geen"]
