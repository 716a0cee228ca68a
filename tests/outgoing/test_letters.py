"""A letter becomes a message: what it says, and that nobody's words get into its headers."""

import datetime
import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from transcript2handoff.deal import Name
from transcript2handoff.outgoing.letters import (
    Enclosed,
    Letter,
    MailAddress,
    Stamp,
    is_address,
    sender_of,
    written,
)

AT = datetime.datetime(2026, 11, 27, 9, 30, tzinfo=datetime.UTC)
ADDRESS = TypeAdapter(MailAddress)
NAME = TypeAdapter(Name)
LETTER = Letter(
    mail_id=f"mail-{'0' * 20}",
    to=("maeve@foldwell.example", "tom@foldwell.example"),
    address="tom@foldwell.example",
    by="Tamsin Okoro",
    reply_to="tamsin@foldwell.example",
    words="For Monday.\nPlease read the risks.",
)
ENCLOSED = Enclosed(
    customer="Harborline Freight",
    note="Ask first\n\n- SSO by May",
    link="https://t2h.example/deals/d",
)
HEADERS = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version"]
OF_TEXT = ["Content-Type", "Content-Transfer-Encoding"]


def read(letter=LETTER, enclosed=ENCLOSED, sender="Handoffs <handoffs@foldwell.example>"):
    """The message as its reader's program understands its bytes."""
    stamp = Stamp(sender=sender_of(sender), domain="foldwell.example", at=AT)
    content = written(letter, enclosed, stamp).as_bytes()
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    return email.message_from_bytes(content, policy=email.policy.default)


def test_what_a_mail_says():
    message = read()
    assert message["From"] == "Handoffs <handoffs@foldwell.example>"
    assert message["To"] == "maeve@foldwell.example, tom@foldwell.example"
    assert message["Reply-To"] == "Tamsin Okoro <tamsin@foldwell.example>"
    assert message["Subject"] == "Kickoff brief: Harborline Freight"
    assert message["Date"].datetime == AT
    assert message["Message-ID"] == f"<mail-{'0' * 20}-2@foldwell.example>"
    assert message.get_content().replace("\r\n", "\n") == (
        "For Monday.\nPlease read the risks.\n\nAsk first\n\n- SSO by May\n\n"
        "The whole brief: https://t2h.example/deals/d\n\n"
        "Sent by Tamsin Okoro with transcript2handoff.\n"
    )


def test_in_the_language_of_its_readers():
    message = read(LETTER.model_copy(update={"language": "de"}))
    assert message["Subject"] == "Übergabebericht: Harborline Freight"
    assert "Gesendet von Tamsin Okoro" in message.get_content()


def test_the_paper_goes_with_it():
    enclosed = Enclosed(customer="Häfen & Söhne", note="-", link="https://x.example", pdf=b"%PDF-1")
    (paper,) = read(enclosed=enclosed).iter_attachments()
    assert paper.get_filename() == "kickoff-brief-H-fen-S-hne.pdf"
    assert (paper.get_content_type(), paper.get_content()) == ("application/pdf", b"%PDF-1")


@given(
    by=st.text(min_size=1, max_size=120),
    customer=st.text(max_size=200),
    words=st.text(max_size=200),
)
def test_whatever_people_are_called_and_write_stays_out_of_the_headers(by, customer, words):
    try:
        name = NAME.validate_python(by)
    except ValidationError:
        name = "Tamsin Okoro"
    message = read(
        LETTER.model_copy(update={"by": name, "words": words}),
        Enclosed(customer=customer, note="-", link="https://x.example"),
    )
    assert sorted(message.keys()) == sorted([*HEADERS, *OF_TEXT])
    (answers,) = message["Reply-To"].addresses
    assert answers.addr_spec == "tamsin@foldwell.example"
    assert [each.addr_spec for each in message["To"].addresses] == list(LETTER.to)
    assert [each.addr_spec for each in message["From"].addresses] == ["handoffs@foldwell.example"]


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("handoffs@foldwell.example", ""),
        ("Hand offs <handoffs@foldwell.example>", "Hand offs"),
        ('"Hand, offs" <handoffs@foldwell.example>', "Hand, offs"),
        ("Übergaben <handoffs@foldwell.example>", "Übergaben"),
        ("Bcc: x@y.example <handoffs@foldwell.example>", "Bcc: x@y.example"),
    ],
)
def test_the_name_of_the_service_is_a_name_and_no_more(sender, name):
    message = read(sender=sender)
    (found,) = message["From"].addresses
    assert (found.display_name, found.addr_spec) == (name, "handoffs@foldwell.example")
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "maeve",
        "maeve@",
        "maeve@localhost",
        "@foldwell.example",
        "maeve@foldwell.example\nBcc: x@y.example",
        "maeve@foldwell.example\r\nRCPT TO:<x@y.example>",
        "maeve@foldwell.example\n",
        " maeve@foldwell.example",
        "maeve@foldwell.example, x@y.example",
        "Maeve <maeve@foldwell.example>",
        "<maeve@foldwell.example>",
        '"maeve x"@foldwell.example',
        "maeve(x)@foldwell.example",
        "ma eve@foldwell.example",
        ".maeve@foldwell.example",
        "maeve..x@foldwell.example",
        "maeve@-foldwell.example",
        "maeve@foldwell.example.",
        "mäve@foldwell.example",
        "maeve@föld.example",
        "maeve@[127.0.0.1]",
        "maeve@foldwell.example> NOTIFY=SUCCESS",
        "maeve@foldwell.example\x00",
        f"{'m' * 65}@foldwell.example",
        f"maeve@{'f' * 60}.{'g' * 60}.{'h' * 60}.{'i' * 60}.{'j' * 30}.example",
    ],
)
def test_what_is_no_address(address):
    assert not is_address(address)
    with pytest.raises(ValidationError):
        ADDRESS.validate_python(address)


@pytest.mark.parametrize(
    "address",
    [
        "m@f.example",
        "maeve.l+x@mail.foldwell.example",
        "o'neil@x-y.co.uk",
        "a@xn--bcher-kva.example",
    ],
)
def test_what_is_an_address(address):
    assert is_address(address)
    assert ADDRESS.validate_python(address) == address


@given(st.text(max_size=80))
def test_both_ways_to_check_an_address_agree_and_none_ends_a_line(text):
    try:
        ADDRESS.validate_python(text)
    except ValidationError:
        assert not is_address(text)
    else:
        assert is_address(text)
        assert text.isascii()
        assert text.isprintable()
        assert not set(text) & set(' <>,;:"()[]\\')
