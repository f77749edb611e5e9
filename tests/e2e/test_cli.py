# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line as a whole: help, mistakes, exit codes, JSON, and the commands that need no
running sweep."""
import gzip
import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from conftest import LIMIT, PROGRAM, clean_environment, on_a_terminal
from sweeps import GRID, SPEC

COMMANDS = subprocess.run([PROGRAM, "internals", "commands"], capture_output=True, text=True,
                          check=True).stdout.split()

STATES = {"queued", "running", "finished", "stopped", "failed", "timeout", "oom", "nan", "killed",
          "preempted", "lost"}


# ---- help ----------------------------------------------------------------------------------------


def test_the_commands_of_the_design_are_all_there():
    assert {"ls", "show", "logs", "stop", "rm", "plan", "try", "ask-tell", "doctor",
            "help"} <= set(COMMANDS)


def test_winnow_alone_and_help_list_every_command(winnow):
    for args in ([], ["--help"], ["-h"], ["help"]):
        done = winnow(*args)
        assert done.returncode == 0
        assert done.stderr == ""
        for command in COMMANDS:
            assert re.search(rf"^  {re.escape(command)} ", done.stdout, re.M), command


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(winnow, command):
    done = winnow(command, "--help")
    assert done.returncode == 0
    assert f"Usage: winnow {command}" in done.stdout
    examples = done.stdout.split("Examples:\n")[1]
    assert re.search(rf"^  .*winnow {command}", examples, re.M)
    assert "Exit codes:" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert winnow("help", command).stdout == done.stdout


def test_help_wins_over_missing_operands(winnow):
    assert winnow("show", "-h").returncode == 0


def test_version_names_the_program(winnow):
    assert re.fullmatch(r"winnow \d+\.\d+\.\d+\n", winnow("--version").stdout)
    assert winnow("-V").stdout == winnow("--version").stdout


def examples_of(command):
    text = subprocess.run([PROGRAM, command, "--help"], capture_output=True, text=True,
                          check=True).stdout
    return re.findall(r"^  (\S.*)$", text.split("Examples:\n")[1].split("\n\n")[0], re.M)


EXAMPLES = [line for command in COMMANDS for line in examples_of(command)]

# What an example cannot do here, for want of a terminal, of an unfinished sweep, of a Makefile, of Optuna.
ELSEWHERE = {
    "winnow run sweep.yaml --resume": "no unfinished sweep",
    "winnow rm svm-2": "--yes",
    "winnow import optuna.db --study svm --into svm": "cannot read optuna.db",
    "winnow verify svm --json && make report": "No rule to make target",
    "winnow compare svm @1a2b3c4 @5d6e7f8": "no run of svm was made with a commit",
    "winnow top svm": "needs a terminal",
    "winnow top svm 21 37": "needs a terminal",
}


def write_data(project):
    """Data sets with a price and a zip code, as files, archives and profiles."""
    rows = "price,zip\n" + "".join(f"{n * 37 % 101}.5,{10000 + n % 7}\n" for n in range(200))
    (project.path / "logs").mkdir()
    for name in ("train.csv", "today.csv", "north.csv", "south.csv"):
        project.write(name, rows)
    for name in ("train.csv.gz", "today.csv.gz", "logs/2026-11-23.csv.gz", "logs/2026-11-24.csv.gz"):
        (project.path / name).write_bytes(gzip.compress(rows.encode()))
    for name in ("train.json", "day-1.json", "day-2.json"):
        project.winnow("profile", "train.csv", "-o", name)
    project.winnow("check", "train.csv", "--infer", "-o", "schema.json")


@pytest.fixture
def example_project(project):
    """What the examples of the help speak of: sweep.yaml, ./train, the sweeps svm and svm-2,
    a.csv and b.csv, data of today and before."""
    project.write("sweep.yaml", SPEC + "command: [./train]\nbudget: {trials: 4}\n")
    project.write("train", "#!/bin/sh\necho accuracy=0.5 loss=0.5\n").chmod(0o755)
    for name, trials in (("svm", 13), ("svm-2", 1)):
        project.winnow("run", "--maximize", "accuracy", "-p", "C=log(1,100)", "-p",
                       "gamma=log(0.1,1)", "--trials", trials, "--name", name, "--", "./train")
    project.write("earlier.csv", "C,gamma,accuracy\n10,0.5,0.6\n")
    project.write("a.csv", "loss\n0.3\n0.4\n")
    project.write("b.csv", "loss\n0.2\n0.3\n")
    project.write("cpu.csv", "load\n" + "".join(f"{0.2 + n % 24 / 50}\n" for n in range(200)))
    write_data(project)
    folder = project.path / "bin"
    folder.mkdir()
    (folder / "winnow").symlink_to(PROGRAM)
    project.env = {**clean_environment(), "PATH": f"{folder}:{os.environ['PATH']}"}
    return project


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_of_the_help_works(example_project, line):
    for tool in re.findall(r"\| *(\w+)", re.sub(r"'[^']*'", "", line)):
        if tool != "winnow" and not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")
    done = subprocess.run(["bash", "-c", line], cwd=example_project.path, env=example_project.env,
                          capture_output=True, text=True, timeout=LIMIT, check=False,
                          stdin=subprocess.DEVNULL)
    if line in ELSEWHERE:
        assert done.returncode == 2 and ELSEWHERE[line] in done.stderr
    else:
        assert done.returncode in (0, 1), done.stderr


# ---- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("args, message", [
    (["plam"], "did you mean plan?"),
    (["help", "sow"], "did you mean show?"),
    (["xyzzy"], "winnow --help"),
    (["list"], "did you mean ls?"),
    (["delete", "s"], "did you mean rm?"),
    (["results"], "did you mean board?"),
    (["agent", "s"], "did you mean resume?"),
    ([""], "there is no command ''"),
    (["-help"], "did you mean --help?"),
    (["plan", ""], "SPEC is empty"),
    (["ls", "--store="], "--store needs a value"),
    (["run", "s.yaml", "train.py"], "comes after --"),
    (["run", "--minimize", "a", "--maximize", "b", "-p", "x=1|2", "--", "true"],
     "give one objective"),
    (["ls", "--jso"], "did you mean --json?"),
    (["ls", "-z"], "has no option -z"),
    (["--json", "ls"], "come after its name"),
    (["plan", "--limit"], "--limit needs a value"),
    (["plan", "--limit", "0"], "1 or more (found 0)"),
    (["plan", "--limit=ten"], "1 or more (found ten)"),
    (["ls", "--json=yes"], "--json takes no value"),
    (["ls", "--color", "red"], "auto|always|never (found red)"),
    (["show"], "SWEEP is missing"),
    (["ls", "more"], "one word too many"),
    (["plan"], "name a SPEC file"),
    (["plan", "no-such.yaml"], "no-such.yaml"),
    (["show", "nothing"], "there is no store"),
])
def test_a_mistake_is_one_sentence_and_exit_code_2(winnow, args, message):
    done = winnow(*args)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("winnow: ")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr


def test_options_may_stand_anywhere_and_be_bundled_with_their_value(project):
    project.write("grid.yaml", GRID)
    forms = (["--limit", "2"], ["--limit=2"])
    for form in forms:
        done = project.winnow("plan", *form, "grid.yaml", "--list")
        assert len(done.stdout.splitlines()) == 2
    done = project.winnow("plan", "-pa=1|2", "-p", "b==3", "--method=grid", "--json")
    assert json.loads(done.stdout)["configurations"] == 2


def test_a_closed_pipe_is_no_error(project):
    process = subprocess.Popen([PROGRAM, "plan", "-p", "a=0.0..1.0", "--method", "random",
                                "--list", "--limit", "100000"],
                               cwd=project.path, env=clean_environment(),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(20) == 0


def test_a_full_disk_is_an_error_of_the_environment(project):
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "--help"], stdout=full, stderr=subprocess.PIPE, text=True,
                              check=False)
    assert done.returncode == 3
    assert "cannot write to standard output" in done.stderr


# ---- colours -------------------------------------------------------------------------------------


@pytest.mark.parametrize("change, args, coloured", [
    ({}, [], True),
    ({"NO_COLOR": "1"}, [], False),
    ({"NO_COLOR": ""}, [], True),
    ({"TERM": "dumb"}, [], False),
    ({"NO_COLOR": "1"}, ["--color=always"], True),
    ({}, ["--color=never"], False),
])
def test_colours_follow_the_terminal_and_the_wish(project, change, args, coloured):
    env = {**clean_environment(), "TERM": "xterm", **change}
    written = on_a_terminal(["doctor", *args], project.path, env)
    assert ("\033[" in written) == coloured


@pytest.mark.parametrize("term, redrawn", [("xterm", True), ("dumb", False)])
def test_progress_is_redrawn_where_the_terminal_can(project, term, redrawn):
    env = {**clean_environment(), "TERM": term}
    args = ["run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid", "--", "echo",
            "loss={x}"]
    written = on_a_terminal(args, project.path, env, stream="stderr")
    assert "2/2" in written and ("\033[" in written) == redrawn


def test_a_pipe_has_no_colours(winnow):
    assert "\033" not in winnow("doctor").stdout


# ---- pages and completions -----------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
@pytest.mark.parametrize("page", [None, "spec", *COMMANDS])
def test_man_pages_are_clean(winnow, page):
    text = winnow("internals", "man", *([page] if page else [])).stdout
    assert text.startswith(".Dd ")
    lint = subprocess.run(["mandoc", "-T", "lint"], input=text, capture_output=True, text=True,
                          check=False)
    # A page refers to others that are installed together with it, and its foot names winnow, for
    # otherwise it would say BSD.
    fine = ("referenced manual not found", "operating system explicitly specified: Os winnow")
    complaints = [line for line in lint.stdout.splitlines()
                  if not any(words in line for words in fine)]
    assert complaints == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_know_commands_and_options(winnow, shell):
    text = winnow("internals", "complete", shell).stdout
    for command in COMMANDS:
        assert command in text
    assert "quantiles" in text and "internals commands" not in text
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=text, text=True, check=True)


def test_bash_completes_commands_options_and_choices(project):
    script = project.write("winnow.bash", project.winnow("internals", "complete", "bash").stdout)

    def complete(*words):
        quoted = " ".join(f"'{word}'" for word in words)
        lines = (f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _winnow;"
                 " printf '%s\\n' \"${COMPREPLY[@]}\"")
        return subprocess.run(["bash", "-c", lines], capture_output=True, text=True,
                              check=True).stdout.split()

    assert complete("winnow", "do") == ["doctor"]
    assert complete("winnow", "plan", "--qu") == ["--quantiles"]
    assert complete("winnow", "ls", "--color", "al") == ["always"]
    assert "doctor" in complete("winnow", "help", "")


# ---- an empty project ----------------------------------------------------------------------------


def test_ls_of_no_store_is_an_empty_list(project):
    done = project.winnow("ls", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"sweeps": []}
    assert "winnow run" in project.winnow("ls").stderr
    assert not (project.path / ".winnow").exists()


def test_a_store_that_was_named_must_exist(winnow):
    done = winnow("ls", "--store", "nowhere")
    assert done.returncode == 2
    assert "there is no store at nowhere" in done.stderr


# ---- plan ----------------------------------------------------------------------------------------


def test_plan_tells_distributions_and_counts(project):
    project.write("sweep.yaml", SPEC)
    done = project.winnow("plan", "sweep.yaml", "--json", "--quantiles", "0,0.5,1")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert plan["method"] == "random"
    assert plan["configurations"] is None
    params = {".".join(row["path"]): row for row in plan["parameters"]}
    assert set(params) == {"lr", "layers", "optimizer.kind", "optimizer.momentum"}
    assert params["lr"]["distribution"] == "log_uniform_values"
    assert params["lr"]["quantiles"] == pytest.approx([1e-5, 1e-3, 0.1])
    assert params["layers"]["quantiles"][0] == 1 and params["layers"]["quantiles"][2] == 4
    assert params["optimizer.kind"]["quantiles"][0] in ("adam", "sgd")


def test_plan_for_people_names_each_parameter(project):
    project.write("sweep.yaml", SPEC)
    text = project.winnow("plan", "sweep.yaml").stdout
    assert "infinitely many" in text
    for name in ("lr", "layers", "optimizer.kind", "optimizer.momentum"):
        assert re.search(rf"^{re.escape(name)} ", text, re.M)


def test_plan_lists_a_grid_in_order_with_its_command_lines(project):
    project.write("grid.yaml", GRID)
    assert json.loads(project.winnow("plan", "grid.yaml", "--json").stdout)["configurations"] == 6
    lines = [json.loads(line) for line in
             project.winnow("plan", "grid.yaml", "--list", "--json").stdout.splitlines()]
    assert [line["params"] for line in lines] == [
        {"a": a, "b": b} for a in (1, 2, 3) for b in ("x", "y z")]
    assert lines[1]["argv"][-3:] == ["train.py", "--a=1", "--b=y z"]
    assert project.winnow("plan", "grid.yaml", "--list").stdout.splitlines()[1].endswith(
        "train.py --a=1 '--b=y z'")


def test_the_same_seed_lists_the_same_configurations(project):
    project.write("sweep.yaml", SPEC)

    def listed(*args):
        return project.winnow("plan", "sweep.yaml", "--list", "--json", *args).stdout

    assert len(listed().splitlines()) == 20
    assert len(listed("--limit", "3").splitlines()) == 3
    assert listed() == listed()
    assert listed() != listed("--seed", "4")
    for line in listed().splitlines():
        optimizer = json.loads(line)["params"]["optimizer"]
        assert ("momentum" in optimizer) == (optimizer["kind"] == "sgd")
        assert json.loads(line)["argv"] is None


def test_plan_counts_only_what_constraints_allow(project):
    project.write("grid.yaml", GRID + "forbid: [\"a = 1 AND b = 'x'\"]\n")
    assert json.loads(project.winnow("plan", "grid.yaml", "--json").stdout)["configurations"] == 5
    assert len(project.winnow("plan", "grid.yaml", "--list").stdout.splitlines()) == 5


RULES = """
method: random
metric: {name: acc, goal: maximize, target: 0.95}
parameters:
  optimizer: {values: [adam, sgd, lion]}
  lr: {min: 0.001, max: 0.1}
  momentum: {min: 0.1, max: 0.9, when: {optimizer: [sgd, lion]}}
constraints: ["lr < momentum", "lr > 0.002"]
forbid: ["optimizer = 'adam' AND lr > 0.05"]
until: {plateau: 20}
budget: {trials: 50, time: 2h}
timeout: 90
limits: {memory: 4GiB}
resources: {cpus: 2, gpus: 1}
parallel: 3
retries: 2
on_event: {failure: ./page-me.sh}
"""


def test_plan_tells_what_rules_configurations_out_and_ends_the_sweep(project):
    project.write("sweep.yaml", RULES)
    lines = project.winnow("plan", "sweep.yaml").stdout.splitlines()
    for line in ("constraints    lr < momentum", "               lr > 0.002",
                 "forbid         optimizer = 'adam' AND lr > 0.05",
                 "until          acc is 0.95 or better, or 20 configurations without a new best",
                 "time           nothing new starts after 2h00m",
                 "parallel       3 at once, 2 CPUs and 1 GPU each, executor local",
                 "failures       a failed trial is tried again 2 times, 5 in a row end the sweep",
                 "limits         timeout 1m30s, memory 4.0 GiB, grace 30s, log 64.0 MiB",
                 "on failure     ./page-me.sh"):
        assert line in lines
    assert "ONLY WHEN" in lines[-4] and lines[-2].endswith("  optimizer is sgd or lion")


def test_plan_has_the_same_rules_as_json(project):
    project.write("sweep.yaml", RULES)
    plan = json.loads(project.winnow("plan", "sweep.yaml", "--json").stdout)
    assert {row["path"][0]: row["when"] for row in plan["parameters"]} == {
        "lr": {}, "momentum": {"optimizer": ["sgd", "lion"]}, "optimizer": {}}
    assert plan["constraints"] == ["lr < momentum", "lr > 0.002"]
    assert plan["until"] == {"target": 0.95, "plateau": 20, "seconds": 7200}
    assert plan["limits"]["memory"] == 4 << 30 and plan["limits"]["silence"] is None
    assert (plan["resources"], plan["parallel"]) == ({"cpus": 2, "gpus": 1}, 3)
    assert plan["on_event"] == {"failure": "./page-me.sh"}


def test_plan_shows_where_early_termination_compares(project):
    project.write("sweep.yaml", SPEC + "early_terminate: {type: hyperband, min_iter: 3}\n")
    plan = json.loads(project.winnow("plan", "sweep.yaml", "--json").stdout)
    assert plan["early_terminate"]["type"] == "hyperband"
    assert plan["early_terminate"]["brackets"][:2] == [3, 9]


@pytest.mark.parametrize("quantiles", ["", "2", "a", "0.1,,0.2", "0.1,", "nan"])
def test_quantiles_that_are_none_are_refused(project, quantiles):
    project.write("grid.yaml", GRID)
    done = project.winnow("plan", "grid.yaml", "--quantiles", quantiles)
    assert done.returncode == 2
    assert "--quantiles takes numbers from 0 to 1" in done.stderr


def test_all_mistakes_of_a_spec_are_told_with_their_places(project):
    project.write("bad.yaml", "method: rndom\nparameters:\n  lr: {min: 3, max: 1}\n")
    done = project.winnow("plan", "bad.yaml")
    assert done.returncode == 2
    assert "bad.yaml:1:" in done.stderr and "did you mean random" in done.stderr
    assert "bad.yaml:3:" in done.stderr and "parameters.lr" in done.stderr
    assert "Traceback" not in done.stderr


# ---- try -----------------------------------------------------------------------------------------


def test_try_shows_which_lines_became_metrics(project):
    done = project.winnow("try", "--maximize", "accuracy", "-p", "c=1..3", "--method", "random",
                          "--capture", "Accuracy (?<accuracy>[0-9.]+)", "--",
                          "sh", "-c", "echo hello {c}; echo Accuracy 0.5; echo loss=2")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("$ sh -c ")
    assert lines[1] in ("hello 1", "hello 2", "hello 3")
    assert lines[2] == "Accuracy 0.5"
    assert lines[3].strip() == "-> accuracy = 0.5"
    assert lines[5].strip() == "-> loss = 2"
    assert "objective  accuracy = 0.5" in done.stdout
    assert not (project.path / ".winnow").exists()


def test_try_says_what_to_add_where_the_objective_is_missing(project):
    done = project.winnow("try", "--maximize", "accuracy", "-p", "c=1|2", "--method", "grid", "--",
                          "sh", "-c", "echo acuracy=1")
    assert done.returncode == 1
    assert "accuracy was not found; did you mean acuracy" in done.stdout
    assert "capture:" in done.stdout


def test_try_reads_the_metrics_file_and_the_environment(project):
    done = project.winnow("try", "--minimize", "loss", "-p", "my-lr=0.25|0.25", "--method", "grid",
                          "--", "sh", "-c", "echo loss=$WINNOW_PARAM_MY_LR >> $WINNOW_METRICS")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "loss = 0.25" in done.stdout


def test_try_warns_of_output_that_is_held_back(project):
    code = ("import time\n"
            "text = ''\n"
            "for i in range(5): text += 'loss=%d\\n' % i; time.sleep(0.5)\n"
            "print(text, flush=True)\n")
    done = project.winnow("try", "--minimize", "loss", "-p", "c=1|2", "--method", "grid", "--",
                          sys.executable, "-c", code)
    assert done.returncode == 0, done.stdout
    assert "output: line" in done.stderr


def test_try_without_a_command_says_what_to_add(project):
    project.write("sweep.yaml", SPEC)
    done = project.winnow("try", "sweep.yaml")
    assert done.returncode == 2
    assert "program" in done.stderr


def test_try_leaves_nothing_behind(project):
    folder = project.path / "tmp"
    folder.mkdir()
    env = {**clean_environment(), "TMPDIR": str(folder)}
    done = project.winnow("try", "--minimize", "loss", "-p", "c=1|2", "--method", "grid", "--",
                          "sh", "-c", "echo loss=1", env=env)
    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []


def test_control_characters_reach_a_pipe_but_no_terminal(project):
    args = ["try", "--minimize", "loss", "-p", "c=1|2", "--method", "grid", "--",
            "printf", "\\033]0;title\\007\\nloss=1\\n"]
    assert "\033]0;title\007" in project.winnow(*args).stdout
    env = {**clean_environment(), "TERM": "dumb"}
    written = on_a_terminal(args, project.path, env)
    assert "\033" not in written and "\\x1b]0;title\\x07" in written


# ---- doctor --------------------------------------------------------------------------------------


def test_doctor_looks_at_everything_and_says_what_to_do(project):
    done = project.winnow("doctor", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["ready"] else 1)
    names = {check["name"] for check in report["checks"]}
    assert {"store", "disk space", "supervisor", "pidfd", "cores", "memory", "cgroup v2", "open files",
            "python3", "output: line", "GPUs", "terminal"} <= names
    for check in report["checks"]:
        assert check["status"] in ("ok", "warning", "bad")
        assert check["found"]
        assert check["advice"] or check["status"] == "ok"
    for name in names:
        assert name in project.winnow("doctor").stdout


def finding(done, name):
    check, = (check for check in json.loads(done.stdout)["checks"] if check["name"] == name)
    return check


def test_doctor_sees_a_store_that_is_none_of_ours(project):
    (project.path / ".winnow").mkdir()
    project.write(".winnow/winnow.db", "this is a diary" * 100)
    done = project.winnow("doctor", "--json")
    assert done.returncode == 1
    assert finding(done, "store")["status"] == "bad"
    assert "winnow.db" in finding(done, "store")["found"]


def test_doctor_sees_low_limits(project):
    lines = f"ulimit -n 100; ulimit -u 300; exec {PROGRAM} doctor --json"
    done = subprocess.run(["bash", "-c", lines], cwd=project.path, text=True, check=True,
                          env=clean_environment(), capture_output=True)
    assert "ulimit -n" in finding(done, "open files")["advice"]
    assert "ulimit -u" in finding(done, "processes")["advice"]


def test_doctor_misses_programs(project):
    done = project.winnow("doctor", "--json", env={**clean_environment(), "PATH": "/nowhere"})
    assert done.returncode == 0
    for name in ("python3", "git"):
        assert finding(done, name)["status"] == "warning" and finding(done, name)["advice"]


def test_doctor_sees_a_folder_that_cannot_be_written(project):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (project.path / "locked").mkdir(mode=0o500)
    done = project.winnow("doctor", "--store", "locked/.winnow", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["checks"][0]["status"] == "bad"


# ---- a sweep that ran ----------------------------------------------------------------------------


@pytest.fixture
def swept(project):
    """A project with a finished sweep called s: four trials, one of them failed."""
    project.winnow("run", "--maximize", "score", "-p", "x=1|2|3|4", "--method", "grid", "--name",
                   "s", "--parallel", "2", "--", "sh", "-c",
                   "echo working on {x}; [ {x} != 3 ] && echo score={x}")
    return project


def test_ls_lists_it(swept):
    sweep, = json.loads(swept.winnow("ls", "--json").stdout)["sweeps"]
    assert sweep["sweep"] == sweep["name"] == "s" and sweep["id"] == 1
    assert sweep["state"] == "finished"
    assert set(sweep["trials"]) == STATES
    assert sweep["trials"]["finished"] == 3 and sweep["trials"]["failed"] == 1
    assert sweep["best"]["objective"] == 4
    table = swept.winnow("ls").stdout.splitlines()
    assert table[0].split()[:3] == ["SWEEP", "ID", "STATE"]
    assert table[1].split()[0] == "s"


def test_show_tells_of_the_sweep_and_groups_its_failures(swept):
    sweep = json.loads(swept.winnow("show", "s", "--json").stdout)
    assert sweep["best"]["params"] == {"x": 4}
    failure, = sweep["failures"]
    assert failure["state"] == "failed" and failure["count"] == 1 and failure["trials"] == [2]
    assert sweep["objective"] == "score" and sweep["goal"] == "maximize"
    text = swept.winnow("show", "s").stdout
    assert "failures" in text and "score 4" in text


def test_show_tells_of_a_trial(swept):
    trial = json.loads(swept.winnow("show", "s", "1", "--json").stdout)
    assert trial["trial"] == 1 and trial["state"] == "finished"
    assert trial["params"] == {"x": 2} and trial["objective"] == 2
    assert trial["metrics"]["score"] == {"count": 1, "last": 2, "min": 2, "max": 2}
    assert trial["exit_code"] == 0
    assert "working on 2" in trial["log_tail"]
    assert "x = 2" in swept.winnow("show", "s", "1").stdout


def test_logs_prints_what_a_trial_printed(swept):
    assert swept.winnow("logs", "s", "0").stdout == "working on 1\nscore=1\n"
    assert swept.winnow("logs", "-f", "s", "0").stdout == "working on 1\nscore=1\n"


@pytest.mark.parametrize("args, message", [
    (["show", "t"], "t"),
    (["show", "s", "99"], "has no trial 99"),
    (["show", "s", "first"], "named by its number"),
    (["logs", "s", "99"], "no trial 99"),
    (["logs", "s", "0", "--attempt", "3"], "attempts 0 to 0"),
])
def test_what_is_not_there_is_told(swept, args, message):
    done = swept.winnow(*args)
    assert done.returncode == 2
    assert message in done.stderr


def test_plan_tells_trials_from_repeats(project):
    done = project.winnow("plan", "-p", "a=1..9", "--trials", "4", "--repeats", "3")
    assert "trials         12: 3 repeats of each configuration\n" in done.stdout


def test_stop_says_that_nothing_runs(swept):
    done = swept.winnow("stop", "s")
    assert done.returncode == 1
    assert "no runner works on it" in done.stderr


def test_rm_wants_a_yes_and_then_deletes_rows_and_files(swept):
    done = swept.winnow("rm", "s")
    assert done.returncode == 2 and "--yes" in done.stderr
    folder, = (swept.path / ".winnow" / "sweeps").iterdir()
    assert swept.winnow("rm", "s", "--yes").returncode == 0
    assert not folder.exists()
    assert json.loads(swept.winnow("ls", "--json").stdout) == {"sweeps": []}


def test_a_sweep_is_found_upward_and_by_environment(swept):
    below = swept.path / "a" / "b"
    below.mkdir(parents=True)
    done = subprocess.run([PROGRAM, "ls", "--json"], cwd=below, env=clean_environment(),
                          capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)["sweeps"]) == 1
    env = {**clean_environment(), "WINNOW_STORE": str(swept.path / ".winnow")}
    done = subprocess.run([PROGRAM, "ls", "--json"], cwd="/", env=env, capture_output=True,
                          text=True, check=True)
    assert len(json.loads(done.stdout)["sweeps"]) == 1


def lines_at(project, columns, *args):
    env = {**clean_environment(), "COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": "1"}
    return on_a_terminal([str(arg) for arg in args], project.path, env).splitlines()


def test_a_terminal_gets_long_lines_broken_between_words(project):
    said = "a long sentence that says in many words why this trial could not come to a good end"
    project.winnow("run", "--maximize", "y", "-p", "x=1..9", "--trials", "1", "--name", "s", "--", "sh", "-c",
                   f"echo {said}; exit 3")
    whole = f"    1  failed: exit code 3: {said}"
    for look in (["show", "s"], ["show", "s", "--failures"]):
        assert whole in project.winnow(*look).stdout
        lines = lines_at(project, 60, *look)
        at = lines.index("    1  failed: exit code 3: a long sentence that says in")
        assert lines[at + 1].startswith("       many words why this trial could not come to a good")
        assert whole in "\n".join(lines_at(project, 200, *look))
    lines = lines_at(project, 60, "doctor")
    at = next(i for i, line in enumerate(lines) if " usable, so many trials run" in line)
    assert lines[at].endswith(" at once") and lines[at + 1] == " " * 22 + "unless parallel says otherwise"


def test_options_of_every_command_are_explained_once(winnow):
    for command in ("board", "stop"):
        text = winnow(command, "--help").stdout
        assert "\nGlobal options:\n  --store DIR; --color WHEN; -h, --help; -V, --version" in text
        assert "NO_COLOR" not in text
    assert "nearest .winnow upward" in winnow("help").stdout


@pytest.fixture(name="mixed")
def mixed_sweep(project):
    """Trials fail where x is 1; k never varies."""
    project.winnow("run", "--maximize", "score", "-p", "x=1|2|3", "-p", "k==7", "-p", "y=1..9", "--seed",
                   "1", "--method", "random", "--trials", "6", "--parallel", "1", "--name", "m", "-q", "--",
                   "sh", "-c", "echo score={x} loss={x}; test {x} != 1")
    return project


@pytest.mark.parametrize("options", [("--top", "1"), ("--top", "2"), ("--where", "x = 1"),
                                     ("--sort", "y", "--top", "1")])
def test_the_columns_of_a_board_are_those_of_the_sweep(mixed, options):
    header = mixed.winnow("board", "m").stdout.splitlines()[0].split()
    assert header == ["rank", "trial", "state", "score", "x", "y", "loss", "duration", "exit"]
    assert mixed.winnow("board", "m", *options).stdout.splitlines()[0].split() == header


def test_a_board_in_markdown_is_for_reading(mixed):
    header, line, *rows = mixed.winnow("board", "m", "--md").stdout.splitlines()
    assert header == "| rank | trial | state | score | x | y | loss | ended | duration | exit |"
    assert line == "|" + " --- |" * 10 and len(rows) == 6
    assert re.search(r" \| 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ \| \d+\.\d\d s \| 0 \|$", rows[0])
    named = mixed.winnow("board", "m", "--md", "--columns", "k,trial,started", "--top", "1").stdout
    assert re.match(r"\| k \| trial \| started \|\n.*\n\| 7 \| \d \| 20\d\d-.*Z \|\n$", named)


def test_board_and_export_have_the_documented_columns(swept):
    board = json.loads(swept.winnow("board", "s", "--json").stdout)
    assert board["sweep"] == "s"
    assert board["columns"][:5] == ["rank", "trial", "state", "objective", "se"]
    assert {"param.x", "metric.score"} <= set(board["columns"])
    assert board["trials"][0]["trial"] == 3 and board["trials"][0]["params"] == {"x": 4}
    top = swept.winnow("board", "s", "--csv", "--top", "1").stdout.splitlines()
    assert len(top) == 2 and top[0].startswith("rank,trial,state,objective,se,param.x,metric.score")
    points = swept.winnow("export", "s", "--points", "--csv").stdout.splitlines()
    assert points == ["trial,step,metric,value", "0,1,score,1.0", "1,1,score,2.0",
                      "3,1,score,4.0"]
    assert swept.winnow("export", "s").returncode == 2
