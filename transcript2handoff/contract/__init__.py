"""What was said against what was signed, and against what the product can do.

``documents`` says what a contract and a catalog are, ``reading`` reads them from YAML. ``matching``
and ``quantities`` say which line a claim is about, ``agreement`` whether the two agree, and
``availability`` whether the product can do it; ``review`` puts it together.
"""

from transcript2handoff.contract.agreement import Verdict
from transcript2handoff.contract.availability import Availability, CatalogFinding
from transcript2handoff.contract.documents import Catalog, Contract, ContractLine, Feature
from transcript2handoff.contract.reading import parse_catalog, parse_contract
from transcript2handoff.contract.review import (
    ContractReview,
    LineReview,
    PromiseReview,
    TermReview,
    review,
)

__all__ = [
    "Availability",
    "Catalog",
    "CatalogFinding",
    "Contract",
    "ContractLine",
    "ContractReview",
    "Feature",
    "LineReview",
    "PromiseReview",
    "TermReview",
    "Verdict",
    "parse_catalog",
    "parse_contract",
    "review",
]
