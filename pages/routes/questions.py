"""The gate: what the account executive is asked, and what customer success says to the handoff."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, get_args

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, ServicesDep, Writer
from transcript2handoff.api.etags import etag
from transcript2handoff.api.models.handoffs import (
    AnswerBody,
    DecisionBody,
    HandoffOut,
    QuestionList,
    ReadinessOut,
    ReturnReason,
)
from transcript2handoff.api.models.ids import DealId
from transcript2handoff.api.routes import claims, handoffs
from transcript2handoff.api.services import Services
from transcript2handoff.errors import HandoffError, PreconditionError
from transcript2handoff.handoff import Answer, Claim
from transcript2handoff.pages.answer_form import (
    FactField,
    Given,
    fact_fields,
    given_in,
    in_words,
    resting_on,
    stated_in,
)
from transcript2handoff.pages.answered import answer_as
from transcript2handoff.pages.deal_frame import deal_of, frame_of
from transcript2handoff.pages.forms import BLANK, Filled, FormFault, again, form_of, read_form
from transcript2handoff.pages.frame import see_other, show

router = APIRouter()
REASONS: Final[Mapping[ReturnReason, str]] = {
    "missing_evidence": "Something is claimed that no call proves",
    "scope_unclear": "What is to be delivered is not clear",
    "promise_not_deliverable": "A promise cannot be kept",
    "wrong_stakeholders": "The people are wrong, or somebody is missing",
    "terms_unclear": "Price, length or start are not clear",
    "other": "Something else",
}
"""Why a handoff is given back, as a form says it."""
assert set(REASONS) == set(get_args(ReturnReason))
_ATTEMPTS: Final = 5


@dataclass(frozen=True, kw_only=True)
class _Told:
    """A question that was answered, with what rests on the answer, and its form."""

    answer: Answer
    claims: tuple[Claim, ...]
    words: str
    """In the form; empty where all of it stands in the fields."""
    fields: tuple[FactField, ...]


@dataclass(frozen=True, kw_only=True)
class _Gate:
    """The handoff with its questions, as somebody has it before them."""

    handoff: HandoffOut
    questions: QuestionList
    readiness: ReadinessOut

    def answered(self, given: Mapping[str, Given]) -> Iterator[_Told]:
        """The questions that were answered; what was typed anew stands in their fields."""
        for one in self.handoff.handoff.answers:
            claims = resting_on(one.question_id, self.handoff.handoff)
            stated, typed = stated_in(claims), given.get(one.question_id)
            words = one.evidence.words
            of_fields = words == in_words(one.question_id, stated)
            yield _Told(
                answer=one,
                claims=claims,
                words=typed.words if typed else "" if of_fields else words,
                fields=fact_fields(
                    one.question_id,
                    {*self.questions.absent_terms, *stated},
                    typed.stated if typed else stated,
                ),
            )

    def fields_of(self, question_id: str, given: Given | None) -> tuple[FactField, ...]:
        """The fields of an answer to an open question."""
        values = given.stated if given else {}
        return fact_fields(question_id, self.questions.absent_terms, values)


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """What a page shows beside what is in the store."""

    given: Mapping[str, Given] = field(default_factory=dict)
    decision: Filled = BLANK
    status: int = 200


@router.get("/deals/{deal_id}/questions")
def questions(request: Request, services: ServicesDep, caller: Reader, deal_id: DealId) -> Response:
    """The questions, their answers, and whose turn it is."""
    return _page(request, services, caller, deal_id, _Shown())


@router.post("/deals/{deal_id}/answers")
def answer(request: Request, services: ServicesDep, caller: Writer, deal_id: DealId) -> Response:
    """Take the answers that were typed; those that do not fit are shown again."""
    given = given_in(form_of(request))
    told = [_answered(services, caller, deal_id, one) for one in given]
    refused = {one.question_id: one for one in told if one.problem}
    if refused:
        return _page(request, services, caller, deal_id, _Shown(given=refused, status=409))
    said = {0: "Nothing was typed, so nothing was answered.", 1: "The answer is noted."}
    words = said.get(len(given), f"{len(given)} answers are noted.")
    return see_other(request, f"/deals/{deal_id}/questions", said=words)


@router.post("/deals/{deal_id}/decision")
def decide(request: Request, services: ServicesDep, caller: Writer, deal_id: DealId) -> Response:
    """Take the handoff over, or give it back."""
    told = read_form(request, DecisionBody)
    if isinstance(told, FormFault):
        return _page(request, services, caller, deal_id, _Shown(decision=told, status=422))
    seen = etag(str(form_of(request).get("seen", "")))
    if other := _decided_meanwhile(request, services, caller, deal_id):
        changed = again(request, f"{other} has decided meanwhile. Look at it, then decide.")
        return _page(request, services, caller, deal_id, _Shown(decision=changed, status=409))
    try:
        handoffs.decide(services.store, caller, deal_id, told, if_match=seen)
    except PreconditionError:
        changed = again(request, "It has changed since you opened it. Look at it, then decide.")
        return _page(request, services, caller, deal_id, _Shown(decision=changed, status=412))
    words = {"accepted": "You have taken the handoff over.", "returned": "You have given it back."}
    return see_other(request, f"/deals/{deal_id}/questions", said=words[told.what])


def _decided_meanwhile(
    request: Request, services: Services, caller: Principal, deal_id: str
) -> str | None:
    """Who else has decided since the form was shown; None where nobody has."""
    here = answer_as(HandoffOut, handoffs.read_handoff(services, caller, deal_id, Response()))
    decision = here.decision
    if decision is None or decision.by == caller.name:
        return None
    return decision.by if form_of(request).get("decided") != decision.at.isoformat() else None


def _answered(services: Services, caller: Principal, deal_id: str, given: Given) -> Given:
    """The answer once it is noted; with a problem if it cannot be.

    Whoever answers a question that somebody else has answered meanwhile is shown that first.
    """
    for _ in range(_ATTEMPTS):
        here = answer_as(HandoffOut, handoffs.read_handoff(services, caller, deal_id, Response()))
        meanwhile = next(
            (one for one in here.handoff.answers if one.question_id == given.question_id), None
        )
        if meanwhile and _moment(meanwhile) != given.before:
            return replace(given, before=_moment(meanwhile), problem=_both(meanwhile))
        try:
            body = AnswerBody(question_id=given.question_id, words=given.told, facts=given.facts)
            claims.answer_question(
                services, caller, deal_id, body, Response(), if_match=etag(here.edition)
            )
        except PreconditionError:
            continue
        except (HandoffError, ValidationError) as error:
            return replace(given, problem=_why(error))
        return given
    return replace(given, problem="Others change this deal at the same moment. Send it again.")


def _why(error: HandoffError | ValidationError) -> str:
    if isinstance(error, HandoffError):
        return str(error)
    return "An answer has at most 4,000 characters. Shorten it, and send it again."


def _both(meanwhile: Answer) -> str:
    told = meanwhile.evidence
    return (
        f"{told.person} has answered this meanwhile: “{told.words}” "
        "Send yours once more to put it in that place."
    )


def _moment(told: Answer) -> str:
    return told.evidence.at.isoformat()


def _page(
    request: Request, services: Services, caller: Principal, deal_id: str, shown: _Shown
) -> Response:
    deal = deal_of(services.store, caller, deal_id)
    gate = _gate(services, caller, deal_id) if deal.verdict else None
    return show(
        request,
        "questions",
        status=shown.status,
        frame=frame_of(deal, tab="questions"),
        gate=gate,
        shown=shown,
        moment_of=_moment,
        reasons=REASONS,
        answers=caller.role != "csm",
        decides=caller.role != "ae",
    )


def _gate(services: Services, caller: Principal, deal_id: str) -> _Gate:
    asked = handoffs.list_questions(services, caller, deal_id, Response(), language="en")
    judged = handoffs.read_readiness(services, caller, deal_id, Response(), language="en")
    here = handoffs.read_handoff(services, caller, deal_id, Response())
    return _Gate(
        handoff=answer_as(HandoffOut, here),
        questions=answer_as(QuestionList, asked),
        readiness=answer_as(ReadinessOut, judged),
    )
