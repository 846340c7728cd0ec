"""Daemons that have caught up and wait for mail: how much memory and time they take of the machine."""

import os
import pathlib
import subprocess
import time
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Memory:
    """Of one process, in megabytes: resident; its share where pages are shared with others; what is its own alone."""

    resident: float
    proportional: float
    private: float


class Daemon:
    """`mailscope run`, waited for until it is ready; `close` ends it."""

    def __init__(self, program: pathlib.Path, configuration: pathlib.Path):
        self.errors = configuration.with_suffix(".log")
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen([program, "run", "--config", configuration], stdout=subprocess.DEVNULL, stderr=errors)

    def wait_until_ready(self, seconds: float = 120):
        end = time.monotonic() + seconds
        while "notice ready" not in self.errors.read_text():
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"a daemon is not ready:\n{self.errors.read_text()}")
            time.sleep(0.05)

    def memory(self) -> Memory:
        sizes = {}
        for line in pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, kilobytes = line.split()[:2]
            sizes[name.rstrip(":")] = int(kilobytes) / 1024
        return Memory(sizes["Rss"], sizes["Pss"], sizes["Private_Clean"] + sizes["Private_Dirty"])

    def processor_seconds(self) -> float:
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=30)
