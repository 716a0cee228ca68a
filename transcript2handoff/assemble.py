"""Build what a run needs from settings, a file and a deal: the one place where edges meet."""

import hashlib
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from transcript2handoff import policy, presidio
from transcript2handoff.audio.decode import DecodeLimits, fingerprint
from transcript2handoff.audio.models import ModelSources
from transcript2handoff.audio.recording import (
    SpeechOptions,
    hearing_identity,
    transcribe_recording,
)
from transcript2handoff.deal import Deal, DealContext, parse_deal
from transcript2handoff.engines.combined import Allowed, Both
from transcript2handoff.engines.local import LocalEngine, Recall
from transcript2handoff.engines.openai import (
    Endpoint,
    Keep,
    Limits,
    ModelOptions,
    OpenAIEngine,
    Price,
)
from transcript2handoff.errors import DealFileError, SettingsError
from transcript2handoff.extract import Extractor
from transcript2handoff.importers import import_transcript, looks_like_transcript
from transcript2handoff.pipeline import Plan
from transcript2handoff.policy import Gate, ProcessingPolicy, SendingPolicy
from transcript2handoff.render import BriefOptions
from transcript2handoff.settings import Settings
from transcript2handoff.transcript import Transcript
from transcript2handoff.watch import Watch

ANSWERS = "answers"
"""Beside the model files: what models have answered, and the journal of what was sent."""


class Engine(StrEnum):
    """The engines that extract facts."""

    AUTO = "auto"
    """The model server if one is configured and may be sent the call; else this machine."""
    LOCAL = "local"
    OPENAI = "openai"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """How somebody wants facts to be extracted.

    Attributes:
        engine: by which engine.
        recall: how much the local engine keeps.
        keep_answers: whether answers of a model are kept and used again.
        max_cost: most that a call may cost; that of the settings where none.
    """

    engine: Engine = Engine.AUTO
    recall: Recall = Recall.BALANCED
    keep_answers: bool = True
    max_cost: float | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """What somebody wants to have made: from which file, for which deal, into which folder."""

    file: Path
    folder: Path
    deal: Deal | None = None
    call_id: str | None = None
    extraction: Extraction = Extraction()
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


def extractor(wish: Extraction, settings: Settings) -> Extractor:
    """The engine that somebody wants.

    Raises:
        SettingsError: it needs a model server, and the settings name none, or one without prices
            although there is a limit to the cost.
    """
    local = LocalEngine(recall=wish.recall)
    match wish.engine:
        case Engine.AUTO:
            if settings.model_url is None:
                return local
            return Allowed(elsewhere=model_engine(wish, settings), here=local)
        case Engine.LOCAL:
            return local
        case Engine.OPENAI:
            return model_engine(wish, settings)
        case Engine.BOTH:
            return Both(first=local, second=model_engine(wish, settings))


def set_up_redaction(settings: Settings) -> None:
    """Have private data be found in this process as the settings say.

    Raises:
        ExtraMissingError: they name Presidio, and it is not installed.
    """
    if settings.redaction_engine == "both":
        presidio.check_installed()
    policy.use((presidio.PresidioDetector(),) if settings.redaction_engine == "both" else ())


def model_engine(wish: Extraction, settings: Settings) -> OpenAIEngine:
    """The engine that asks the model server of the settings.

    Raises:
        SettingsError: they name none, or one without prices although there is a limit to the cost.
    """
    set_up_redaction(settings)
    return OpenAIEngine(
        _model_options(wish, settings),
        gate=Gate(sending=SendingPolicy(settings.sending), redaction=settings.redaction),
        keep=Keep(settings.model_cache / ANSWERS, answers=wish.keep_answers),
    )


def _model_options(wish: Extraction, settings: Settings) -> ModelOptions:
    endpoint = model_endpoint(settings)
    limit = settings.model_max_cost if wish.max_cost is None else wish.max_cost
    if limit is not None and endpoint.price is None:
        raise SettingsError(
            f"There is a limit to the cost, but T2H_MODEL_PRICES does not say what "
            f"{endpoint.model} costs. Add it, or leave the limit out."
        )
    limits = Limits(
        request_seconds=settings.model_timeout,
        deadline_seconds=settings.model_deadline,
        concurrency=settings.model_concurrency,
        window_tokens=settings.model_window,
        overlap_tokens=settings.model_overlap,
        answer_tokens=settings.model_answer,
        cost=limit,
    )
    return ModelOptions(
        endpoint=endpoint,
        limits=limits,
        check=settings.model_check,
        accept_incomplete=settings.model_incomplete,
    )


def model_endpoint(settings: Settings) -> Endpoint:
    """The model server of the settings.

    Raises:
        SettingsError: they name none, or the file with the key cannot be read.
    """
    if settings.model_url is None or settings.model_name is None:
        raise SettingsError(
            "No model server is configured. Set T2H_MODEL_URL (such as https://api.openai.com/v1), "
            "T2H_MODEL_NAME and T2H_MODEL_KEY, or use `--engine local`."
        )
    price = settings.model_prices.get(settings.model_name)
    return Endpoint(
        url=str(settings.model_url).rstrip("/"),
        model=settings.model_name,
        key=_model_key(settings),
        price=Price(**price.model_dump()) if price else None,
    )


def _model_key(settings: Settings) -> str | None:
    if settings.model_key:
        return settings.model_key.get_secret_value()
    if settings.model_key_file is None:
        return None
    try:
        return settings.model_key_file.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"Cannot read the key in {settings.model_key_file} (T2H_MODEL_KEY_FILE): {error}."
        ) from error


def plan(order: Order, settings: Settings) -> Plan:
    """All that the pipeline needs for one call.

    Raises:
        InputError: the file is neither a recording nor a transcript, or the deal file is wrong.
        ConsentMissingError: the call may not be worked on.
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


def _from_transcript(order: Order, settings: Settings) -> Plan:
    imported = import_transcript(order.file, order.call_id or order.file.stem)
    call_id = imported.transcript.call_id
    return Plan(
        listener=ImportedListener(imported.transcript),
        extractor=extractor(order.extraction, settings),
        context=allowed_context(order.deal or imported.deal or Deal(), call_id, settings),
        brief=BriefOptions(audio={call_id: order.audio_url} if order.audio_url else {}),
    )


def _from_recording(order: Order, settings: Settings) -> Plan:
    call_id = order.call_id or order.file.stem
    known = allowed_context(order.deal or Deal(), call_id, settings)
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
        extractor=extractor(order.extraction, settings),
        context=known,
        brief=BriefOptions(audio={call_id: order.audio_url or link(order.file, order.folder)}),
    )


def context(deal: Deal, call_id: str) -> DealContext:
    """What an engine is told of a call of a deal."""
    return DealContext(deal=deal, call=deal.call(call_id))


def allowed_context(deal: Deal, call_id: str, settings: Settings) -> DealContext:
    """The same, of a call that may be worked on.

    Raises:
        ConsentMissingError: it may not.
    """
    found = context(deal, call_id)
    ProcessingPolicy(settings.processing).check(found.call)
    return found
