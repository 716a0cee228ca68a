"""Build what a run needs from settings, a file and a deal: the one place where edges meet."""

import hashlib
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from transcript2handoff.audio.decode import DecodeLimits, fingerprint
from transcript2handoff.audio.models import ModelSources
from transcript2handoff.audio.recording import (
    SpeechOptions,
    hearing_identity,
    transcribe_recording,
)
from transcript2handoff.deal import Deal, DealContext, parse_deal
from transcript2handoff.engines.local import LocalEngine, Recall
from transcript2handoff.errors import DealFileError
from transcript2handoff.extract import Extractor
from transcript2handoff.importers import import_transcript, looks_like_transcript
from transcript2handoff.pipeline import Plan
from transcript2handoff.render import BriefOptions
from transcript2handoff.settings import Settings
from transcript2handoff.transcript import Transcript
from transcript2handoff.watch import Watch


class Engine(StrEnum):
    """The engines that extract facts."""

    LOCAL = "local"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What somebody wants to have made: from which file, for which deal, into which folder."""

    file: Path
    folder: Path
    deal: Deal | None = None
    call_id: str | None = None
    engine: Engine = Engine.LOCAL
    recall: Recall = Recall.BALANCED
    audio_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecordingListener:
    """Hears a recording with the speech model of the settings."""

    file: Path
    call_id: str
    options: SpeechOptions
    vocabulary: tuple[str, ...]
    identity: str

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


def extractor(engine: Engine, recall: Recall = Recall.BALANCED) -> Extractor:
    """The engine of this name, keeping so much."""
    match engine:
        case Engine.LOCAL:
            return LocalEngine(recall=recall)


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
    """How a page in ``folder`` refers to ``file``: by a relative path."""
    return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()


def _from_transcript(order: Order, _: Settings) -> Plan:
    imported = import_transcript(order.file, order.call_id or order.file.stem)
    call_id = imported.transcript.call_id
    return Plan(
        listener=ImportedListener(imported.transcript),
        extractor=extractor(order.engine, order.recall),
        context=context(order.deal or imported.deal or Deal(), call_id),
        brief=BriefOptions(audio={call_id: order.audio_url} if order.audio_url else {}),
    )


def _from_recording(order: Order, settings: Settings) -> Plan:
    call_id = order.call_id or order.file.stem
    known = context(order.deal or Deal(), call_id)
    options, vocabulary = speech_options(settings), known.deal.vocabulary()
    heard = (fingerprint(order.file, limits=options.limits), hearing_identity(options))
    return Plan(
        listener=RecordingListener(
            file=order.file,
            call_id=call_id,
            options=options,
            vocabulary=vocabulary,
            identity="\n".join((*heard, call_id, *vocabulary)),
        ),
        extractor=extractor(order.engine, order.recall),
        context=known,
        brief=BriefOptions(audio={call_id: order.audio_url or link(order.file, order.folder)}),
    )


def context(deal: Deal, call_id: str) -> DealContext:
    """What an engine is told of a call of a deal."""
    return DealContext(deal=deal, call=deal.call(call_id))
