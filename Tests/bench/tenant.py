"""A simulated tenant in a folder of its own, and mailscope set up to read it."""

import json
import pathlib
import subprocess

RELEASE = pathlib.Path(__file__).parents[2] / ".build/release"
MAILSCOPE = RELEASE / "mailscope"


class Tenant:
    """Starts `mailscope-simulator`; `close` ends it."""

    def __init__(self, folder: pathlib.Path, messages: int, *words: str):
        self.folder = folder
        folder.mkdir(parents=True)
        self.key, self.certificate = folder / "key.pem", folder / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bench",
             "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True,
        )
        self.key.chmod(0o600)
        self.ca = folder / "ca.pem"
        self.program = subprocess.Popen(
            [RELEASE / "mailscope-simulator", "serve", "--json", "--until-eof", "--seed", "1", "--mailboxes", "1",
             "--messages", str(messages), "--register-certificate", self.certificate, "--ca-out", self.ca, *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        ready = json.loads(self.program.stdout.readline())
        self.url, self.tenant, self.client = ready["url"], ready["tenant"], ready["client"]
        self.mailboxes = ready["mailboxes"]
        self.mailbox = self.mailboxes[0]

    def close(self):
        self.program.stdin.close()
        self.program.wait(timeout=30)

    def administer(self, path: str, body: dict):
        """One request to the tenant's administration, by the curl program."""
        subprocess.run(
            ["curl", "-sSf", "--cacert", self.ca, "-H", "content-type: application/json", "-d", json.dumps(body),
             "-o", "/dev/null", f"{self.url}/simulator/{path}"], check=True,
        )

    def exchange(self, cmdlet: str, **parameters):
        """Runs one cmdlet of the tenant's Exchange."""
        self.administer("exchange", {"cmdlet": cmdlet, "parameters": parameters})

    def configuration(self, name: str, content: str, sink: str, ca=None, graph=None, mailbox=None, more: str = "") -> pathlib.Path:
        """Writes a configuration that collects everything of a mailbox, the first unless named, into `sink`."""
        path = self.folder / f"{name}.yaml"
        path.write_text(
            f"""tenant: {self.tenant}
client-id: {self.client}
mailbox: {mailbox or self.mailbox}
cloud: custom
authority: {self.url}
graph: {graph or self.url}
ca-file: {ca or self.ca}
certificate:
  key: {self.key}
  file: {self.certificate}
state: {self.folder / name}-state
content: {content}
start: all
{more}sinks:
{sink}
"""
        )
        return path
