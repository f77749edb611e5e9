# SPDX-License-Identifier: GPL-3.0-or-later
"""winnow stat --stream: detectors of change over a column of a file."""
import json
import pathlib
import random
import re

import pytest

from conftest import ROOT

STREAMS = ROOT.parent / "shared" / "stats" / "streams"
NAMES = {"adwin": "adwin", "page-hinkley": "page_hinkley", "ddm": "ddm",
         "kswin": "kswin_deterministic"}
needs_streams = pytest.mark.skipif(not STREAMS.exists(), reason="the labelled streams are not here")


def expected():
    return json.loads((STREAMS / "expected.json").read_text())["streams"]


def rows(run):
    assert run.returncode == (0 if run.stdout else 1), run.stderr
    return [int(line) for line in run.stdout.split()]


def detect(winnow, detector, name, stream):
    scaled = re.search(r"of the first (\d+) points", stream["input"])
    options = ["--baseline", scaled[1]] if scaled else []
    return rows(winnow("stat", "--stream", detector, STREAMS / f"{name}.csv", *options))


def write_step(project, change=1500):
    draw = random.Random(3)
    values = [draw.gauss(0 if i < change else 3, 1) for i in range(3000)]
    project.write("a.csv", "t,loss,load\n" + "".join(f"{i},{v},7\n" for i, v in enumerate(values)))


@needs_streams
@pytest.mark.parametrize("detector", NAMES)
def test_detectors_fire_where_the_reference_does(winnow, detector):
    for name, stream in expected().items():
        want = stream["detections"].get(NAMES[detector])
        if want is not None:
            assert detect(winnow, detector, name, stream) == want, name


@needs_streams
def test_the_seasonal_one_finds_as_much_with_few_false_alarms(winnow):
    found = false = 0
    for name, stream in expected().items():
        alarms = detect(winnow, "seasonal", name, stream)
        windows = stream["windows"]
        found += sum(any(a <= row <= b for row in alarms) for a, b in windows)
        false += sum(not any(a <= row <= b for a, b in windows) for row in alarms)
    assert found >= 13 and false <= 8  # adwin: 13, 73


def test_the_column_is_named_or_value_or_the_last_one(project):
    write_step(project)
    named = rows(project.winnow("stat", "--stream", "adwin", "a.csv:loss"))
    assert len(named) == 1 and 1500 <= named[0] <= 1600
    assert rows(project.winnow("stat", "--stream", "adwin", "a.csv:2")) == named
    assert not rows(project.winnow("stat", "--stream", "adwin", "a.csv"))
    project.write("b.csv", (project.path / "a.csv").read_text().replace("loss", "value"))
    assert rows(project.winnow("stat", "--stream", "adwin", "b.csv")) == named


def test_missing_values_keep_their_rows_and_are_counted(project):
    project.write("a.csv", "t,value\n" + "".join(f"{i},{'' if i % 5 == 0 else i // 1500 * 9}\n"
                                               for i in range(3000)))
    run = project.winnow("stat", "--stream", "adwin", "a.csv", "--json")
    told = json.loads(run.stdout)
    assert (told["rows"], told["missing"]) == (3000, 600)
    assert told["changes"] and 1500 <= told["changes"][0] <= 1600


def test_a_file_without_a_header_and_standard_input_will_do(project):
    text = "".join(f"{i // 400}\n" for i in range(800))
    project.write("a.csv", text)
    assert rows(project.winnow("stat", "--stream", "adwin", "a.csv"))
    assert rows(project.winnow("stat", "--stream", "adwin", "-", stdin=text))


def test_one_event_on_a_daily_cycle_is_one_alarm(project):
    draw = random.Random(4)
    days = [70 * (i % 288 > 100) + draw.gauss(0, 5) + (60 if i > 2000 else 0) for i in range(4000)]
    project.write("a.csv", "value\n" + "".join(f"{v}\n" for v in days))
    alarms = rows(project.winnow("stat", "--stream", "seasonal", "a.csv"))
    assert len(alarms) == 1 and 2000 < alarms[0] < 2100


def test_mistakes_are_told(project):
    write_step(project)
    project.write("bad.csv", "value\n1\nx\n")
    project.write("empty.csv", "")
    for words, said in ((("nosuch", "a.csv"), "adwin"), (("adwin",), "takes a FILE"),
                        (("adwin", "a.csv:nosuch"), "no column nosuch"),
                        (("adwin", "bad.csv"), "bad.csv: line 3: x is no number"),
                        (("adwin", "empty.csv"), "no rows"), (("ddm", "a.csv:loss"), "zeros and ones"),
                        (("adwin", "a.csv:loss", "--baseline", 5000), "more than the 3000"),
                        (("adwin", pathlib.Path("nosuch.csv")), "cannot read nosuch.csv")):
        refused = project.winnow("stat", "--stream", *words)
        assert refused.returncode == 2 and said in refused.stderr, (words, refused.stderr)
