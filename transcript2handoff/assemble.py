"""Build what a run needs from settings, a file and a deal: the one place where edges meet."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from transcript2handoff.audio.decode import DecodeLimits
from transcript2handoff.audio.models import ModelSources
from transcript2handoff.audio.recording import SpeechOptions, transcribe_recording
from transcript2handoff.deal import Call, Deal, DealContext, parse_deal
from transcript2handoff.engines.local import LocalEngine
from transcript2handoff.errors import DealFileError, RecordingError
from transcript2handoff.extract import Extractor
from transcript2handoff.importers import import_transcript, looks_like_transcript
from transcript2handoff.pipeline import Plan
from transcript2handoff.render import BriefOptions
from transcript2handoff.settings import Settings
from transcript2handoff.transcript import Transcript
from transcript2handoff.watch import Watch

ENGINES = {"local": LocalEngine}


@dataclass(frozen=True, kw_only=True)
class Order:
    """What somebody wants to have made: from which file, for which deal, into which folder."""

    file: Path
    folder: Path
    deal_file: Path | None = None
    call_id: str | None = None
    engine: str = "local"
    audio_url: str | None = None


@dataclass(frozen=True)
class RecordingListener:
    """Hears a recording with the speech model of the settings."""

    file: Path
    call_id: str
    options: SpeechOptions
    vocabulary: tuple[str, ...]
    identity: str = field(init=False)

    def __post_init__(self) -> None:
        """Note what the recording holds now.

        Raises:
            RecordingError: it cannot be read.
        """
        parts = (_file_digest(self.file), self.options.model, self.call_id, *self.vocabulary)
        object.__setattr__(self, "identity", "\n".join(parts))

    def listen(self, watch: Watch) -> Transcript:
        """The transcript with voices told apart, but not yet named."""
        return transcribe_recording(
            self.file, self.call_id, options=self.options, vocabulary=self.vocabulary, watch=watch
        )


@dataclass(frozen=True)
class ImportedListener:
    """Has a transcript that another tool wrote."""

    transcript: Transcript

    @property
    def identity(self) -> str:
        """A digest of the transcript."""
        return hashlib.sha256(self.transcript.to_json().encode()).hexdigest()

    def listen(self, watch: Watch) -> Transcript:
        """The transcript as it was imported."""
        watch.at(1.0)
        return self.transcript


def read_deal(path: Path) -> Deal:
    """Read a ``deal.toml``.

    Raises:
        DealFileError: it cannot be read or is not valid.
    """
    try:
        return parse_deal(path.read_text(encoding="utf-8"), where=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise DealFileError(f"Cannot read the deal file {path}: {error}.") from error


def speech_options(settings: Settings) -> SpeechOptions:
    """How recordings are heard under these settings."""
    return SpeechOptions(
        model=settings.whisper_model,
        models=ModelSources(
            path=settings.whisper_model_path, cache=settings.model_cache, hub=settings.model_hub
        ),
        threads=settings.threads,
        limits=DecodeLimits(
            max_seconds=settings.max_recording_seconds, max_bytes=settings.max_recording_bytes
        ),
    )


def extractor(engine: str) -> Extractor:
    """The engine of this name; the names are the keys of ``ENGINES``."""
    return ENGINES[engine]()


def plan(order: Order, settings: Settings) -> Plan:
    """All that the pipeline needs for one call.

    Raises:
        InputError: the file is neither a recording nor a transcript, or the deal file is wrong.
    """
    deal = read_deal(order.deal_file) if order.deal_file else None
    call = call_of(order, deal)
    if looks_like_transcript(order.file):
        imported = import_transcript(order.file, call.id)
        deal = deal or imported.deal or Deal()
        call = call if order.call_id else deal.call(imported.transcript.call_id)
        listener: RecordingListener | ImportedListener = ImportedListener(imported.transcript)
        audio = {call.id: order.audio_url} if order.audio_url else {}
    else:
        deal = deal or Deal()
        listener = RecordingListener(
            order.file, call.id, speech_options(settings), deal.vocabulary()
        )
        audio = {call.id: order.audio_url or link(order.file, order.folder)}
    return Plan(
        listener=listener,
        extractor=extractor(order.engine),
        context=DealContext(deal=deal, call=call),
        brief=BriefOptions(audio=audio),
    )


def call_of(order: Order, deal: Deal | None) -> Call:
    """Which call of the deal the file is: by its listed file, else by a name of the order."""
    if order.call_id:
        return (deal or Deal()).call(order.call_id)
    if deal and order.deal_file:
        home = order.deal_file.parent
        for call in deal.calls:
            if call.file and (home / call.file).resolve() == order.file.resolve():
                return call
    return (deal or Deal()).call(order.file.stem)


def link(file: Path, folder: Path) -> str:
    """How a page in ``folder`` refers to ``file``: relative, percent-encoded."""
    relative = os.path.relpath(file.resolve(), folder.resolve())
    return quote(Path(relative).as_posix())


def _file_digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RecordingError(
            f"Cannot read the recording {path}: {error.strerror}. Check the path."
        ) from error
