"""Sentences on several figures: grammar, and for any figures and verdicts no word that contradicts them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from presentation import dutch, narrative
from presentation.figure import Figure

#: What a share is called by a reader: the exact place of each word, and how far "ruim" and "bijna" may reach.
PLACES = {
    "een vijfde": 20,
    "een kwart": 25,
    "een derde": 100 / 3,
    "de helft": 50,
    "twee derde": 200 / 3,
    "driekwart": 75,
}
DOES = ("kreeg te maken met agressie", "kreeg te maken met bedreiging", "deed aangifte bij de politie")
MOVED = ("higher", "lower")


def figure(percent: int) -> Figure:
    return Figure("x|2024|all", 500, percent, None, None, "", f"{percent}%", indicative=False)


def plain(words: str) -> str:
    return re.sub(r"\[([^]]*)\]\{[^}]*\}", r"\1", words)


def test_what_two_shares_have_alike_is_said_once() -> None:
    said = narrative.together("Van de leden", [(figure(42), DOES[0]), (figure(13), DOES[1]), (figure(9), DOES[2])])
    assert (
        plain(said)
        == "Van de leden kreeg 42% te maken met agressie, 13% met bedreiging en deed 9% aangifte bij de politie."
    )


def test_what_happened_to_one_thing_is_named_once() -> None:
    does = [
        "besprak het meest recente incident met iemand",
        "meldde het meest recente incident bij de eigen organisatie",
        "heeft het meest recente incident besproken of gemeld",
    ]
    said = plain(narrative.together("Van de leden", list(zip(map(figure, (41, 13, 46)), does, strict=True))))
    assert said == (
        "Van de leden besprak 41% het meest recente incident met iemand, "
        "meldde 13% het bij de eigen organisatie en heeft 46% het besproken of gemeld."
    )


def test_a_clause_is_not_cut_in_two() -> None:
    does = ("vindt dat de organisatie genoeg doet", "vindt dat de organisatie goed reageert")
    said = plain(narrative.together("Van de leden", [(figure(42), does[0]), (figure(13), does[1])]))
    assert (
        said == "Van de leden vindt 42% dat de organisatie genoeg doet en vindt 13% dat de organisatie goed reageert."
    )


def test_a_direction_is_said_first_and_the_rest_after_it() -> None:
    topics = {"no_demonstrable_difference": ["c (toen 5%)"], "lower": ["b (toen 9%)"], "higher": ["a (toen 3%)"]}
    assert narrative.verdicts("de meting van 2022", topics) == (
        "Vergeleken met de meting van 2022 is het aandeel hoger bij a (toen 3%) en lager bij b (toen 9%)."
        " Bij c (toen 5%) is geen verschil aangetoond."
    )


def test_what_is_withheld_is_told_beside_what_is_too_few() -> None:
    topics = {"withheld": ["a"], "too_few": ["b"]}
    assert narrative.verdicts("de meting van 2022", topics) == (
        "Vergeleken met de meting van 2022 zijn er bij b te weinig waarnemingen."
        " Bij a is het verschil niet getoond, omdat personen herkenbaar zouden zijn."
    )
    assert narrative.verdicts("de meting van 2022", {"withheld": ["a"]}) == (
        "Vergeleken met de meting van 2022 is bij a het verschil niet getoond, omdat personen herkenbaar zouden zijn."
    )


@given(st.integers(0, 100))
def test_the_words_of_a_share_say_where_it_lies(percent: int) -> None:
    said = dutch.share(percent)
    assert f"{percent}%" in said
    words = said.partition(" (")[0]
    for degree, ahead in (("ruim ", 1), ("bijna ", -1), ("", 0)):
        if words.removeprefix(degree) in PLACES and words.startswith(degree):
            away = percent - PLACES[words.removeprefix(degree)]
            assert abs(away) <= 3.5
            assert away * ahead > -0.5 if ahead else abs(away) < 1
            return
    assert words in (said, "vrijwel niemand", "vrijwel iedereen")


@given(st.lists(st.tuples(st.integers(0, 100), st.sampled_from(DOES)), min_size=2, max_size=3))
def test_every_share_is_said_once_in_its_own_order(shares: list[tuple[int, str]]) -> None:
    said = plain(narrative.together("Van de leden", [(figure(percent), does) for percent, does in shares]))
    assert [int(number) for number in re.findall(r"(\d+)%", said)] == [percent for percent, _ in shares]
    assert said.startswith("Van de leden ") and said.endswith(".") and "  " not in said


@given(st.lists(st.sampled_from(sorted(dutch.VERDICTS)), min_size=1, max_size=6))
def test_every_topic_stands_behind_its_own_verdict_and_no_other(verdicts: list[str]) -> None:
    topics: dict[str, list[str]] = {}
    for number, verdict in enumerate(verdicts):
        topics.setdefault(verdict, []).append(f"onderwerp{number}x")
    said = narrative.verdicts("de meting van 2022", topics)
    assert said.startswith("Vergeleken met de meting van 2022 ")
    for number, verdict in enumerate(verdicts):
        assert said.count(f"onderwerp{number}x") == 1
        sentence = next(each for each in re.split(r"(?<=\.) ", said) if f"onderwerp{number}x" in each)
        before = sentence[: sentence.index(f"onderwerp{number}x")]
        if verdict in MOVED:
            assert re.findall(r"hoger|lager", before)[-1] == dutch.VERDICTS[verdict]
        else:
            assert not re.search(r"hoger|lager", sentence)
        assert ("geen verschil aangetoond" in sentence) == (verdict == "no_demonstrable_difference")
        assert ("ongeveer gelijk" in sentence) == (verdict == "about_equal")
        assert ("te weinig waarnemingen" in sentence) == (verdict == "too_few")
        assert ("herkenbaar" in sentence) == (verdict == "withheld")
