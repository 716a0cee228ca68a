"""Templates of a company's own: in place of ours, in a sandbox, and broken in every way."""

import datetime
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from transcript2handoff.deal import Deal
from transcript2handoff.errors import TemplateFileError
from transcript2handoff.render import templates
from transcript2handoff.render.proofs import Proof
from transcript2handoff.render.templates import Templates
from transcript2handoff.words import Words, message

NAME = "expansion.md.jinja"
DEAL = Deal(deal="alder", customer="Alder Freight")


PROOF = Proof(speaker="Ana", company=None, when=None, words="Six *weeks*")


PAGE = (Path(__file__).parents[2] / "docs" / "company.md").read_text(encoding="utf-8")


def own(source, name=NAME, **more):
    return Templates(own={name: source, **more}, where="acme/templates")


def refusal(source, **values):
    with pytest.raises(TemplateFileError) as caught:
        own(source).markdown(NAME, **values)
    said = str(caught.value)
    assert said.startswith(f"acme/templates/{NAME}, line ")
    assert said.endswith((".", "?"))
    return said.removeprefix(f"acme/templates/{NAME}, ")


def early_refusal(source):
    with pytest.raises(TemplateFileError) as caught:
        own(source).check()
    return str(caught.value).removeprefix(f"acme/templates/{NAME}, ")


def test_our_templates_pass_the_check_that_own_ones_must_pass():
    environment = Templates()._markdown
    ours = {name: environment.loader.get_source(environment, name)[0] for name in Templates.names()}
    assert {"expansion.md.jinja", "brief.html.jinja", "crm_note.txt.jinja"} <= set(ours)
    Templates(own=ours).check()


def test_an_own_template_goes_before_ours_and_the_others_stay():
    values = {"customer": "Alder", "signals": (), "risks": (), "nothing": "None."}
    assert own("Growth at {{ customer }}").markdown(NAME, **values) == "Growth at Alder\n"
    assert Templates().markdown(NAME, **values).startswith("# Expansion and risks: Alder\n")
    other = Templates(own={"cited.md.jinja": "mine"})
    assert other.markdown(NAME, **values) == Templates().markdown(NAME, **values)


def test_an_own_part_is_taken_in_by_our_documents():
    line = {"text": "Roll-out", "notes": (), "proofs": (PROOF,)}
    values = {"customer": "Alder", "signals": (), "risks": (line,), "nothing": "None."}
    ours = Templates().markdown(NAME, **values)
    mine = Templates(own={"cited.md.jinja": "{{ proof.speaker }} said so"})
    assert "Six" in ours
    assert "Ana said so" in mine.markdown(NAME, **values)
    assert "Six" not in mine.markdown(NAME, **values)


@pytest.mark.parametrize("how", ["include", "extends"])
def test_ours_is_taken_in_by_its_prefix(how):
    values = {"customer": "Alder", "signals": (), "risks": (), "nothing": "None."}
    mine = own(f'{{% {how} "ours/{NAME}" %}}')
    mine.check()
    assert mine.markdown(NAME, **values) == Templates().markdown(NAME, **values)


def test_what_blocks_and_macros_have_made_is_not_escaped_again():
    parts = {
        "brief.md.jinja": "{% block head %}**{{ customer }}**{% endblock %}",
        NAME: '{% extends "brief.md.jinja" %}{% block head %}_{{ super() }}_{% endblock %}',
        "contract.md.jinja": "{% macro b(x) %}**{{ x }}**{% endmacro %}{{ b(customer) }}",
    }
    mine = Templates(own=parts)
    assert mine.markdown(NAME, customer="A*b") == "_**A\\*b**_\n"
    assert mine.markdown("contract.md.jinja", customer="A*b") == "**A\\*b**\n"
    assert mine.html("contract.md.jinja", customer="A<b") == "**A&lt;b**\n"
    assert mine.text("contract.md.jinja", customer=" A\n<b") == "**A <b**\n"


def test_messages_and_days_are_said_in_the_readers_language():
    source = "{{ customer }}, {{ nothing | day }}"
    values = {"customer": message("Open"), "nothing": datetime.date(2026, 5, 22)}
    assert own(source).markdown(NAME, **values) == "Open, Fri 22 May 2026\n"
    german = Templates(Words.of("de"), {NAME: source})
    assert german.markdown(NAME, **values).endswith(", Fr., 22. Mai 2026\n")


@given(st.text(max_size=40))
def test_every_value_is_text_and_never_markup(value):
    mine = own("{{ customer }}|{% trans x=customer %}{{ x }}{% endtrans %}")
    markdown, again = mine.markdown(NAME, customer=value)[:-1].split("|")
    assert markdown == again
    kinds = {token.type for token in MarkdownIt().parse(f"x {markdown}")}
    assert kinds <= {"paragraph_open", "inline", "paragraph_close"}
    assert "<" not in mine.html(NAME, customer=value)
    assert "\n" not in mine.text(NAME, customer=value)[:-1]


def test_escaping_cannot_be_switched_off():
    source = "{% autoescape false %}{{ customer }}{% endautoescape %}"
    assert own(source).html(NAME, customer="<script>") == "&lt;script&gt;\n"
    assert refusal("{{ customer | safe }}", customer="x") == "line 1: No filter named 'safe'."


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("\n{% if customer %}", "line 2: Unexpected end of template"),
        ("{{ customer }", "line 1: unexpected '}'."),
        ("\n\n{% for x in %}{% endfor %}", "line 3: Expected an expression"),
        ("{% nope %}", "line 1: Encountered unknown tag 'nope'."),
        ("\n{{ customer | upcase }}", "line 2: No filter named 'upcase'."),
        (
            "{% if customer is definde %}{% endif %}",
            "line 1: there is no test 'definde'; is 'defined'",
        ),
        ("{% if risks %}{{ risks | frist }}{% endif %}", "line 1: there is no filter 'frist'"),
        ("a\n{{ custmer }}", "line 2: 'custmer' is undefined; is 'customer' meant?"),
        (
            'a\n{% include "expanson.md.jinja" %}',
            "line 2: there is no template 'expanson.md.jinja'",
        ),
        ('{% extends "theirs/brief.md.jinja" %}', "line 1: there is no template 'theirs/brief"),
        ('{% import "/etc/passwd" as x %}', "line 1: there is no template '/etc/passwd'"),
        ('{% include "../pyproject.toml" %}', "line 1: there is no template '../pyproject.toml'"),
    ],
)
def test_a_mistake_is_found_before_anything_is_written(source, told):
    assert early_refusal(source).startswith(told)


@pytest.mark.parametrize(
    "source",
    [
        "{% set wide = customer %}{{ wide }}{% for a in risks %}{{ loop.index }}{% endfor %}",
        '{% include "nothing.md.jinja" ignore missing %}',
        "{% macro m(deep) %}{{ deep }}{% endmacro %}{{ m(1) }}{{ range(2) | list }}",
        "{% for key, value in {'a': 1}.items() %}{{ key }}{{ value * 2 }}{% endfor %}",
        "{% set all = namespace(n=0) %}{% set all.n = 1 %}{{ all.n }}{{ _('Open') }}",
    ],
)
def test_what_templates_need_passes(source):
    mine = own(source)
    mine.check()
    mine.markdown(NAME, customer="Alder", risks=(1, 2))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("a\n{{ missing }}", "line 2: 'missing' is undefined."),
        ("a\n\n{{ deal.custmer }}", "line 3: Deal has no attribute 'custmer'."),
        ("{{ deal.customer + 1 }}", "line 1: can only concatenate str"),
        ("{{ 1 / 0 }}", "line 1: division by zero."),
        ("{{ deal.customer | day }}", "line 1: 'Alder Freight' is no day."),
        ("{% for a, b in deal.glossary_of %}{% endfor %}", "line 1: "),
        ("a\n{% include deal.customer %}", "line 2: there is no template 'Alder Freight'."),
        (f'a\n{{% include "{NAME}" %}}', "line 2: it takes itself in without end."),
        ("{% macro m() %}\n{{ m() }}{% endmacro %}{{ m() }}", "line 2: it takes itself in"),
        ('a\n{% include "ours/cited.md.jinja" %}', "line 2: 'proof' is undefined."),
        ("{% for i in range(1000000000) %}{% endfor %}", "line 1: Range too big"),
    ],
)
def test_a_template_that_fails_names_file_and_line(source, told):
    assert refusal(source, deal=DEAL).startswith(told)


@pytest.mark.parametrize(
    "source",
    [
        "{{ deal.parse_file('/etc/hostname') }}",
        "{{ deal.parse_raw('gAROLg==', content_type='pickle', allow_pickle=true) }}",
        "{{ deal.model_copy() }}",
        "{{ deal.__class__.__mro__ }}",
        "{{ deal | attr('__class__') }}",
        "{{ [deal] | map(attribute='__class__') | first }}",
        "{{ _.__globals__ }}",
        "{{ [].append(1) }}",
        "{{ {}.update({'a': 1}) }}",
        "{{ '{0.__class__}'.format(deal) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 'a'.ljust(999999999) }}",
    ],
)
def test_the_sandbox_holds(source):
    assert refusal(source, deal=DEAL).startswith("line 1: ")


def test_a_document_has_an_end(monkeypatch):
    monkeypatch.setattr(templates, "MOST_CHARACTERS", 1_000)
    short = own("{% for i in range(400) %}ab{% endfor %}")
    assert len(short.markdown(NAME)) == 801
    with pytest.raises(TemplateFileError, match=r"expansion\.md\.jinja is longer than 1,000"):
        own("{% for i in range(600) %}ab{% endfor %}").markdown(NAME)


def test_a_failure_of_our_own_template_is_no_fault_of_the_company():
    with pytest.raises(Exception, match="'customer' is undefined") as caught:
        Templates(own={"brief.md.jinja": "x"}).markdown(NAME)
    assert not isinstance(caught.value, TemplateFileError)


def test_the_documented_template_is_one():
    source = re.findall(r"```jinja\n(.*?)```", PAGE, re.S)[0]
    name = re.findall(r"as here in `(.*?)`", PAGE)[0]
    assert name in Templates.names()
    Templates(own={name: source}).check()


def test_what_templates_may_not_do_is_documented():
    said = PAGE.rpartition("use the filters")[2]
    filters, _, end = said.partition(";")
    assert set(re.findall(r"`(\w+)`", filters)) == set(templates._NO_FILTERS)
    assert f"{templates.MOST_CHARACTERS // 1_000_000} million" in end
