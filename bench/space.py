# SPDX-License-Identifier: GPL-3.0-or-later
"""The search spaces of the benchmark: `parameters` of a sweep file, read as the benchmark itself needs them.

Written apart from winnow, so that its answers are checked by something else.
"""
import math
from dataclasses import dataclass, field
from statistics import NormalDist

STANDARD_NORMAL = NormalDist()


def real(low, high, **more):
    return {"distribution": "uniform", "min": low, "max": high, **more}


def log_real(low, high, **more):
    return {"distribution": "log_uniform_values", "min": low, "max": high, **more}


def whole(low, high, **more):
    return {"distribution": "int_uniform", "min": low, "max": high, **more}


def log_whole(low, high, **more):
    return {"distribution": "int_log_uniform_values", "min": low, "max": high, **more}


def steps(low, high, step, **more):
    """Multiples of `step`; low and high are two of them."""
    return {"distribution": "q_uniform", "min": low, "max": high, "q": step, **more}


def normal(mu, sigma, **more):
    return {"distribution": "normal", "mu": mu, "sigma": sigma, **more}


def choice(*values, **more):
    return {"values": list(values), **more}


@dataclass
class Parameter:
    name: str
    spec: dict
    when: dict = field(default_factory=dict)

    def __post_init__(self):
        self.when = {name: values if isinstance(values, list) else [values]
                     for name, values in self.spec.get("when", {}).items()}
        self.kind = self.spec.get("distribution", "choice")

    def is_active(self, config):
        return all(name in config and config[name] in values for name, values in self.when.items())

    def count(self):
        """How many values there are; None where there is no end of them."""
        if self.kind == "choice":
            return len(self.spec["values"])
        if self.kind in ("int_uniform", "int_log_uniform_values"):
            return self.spec["max"] - self.spec["min"] + 1
        if self.kind == "q_uniform":
            return round((self.spec["max"] - self.spec["min"]) / self.spec["q"]) + 1
        return None

    def value_at(self, u):
        """The value at quantile u, for u in [0, 1)."""
        if self.kind == "choice":
            return self.spec["values"][int(u * self.count())]
        if self.kind == "normal":
            return self.spec["mu"] + self.spec["sigma"] * STANDARD_NORMAL.inv_cdf(min(max(u, 1e-12), 1 - 1e-12))
        low, high = self.spec["min"], self.spec["max"]
        if self.kind == "uniform":
            return low + u * (high - low)
        if self.kind == "log_uniform_values":
            return min(max(low * (high / low) ** u, low), high)
        if self.kind == "int_uniform":
            return low + int(u * self.count())
        if self.kind == "q_uniform":
            return low + int(u * self.count()) * self.spec["q"]
        below, above = low - 0.5, high + 0.5
        return min(max(math.floor(below * (above / below) ** u + 0.5), low), high)

    def objection(self, value):
        """What is wrong with a suggested value, or None."""
        if self.kind == "choice":
            known = any(value == one and type(value) is type(one) for one in self.spec["values"])
            return None if known else f"{self.name}: {value!r} is no choice"
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return f"{self.name}: {value!r} is no number"
        if self.kind.startswith("int") and value != int(value):
            return f"{self.name}: {value!r} is not whole"
        if self.kind == "q_uniform" and abs(value / self.spec["q"] - round(value / self.spec["q"])) > 1e-9:
            return f"{self.name}: {value!r} is no multiple of {self.spec['q']}"
        if self.kind == "normal":
            return None
        low, high = self.spec["min"], self.spec["max"]
        slack = 1e-9 * max(abs(low), abs(high))
        return None if low - slack <= value <= high + slack else f"{self.name}: {value!r} is out of range"


class Space:
    """The parameters, each after those that its `when` names."""

    def __init__(self, parameters):
        waiting = {name: Parameter(name, spec) for name, spec in parameters.items()}
        self.parameters = []
        while waiting:
            placed = {parameter.name for parameter in self.parameters}
            ready = [name for name, parameter in waiting.items() if placed.issuperset(parameter.when)]
            if not ready:
                raise ValueError("when: a cycle, or no such parameter: " + ", ".join(waiting))
            self.parameters += [waiting.pop(name) for name in ready]

    def __len__(self):
        return len(self.parameters)

    def build(self, value_of):
        """The configuration in which each active parameter has the value that value_of(parameter) says."""
        config = {}
        for parameter in self.parameters:
            if parameter.is_active(config):
                config[parameter.name] = value_of(parameter)
        return config

    def at(self, quantiles):
        """The configuration at one quantile a parameter; those of inactive parameters go unused."""
        quantile = dict(zip((parameter.name for parameter in self.parameters), quantiles))
        return self.build(lambda parameter: parameter.value_at(quantile[parameter.name]))

    def objection(self, config):
        """What is wrong with a suggestion, or None."""
        for parameter in self.parameters:
            active, there = parameter.is_active(config), parameter.name in config
            if active != there:
                return f"{parameter.name} is {'there but off' if there else 'missing'}"
            wrong = parameter.objection(config[parameter.name]) if there else None
            if wrong:
                return wrong
        unknown = set(config) - {parameter.name for parameter in self.parameters}
        return f"there is no parameter {min(unknown)}" if unknown else None
