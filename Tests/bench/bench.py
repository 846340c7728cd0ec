"""The benchmarks: each compares two things measured in this run and says whether the bar was reached."""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from daemons import Daemon
from measure import median, run, verdict
from pages import MESSAGES, PAGES, Nginx
from tenant import MAILSCOPE, Tenant


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_up(folder):
    ours, theirs = [], []
    for _ in range(41):
        ours.append(run(MAILSCOPE, "--version").seconds)
        theirs.append(run("curl", "--version").seconds)
    ratio = median(theirs) / median(ours)
    verdict("start", f"mailscope --version {median(ours) * 1000:.1f} ms, curl --version {median(theirs) * 1000:.1f} ms, "
            f"ratio {ratio:.2f}", ratio, 1)


def json_pages(folder):
    """The same pages over loopback TLS: mailscope into durable JSON lines, curl into files that nobody syncs."""
    tenant = Tenant(folder / "json", 1)
    nginx = Nginx(folder / "nginx", tenant.mailbox, free_port())
    try:
        total = sum(nginx.sizes)
        both = folder / "both.pem"
        both.write_text(tenant.ca.read_text() + (nginx.folder / "tls.pem").read_text())
        ours, theirs, cpu, curl_cpu, peaks = [], [], [], [], []
        for i in range(5):
            out = folder / f"messages-{i}.jsonl"
            configuration = tenant.configuration(
                f"json-{i}", "json", f"  json-lines:\n    path: {out}", ca=both, graph=f"https://localhost:{nginx.port}")
            mine = run(MAILSCOPE, "fetch", "--config", configuration)
            lines = sum(1 for _ in out.open("rb"))
            if lines != PAGES * MESSAGES:
                raise SystemExit(f"{lines} lines instead of {PAGES * MESSAGES}")
            fetched = folder / f"curl-{i}"
            fetched.mkdir()
            other = run("curl", "-sSf", "--cacert", both, "-o", f"{fetched}/#1.json",
                        f"https://localhost:{nginx.port}/pages/page-[0-{PAGES - 1}].json")
            ours.append(total / mine.seconds / 1e6)
            theirs.append(total / other.seconds / 1e6)
            cpu.append(mine.cpu / (PAGES * MESSAGES) * 1000)
            curl_cpu.append(other.cpu / (PAGES * MESSAGES) * 1000)
            peaks.append(mine.peak_megabytes)
        ratio = median([a / b for a, b in zip(ours, theirs)])
        verdict("json", f"{total / 1e6:.0f} MB in {PAGES} pages: mailscope {median(ours):.0f} MB/s, curl {median(theirs):.0f} MB/s, "
                f"ratio {ratio:.2f}; CPU {median(cpu) * 1000:.1f} ms per 1,000 messages "
                f"(curl {median(curl_cpu) * 1000:.1f} ms), peak {median(peaks):.1f} MB", ratio, 0.8)
    finally:
        nginx.close()
        tenant.close()


def mime_latency(folder):
    """MIME at 50 ms a request: four in flight can do 80 messages a second, no client more."""
    messages, latency = 2000, 0.05
    tenant = Tenant(folder / "mime", messages)
    try:
        tenant.administer("faults", {"fault": "latency", "milliseconds": int(latency * 1000), "path": "/v1.0/*"})
        configuration = tenant.configuration("mime", "mime", f"  maildir:\n    path: {folder / 'mime' / 'Maildir'}")
        mine = run(MAILSCOPE, "fetch", "--config", configuration)
        count = sum(1 for _ in (folder / "mime" / "Maildir" / "new").iterdir())
        if count != messages:
            raise SystemExit(f"{count} files instead of {messages}")
        rate, limit = messages / mine.seconds, 4 / latency
        verdict("mime", f"{messages} messages in {mine.seconds:.1f} s, {rate:.1f}/s of {limit:.0f}/s possible, "
                f"start and listing included", rate / limit, 0.97)
    finally:
        tenant.close()


def memory(folder):
    peaks = {}
    for count in (1_000, 100_000):
        tenant = Tenant(folder / f"memory-{count}", count)
        try:
            out = tenant.folder / "messages.jsonl"
            configuration = tenant.configuration(
                "memory", "json", f"  json-lines:\n    path: {out}")
            peaks[count] = run(MAILSCOPE, "fetch", "--config", configuration).peak_megabytes
            lines = sum(1 for _ in out.open("rb"))
            if lines != count:
                raise SystemExit(f"{lines} lines instead of {count}")
            out.unlink()
        finally:
            tenant.close()
    small, large = peaks[1_000], peaks[100_000]
    verdict("memory", f"peak {small:.1f} MB for 1,000 messages, {large:.1f} MB for 100,000", large, 20, at_least=False)


def confined(folder, mailboxes):
    """A tenant whose app is confined to one mailbox by an access policy."""
    tenant = Tenant(folder, 0, "--mailboxes", str(mailboxes))
    tenant.exchange("New-DistributionGroup", Name="Scope", Type="Security", PrimarySmtpAddress="scope@contoso.test")
    tenant.exchange("Add-DistributionGroupMember", Identity="Scope", Member=tenant.mailbox)
    tenant.exchange("New-ApplicationAccessPolicy", AppId=tenant.client, AccessRight="RestrictAccess",
                    PolicyScopeGroupId="Scope")
    return tenant


PROBES_EACH = 8


def prove(tenant, configuration, mailboxes, lanes):
    """Runs verify-scope over so many closed mailboxes; all must be denied."""
    closed, report = tenant.folder / f"closed-{mailboxes}.txt", tenant.folder / f"report-{mailboxes}.json"
    closed.write_text("".join(f"user-{i}@contoso.test\n" for i in range(11, 11 + mailboxes)))
    with report.open("w") as out:
        mine = run(MAILSCOPE, "verify-scope", "--config", configuration, "--closed-from", closed, "--lanes", lanes, "--json",
                   stdout=out)
    counts = json.loads(report.read_text())["probeCounts"]
    if counts["denied"] != mailboxes * PROBES_EACH:
        raise SystemExit(f"{counts['denied']} probes denied instead of {mailboxes * PROBES_EACH}: {counts}")
    return mine, counts["denied"]


def curls(tenant, lanes, requests):
    """What as many curls reach, each with one request after the other on one connection, of a tenant that answers as late."""
    config = tenant.folder / "curls.cfg"
    config.write_text(
        f'url = "{tenant.url}/{tenant.tenant}/v2.0/.well-known/openid-configuration"\noutput = "/dev/null"\n' * requests)
    begin = time.monotonic()
    programs = [subprocess.Popen(["curl", "-sSf", "--http1.1", "--cacert", tenant.ca, "-K", config]) for _ in range(lanes)]
    if any([program.wait() for program in programs]):
        raise SystemExit("curl failed")
    return lanes * requests / (time.monotonic() - begin)


def verify_scope(folder):
    """20 ms a request: `lanes` in flight can do lanes/0.02 a second; as many curls tell what of that this machine allows."""
    lanes, latency = 8, 0.02
    tenant = confined(folder / "verify", 2600)
    try:
        for path in "/v1.0/*", "/*/.well-known/*":
            tenant.administer("faults", {"fault": "latency", "milliseconds": int(latency * 1000), "path": path})
        configuration = tenant.configuration("verify", "json", f"  json-lines:\n    path: {tenant.folder / 'out'}")
        small = prove(tenant, configuration, 500, lanes)[0].peak_megabytes
        ours, theirs, peak = [], [], 0
        for _ in range(3):
            theirs.append(curls(tenant, lanes, 1000))
            mine, probes = prove(tenant, configuration, 2_500, lanes)
            ours.append(probes / mine.seconds)
            peak = max(peak, mine.peak_megabytes)
        share, possible = median(ours) * latency / lanes, lanes / latency
        verdict("verify-scope", f"{probes} probes of 2,500 mailboxes, three times: {median(ours):.0f}/s of the {possible:.0f}/s that "
                f"lanes and latency allow, {share:.2f} ({lanes} curls at the same time {median(theirs):.0f}/s, "
                f"{median(theirs) / possible:.2f})", share, 0.95)
        verdict("verify-scope memory", f"peak {small:.1f} MB for 500 mailboxes, {peak:.1f} MB for 2,500",
                peak - small, 4, at_least=False)
    finally:
        tenant.close()


def verify_all(folder):
    """All of 100,000 mailboxes without latency: what memory and processor time it takes."""
    tenant = confined(folder / "verify-all", 100_100)
    try:
        configuration = tenant.configuration("verify", "json", f"  json-lines:\n    path: {tenant.folder / 'out'}")
        small = prove(tenant, configuration, 1_000, 64)[0].peak_megabytes
        mine, probes = prove(tenant, configuration, 100_000, 64)
        verdict("verify-all", f"{probes} probes of 100,000 mailboxes in {mine.seconds:.0f} s, {probes / mine.seconds:.0f}/s, "
                f"{mine.cpu / probes * 1000:.2f} ms CPU each; peak {mine.peak_megabytes:.1f} MB, {small:.1f} MB for 1,000",
                mine.peak_megabytes - small, 16, at_least=False)
    finally:
        tenant.close()


def idle(folder):
    """One daemon that waits for mail, then `COUNT` of them at once, each with a mailbox of its own."""
    count, watched = 50, 20
    tenant = Tenant(folder / "idle", 20, "--mailboxes", str(count))
    daemons = []
    try:
        for i, mailbox in enumerate(tenant.mailboxes[:count]):
            maildir = tenant.folder / f"Maildir-{i}"
            daemons.append(Daemon(MAILSCOPE, tenant.configuration(
                f"idle-{i}", "mime", f"  maildir:\n    path: {maildir}", mailbox=mailbox, more="poll: 10s\n")))
            daemons[-1].wait_until_ready()
            if i == 0:
                time.sleep(2)
                alone = daemons[0].memory()
                verdict("idle", f"one daemon: {alone.resident:.1f} MB resident, {alone.proportional:.1f} MB its proportional share, "
                        f"{alone.private:.1f} MB its own", alone.resident, 20, at_least=False)
        before, begin = sum(d.processor_seconds() for d in daemons), time.monotonic()
        time.sleep(watched)
        load = (sum(d.processor_seconds() for d in daemons) - before) / (time.monotonic() - begin)
        memories = [d.memory() for d in daemons]
        print(f"idle: {count} daemons, each looking every 10 s: {sum(m.proportional for m in memories):.0f} MB together, "
              f"{sum(m.proportional for m in memories) / count:.1f} MB each ({sum(m.private for m in memories) / count:.1f} MB its own, "
              f"{sum(m.resident for m in memories) / count:.1f} MB resident), {load * 100:.1f} % of one processor together", flush=True)
    finally:
        for daemon in daemons:
            daemon.close()
        tenant.close()


BENCHES = {"start": start_up, "json": json_pages, "mime": mime_latency, "memory": memory, "verify-scope": verify_scope, "idle": idle}
# Minutes long: only when named.
ON_REQUEST = {"verify-all": verify_all}


def main():
    names = sys.argv[1:] or list(BENCHES)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mailscope-bench-"))
    try:
        for name in names:
            (BENCHES | ON_REQUEST)[name](folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
