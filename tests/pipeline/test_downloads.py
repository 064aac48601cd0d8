"""Access logs as a web server leaves them: plain and gzipped; and a front page that says what they hold, or nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from analysis.errors import MonitorError
from pipeline.downloads import access_logs, read_logs
from tests.analysis.told import told
from tests.pipeline.conftest import Walk

LINE = (
    '192.0.2.1 - - [23/Nov/2026:09:41:07 +0100] "GET /report/2024/voorbeeld-flevoland.pdf HTTP/1.1" 200 9 "-" "Firefox"'
)


def test_logs_are_read_one_after_another_whether_gzipped_or_not(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_bytes(b"een\ntw\xe9e\n")
    (tmp_path / "access.log.1").write_bytes(gzip.compress(b"drie\nvier"))
    logs = access_logs(f"{tmp_path}/access.log {tmp_path}/access.log.1")
    assert [line.rstrip("\n") for line in read_logs(logs)] == ["een", "tw\N{REPLACEMENT CHARACTER}e", "drie", "vier"]


def test_no_log_named_is_no_log() -> None:
    assert access_logs("") == []


def test_a_log_that_is_not_there_is_told() -> None:
    with pytest.raises(MonitorError) as caught:
        access_logs("weg.log")
    message = told(caught.value)
    assert (message["title"], message["where"]) == ("Access log is missing", "DOWNLOADS=weg.log")


def test_a_gzipped_log_that_was_cut_off_is_told(tmp_path: Path) -> None:
    log = tmp_path / "access.log.gz"
    log.write_bytes(gzip.compress(LINE.encode() * 99)[:-9])
    with pytest.raises(MonitorError) as caught:
        list(read_logs([log]))
    message = told(caught.value)
    assert (message["title"], message["where"]) == ("Access log is damaged", "access.log.gz")


def test_the_front_page_says_how_often_while_logs_are_named_and_no_longer(
    walk: Walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "access.log"
    log.write_text(LINE + "\nrommel\n", encoding="utf-8")
    front, noted = walk.path("publication/report/index.html"), walk.path("data/processed/downloads.json")
    monkeypatch.setenv("DOWNLOADS", str(log))
    done = walk.make("publish")
    assert done.returncode == 0, done.stderr
    assert "2 lines of access logs read, 1 not understood" in done.stdout
    assert "(1 keer gedownload)" in front.read_text(encoding="utf-8")
    assert json.loads(noted.read_text(encoding="utf-8"))["files"] == {"2024/voorbeeld-flevoland.pdf": 1}
    assert "192.0.2" not in noted.read_text(encoding="utf-8") + done.stdout
    monkeypatch.delenv("DOWNLOADS")
    assert walk.ran("publish") == {"task_downloads", "task_front_page", "task_place", "task_list"}
    assert "gedownload" not in front.read_text(encoding="utf-8")
