"""The hearing of a recording in three steps, for work that must be able to go on where it ended.

``decode`` checks the recording and makes a small copy to play with its outline, ``transcribe``
writes down words, ``diarize`` says whose they are. What the three make together is the transcript
that ``transcribe_recording`` makes in one go. Each step decodes the recording anew: that takes a
second or two, and samples that were kept would take 115 MB for each hour of a call.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from transcript2handoff.audio._memory import give_back
from transcript2handoff.audio.channels import playable, separate
from transcript2handoff.audio.decode import decode
from transcript2handoff.audio.models import find_model
from transcript2handoff.audio.playback import playback_copy
from transcript2handoff.audio.recognize import Heard, Recognizer
from transcript2handoff.audio.recording import (
    Facts,
    SpeechOptions,
    facts_of,
    tell_voices_apart,
    voices_identity,
    with_voices,
    words_identity,
)
from transcript2handoff.audio.waveform import waveform
from transcript2handoff.deal import DealContext, first_fault
from transcript2handoff.errors import ArtifactError
from transcript2handoff.pipeline import TRANSCRIPT, Files, Step, name_call
from transcript2handoff.watch import Watch

FACTS: Final = "1_recording.json"
PLAYBACK: Final = "1_playback.ogg"
WAVEFORM: Final = "1_waveform.json"
WORDS: Final = "2_words.json"

_HALF: Final = 0.5
_DECODED: Final = 0.1
"""Shares of a step after which its recording is decoded, roughly."""
_HEARD: Final = TypeAdapter(Heard)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A recording that is brought when a step needs it."""

    digest: str
    """The SHA-256 of its bytes, in hexadecimal digits."""
    bring: Callable[[], AbstractContextManager[Path]]
    """Gives the file, under the name that it came with, for as long as it is needed."""


def hearing_steps(
    recorded: Recorded, context: DealContext, options: SpeechOptions
) -> tuple[Step, ...]:
    """From the recording of ``context.call`` to its transcript with names."""
    return (
        decode_step(recorded, options),
        recognize_step(recorded, context, options),
        diarize_step(recorded, context, options),
    )


def decode_step(recorded: Recorded, options: SpeechOptions) -> Step:
    """Check that the recording can be heard, and make a small copy to play, with its outline."""

    def run(_: Files, watch: Watch) -> Files:
        with recorded.bring() as path:
            sound = decode(path, limits=options.limits, watch=watch.part(0.0, _HALF))
            facts = facts_of(sound, file=path.name)
        played = playable(sound.samples)
        return {
            FACTS: facts.model_dump_json().encode(),
            PLAYBACK: playback_copy(played, watch=watch.part(_HALF, 1.0)),
            WAVEFORM: waveform(played).model_dump_json().encode(),
        }

    return Step(
        name="decode",
        reads=(),
        writes=(FACTS, PLAYBACK, WAVEFORM),
        run=run,
        settings="\n".join((recorded.digest, repr(options.limits))),
    )


def recognize_step(recorded: Recorded, context: DealContext, options: SpeechOptions) -> Step:
    """Write down the words and their seconds."""
    vocabulary = context.deal.vocabulary()

    def run(_: Files, watch: Watch) -> Files:
        folder = find_model(options.model, options.models)
        with recorded.bring() as path:
            sound = decode(path, limits=options.limits, watch=watch.part(0.0, _DECODED))
        heard = Recognizer(folder, threads=options.threads).recognize(
            separate(sound.samples).mono, vocabulary=vocabulary, watch=watch.part(_DECODED, 1.0)
        )
        give_back()
        return {WORDS: _HEARD.dump_json(heard)}

    return Step(
        name="transcribe",
        reads=(),
        writes=(WORDS,),
        run=run,
        settings="\n".join((recorded.digest, words_identity(options), *vocabulary)),
    )


def diarize_step(recorded: Recorded, context: DealContext, options: SpeechOptions) -> Step:
    """Tell voices apart, give each its words, and say who they are."""

    def run(files: Files, watch: Watch) -> Files:
        with recorded.bring() as path:
            sound = decode(path, limits=options.limits, watch=watch.part(0.0, _DECODED))
        voices = tell_voices_apart(
            separate(sound.samples), options, watch=watch.part(_DECODED, 1.0)
        )
        facts, heard = _facts(files[FACTS]), _heard(files[WORDS])
        call_id = context.call.id
        transcript = with_voices(heard, voices, facts, call_id=call_id, options=options)
        return {TRANSCRIPT: name_call(transcript, context).to_json().encode()}

    people = context.deal.expecting(context.call).people()
    return Step(
        name="diarize",
        reads=(FACTS, WORDS),
        writes=(TRANSCRIPT,),
        run=run,
        settings="\n".join((recorded.digest, voices_identity(), context.call.id, people)),
    )


def _facts(data: bytes) -> Facts:
    try:
        return Facts.model_validate_json(data)
    except ValidationError as error:
        raise ArtifactError(_broken(FACTS, error)) from error


def _heard(data: bytes) -> Heard:
    try:
        return _HEARD.validate_json(data)
    except ValidationError as error:
        raise ArtifactError(_broken(WORDS, error)) from error


def _broken(name: str, error: ValidationError) -> str:
    return f"{name} is broken: {first_fault(error)}. Start the run again."
