"""The introduction: three answers by the model of ownership, and a draft that cannot be forged."""

import email
import typing
from email.policy import default

import pytest

from transcript2handoff.company import OwnershipModel
from transcript2handoff.documents.introduction import introduction_eml, introduction_text
from transcript2handoff.documents.shared import SharedContact, SharedDeal, SharedPerson
from transcript2handoff.errors import DealFileError

MODELS = typing.get_args(OwnershipModel)
ANA = SharedContact(role="account_executive", name="Ana Reyes", email="ana@brightloop.example")
SAM = SharedContact(
    role="customer_success_manager", name="Sam Osei", email="sam@brightloop.example"
)
IDA = SharedContact(role="account_manager", name="Ida Holm", email="ida@brightloop.example")


def _deal(model="cs_am", address="lena@alder.example", name="Lena Koch"):
    lena = SharedPerson(name=name, side="customer", email=address)
    return SharedDeal(
        seller="Brightloop", ownership=model, contacts=(SAM, IDA, ANA), people=(lena,)
    )


def test_it_answers_three_questions_differently_for_each_model():
    texts = {model: introduction_text(_deal(model)) for model in MODELS}

    assert len(set(texts.values())) == len(MODELS)
    for text in texts.values():
        assert "Whom do you go to now?" in text
        assert "Who is accountable?" in text
        assert "Who represents you?" in text
    assert "Ida Holm is accountable" not in texts["cs_am"]
    assert "Ida Holm answers for the whole account" in texts["am_only"]
    assert "Sam Osei is accountable for the rollout and your results, Ida Holm" in texts["cs_am"]


def test_without_a_name_the_role_is_still_to_be_named():
    text = introduction_text(SharedDeal())

    assert "your customer success manager (to be named before the kickoff)" in text


def test_the_draft_is_addressed_and_always_the_same():
    draft = introduction_eml(_deal())

    mail = email.message_from_bytes(draft, policy=default)
    assert mail["From"] == "Ana Reyes <ana@brightloop.example>"
    assert mail["To"] == "Lena Koch <lena@alder.example>"
    assert mail["X-Unsent"] == "1"
    assert mail["Date"] is None
    assert mail["Message-ID"] is None
    assert not list(mail.iter_attachments())
    assert mail.get_content().replace("\r\n", "\n") == introduction_text(_deal())
    assert draft == introduction_eml(_deal())


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Lena", "lena@alder.example\r\nBcc: eve@evil.example"),
        ("Lena\nBcc: eve@evil.example", "lena@alder.example"),
        ("Lena", "lena@alder.example, eve@evil.example"),
        ("Lena", "nobody"),
    ],
)
def test_an_address_cannot_begin_another_header(name, address):
    with pytest.raises(DealFileError, match="e-mail address"):
        introduction_eml(_deal(name=name, address=address))
