"""Every page under axe-core (WCAG 2.2 AA and best practice) and the Nu checker: no rule disabled, nothing excluded."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.browser.conftest import CHECKERS, DESK, NIGHT, PHONE, SITE, Reader, Screen, one_of_each_kind, pages

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = CHECKERS / "node_modules" / "axe-core" / "axe.min.js"
NU = CHECKERS / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def violations(page) -> list[str]:
    """What axe-core finds on a page as it stands, one line a rule; fails when its rules did not run."""
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}}})")
    assert len(found["passes"]) > 25
    return [f"{each['id']}: {each['help']} ({each['nodes'][0]['html'][:120]})" for each in found["violations"]]


@pytest.mark.parametrize("page", pages())
def test_axe_finds_nothing(page: str, reader: Reader) -> None:
    assert not violations(reader.open(page, DESK))


@pytest.mark.parametrize("screen", [NIGHT, PHONE], ids=["dark", "phone"])
@pytest.mark.parametrize("page", one_of_each_kind())
def test_axe_finds_nothing_in_the_dark_or_on_a_phone(page: str, screen: Screen, reader: Reader) -> None:
    assert not violations(reader.open(page, screen))


def test_axe_would_find_something(reader: Reader) -> None:
    page = reader.open(pages()[0])
    page.evaluate("document.documentElement.removeAttribute('lang'); document.querySelector('h1').style.color = '#eee'")
    assert {line.partition(":")[0] for line in violations(page)} == {"html-has-lang", "color-contrast"}


def test_nu_finds_nothing() -> None:
    files = [str(path) for path in sorted(SITE.rglob("*.html"))]
    command = ["java", "-jar", str(NU), "--format", "json", *files]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    found = json.loads(told)["messages"]
    assert not [f"{each['url'].rpartition('/')[2]}, line {each.get('lastLine')}: {each['message']}" for each in found]


def test_nu_would_find_something(tmp_path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><html lang='nl'><title>x</title><body><img src='a.png'></body></html>", "utf-8")
    command = ["java", "-jar", str(NU), "--format", "json", str(page)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    assert [each["type"] for each in json.loads(told)["messages"]] == ["error"]
