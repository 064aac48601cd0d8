"""What runs again after a change, and that a build which stops leaves everything as it was.

A task runs again when the content of one of its inputs changed: the files that it declares, the modules that its code
imports (found in the import graph), or a product of an earlier task. "Exactly the tasks downstream" therefore means:
the tasks whose own inputs hold the change, then whichever reads a product that came out different. A change that
alters no product, such as a comment, stops there; a dry run, which cannot know that, names everything below.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from tests.analysis.told import told
from tests.pipeline.conftest import Walk
from tests.pipeline.loaded import loaded

WEIGHTING = "src/analysis/weighting.py"
BODY = "report/_province.qmd"
HEADING = "Gevolgen voor wie het overkwam"
INDEX = "site_libs/search/"


# For every document, the tasks that end before it begins.
_BEFORE = """
import json
from _pytask.dag_utils import preceding_tasks
from pipeline.walk import run
session = run("publish", dry_run=True)
named = {task.signature: task.name.rpartition("::")[2] for task in session.tasks}
before = {name: sorted(named[each] for each in preceding_tasks(sign, session.dag)) for sign, name in named.items()}
print(json.dumps({name: tasks for name, tasks in before.items() if name.startswith("task_document[")}))
"""


def documents(tasks: set[str]) -> set[str]:
    return {name.partition("[")[2][:-1] for name in tasks if name.startswith("task_document[")}


def test_nothing_runs_when_nothing_changed(walk: Walk) -> None:
    assert walk.ran("publish", dry_run=True) == set()


def test_every_document_waits_for_what_its_navigation_leads_to(walk: Walk) -> None:
    """Guards a bug: on some machines a page was rendered before the copy of a notebook was there to link to."""
    done = loaded().run(["-c", _BEFORE], walk.root, walk.environment)
    assert done.returncode == 0, done.stderr
    before = json.loads(done.stdout.splitlines()[-1])
    assert documents(set(before)) >= {"2024/flevoland", "methods", "notebooks/01-response"}
    assert not [name for name, tasks in before.items() if "task_copy_notebook" not in tasks]


def test_a_comment_in_weighting_stops_where_the_weights_are_the_same(walk: Walk) -> None:
    walk.edit(WEIGHTING, "    base = (placed", "    # persons per respondent\n    base = (placed")
    below = walk.ran("publish", dry_run=True)
    assert {"task_weight", "task_estimate", "task_compare", "task_publishable", "task_keep"} <= below
    assert documents(below) >= {"2024/flevoland", "2024/zeeland", "methods", "notebooks/01-response"}
    assert "task_harmonise" not in below
    assert walk.ran("figures") == {"task_weight", "task_selectivity", "task_round", "task_publishable"} | {
        "task_protection"
    }
    assert walk.ran("publish", dry_run=True) == set()


def test_other_weights_run_what_stands_on_them(walk: Walk) -> None:
    """One line changes the ninth digit of the weights: no document has another figure, so none is made again.

    The attacker is told the weights, so the attack on the figures begins anew, and ends as it did.
    """
    walk.edit(WEIGHTING, "        weight=weights,\n", "        weight=weights * (1 + 1e-9),\n")
    figures = {"task_weight", "task_estimate", "task_selectivity", "task_compare", "task_publishable", "task_check"}
    ran = walk.ran("figures")
    protecting = {name for name in ran if name.startswith(("task_cells[", "task_protect["))} | {"task_round"}
    assert ran == {*figures, *protecting, "task_protection", "task_keep", "task_record"}
    ran = walk.ran("publish")
    assert {"task_claims[officeholders]", "task_attack"} < ran and documents(ran) == set()


def test_one_word_reaches_the_province_sheets_and_nothing_else_while_a_second_build_must_wait(walk: Walk) -> None:
    """Guards a bug: a page with other words was made, and never moved into the publication."""
    before = walk.sums("publication")
    walk.edit(BODY, "## Gevolgen\n", f"## {HEADING}\n")
    assert documents(walk.ran("publish", dry_run=True)) == {"2024/flevoland", "2024/zeeland"}
    second = second_while_building(walk)
    assert second.returncode == 1
    message = told(second.stderr)
    assert (message["title"], message["got"]) == ("Another build is running", "build/lock is taken")
    assert sheets("flevoland", "zeeland") <= differing(walk, before)
    others = {name for name in differing(walk, before) if not name.startswith(INDEX)} - sheets("flevoland", "zeeland")
    assert others <= {"report/index.html", "build.json"}
    assert without_index(walk.sums("publication")) == without_index(before)
    assert HEADING in page(walk, "flevoland") and HEADING in page(walk, "zeeland")


def test_one_document_is_made_by_its_name_and_listed(walk: Walk) -> None:
    before = walk.sums("publication")
    walk.edit(BODY, f"## {HEADING}\n", "## Gevolgen\n")
    done = walk.make("publish", "--only", "2024/zeeland")
    assert done.returncode == 0, done.stderr
    assert "publication/report/2024/voorbeeld-zeeland.pdf" in done.stdout
    assert differing(walk, before) == {*sheets("zeeland"), "build.json"}
    assert HEADING in page(walk, "flevoland") and HEADING not in page(walk, "zeeland")
    sums = walk.sums("publication")
    del sums["publication/build.json"]
    listed = json.loads(walk.path("publication/build.json").read_text(encoding="utf-8"))["files"]
    assert {f"publication/{name}": digest for name, digest in listed.items()} == sums


def without_index(sums: dict[str, str]) -> set[str]:
    """The files of a publication, without those of the search index, which are called by the words in them."""
    return {name for name in sums if not name.startswith(f"publication/{INDEX}")}


def second_while_building(walk: Walk) -> subprocess.CompletedProcess[str]:
    """Publish, and start another build meanwhile; the first must end well whatever comes of the second."""
    first = subprocess.Popen(
        walk.command("-m", "pipeline", "publish"), cwd=walk.root, env=walk.environment, stdout=subprocess.DEVNULL
    )
    try:
        while not taken(walk.path("build/lock")):
            assert first.poll() is None, "the first build never took the lock"
            time.sleep(0.02)
        second = walk.make("figures")
        assert first.poll() is None, "the first build ended before the second was refused"
    finally:
        status = first.wait()
    assert status == 0
    return second


def taken(lock: Path) -> bool:
    """Whether a build holds the lock. To try it would be to take it, for a moment, from the build that is watched."""
    held = Path("/proc/locks").read_text(encoding="utf-8")
    return lock.exists() and f":{lock.stat().st_ino} " in held


def sheets(*provinces: str) -> set[str]:
    return {f"report/2024/voorbeeld-{name}.{kind}" for name in provinces for kind in ("html", "pdf")}


def page(walk: Walk, province: str) -> str:
    return walk.path(f"publication/report/2024/voorbeeld-{province}.html").read_text(encoding="utf-8")


def differing(walk: Walk, before: dict[str, str]) -> set[str]:
    """Files of the publication that are not what they were."""
    after = walk.sums("publication")
    return {name.removeprefix("publication/") for name in after if after[name] != before.get(name)}


def test_a_document_that_fails_leaves_the_publication_as_it_was(walk: Walk) -> None:
    """Guards a bug too: a misspelt indicator was told as KeyError."""
    before = walk.sums("publication", "data/processed")
    walk.edit(BODY, 'against(sheet, ["verbal", "threat", "physical"])', 'against(sheet, ["verbal", "fysical"])')
    done = walk.make("publish")
    walk.edit(BODY, 'against(sheet, ["verbal", "fysical"])', 'against(sheet, ["verbal", "threat", "physical"])')
    assert done.returncode == 1
    assert "report/_province.qmd" in done.stderr
    assert "No such indicator" in done.stderr and "fysical" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "KeyError" not in done.stderr
    assert walk.sums("publication", "data/processed") == before


def test_a_page_that_is_no_row_is_made_by_its_name_too(walk: Walk) -> None:
    done = walk.make("publish", "--only", "methods")
    assert done.returncode == 0, done.stderr
    assert "publication/report/voorbeeld-verantwoording.html" in done.stdout


def test_a_value_of_monitor_yml_runs_what_reads_it_and_the_documents_that_show_it(walk: Walk) -> None:
    before = walk.sums("data/processed")
    walk.edit("config/monitor.yml", "firm: 50", "firm: 100")
    reading = {"task_weight", "task_estimate", "task_selectivity", "task_compare", "task_round", "task_publishable"}
    below = {"task_check", "task_promise", "task_keep", "task_protection", "task_record"}
    ran = walk.ran("figures")
    protected = {name for name in ran if name.startswith("task_protect[")}
    assert protected and ran - protected == reading | below
    after = walk.sums("data/processed")
    changed = {Path(name).stem for name in after if after[name] != before[name]}
    assert changed == {
        "5-publishable-estimates",
        "5-publishable-comparisons",
        "5-publishable-pooled",
        "6-consistency",
        "6-protection",
        "build",
    }
    below = walk.ran("publish", dry_run=True)
    assert documents(below) >= {"2024/flevoland", "2024/zeeland", "methods", "notebooks/01-response"}
    walk.edit("config/monitor.yml", "firm: 100", "firm: 50")
    walk.ran("figures")
    assert walk.sums("data/processed") == before, "what was taken back leaves no trace"


def test_ctrl_c_while_documents_are_made(walk: Walk, tmp_path: Path) -> None:
    before = walk.sums("publication", "data/processed")
    text = walk.path(BODY).read_text(encoding="utf-8")
    walk.path(BODY).write_text(text + "\n```{python}\nimport time\ntime.sleep(60)\n```\n", encoding="utf-8")
    try:
        process = subprocess.Popen(
            walk.command("-m", "pipeline", "publish"),
            cwd=walk.root,
            env={**walk.environment, "TMPDIR": str(tmp_path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        before_now: set[Path] = set()
        while (
            len(before_now & set(tmp_path.glob("press-cells-*"))) < 2
        ):  # both sheets are at their cells, which are slow
            assert process.poll() is None, process.communicate()
            before_now = set(tmp_path.glob("press-cells-*"))
            time.sleep(3)  # those of another page are done by then
        os.killpg(process.pid, signal.SIGINT)
        message = told(process.communicate(timeout=50)[1])
    finally:
        walk.path(BODY).write_text(text, encoding="utf-8")
    assert process.returncode == 1
    assert message["title"] == "The build was interrupted"
    assert walk.sums("publication", "data/processed") == before
    assert ended(process.pid)
    assert list(tmp_path.glob("press-*")) == []
    assert list(walk.path("build").rglob(".press-*")) == []


def ended(session: int) -> bool:
    """Whether no process of a session runs any more, or will in a moment."""
    for _ in range(100):
        running = subprocess.run(
            ["ps", "-o", "stat=", "--sid", str(session)], capture_output=True, text=True, check=False
        )
        if not [state for state in running.stdout.split() if not state.startswith("Z")]:
            return True
        time.sleep(0.05)
    return False
