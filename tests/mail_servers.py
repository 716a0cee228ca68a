"""A mail server over a real line, which does to mail what a test asks of it."""

import asyncio
import datetime
import email
import email.policy
import ipaddress
import socket
import ssl
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass
class Got:
    """A message that the server has taken."""

    sender: str
    recipients: list
    content: bytes

    @property
    def message(self):
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @property
    def text(self):
        return self.message.get_body().get_content().replace("\r\n", "\n")


@dataclass
class Script:
    """What the server answers: a line, ``cut`` to break the line off, ``stall`` to say nothing.

    ``to`` has answers to addresses, ``data`` those to whole messages, one after the other; what is
    not there is accepted. ``cut after`` takes the message and then breaks off.
    """

    to: dict = field(default_factory=dict)
    data: list = field(default_factory=list)


class MailServer:
    """The server; a context manager."""

    def __init__(self, *, tls=None, starttls=None, user=None, password=None):
        self.got, self.script, self.logins = [], Script(), []
        self._account = (user, password)
        with socket.create_server((HOST, 0)) as free:
            self.port = free.getsockname()[1]
        options = {}
        if starttls:
            options |= {"tls_context": starttls, "require_starttls": True}
        if user:
            options |= {
                "authenticator": self._authenticate,
                "auth_required": starttls is not None,
                "auth_require_tls": starttls is not None,
            }
        self._controller = Controller(
            self, hostname=HOST, port=self.port, server_hostname="mail.example.com",
            ssl_context=tls, **options,
        )  # fmt: skip

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *error):
        self._controller.stop()

    def _authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append(data.login.decode())
        told = (data.login.decode(), data.password.decode())
        return AuthResult(success=told == self._account, handled=False)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = self.script.to.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return await self._play(server, answer)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self.script.data.pop(0) if self.script.data else "250 OK"
        if answer.startswith("250") or answer == "cut after":
            self.got.append(Got(envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return await self._play(server, answer)

    async def _play(self, server, answer):
        if answer.startswith("cut"):
            server.transport.abort()
            return "421 gone"
        if answer == "stall":
            await asyncio.sleep(3600)
        return answer


@dataclass(frozen=True)
class Certified:
    """A certificate for the server, and the file that makes clients trust it."""

    trust: str
    server: ssl.SSLContext


def certified(folder, *, name=HOST, is_over=False):
    """A certificate of an authority of its own, for an address of this machine or another name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of a test")])
    now = datetime.datetime.now(datetime.UTC)
    until = now + datetime.timedelta(days=-1 if is_over else 1)
    names = [ipaddress.ip_address(name)] if name == HOST else []
    alternative = [x509.IPAddress(each) for each in names] or [x509.DNSName(name)]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=2))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName(alternative), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trust, secret = folder / "trust.pem", folder / "key.pem"
    trust.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(trust, secret)
    return Certified(str(trust), context)
