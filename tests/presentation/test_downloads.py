"""Downloads counted from an access log: who counts, who does not, and what is never kept."""

from __future__ import annotations

import pytest

from analysis.errors import MonitorError
from presentation.downloads import count_downloads
from tests.analysis.told import told

READER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
REPORT, SHEET = "2024/voorbeeld-monitor.pdf", "2024/voorbeeld-fryslan.csv"


def line(
    address: str = "192.0.2.1",
    day: str = "23/Nov/2026",
    request: str = f"GET /report/{REPORT} HTTP/1.1",
    status: int = 200,
    agent: str = READER,
    time: str = "09:41:07",
) -> str:
    """A line as Apache and nginx write it."""
    return f'{address} - - [{day}:{time} +0100] "{request}" {status} 812345 "-" "{agent}"\n'


def counted(*lines: str) -> dict[str, int]:
    return count_downloads([*lines, line(request="GET / HTTP/1.1")], {REPORT, SHEET}).files


def test_an_address_counts_once_a_day_for_each_file() -> None:
    lines = [
        line(),
        line(time="23:59:59"),
        line(day="24/Nov/2026"),
        line(address="2001:db8::1"),
        line("host.example.org"),
    ]
    assert counted(*lines, line(request=f"GET /report/{SHEET} HTTP/2.0")) == {REPORT: 4, SHEET: 1}


@pytest.mark.parametrize("status", [301, 304, 403, 404, 416, 500])
def test_who_got_nothing_does_not_count(status: int) -> None:
    assert counted(line(status=status)) == {}


def test_a_part_of_a_file_counts_as_the_file_once() -> None:
    assert counted(*[line(status=206)] * 9) == {REPORT: 1}


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS", "get"])
def test_only_get_counts(method: str) -> None:
    assert counted(line(request=f"{method} /report/{REPORT} HTTP/1.1")) == {}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "Mozilla/5.0 (compatible; Yahoo! Slurp)",
        "Mozilla/5.0 (compatible; archive.org_bot)",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 (X11) HeadlessChrome/131.0",
        "",
        "-",
    ],
)
def test_robots_and_who_says_nothing_do_not_count(agent: str) -> None:
    assert counted(line(agent=agent)) == {}


def test_a_reader_with_a_telephone_that_is_called_like_a_robot_counts() -> None:
    assert counted(line(agent="Mozilla/5.0 (Linux; Android 13; CUBOT P60) Chrome/131.0 Mobile")) == {REPORT: 1}


@pytest.mark.parametrize(
    "path",
    [
        f"/report/{REPORT}",
        f"/monitor/report/{REPORT}",
        f"/report/{REPORT}?bron=brief",
        "/report/2024/voorbeeld%2Dmonitor.pdf",
        f"https://example.org/report/{REPORT}",
    ],
)
def test_a_file_is_known_by_its_place_below_report_wherever_the_site_stands(path: str) -> None:
    assert counted(line(request=f"GET {path} HTTP/1.1")) == {REPORT: 1}


@pytest.mark.parametrize("path", ["/report/2024/voorbeeld-monitor.html", f"/{REPORT}", "/report/2024/../" + REPORT])
def test_another_file_does_not_count(path: str) -> None:
    assert counted(line(request=f"GET {path} HTTP/1.1")) == {}


def test_a_line_with_a_user_and_more_behind_it_is_understood() -> None:
    named = line().replace(" - - ", " - Jan de [W] ")
    longer = line(address="192.0.2.2").rstrip("\n") + ' "gzip" 0.004\n'
    quoted = line(address="192.0.2.3", agent=r"Mozilla/5.0 (\"vreemd\") Firefox/140.0")
    assert counted(named, longer, quoted) == {REPORT: 3}


def test_lines_that_are_not_understood_are_counted_and_passed_over() -> None:
    broken = [line()[:60], line(day="23/Foo/2026"), "rommel\n", line().replace('"-"', "-"), "\x16\x03\x01\n"]
    done = count_downloads([*broken, "\n", "  \n", line(), line(request=r"\x16\x03\x01")], {REPORT})
    assert (done.files, done.lines, done.unreadable) == ({REPORT: 1}, 7, 5)


def test_no_log_is_no_downloads() -> None:
    assert count_downloads([], {REPORT}) == ({}, 0, 0)


def test_a_log_of_another_format_is_told_without_a_line_of_it() -> None:
    common = line().rpartition(' "-"')[0] + "\n"
    with pytest.raises(MonitorError) as caught:
        count_downloads([common] * 3, {REPORT})
    message = told(caught.value)
    assert (message["title"], message["got"]) == ("Access log not understood", "3 lines, none of that format")
    assert "192.0.2" not in str(caught.value)


def test_no_address_is_in_what_is_counted() -> None:
    assert "192.0.2" not in repr(count_downloads([line(), "192.0.2.9 rommel"], {REPORT}))
