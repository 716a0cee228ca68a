"""The matrix: one who is accountable for each activity, and names where they are known."""

import typing

import pytest

from transcript2handoff.company import OwnershipModel
from transcript2handoff.documents.customer_plan import CustomerPlan
from transcript2handoff.documents.raci import activities, raci
from transcript2handoff.documents.shared import SharedContact, SharedDeal

MODELS = typing.get_args(OwnershipModel)


@pytest.mark.parametrize("model", MODELS)
def test_each_activity_has_one_who_is_accountable_and_somebody_who_does_it(model):
    roles = SharedDeal(ownership=model).roles

    rows = activities(model, roles)

    assert len(rows) == 11
    for row in rows:
        letters = [letter for cell in row.parts for letter in cell.split("/")]
        assert len(row.parts) == len(roles) + 2
        assert letters.count("A") == 1, row.title
        assert "R" in letters, row.title
        assert set(letters) <= {"R", "A", "C", "I", "–"}


@pytest.mark.parametrize(("model", "owner"), [("cs_only", 0), ("am_only", 0), ("cs_am", 1)])
def test_the_renewal_is_owned_by_the_model(model, owner):
    rows = {str(row.title): row for row in activities(model, SharedDeal(ownership=model).roles)}

    assert rows["Renewal"].parts[owner] == "A/R"


def test_only_roles_of_the_model_have_a_column():
    assert "Account manager" not in raci(SharedDeal(ownership="cs_only"))
    assert "Customer success manager" not in raci(SharedDeal(ownership="am_only"))


def test_names_stand_where_they_are_known():
    sam = SharedContact(role="customer_success_manager", name="Sam Osei")

    text = raci(SharedDeal(contacts=(sam,)), plan=CustomerPlan(sponsor="Lena Koch"))

    assert "| CSM | Customer success manager | Sam Osei |" in text
    assert "| SP | Sponsor | Lena Koch |" in text
    assert "| PL | Project lead | to be agreed at the kickoff |" in text
