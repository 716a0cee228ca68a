"""The service file: what it says, where its secrets are, and what is told of a wrong one."""

import re
from base64 import b64encode
from pathlib import Path

import pytest

from transcript2handoff.access.settings import AccessSettings
from transcript2handoff.deal import Record
from transcript2handoff.errors import ServiceFileError
from transcript2handoff.service_file import (
    HubSpotConnection,
    SalesforceConnection,
    ServiceFile,
    read_service_file,
)
from transcript2handoff.webhooks import HubSpotApp

GUIDE = (Path(__file__).parents[1] / "docs" / "service.md").read_text()
KEY = "k" * 40
STANDARD = "whsec_" + b64encode(b"s" * 32).decode()
WHOLE = """
webhooks:
  - name: hubspot
    source: hubspot
    secrets: [{env: HUBSPOT_SECRET}, {file: old-secret}]
  - name: workflow
    source: hubspot_workflow
    keys:
      - env: WORKFLOW_KEY
    mapping:
      deal: properties.dealname
      owners: {account_executive: properties.owner}
      people: [{at: contacts, name: properties.name}]
  - {name: own, source: standard, secrets: [{env: STANDARD}]}
crm:
  hubspot:
    token: {env: HUBSPOT_TOKEN}
    write: on
    language: de
  salesforce:
    url: https://acme.my.salesforce.com
    client_id: consumer-key
    client_secret: {env: SALESFORCE_SECRET}
gong:
  key: gong-key
  secret: {env: GONG_SECRET}
access:
  oidc: {issuer: https://login.example, client_secret: {env: OIDC_SECRET}}
"""
ENVIRONMENT = {
    "HUBSPOT_SECRET": "new-secret-of-hubspot",
    "WORKFLOW_KEY": KEY,
    "STANDARD": STANDARD,
    "HUBSPOT_TOKEN": "pat-1234567890",
    "SALESFORCE_SECRET": "secret-of-salesforce",
    "GONG_SECRET": "secret-of-gong",
    "OIDC_SECRET": "secret-of-oidc",
}


@pytest.fixture
def read(tmp_path):
    def read(text, **environment):
        path = tmp_path / "service.yaml"
        path.write_text(text)
        return read_service_file(path, ENVIRONMENT | environment)

    return read


class Oidc(Record):
    issuer: str
    client_secret: str


class Access(Record):
    oidc: Oidc


def test_a_whole_file(read, tmp_path):
    (tmp_path / "old-secret").write_text("old-secret-of-hubspot\n")
    service = read(WHOLE)
    hubspot = service.webhook("hubspot")
    assert hubspot is not None
    assert isinstance(hubspot.endpoint, HubSpotApp)
    assert [one.get_secret_value() for one in hubspot.endpoint.secrets] == [
        "new-secret-of-hubspot",
        "old-secret-of-hubspot",
    ]
    workflow = service.webhook("workflow")
    assert workflow is not None
    assert workflow.mapping is not None
    assert workflow.mapping.deal == ("properties", "dealname")
    assert service.webhook("nobody") is None
    assert service.crm.hubspot is not None
    assert (service.crm.hubspot.write, service.crm.hubspot.language) == (True, "de")
    assert service.crm.salesforce is not None
    assert not service.crm.salesforce.write, "nothing is written unless somebody says so"
    assert service.gong is not None
    assert service.access_as(Access).oidc.client_secret == "secret-of-oidc"


def test_its_text_shows_no_secret(read, tmp_path):
    (tmp_path / "old-secret").write_text("old-secret-of-hubspot\n")
    service = read(WHOLE)
    shown = repr(service) + str(service)
    assert "consumer-key" in shown
    assert not [one for one in (*ENVIRONMENT.values(), "old-secret-of-hubspot") if one in shown]


@pytest.mark.parametrize("text", ["", "# nothing\n", "webhooks: []"])
def test_an_empty_file_connects_nothing(read, text):
    assert read(text) == ServiceFile()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a", "does not describe a service: it is no list of fields."),
        ("hooks: []", "hooks: there is no such field."),
        ("webhooks: [{source: zoom}]", "webhooks, entry 1, name: it is missing;"),
        (
            "webhooks: [{name: A B, source: zoom, secrets: [{env: HUBSPOT_SECRET}]}]",
            "webhooks, entry 1, name: String should match pattern",
        ),
        ("webhooks: [{name: a, source: zom}]", "webhooks, entry 1: Input tag 'zom'"),
        ("webhooks: [{name: a}]", "webhooks, entry 1: Unable to extract tag"),
        (
            "webhooks: [{name: a, source: zoom, secrets: [{env: NO}]}]",
            "webhooks, entry 1, secrets, entry 1: the environment variable NO is not set",
        ),
        (
            "webhooks: [{name: a, source: zoom, secrets: [a-secret-of-zoom]}]",
            "secrets, entry 1: no secret stands in this file; write {env: NAME} or {file: PATH}.",
        ),
        (
            "webhooks: [{name: a, source: zoom, secrets: [{file: no}]}]",
            "webhooks, entry 1, secrets, entry 1: no cannot be read: No such file or directory.",
        ),
        (
            "webhooks: [{name: a, source: zoom, secrets: [{env: SHORT}]}]",
            "webhooks, entry 1, secrets, entry 1: Value should have at least 16",
        ),
        (
            "webhooks: [{name: a, source: zoom, secrets: []}]",
            "webhooks, entry 1, secrets: Tuple should have at least 1 item",
        ),
        (
            "webhooks: [{name: a, source: zoom, secrets: [{env: HUBSPOT_SECRET}], x: 1}]",
            "webhooks, entry 1, x: there is no such field.",
        ),
        (
            "webhooks: [{name: a, source: zoom, secrets: [{env: HUBSPOT_SECRET}], mapping: {}}]",
            "webhooks, entry 1, mapping: the mapping names no field of the payload.",
        ),
        (
            "webhooks:\n"
            "- {name: a, source: zoom, secrets: [{env: HUBSPOT_SECRET}]}\n"
            "- {name: a, source: zoom, secrets: [{env: HUBSPOT_SECRET}]}",
            "several webhooks have the same name: a.",
        ),
        ("crm: {hubspot: {write: off}}", "crm, hubspot, token: it is missing."),
        ("crm: {hubspot: {token: {env: HUBSPOT_TOKEN}, write: perhaps}}", "crm, hubspot, write: "),
        ("crm: {hubspot: {token: {env: HUBSPOT_TOKEN}, url: ftp://x}}", "crm, hubspot, url: "),
        ("crm: {hubspot: {token: {env: [A]}}}", "crm, hubspot, token: env needs one name."),
        ("crm: {hubspot: {token: {file: empty}}}", "crm, hubspot, token: the file empty is empty."),
        ("crm: {hubspot: {token: {file: binary}}}", "crm, hubspot, token: binary is not in UTF-8"),
        ("gong: {key: a, secret: b}", "gong, secret: no secret stands in this file;"),
        ("crm: [", "is not valid YAML:"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(read, tmp_path, text, told):
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(ServiceFileError) as caught:
        read(text, SHORT="shortest")
    said = str(caught.value)
    assert told in said
    assert said.startswith(str(tmp_path / "service.yaml"))
    assert "shortest" not in said


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ServiceFileError, match=r"no\.yaml cannot be read: No such file"):
        read_service_file(tmp_path / "no.yaml")


def test_a_wrong_access_section_is_named(read):
    with pytest.raises(ServiceFileError, match=r"section access .* oidc, issuer: it is missing"):
        read("access: {oidc: {client_secret: {env: OIDC_SECRET}}}").access_as(Access)


def test_the_example_of_the_guide_is_a_service_file(read, tmp_path):
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    (tmp_path / "salesforce-key").write_text(KEY)
    names = ("HUBSPOT_SECRET", "ZOOM_SECRET", "HUBSPOT_TOKEN", "SALESFORCE_CLIENT_SECRET")
    told = dict.fromkeys((*names, "GONG_SECRET", "OIDC_SECRET"), "a-secret-of-somebody")
    service = read(example, OWN_SECRET=STANDARD, **told)
    assert [one.name for one in service.webhooks] == ["hubspot", "salesforce", "zoom", "own"]
    assert service.crm.hubspot is not None
    assert service.crm.hubspot.write
    assert service.access_as(AccessSettings).oidc is not None
    assert set(ServiceFile.model_fields) == set(re.findall(r"^(\w+):$", example, re.MULTILINE))


def test_every_field_of_a_crm_is_in_the_guide():
    _, _, rest = GUIDE.partition("## crm")
    named = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", rest, re.MULTILINE))))
    fields = {*HubSpotConnection.model_fields, *SalesforceConnection.model_fields}
    assert named == fields
