"""Two engines as one."""

from dataclasses import dataclass

import pytest

from transcript2handoff.deal import Call, DealContext
from transcript2handoff.engines.combined import Allowed, Both
from transcript2handoff.errors import EndpointBusyError, SendingRefusedError
from transcript2handoff.facts import Pain
from transcript2handoff.handoff import Citation, Draft, DraftClaim, Provenance, Unread, Window
from transcript2handoff.transcript import Transcript, Turn
from transcript2handoff.watch import NOBODY, Watch

CALL = Transcript(call_id="alder-1", turns=(Turn(n=1, text="We lose nine hours a week."),))
CONTEXT = DealContext(call=Call(id="alder-1"))
CLAIM = DraftClaim(
    summary="Nine hours are lost a week.",
    fact=Pain(),
    citations=(Citation(turn=1, quote="We lose nine hours a week."),),
    confidence=0.6,
)
WHOLE = (Window(first=1, last=1),)


@dataclass(frozen=True)
class Fixed:
    """An engine that claims the same of every call, or fails."""

    name: str
    error: Exception | None = None
    unread: tuple[Unread, ...] = ()

    @property
    def identity(self):
        return self.name

    def extract(self, transcript, context, *, watch=NOBODY):
        watch.at(1.0)
        if self.error:
            raise self.error
        return Draft(
            call_id=transcript.call_id,
            transcript_version=transcript.version,
            provenance=Provenance(call_id=transcript.call_id, engine=self.name, engine_version="1"),
            coverage=() if self.unread else WHOLE,
            unread=self.unread,
            claims=() if self.unread else (CLAIM,),
        )


def test_a_call_that_may_be_sent_is():
    draft = Allowed(Fixed("far"), Fixed("near")).extract(CALL, CONTEXT)
    assert draft.provenance.engine == "far"
    assert draft.notes == ()


def test_a_call_that_may_not_be_sent_is_read_here_and_the_draft_says_why():
    refusing = Fixed("far", SendingRefusedError("No consent."))
    draft = Allowed(refusing, Fixed("near")).extract(CALL, CONTEXT)
    assert draft.provenance.engine == "near"
    assert draft.notes == ("No consent.",)


def test_a_server_that_fails_is_not_passed_over_in_silence():
    failing = Fixed("far", EndpointBusyError("Busy."))
    with pytest.raises(EndpointBusyError):
        Allowed(failing, Fixed("near")).extract(CALL, CONTEXT)


def test_both_engines_decide_the_identity():
    engines = Fixed("far"), Fixed("near")
    assert Allowed(*engines).identity == "far; else near"
    assert Both(*engines).identity == "far + near"


def test_what_both_find_is_one_claim_and_surer():
    shares = []
    draft = Both(Fixed("near"), Fixed("far")).extract(
        CALL, CONTEXT, watch=Watch(report=shares.append)
    )
    assert [claim.confidence for claim in draft.claims] == [0.84]
    assert draft.provenance.engine == "near+far"
    assert shares == [0.1, 1.0]


def test_what_one_has_not_read_the_other_has():
    unread = (Unread(first=1, last=1, reason="The server was busy."),)
    draft = Both(Fixed("near"), Fixed("far", unread=unread)).extract(CALL, CONTEXT)
    assert draft.unread == ()
    assert draft.coverage == WHOLE
    assert len(draft.claims) == 1
