"""Files that people write: the deal, the company and its logo, contract, catalog, service."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final

import yaml

from benchmarks.fuzzing.examples import ENVIRONMENT, HARBORLINE, LOGO, SERVICE
from benchmarks.fuzzing.mutating import ODD_TEXTS, of_bytes, of_json, of_text, one_of
from benchmarks.fuzzing.target import Target, Try
from transcript2handoff.access.settings import AccessSettings
from transcript2handoff.company_files import read_company
from transcript2handoff.contract import parse_catalog, parse_contract
from transcript2handoff.deal import parse_deal
from transcript2handoff.service_file import read_service_file

_ODD_TOML: Final = (
    "1979-05-27T07:32:00Z",
    "07:32:00",
    "2026-13-01",
    "0x_1",
    "inf",
    "nan",
    '"""',
    "'''",
    "[[calls]]",
    "[owners]",
    "{a = 1}",
    "[" * 500,
    "1_000",
    '"\\uD800"',
)


def _as_flow(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """YAML changed in its shape, and written as JSON, which is YAML too."""
    return of_json(chance, [_json_of(chance.choice(seeds))])


_KNOWN: Final[dict[bytes, bytes]] = {}


def _json_of(text: bytes) -> bytes:
    """The same as JSON; every value is a text, as the readers take it."""
    if text not in _KNOWN:
        try:
            _KNOWN[text] = json.dumps(yaml.load(text, Loader=yaml.BaseLoader)).encode()  # noqa: S506
        except (yaml.YAMLError, RecursionError, TypeError, ValueError):
            _KNOWN[text] = text
    return _KNOWN[text]


def _toml(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """TOML with a value replaced by one that TOML has and we may not."""
    lines = chance.choice(seeds).decode(errors="replace").split("\n")
    at = chance.randrange(len(lines))
    key, equals, _ = lines[at].partition("=")
    lines[at] = f"{key}{equals or '='} {chance.choice((*_ODD_TOML, *ODD_TEXTS))}"
    return "\n".join(lines).encode(errors="surrogatepass")


_YAML: Final = one_of((0.5, of_text), (0.45, _as_flow), (0.05, of_bytes))


def targets() -> Iterator[Target]:
    """One for each file."""
    yield Target(
        name="deal",
        what="deal.toml",
        examples=lambda: [(HARBORLINE / "deal.toml").read_bytes()],
        mutate=one_of((0.5, of_text), (0.45, _toml), (0.05, of_bytes)),
        opened=_deal,
        share=10,
    )
    yield _folder("company", "company.yaml", [(HARBORLINE / "company.yaml").read_bytes()], _YAML)
    yield _folder(
        "logo", "SVG and PNG", [LOGO, (HARBORLINE / "logo.svg").read_bytes()], one_of((1, of_text))
    )
    yield _text("contract", "terms.yaml", HARBORLINE / "terms.yaml", parse_contract)
    yield _text("catalog", "catalog.yaml", HARBORLINE / "catalog.yaml", parse_catalog)
    yield Target(
        name="service",
        what="service.yaml",
        examples=lambda: [SERVICE],
        mutate=_YAML,
        opened=_service,
        share=4,
        seconds=5,
    )


def _decoded(content: bytes) -> str:
    return content.decode(errors="replace")


def _deal(_: Path) -> Try:
    def attempt(content: bytes) -> None:
        deal = parse_deal(_decoded(content))
        deal.vocabulary()
        assert type(deal).model_validate_json(deal.model_dump_json()) == deal

    return attempt


def _folder(name: str, what: str, examples: list[bytes], mutate: object) -> Target:
    file = "logo.svg" if name == "logo" else "company.yaml"

    def opened(folder: Path) -> Try:
        (folder / "company.yaml").write_bytes(b"look: {logo: logo.svg}\n")
        (folder / "logo.svg").write_bytes(LOGO)

        def attempt(content: bytes) -> None:
            (folder / file).write_bytes(content)
            read_company(folder / "company.yaml")

        return attempt

    return Target(
        name=name,
        what=what,
        examples=lambda: examples,
        mutate=mutate,
        opened=opened,
        share=4,
        seconds=5,
    )


def _text(name: str, what: str, path: Path, parse: Callable[[str], object]) -> Target:
    def opened(_: Path) -> Try:
        return lambda content: parse(_decoded(content))

    return Target(
        name=name,
        what=what,
        examples=lambda: [path.read_bytes()],
        mutate=_YAML,
        opened=opened,
        share=4,
        seconds=5,
    )


def _service(folder: Path) -> Try:
    path = folder / "service.yaml"
    (folder / "old-secret").write_text("another-secret-of-some-length\n")

    def attempt(content: bytes) -> None:
        path.write_bytes(content)
        read_service_file(path, ENVIRONMENT).access_as(AccessSettings)

    return attempt
