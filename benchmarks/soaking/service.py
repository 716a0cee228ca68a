"""The service of a soak: its processes, its people, and the CRMs and mail server around it."""

import json
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
from aiosmtpd.controller import Controller

from benchmarks.service_parts import T2H, Installation, free_port, installation, kill, until
from transcript2handoff.testing.hubspot_server import HubSpotLimits, HubSpotServer
from transcript2handoff.testing.salesforce_server import SalesforceServer
from transcript2handoff.testing.senders import MAPPING, ORGANISATION, Senders

PASSWORD: Final = "a long password of a soak"  # noqa: S105 - of nobody
OWNER: Final = "Ana Reyes"
PEOPLE: Final = {
    "ae": ("Tamsin Okoro", "tamsin@seller.example"),
    "csm": ("Maeve Lindqvist", "maeve@seller.example"),
    "admin": ("Ines Carvalho", "ines@seller.example"),
}
_NOWHERE: Final = "gong.invalid"
"""Recordings are asked for at an address that no name server knows: nothing leaves the machine."""


class MailSink:
    """A mail server that takes everything; what it took is counted by recipient and words."""

    def __init__(self) -> None:
        """It does not listen yet."""
        self.got: Counter[str] = Counter()
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        """Take a message."""
        for recipient in envelope.rcpt_tos:
            self.got[recipient] += 1
        return "250 OK"

    def __enter__(self) -> "MailSink":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


@dataclass(kw_only=True)
class Soaked:
    """A service under load, with everything around it.

    Attributes:
        at: where it is installed.
        hubspot: a CRM.
        salesforce: another one.
        mail: where its letters go.
        senders: everybody who sends webhooks.
        admin: the header of a key that may do everything.
        cookies: of people, by their roles.
        ids: of their accounts, by their roles.
    """

    at: Installation
    hubspot: HubSpotServer
    salesforce: SalesforceServer
    mail: MailSink
    senders: Senders
    admin: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    web: "subprocess.Popen[bytes] | None" = None
    beside: "subprocess.Popen[bytes] | None" = None
    _changing_beside: threading.Lock = field(default_factory=threading.Lock)

    @property
    def worker_of_web(self) -> psutil.Process | None:
        """The worker that the web process keeps alive, if it lives just now."""
        try:
            children = psutil.Process(self.web.pid).children() if self.web else []
            return next((each for each in children if "worker" in each.cmdline()), None)
        except psutil.NoSuchProcess:
            return None

    def begin(self) -> None:
        """Start the web process with its worker, and a second worker."""
        self.begin_web()
        self.begin_beside()

    def begin_web(self) -> None:
        """Start the web process; it answers when this returns."""
        self.web = self.at.serve()

    def begin_beside(self) -> None:
        """Start the second worker."""
        self.beside = self.at.start("worker", name="w2")

    def kill_web(self) -> None:
        """Kill the web process alone; its worker sees that it is gone, and ends."""
        assert self.web is not None
        self.web.kill()
        self.web.wait()

    def kill_all_of_web(self) -> None:
        """Kill the web process and its worker, as when memory runs out."""
        assert self.web is not None
        kill(self.web)

    def begin_beside_again(self, end: "Callable[[subprocess.Popen[bytes]], object]") -> None:
        """End the second worker in some way and start it once more."""
        with self._changing_beside:
            if self.beside is not None and self.beside.poll() is None:
                end(self.beside)
                self.beside.wait()
            self.begin_beside()

    def keep_beside(self) -> None:
        """Start the second worker once more if it has ended, as a manager of services does.

        One that cannot open its database for ten seconds says so and ends.
        """
        with self._changing_beside:
            if self.beside is not None and self.beside.poll() is not None:
                self.begin_beside()

    def wait_for_worker(self) -> None:
        """Until the worker of the web process has ended: no two may have one name."""
        held = self.at.folder / "data" / "worker-w1.lock"
        until(lambda: not held.exists() or not _is_held(held), seconds=60)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the installation."""
        return subprocess.run(
            [*T2H, *words], env=self.at.environment, check=False, capture_output=True, text=True
        )

    def client(self, headers: dict[str, str] | None = None, **more: Any) -> httpx.Client:
        """A client of the service."""
        told = self.admin if headers is None else headers
        # The service hangs up after five seconds; nobody shall send at that very moment.
        limits = httpx.Limits(keepalive_expiry=2.0)
        return httpx.Client(base_url=self.at.url, headers=told, timeout=60, limits=limits, **more)

    def let_people_in(self) -> None:
        """Make accounts and sessions of everybody."""
        self.admin = self.at.key()
        with self.client() as client:
            for role, (name, email) in PEOPLE.items():
                told = {"name": name, "email": email, "role": role}
                made = client.post("/v1/users", json=told).raise_for_status().json()
                self.ids[role] = made["user"]["id"]
                token = made["link"].partition("#")[2].rpartition("=")[2]
                self.cookies[role] = self._accept(token)

    def _accept(self, token: str) -> dict[str, str]:
        with self.client({}) as browser:
            told = {"token": token, "password": PASSWORD}
            browser.post("/v1/sign-in/invitation", json=told).raise_for_status()
            return dict(browser.cookies)


def _is_held(path: Path) -> bool:
    import fcntl

    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def soaked(kind: str, **more: str) -> Iterator[Soaked]:
    """A service on ``sqlite`` or ``postgresql`` with everything around it; it runs."""
    with ExitStack() as made:
        mail = made.enter_context(MailSink())
        hubspot = made.enter_context(HubSpotServer(limits=HubSpotLimits(ten_seconds=10_000)))
        hubspot.owners["11"] = {"firstName": "Ana", "lastName": "Reyes", "email": "ana@s.example"}
        salesforce = made.enter_context(SalesforceServer())
        service = made.enter_context(installation(kind))
        senders = Senders(service.url)
        file = service.folder / "service.json"
        file.write_text(json.dumps(_service_file(senders, hubspot, salesforce)))
        service.more = {
            "T2H_SERVICE_FILE": str(file),
            "T2H_WHISPER_MODEL": "tiny.en",
            "T2H_THREADS": "1",
            "T2H_SENDING": "unless_refused",
            "T2H_SMTP_URL": f"smtp+plain://127.0.0.1:{mail.port}",
            "T2H_MAIL_FROM": "Handoffs <handoffs@seller.example>",
            "T2H_KEEP_AUDIO_DAYS": "30",
            "T2H_KEEP_TRANSCRIPT_DAYS": "180",
            "OMP_NUM_THREADS": "1",
            **_secrets(senders, hubspot, salesforce),
            **more,
        }
        around = Soaked(
            at=service, hubspot=hubspot, salesforce=salesforce, mail=mail, senders=senders
        )
        around.begin()
        around.let_people_in()
        yield around


def _secrets(senders: Senders, hubspot: HubSpotServer, crm: SalesforceServer) -> dict[str, str]:
    return {
        "SOAK_SECRET": senders.secret,
        "SOAK_KEY": senders.key,
        "SOAK_STANDARD": senders.standard_secret,
        "SOAK_HUBSPOT": hubspot.token,
        "SOAK_SALESFORCE": crm.client_secret,
        "SOAK_GONG": "secret-of-nobody",
    }


def _service_file(senders: Senders, hubspot: HubSpotServer, crm: SalesforceServer) -> Any:
    """The service file: JSON is YAML."""
    keyed = {"keys": [{"env": "SOAK_KEY"}]}
    signed = {"secrets": [{"env": "SOAK_SECRET"}]}
    gong = next(each for each in senders.webhooks if each.name == "gong")
    agreed: dict[str, dict[str, Any]] = {
        "hubspot": signed,
        "hubspot_workflow": keyed,
        "salesforce_flow": keyed | {"organisations": [ORGANISATION]},
        "salesforce_message": keyed | {"organisations": [ORGANISATION]},
        "zoom": signed,
        "gong": {"public_keys": list(gong.endpoint.model_dump()["public_keys"])},
        "standard": {"secrets": [{"env": "SOAK_STANDARD"}]},
    }
    return {
        "webhooks": [
            {"name": name, "source": name, **told}
            | ({"mapping": MAPPING[name]} if name in MAPPING else {})
            for name, told in agreed.items()
        ],
        "crm": {
            "hubspot": {"token": {"env": "SOAK_HUBSPOT"}, "url": hubspot.url, "write": True},
            "salesforce": {
                "url": crm.url,
                "client_id": crm.client_id,
                "client_secret": {"env": "SOAK_SALESFORCE"},
                "write": True,
            },
        },
        "gong": {
            "url": f"https://{_NOWHERE}",
            "key": "soak",
            "secret": {"env": "SOAK_GONG"},
            "hosts": [_NOWHERE],
        },
    }
