"""Documents: how sources, metadata, cells and their outputs come together in a page and a PDF."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pikepdf
import pytest
from lxml import html

from press import PressError, Project, Rendered, execute, load_project, render
from press.metadata import merge
from press.outputs import clean_html, clean_svg

FRONT = "---\ntitle: Proef\nlang: nl\nexecute: {echo: false}\n---\n"
CHART = """
```{python}
#| label: fig-a
#| fig-cap: "Aandeel"
#| fig-alt: 'Staven met "aanhaling" & teken.'
import pandas as pd
from plotnine import aes, geom_col, ggplot
ggplot(pd.DataFrame({"groep": ["Raadslid", "Wethouder"], "p": [45, 50]}), aes("groep", "p")) + geom_col()
```
"""
TABLE = """
```{python}
#| label: tbl-a
#| tbl-cap: "Kerncijfers"
import pandas as pd
from great_tables import GT
(GT(pd.DataFrame({"functie": ["Burgemeester", "Raadslid"], "n": [201, 2175]}), rowname_col="functie", id="kern")
 .tab_stubhead("Functie").cols_label(n="Respondenten").tab_spanner("Meting 2024", ["n"])
 .tab_source_note("Basis: alle."))
```
"""


def page(made: Rendered) -> html.HtmlElement:
    return html.document_fromstring(made.files[0].read_text(encoding="utf-8"))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def main_text(made: Rendered) -> str:
    return text(page(made).find(".//main"))


def test_cells_run_once_for_page_and_pdf(
    write: Callable[..., Path], publish: Callable[..., Rendered], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr("press.site.run", lambda steps, *given: ran.extend(each.code for each in steps) or [[]])
    publish(write("proef.qmd", FRONT + "```{python}\n1\n```"), "html", "typst")
    assert ran == ["1"]


def test_same_source_gives_the_same_bytes(house: Project, write: Callable[..., Path], tmp_path: Path) -> None:
    source = write("index.qmd", FRONT + CHART + TABLE)
    write("blad.qmd", FRONT)
    runs = [render(source, house, [], tmp_path / name) for name in ("a", "b")]
    assert [path.suffix for path in runs[0].files[:1]] == [".html"]
    for first, second in zip(*(run.files for run in runs), strict=True):
        assert first.read_bytes() == second.read_bytes(), first.name


def test_nearer_metadata_wins_and_lists_are_joined() -> None:
    merged = merge({"a": 1, "m": {"x": 1, "y": 1}, "l": ["p"]}, {"a": 2, "m": {"y": 2}, "l": ["p", "q"]})
    assert merged == {"a": 2, "m": {"x": 1, "y": 2}, "l": ["p", "q"]}


def test_metadata_of_project_folder_and_document(write: Callable[..., Path], tmp_path: Path) -> None:
    write("_quarto.yml", "lang: nl\nsubtitle: Project\nedition: 2022")
    write("blad/_metadata.yml", "subtitle: Map\nauthor: Bureau")
    source = write("blad/a.qmd", "---\ntitle: A\nauthor: Wij\n---\n{{< meta edition >}}")
    made = render(source, load_project(tmp_path), ["html"], tmp_path / "out")
    assert made.files[0] == tmp_path / "out" / "blad" / "a.html"
    assert main_text(made) == "A Map AuteurWij 2022"


def test_format_of_the_document_over_format_of_the_project(write: Callable[..., Path], tmp_path: Path) -> None:
    write("_quarto.yml", "lang: nl\nformat: {html: {toc: true, toc-depth: 2}}")
    source = write("a.qmd", "---\ntitle: A\ntoc: false\nformat: html\n---\n## Kop")
    (only,) = load_project(tmp_path).formats(source, {"title": "A", "toc": False, "format": "html"})
    assert (only.metadata["toc"], only.metadata["toc-depth"]) == (False, 2)


def test_project_inputs_follow_render_and_leave_underscores_out(write: Callable[..., Path], tmp_path: Path) -> None:
    write("_quarto.yml", "project: {type: website, output-dir: out, render: ['*.qmd', 'blad/*', '!blad/oud.qmd']}")
    for name in ("a.qmd", "_deel.qmd", "blad/b.qmd", "blad/oud.qmd", "out/c.qmd", "elders/d.qmd"):
        write(name, FRONT)
    assert [path.as_posix() for path in load_project(tmp_path).inputs] == ["a.qmd", "blad/b.qmd"]
    write("_quarto.yml", "project: {type: website, output-dir: out, render: ['blad/', '!blad/oud.qmd']}")
    assert [path.name for path in load_project(tmp_path).inputs] == ["b.qmd", "oud.qmd"]  # as in Quarto: named whole


def test_include_is_relative_to_the_document_that_is_rendered(
    write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    """Quarto 1.10.18 fails on `{{< include _b.qmd >}}` in delen/_a.qmd, and finds delen/_b.qmd and /delen/_b.qmd."""
    write("delen/_a.qmd", "{{< include delen/_b.qmd >}}\n\n{{< include /delen/_c.qmd >}}")
    write("delen/_b.qmd", "Van het document: `{python} 1 + 1`.")
    write("delen/_c.qmd", "Van de wortel.")
    made = publish(write("proef.qmd", FRONT + "```{python}\n```\n{{< include delen/_a.qmd >}}"))
    assert main_text(made) == "Proef Van het document: 2. Van de wortel."


def test_include_beside_the_including_file_is_refused_as_in_quarto(
    write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    write("delen/_a.qmd", "{{< include _b.qmd >}}")
    write("delen/_b.qmd", "Tekst.")
    with pytest.raises(PressError, match="Included file not found"):
        publish(write("proef.qmd", FRONT + "{{< include delen/_a.qmd >}}"))


def test_error_in_an_included_file_names_that_file(
    write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    write("_deel.qmd", "Tekst.\n\n{{< video x >}}")
    with pytest.raises(Exception, match=r"_deel\.qmd, line 3"):
        publish(write("proef.qmd", FRONT + "{{< include _deel.qmd >}}"))


def test_code_that_is_shown_is_not_run(write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    body = "````markdown\n```{python}\n1 / 0\n```\n\n{{{< video x >}}} `{python} 1 / 0`\n````\n"
    shown = main_text(publish(write("proef.qmd", FRONT + body)))
    assert "1 / 0" in shown and "{{< video x >}}" in shown


def test_plain_values_in_prose_are_escaped_and_markdown_is_not(
    write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    body = (
        "```{python}\nfrom IPython.display import Markdown\n```\n`{python} '*n* < 5_0'` en `{python} Markdown('*n*')`"
    )
    made = publish(write("proef.qmd", FRONT + body))
    assert "*n* < 5_0 en n" in main_text(made)
    assert [text(each) for each in page(made).iter("em")] == ["n"]


def test_error_option_shows_the_failure(write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    made = publish(write("proef.qmd", FRONT + "```{python}\n#| error: true\n1 / 0\n```"))
    assert "ZeroDivisionError: division by zero" in main_text(made)


def test_warning_false_drops_a_known_message(write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    body = "```{python}\n#| warning: false\nimport warnings; warnings.warn('oud')\n```\nTekst."
    assert main_text(publish(write("proef.qmd", FRONT + body))).endswith("Tekst.")


def test_code_folds(write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    body = "```{python}\n#| echo: true\n#| code-fold: true\n#| code-summary: Bekijk\na = 1\n```"
    details = page(publish(write("proef.qmd", FRONT + body))).find(".//details[@class='code-fold']")
    assert (text(details.find("summary")), text(details.find(".//code"))) == ("Bekijk", "a = 1")


def test_notebook_is_executed_from_memory_and_never_written(
    write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    def cell(kind: str, source: str) -> dict[str, object]:
        extra = {"outputs": [{"output_type": "stream", "name": "stdout", "text": "oud"}], "execution_count": 9}
        return {"cell_type": kind, "metadata": {}, "source": source, **(extra if kind == "code" else {})}

    cells = [cell("markdown", "# Respons\n\nEen vraag."), cell("code", "n = 6 * 7\nprint(n)"), cell("code", "n")]
    content = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    source = write("boek.ipynb", content)
    before = source.read_bytes(), source.stat().st_mtime_ns
    made = publish(source, "html", "typst")
    assert main_text(made) == "Respons Een vraag. n = 6 * 7 print(n) 42 n 42"
    assert (source.read_bytes(), source.stat().st_mtime_ns) == before


def test_a_heading_inside_a_block_opens_a_section_that_ends_there(
    write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    callout = "::: {.callout-note}\n## Kader\n\nVoor.\n\n### Binnen\n\nNa.\n:::\n\nSlot.\n"
    tabs = "::: {.panel-tabset}\n## Een\n\n### In een\n\nAap.\n\n## Twee\n\nBok.\n:::\n"
    made = publish(write("proef.qmd", f"{FRONT}## Eerste\n\n{callout}\n{tabs}"), "html")
    shape = re.sub(r">[^<]*<", "><", made.files[0].read_text(encoding="utf-8"))  # as written: a parser mends it
    assert shape.count("<p></p></section></div></div><p></p><div") == 1, "the section ends in the callout"
    assert shape.count('<p></p></section></div><div id="tabset-1-2"') == 1, "and in the tab"


def test_output_file_aliases_and_links(write: Callable[..., Path], tmp_path: Path) -> None:
    write("_quarto.yml", "project: {type: website, output-dir: out}\nlang: nl")
    write("blad/a.qmd", "---\ntitle: A\noutput-file: voorbeeld-a\naliases: [/oud.html]\n---\nTekst.")
    write("blad/R&D 's.qmd", "---\ntitle: B\n---\nTekst.")
    index = write("index.qmd", FRONT + "[naar a](blad/a.qmd#kop) [wortel](/blad/a.qmd) [b](<blad/R&D 's.qmd?a=1&b=2>)")
    project = load_project(tmp_path)
    made = page(render(index, project, ["html"]))
    assert [each.get("href") for each in made.find(".//main").iter("a")] == [
        "blad/voorbeeld-a.html#kop",
        "blad/voorbeeld-a.html",
        "blad/R&D 's.html?a=1&b=2",
    ]
    files = render(tmp_path / "blad" / "a.qmd", project, ["html"]).files
    assert tmp_path / "out" / "blad" / "voorbeeld-a.html" in files
    moved = (tmp_path / "out" / "oud.html").read_text(encoding="utf-8")
    assert 'http-equiv="refresh" content="0; url=blad/voorbeeld-a.html"' in moved


@pytest.mark.parametrize(
    ("site", "top"), [("", "/"), ("https://example.org/", "/"), ("https://example.org/monitor/", "/monitor/")]
)
def test_page_for_a_missing_address_finds_everything_from_any_depth(
    site: str, top: str, write: Callable[..., Path], tmp_path: Path
) -> None:
    """As in Quarto, which puts the path of site-url before what 404.html needs (quarto-cli, issue 10013)."""
    write("blad/a.qmd", "---\ntitle: A\noutput-file: voorbeeld-a\n---\nTekst.")
    write("icoon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    write(
        "_quarto.yml",
        f"""
        project: {{type: website, output-dir: out}}
        website:
          title: Monitor
          site-url: "{site}"
          favicon: icoon.svg
          navbar: {{left: [{{href: blad/a.qmd, text: A}}]}}
          page-footer: {{left: "Zie [a](blad/a.qmd).", right: [{{href: blad/a.qmd#kop, text: Kop}}]}}
        """,
    )
    source = write(
        "404.qmd", "---\ntitle: Weg\n---\n[a](blad/a.qmd) [b](/blad/b.csv) [c](blad/c.csv) [elders](https://x.nl)"
    )
    made = page(render(source, load_project(tmp_path), ["html"]))
    found = [str(each) for each in made.xpath("//@href | //@src") if str(each) != "#quarto-document-content"]
    assert sorted(found) == sorted(
        [
            *(f"{top}site_libs/press.css", f"{top}site_libs/press.js", f"{top}icoon.svg", f"{top}index.html"),
            *(f"{top}blad/voorbeeld-a.html", f"{top}blad/voorbeeld-a.html", f"{top}blad/voorbeeld-a.html"),
            *(f"{top}blad/voorbeeld-a.html#kop", f"{top}blad/b.csv", f"{top}blad/c.csv", "https://x.nl"),
        ]
    )
    assert page(render(tmp_path / "blad" / "a.qmd", load_project(tmp_path), ["html"])).xpath("//footer//@href") == [
        "voorbeeld-a.html",
        "voorbeeld-a.html#kop",
    ]


def test_navigation_marks_the_page_and_links_the_pdf(house: Project, write: Callable[..., Path]) -> None:
    write("index.qmd", FRONT)
    source = write("blad.qmd", FRONT.replace("Proef", "Het blad"))
    made = page(render(source, house))
    (current,) = made.xpath("//nav[@id='quarto-sidebar']//a[@aria-current='page']")
    assert text(current) == "Het blad"
    assert made.xpath("//nav[@class='quarto-alternate-formats']//a/@href") == ["blad.pdf"]
    assert next(made.iter("h1", "h2", "h3")).tag == "h1"
    assert text(made.find(".//title")) == "Het blad – Monitor"


def test_mark_is_on_page_and_paper_and_keeps_search_engines_away(
    house: Project, write: Callable[..., Path], tmp_path: Path
) -> None:
    mark = "Voorbeeldcijfers: door de computer gemaakt, niet echt"
    write("blad.qmd", FRONT)
    source = write("index.qmd", FRONT.replace("lang: nl", f'mark: "{mark}"'))
    made = render(source, house)
    marked = page(made)
    assert [text(each) for each in marked.find_class("monitor-mark")] == [mark]
    assert marked.xpath("//meta[@name='robots']/@content") == ["noindex"]
    with pikepdf.open(tmp_path / "out" / "index.pdf") as pdf:
        assert str(pdf.docinfo["/Keywords"]) == mark
    plain = page(render(write("index.qmd", FRONT), house))
    assert not plain.find_class("monitor-mark")
    assert not plain.xpath("//meta[@name='robots']")


def test_chart_stands_in_the_page_with_text_in_the_house_font(
    house: Project, write: Callable[..., Path], tmp_path: Path
) -> None:
    write("blad.qmd", FRONT)
    made = render(write("index.qmd", FRONT + CHART + CHART.replace("label: fig-a", "label: fig-b")), house)
    drawings = page(made).xpath("//main//svg")
    assert [each.get("aria-label") for each in drawings] == ['Staven met "aanhaling" & teken.'] * 2
    assert [each.get("role") for each in drawings] == ["img", "img"]
    assert "Raadslid" in text(drawings[0])
    source = made.files[0].read_text(encoding="utf-8")
    assert "<style" not in source and "<metadata" not in source
    identifiers = re.findall(r'\bid="([^"]+)"', source)
    assert len(identifiers) == len(set(identifiers))
    with pikepdf.open(tmp_path / "out" / "index.pdf") as pdf:
        names = [
            str(each["/FontName"])
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
        ]
    assert names and all("FiraSans" in name for name in names)


def test_sign_that_the_house_font_lacks_is_refused(house: Project, write: Callable[..., Path]) -> None:
    write("blad.qmd", FRONT)
    with pytest.raises(Exception, match="could not be displayed with font"):
        render(write("index.qmd", FRONT + "Een teken: 漢."), house, ["typst"])


def test_great_table_is_dressed_by_the_house_and_real_in_the_pdf(
    house: Project, write: Callable[..., Path], tmp_path: Path
) -> None:
    write("blad.qmd", FRONT)
    made = render(write("index.qmd", FRONT + TABLE), house)
    table = page(made).find(".//main//table")
    assert table.get("id") == "kern"
    assert [text(each) for each in table.find("thead").iter("th")] == ["Functie", "Meting 2024", "Respondenten"]
    with pikepdf.open(tmp_path / "out" / "index.pdf") as pdf:
        roles = [str(each.get("/S")) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each]
    assert (roles.count("/TH"), roles.count("/TD")) == (3, 4)


def test_wide_content_of_cells_in_columns(write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    code = "from IPython.display import Markdown, display\ndisplay(Markdown('a'), Markdown('b'))"
    body = f"```{{python}}\n#| layout-ncol: 2\n{code}\n```"
    made = publish(write("proef.qmd", FRONT + body), "html", "typst")
    assert [text(each) for each in page(made).find_class("quarto-layout-cell")] == ["a", "b"]


def test_picture_given_as_data_stands_in_the_page(write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    body = """
```{python}
import base64
from IPython.display import Markdown
svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect id="r" width="9" height="9"/></svg>'
Markdown(f'![](data:image/svg+xml;base64,{base64.b64encode(svg).decode()}){{fig-alt="Een vierkant."}}')
```
"""
    (drawing,) = page(publish(write("proef.qmd", FRONT + body), "html", "typst")).xpath("//main//svg")
    assert (drawing.get("aria-label"), drawing[0].get("id")) == ("Een vierkant.", "f1-r")


def test_house_format_makes_pictures_given_as_data_part_of_the_page(house: Project, write: Callable[..., Path]) -> None:
    """The filter that does this for Quarto: two drawings with the same ids, references kept."""
    svg = (
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><style>* {}</style>'
        b'<clipPath id="c"><path d="M0 0"/></clipPath><rect clip-path="url(#c)" width="9" height="9"/></svg>'
    )
    picture = f'![](data:image/svg+xml;base64,{base64.b64encode(svg).decode()}){{fig-alt="50% \\"ja\\"."}}\n\n'
    write("blad.qmd", FRONT)
    made = render(write("index.qmd", FRONT + picture + picture), house, ["html"])
    drawings = page(made).xpath("//main//svg")
    assert [each.get("aria-label") for each in drawings] == ['50% "ja".'] * 2
    assert page(made).xpath("//main//svg//@id") == ["p1-c", "p2-c"]
    assert page(made).xpath("//main//rect/@clip-path") == ["url(#p1-c)", "url(#p2-c)"]
    assert not page(made).xpath("//main//style")


def test_svg_keeps_its_references_when_its_ids_are_prefixed() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><metadata>2024</metadata>'
        '<defs><style type="text/css">*{stroke-linejoin: round}</style></defs>'
        '<clipPath id="c"><path id="p"/></clipPath>'
        '<g clip-path="url(#c)"><use xlink:href="#p"/></g></svg>'
    )
    cleaned = clean_svg(svg, "x-")
    assert 'clip-path="url(#x-c)"' in cleaned and 'href="#x-p"' in cleaned and 'id="x-p"' in cleaned
    assert "metadata" not in cleaned and "style" not in cleaned
    assert 'stroke-linejoin="round"' in cleaned


def test_a_preview_runs_cells_again_only_when_they_change(
    write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, known, project = [], {}, load_project(tmp_path)
    monkeypatch.setattr("press.site.run", lambda *given: runs.append(1) or execute.run(*given))
    for words, value, times in (("Een", 6, 1), ("Twee", 6, 1), ("Twee", 7, 2)):
        source = write("proef.qmd", f"{FRONT}{words}\n\n```{{python}}\n{value} * 7\n```")
        made = render(source, project, ["html"], tmp_path / "out", known=known)
        assert main_text(made) == f"Proef {words} {value * 7}" and len(runs) == times


def test_a_styled_table_of_pandas_has_no_ids_of_chance() -> None:
    styled = pd.DataFrame({"n": [1]}).style.set_caption("Kop").set_properties(color="red")
    assert 'id="T_' in styled.to_html()
    assert "T_" not in clean_html(styled.to_html())


def test_html_without_a_table_is_left_alone() -> None:
    assert clean_html("<p>a<b>b</b></p>") == "<p>a<b>b</b></p>"


def test_alignment_of_great_tables_is_written_on_the_cell() -> None:
    cleaned = clean_html('<div id="t"><style>td {}</style><table><tr><td class="gt_right">1</td></tr></table></div>')
    assert 'style="text-align: right"' in cleaned and "<style" not in cleaned and '<table id="t"' in cleaned


def test_each_show_of_a_cell_is_a_figure_and_pieces_of_a_drawing_are_not_printed(
    write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    drawn = ("plt.plot([1, 2]); plt.show()", "print('tussen')", "plt.title('T')", "plt.plot([2, 1])")
    code = "\n".join(["import matplotlib.pyplot as plt", *drawn])
    made = page(publish(write("proef.qmd", FRONT + f"```{{python}}\n#| fig-alt: Lijn.\n{code}\n```"))).find(".//main")
    shown = [each.tag for each in made.iter("svg", "pre")]
    assert shown == ["svg", "pre", "svg"]
    assert "matplotlib" not in text(made) and "Text(" not in text(made)


@pytest.mark.parametrize("to", ["html", "typst"])
def test_alternative_of_a_formula_has_no_marks_around_it(
    to: str, write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    made = publish(write("proef.qmd", FRONT + 'Tekst.\n\n$$ y = x $$ {#eq-p alt="y is x"}\n'), to).files[0]
    if to == "html":
        assert 'aria-label="y is x"' in made.read_text(encoding="utf-8")
        return
    with pikepdf.open(made) as pdf:
        alts = [str(each["/Alt"]) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each]
    assert alts == ["y is x"]


def test_mark_of_utf_8_is_no_text(write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    source = write("proef.qmd", FRONT + "Één.")
    source.write_bytes(b"\xef\xbb\xbf" + source.read_bytes())
    assert "Één." in main_text(publish(source))


def test_cells_of_two_documents_each_find_their_own_neighbours(write: Callable[..., Path], tmp_path: Path) -> None:
    """Guards a bug: the folder of the first stayed on the path of all that followed."""
    for name in ("een", "twee"):
        write(f"{name}/neighbour.py", f"NAME = 'buur van {name}'")
        source = write(f"{name}/proef.qmd", FRONT + "```{python}\nfrom neighbour import NAME\nprint(NAME)\n```")
        made = render(source, load_project(source.parent), ["html"], tmp_path / "out")
        assert f"buur van {name}<" in made.files[0].read_text(encoding="utf-8")
