"""Who is who: people by parts of their names or by role, vendors by a telling word."""

import pytest

from transcript2handoff.consolidate.names import roles_clash, same_person, same_vendor
from transcript2handoff.facts import Competitor, Stakeholder

KNOWN = ["Dr Ifeoma Okafor", "Malcolm Reeve", "Gareth Pugh"]


def person(name: str | None, role: str | None = None) -> Stakeholder:
    return Stakeholder(name=name, role=role, present=False)


def vendor(name: str) -> Competitor:
    return Competitor(name=name, status="evaluating")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (person("Malcolm"), person("Malcolm Reeve"), True),
        (person("Ifeoma"), person("Dr. Okafor"), True),
        (person("Gareth Pugh"), person("Gareth Pryce"), False),
        (person("Gareth Pugh", "CFO"), person("Malcolm Reeve", "CFO"), False),
        (person(None, "our CFO"), person("Malcolm Reeve", "CFO"), True),
        (person(None, "head of IT"), person(None, "head of the customs desk"), False),
    ],
)
def test_people(one: Stakeholder, other: Stakeholder, same: bool) -> None:
    assert same_person(one, other, KNOWN) is same
    assert same_person(other, one, KNOWN) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Parsewell", "Parsewell Software", True),
        ("in-house Power Apps tool", "the Power Apps tool", True),
        ("manual keying", "spreadsheets in-house", True),
        ("Parsewell Software", "Stockhelm Software", False),
    ],
)
def test_vendors(one: str, other: str, same: bool) -> None:
    assert same_vendor(vendor(one), vendor(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("CFO", "Head of IT", True),
        ("Finance Director", "Operations Director", True),
        ("CFO", "Finance Director", False),
        ("controller, also purchasing", "CFO", False),
        ("security and privacy", "IT lead", False),
        ("keeps the books, signs it all", "CFO", False),
        ("VP Engineering", None, False),
        ("co-founder, runs finance", "CEO and co-founder", False),
    ],
)
def test_roles_clash_if_they_name_areas_and_share_none(
    one: str, other: str | None, clash: bool
) -> None:
    assert roles_clash(one, other) is clash
    assert roles_clash(other, one) is clash
