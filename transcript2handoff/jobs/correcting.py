"""What people put right in the transcript of a call: a step of its run, and the desk until then."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from transcript2handoff.corrections import Correction, apply, parsed
from transcript2handoff.corrections.handoffs import carried, is_same_call
from transcript2handoff.journal import Calls
from transcript2handoff.pipeline import TRANSCRIPT, Files, Step
from transcript2handoff.transcript import Transcript, read_transcript
from transcript2handoff.watch import Watch

CORRECT: Final = "correct"
HEARD: Final = "2_heard.json"
"""The transcript as it was heard and named, before anybody corrected it."""


def correct_step(lines: Sequence[str]) -> Step:
    """Put right in the transcript what people corrected; whoever reads it reads it corrected.

    Args:
        lines: the corrections of the call, as they are kept.
    """

    def run(files: Files, watch: Watch) -> Files:
        watch.at(0.0)
        if not lines:
            return {TRANSCRIPT: files[HEARD]}
        heard = read_transcript(files[HEARD], where="The transcript of the call")
        return {TRANSCRIPT: apply(heard, parsed(lines)).transcript.to_json().encode()}

    return Step(
        name=CORRECT, reads=(HEARD,), writes=(TRANSCRIPT,), run=run, settings="".join(lines)
    )


def corrected_calls(
    told: Calls,
    heard: Mapping[str, Transcript],
    corrections: Mapping[str, Sequence[Correction]],
) -> Calls:
    """What the calls say, on their transcripts as they are corrected by now.

    What the corrections mean for the claims is for a run to say; until then the claims stand on
    the corrected words. A call that was heard anew meanwhile is left as it was read.

    Args:
        told: what the calls said when they were last read.
        heard: the transcripts before anybody corrected them, of the calls that were corrected.
        corrections: of these calls.
    """
    before = {one.call_id: one for one in told.transcripts}
    done = {
        ref: apply(heard[ref], corrections[ref])
        for ref in heard.keys() & corrections.keys() & before.keys()
    }
    after = {
        ref: one.transcript
        for ref, one in done.items()
        if is_same_call(before[ref], one.transcript)
    }
    return replace(
        told,
        handoff=carried(told.handoff, before, after),
        transcripts=tuple(after.get(one.call_id, one) for one in told.transcripts),
        wordings={ref: done[ref].texts for ref in after},
    )
