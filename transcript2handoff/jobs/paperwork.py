"""What a deal has beside its calls, between the YAML that people send and what the store keeps.

The store keeps what a paper says, as JSON: in YAML as it was written, a name that is put out later
could make another thing of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import yaml
from pydantic import ValidationError

from transcript2handoff.contract import Contract, parse_contract
from transcript2handoff.deal import Record
from transcript2handoff.documents.customer_plan import CustomerPlan, parse_plan
from transcript2handoff.errors import ArtifactError
from transcript2handoff.store.papers import PaperName, PaperRecord

_R = TypeVar("_R", bound=Record)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What was signed, and what was agreed since."""

    contract: Contract | None
    plan: CustomerPlan


NOTHING_SIGNED: Final = Signed(contract=None, plan=CustomerPlan())


def kept_text(name: PaperName, text: str) -> str:
    """A paper as the store keeps it.

    Args:
        name: of the paper.
        text: of a ``terms.yaml`` or ``plan.yaml``.

    Raises:
        ContractFileError: it is no contract; the message names what does not fit.
        DealFileError: it is no plan; the message names what does not fit.
    """
    where = f"The {name}"
    read = (
        parse_contract(text, where=where) if name == "contract" else parse_plan(text, where=where)
    )
    return read.model_dump_json(exclude_defaults=True)


def yaml_of(paper: PaperRecord) -> str:
    """A paper as people write it; their comments are not kept."""
    # Line breaks of other systems are lost where they are not written as escapes.
    plain = not any(each in paper.text for each in "\x85\u2028\u2029")
    told = yaml.safe_dump(json.loads(paper.text), allow_unicode=plain, sort_keys=False)
    return str(told)


def signed_in(papers: Mapping[PaperName, PaperRecord]) -> Signed:
    """The papers of a deal, read.

    Raises:
        ArtifactError: one of them says nothing that can be read any more.
    """
    contract, plan = papers.get("contract"), papers.get("plan")
    return Signed(
        contract=_read(Contract, contract) if contract else None,
        plan=_read(CustomerPlan, plan) if plan else CustomerPlan(),
    )


def _read(kind: type[_R], paper: PaperRecord) -> _R:
    try:
        return kind.model_validate_json(paper.text)
    except ValidationError as error:
        raise ArtifactError(
            f"The {paper.name} of the deal cannot be read any more. Send it again to "
            f"/v1/deals/{paper.deal_id}/{paper.name}, or remove it there."
        ) from error
