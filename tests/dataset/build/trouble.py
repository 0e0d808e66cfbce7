"""A plugin's source: extractors that go wrong as the file's name says, for worker processes to meet."""

from __future__ import annotations

TROUBLE = """
import ctypes, os, time
import numpy as np
from muzecli.listening.heard import Finding

class Level:
    name, version = "level", "1"
    needs, uses, gives = ("audio",), (), ("energy",)
    cost_per_second = 0.001

    def depends_on(self, options):
        return {}

    def extract(self, heard):
        time.sleep(float(os.environ.get("TOY_SECONDS", "0")))
        level = min(1.0, float(np.abs(heard.audio).mean()))
        return {"energy": Finding(round(level, 6), "mean")}

class Trouble:
    name, version = "trouble", "1"
    needs, uses, gives = ("audio", "file"), ("energy",), ("fact.threads",)
    cost_per_second = 0.002

    def depends_on(self, options):
        return {}

    def extract(self, heard):
        kind = heard.path.stem
        if kind == "crash":
            ctypes.string_at(0)
        if kind == "hang":
            time.sleep(600)
        if kind == "greedy":
            np.ones(2**28)
        if kind == "odd":
            raise ValueError("an odd recording")
        print("this must not reach the result")
        return {"fact.threads": Finding(os.environ["OMP_NUM_THREADS"], "environment")}
"""
ENTRIES = {"level": "toy.cli:Level", "trouble": "toy.cli:Trouble"}
