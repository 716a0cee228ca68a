"""What has to be set up in a CRM is what the page says."""

from pathlib import Path

import pytest

from transcript2handoff import errors
from transcript2handoff.testing import hubspot_objects, salesforce_rules
from transcript2handoff.testing.hubspot_server import SCOPES

PAGE = (Path(__file__).parents[2] / "docs" / "crm.md").read_text(encoding="utf-8")
HUBSPOT, SALESFORCE = PAGE.split("## HubSpot\n")[1].split("## Salesforce\n")


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_each_scope_is_named(scope):
    assert f"`{scope}`" in HUBSPOT


def test_each_custom_property_is_named():
    for properties in hubspot_objects.CUSTOM.values():
        for name in properties:
            assert f"`{name}`" in HUBSPOT
    for kind, fields in salesforce_rules.CUSTOM.items():
        assert kind in SALESFORCE
        for name in fields:
            assert f"`{name}`" in SALESFORCE


def test_each_error_that_is_raised_is_named():
    def ends(kind):
        further = [each for each in kind.__subclasses__() if each is not errors.CrmConflictError]
        return [end for each in further for end in ends(each)] if further else [kind]

    for kind in ends(errors.CrmError):
        assert f"`{kind.__name__}`" in PAGE
