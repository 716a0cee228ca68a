"""A contract and a catalog from the text of a YAML file."""

from typing import TypeVar

from transcript2handoff.contract.documents import Catalog, Contract
from transcript2handoff.deal import Record
from transcript2handoff.errors import ContractFileError
from transcript2handoff.yaml_text import YamlTextError, described

_R = TypeVar("_R", bound=Record)


def parse_contract(text: str, *, where: str = "terms.yaml") -> Contract:
    """Read what was signed.

    Args:
        text: YAML with ``title``, ``signed``, ``lines`` and ``exclusions``.
        where: what an error calls the file.

    Raises:
        ContractFileError: no YAML, too large, or fields that do not fit; the message names them.
    """
    return _parse(Contract, text, where)


def parse_catalog(text: str, *, where: str = "catalog.yaml") -> Catalog:
    """Read what the product can do.

    Args:
        text: YAML with ``product`` and ``features``.
        where: what an error calls the file.

    Raises:
        ContractFileError: no YAML, too large, or fields that do not fit; the message names them.
    """
    return _parse(Catalog, text, where)


def _parse(kind: type[_R], text: str, where: str) -> _R:
    try:
        return described(kind, text, where=where, what=kind.__name__.lower())
    except YamlTextError as error:
        raise ContractFileError(str(error)) from error
