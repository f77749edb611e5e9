# SPDX-License-Identifier: GPL-3.0-or-later
"""Races, winnow ab and winnow confirm: fresh repeats with common seeds until it is clear."""
import json
import signal

from sweeps import query, sweep_of, wait_until

# score = 10 x plus noise of deviation 1 that the seed and x decide.
NOISY = """#!/bin/sh
s=$(printf '%s-%s' "$2" "$1" | cksum | cut -d' ' -f1)
awk -v s="$s" -v x="$1" 'BEGIN { srand(s % 1000003); rand(); u = rand(); v = rand()
    print "score=" 10 * x + sqrt(-2 * log(u)) * cos(6.2831853 * v); print "latency=" 5 - x }'
"""
SWEEP = """
name: noisy
method: grid
metric: {name: score, goal: maximize}
parameters: {x: {values: [0.1, 0.5, 0.52, 0.9]}}
seed: 5
parallel: 4
command: [sh, noisy.sh, "{x}", "{seed}"]
"""
RACE = """
name: race
method: list
metric: {name: score, goal: maximize}
parameters: {x: {min: 0.0, max: 1.0}}
configurations: [{x: 0.2}, {x: 0.3}, {x: 0.35}]
repeats: 30
race: {}
seed: 11
parallel: 3
command: [sh, noisy.sh, "{x}", "{seed}"]
"""


def make_noisy(project, spec=SWEEP):
    project.write("noisy.sh", NOISY)
    project.write("sweep.yaml", spec)
    return project


def begin(project):
    make_noisy(project)
    assert project.winnow("run", "sweep.yaml", "-q").returncode == 0


def result(run):
    return json.loads(run.stdout)


# ---- listed configurations ----------------------------------------------------------------------


def test_listed_configurations_run_in_their_order_and_once(project):
    make_noisy(project, RACE.replace("race: {}\n", "").replace("repeats: 30\n", "")
               .replace("{x: 0.3}", "{x: 0.3}, {x: 0.2}"))
    assert project.winnow("run", "sweep.yaml", "-q").returncode == 0
    assert [json.loads(params)["x"] for params, in
            query(project, "SELECT params FROM trial ORDER BY id")] == [0.2, 0.3, 0.35]


def test_mistakes_in_lists_and_races_have_their_place(project):
    for change, said in (
            (("{x: 0.3}", "{x: 7}"), "sweep.yaml:6:28: configurations: "),
            (("configurations: [{x: 0.2}, {x: 0.3}, {x: 0.35}]\n", ""), "method list runs these"),
            (("method: list", "method: random"), "no effect without method: list"),
            (("race: {}", "race: {confidence: 2}"), "sweep.yaml:8:20: race.confidence: "),
            (("race: {}", "race: {min_effect: -1}"), "race.min_effect: must be 0 or more"),
            (("repeats: 30", "repeats: 2"), "needs repeats"),
            (("seed: 11", "until: {target: 3}"), "cannot stand beside until"),
            (("seed: 11", "early_terminate: {type: median}"), "cannot stand beside race"),
            (("[{x: 0.2}, {x: 0.3}, {x: 0.35}]", "[{x: 0.2}]"), "between 2 and 26")):
        make_noisy(project, RACE.replace(*change))
        refused = project.winnow("run", "sweep.yaml")
        assert refused.returncode == 2 and said in refused.stderr, (change, refused.stderr)


# ---- ab -----------------------------------------------------------------------------------------


def test_the_better_one_is_found_with_few_repeats(project):
    begin(project)
    run = project.winnow("ab", "noisy", 1, 3, "-q", "--json")
    found = result(run)
    assert run.returncode == 0
    assert (found["end"], found["winner"]) == ("won", "B")
    assert 5 <= found["rounds"] <= 20
    assert [arm["of_trial"] for arm in found["arms"]] == [1, 3]
    pair = found["pairs"][0]
    assert 0 < pair["low"] < pair["difference"] < pair["high"] and pair["p"] < 0.05
    assert found["verdict"].startswith("B is better than A by ")


def test_the_exit_code_says_whether_b_is_better(project):
    begin(project)
    run = project.winnow("ab", "noisy", 3, 1, "-q")
    assert run.returncode == 1
    assert run.stdout.startswith("A is better than B by ")
    assert "noisy:3" in run.stdout and "beaten by A after" in run.stdout


def test_both_run_the_same_fresh_seeds_side_by_side(project):
    begin(project)
    project.winnow("ab", "noisy", 1, 3, "-q")
    rows = query(project, "SELECT id >> 32, repeat, seed, (id & 0xffffffff) / 50 FROM trial "
                          "WHERE id >> 32 = 2")
    seeds = [{repeat: seed for _, repeat, seed, arm in rows if arm == side} for side in (0, 1)]
    shared = set(seeds[0]) & set(seeds[1])
    assert len(shared) >= 5 and all(seeds[0][repeat] == seeds[1][repeat] for repeat in shared)
    assert abs(len(seeds[0]) - len(seeds[1])) <= 4  # as many as run at once
    assert not set(seeds[0].values()) & {seed for seed, in query(
        project, "SELECT seed FROM trial WHERE id >> 32 = 1")}


def test_differences_that_do_not_matter_end_it_as_well(project):
    begin(project)
    found = result(project.winnow("ab", "noisy", 1, 2, "--min-effect", 3, "-q", "--json"))
    assert found["end"] == "tied" and found["winner"] is None
    assert found["verdict"].startswith("A and B differ by less than 3, after ")


def test_what_cannot_be_told_apart_ends_with_the_repeats(project):
    begin(project)
    run = project.winnow("ab", "noisy", 1, 2, "--max-repeats", 6, "-q", "--json")
    assert run.returncode == 1 and result(run)["end"] == "spent"
    assert sweep_of(project)["state"] == "finished"


def test_the_best_of_a_board_race_each_other(project):
    begin(project)
    run = project.winnow("ab", "noisy", "--top", 4, "-q", "--json")
    found = result(run)
    assert run.returncode == 0
    assert found["end"] == "won" and found["winner"] == "A"
    assert [arm["of_trial"] for arm in found["arms"]][0] == 3
    worst = next(arm for arm in found["arms"] if arm["of_trial"] == 0)
    assert worst["out"] and worst["rounds"] <= max(arm["rounds"] for arm in found["arms"])


def test_another_metric_may_decide(project):
    begin(project)
    unclear = project.winnow("ab", "noisy", 1, 3, "--metric", "latency")
    assert unclear.returncode == 2 and "--goal" in unclear.stderr
    found = result(project.winnow("ab", "noisy", 1, 3, "--metric", "latency", "--goal", "minimize",
                                  "-q", "--json"))
    assert found["metric"] == "latency"
    assert found["end"] == "seedless"  # it does not depend on the seed


def test_a_command_without_seeds_is_no_evidence(project):
    make_noisy(project, SWEEP.replace(', "{seed}"', ', "1"'))
    project.winnow("run", "sweep.yaml", "-q")
    run = project.winnow("ab", "noisy", 1, 3, "-q")
    assert run.returncode == 1 and "ignores its seed" in run.stdout
    assert "better" not in run.stdout


def test_what_a_decision_makes_needless_is_ended(project):
    make_noisy(project, SWEEP.replace('"{seed}"]', '"{seed}", "{trial}"]'))
    project.winnow("run", "sweep.yaml", "-q")
    # Five rounds decide, and twelve trials begin at once: two of them are of the sixth.
    project.write("noisy.sh", '[ $(($3 % 50)) -lt 5 ] || exec sleep 600\n'
                              + NOISY.replace("sqrt", "0.01 * sqrt"))
    run = project.winnow("ab", "noisy", 0, 3, "--parallel", 12, "-q", "--json")
    assert result(run)["end"] == "won"
    states = dict(query(project, "SELECT state, count(*) FROM trial WHERE id >> 32 = 2 GROUP BY 1"))
    assert states.get("killed", 0) > 0 and set(states) <= {"finished", "killed"}
    assert project.winnow("verify", "noisy-ab").returncode == 0


def test_mistakes_are_told(project):
    begin(project)
    for words, said in ((("noisy", 3), "Name two trials"),
                        (("noisy", 3, 3), "same configuration"),
                        (("noisy", 3, 99), "no trial 99"),
                        (("noisy", 1, 3, "--top", 2), "not both"),
                        (("noisy", 1, 3, "--confidence", 2), "race.confidence"),
                        (("noisy", 1, 3, "--min-effect", "x"), "must be a number"),
                        (("nosuch", 1, 3), "nosuch")):
        refused = project.winnow("ab", *words)
        assert refused.returncode == 2 and said in refused.stderr, words
    assert query(project, "SELECT count(*) FROM sweep") == [(1,)]


# ---- races that are disturbed -------------------------------------------------------------------


def outcome(project):
    return query(project, "SELECT id & 0xffffffff, seed, objective FROM trial "
                          "WHERE state = 'finished' ORDER BY id")


def test_a_race_that_was_killed_comes_to_the_same_verdict(project, tmp_path_factory):
    make_noisy(project, RACE.replace("parallel: 3", "parallel: 1"))
    runner = project.start("run", "sweep.yaml")
    wait_until(lambda: (project.path / ".winnow" / "winnow.db").exists()
               and len(outcome(project)) >= 7, what="some rounds")
    runner.kill()
    runner.wait(20)
    disturbed = project.winnow("resume", "race", "--json", "-q")
    calm = make_noisy(type(project)(tmp_path_factory.mktemp("calm")),
                      RACE.replace("parallel: 3", "parallel: 1"))
    undisturbed = calm.winnow("run", "sweep.yaml", "--json", "-q")
    assert result(disturbed) == result(undisturbed)
    assert outcome(project) == outcome(calm)


def test_a_race_that_is_over_stays_over(project):
    make_noisy(project, RACE)
    first = project.winnow("run", "sweep.yaml", "--json", "-q")
    again = project.winnow("resume", "race", "--json", "-q")
    assert result(first) == result(again) and first.returncode == again.returncode


def test_one_that_was_stopped_says_how_it_stands_and_goes_on(project):
    make_noisy(project, RACE.replace("sh, noisy.sh", "sh, slow.sh"))
    project.write("slow.sh", 'sh noisy.sh "$@"; until [ -e go ]; do sleep 0.02; done\n')
    runner = project.start("run", "sweep.yaml")
    wait_until(lambda: (project.path / ".winnow" / "winnow.db").exists()
               and query(project, "SELECT count(*) FROM trial WHERE state = 'running'") == [(3,)],
               what="the first trials")
    runner.send_signal(signal.SIGINT)
    wait_until(lambda: "waiting for" in runner.stderr_text(), what="draining")
    (project.path / "go").touch()
    assert runner.wait(20) == 1
    assert "apart yet, after 1 round" in runner.stdout_text()
    assert result(project.winnow("resume", "race", "--json", "-q"))["end"] in ("won", "spent")


def test_nothing_is_put_into_a_race(project):
    make_noisy(project, RACE)
    project.winnow("run", "sweep.yaml", "-q")
    refused = project.winnow("enqueue", "race", "x=0.9")
    assert refused.returncode == 1 and "winnow ab begins another" in refused.stderr


def test_an_arm_that_fails_is_out(project):
    make_noisy(project, RACE)
    project.write("noisy.sh", '[ "$1" = 0.3 ] && exit 3\n' + NOISY)
    found = result(project.winnow("run", "sweep.yaml", "--json", "-q"))
    assert found["arms"][1]["failed"] and found["arms"][1]["results"] == 0
    assert found["arms"][1]["rounds"] == 3


# ---- confirm ------------------------------------------------------------------------------------


def test_the_best_are_confirmed_with_fresh_seeds(project):
    begin(project)
    run = project.winnow("confirm", "noisy", "--top", 3, "--repeats", 4, "-q", "--json")
    found = result(run)
    assert run.returncode == 0 and found["first_stays"]
    assert [row["of_trial"] for row in found["configurations"]][0] == 3
    assert all(row["results"] == 4 for row in found["configurations"])
    rows = json.loads(project.winnow("board", "noisy", "--json").stdout)["trials"]
    assert rows[0]["confirmed"] == found["configurations"][0]["mean"]
    assert rows[3]["confirmed"] is None
    assert "where the board says" in project.winnow("resume", "noisy-confirm", "-q").stdout


def test_without_results_there_is_nothing_to_confirm(project):
    make_noisy(project)
    project.write("noisy.sh", "exit 1\n")
    project.winnow("run", "sweep.yaml", "-q")
    refused = project.winnow("confirm", "noisy")
    assert refused.returncode == 2 and "no trial with a result" in refused.stderr


# ---- compared afterwards ------------------------------------------------------------------------


def test_a_race_is_compared_by_its_own_test(project):
    begin(project)
    found = result(project.winnow("ab", "noisy", 1, 3, "-q", "--json"))
    arms = [arm["trial"] for arm in found["arms"]]
    compared = project.winnow("compare", "noisy-ab", *arms, "--json")
    assert compared.returncode == 0
    assert "always-valid" in project.winnow("compare", "noisy-ab", *arms).stdout
