"""Examples that stand in no file of the repository."""

import json
import re
from typing import Final

from benchmarks.fuzzing.target import ROOT

HARBORLINE: Final = ROOT / "fixtures" / "harborline"
SERVICE: Final = b"""\
webhooks:
  - name: hubspot
    source: hubspot
    secrets: [{env: SECRET}, {file: old-secret}]
  - name: workflow
    source: hubspot_workflow
    keys: [{env: KEY}]
    mapping:
      deal: properties.dealname
      owners: {account_executive: properties.owner}
      people: [{at: contacts, name: properties.name}]
      days_in: Europe/Vienna
  - name: messages
    source: salesforce_message
    keys: [{env: KEY}]
    organisations: [00D5g000004XyZzEAK]
  - {name: own, source: standard, secrets: [{env: STANDARD}]}
crm:
  hubspot: {token: {env: SECRET}, write: on, language: de}
  salesforce: {url: "https://acme.my.salesforce.com", client_id: key, client_secret: {env: SECRET}}
gong: {key: gong-key, secret: {env: SECRET}}
access:
  oidc: {issuer: "https://login.example", client_id: t2h, client_secret: {env: SECRET}}
"""
ENVIRONMENT: Final = {
    "SECRET": "a-secret-of-some-length",
    "KEY": "k" * 40,
    "STANDARD": "whsec_" + "c3NzcyBzc3NzIHNzc3Mgc3NzcyBzc3NzIHM=",
}
LOGO: Final = b"""\
<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><style>rect{fill:#0b5563}</style>\
<rect id="a" width="8" height="8"/><use href="#a"/></svg>"""


def lines_of(document: str) -> list[bytes]:
    """The lines of JSON that a document shows."""
    text = (ROOT / "docs" / document).read_text()
    blocks = re.findall(r"```jsonl?\n(.*?)```", text, re.DOTALL)
    return [line.encode() for block in blocks for line in block.splitlines()]


def short_transcript(turns: int = 8) -> bytes:
    """The beginning of a recorded call, as ``2_transcript.json``."""
    data = json.loads((HARBORLINE / "harborline-1" / "2_transcript.json").read_bytes())
    data["turns"] = data["turns"][:turns]
    return json.dumps(data).encode()


def short_draft(claims: int = 6) -> bytes:
    """Some claims about that call, each citing one of its turns, as ``3_draft.json``."""
    data = json.loads((HARBORLINE / "harborline-1" / "3_draft.json").read_bytes())
    data["claims"] = data["claims"][:claims]
    return json.dumps(data).encode()


def sentences() -> list[bytes]:
    """Turns of the annotated calls: the first twelve of every fifth call."""
    paths = sorted((ROOT / "fixtures" / "bench").glob("*-*.json"))[::5]
    return [
        turn["text"].encode()
        for path in paths
        for turn in json.loads(path.read_bytes())["turns"][:12]
    ]
