"""Speakers with names, sides and titles, each with its confidence and its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from transcript2handoff.deal import Deal, Side
from transcript2handoff.speakers.assign import SELLER, Posterior, solve
from transcript2handoff.speakers.evidence import LEAD
from transcript2handoff.speakers.labels import Label
from transcript2handoff.speakers.mentions import ADDRESSES, OWN_WORDS, Use
from transcript2handoff.speakers.reasons import name_reason, side_reason
from transcript2handoff.speakers.scoring import SIDE_ORDER, Case, build_case, signed_forces, weigh
from transcript2handoff.speakers.weights import load_weights
from transcript2handoff.transcript import Speaker, Transcript

NAME_FLOOR: Final = 0.93
"""A name that is less probable is left out: unnamed is acceptable, wrongly named is not."""
SIDE_FLOOR: Final = 0.8
_CEILING: Final = 0.99
"""Nothing that is concluded from words is more certain than this."""
_FOUNDATION: Final = 1.0
"""Log-odds that a person's own signs must reach."""
_AROUND: Final = ("before", "after")
_AS_WRITTEN: Final = 0.9
"""A name that another tool wrote and that no participant has."""


@dataclass(frozen=True, kw_only=True)
class _Verdict:
    """What the probabilities say of one voice."""

    person: int | None
    probability: float
    side: Side
    side_probability: float


def name_speakers(transcript: Transcript, deal: Deal) -> Transcript:
    """The same transcript, with what can be known about its speakers.

    Names come from the deal's participants, or from the speakers' own mouths where the deal does
    not list them. ``name_confidence`` and ``side_confidence`` are probabilities of being right;
    below ``NAME_FLOOR`` and ``SIDE_FLOOR`` there is no name and no side. A name that
    another tool wrote stays if it is no participant's.
    """
    if not transcript.speakers:
        return transcript
    case = build_case(transcript, deal)
    posterior = solve(weigh(case, load_weights()))
    speakers = tuple(
        _describe(speaker, _verdict(posterior, voice), case, voice)
        for voice, speaker in enumerate(transcript.speakers)
    )
    return transcript.model_copy(update={"speakers": speakers})


def _verdict(posterior: Posterior, voice: int) -> _Verdict:
    people, sides = posterior.people[voice], posterior.sides[voice]
    best = int(people[:-1].argmax()) if len(people) > 1 else None
    seller = float(sides[SELLER])
    return _Verdict(
        person=best,
        probability=0.0 if best is None else float(people[best]),
        side=SIDE_ORDER[0 if seller >= 0.5 else 1],
        side_probability=max(seller, 1 - seller),
    )


def _is_sure(verdict: _Verdict, case: Case, voice: int) -> bool:
    return (
        verdict.person is not None
        and verdict.probability >= NAME_FLOOR
        and _is_founded(case, voice, verdict.person)
    )


def _is_founded(case: Case, voice: int, person: int) -> bool:
    """Whether something said on the call, not only elimination, makes this the person.

    Elimination alone is enough where there are as many voices as people. For somebody who is in
    no list, see ``_is_known``; and nobody speaks of themself as of another.
    """
    if person in case.labels[voice].fits:
        return True
    forces = signed_forces(case, voice=voice, person=person, weights=load_weights())
    if case.people[person].listed:
        own = sum(force for kind, force in forces.items() if force > 0 and kind != LEAD)
        return case.is_even or own >= _FOUNDATION
    said = sum(force for kind, force in forces.items() if kind in OWN_WORDS)
    return said >= _FOUNDATION and Use.MENTIONS not in forces and _is_known(case, person, forces)


def _is_known(case: Case, person: int, forces: Mapping[str, float]) -> bool:
    """Whether a name that is in no list is a full one, or is what others call this voice."""
    called = sum(forces.get(f"{when}_{use}", 0.0) for when in _AROUND for use in ADDRESSES)
    return len(case.people[person].words) > 1 or called > 0


def _describe(speaker: Speaker, verdict: _Verdict, case: Case, voice: int) -> Speaker:
    person = verdict.person if _is_sure(verdict, case, voice) else None
    known = _named(verdict, case, voice) if person is not None else _as_written(case.labels[voice])
    reasons = [known["reason"]] if known["reason"] else []
    side = verdict.side if verdict.side_probability >= SIDE_FLOOR else None
    if person is not None and case.people[person].side:
        side = case.people[person].side
    elif side:
        reasons.append(side_reason(case, voice=voice, side=side, weights=load_weights()))
    known |= {
        "side": side,
        "side_confidence": _confidence(verdict.side_probability) if side else 0.0,
        "reason": "; ".join(map(str, reasons)) or None,
        "title": known.get("title") or speaker.title,
    }
    return speaker.model_copy(update=known)


def _named(verdict: _Verdict, case: Case, voice: int) -> dict[str, object]:
    assert verdict.person is not None
    person = case.people[verdict.person]
    return {
        "name": person.name,
        "title": person.title,
        "name_confidence": _confidence(verdict.probability),
        "reason": name_reason(case, voice=voice, person=verdict.person, weights=load_weights()),
    }


def _as_written(label: Label) -> dict[str, object]:
    if not label.is_name:
        return {"name": None, "name_confidence": 0.0, "reason": None}
    which = "more than one participant has" if len(label.fits) > 1 else "no participant has"
    reason = f'the transcript calls this speaker "{label.name}", a name that {which}'
    return {"name": label.name, "name_confidence": _AS_WRITTEN, "reason": reason}


def _confidence(probability: float) -> float:
    return round(min(probability, _CEILING), 2)
