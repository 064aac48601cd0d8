"""What the press does not support, or what is wrong in a source, is told with file and line; nothing is published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from press import PressError, Rendered
from press.__main__ import main

FRONT = "---\ntitle: Proef\nlang: nl\n---\n"

#: a cell with this code
CELL = "```{{python}}\n{}\n```".format

#: source text after the front matter, formats, and what the message must hold: title, place, hint or value
REFUSED = {
    "unknown cell option": ("```{python}\n#| fig-colour: red\n1\n```", "html", ["cell option", "line 5", "fig-colour"]),
    "other language": ("\n```{r}\n1\n```", "html", ["Unsupported cell", "line 6", "{r}"]),
    "inline code of another language": ("Er zijn `{r} n`.", "html", ["inline code", "line 5", "{r}"]),
    "unknown shortcode": ("\n{{< video film.mp4 >}}", "html", ["Unsupported shortcode", "line 6", "video"]),
    "unknown metadata": ("{{< meta meting >}}", "html", ["Unknown metadata", "line 5", "meting"]),
    "unresolved reference": ("\nZie @fig-weg.", "html", ["Unresolved reference", "line 6", "@fig-weg"]),
    "section without number": ("## Kop {#sec-a}\n\n@sec-a", "html", ["without a number", "number-sections"]),
    "unknown citation": ("Zie @niemand2020.", "html", ["without complaint", "niemand2020"]),
    "missing include": ("{{< include weg.qmd >}}", "html", ["Included file not found", "line 5", "weg.qmd"]),
    "include of itself": ("{{< include proef.qmd >}}", "html", ["in a circle", "line 5"]),
    "cell that does not close": ("```{python}\n1", "html", ["not closed", "line 5"]),
    "two labels": ("```{python}\n#| label: a\n1\n```\n```{python}\n#| label: a\n```", "html", ["one label", "line 9"]),
    "two floats with one label": (
        "![a](there.png){#fig-a}\n\n![b](there.png){#fig-a}",
        "html",
        ["Two things with one label", "fig-a"],
    ),
    "standard error": (
        CELL("import sys; print('findfont', file=sys.stderr)"),
        "html",
        ["standard error", "line 5", "findfont"],
    ),
    "warning of a library": (CELL("import warnings; warnings.warn('oud')"), "html", ["standard error", "oud"]),
    "failing cell": (
        CELL("a = 1\na / 0"),
        "html",
        ["A cell failed", "line 5, cell 1, line 2", "ZeroDivisionError", "a / 0"],
    ),
    "syntax error": (CELL("a = = 1"), "html", ["A cell failed", "SyntaxError"]),
    "failing expression": ("\nEr zijn `{python} n`.", "html", ["expression in prose", "line 6", "NameError"]),
    "figure without alternative": (
        CELL("import matplotlib.pyplot as plt\nplt.plot([1, 2]);"),
        "html",
        ["text alternative", "fig-alt"],
    ),
    "picture without alternative": ("![](there.png)", "typst", ["text alternative", "there.png"]),
    "picture that is not there": ("![Een plaatje](p.png)", "html", ["Picture not found", "line 5"]),
    "formula in a sentence": ("Dus $a = b$.", "typst", ["Formula inside a sentence", "line 5"]),
    "formula without alternative": ("$$a = b$$ {#eq-a}", "typst", ["Formula without a text alternative"]),
    "unsupported class": ("::: {.column-margin}\nNoot.\n:::", "html", ["Unsupported class", "line 5", "column-margin"]),
    "text before the first tab": ("::: {.panel-tabset}\nTekst.\n:::", "html", ["before the first tab"]),
    "link to a missing document": ("[weg](weg.qmd)", "html", ["does not exist", "line 5", "weg.qmd"]),
    "link to a missing document in a PDF": ("[weg](weg.qmd)", "typst", ["does not exist", "weg.qmd"]),
    "html that a PDF cannot show": (
        CELL("from IPython.display import HTML\nHTML('<script>1</script>')"),
        "typst",
        ["HTML that a PDF cannot show"],
    ),
    "unsupported format": ("Tekst.", "docx", ["Unsupported format", "docx"]),
    "unknown extension": ("Tekst.", "vreemd-html", ["extension not found", "vreemd"]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_place_and_reason(
    name: str, write: Callable[..., Path], publish: Callable[..., Rendered], tmp_path: Path
) -> None:
    body, to, told = REFUSED[name]
    source = write("proef.qmd", FRONT + body)
    write("there.png", "")
    with pytest.raises(PressError) as caught:
        publish(source, to)
    message = str(caught.value)
    assert [text for text in ["proef.qmd" if "vreemd" not in to else "proef", *told] if text not in message] == []
    assert list((tmp_path / "out").rglob("*")) == []


@pytest.mark.parametrize(
    ("front_matter", "told"),
    [
        ("title: [open", ["Unreadable YAML", "proef.qmd"]),
        ("title: T\nlisting: posts", ["Unsupported option", "listing"]),
        ("title: T\nexecute: {freeze: auto}", ["Stored results", "freeze: auto"]),
        ("title: T\nexecute: {ecko: false}", ["execute option", "ecko"]),
        ("title: T\nformat: {html: {tox: true}}", ["option of format html", "tox"]),
        ("title: T\nlang: fy", ["Unsupported language", "fy"]),
        ("title: T\ndate: today", ["changes by itself", "today"]),
        ("lang: nl", ["without a title"]),
    ],
)
def test_front_matter_is_checked(
    front_matter: str, told: list[str], write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    source = write("proef.qmd", f"---\n{front_matter}\n---\nTekst.")
    with pytest.raises(PressError) as caught:
        publish(source, "html")
    assert [text for text in told if text not in str(caught.value)] == []


def test_front_matter_that_does_not_close(write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    with pytest.raises(PressError, match="not closed"):
        publish(write("proef.qmd", "---\ntitle: T\nTekst."))


def test_parameter_with_a_mistyped_name(write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    source = write("proef.qmd", FRONT + "```{python}\n#| tags: [parameters]\nprovincie = None\n```")
    with pytest.raises(PressError, match="Unknown parameter"):
        publish(source, "html", provinice="Utrecht")


def test_parameter_without_a_cell_for_it(write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    with pytest.raises(PressError, match="Parameters without a place"):
        publish(write("proef.qmd", FRONT + "Tekst."), "html", provincie="Utrecht")


def test_project_is_put_in_place_whole_or_not_at_all(
    write: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("_quarto.yml", "project: {type: website, output-dir: out}")
    write("a.qmd", FRONT + "Goed.")
    write("b.qmd", FRONT + "Zie @fig-weg.")
    assert main(["render", str(tmp_path), "--to", "html"]) == 1
    assert "Unresolved reference" in capsys.readouterr().err
    assert list((tmp_path / "out").rglob("*")) == []
