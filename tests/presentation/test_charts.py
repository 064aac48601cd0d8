"""Charts of extreme rows: what stands in them, at what size, and that nothing runs into anything else."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd
import pytest
from lxml import etree
from matplotlib import rc_context
from plotnine import ggplot

from analysis.errors import MonitorError
from presentation import charts, dutch, palette
from presentation.charts import Wording, lettering
from presentation.charts.canvas import FULL
from presentation.charts.picture import draw_svg
from tests.presentation.rows import MARK, SEVERITY, SUBJECT, WHOLE, frame, row

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("trend", "against", "breakdown", "bars", "severity", "tile_map")


class Text(NamedTuple):
    """A line of text in a drawing: words, size, and the box it takes, in points from the upper left."""

    words: str
    size: float
    left: float
    right: float
    top: float
    bottom: float


class Drawing(NamedTuple):
    """A chart as SVG, its lines of text, and its size in points."""

    svg: str
    texts: list[Text]
    width: float
    height: float

    @property
    def words(self) -> str:
        """All text, lines joined."""
        return " ".join(text.words for text in self.texts)


def draw(chart: ggplot) -> Drawing:
    """Draw a chart and read its text back from the SVG."""
    buffer = io.BytesIO()
    with rc_context({"svg.fonttype": "none"}):
        chart.save(buffer, format="svg", verbose=False)
    root = etree.fromstring(buffer.getvalue())
    texts = [line for element in root.iter(f"{SVG}text") for line in _lines(element)]
    width, height = (float(side) for side in root.get("viewBox", "").split()[2:])
    return Drawing(buffer.getvalue().decode(), texts, width, height)


def _lines(element: etree._Element) -> list[Text]:
    style = element.get("style", "")
    size = float(re.search(r"font-size: ([\d.]+)px", style)[1])  # pyright: ignore[reportOptionalSubscript]
    weight = lettering.SEMIBOLD if "font-weight: 600" in style else lettering.REGULAR
    moved = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
    lines = []
    for part in list(element.iter(f"{SVG}tspan")) or [element]:
        x, y = float(part.get("x", "0").split()[0]), float(part.get("y", "0"))
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        words = part.text or ""
        wide = lettering.width(words, size, weight)
        left = x - {"middle": wide / 2, "end": wide}.get((re.search(r"text-anchor: (\w+)", style) or ["", ""])[1], 0)
        lines.append(Text(words, size, left, left + wide, y - 0.69 * size, y))
    return lines


def drawn(chart: ggplot, kind: str) -> pd.DataFrame:
    """What stands on the canvas of a chart: "grid", "boxes", "lines", "marks" or "labels"."""
    (layer,) = chart.layers
    return pd.DataFrame(getattr(layer.geom.params["canvas"], kind))


@pytest.fixture
def make(
    wording: Wording,
    trend_rows: pd.DataFrame,
    against_rows: tuple[pd.DataFrame, pd.DataFrame],
    group_rows: pd.DataFrame,
    answer_rows: pd.DataFrame,
    severity_rows: pd.DataFrame,
    province_rows: tuple[pd.DataFrame, pd.DataFrame],
    tiles: pd.DataFrame,
) -> Callable[[str], ggplot]:
    """A chart of each kind, of extreme rows."""
    waves = [2016, 2018, 2020, 2022, 2024]
    sides = {"subject": SUBJECT, "comparator": WHOLE}
    gaps = {"breaks": {2022: "andere vraag"}, "unasked": {2020: "niet gevraagd"}}
    one_base = against_rows[0].assign(base="politieke ambtsdragers")
    kinds: dict[str, Callable[[], ggplot]] = {
        "trend": lambda: charts.trend(trend_rows, wording, **sides, waves=waves, **gaps),
        "against": lambda: charts.against(one_base, against_rows[1], wording, **sides),
        "breakdown": lambda: charts.breakdown(group_rows, wording, whole="all"),
        "bars": lambda: charts.bars(answer_rows, wording),
        "severity": lambda: charts.severity(severity_rows, wording, SEVERITY),
        "tile_map": lambda: charts.tile_map(*province_rows, tiles, wording, comparator=WHOLE),
    }
    return lambda kind: kinds[kind]()


@pytest.mark.parametrize("kind", KINDS)
def test_every_colour_of_a_drawing_can_be_changed_in_the_dark(kind: str, make: Callable[[str], ggplot]) -> None:
    """Guards a bug: rings stayed dark on dark, since their colour stood at the shape, which is placed by reference."""
    drawn = draw_svg(make(kind))
    assert drawn.startswith('<svg class="monitor-chart"')
    styles = re.findall(r'style="([^"]*)"', drawn)
    colours = set(re.findall(r"(?:fill|stroke): (#\w+)", " ".join(styles)))
    assert colours and colours <= {colour.lower() for colour in palette.DARK}
    assert set(re.findall("#[0-9a-f]{6}", drawn)) == colours, "no colour stands outside a style"
    placed = {use.group(1) for use in re.finditer(r'<use [^>]*href="#([^"]+)"', drawn)}
    shapes = re.findall(r'<path id="([^"]+)"([^>]*)', drawn)
    assert not [name for name, rest in shapes if name in placed and "style" in rest]
    assert all("stroke: " in use and "fill: " in use for use in re.findall(r"<use [^>]*>", drawn))


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_of_extreme_rows_is_whole(
    kind: str, make: Callable[[str], ggplot], wording: Wording, capfd: pytest.CaptureFixture[str]
) -> None:
    """One drawing, all that must hold of any chart; pytest turns warnings into errors."""
    drawing = draw(make(kind))
    assert capfd.readouterr() == ("", ""), "whatever a cell writes to stderr fails a render"
    for words in (wording.title, wording.subtitle, wording.source, MARK):
        assert words in drawing.words
    assert min(text.size for text in drawing.texts) >= 8
    assert drawing.width == pytest.approx(FULL, abs=0.5)
    assert "Fira Sans" in drawing.svg and "DejaVu" not in drawing.svg
    _assert_nothing_is_cut_off(drawing)
    _assert_no_text_on_text(drawing)


def _assert_nothing_is_cut_off(drawing: Drawing) -> None:
    cut = [
        text.words
        for text in drawing.texts
        if text.left < 0 or text.right > drawing.width or text.top < 0 or text.bottom > drawing.height
    ]
    assert cut == []


def _assert_no_text_on_text(drawing: Drawing) -> None:
    touching = [
        (one.words, other.words)
        for one, other in itertools.combinations(drawing.texts, 2)
        if one.left < other.right - 0.5
        and other.left < one.right - 0.5
        and one.top < other.bottom - 0.5
        and other.top < one.bottom - 0.5
    ]
    assert touching == []


@pytest.mark.parametrize("kind", ["trend", "against", "breakdown", "bars", "severity"])
def test_the_percentage_axis_starts_at_nought(kind: str, make: Callable[[str], ggplot]) -> None:
    chart = make(kind)
    along = "y" if kind == "trend" else "x"
    rules = drawn(chart, "grid")
    assert rules[along].min() == 0, "the grid begins at 0%"
    ticks = [text.words for text in draw(chart).texts if re.fullmatch(r"\d+%", text.words)]
    assert "0%" in ticks


def test_a_chart_is_as_wide_as_the_text_of_a_page() -> None:
    assert pytest.approx(170, abs=0.1) == FULL / 72 * 25.4


def test_direct_labels_are_the_published_words(make: Callable[[str], ggplot]) -> None:
    words = [text.words for text in draw(make("breakdown")).texts]
    for label in ("60%", "0%", "100%", "x niet getoond", "/ te weinig waarnemingen", "minder dan 5%", "meer dan 95%"):
        assert label in words
    assert "2.040" in words, "n stands beside the group, with a Dutch thousands separator"


def test_verdicts_stand_with_mark_and_word(make: Callable[[str], ggplot]) -> None:
    chart = make("against")
    words = draw(chart).words
    for look in palette.VERDICTS.values():
        assert look.word in words
    assert {"^", "v", "o", "s", "D"} <= set(drawn(chart, "marks")["shape"])


def test_indicators_of_different_bases_do_not_share_a_chart(
    against_rows: tuple[pd.DataFrame, pd.DataFrame], wording: Wording
) -> None:
    with pytest.raises(MonitorError, match="ambtsdragers; ambtsdragers die agressie meemaakten"):
        charts.against(*against_rows, wording, subject=SUBJECT, comparator=WHOLE)


def test_a_series_break_cuts_the_line(wording: Wording) -> None:
    rows = frame([row(40, 38, 42, wave=wave) for wave in (2018, 2020, 2022, 2024)])
    broken = charts.trend(rows, wording, subject=SUBJECT, breaks={2022: "andere vraag"})
    assert _crossings(charts.trend(rows, wording, subject=SUBJECT), 2021) == 1
    assert _crossings(broken, 2021) == 0
    assert "andere vraag" in draw(broken).words


@pytest.mark.parametrize("missing", [row(None, wave=2020, sign="/"), row(None, wave=2020, text="minder dan 5%"), None])
def test_no_line_runs_over_a_wave_without_a_figure(missing: dict | None, wording: Wording) -> None:
    rows = [row(40, 38, 42, wave=wave) for wave in (2016, 2018, 2022)] + ([missing] if missing else [])
    chart = charts.trend(frame(rows), wording, subject=SUBJECT, waves=[2016, 2018, 2020, 2022])
    assert _crossings(chart, 2017) == 1
    assert _crossings(chart, 2020) == 0


def _crossings(chart: ggplot, year: float) -> int:
    """Lines of the series, not of the grid, that run over a moment."""
    lines = drawn(chart, "lines")
    return int(((lines["x"] < year) & (lines["xend"] > year)).sum())


def test_waves_stand_at_their_real_years(wording: Wording) -> None:
    rows = frame([row(40, 38, 42, wave=wave) for wave in (2016, 2018, 2024)])
    at = {text.words: (text.left + text.right) / 2 for text in draw(charts.trend(rows, wording, subject=SUBJECT)).texts}
    assert at["2024"] - at["2018"] == pytest.approx(3 * (at["2018"] - at["2016"]), abs=0.5)


def test_what_a_trend_does_not_draw_is_said(make: Callable[[str], ggplot]) -> None:
    words = draw(make("trend")).words
    assert "niet gevraagd" in words
    assert "Flevoland 2018: te weinig waarnemingen (/). Flevoland 2022: minder dan 5%." in words
    assert "Open punt: indicatief." in words


def test_segments_of_severity_follow_each_other_up_to_the_total(severity_rows: pd.DataFrame, wording: Wording) -> None:
    chart = charts.severity(severity_rows, wording, SEVERITY)
    boxes = drawn(chart, "boxes")
    per_group = boxes.groupby("ymin", sort=False).agg(
        start=("xmin", "min"), end=("xmax", "max"), parts=("fill", "size")
    )
    assert per_group["start"].tolist() == [0, 0, 0]
    assert per_group["end"].tolist() == [45, 100, 14]
    assert per_group["parts"].tolist() == [4, 4, 4]
    assert (boxes["color"] == palette.INK).all()


def test_parts_too_short_for_a_label_are_said_below_the_bar(severity_rows: pd.DataFrame, wording: Wording) -> None:
    assert "zeer ernstig 5%, onbekend 2%" in draw(charts.severity(severity_rows, wording, SEVERITY)).words


def test_locate_marks_one_province(tiles: pd.DataFrame) -> None:
    chart = charts.locate(tiles, "flevoland", Wording("", "", "", MARK))
    drawing = draw(chart)
    assert set(tiles["abbreviation"]) <= {text.words for text in drawing.texts}
    assert MARK in drawing.words
    boxes = drawn(chart, "boxes")
    assert (boxes["fill"] == palette.SUBJECT).sum() == 1


def test_the_same_rows_give_the_same_bytes(answer_rows: pd.DataFrame, wording: Wording) -> None:
    def drawn() -> bytes:
        buffer = io.BytesIO()
        with rc_context({"svg.hashsalt": "monitor"}):
            charts.bars(answer_rows, wording).save(buffer, format="svg", verbose=False, metadata={"Date": None})
        return buffer.getvalue()

    assert drawn() == drawn()


@pytest.mark.parametrize(
    ("rows", "got"),
    [
        (frame([row(1), row(2)]), "two rows for one"),
        (frame([row(1)]).drop(columns="low"), "no column low"),
        (frame([row(1)]).head(0), "no rows"),
    ],
)
def test_rows_that_cannot_be_drawn_say_why(rows: pd.DataFrame, got: str, wording: Wording) -> None:
    with pytest.raises(MonitorError, match=got):
        charts.breakdown(rows, wording)


def test_a_missing_font_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "FAMILY", "No Such Family")
    lettering._font.cache_clear()
    with pytest.raises(MonitorError, match=r"charts\.use_fonts"):
        lettering.width("onbekend lettertype", 8)
    lettering._font.cache_clear()


def test_wrapped_lines_fit_and_lose_no_word() -> None:
    text = "Leden van het algemeen bestuur (niet dagelijks bestuur)"
    lines = lettering.wrap(text, 90, 8.5)
    assert " ".join(lines) == text
    assert all(lettering.width(line, 8.5) <= 90 for line in lines)


def test_a_word_wider_than_the_line_is_broken_with_a_hyphen() -> None:
    lines = lettering.wrap("Waterschapsbestuursvertegenwoordigers", 60, 8.5)
    assert len(lines) > 1 and all(line.endswith("-") for line in lines[:-1])
    assert "".join(line.rstrip("-") for line in lines) == "Waterschapsbestuursvertegenwoordigers"
    assert all(lettering.width(line, 8.5) <= 60 for line in lines)


def test_spread_labels_do_not_touch_and_keep_their_place_where_they_can() -> None:
    assert lettering.spread([20, 60], [10, 10], 100) == [20, 60]
    places = lettering.spread([90, 92, 95], [20, 20, 20], 100)
    assert places == [50, 70, 90]
    assert lettering.spread([1, 2], [20, 20], 100) == [10, 30]


def test_a_number_of_respondents_is_never_on_another_line_than_its_name() -> None:
    text = f"Basis: leden; {dutch.respondents(2040)}."
    lines = [line for room in range(60, 140) for line in lettering.wrap(text, room, 8.5)]
    assert [line for line in lines if re.search(r"(^|\s)n$|=$", line)] == []
    assert dutch.respondents(2040).replace("\N{NO-BREAK SPACE}", " ") == "n = 2.040"


def test_a_bar_without_one_of_its_parts_says_that_it_is_shorter(severity_rows: pd.DataFrame, wording: Wording) -> None:
    said = "Waar een deel niet is getoond, is de staaf korter dan het totaal."
    assert said not in " ".join(draw(charts.severity(severity_rows, wording, SEVERITY)).words.split())
    rows = severity_rows.copy()
    one = (rows["domain"] == "all") & (rows["answer"] == "ernstig")
    rows.loc[one, ["percent", "low", "high"]] = pd.NA
    rows.loc[one, ["sign", "text"]] = "x"
    words = " ".join(draw(charts.severity(rows, wording, SEVERITY)).words.split())
    assert said in words and "ernstig x niet getoond" in words


@pytest.mark.parametrize("place", ["all", "layer=gemeente"])
def test_degrees_that_one_bar_shows_together_are_named_below_it(
    place: str, severity_rows: pd.DataFrame, wording: Wording
) -> None:
    """Where the heading names each of them: it leads to the bar with most parts."""
    gone = (severity_rows["domain"] == place) & severity_rows["answer"].isin(["ernstig", "zeer_ernstig"])
    together = severity_rows[gone & (severity_rows["answer"] == "ernstig")]
    together = together.assign(answer="wel", answer_label="Ernstig of zeer ernstig", percent=23, text="23%")
    rows = pd.concat([severity_rows[~gone], together], ignore_index=True)
    fills = {"minder_ernstig": SEVERITY["minder_ernstig"], "wel": SEVERITY["ernstig"], **SEVERITY}
    chart = charts.severity(rows, wording, fills)
    words = [text.words for text in draw(chart).texts]
    assert "ernstig of zeer ernstig 23%" in " ".join(words)
    assert "23%" not in words and "Ernstig of zeer ernstig" not in words and "Zeer ernstig" in words
    boxes = drawn(chart, "boxes")
    assert (boxes["xmax"] - boxes["xmin"]).tolist().count(23) == 1
    _assert_no_text_on_text(draw(chart))


def test_degrees_that_every_bar_shows_together_are_named_in_the_heading(
    severity_rows: pd.DataFrame, wording: Wording
) -> None:
    rows = severity_rows[severity_rows["answer"] != "zeer_ernstig"].replace({"answer": {"ernstig": "wel"}})
    rows["answer_label"] = rows["answer_label"].replace({"Ernstig": "Ernstig of zeer ernstig"})
    words = [
        text.words for text in draw(charts.severity(rows, wording, {"wel": SEVERITY["ernstig"], **SEVERITY})).texts
    ]
    assert "Ernstig of zeer ernstig" in words and "30%" in words
