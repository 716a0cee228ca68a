"""The only I/O with a mail server: one message for one recipient, handed over once.

``hand_over`` tells apart what is for sure: the server has it, the server does not have it (now, or
ever), and nobody knows, because the line broke between the end of the message and the answer. Only
what the server does not have for sure is tried again.
"""

import contextlib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from transcript2handoff.crm.answers import short
from transcript2handoff.errors import (
    MailPassingError,
    MailRefusedError,
    MailSetupError,
    MailUnknownError,
)

SECONDS: Final = 30.0
"""That the server may take for an answer."""
Security = Literal["tls", "starttls", "none"]
_SECURITY: Final[dict[str, tuple[Security, int]]] = {
    "smtps": ("tls", 465),
    "smtp": ("starttls", 587),
    "smtp+plain": ("none", 25),
}
_PASSING: Final = range(400, 500)
_GOOD: Final = range(200, 300)


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """A server that takes mail from us.

    Attributes:
        host: its name, which its certificate has to be for.
        port: that it listens at.
        security: TLS from the first byte, TLS before anything that matters, or none.
        user: that we log in as; nobody if there is none.
        password: of the user.
        own_name: what we call ourselves.
        seconds: that it may take for an answer.
    """

    host: str
    port: int
    security: Security = "starttls"
    user: str | None = None
    password: SecretStr | None = field(default=None, repr=False)
    own_name: str = "localhost"
    seconds: float = SECONDS

    @classmethod
    def of(cls, url: SecretStr, *, own_name: str) -> "MailServer":
        """The server of an address that the settings have checked."""
        parts = urlsplit(url.get_secret_value())
        security, port = _SECURITY[parts.scheme]
        return cls(
            host=parts.hostname or "",
            port=parts.port or port,
            security=security,
            user=unquote(parts.username) if parts.username else None,
            password=SecretStr(unquote(parts.password)) if parts.password else None,
            own_name=own_name,
        )


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Whom a message is from and for, as the server is told."""

    sender: str
    recipient: str


def hand_over(
    server: MailServer,
    message: EmailMessage,
    envelope: Envelope,
    *,
    begun: Callable[[], None],
) -> None:
    """Give a message to a server.

    Args:
        server: the server.
        message: with lines that end as SMTP wants it.
        envelope: whom it is from and for.
        begun: called when all but the message itself was accepted; if it raises, nothing is sent.

    Raises:
        MailPassingError: the server does not have it, and may take it later.
        MailRefusedError: the server does not take it, or not for this recipient.
        MailSetupError: the server does not let us in, or not in a safe way.
        MailUnknownError: the server may have it.
    """
    content = message.as_bytes()
    with contextlib.ExitStack() as line:
        smtp = _before_the_message(server, line)
        with _explained(server):
            _accepted(smtp.mail(envelope.sender), _Refused("our address as the sender", setup=True))
            _accepted(smtp.rcpt(envelope.recipient), _Refused(f"mail for {envelope.recipient}"))
        begun()
        try:
            answer = smtp.data(content)
        except smtplib.SMTPDataError as error:
            # It was not even willing to read the message.
            answer = (error.smtp_code, _bytes(error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnknownError(
                "The line to the mail server broke before it said whether it has the mail, so it "
                "may have arrived. It is not sent again by itself: ask the recipient, and send "
                "another one if it is not there."
            ) from error
        _accepted(answer, _Refused(f"the mail for {envelope.recipient}"))
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def knock(server: MailServer) -> None:
    """Check that a server lets us in, in the way that is set up; nothing is sent.

    Raises:
        MailPassingError: it cannot be reached, or not now.
        MailSetupError: it does not let us in, or not in a safe way.
    """
    with contextlib.ExitStack() as line:
        smtp = _before_the_message(server, line)
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()


@dataclass(frozen=True)
class _Refused:
    """What a server has refused, and whether that is a matter of how it is set up."""

    what: str
    setup: bool = False


def _before_the_message(server: MailServer, line: contextlib.ExitStack) -> smtplib.SMTP:
    """A line to the server on which we are known."""
    with _explained(server):
        context = ssl.create_default_context()
        smtp = _connected(server, context)
        line.callback(smtp.close)
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=context)
            smtp.ehlo()
        if server.user and server.password:
            smtp.login(server.user, server.password.get_secret_value())
    return smtp


def _connected(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.security != "tls":
        return smtplib.SMTP(
            server.host, server.port, local_hostname=server.own_name, timeout=server.seconds
        )
    return smtplib.SMTP_SSL(
        server.host,
        server.port,
        local_hostname=server.own_name,
        timeout=server.seconds,
        context=context,
    )


@contextlib.contextmanager
def _explained(server: MailServer) -> Iterator[None]:
    """Errors before the message, of which the server has nothing then."""
    try:
        yield
    except smtplib.SMTPNotSupportedError as error:
        raise MailSetupError(
            f"The mail server {server.host} offers no TLS, or no way to log in that we know. "
            "Check the scheme of T2H_SMTP_URL: smtps, smtp, or smtp+plain in a network of your own."
        ) from error
    except smtplib.SMTPResponseException as error:
        raise _named(error.smtp_code, _bytes(error.smtp_error), _Refused("us", setup=True)) from (
            None if isinstance(error, smtplib.SMTPAuthenticationError) else error
        )
    except ssl.SSLError as error:
        raise MailSetupError(
            f"There is no safe line to the mail server {server.host}: "
            f"{short(error.reason or error)} Its certificate has to be valid for that name, and "
            "the scheme of T2H_SMTP_URL has to fit the port: smtps with 465, smtp with 587."
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailPassingError(
            f"The mail server {server.host} cannot be reached, or broke off. It is tried again; "
            "check T2H_SMTP_URL and the network if it stays so."
        ) from error


def _accepted(answer: tuple[int, bytes], refused: _Refused) -> None:
    code, said = answer
    if code not in _GOOD:
        raise _named(code, said, refused)


def _named(
    code: int, said: bytes, refused: _Refused
) -> MailPassingError | MailRefusedError | MailSetupError:
    """What is wrong with an answer, in our words and those of the server."""
    words = f"{code} {short(said.decode('utf-8', 'replace'))}"
    if code in _PASSING:
        return MailPassingError(
            f"The mail server does not take {refused.what} for now: {words} It is tried again."
        )
    if refused.setup:
        return MailSetupError(
            f"The mail server does not accept {refused.what}: {words} Check T2H_SMTP_URL and "
            "T2H_MAIL_FROM."
        )
    return MailRefusedError(f"The mail server does not take {refused.what}: {words}")


def _bytes(said: bytes | str) -> bytes:
    return said.encode("utf-8", "replace") if isinstance(said, str) else said
