"""Which of our figures stands beside a published one."""

from __future__ import annotations

import pandas as pd

from analysis.declared import read_yaml
from analysis.settings import project_root
from presentation import exhibits
from presentation.factsheets import report_sheet
from presentation.published import beside_published, counterpart


def test_counterpart_is_named_by_wave_where_the_question_changed() -> None:
    published = pd.DataFrame(
        {"indicator": ["broken", "broken", "broken", "verbal", "else"], "wave": [2016, 2020, 2024, 2016, 2016]}
    )
    ours = counterpart(published, {"broken": {2016: "old", 2020: "new"}, "verbal": "verbal"})
    assert ours.fillna("none").tolist() == ["old", "new", "new", "verbal", "none"]


def test_a_source_leads_to_its_page_where_that_is_known_and_to_its_site_elsewhere() -> None:
    row = {"indicator": "verbal", "group": "all", "base": "everybody", "wave": 2020, "percent": 33}
    figures = {"id": "verbal|2020|all", "indicator": "verbal", "answer": "", "wave": 2020, "domain": "all"}
    counterparts = {
        "indicators": {"verbal": "verbal"},
        "groups": {"all": "all"},
        "pages": {"news.example 12": {"title": "News: more shouting", "address": "https://news.example/12/more"}},
    }
    both = beside_published(
        pd.DataFrame([row | {"source": "news.example 12 (33); paper.example 2020-07"}]),
        counterparts,
        pd.DataFrame([figures | {"percent": 34, "low": 32, "high": 36}]),
    )
    assert both["links"].tolist() == [
        ["[News: more shouting](https://news.example/12/more)", "[paper.example 2020-07](https://paper.example)"]
    ]


def test_pages_are_those_that_the_facts_name_on_the_site_that_they_name() -> None:
    facts = pd.read_csv(project_root() / "data" / "raw" / "population" / "published_figures.csv")
    named = {part.partition("(")[0].strip() for source in facts["source"] for part in source.split(";")}
    pages = read_yaml(project_root() / "config" / "published.yml")["pages"]
    assert set(pages) <= named
    for name, page in pages.items():
        site = page["address"].removeprefix("https://").removeprefix("www.").partition("/")[0]
        assert site == name.split()[0], "a page of another site"


def test_the_list_of_pages_says_which_figures_stood_where_and_of_whom() -> None:
    lines = str(exhibits.published_sources(report_sheet(2024))).split("\n")
    (women_and_men,) = [line for line in lines if "gemeente.nu/" in line]
    assert women_and_men.endswith("). Agressie meegemaakt (vrouwen en mannen).")
    (first,) = [line for line in lines if "nu.nl/politiek/4358082" in line]
    assert first.endswith("(vraag van 2016); Collega regels zien overtreden."), "of everybody: no group"
