"""A message is handed over to a real mail server: taken, refused, put off, or nobody knows."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from pydantic import SecretStr

from tests.mail_servers import HOST, MailServer, certified
from transcript2handoff.errors import (
    MailPassingError,
    MailRefusedError,
    MailSetupError,
    MailUnknownError,
)
from transcript2handoff.outgoing import smtp
from transcript2handoff.outgoing.smtp import Envelope, hand_over, knock

TO = "maeve@foldwell.example"
USER, PASSWORD = "handoffs", "p@ss:w/rd"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certified(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", certificate.trust)


@pytest.fixture
def server():
    with MailServer() as running:
        yield running


def at(server, scheme="smtp+plain", account="", seconds=5.0):
    url = SecretStr(f"{scheme}://{account}{HOST}:{server.port}")
    told = smtp.MailServer.of(url, own_name="foldwell.example")
    return smtp.MailServer(**{**vars(told), "seconds": seconds})


def hand(server, *, to=TO, begun=lambda: None, text="One.\n.\n..two\nÜber\n", **options):
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"], message["To"], message["Subject"] = "a@b.example", to, "Brief"
    message.set_content(text)
    envelope = Envelope(sender="a@b.example", recipient=to)
    hand_over(at(server, **options), message, envelope, begun=begun)


def test_a_message_arrives_byte_for_byte(server):
    marks = []
    hand(server, begun=lambda: marks.append(len(server.got)))
    (got,) = server.got
    assert got.text == "One.\n.\n..two\nÜber\n"
    assert (got.sender, got.recipients) == ("a@b.example", [TO])
    assert marks == [0]


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_by_tls_with_an_account(trusted, certificate, scheme):
    context = {"tls" if scheme == "smtps" else "starttls": certificate.server}
    with MailServer(user=USER, password=PASSWORD, **context) as server:
        hand(server, scheme=scheme, account="handoffs:p%40ss%3Aw%2Frd@")
        assert (len(server.got), server.logins) == (1, [USER])
        with pytest.raises(MailSetupError, match="does not accept us: 535") as refused:
            hand(server, scheme=scheme, account="handoffs:wrong-secret@")
        assert len(server.got) == 1
    assert "wrong-secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_certificate_that_nobody_vouches_for(certificate):
    failing = pytest.raises(MailSetupError, match="CERTIFICATE_VERIFY_FAILED")
    with MailServer(tls=certificate.server) as server, failing:
        hand(server, scheme="smtps")
    assert server.got == []


@pytest.mark.parametrize("made", [{"name": "other.example"}, {"is_over": True}])
def test_a_certificate_of_another_name_or_time(tmp_path, monkeypatch, made):
    other = certified(tmp_path, **made)
    monkeypatch.setenv("SSL_CERT_FILE", other.trust)
    with MailServer(starttls=other.server) as server, pytest.raises(MailSetupError, match="safe"):
        hand(server, scheme="smtp")


def test_no_password_goes_over_a_line_without_tls(server):
    """Whoever listens in could take TLS away from what the server offers."""
    with pytest.raises(MailSetupError, match="offers no TLS"):
        hand(server, scheme="smtp", account="u:p@")
    assert server.logins == []


def test_tls_where_the_server_speaks_none(server):
    with pytest.raises((MailSetupError, MailPassingError)):
        hand(server, scheme="smtps", seconds=1)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("450 4.2.1 greylisted", MailPassingError),
        ("421 4.3.2 going down", MailPassingError),
        ("550 5.1.1 no such user", MailRefusedError),
        ("cut", MailPassingError),
        ("stall", MailPassingError),
    ],
)
def test_what_a_server_says_of_a_recipient(server, answer, error):
    server.script.to[TO] = answer
    marks = []
    with pytest.raises(error) as raised:
        hand(server, begun=lambda: marks.append(1), seconds=0.5)
    assert (server.got, marks) == ([], [])
    if answer[0].isdigit():
        assert answer[:3] in str(raised.value)
        assert TO in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "error", "taken"),
    [
        ("451 4.3.0 no room just now", MailPassingError, 0),
        ("554 5.7.1 looks like spam", MailRefusedError, 0),
        ("cut", MailUnknownError, 0),
        ("cut after", MailUnknownError, 1),
        ("stall", MailUnknownError, 0),
    ],
)
def test_what_a_server_says_of_a_message(server, answer, error, taken):
    server.script.data = [answer]
    marks = []
    with pytest.raises(error):
        hand(server, begun=lambda: marks.append(1), seconds=0.5)
    assert (len(server.got), marks) == (taken, [1])


def test_nothing_is_handed_over_if_it_cannot_be_marked(server):
    def lost():
        raise KeyError("taken over")

    with pytest.raises(KeyError):
        hand(server, begun=lost)
    assert server.got == []


def test_nobody_listens():
    with MailServer() as server:
        pass
    with pytest.raises(MailPassingError, match="cannot be reached"):
        hand(server)


def test_what_a_server_says_is_on_one_line_and_short(server):
    server.script.to[TO] = "550-5.1.1 " + "x" * 400 + "\r\n550 second\tline"
    with pytest.raises(MailRefusedError) as raised:
        hand(server)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 450


def test_a_server_is_asked_to_let_us_in_and_gets_nothing(trusted, certificate):
    with MailServer(user=USER, password=PASSWORD, starttls=certificate.server) as server:
        knock(at(server, "smtp", "handoffs:p%40ss%3Aw%2Frd@"))
        with pytest.raises(MailSetupError, match="535"):
            knock(at(server, "smtp", "handoffs:wrong-secret@"))
        assert server.got == []
    with pytest.raises(MailPassingError):
        knock(at(server))
