"""Runs a program once and says what it took."""

import os
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Run:
    seconds: float
    cpu: float
    peak_megabytes: float


def run(*words, stdout=subprocess.DEVNULL) -> Run:
    """Runs to the end; a failure stops the benchmark with the program's own words."""
    begin = time.monotonic()
    program = subprocess.Popen([str(word) for word in words], stdout=stdout, stderr=subprocess.PIPE, text=True)
    said = program.stderr.read()
    _, status, usage = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, words))} ended with {program.returncode}:\n{said}")
    return Run(time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def verdict(name: str, measured: str, value: float, bar: float, at_least: bool = True):
    """One line: what was measured, the bar, and whether it was reached."""
    reached = value >= bar if at_least else value <= bar
    sign = "≥" if at_least else "≤"
    print(f"{name}: {measured}  bar {sign} {bar:g}  {'reached' if reached else 'NOT REACHED'}", flush=True)
    return reached
