# SPDX-License-Identifier: GPL-3.0-or-later
"""Optuna behind the protocol of `winnow ask-tell`, so that both are asked, told and measured alike.

usage: optuna_ask_tell.py SAMPLER ask-tell SPEC --seed S
"""
import json
import pathlib
import sys
import warnings

import optuna

from space import Space

SAMPLERS = {"tpe": "TPESampler", "cmaes": "CmaEsSampler", "gp": "GPSampler", "random": "RandomSampler"}


def suggest(trial, parameter):
    """As a user of Optuna would write it; it has no normal distribution, so the quantile is suggested."""
    name, spec = parameter.name, parameter.spec
    if parameter.kind == "choice":
        return trial.suggest_categorical(name, spec["values"])
    if parameter.kind == "normal":
        return parameter.value_at(trial.suggest_float(name, 0, 1))
    if parameter.kind == "q_uniform":
        return trial.suggest_float(name, spec["min"], spec["max"], step=spec["q"])
    log = "log" in parameter.kind
    if parameter.kind.startswith("int"):
        return trial.suggest_int(name, spec["min"], spec["max"], log=log)
    return trial.suggest_float(name, spec["min"], spec["max"], log=log)


def answer(study, spec, space, open_trials, message):
    if message["op"] == "ask":
        trial = study.ask()
        open_trials[trial.number] = trial
        config = space.build(lambda parameter: suggest(trial, parameter))
        return {"trials": [{"id": trial.number, "params": config}]}
    trial = open_trials.pop(message["id"])
    if message.get("status") == "failed":
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
    else:
        study.tell(trial, message["metrics"][spec["metric"]["name"]])
    return {"ok": True}


def main():
    _, kind, _, path, _, seed = sys.argv
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    spec = json.loads(pathlib.Path(path).read_text())
    space, open_trials = Space(spec["parameters"]), {}
    sampler = getattr(optuna.samplers, SAMPLERS[kind])(seed=int(seed))
    study = optuna.create_study(direction=spec["metric"]["goal"], sampler=sampler)
    for line in sys.stdin:
        print(json.dumps(answer(study, spec, space, open_trials, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
