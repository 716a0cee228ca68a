"""The engine: a call goes through the gate, is read in windows, and comes back as draft claims."""

from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Final, NamedTuple

from transcript2handoff.deal import DealContext
from transcript2handoff.engines.openai.asking import Asker
from transcript2handoff.engines.openai.checking import Checker
from transcript2handoff.engines.openai.claims import Claimant, restored
from transcript2handoff.engines.openai.client import ModelClient, OpenAIClient
from transcript2handoff.engines.openai.cost import Tally
from transcript2handoff.engines.openai.estimate import Estimate, estimate
from transcript2handoff.engines.openai.hearing import Hearing
from transcript2handoff.engines.openai.keep import Keep
from transcript2handoff.engines.openai.options import ModelOptions
from transcript2handoff.engines.openai.prompts import used_prompts
from transcript2handoff.engines.openai.readings import Reader, Reading, coverage, full
from transcript2handoff.engines.openai.running import run
from transcript2handoff.errors import EmptyTranscriptError
from transcript2handoff.extract.doubles import Source, join_doubles
from transcript2handoff.extract.merge import merge_repeats
from transcript2handoff.handoff import Draft, DraftClaim, PromptUsed, Provenance
from transcript2handoff.policy import Gate, Projection
from transcript2handoff.transcript import Transcript
from transcript2handoff.watch import NOBODY, Watch

ENGINE_VERSION: Final = "1"
"""Raised whenever the same answers may give other claims."""

Connect = Callable[[ModelOptions], AbstractAsyncContextManager[ModelClient]]


def connect(options: ModelOptions) -> OpenAIClient:
    """The model of the options, over the network."""
    return OpenAIClient(options.endpoint, request_seconds=options.limits.request_seconds)


class OpenAIEngine:
    """Reads a call with a model behind an OpenAI-compatible endpoint.

    Args:
        options: the model, and how far the engine may go.
        gate: decides whether a call may be sent, and what of it.
        keep: where answers are kept, and sendings noted.
        connect: how the model is reached; over the network, unless a test wants otherwise.
    """

    def __init__(
        self, options: ModelOptions, *, gate: Gate, keep: Keep, connect: Connect = connect
    ) -> None:
        self._options = options
        self._gate = gate
        self._keep = keep
        self._connect = connect

    @property
    def identity(self) -> str:
        """Engine, model, prompts, and all settings that decide what it says."""
        options, limits = self._options, self._options.limits
        prompts = " ".join(prompt.sha256 for prompt in self._prompts())
        return (
            f"openai {ENGINE_VERSION}, {options.endpoint.model} at {options.endpoint.url}, "
            f"prompts {prompts}, windows {limits.window_tokens}/{limits.overlap_tokens}, "
            f"answers {limits.answer_tokens}, redaction {self._gate.redaction}"
        )

    def extract(
        self, transcript: Transcript, context: DealContext, *, watch: Watch = NOBODY
    ) -> Draft:
        """Claims with citations; quotes are the model's and not checked yet.

        Raises:
            EmptyTranscriptError: the transcript has no turns.
            SendingRefusedError: the call may not leave this machine.
            EndpointError: the model does not give what was asked for; what it gave is kept.
            OutputError: the account of what is sent cannot be written.
            Cancelled: somebody asked to stop.
        """
        projection = self._admitted(transcript, context)
        return run(self._read(projection, self._gate.frame(context), watch))

    def _admitted(self, transcript: Transcript, context: DealContext) -> Projection:
        if not transcript.turns:
            raise EmptyTranscriptError(
                f"The transcript of {transcript.call_id} has no turns, so there is nothing to "
                "extract. Check the recording, or transcribe it again."
            )
        return self._gate.admit(transcript, context.call, to=self._options.endpoint.origin)

    def estimate(self, transcript: Transcript, context: DealContext) -> Estimate:
        """What reading this call would send and cost; nothing is sent.

        Raises:
            EmptyTranscriptError: the transcript has no turns.
            SendingRefusedError: the call may not leave this machine.
        """
        projection = self._admitted(transcript, context)
        return estimate(
            projection, self._gate.frame(context), options=self._options, keep=self._keep
        )

    async def _read(self, projection: Projection, context: DealContext, watch: Watch) -> Draft:
        options, transcript = self._options, projection.transcript
        tally = Tally(options.endpoint.price, options.limits.cost)
        async with self._connect(options) as client:
            asker = Asker(client, options, tally=tally, keep=self._keep)
            reader = Reader(asker, options, projection, context, redacted=self._gate.redaction)
            readings = await reader.read(watch)
            found = _claims(readings, Hearing(projection, context))
            crowded = tuple(note for reading in readings for note in full(reading, options))
            if options.check:
                checked = await Checker(reader).check(found.claims)
                found = _Found(checked.claims, (*found.notes, *checked.notes))
        read, unread = coverage(readings, len(transcript.turns))
        return Draft(
            call_id=transcript.call_id,
            transcript_version=transcript.version,
            provenance=self._provenance(projection, tally),
            coverage=read,
            unread=unread,
            notes=(*found.notes, *crowded),
            claims=tuple(restored(claim, projection) for claim in found.claims),
        )

    def _prompts(self) -> tuple[PromptUsed, ...]:
        return used_prompts(check=self._options.check)

    def _provenance(self, projection: Projection, tally: Tally) -> Provenance:
        return Provenance(
            call_id=projection.transcript.call_id,
            engine="openai",
            engine_version=ENGINE_VERSION,
            model=self._options.endpoint.model,
            prompts=self._prompts(),
            usage=tally.usage,
            sendings=tally.sendings,
            hidden=projection.hidden,
        )


class _Found(NamedTuple):
    claims: tuple[DraftClaim, ...]
    notes: tuple[str, ...]


def _claims(readings: Iterable[Reading], hearing: Hearing) -> _Found:
    """The claims of all windows; what two windows state of the same words is one.

    Only what is proved is joined, so that words that nobody said cannot lend themselves to a
    claim that is; the rest goes along for the appendix.
    """
    sources: list[Source] = []
    unproved: list[DraftClaim] = []
    notes: list[str] = []
    claimant = Claimant(hearing)
    for reading in readings:
        made = [claimant.claim(stated) for stated in reading.stated]
        proved: list[DraftClaim] = []
        for claim in made:
            if isinstance(claim, str):
                notes.append(f"The model stated what makes no fact: {claim}.")
            else:
                (proved if hearing.is_proved(claim.citations) else unproved).append(claim)
        sources.append(Source(tuple(proved), reading.window))
    return _Found((*merge_repeats(join_doubles(sources)), *unproved), tuple(dict.fromkeys(notes)))
