"""Company files as people write them, and as they break."""

import datetime
import re
import time
import typing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.company import (
    LEAST_CONTRAST,
    ROLES,
    Company,
    Holidays,
    Look,
    Member,
    Term,
    contrast_on_white,
    parse_company,
    with_company,
)
from transcript2handoff.deal import Deal, Participant, parse_deal
from transcript2handoff.errors import CompanyFileError, DealFileError

ROOT = Path(__file__).parents[2]
HARBORLINE = ROOT / "fixtures" / "harborline"
PAGE = (ROOT / "docs" / "company.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)[0]
DEAL_EXAMPLE = re.findall(r"```toml\n(.*?)```", PAGE, re.S)[0]
TEAM = "team: [{name: Ana Reyes, role: account_executive}, {name: Tom Winkler, role: support}"


def refusal(text):
    with pytest.raises(CompanyFileError) as caught:
        parse_company(text, where="acme.yaml")
    return str(caught.value)


def test_the_documented_company_is_read():
    company = parse_company(EXAMPLE)
    assert company.team[0] == Member(
        name="Ana Reyes",
        role="account_executive",
        email="ana.reyes@brightloop.example",
        phone="+43 1 555 0100",
    )
    assert company.glossary == (
        Term(name="Brightloop Scan", also=("Scan", "BL Scan")),
        Term(name="Stackhaus", is_competitor=True),
    )
    assert company.holidays.closed == (datetime.date(2027, 12, 24), datetime.date(2027, 12, 31))
    assert Company.model_validate_json(company.model_dump_json()) == company


def test_the_documented_example_has_every_field():
    company = parse_company(EXAMPLE)
    for record in (company, company.team[0], company.look, company.holidays):
        assert record.model_fields_set == set(type(record).model_fields)
    used = set().union(*(term.model_fields_set for term in company.glossary))
    assert used == set(Term.model_fields)


def test_every_field_and_every_choice_is_documented():
    documented = set(re.findall(r"`([#\w]+)`", PAGE))
    for kind in (Company, Member, Look, Holidays, Term):
        assert set(kind.model_fields) <= documented
    sections = parse_company(EXAMPLE).section_order
    models = typing.get_args(Company.model_fields["ownership"].annotation)
    languages = typing.get_args(Company.model_fields["language"].annotation)
    assert {*ROLES, *sections, *models, *languages} <= documented


def test_the_documented_fields_of_a_deal_are_read_and_documented():
    deal = parse_deal(DEAL_EXAMPLE)
    assert deal.owners == {
        "account_executive": "Ana Reyes",
        "customer_success_manager": "Tom Winkler",
    }
    assert deal.model_fields_set == {"country", "segment", "signed", "owners", "tags"}
    assert deal.model_fields_set <= set(re.findall(r"`(\w+)`", PAGE.rpartition("Who has which")[2]))


def test_the_company_of_the_fixture_fits_its_deal():
    company = parse_company((HARBORLINE / "company.yaml").read_text(encoding="utf-8"))
    deal = parse_deal((HARBORLINE / "deal.toml").read_text(encoding="utf-8"))
    names = {member.name for member in company.team}
    assert set(deal.owners.values()) <= names
    assert {one.name for one in deal.participants if one.side == "seller"} <= names
    assert with_company(deal, company).participants == deal.participants
    calendar = company.workdays(deal)
    assert calendar.is_workday(deal.signed)
    assert calendar.latest_kickoff(deal.signed) == datetime.date(2026, 6, 1)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "{}"])
def test_nothing_is_needed(text):
    assert parse_company(text) == Company()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n- b", "acme.yaml does not describe a company: it is no list of fields."),
        ("just words", "it is no list of fields"),
        ("nmae: Acme", "acme.yaml does not describe a company: nmae: there is no such field."),
        ("name: [Acme]", "name: it is no text"),
        ("name: A\nname: B", "acme.yaml, line 2: 'name' stands twice."),
        ("name: 'a\n\n  b'", r"name: 'a\nb' has a line break"),
        ("name: " + "a" * 101, "name: String should have at most 100 characters"),
        ("name: [Acme", "acme.yaml is not valid YAML:"),
        ("language: fr", "language: Input should be 'en' or 'de'"),
        ("ownership: cs", "ownership: Input should be 'cs_only', 'am_only' or 'cs_am'"),
        ("team: Ana", "team: it is no list"),
        ("team: [Ana]", "team, entry 1: it has no fields"),
        ("team: [{name: Ana}]", "team, entry 1, role: it is missing"),
        ("team: [{name: Ana, role: boss}]", "role: Input should be 'account_executive'"),
        (TEAM + ", {name: ana reyes, role: support}]", "'ana reyes' stands twice in team"),
        (
            TEAM + ", {name: B, role: support, email: b}]",
            "entry 3, email: 'b' is no e-mail address",
        ),
        (
            "look: {primary: '#ffcc00'}",
            "#ffcc00 on white has a contrast of 1.5 to 1, and text needs",
        ),
        ("look: {primary: blue}", "look, primary: 'blue' is no colour; write it in quotes"),
        ("look: {accent: #fff}", "is not valid YAML"),
        ("glossary: [{name: A}, {name: a}]", "'a' stands twice in glossary"),
        (
            "holidays: {country: XX}",
            "holidays, country: 'XX' is no country whose holidays are known",
        ),
        ("holidays: {country: gb}", "write GB or GB-SCT"),
        ("holidays: {country: DE-XX}", "no holidays are known of 'DE-XX'; write DE-BB"),
        ("holidays: {closed: [tomorrow]}", "holidays, closed, entry 1: it is no day, such as"),
        ("holidays: {closed: [2027-02-30]}", "holidays, closed, entry 1: it is no day, such as"),
        ("sections: []", "sections: "),
        ("sections: [goals, pains]", "sections, entry 2: Input should be 'goals'"),
        ("sections: [goals, goals]", "'goals' stands twice in sections"),
        ("name: &a Acme", "anchors and aliases are not used here"),
        ("name: !!python/name:os.system", "tags are not used here"),
        ("a: [[[[[[[[x]]]]]]]]", "nested deeper than"),
        ("a: " + "x" * 100_001, "is longer than 100,000 characters"),
    ],
)
def test_a_mistake_is_named_with_its_place(text, told):
    said = refusal(text)
    assert told in said
    assert said.startswith("acme.yaml")
    assert said.endswith(".")
    assert "\n" not in said


def test_a_bomb_of_aliases_is_refused_at_once():
    rows = ["a0: &a0 [x, x]"]
    rows += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 30)]
    began = time.monotonic()
    refusal("\n".join(rows))
    assert time.monotonic() - began < 1


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    told = ""
    try:
        parse_company(text)
    except CompanyFileError as error:
        told = str(error)
    assert not told or told.startswith("company.yaml")


@given(st.integers(0, 0xFFFFFF))
def test_contrast_is_a_ratio_and_grows_towards_black(number):
    colour = f"#{number:06x}"
    darker = "#" + "".join(f"{int(colour[at : at + 2], 16) // 2:02x}" for at in (1, 3, 5))
    assert 1 <= contrast_on_white(colour) <= contrast_on_white(darker) <= 21.0001


def test_contrast_as_others_measure_it():
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#FFFFFF") == pytest.approx(1)
    assert contrast_on_white("#767676") >= LEAST_CONTRAST > contrast_on_white("#777777")
    assert contrast_on_white(Look().primary) >= LEAST_CONTRAST


def test_sections_that_are_not_named_follow():
    company = parse_company("sections: [pain, goals]")
    assert company.section_order[:3] == ("pain", "goals", "stakeholders")
    assert sorted(company.section_order) == sorted(Company().section_order)


def test_who_has_a_role():
    company = parse_company(TEAM + ", {name: Eva Lind, role: support, phone: '1'}]")
    assert company.who("account_executive", Deal()).name == "Ana Reyes"
    assert company.who("support", Deal()) is None
    assert company.who("support", Deal(owners={"support": "Eva Lind"})).phone == "1"
    assert company.who("support", Deal(owners={"support": "Jo"})) == Member(
        name="Jo", role="support"
    )


def test_a_deal_gets_the_words_of_its_company():
    deal = Deal(customer="Alder", glossary=("Kanban", "Stackhaus"))
    told = with_company(deal, parse_company(EXAMPLE))
    assert told.seller == "Brightloop"
    assert told.vocabulary() == (
        *("Brightloop", "Alder", "Kanban", "Stackhaus"),
        *("Brightloop Scan", "Scan", "BL Scan"),
    )
    assert with_company(Deal(seller="Acme"), parse_company(EXAMPLE)).seller == "Acme"


def test_who_sold_takes_part_and_nobody_else():
    company = parse_company(EXAMPLE)
    assert with_company(Deal(), company).participants == ()
    owners = {"account_executive": "Ana Reyes", "customer_success_manager": "Tom Winkler"}
    assert with_company(Deal(owners=owners), company).participants == (
        Participant(
            name="Ana Reyes",
            side="seller",
            title="Account executive",
            email="ana.reyes@brightloop.example",
        ),
    )


def test_who_takes_part_already_stays_as_the_deal_has_it():
    ana = Participant(name="Ana Reyes", side="seller", title="Sales")
    deal = Deal(
        participants=(ana,),
        owners={"account_executive": "Ana Reyes", "solutions_engineer": "Ana Reyes"},
    )
    assert with_company(deal, parse_company(EXAMPLE)).participants == (ana,)


@given(st.lists(st.sampled_from(["Scan", "Ana", "Stackhaus"])), st.sampled_from([None, "Acme"]))
def test_telling_a_deal_twice_is_telling_it_once(glossary, seller):
    company = parse_company(EXAMPLE)
    deal = Deal(glossary=tuple(glossary), seller=seller, owners={"solutions_engineer": "Jo"})
    once = with_company(deal, company)
    assert with_company(once, company) == once


def test_business_days_are_those_of_both_countries():
    company = parse_company(EXAMPLE)
    calendar = company.workdays(Deal(country="DE-BY"))
    assert calendar.countries == ("DE-BY", "AT")
    assert not calendar.is_workday(datetime.date(2027, 12, 31))
    assert Company().workdays(Deal()).countries == ()
    assert company.workdays(Deal(country="AT")).countries == ("AT",)


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        (
            '[owners]\nacount_executive = "Ana"',
            "owners.acount_executive: Input should be 'account_e",
        ),
        ('[owners]\nsupport = " "', "owners.support: String should have at least 1 character"),
        ('country = "UK"', "country: 'UK' is no country whose holidays are known"),
        ('country = "Germany"', "country: 'Germany' is no country"),
        ("signed = 0206-05-22", "signed: Input should be greater than or equal to 2000-01-01"),
    ],
)
def test_a_mistake_in_the_deal_is_heard(toml, told):
    with pytest.raises(DealFileError) as caught:
        parse_deal(toml)
    assert told in str(caught.value)
