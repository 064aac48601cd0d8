"""The papers of the house agree with the disk: README's tree, environment, lock file, stubs (rule 8)."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from analysis.settings import read_settings
from presentation.publications import read_publications

ROOT = Path(__file__).resolve().parents[2]
NAMED = {"quarto", "jupyter", "pandas", "statsmodels", "plotnine", "samplics", "great-tables", "pytest", "nbval"}


def declared() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {canonicalize_name(row.name): row for row in map(Requirement, project["dependencies"])}


def locked() -> dict[str, Version]:
    pins = re.findall(
        r"^([\w.\-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE
    )
    return {canonicalize_name(name): Version(version) for name, version in pins}


def environment() -> dict[str, Requirement]:
    rows = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    flat = [row for entry in rows for row in (entry["pip"] if isinstance(entry, dict) else [entry])]
    return {canonicalize_name(row.name): row for row in map(Requirement, flat)}


def tracked() -> list[str]:
    return subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")


def test_lock_satisfies_what_is_declared() -> None:
    versions = locked()
    assert not [str(row) for name, row in declared().items() if versions[name] not in row.specifier]


def test_lock_has_a_hash_for_every_version() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert text.count("--hash=sha256:") >= len(locked()) > 100


def test_environment_names_the_packages_with_the_same_lower_bounds() -> None:
    conda, ours = environment(), declared()
    assert set(conda) >= NAMED | {"python"}
    differing = {name for name in set(conda) & set(ours) if str(conda[name].specifier) != str(ours[name].specifier)}
    assert not differing


def test_environment_holds_all_that_the_publication_imports() -> None:
    only_for_make = {"uv"}
    assert set(declared()) - only_for_make <= set(environment())


def test_stubs_equal_publications() -> None:
    settings = read_settings(ROOT / "config" / "monitor.yml")
    rows = read_publications(ROOT / "config" / "publications.csv")
    wanted = {f"report/{row.source}": row.stub(settings) for row in rows}
    stubs = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "report").glob("[0-9]*/*.qmd")}
    assert set(stubs) == set(wanted)
    assert not [name for name, text in wanted.items() if stubs[name].read_text(encoding="utf-8") != text]


def test_readme_tree_is_the_tree_on_disk() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    tree = re.search(r"```text\n(.*?)```", readme, re.DOTALL)
    assert tree, "README.md has no map"
    named = set(re.findall(r"^ {0,4}(\.?[\w.\-]+/?)(?=\s|$)", tree[1], re.MULTILINE))
    tops = {f"{path.split('/')[0]}/" if "/" in path else path for path in tracked() if path}
    assert {name for name in named if (ROOT / name).exists()} >= {top for top in tops if not top.startswith(".git")}
    assert not [name for name in re.findall(r"^(\S+?/?)(?=\s{2})", tree[1], re.MULTILINE) if not (ROOT / name).exists()]


def test_no_address_in_lock_files() -> None:
    wrong = [
        name
        for name in tracked()
        if re.search(r"(\.lock|lock\.json|requirements.*)$", name) and "://" in (ROOT / name).read_text("utf-8")
    ]
    assert not wrong


def test_both_engines_print_the_mark_of_the_settings() -> None:
    site = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
    settings = yaml.safe_load((ROOT / "config" / "monitor.yml").read_text(encoding="utf-8"))
    assert site["mark"] == settings["mark"] and settings["mark"] in site["website"]["page-footer"]["left"]


@pytest.mark.parametrize("rule", [["check"], ["format", "--check"]], ids=["style", "layout"])
def test_ruff_has_nothing_to_say(rule: list[str]) -> None:
    told = subprocess.run([sys.executable, "-m", "ruff", *rule, "."], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr


def test_panache_has_nothing_to_say() -> None:
    command = [str(Path(sys.executable).with_name("panache")), "lint", "--no-cache", "report", "notebooks", "404.qmd"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
