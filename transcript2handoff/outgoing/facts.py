"""What a CRM shall know of a deal: the note, tasks for what is open, and a few properties. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.assess.questions import is_weak
from transcript2handoff.crm import Task, WriteBack
from transcript2handoff.deal import Call
from transcript2handoff.documents.crm_note import crm_note
from transcript2handoff.documents.inside import Inside
from transcript2handoff.documents.tags import tags
from transcript2handoff.dossier import Dossier
from transcript2handoff.extract.dates import due_day
from transcript2handoff.facts import Promise
from transcript2handoff.handoff import Claim
from transcript2handoff.outgoing.leaving import refusals
from transcript2handoff.policy import Gate, redacted_texts
from transcript2handoff.render.facts import in_order
from transcript2handoff.render.proofs import Proof
from transcript2handoff.render.summary import VERDICTS
from transcript2handoff.transcript import Transcript
from transcript2handoff.words import Language, message

UNSAID: Final = message(
    "What was said on the calls is not written here: not all who were on them are known to agree."
)
"""What stands in the place of the brief where no words may leave this machine."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How a CRM is written to.

    Attributes:
        language: of those who read it there.
        gate: what may leave this machine.
        link: where the whole brief is.
    """

    language: Language
    gate: Gate
    link: str


def write_back(deal: Dossier, consents: Mapping[str, Call], wording: Wording) -> WriteBack:
    """Everything that the CRM shall know.

    Where a call may not leave this machine, no words of any call do: what they come to does.

    Args:
        deal: the deal with all that is known.
        consents: the calls as the deal lists them, by their ids.
        wording: how it is written.

    Raises:
        TemplateFileError: a template of the company's own fails.
    """
    inside = Inside(
        handoff=deal.handoff,
        assessment=deal.assessment,
        company=deal.company,
        transcripts=deal.transcripts,
        review=deal.review,
        templates=deal.company_files.templates_in(wording.language),
    )
    properties = {
        "readiness": deal.assessment.verdict,
        "score": deal.assessment.score,
        "tags": "\n".join(tags(deal.handoff, deal.assessment, deal.review)),
    }
    if refusals(deal.transcripts, consents, wording.gate):
        return WriteBack(note=_silent(inside), properties=properties, link=wording.link)
    told = WriteBack(
        note=crm_note(inside),
        tasks=tuple(_tasks(inside)),
        properties=properties,
        link=wording.link,
    )
    return hidden(told, deal.transcripts) if wording.gate.redaction else told


def hidden(facts: WriteBack, calls: Sequence[Transcript] = ()) -> WriteBack:
    """The same without numbers of cards, accounts and persons, telephones and addresses.

    Args:
        facts: what is written.
        calls: on which it was said: a quote may be a part of a number that was given in turns.
    """
    tasks = [each for task in facts.tasks for each in (task.subject, task.body)]
    values = {name: each for name, each in facts.properties.items() if isinstance(each, str)}
    told = redacted_texts(calls, [facts.note, *tasks, *values.values()])
    return facts.model_copy(
        update={
            "note": told[facts.note],
            "tasks": tuple(
                task.model_copy(update={"subject": told[task.subject], "body": told[task.body]})
                for task in facts.tasks
            ),
            "properties": {
                **facts.properties,
                **{name: told[each] for name, each in values.items()},
            },
        }
    )


def _silent(inside: Inside) -> str:
    words, assessment = inside.words, inside.assessment
    score = message("Readiness {score} of 100", score=assessment.score)
    lines = (words.say(VERDICTS[assessment.verdict]), words.say(score), "", words.say(UNSAID))
    return "\n".join(lines)


def _tasks(inside: Inside) -> Iterator[Task]:
    for claim in in_order(inside.handoff.of_kind("promise")):
        if claim.is_owed and not is_weak(claim):
            yield _promise(inside, claim)
    for question in inside.assessment.questions:
        yield Task(key=question.id, subject=inside.words.say(question.text))


def _promise(inside: Inside, claim: Claim) -> Task:
    assert isinstance(claim.fact, Promise), "promises were asked for"
    return Task(
        key=claim.id,
        subject=claim.summary,
        body=_said(inside.proofs.telling(claim)),
        due=due_day(claim.fact.due),
    )


def _said(proof: Proof) -> str:
    """Who said it, on which call, and when."""
    return ", ".join(part for part in (proof.speaker, proof.call, proof.when or proof.turn) if part)
