# SPDX-License-Identifier: GPL-3.0-or-later
"""winnow compare: real sweeps of a noisy command, held against each other for people, for scripts,
for pull requests, and as a gate."""
import json
import re
import shutil
import subprocess

import pytest

from conftest import PROGRAM, clean_environment, on_a_terminal

# A curve that falls to a loss of about 1 + x, less 0.2 with sgd, which is 12 % slower; the noise
# is that of the seed, and a little of both.
NOISY = """#!/bin/sh
exec awk -v x="$1" -v opt="$2" -v seed="$3" 'BEGIN {
    srand(seed % 1000000); common = rand()
    srand(seed % 1000 + (x > 0 ? 7000 : 0) + (opt == "sgd" ? 500 : 0)); own = rand()
    loss = 1 + x + 0.2 * common + 0.02 * own - (opt == "sgd" ? 0.2 : 0)
    for (i = 1; i <= 12; i++) print "loss=" loss + (12 - i) / 12
    print "latency_ms=" (opt == "sgd" ? 112 : 100) + own
}'
"""


def run(project, name, *options, command=("./noisy", "{x}", "{opt}", "{seed}"),
        params=("x=0|0.0001", "opt=adam|sgd")):
    words = [word for param in params for word in ("-p", param)]
    done = project.winnow("run", "--minimize", "loss", *words, "--method", "grid", "--seed", 1,
                          "--parallel", 4, "--name", name, "--new", *options, "--", *command)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    """A store with the sweep n: eight repeats each of x=0 and adam (trials 0 to 7), x=0 and sgd
    (16 to 23) with a loss that is lower by 0.2, and the same with another x that hardly matters
    (8 to 15, 24 to 31)."""
    from conftest import Project
    project = Project(tmp_path_factory.mktemp("compare"))
    project.write("noisy", NOISY).chmod(0o755)
    run(project, "n", "--repeats", 8)
    return project


def told(project, *words, code=None):
    done = project.winnow("compare", *words, "--json")
    assert done.returncode in (0, 1), done.stderr
    answer = json.loads(done.stdout)
    assert (done.returncode == 0) == (answer["verdict"] == "b-better")
    assert code is None or done.returncode == code
    return answer


# ---- configurations ------------------------------------------------------------------------------


def test_a_better_configuration_is_found_by_its_common_seeds(grid):
    answer = told(grid, "n", 0, 16, code=0)
    loss, latency = answer["metrics"]
    assert answer["paired"] and loss["test"] == "paired"
    assert answer["reason"] == "paired t test: both ran the same 8 seeds"
    assert answer["params"] == [{"name": "opt", "a": ["adam"], "b": ["sgd"]}]
    assert loss["name"] == "loss" and loss["goal"] == "minimize"
    assert (loss["a"]["n"], loss["b"]["n"]) == (8, 8)
    assert -0.23 < loss["low"] < loss["difference"] < loss["high"] < -0.17
    assert loss["p"] < 1e-6 and loss["p_better"] > 0.999 and loss["hedges_g"] < 0
    assert latency["goal"] is None and latency["p_better"] is None
    assert re.fullmatch(r"B is better by 0\.\d+ to 0\.\d+ in loss", answer["text"])


def test_configurations_that_do_not_differ_are_not_told_apart(grid):
    answer = told(grid, "n:0", "n:8", code=1)
    assert answer["verdict"] == "unsure"
    assert answer["text"].startswith("cannot tell")
    assert told(grid, "n", 0, 8, "--min-effect", 0.1)["verdict"] == "same"


def test_swapped_sides_have_the_opposite_verdict(grid):
    there, back = told(grid, "n", 0, 16), told(grid, "n", 16, 0)
    assert back["verdict"] == "a-better"
    assert back["text"] == there["text"].replace("B is", "A is")
    for one, other in zip(there["metrics"], back["metrics"]):
        assert one["difference"] == pytest.approx(-other["difference"])
        assert one["low"] == pytest.approx(-other["high"])
        assert one["p"] == pytest.approx(other["p"])
        assert one["a"] == other["b"]


def test_a_trial_alone_is_no_evidence(grid):
    answer = told(grid, "n", 0, 16, "--alone", code=1)
    assert answer["verdict"] == "no-evidence"
    assert answer["text"] == "one run each is no evidence: winnow ab n 0 16 runs more"
    assert answer["metrics"][0]["test"] == "none"
    assert answer["metrics"][0]["p"] is None and answer["metrics"][0]["difference"] < 0


# ---- groups, sweeps, commits ---------------------------------------------------------------------


def test_groups_pair_by_their_other_parameters(grid):
    answer = told(grid, "n", "opt=adam", "opt=sgd", code=0)
    assert answer["paired"] and answer["a"]["kind"] == "group"
    assert answer["a"]["configurations"] == 2 and answer["metrics"][0]["a"]["n"] == 2
    assert answer["reason"] == "paired t test: 2 pairs of configurations that differ only in opt"
    same = told(grid, "n:opt = 'adam' AND x < 0.00005", "n:opt = 'sgd' AND x < 0.00005", code=0)
    assert same["metrics"][0]["a"]["n"] == 8  # a configuration each: their repeats


def test_sweeps_are_compared_as_a_whole(grid):
    if "m" not in grid.winnow("ls").stdout.split():
        run(grid, "m", "--repeats", 3, params=("x=0|0.0001", "opt==adam"))
    answer = told(grid, "n:opt=sgd", "m", code=1)
    assert answer["verdict"] == "a-better" and answer["b"]["kind"] == "sweep"
    assert answer["paired"]  # but for opt, which is what differs


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_commits_are_what_trials_ran_with(project):
    def git(*words):
        subprocess.run(["git", "-c", "user.name=me", "-c", "user.email=me@here", *words],
                       cwd=project.path, check=True, capture_output=True)

    def commit(loss, broken=""):
        project.write("train", f"#!/bin/sh\n[ \"$1\" != \"{broken}\" ] || exit 1\nawk -v s=$2 "
                      f"'BEGIN {{srand(s % 100000); print \"loss=\" {loss} + rand() / 9}}'\n"
                      ).chmod(0o755)
        git("add", "-A")
        git("commit", "-qm", "a")
        return subprocess.run(["git", "rev-parse", "HEAD"], cwd=project.path, text=True,
                              capture_output=True, check=True).stdout.strip()

    project.write(".gitignore", ".winnow\n")
    git("init", "-q")
    old = commit(2, broken="b")
    words = ("./train", "{x}", "{seed}")
    run(project, "s", "--repeats", 6, "--set", "fail_fast=0", command=words, params=("x=a|b",))
    new = commit(1)
    assert project.winnow("resume", "s", "--failed").returncode == 0
    run(project, "t", "--repeats", 6, command=words, params=("x==a",))
    answer = told(project, f"s@{old[:6]}", f"t@{new[:4]}", code=0)
    assert answer["a"]["commit"] == old and answer["b"]["commit"] == new
    assert answer["a"]["title"] == f"s@{old[:7]}"
    # One sweep that went on with other code: the configuration that failed at first.
    answer = told(project, "s", f"@{old[:6]}", f"@{new[:6]}", code=0)
    assert answer["paired"] and answer["params"] == [{"name": "x", "a": ["a"], "b": ["b"]}]
    assert f"commit {new}" in project.winnow("compare", "s", f"@{old[:6]}", f"@{new[:6]}").stdout
    done = project.winnow("compare", f"t@{old[:6]}", f"s@{old[:6]}")
    assert done.returncode == 2
    assert f"no run of t was made with a commit {old[:6]}" in done.stderr


# ---- evidence ------------------------------------------------------------------------------------


def test_repeats_that_ignore_their_seed_are_refused(project):
    run(project, "s", "--repeats", 4, command=("sh", "-c", "echo loss=$1", "-", "{x}"),
        params=("x=1|2",))
    answer = told(project, "s", 4, 0, code=1)
    assert answer["verdict"] == "refused"
    assert "ignore its seed" in answer["text"]
    assert answer["metrics"][0]["doubt"] == "identical"


def test_failures_are_left_out_and_said(project):
    project.write("noisy", NOISY).chmod(0o755)
    run(project, "s", "--repeats", 4, command=(
        "sh", "-c", "[ $4 != 5 ] || exit 1; exec ./noisy $1 $2 $3", "-", "{x}", "{opt}", "{seed}",
        "{trial}"), params=("x==0", "opt=adam|sgd"))
    answer = told(project, "s", 0, 4, code=0)
    assert answer["b"]["left_out"] == {"failed": 1} and answer["b"]["counted"] == 3
    assert answer["paired"] and answer["metrics"][0]["a"]["n"] == 3
    page = project.winnow("compare", "s", 0, 4).stdout
    assert "B  s:4: 3 of 4 runs (1 failed), trials 4 to 7\n" in page


# ---- guardrails ----------------------------------------------------------------------------------


def test_a_broken_guardrail_vetoes_a_winner(grid):
    answer = told(grid, "n", 0, 16, "--guardrail", "latency_ms<=+5%", "--guardrail", "loss<=2")
    assert answer["verdict"] == "vetoed"
    assert re.fullmatch(r"B is better but breaks the guardrail latency_ms<=\+5% \(\+1[12]\.\d+%\)",
                        answer["text"])
    assert [guardrail["state"] for guardrail in answer["guardrails"]] == ["broken", "holds"]
    assert 11 < answer["guardrails"][0]["low"] < answer["guardrails"][0]["high"] < 13
    told(grid, "n", 0, 16, "--guardrail", "latency_ms<=+15%", "--guardrail", "latency_ms<=+13",
         code=0)


def test_a_gate_in_a_script(grid):
    gate = f"{PROGRAM} compare n 0 16 --guardrail 'latency_ms<=+5%' >/dev/null && echo ship"
    done = subprocess.run(["sh", "-c", gate], cwd=grid.path, env=clean_environment(), text=True,
                          capture_output=True, check=False)
    assert done.stdout == "" and done.returncode == 1


# ---- how it is shown -----------------------------------------------------------------------------


def test_the_page_ends_with_the_verdict(grid):
    done = grid.winnow("compare", "n", 0, 16)
    lines = done.stdout.splitlines()
    assert lines[0] == "A  n:0: 8 runs, trials 0 to 7"
    assert lines[1] == "B  n:16: 8 runs, trials 16 to 23"
    assert lines[3:5] == ["PARAMETER  A     B", "opt        adam  sgd"]
    assert "loss, lower is better" in lines
    assert lines[-2] == "paired t test: both ran the same 8 seeds"
    assert re.fullmatch(r"B is better by 0\.\d+ to 0\.\d+ in loss", lines[-1])
    assert max(map(len, lines)) <= 80
    assert "├" in done.stdout and "step" in done.stdout  # error bars, curves
    assert "step" not in grid.winnow("compare", "n", 0, 16, "--no-curves").stdout
    assert "\x1b" not in done.stdout


def test_error_bars_stand_on_one_scale(grid):
    lines = grid.winnow("compare", "n", 0, 16, "--metric", "loss", "--no-curves").stdout.splitlines()
    a, b = (next(line for line in lines if re.match(rf"  {name}  +\d", line)) for name in "AB")
    assert a.index("├") > b.index("┤")  # they do not overlap: B is lower
    for line in (a, b):
        assert line.index("├") < line.index("●") < line.index("┤")


def test_colours_and_ascii(grid):
    env = clean_environment()
    coloured = on_a_terminal(["compare", "n", "0", "16"], grid.path, {**env, "TERM": "xterm"})
    plain = on_a_terminal(["compare", "n", "0", "16"], grid.path,
                          {**env, "TERM": "xterm", "NO_COLOR": "1"})
    assert "\x1b[32m" in coloured.splitlines()[-1] and "\x1b" not in plain
    bare = re.sub("\x1b\\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()
    forced = grid.winnow("compare", "n", 0, 16, "--color", "always").stdout
    assert "\x1b[32m" in forced.splitlines()[-1]
    ascii_only = grid.winnow("compare", "n", 0, 16, env={**env, "LC_ALL": "C"}).stdout
    assert ascii_only.isascii() and "|-" in ascii_only
    same = grid.winnow("compare", "n", 0, 8, "--min-effect", 0.1, env={**env, "LC_ALL": "C"}).stdout
    assert same.endswith("the same within +-0.1 in loss\n") and same.isascii()


def test_a_narrow_terminal_is_not_overrun(grid):
    for columns in ("40", "60"):
        written = on_a_terminal(["compare", "n", "0", "16"], grid.path,
                                {**clean_environment(), "TERM": "xterm", "COLUMNS": columns,
                                 "NO_COLOR": "1"})
        assert max(map(len, written.splitlines())) <= int(columns), written


def test_markdown_is_for_a_pull_request(project):
    project.write("noisy", "#!/bin/sh\necho loss=$(( $1 * 10 + $2 * $2 % 3 ))\n").chmod(0o755)
    run(project, "s", "--repeats", 4, command=("./noisy", "{x}", "{trial}"), params=("x=1|2",))
    done = project.winnow("compare", "s", 0, 4, "--md", "--guardrail", "loss<=+5%")
    assert done.returncode == 1
    assert done.stdout == """\
**A is better by 8.7 to 11.8 in loss**

|  | A | B |
| --- | --- | --- |
| what | s:0 | s:4 |
| runs | 4 runs | 4 runs |
|  | trials 0 to 3 | trials 4 to 7 |
| x | 1 | 2 |

| metric | A | B | B - A | 95 % interval | Hedges' g | p | P(B better) |
| --- | --- | --- | --- | --- | --- | --- | --- |
| loss ↓ | 10.50 ± 0.29 (n = 4) | 20.75 ± 0.25 (n = 4) | +10.25 | 8.73 to 11.77 | 16.49 | <0.001 | <0.001 |

| guardrail | seen | |
| --- | --- | --- |
| loss\\<=+5% | +98% (+75 to +120) | broken |

paired t test: both ran the same 4 seeds
"""


# ---- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("words, message", [
    (["n"], "A is missing"),
    (["x:1", "n:0"], "there is no sweep x"),
    (["n", 0, 99], "n has no trial 99"),
    (["n", 0, 1], "n:0 and n:1 are the same trials: nothing to compare"),
    (["n", "opt=adam", 0], "n:opt=adam and n:0 overlap: trial 0 and others are on both sides"),
    (["n", "opt=adamw", "opt=sgd"], "no configuration of n fits opt=adamw"),
    (["n", "opd=adam", "opt=sgd"], "no parameter or metric called opd; did you mean opt?"),
    (["n", "@zz", 0], "a commit is named by at least 4 of its hexadecimal digits (found @zz)"),
    (["n", 0, 16, "--metric", "lss"], "no metric lss on both sides; did you mean loss?"),
    (["n", 0, 16, "--guardrail", "latency_ms<5%"], "column 11: <= or >= goes after the metric"),
    (["n", 0, 16, "--guardrail", "latency<=+5%"], "did you mean latency_ms?"),
    (["n", 0, 16, "--confidence", "95"], "--confidence is below 1"),
    (["n", 0, 16, "--min-effect", "-1"], "--min-effect takes a number above 0 (found -1)"),
    (["n", 0, 16, "--json", "--md"], "--json and --md exclude each other"),
])
def test_every_mistake_is_one_sentence(grid, words, message):
    done = grid.winnow("compare", *words)
    assert done.returncode == 2 and done.stdout == ""
    assert message in done.stderr and len(done.stderr.splitlines()) == 1


def test_without_a_store_there_is_nothing_to_compare(winnow):
    assert winnow("compare", "a", "b").returncode == 2
