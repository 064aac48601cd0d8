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
    "unknown citation": ("\nZie @niemand2020.", "html", ["without complaint", "line 6", "niemand2020"]),
    "block that does not close": ("\n::: {.callout-note}\nA.", "html", ["without complaint", "line 6", "unclosed"]),
    "level of a heading skipped": ("# A\n\n### Diep {#d}", "typst", ["Typst", "line 7", "skipped from"]),
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
    "failing expression": (
        CELL("1") + "\nEr zijn `{python} n`.",
        "html",
        ["expression in prose", "line 8", "NameError"],
    ),
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


#: What would be lost, or would look otherwise than in Quarto, if it were not refused: source text and what is told.
LOST = {
    # cells and code
    "fenced echo": ("```{python}\n#| echo: fenced\n1\n```", ["value of an option", "line 5", "echo: fenced"]),
    "lines of a cell to run": ("```{python}\n#| eval: [1]\n1\n```", ["value of an option", "line 5", "eval: [1]"]),
    "unknown output": ("```{python}\n#| output: verbatim\n1\n```", ["value of an option", "line 5", "verbatim"]),
    "list of captions": ("```{python}\n#| fig-cap: [a, b]\n1\n```", ["value of an option", "line 5", "fig-subcap"]),
    "captions of tables in a table": ("```{python}\n#| tbl-subcap: [a, b]\n1\n```", ["cell option", "tbl-subcap"]),
    "widths of columns of a cell": ("```{python}\n#| tbl-colwidths: [1]\n1\n```", ["cell option", "tbl-colwidths"]),
    "cell in the margin": ("```{python}\n#| column: margin\n1\n```", ["cell option", "line 5", "column"]),
    "cell in a panel": ("```{python}\n#| panel: sidebar\n1\n```", ["cell option", "line 5", "panel"]),
    "place of output": ("```{python}\n#| output-location: slide\n1\n```", ["cell option", "output-location"]),
    "stored cell": ("```{python}\n#| cache: true\n1\n```", ["cell option", "line 5", "cache"]),
    "class of a cell": ("```{python}\n#| classes: x\n1\n```", ["cell option", "line 5", "classes"]),
    "class on the fence": ("```{python .x}\n1\n```", ["Unsupported cell", "line 5", "{python .x}"]),
    "place of a figure": ("```{python}\n#| fig-pos: h\n1\n```", ["cell option", "line 5", "fig-pos"]),
    "link of a figure": ("```{python}\n#| fig-link: x\n1\n```", ["cell option", "line 5", "fig-link"]),
    "label of a listing": ("```{python}\n#| lst-label: lst-a\n1\n```", ["cell option", "line 5", "lst-label"]),
    "interactive view": ("```{python}\n#| renderings: [light]\n1\n```", ["cell option", "line 5", "renderings"]),
    "observable cell": ("```{ojs}\n1\n```", ["Unsupported cell", "line 5", "{ojs}"]),
    "mermaid": ("```{mermaid}\ngraph TD\n```", ["Unsupported cell", "line 5", "{mermaid}"]),
    "dot": ("```{dot}\ngraph {}\n```", ["Unsupported cell", "line 5", "{dot}"]),
    "annotated code": ("```python\nx = 1 # <1>\n```\n\n1. uitleg", ["annotation of code", "line 6", "# <1>"]),
    "inline code without cells": ("\nDus `{python} 1 + 1`.", ["without cells", "line 6", "jupyter: python3"]),
    # references
    "listing": ("```{#lst-a .python lst-cap='L'}\n1\n```", ["Unsupported reference", "line 5", "#lst-a"]),
    "reference to a listing": ("\nZie @lst-a.", ["Unsupported reference", "line 6", "@lst-a"]),
    "theorem": ("::: {#thm-a}\nStelling.\n:::", ["Unsupported reference", "line 5", "#thm-a"]),
    "reference to a theorem": ("Zie @thm-a.", ["Unsupported reference", "line 5", "@thm-a"]),
    "callout with a number": ("::: {#nte-a .callout-note}\nTekst.\n:::", ["Unsupported reference", "#nte-a"]),
    "reference to a callout": ("Zie @tip-a.", ["Unsupported reference", "line 5", "@tip-a"]),
    # shortcodes
    "film": ("{{< video a.mp4 >}}", ["Unsupported shortcode", "line 5", "video"]),
    "blind text": ("{{< lipsum 1 >}}", ["Unsupported shortcode", "line 5", "lipsum"]),
    "cell of another document": ("{{< embed a.ipynb#fig-a >}}", ["Unsupported shortcode", "line 5", "embed"]),
    "key": ("Druk op {{< kbd Ctrl+C >}}.", ["Unsupported shortcode", "line 5", "kbd"]),
    "environment": ("{{< env HOME >}}", ["Unsupported shortcode", "line 5", "env"]),
    "icon": ("{{< fa star >}}", ["Unsupported shortcode", "line 5", "fa"]),
    "shortcode in code": ("```\n{{< video a.mp4 >}}\n```", ["Unsupported shortcode", "line 6", "{{{<"]),
    "include in a sentence": ("Zie {{< include a.qmd >}}.", ["Unsupported shortcode", "line 5", "include"]),
    # blocks and spans
    "wide column": ("::: {.column-page}\nTekst.\n:::", ["Unsupported class", "line 5", ".column-page"]),
    "aside": ("::: {.aside}\nTekst.\n:::", ["Unsupported class", "line 5", ".aside"]),
    "aside in a sentence": ("Tekst [terzijde]{.aside}.", ["Unsupported class", "line 5", ".aside"]),
    "grid": ("::: {.grid}\nTekst.\n:::", ["Unsupported class", "line 5", ".grid"]),
    "sidebar in the text": ("::: {.panel-sidebar}\nTekst.\n:::", ["Unsupported class", "line 5", ".panel-sidebar"]),
    "proof": ("::: {.proof}\nTekst.\n:::", ["Unsupported class", "line 5", ".proof"]),
    "hidden": ("::: {.hidden}\nTekst.\n:::", ["Unsupported class", "line 5", ".hidden"]),
    "key as a class": ("Druk op [Ctrl]{.kbd}.", ["Unsupported class", "line 5", ".kbd"]),
    "heading for the end": ("## Bijlage {.appendix}", ["Unsupported class", "line 5", ".appendix"]),
    "picture in the margin": ("![a](p.png){.column-margin}", ["Unsupported class", "line 5", ".column-margin"]),
    "picture that opens": ("![a](p.png){.lightbox}", ["Unsupported class", "line 5", ".lightbox"]),
    "unknown callout": ("::: {.callout-danger}\nTekst.\n:::", ["Unsupported class", "line 5", ".callout-danger"]),
    "condition on metadata": (
        '::: {.content-visible when-meta="a"}\nTekst.\n:::',
        ["Unsupported condition", "line 5", "when-meta"],
    ),
    "condition on a profile": (
        '[x]{.content-hidden when-profile="a"}',
        ["Unsupported condition", "line 5", "when-profile"],
    ),
    "layout with a gap": ('::: {layout="[40,-20,40]"}\na\n\nb\n:::', ["Unsupported layout", "line 5", "[40,-20,40]"]),
    "widths that do not fit": (
        '| a | b |\n|---|---|\n| 1 | 2 |\n\n: T {tbl-colwidths="[1]"}',
        ["Widths and columns", "line 9", "[1]"],
    ),
    "block that does not open": ("Tekst\n::: {.callout-note}\nTekst.\n:::", ["does not see", "line 6", ":::"]),
}


@pytest.mark.parametrize("name", LOST)
def test_what_would_be_lost_is_refused(name: str, write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    body, told = LOST[name]
    with pytest.raises(PressError) as caught:
        publish(write("proef.qmd", FRONT + body), "html")
    assert [text for text in ["proef.qmd", *told] if text not in str(caught.value)] == []


#: Metadata that would be lost: front matter, and what is told.
LOST_METADATA = [
    ("lightbox: true", ["Unsupported option", "line 3", "lightbox"]),
    ("crossref: {fig-title: Plaat}", ["Unsupported option", "line 3", "crossref"]),
    ("title-block-banner: true", ["Unsupported option", "line 3", "title-block-banner"]),
    ("number-offset: 3", ["Unsupported option", "line 3", "number-offset"]),
    ("code-annotations: hover", ["Unsupported option", "line 3", "code-annotations"]),
    ("tbl-colwidths: [50, 50]", ["Unsupported option", "line 3", "tbl-colwidths"]),
    ("reference-location: margin", ["Unsupported option", "line 3", "reference-location"]),
    ("citation: true", ["Unsupported option", "line 3", "citation"]),
    ("license: CC BY", ["Unsupported option", "line 3", "license"]),
    ("categories: [a]", ["Unsupported option", "line 3", "categories"]),
    ("language: {callout-note-title: Nota}", ["Unsupported option", "line 3", "language"]),
    ("jupyter: ir", ["Unsupported option", "line 3", "jupyter: ir"]),
    ("engine: knitr", ["Unsupported option", "line 3", "engine: knitr"]),
    ("format: {html: {title-block-banner: true}}", ["option of format html", "line 3", "title-block-banner"]),
    ("format: revealjs", ["Unsupported format", "revealjs"]),
    ("execute: {cache: true}", ["Stored results", "line 3", "cache: True"]),
    ("execute: {echo: fenced}", ["value of an option", "line 3", "echo: fenced"]),
    ("author: {name: A, orcid: 0}", ["field of an author", "line 3", "orcid"]),
    ("{date: 2024-11-01, date-format: 'ddd Do'}", ["form of a date", "ddd Do"]),
    ("bibliography: weg.bib", ["File not found", "line 3", "weg.bib"]),
    ("filters: [quarto, {path: weg.lua, at: pre-ast}]", ["File not found", "line 3", "weg.lua"]),
    ("format: {html: {css: weg.css}}", ["File not found", "line 3", "weg.css"]),
    ("executes: {echo: false}", ["Misspelt option", "line 3", "execute, or"]),
    ("formt: html", ["Misspelt option", "line 3", "format, or"]),
]


@pytest.mark.parametrize(("front_matter", "told"), LOST_METADATA)
def test_metadata_that_would_be_lost_is_refused(
    front_matter: str, told: list[str], write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    if front_matter.startswith("{"):
        front_matter = front_matter[1:-1].replace(", ", "\n")
    with pytest.raises(PressError) as caught:
        publish(write("proef.qmd", f"---\ntitle: T\n{front_matter}\n---\nTekst."))
    assert [text for text in told if text not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("website: {page-navigation: true}", ["option of website", "line 2", "page-navigation"]),
        ("website: {announcement: Nieuw}", ["option of website", "line 2", "announcement"]),
        ("website: {navbar: {logo: a.png}}", ["option of navbar", "line 2", "logo"]),
        ("website: {navbar: {left: [{icon: github, href: a.qmd}]}}", ["entry of the navigation", "line 2", "icon"]),
        ("website: {sidebar: {contents: auto}}", ["Unsupported contents", "auto"]),
        ("website: {sidebar: {logo: a.png, contents: []}}", ["option of sidebar", "line 2", "logo"]),
        ("book: {chapters: [a.qmd]}", ["Unsupported option", "line 2", "book"]),
        ("lightbox: auto", ["Unsupported option", "line 2", "lightbox"]),
        ("website: {favicon: weg.svg}", ["Resource not found", "line 2", "weg.svg"]),
    ],
)
def test_settings_of_a_project_that_would_be_lost_are_refused(
    settings: str, told: list[str], write: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("_quarto.yml", f"project: {{type: website}}\n{settings}")
    write("a.qmd", FRONT + "Tekst.")
    assert main(["render", str(tmp_path)]) == 1
    shown = capsys.readouterr().err
    assert [text for text in ["_quarto.yml", *told] if text not in shown] == []


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
        ("title: T\nlang: nl\ntoc: a: b", ["Unreadable YAML", "proef.qmd, line 4"]),
        ("title: T\nlisting: posts", ["Unsupported option", "listing"]),
        ("title: T\nexecute: {freeze: auto}", ["Stored results", "freeze: auto"]),
        ("title: T\nexecute: {ecko: false}", ["execute option", "ecko"]),
        ("title: T\nformat: {html: {tox: true}}", ["option of format html", "tox"]),
        ("title: T\nlang: fy", ["Unsupported language", "line 3", "fy"]),
        ("title: T\ndate: today", ["changes by itself", "line 3", "today"]),
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


UNREADABLE = {
    "a document in another encoding": ("proef.qmd", b"---\ntitle: T\n---\n\ncaf\xe9\n", "line 5", "UTF-8"),
    "an include in another encoding": ("_deel.qmd", b"\ncaf\xe9\n", "_deel.qmd, line 2", "UTF-8"),
    "settings in another encoding": ("_quarto.yml", b"lang: nl\ntitle: caf\xe9\n", "_quarto.yml, line 2", "UTF-8"),
    "a notebook saved halfway": ("proef.ipynb", b'{"cells": [\n', "line 2", "Notebook that is not whole"),
    "a class that does not close": (
        "proef.qmd",
        b"---\ntitle: T\n---\n\n::: {.callout-note\nx\n:::\n",
        "{.callout",
        "close",
    ),
    "a formula for LaTeX": (
        "proef.qmd",
        b"---\ntitle: T\n---\n\n```{python}\nfrom IPython.display import Math\nMath('x')\n```\n",
        "cell 1",
        "Unsupported output",
    ),
    "nothing to render": ("_quarto.yml", b"project: {output-dir: ../}\n", "output-dir", "Nothing to render"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_told(
    name: str, write: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("proef.qmd", "---\ntitle: T\n---\n\n{{< include _deel.qmd >}}")
    write("_deel.qmd", "Deel.")
    file, content, *told = UNREADABLE[name]
    (tmp_path / file).write_bytes(content)
    target = tmp_path / file if file.startswith("proef") else tmp_path
    assert main(["render", str(target), "--to", "html"]) == 1
    message = capsys.readouterr().err
    assert [text for text in told if text not in message] == []
