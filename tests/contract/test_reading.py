"""Contracts and catalogs as people write them, and as they break."""

import datetime
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.contract import Catalog, Contract, parse_catalog, parse_contract
from transcript2handoff.errors import ContractFileError

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = re.findall(
    r"```yaml\n(.*?)```", (ROOT / "docs" / "contract.md").read_text("utf-8"), re.S
)
LINE = "lines:\n- {type: price, text: Fee"


def test_the_documented_contract_is_read():
    contract = parse_contract(EXAMPLES[0])
    assert contract.signed == datetime.date(2027, 3, 5)
    assert [line.id for line in contract.all_lines] == ["fee", "L2", "L3", "L4", "X1"]
    fee = contract.lines[0]
    assert (fee.amount, fee.currency, fee.per) == (24000.0, "EUR", "year")
    assert contract.exclusions[0].type == "exclusion"
    assert Contract.model_validate_json(contract.model_dump_json()) == contract


def test_the_documented_catalog_is_read():
    catalog = parse_catalog(EXAMPLES[1])
    assert [(each.name, each.status) for each in catalog.features] == [
        ("Barcode scanning offline", "available"),
        ("Single sign-on", "roadmap"),
        ("Customs filing", "not_offered"),
    ]
    assert catalog.features[1].also == ("SSO", "SAML")
    assert Catalog.model_validate_json(catalog.model_dump_json()) == catalog


def test_every_field_is_documented():
    documented = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "contract.md").read_text("utf-8")))
    contract, catalog = parse_contract(EXAMPLES[0]), parse_catalog(EXAMPLES[1])
    for record in (contract, contract.lines[0], catalog, catalog.features[0]):
        assert set(type(record).model_fields) - {"product", "features"} <= documented


def test_values_are_read_as_they_stand():
    text = (
        'title: no\nlines:\n- {type: sla, text: 12:30, notes: 1_000}\n- {type: sla, text: "null"}'
    )
    contract = parse_contract(text)
    assert contract.title == "no"
    assert [line.text for line in contract.lines] == ["12:30", "null"]
    assert contract.lines[0].notes == "1_000"


@pytest.mark.parametrize("empty", ["notes:", "notes: ~", "notes: null"])
def test_nothing_is_none(empty):
    contract = parse_contract(f"lines:\n- type: sla\n  text: Uptime of 99 %\n  {empty}\n")
    assert contract.lines[0].notes is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "terms.yaml does not describe a contract: it is no list of fields"),
        ("- a\n- b", "it is no list of fields"),
        ("just words", "it is no list of fields"),
        ("lines: []", "as a whole: there are no lines"),
        ("lines:", "as a whole: there are no lines"),
        ("title: Order", "there are no lines"),
        ("lines: three", "lines: it is no list"),
        ("lines: [three]", "lines, entry 1: it has no fields"),
        (
            "lines:\n- {type: prise, text: Fee}",
            "lines, entry 1, type: Input should be 'price', 'seats'",
        ),
        ("lines:\n- {type: price}", "lines, entry 1, text: it is missing"),
        (
            "lines:\n- {type: price, text: ''}",
            "lines, entry 1, text: String should have at least 1",
        ),
        (f"{LINE}, prize: 3}}", "lines, entry 1, prize: there is no such field"),
        (
            f"{LINE}, amount: 24.000.00, currency: EUR}}",
            "lines, entry 1, amount: Input should be a valid number",
        ),
        (f"{LINE}, amount: -1, currency: EUR}}", "lines, entry 1, amount: Input should be greater"),
        (f"{LINE}, amount: .inf, currency: EUR}}", "lines, entry 1, amount"),
        (f"{LINE}, amount: 3}}", "an amount needs either a currency or a unit"),
        (f"{LINE}, amount: 3, currency: EUR, unit: users}}", "either a currency or a unit"),
        (f"{LINE}, currency: EUR}}", "currency, per and unit belong to an amount"),
        (f"{LINE}, amount: 3, unit: users, per: year}}", "per belongs to an amount of money"),
        (f"{LINE}, date: 5 March}}", "lines, entry 1, date: it is no day"),
        (f"{LINE}, date: 2027-02-30}}", "lines, entry 1, date: it is no day"),
        (f"{LINE}}}\nexclusions:\n- {{notes: x}}", "exclusions, entry 1, text: it is missing"),
        (f"{LINE}}}\nexclusions:\n- {{text: x, type: sla}}", "exclusion X1 has another type"),
        (f"{LINE}, id: X1}}\nexclusions:\n- {{text: x}}", "two entries have the id 'X1'"),
        (f"{LINE}}}\nline: []", "line: there is no such field"),
        (f"{LINE}, text: Fee}}", "terms.yaml, line 2: 'text' stands twice"),
        (f"{LINE}}}\nlines: []", "terms.yaml, line 3: 'lines' stands twice"),
        ("lines: [", "terms.yaml is not valid YAML: "),
        ("title: a: b", "mapping values are not allowed here (line 1)"),
        ("title: \x07", "terms.yaml is not valid YAML: unacceptable character"),
        ("title: a\n---\ntitle: b", "found another document (line 2)"),
        ("title: &t x\nsigned: *t", "terms.yaml, line 1: anchors and aliases are not used"),
        ("title: *t", "terms.yaml, line 1: anchors and aliases are not used"),
        ("title: !!python/object:os.system x", "terms.yaml, line 1: tags are not used"),
        ("[a]: b", "terms.yaml, line 1: a key is one word"),
        ("lines: [[[[[[[x]]]]]]]", "terms.yaml, line 1: nested deeper than 6 levels"),
        ("x" * 100_001, "terms.yaml is longer than 100,000 characters"),
    ],
)
def test_a_broken_contract_says_what_is_wrong(text, told):
    with pytest.raises(ContractFileError, match=re.escape(told)):
        parse_contract(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("product: A", "as a whole: there are no features"),
        ("features: one", "cat.yaml does not describe a catalog: features: it is no list"),
        ("features:\n- {name: A}", "features, entry 1, status: it is missing"),
        (
            "features:\n- {name: A, status: beta}",
            "features, entry 1, status: Input should be 'available'",
        ),
        (
            "features:\n- {name: A, status: not_offered, date: 2027-01-01}",
            "what is not offered has no date",
        ),
        (
            "features:\n- {name: A, status: roadmap}\n- {name: a, status: available}",
            "two entries have the name 'a'",
        ),
        (
            "features:\n- {name: A, status: roadmap, also: SSO}",
            "features, entry 1, also: it is no list",
        ),
    ],
)
def test_a_broken_catalog_says_what_is_wrong(text, told):
    with pytest.raises(ContractFileError, match=re.escape(told)):
        parse_catalog(text, where="cat.yaml")


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in pairwise("abcdefghi")),
        "[" * 90_000,
        "{a: " * 20_000,
        "- " * 45_000,
        "? " * 45_000,
    ],
    ids=["laughs", "lists", "maps", "dashes", "keys"],
)
def test_a_bomb_is_refused_before_it_goes_off(bomb):
    begin = time.perf_counter()
    with pytest.raises(ContractFileError):
        parse_contract(bomb)
    assert time.perf_counter() - begin < 5.0


@given(st.text(max_size=60) | st.text(alphabet="lines:\n -{}[]&*!?'\"|>%@`#,", max_size=60))
def test_any_text_is_read_or_refused_by_name(text):
    refused = ""
    try:
        assert parse_contract(text).all_lines
    except ContractFileError as error:
        refused = str(error)
    assert not refused or refused.startswith("terms.yaml")
