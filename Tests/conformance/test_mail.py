"""The Graph SDK reads a mailbox of the simulated tenant: paging, messages, MIME, attachments, delta, and a closed mailbox."""

import asyncio
import email
import ssl

import httpx
import pytest
from azure.identity import CertificateCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.file_attachment import FileAttachment
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.users.item.mail_folders.item.messages.delta.delta_request_builder import DeltaRequestBuilder
from msgraph.generated.users.item.messages.messages_request_builder import MessagesRequestBuilder
from msgraph_core import GraphClientFactory


def graph(tenant) -> GraphServiceClient:
    credential = CertificateCredential(
        tenant.tenant, tenant.client, tenant.combined, authority=tenant.url,
        disable_instance_discovery=True, connection_verify=tenant.ca,
    )
    root = f"{tenant.url}/v1.0"
    provider = AzureIdentityAuthenticationProvider(
        credential, scopes=["https://graph.microsoft.com/.default"], allowed_hosts=["localhost"]
    )
    client = httpx.AsyncClient(
        verify=ssl.create_default_context(cafile=tenant.ca), base_url=root, timeout=30, trust_env=False
    )
    adapter = GraphRequestAdapter(provider, client=GraphClientFactory.create_with_default_middleware(client=client))
    adapter.base_url = root
    return GraphServiceClient(request_adapter=adapter)


def run(work):
    return asyncio.run(asyncio.wait_for(work, 120))


async def walk(client, mailbox, top=50):
    """Every message of a mailbox, by following the links."""
    query = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters(
        top=top, select=["id", "subject", "hasAttachments", "receivedDateTime"]
    )
    messages = client.users.by_user_id(mailbox).messages
    page = await messages.get(request_configuration=RequestConfiguration(query_parameters=query))
    found = []
    while True:
        found += page.value
        if not page.odata_next_link:
            return found
        page = await messages.with_url(page.odata_next_link).get()


def test_pages_through_a_whole_mailbox(tenant):
    async def work():
        return await walk(graph(tenant), tenant.mailboxes[0])

    found = run(work())
    assert len({message.id for message in found}) == len(found)
    state = tenant.administer("state")
    expected = next(box for box in state["mailboxes"] if box["address"] == tenant.mailboxes[0])["messages"]
    assert len(found) == expected > 50


def test_the_default_page_holds_ten(tenant):
    page = run(graph(tenant).users.by_user_id(tenant.mailboxes[0]).messages.get())
    assert len(page.value) == 10
    assert page.odata_next_link.startswith(tenant.url)
    assert page.value[0].body.content


def test_one_message_and_its_mime(tenant):
    async def work():
        client = graph(tenant)
        messages = client.users.by_user_id(tenant.mailboxes[0]).messages
        first = (await messages.get()).value[0]
        again = await messages.by_message_id(first.id).get()
        return first, again, await messages.by_message_id(first.id).content.get()

    first, again, mime = run(work())
    assert (again.id, again.subject) == (first.id, first.subject)
    assert email.message_from_bytes(mime).keys()


def test_attachments_with_their_bytes(tenant):
    async def work():
        client = graph(tenant)
        for message in await walk(client, tenant.mailboxes[0]):
            if not message.has_attachments:
                continue
            attachments = client.users.by_user_id(tenant.mailboxes[0]).messages.by_message_id(message.id).attachments
            for attachment in (await attachments.get()).value:
                if isinstance(attachment, FileAttachment):
                    one = await attachments.by_attachment_id(attachment.id).get()
                    return attachment, one
        pytest.fail("no message of the generated mailbox has a file attachment")

    listed, one = run(work())
    assert listed.content_bytes == one.content_bytes
    assert listed.size > 0


def test_delta_goes_on_to_its_delta_link(tenant):
    async def work():
        client = graph(tenant)
        folder = client.users.by_user_id(tenant.mailboxes[0]).mail_folders.by_mail_folder_id("inbox")
        delta = folder.messages.delta
        configuration = RequestConfiguration(
            query_parameters=DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(select=["subject"])
        )
        configuration.headers.add("Prefer", "odata.maxpagesize=25")
        page = await delta.get(request_configuration=configuration)
        found = list(page.value)
        while not page.odata_delta_link:
            assert page.odata_next_link
            again = RequestConfiguration()
            again.headers.add("Prefer", "odata.maxpagesize=25")
            page = await delta.with_url(page.odata_next_link).get(request_configuration=again)
            found += page.value
        later = await delta.with_url(page.odata_delta_link).get()
        return found, (await folder.get()).total_item_count, later.value

    found, total, later = run(work())
    assert len({message.id for message in found}) == total
    assert later == []


def test_a_closed_mailbox_is_the_sdks_own_error(tenant):
    open_mailbox, closed = tenant.mailboxes[0], tenant.mailboxes[1]
    group = f"readers@{open_mailbox.split('@')[1]}"
    exchange = lambda cmdlet, **parameters: tenant.administer(  # noqa: E731
        "exchange", {"cmdlet": cmdlet, "parameters": parameters}
    )
    exchange("New-DistributionGroup", Name="readers", Type="Security", PrimarySmtpAddress=group, Members=[open_mailbox])
    exchange(
        "New-ApplicationAccessPolicy", AppId=tenant.client, AccessRight="RestrictAccess", PolicyScopeGroupId=group,
        Description="conformance",
    )

    async def work():
        client = graph(tenant)
        allowed = await client.users.by_user_id(open_mailbox).messages.get()
        with pytest.raises(ODataError) as refusal:
            await client.users.by_user_id(closed).messages.get()
        return allowed, refusal.value

    try:
        allowed, refusal = run(work())
    finally:
        # The tenant is everybody's.
        for policy in exchange("Get-ApplicationAccessPolicy")["output"]:
            exchange("Remove-ApplicationAccessPolicy", Identity=policy["Identity"])
    assert allowed.value
    assert refusal.response_status_code == 403
    assert refusal.error.code == "ErrorAccessDenied"
    assert "[RAOP]" in refusal.error.message
