"""Write the bill of materials: ``python -m supply.sbom build/sbom.json`` (CycloneDX 1.6, JSON).

It lists what an installation runs: the packages of the lock with the digests of their files and
their licences, who needs whom, the models with the digests of their files, and the browser files
that are kept in this repository. The same commit gives the same bytes.
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    XsUri,
)
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType, Pedigree
from cyclonedx.model.license import License, LicenseAcknowledgement
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from supply.licences import licence_of, model_digests, table
from supply.locks import ROOT, Pin, read_level
from supply.moment import moment

PACKAGE: Final = "transcript2handoff"
_BASE_OF_READER: Final = "all-MiniLM-L6-v2"


def bill() -> Bom:
    """The bill of materials of an installation with the extras of ``locks/runtime.txt``."""
    own = _own()
    bom = Bom(components=[*_models(), *_vendored()])
    bom.metadata.component = own
    bom.metadata.timestamp = moment()
    pins = read_level("runtime")
    components = {pin.key: _package(pin) for pin in pins}
    for component in components.values():
        bom.components.add(component)
    parts = [component for component in bom.components if component not in components.values()]
    needed = [components[pin.key] for pin in pins if PACKAGE in pin.wanted_by]
    bom.register_dependency(own, [*needed, *parts])
    for key, component in components.items():
        wanted = [components[pin.key] for pin in pins if key in pin.wanted_by]
        bom.register_dependency(component, wanted)
    names = "\n".join(sorted(str(component.bom_ref.value) for component in bom.components))
    bom.serial_number = uuid5(NAMESPACE_URL, f"{own.bom_ref.value} {moment()}\n{names}")
    return bom


def as_json(bom: Bom) -> str:
    """The bill as a text in CycloneDX 1.6."""
    return JsonV1Dot6(bom).output_as_string(indent=1) + "\n"


def _own() -> Component:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return Component(
        type=ComponentType.APPLICATION,
        name=PACKAGE,
        version=project["version"],
        description=project["description"],
        licenses=[_licence(project["license"])],
        bom_ref=f"{PACKAGE}=={project['version']}",
    )


def _licence(expression: str) -> License:
    declared = LicenseAcknowledgement.DECLARED
    return LicenseFactory().make_from_string(expression, license_acknowledgement=declared)


def _sha256(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def _package(pin: Pin) -> Component:
    """A locked package; whichever of its files is installed has one of the digests."""
    address = PackageURL(type="pypi", name=pin.key, version=pin.version)
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(address.to_string()),
        comment="SHA-256 of each file of this release; the one that is installed is among them",
        hashes=[_sha256(digest) for digest in pin.hashes],
    )
    return Component(
        type=ComponentType.LIBRARY,
        name=pin.name,
        version=pin.version,
        purl=address,
        licenses=[_licence(licence_of(pin.key))],
        external_references=[files],
        bom_ref=f"{pin.key}=={pin.version}",
    )


def _models() -> Iterator[Component]:
    installed = {pin.key for pin in read_level("runtime")} | {PACKAGE}
    models = table("models")["model"]
    (base,) = (model for model in models if model["name"] == _BASE_OF_READER)
    for model in models:
        if model["package"] in installed:
            ancestors = [_model(base)] if model["package"] == PACKAGE else []
            yield _model(model, ancestors)


def _model(model: Mapping[str, Any], ancestors: list[Component] | None = None) -> Component:
    name = model["name"]
    files = [
        Component(
            type=ComponentType.FILE, name=file, hashes=[_sha256(digest)], bom_ref=f"{name}:{file}"
        )
        for file, digest in model_digests(model).items()
    ]
    source = ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(model["source"]))
    return Component(
        type=ComponentType.MACHINE_LEARNING_MODEL,
        name=name,
        version=model["version"],
        description=f"{model['purpose']}; installed by {model['package']}",
        licenses=[_licence(model["licence"])],
        external_references=[source],
        components=files,
        pedigree=Pedigree(ancestors=ancestors) if ancestors else None,
        bom_ref=f"model:{name}",
    )


def _vendored() -> Iterator[Component]:
    for file in table("vendored")["file"]:
        address = PackageURL(type="npm", name=file["name"], version=file["version"])
        yield Component(
            type=ComponentType.LIBRARY,
            name=file["name"],
            version=file["version"],
            description=f"{file['path']}, released as {file['released_as']}",
            purl=address,
            hashes=[_sha256(file["sha256"])],
            licenses=[_licence(file["licence"])],
            bom_ref=address.to_string(),
        )


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    text = as_json(bill())
    target.write_text(text, encoding="utf-8")
    print(f"{target}: {text.count('bom-ref')} components and files")  # noqa: T201
