"""Build what a run needs from settings, a file and a deal: the one place where edges meet."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from transcript2handoff.audio.decode import DecodeLimits
from transcript2handoff.audio.models import ModelSources
from transcript2handoff.audio.recording import SpeechOptions, transcribe_recording
from transcript2handoff.deal import Deal, DealContext, parse_deal
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
    deal: Deal | None = None
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
    make = _from_transcript if looks_like_transcript(order.file) else _from_recording
    return make(order, settings)


def listed_call(file: Path, deal: Deal, home: Path) -> str | None:
    """The call that ``deal`` lists with this file; its paths count from the folder ``home``."""
    for call in deal.calls:
        if call.file and (home / call.file).resolve() == file.resolve():
            return call.id
    return None


def link(file: Path, folder: Path) -> str:
    """How a page in ``folder`` refers to ``file``: relative, percent-encoded."""
    relative = os.path.relpath(file.resolve(), folder.resolve())
    return quote(Path(relative).as_posix())


def _from_transcript(order: Order, _: Settings) -> Plan:
    imported = import_transcript(order.file, order.call_id or order.file.stem)
    call_id = imported.transcript.call_id
    return Plan(
        listener=ImportedListener(imported.transcript),
        extractor=extractor(order.engine),
        context=_context(order.deal or imported.deal, call_id),
        brief=BriefOptions(audio={call_id: order.audio_url} if order.audio_url else {}),
    )


def _from_recording(order: Order, settings: Settings) -> Plan:
    call_id = order.call_id or order.file.stem
    context = _context(order.deal, call_id)
    options, vocabulary = speech_options(settings), context.deal.vocabulary()
    return Plan(
        listener=RecordingListener(order.file, call_id, options, vocabulary),
        extractor=extractor(order.engine),
        context=context,
        brief=BriefOptions(audio={call_id: order.audio_url or link(order.file, order.folder)}),
    )


def _context(deal: Deal | None, call_id: str) -> DealContext:
    deal = deal or Deal()
    return DealContext(deal=deal, call=deal.call(call_id))


def _file_digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RecordingError(
            f"Cannot read the recording {path}: {error.strerror}. Check the path."
        ) from error
