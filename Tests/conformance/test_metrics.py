"""The daemon's metrics, scraped and read by Prometheus' own client library."""

import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / ".build/debug/mailscope"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def families(text: str) -> dict:
    found = list(text_string_to_metric_families(text))
    assert len({family.name for family in found}) == len(found), "a family comes once"
    return {family.name: family for family in found}


def test_are_read_by_prometheus_own_library(tenant, tmp_path):
    port = free_port()
    tenant.configure(tmp_path, start="all", more=f"metrics: {{listen: 127.0.0.1:{port}, textfile: {tmp_path}/m.prom}}\n")
    daemon = subprocess.Popen([PROGRAM, "run", "--config", tmp_path / "mailscope.yaml"], stderr=subprocess.PIPE)
    try:
        held = 0
        for _ in range(600):
            time.sleep(0.2)
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
                    text = answer.read().decode()
            except OSError:
                continue
            read = families(text)
            if "mailscope_messages" not in read:
                continue
            states = {sample.labels["state"]: sample.value for sample in read["mailscope_messages"].samples}
            held = states["delivered"]
            if held:
                break
        assert held > 0
        for family in read.values():
            assert family.type in ("counter", "gauge"), family.name
            assert family.documentation
            for sample in family.samples:
                assert sample.labels["mailbox"] == tenant.mailboxes[0]
        assert read["mailscope_delivered_messages"].samples[0].value == held
        assert (tmp_path / "m.prom").exists()
        families((tmp_path / "m.prom").read_text())
    finally:
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=60) == 0
