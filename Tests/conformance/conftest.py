"""A simulated tenant for the clients: started once, with a certificate of its own, ended by closing its standard input."""

import json
import pathlib
import ssl
import subprocess
import urllib.request
from dataclasses import dataclass

import pytest

PROGRAM = pathlib.Path(__file__).parents[2] / ".build/debug/mailscope-simulator"
MESSAGES = 230


@dataclass
class Tenant:
    """What a client is told about the tenant, and the way to its administration."""

    url: str
    tenant: str
    client: str
    mailboxes: list[str]
    folder: pathlib.Path

    @property
    def authority(self) -> str:
        return f"{self.url}/{self.tenant}"

    @property
    def ca(self) -> str:
        return str(self.folder / "ca.pem")

    @property
    def combined(self) -> str:
        return str(self.folder / "combined.pem")

    @property
    def pfx(self) -> str:
        return str(self.folder / "certificate.pfx")

    def configure(self, folder: pathlib.Path, start: str, more: str = ""):
        """Writes `mailscope.yaml` into `folder`: the first mailbox, into a Maildir beside it."""
        (folder / "mailscope.yaml").write_text(
            f"""tenant: {self.tenant}
client-id: {self.client}
mailbox: {self.mailboxes[0]}
cloud: custom
authority: {self.url}
graph: {self.url}
ca-file: {self.ca}
certificate: {{key: {self.folder}/key.pem, file: {self.folder}/certificate.pem}}
state: {folder}/state
content: mime
start: {start}
sinks: {{maildir: {{path: {folder}/mail}}}}
{more}"""
        )
        (self.folder / "key.pem").chmod(0o600)

    def administer(self, path: str, body: dict | None = None):
        """One request to the tenant's administration."""
        request = urllib.request.Request(
            f"{self.url}/simulator/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        context = ssl.create_default_context(cafile=self.ca)
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def tenant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tenant")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    openssl = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True)  # noqa: E731
    openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=conformance",
        "-keyout", str(key), "-out", str(certificate),
    )
    openssl(
        "pkcs12", "-export", "-inkey", str(key), "-in", str(certificate),
        "-passout", "pass:test-only", "-out", str(folder / "certificate.pfx"),
    )
    (folder / "combined.pem").write_text(key.read_text() + certificate.read_text())
    program = subprocess.Popen(
        [
            PROGRAM, "serve", "--json", "--until-eof", "--seed", "7", "--mailboxes", "3", "--messages", str(MESSAGES),
            "--register-certificate", certificate, "--ca-out", folder / "ca.pem",
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    ready = json.loads(program.stdout.readline())
    yield Tenant(ready["url"], ready["tenant"], ready["client"], ready["mailboxes"], folder)
    program.stdin.close()
    program.wait(timeout=20)
