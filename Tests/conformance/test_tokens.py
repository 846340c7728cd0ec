"""Tokens by certificate, as the real libraries ask for them."""

import base64
import json
import subprocess

import msal
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential

SCOPE = "https://graph.microsoft.com/.default"


def claims(token: str) -> dict:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def thumbprint(tenant) -> str:
    words = ["openssl", "x509", "-noout", "-fingerprint", "-sha1", "-in", tenant.combined]
    return subprocess.check_output(words, text=True).strip().split("=")[1].replace(":", "")


def msal_client(tenant, credential, **options):
    options.setdefault("authority", tenant.authority)
    return msal.ConfidentialClientApplication(
        tenant.client, client_credential=credential, instance_discovery=False, verify=tenant.ca, **options
    )


def test_msal_signs_rs256_with_x5t(tenant):
    key = open(tenant.combined).read()
    client = msal_client(tenant, {"private_key": key, "thumbprint": thumbprint(tenant)})
    answer = client.acquire_token_for_client([SCOPE])
    assert claims(answer["access_token"])["appid"] == tenant.client
    assert claims(answer["access_token"])["roles"] == ["Mail.Read"]


def test_msal_signs_ps256_with_x5t_s256(tenant):
    client = msal_client(tenant, {"private_key_pfx_path": tenant.pfx, "passphrase": "test-only"})
    answer = client.acquire_token_for_client([SCOPE])
    assert claims(answer["access_token"])["tid"] == tenant.tenant
    assert client.acquire_token_for_client([SCOPE])["token_source"] == "cache"


def test_msal_sends_the_certificate_itself(tenant):
    credential = {"private_key_pfx_path": tenant.pfx, "passphrase": "test-only", "public_certificate": True}
    assert "access_token" in msal_client(tenant, credential).acquire_token_for_client([SCOPE])


def test_msal_finds_the_tenant_by_oidc_metadata(tenant):
    credential = {"private_key_pfx_path": tenant.pfx, "passphrase": "test-only"}
    client = msal_client(tenant, credential, authority=None, oidc_authority=f"{tenant.authority}/v2.0")
    assert "access_token" in client.acquire_token_for_client([SCOPE])


def test_msal_is_told_what_is_wrong_with_a_scope(tenant):
    client = msal_client(tenant, {"private_key_pfx_path": tenant.pfx, "passphrase": "test-only"})
    answer = client.acquire_token_for_client(["https://graph.microsoft.com/Mail.Read"])
    assert (answer["error"], answer["error_codes"]) == ("invalid_scope", [1002012])


@pytest.mark.parametrize("container", ["combined", "pfx"])
def test_azure_identity(tenant, container):
    options = {"password": "test-only"} if container == "pfx" else {}
    credential = CertificateCredential(
        tenant.tenant, tenant.client, getattr(tenant, container), authority=tenant.url,
        disable_instance_discovery=True, connection_verify=tenant.ca, **options,
    )
    assert claims(credential.get_token(SCOPE).token)["appid"] == tenant.client


def test_azure_identity_reports_an_unknown_certificate(tenant, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=stranger",
         "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )
    both = tmp_path / "both.pem"
    both.write_text(key.read_text() + certificate.read_text())
    credential = CertificateCredential(
        tenant.tenant, tenant.client, str(both), authority=tenant.url,
        disable_instance_discovery=True, connection_verify=tenant.ca,
    )
    with pytest.raises(ClientAuthenticationError, match="AADSTS700027"):
        credential.get_token(SCOPE)
