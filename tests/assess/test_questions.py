"""Questions to the account executive: who said what to whom, in which words, what comes first."""

import datetime
import json

import pytest

from transcript2handoff.assess import assess
from transcript2handoff.assess.about_contract import UNSIGNED
from transcript2handoff.assess.question import RANKS
from transcript2handoff.contract import parse_catalog, parse_contract, review
from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.facts import Promise
from transcript2handoff.ground import ground
from transcript2handoff.handoff import (
    Answer,
    Citation,
    Contradiction,
    Draft,
    DraftClaim,
    Provenance,
    Review,
    StatementEvidence,
    Turning,
    Window,
)
from transcript2handoff.transcript import Transcript

AE, ENGINEER = "Mara Quist", "Joost Vink"
PRIYA, TOM = "Priya Rao", "Tom Eke"
DEAL = Deal(
    participants=(
        Participant(name=AE, side="seller", title="Senior Account Executive"),
        Participant(name=ENGINEER, side="seller", title="Solutions Engineer"),
        Participant(name=PRIYA, side="customer"),
        Participant(name=TOM, side="customer"),
    )
)
SIDES = {AE: "seller", ENGINEER: "seller", PRIYA: "customer", TOM: "customer", None: None}
SCIM = "SCIM provisioning ships in the second quarter."


def call(*turns):
    """A transcript of turns as (speaker, words); a speaker of none is not known by name."""
    ids = {name: f"S{n}" for n, name in enumerate(dict.fromkeys(who for who, _ in turns), start=1)}
    return Transcript.model_validate(
        {
            "call_id": "elm-1",
            "speakers": [{"id": ids[who], "name": who, "side": SIDES[who]} for who in ids],
            "turns": [
                {"n": n, "speaker": ids[who], "text": words}
                for n, (who, words) in enumerate(turns, start=1)
            ],
        }
    )


def heard(transcript, *claims, deal=DEAL):
    """The handoff of a call; claims are (fact, summary, turn), the whole turn is the quote."""
    drafted = tuple(
        DraftClaim(
            summary=summary,
            fact=fact,
            citations=(Citation(turn=turn, quote=transcript.turn(turn).text),),
        )
        for fact, summary, turn in claims
    )
    draft = Draft(
        call_id="elm-1",
        transcript_version=1,
        provenance=Provenance(call_id="elm-1", engine="people", engine_version="1"),
        coverage=(Window(first=1, last=len(transcript.turns)),),
        claims=drafted,
    )
    context = DealContext(deal=deal, call=Call(id="elm-1", date=datetime.date(2027, 2, 1)))
    return ground(draft, transcript, context)


def hedged(type="feature", **fields):
    return Promise(strength="hedged", type=type, due="Q2", **fields)


def question(handoff, sort, transcripts=(), **more):
    found = [q for q in assess(handoff, transcripts, **more).questions if q.sort == sort]
    assert len(found) == 1, found
    return found[0]


ASKED = (PRIYA, "Is there SCIM?")
HOPED = "That ships in Q2, I'm fairly sure."


def asked_about_scim(*turns, at=2, deal=DEAL, **more):
    transcript = call(*turns)
    handoff = heard(transcript, (hedged(), SCIM, at), deal=deal)
    return str(question(handoff, "hedged", [transcript], **more).text)


def test_the_question_says_who_told_whom_what_in_which_words():
    assert asked_about_scim(ASKED, (AE, HOPED), (TOM, "Good.")) == (
        "You told Priya Rao, in the words “I'm fairly sure”: SCIM provisioning ships in the second "
        "quarter. Has product confirmed it, and in writing?"
    )


def test_you_is_the_account_executive_alone():
    told = asked_about_scim(ASKED, (ENGINEER, HOPED), (TOM, "Good."))
    assert told.startswith("Joost Vink told Priya Rao, in the words")
    told = asked_about_scim(ASKED, (ENGINEER, HOPED), executive=ENGINEER)
    assert told.startswith("You told Priya Rao")


def test_an_owner_of_the_deal_goes_before_a_title():
    deal = DEAL.model_copy(update={"owners": {"account_executive": ENGINEER}})
    assert asked_about_scim(ASKED, (AE, HOPED), deal=deal).startswith("Mara Quist told Priya Rao")


def test_of_two_account_executives_none_is_you():
    second = Participant(name="Ben Sorley", side="seller", title="Account Executive")
    deal = DEAL.model_copy(update={"participants": (*DEAL.participants, second)})
    assert asked_about_scim(ASKED, (AE, HOPED), deal=deal).startswith("Mara Quist told Priya Rao")


@pytest.mark.parametrize(
    ("turns", "at", "start"),
    [
        # Nobody asked, and two of the customer's people are there.
        ([(TOM, "Right."), (AE, HOPED), (PRIYA, "Good.")], 2, "You said, in"),
        # The one who speaks before and after.
        (
            [(TOM, "Right."), (AE, HOPED), (TOM, "Good."), (PRIYA, "Yes.")],
            2,
            "You told Tom Eke, in",
        ),
        # Nobody else of the customer's side speaks.
        ([(PRIYA, "Hello."), (ENGINEER, "Hello."), (AE, HOPED)], 3, "You told Priya Rao, in"),
        # The question came from a colleague.
        (
            [(TOM, "Hi."), (PRIYA, "Hi."), (ENGINEER, "Ships when?"), (AE, HOPED), (TOM, "Good.")],
            4,
            "You said, in",
        ),
        # The only voice that has a side may not be the only customer.
        ([(PRIYA, "Hello."), (None, "Hello."), (AE, HOPED)], 3, "You said, in"),
        # Nobody knows who speaks.
        ([(PRIYA, "Is there SCIM?"), (None, HOPED)], 2, "This was said, in"),
    ],
)
def test_nobody_is_named_who_is_not_sure(turns, at, start):
    assert asked_about_scim(*turns, at=at).startswith(start)


def test_a_promise_of_a_voice_that_proves_to_be_the_customers_is_nobodys():
    transcript = call(ASKED, (ENGINEER, HOPED))
    handoff = heard(transcript, (hedged(), SCIM, 2))
    voices = tuple(each.model_copy(update={"side": "customer"}) for each in transcript.speakers)
    mended = transcript.model_copy(update={"speakers": voices})
    told = str(question(handoff, "hedged", [mended]).text)
    assert told.startswith("This was said, in the words “I'm fairly sure”: SCIM")


def test_without_transcripts_nobody_is_named():
    transcript = call(ASKED, (AE, HOPED))
    told = str(question(heard(transcript, (hedged(), SCIM, 2)), "hedged").text)
    assert told.startswith("This was said, in the words “I'm fairly sure”: SCIM")


def test_a_transcript_of_another_version_names_nobody():
    transcript = call(ASKED, (AE, HOPED))
    handoff = heard(transcript, (hedged(), SCIM, 2))
    mended = transcript.model_copy(update={"version": 2})
    assert str(question(handoff, "hedged", [mended]).text).startswith("This was said")


@pytest.mark.parametrize(
    ("type", "wanted"),
    [
        ("feature", "Has product confirmed it, and in writing?"),
        ("timeline", "Have those who deliver it confirmed the date, and in writing?"),
        ("commercial", "Has it been approved on our side, and in writing?"),
        ("resource", "Are these people booked, and do they know?"),
        ("document", "Can it be sent, and by when?"),
        ("support", "Who takes this on, and may the customer count on it?"),
    ],
)
def test_what_is_asked_fits_what_was_promised(type, wanted):
    transcript = call(ASKED, (AE, HOPED))
    handoff = heard(transcript, (hedged(type), SCIM, 2))
    asked = question(handoff, "hedged", [transcript])
    assert str(asked.text).endswith(wanted)
    later = type in ("resource", "document", "support")
    assert asked.rank == RANKS["hedged"] + (3 if later else 0)


def test_a_condition_is_quoted_unless_the_claim_has_it():
    transcript = call((AE, "If legal signs by May, Joost joins your rollout."), (TOM, "Fine."))
    promise = Promise(strength="conditional", type="resource", due="May")
    one = heard(transcript, (promise, "Joost Vink joins the rollout.", 1))
    assert "in the words “If legal signs by May”" in str(
        question(one, "conditional", [transcript]).text
    )
    other = heard(transcript, (promise, "Joost joins if legal signs by May.", 1))
    assert "in the words" not in str(question(other, "conditional", [transcript]).text)


def test_a_changed_feature_is_asked_about_with_what_it_was():
    transcript = call(ASKED, (AE, "It ships in August."))
    firm = Promise(strength="firm", type="feature", owner=AE, due="August")
    handoff = heard(transcript, (firm, "SCIM ships in August.", 2))
    (claim,) = handoff.claims
    steps = tuple(
        Turning.model_construct(
            call_id="elm-1", date=None, state=state, summary=summary, evidence=claim.evidence
        )
        for state, summary in (("open", "SCIM ships in May."), ("changed", claim.summary))
    )
    changed = handoff.model_copy(update={"claims": (claim.model_copy(update={"history": steps}),)})
    asked = question(changed, "changed", [transcript])
    assert str(asked.text) == (
        "You told Priya Rao: SCIM ships in August. Before, it was: “SCIM ships in May.” "
        "What holds, and does the customer know?"
    )
    at = datetime.datetime(2027, 2, 2, tzinfo=datetime.UTC)
    confirmed = Review(action="confirmed", by="Ines Duarte", at=at)
    settled = changed.model_copy(
        update={"claims": (changed.claims[0].model_copy(update={"review": confirmed}),)}
    )
    assert all(q.sort != "changed" for q in assess(settled, [transcript]).questions)


def answered(handoff, asked):
    at = datetime.datetime(2027, 2, 2, tzinfo=datetime.UTC)
    evidence = StatementEvidence(person=AE, at=at, words="Yes, by e-mail.", question_id=asked.id)
    answer = Answer(question_id=asked.id, question=str(asked.text), evidence=evidence)
    return handoff.model_copy(update={"answers": (*handoff.answers, answer)})


def test_what_was_answered_is_not_asked_again():
    transcript = call(ASKED, (AE, HOPED))
    handoff = heard(transcript, (hedged(), SCIM, 2))
    while questions := assess(handoff, [transcript]).questions:
        before, handoff = questions[0], answered(handoff, questions[0])
        assert before.id not in [q.id for q in assess(handoff, [transcript]).questions]


def test_the_id_does_not_hang_on_the_words():
    one, other = call(ASKED, (AE, HOPED)), call((PRIYA, "SCIM?"), (AE, "In Q2, hopefully."))
    first = question(heard(one, (hedged(), SCIM, 2)), "hedged", [one])
    claim = heard(other, (hedged(), "SCIM comes in Q2, hopefully.", 2)).claims[0]
    kept = claim.model_copy(update={"id": first.claim_ids[0]})
    again = heard(other, (hedged(), SCIM, 2)).model_copy(update={"claims": (kept,)})
    assert question(again, "hedged", [other]).id == first.id
    assert first.text != question(again, "hedged", [other]).text


def test_a_contradiction_shows_both_sides_with_who_said_them():
    transcript = call(ASKED, (AE, "It ships in May."), ASKED, (ENGINEER, "It ships in June."))
    firm = Promise(strength="firm", type="feature", owner=AE, due="May")
    june = firm.model_copy(update={"owner": ENGINEER, "due": "June"})
    handoff = heard(transcript, (firm, "SCIM ships in May.", 2), (june, "SCIM ships in June", 4))
    clash = Contradiction(claims=tuple(c.id for c in handoff.claims), about="Two dates.")
    asked = assess(handoff.model_copy(update={"contradictions": (clash,)}), [transcript])
    first = next(q for q in asked.questions if q.sort == "contradiction")
    assert str(first.text) == (
        "You told Priya Rao: SCIM ships in May. Joost Vink told Priya Rao: SCIM ships in June. "
        "Both were said, and no call settles it. What holds?"
    )


CONTRACT = parse_contract(
    json.dumps(
        {
            "lines": [
                {
                    "id": "fee",
                    "type": "price",
                    "text": "Subscription fee",
                    "amount": 9000,
                    "currency": "EUR",
                },
                {"id": "term", "type": "length", "text": "Initial term of 12 months"},
                {"id": "start", "type": "start", "text": "Starts on 1 March 2027"},
            ],
            "exclusions": [{"id": "ghent", "text": "Onboarding workshops on site in Ghent"}],
        }
    ),
    where="terms.yaml",
)
CATALOG = parse_catalog(
    json.dumps({"features": [{"name": "Offline mode", "status": "not_offered"}]}),
    where="catalog.yaml",
)


def signed(handoff, transcript):
    found = review(handoff, CONTRACT, CATALOG, today=datetime.date(2027, 2, 1))
    return assess(handoff, [transcript], review=found)


def test_what_contract_and_catalogue_do_not_bear_out_is_asked_about_first():
    transcript = call(
        (PRIYA, "What do we get?"),
        (AE, "Five onboarding workshops on site in Ghent."),
        (AE, "The tablets get an offline mode in April."),
        (AE, "The badge printer is free of charge."),
        (AE, "A dashboard, hopefully."),
    )
    firm = {"strength": "firm", "owner": AE, "due": "April"}
    handoff = heard(
        transcript,
        (hedged(), "A dashboard, hopefully.", 5),
        (Promise(type="commercial", **firm), "The badge printer is free of charge.", 4),
        (Promise(type="feature", **firm), "The tablets get an offline mode in April.", 3),
        (Promise(type="resource", **firm), "Five onboarding workshops on site in Ghent.", 2),
    )
    assessment = signed(handoff, transcript)
    sorts = [q.sort for q in assessment.questions]
    assert sorted(sorts[:2]) == ["catalog", "contract"]
    assert sorts[2:4] == ["unsigned", "unsigned"]
    texts = [str(q.text) for q in assessment.questions]
    assert any("The contract has “Onboarding workshops on site in Ghent”" in t for t in texts)
    assert any("The catalogue says: “Offline mode” is not offered." in t for t in texts)
    assert (
        "You told Priya Rao: The badge printer is free of charge. It is not in the contract."
        in (texts[2])
    )
    assert "no_terms" not in sorts


def test_promises_outside_the_contract_do_not_crowd_out_the_rest():
    said = [f"Widget number {'abcdefgh'[n]} comes in April." for n in range(8)]
    transcript = call((PRIYA, "What else?"), *((AE, words) for words in said))
    firm = Promise(type="feature", strength="firm", owner=AE, due="April")
    handoff = heard(transcript, *((firm, words, n) for n, words in enumerate(said, start=2)))
    sorts = [q.sort for q in signed(handoff, transcript).questions]
    assert sorts.count("unsigned") == UNSIGNED
    assert "no_goal" in sorts


def test_a_weak_claim_is_asked_about_until_a_person_has_looked():
    transcript = call(ASKED, (AE, "It ships in May."))
    firm = Promise(strength="firm", type="feature", owner=AE, due="May")
    handoff = heard(transcript, (firm, SCIM, 2))
    claim = handoff.claims[0].model_copy(update={"confidence": 0.2})
    weak = handoff.model_copy(update={"claims": (claim,)})
    assert question(weak, "weak", [transcript]).claim_ids == (claim.id,)
    at = datetime.datetime(2027, 2, 2, tzinfo=datetime.UTC)
    looked = claim.model_copy(update={"review": Review(action="confirmed", by="I. D.", at=at)})
    seen = weak.model_copy(update={"claims": (looked,)})
    assert all(q.sort != "weak" for q in assess(seen, [transcript]).questions)
