"""What a task rests on is found in the imports and the includes, not listed by hand."""

from __future__ import annotations

from pipeline.folders import REPORT, ROOT
from pipeline.sources import FRONT, page_sources, parts_of, publications, sources_of


def names(*modules: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in sources_of(*modules)}


def test_modules_are_followed_to_what_they_import() -> None:
    found = names("analysis.weighting")
    # weighting imports calibration and population; population imports declared and errors.
    assert {"src/analysis/weighting.py", "src/analysis/calibration.py", "src/analysis/declared.py"} <= found
    assert "src/analysis/harmonise.py" not in found
    assert "src/analysis/__init__.py" in found
    assert names("analysis.harmonise").isdisjoint({"src/analysis/weighting.py", "src/analysis/comparisons.py"})


def test_the_pipelines_own_modules_count_too() -> None:
    assert {"pipeline/place.py", "pipeline/folders.py", "src/press/site.py"} <= names("pipeline.place")


def test_what_is_not_ours_is_left_out() -> None:
    assert all(name.startswith(("src/", "pipeline/")) for name in names("press", "analysis.exhibits", "pipeline.place"))
    assert names("pandas", "json") == set()


def test_a_body_belongs_to_the_documents_of_its_product_and_to_no_other() -> None:
    """So one word changed in the province body concerns exactly the twelve province sheets."""
    body = REPORT / "_province.qmd"
    with_body = {publication.id for publication in publications() if body in parts_of(REPORT / publication.source)[0]}
    assert with_body == {publication.id for publication in publications() if publication.product == "province"}
    assert len(with_body) == 12
    others = [source for source in (*page_sources(), FRONT) if source.parent.name != "2024"]
    assert len(others) >= 3
    assert not [source for source in others if body in parts_of(source)[0]]


def test_documents_rest_on_the_code_that_their_bodies_import() -> None:
    _, modules = parts_of(REPORT / "2024" / "flevoland.qmd")
    assert {"analysis.factsheets", "analysis.exhibits"} <= set(modules)
    assert "src/analysis/dutch.py" in names(*modules)
