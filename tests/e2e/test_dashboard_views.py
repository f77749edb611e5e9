# SPDX-License-Identifier: GPL-3.0-or-later
"""What was chosen in a dashboard is there again in the next one: columns, order, filter, curves, command lines."""
import json

import pytest

from screen import opened


def made(project, name):
    project.winnow("run", "--quiet", "--maximize", "score", "-p", "x=1|2|3|4", "--method", "grid", "--name", name, "--",
                   "sh", "-c", "echo score={x} loss=0.{x}; echo score={x} loss=0.{x}")


@pytest.fixture
def views(project):
    made(project, "s")
    return project.path / ".winnow" / "views.json"


def test_a_board_is_as_it_was_left(project, views):
    with opened(project, "top", "s") as screen:
        screen.wait("sort: rank")
        screen.press("f").type("x > 1").press("Enter").wait("1-3/3")
        screen.press("l", "S").wait("sort: +metric.loss")
        screen.press("q").wait("[exit 0]")
    with opened(project, "top", "s") as screen:
        screen.wait("sort: +metric.loss", "filter: x > 1", "1-3/3")
        screen.press("f", "C-u", "Enter").wait("1-4/4")
        screen.press("q").wait("[exit 0]")
    with opened(project, "top", "s") as screen:
        screen.wait("sort: +metric.loss", "1-4/4", gone="filter: x")


def test_curves_and_command_lines_are_kept(project, views):
    with opened(project, "top", "s", "1") as screen:
        screen.wait("score")
        screen.press("Tab", "L").wait("log")
        screen.press(":").type("ls").press("Enter").wait("OBJECTIVE")
        screen.press("C-c").wait("[exit 0]")
    assert json.loads(views.read_text())["commands"] == ["ls"]
    with opened(project, "top", "s", "2") as screen:
        screen.wait("log y")
        screen.press(":", "Up").wait(":ls")


def test_several_dashboards_keep_each_others_sweeps(project, views):
    made(project, "t")
    with opened(project, "top", "s") as first, opened(project, "top", "t") as second:
        first.wait("1-4/4")
        second.wait("1-4/4")
        first.press("f").type("x > 1").press("Enter").wait("1-3/3")
        second.press("f").type("x > 2").press("Enter").wait("1-2/2")
        first.press("q").wait("[exit 0]")
        second.press("q").wait("[exit 0]")
    kept = json.loads(views.read_text())["views"]
    assert {name: view["filter"] for name, view in kept.items()} == {"board 1": "x > 1", "board 2": "x > 2"}


def test_nothing_is_written_where_nothing_was_chosen_or_may_be(project, views):
    with opened(project, "top", "s") as screen:
        screen.wait("1-4/4")
        screen.press("q").wait("[exit 0]")
    assert not views.exists()
    with opened(project, "top", "s", "--read-only") as screen:
        screen.wait("1-4/4")
        screen.press("f").type("x > 1").press("Enter").wait("1-3/3")
        screen.press("q").wait("[exit 0]")
    assert not views.exists()


@pytest.mark.parametrize("rubbish", ["", "{", "[1]", "x" * 2_000_000], ids=["empty", "torn", "list", "huge"])
def test_a_damaged_file_is_told_and_replaced(project, views, rubbish):
    views.write_text(rubbish)
    with opened(project, "top", "s") as screen:
        screen.wait("views.json is damaged", "1-4/4")
        screen.press("f").type("x > 1").press("Enter").wait("1-3/3")
        screen.press("q").wait("[exit 0]")
    assert json.loads(views.read_text())["views"]["board 1"]["filter"] == "x > 1"
    assert [path.name for path in views.parent.glob("views*")] == ["views.json"]
