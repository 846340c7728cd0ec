"""A report of verify-scope, its schema and its signature, by libraries that we did not write."""

import base64
import json
import pathlib
import subprocess

import jsonschema
import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build/debug/mailscope"
SCHEMA = json.loads((ROOT / "docs/schema/verification-report.schema.json").read_text())


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def mailscope(*words) -> subprocess.CompletedProcess:
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=300)


def certificate(tenant) -> x509.Certificate:
    return x509.load_pem_x509_certificate((tenant.folder / "certificate.pem").read_bytes())


def test_takes_a_signature_of_another_implementation(tenant, tmp_path):
    report = tmp_path / "report.json"
    report.write_bytes((ROOT / "docs/schema/verification-report.example.json").read_bytes())
    key = serialization.load_pem_private_key((tenant.folder / "key.pem").read_bytes(), None)
    thumbprint = base64url(certificate(tenant).fingerprint(hashes.SHA256()))
    header = base64url(
        f'{{"alg":"PS256","cty":"json","typ":"mailscope-report+jws","x5t#S256":"{thumbprint}"}}'.encode()
    )
    text = f"{header}.{base64url(report.read_bytes())}".encode()
    signature = key.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    (tmp_path / "report.json.jws").write_text(f"{header}..{base64url(signature)}\n")
    words = ["report", "verify", report, "--certificate", tenant.folder / "certificate.pem"]
    assert mailscope(*words).returncode == 0
    # A salt of another length is another algorithm (RFC 7518, section 3.5).
    signature = key.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), 20), hashes.SHA256())
    (tmp_path / "report.json.jws").write_text(f"{header}..{base64url(signature)}\n")
    assert mailscope(*words).returncode == 3


@pytest.mark.skipif(
    PROGRAM.exists() and mailscope("verify-scope", "--help").returncode != 0, reason="no verify-scope in this build"
)
def test_writes_a_report_that_fits_schema_and_signature(tenant, tmp_path):
    tenant.configure(tmp_path, start="now")
    report = tmp_path / "report.json"
    for more in ([], ["--redact"]):
        run = mailscope(
            "verify-scope", "--config", tmp_path / "mailscope.yaml", "--closed", tenant.mailboxes[1],
            "--closed", "nobody@contoso.test", "--report", report, "--html", tmp_path / "report.html", *more,
        )
        # The app of this tenant is not confined.
        assert run.returncode == 3, run.stderr
        found = json.loads(report.read_text())
        jsonschema.validate(
            found, SCHEMA, jsonschema.Draft202012Validator, format_checker=jsonschema.FormatChecker())
        assert found["verdict"] == "breach"
        assert (tenant.mailboxes[1] in run.stdout + report.read_text()) == (not more)
        assert "<script" not in (tmp_path / "report.html").read_text()
        header, _, signature = (tmp_path / "report.json.jws").read_text().strip().split(".")
        whole = f"{header}.{base64url(report.read_bytes())}.{signature}"
        key = certificate(tenant).public_key()
        assert jwt.PyJWS().decode(whole, key, algorithms=["PS256"]) == report.read_bytes()
        with pytest.raises(jwt.InvalidSignatureError):
            changed = report.read_bytes().replace(b"breach", b"closed", 1)
            jwt.PyJWS().decode(f"{header}.{base64url(changed)}.{signature}", key, algorithms=["PS256"])
