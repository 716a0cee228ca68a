"""The agenda of the internal kickoff: who, when, what is missing, what to decide."""

import itertools

from markdown_it import MarkdownIt

from transcript2handoff.company import Company, Member
from transcript2handoff.deal import Participant
from transcript2handoff.documents.internal_kickoff import build_kickoff, internal_kickoff
from transcript2handoff.facts import CustomerCommitment, Promise

MARTA = Member(name="Marta Lind", role="customer_success_manager")


def _seats(inside):
    return [(str(s.role), s.name, str(s.known)) for s in build_kickoff(inside).seats]


def test_the_two_who_hand_over_are_seated_or_wanted(talk):
    talk.say("alder-1", "Ana Reyes", "Hello.")
    talk.say("alder-1", "Sam Osei", "Hello.")
    ours = (
        Participant(name="Ana Reyes", side="seller", title="Account Executive"),
        Participant(name="Sam Osei", side="seller", title="Magician"),
        Participant(name="Lena Koch", side="customer", title="Account Manager"),
    )

    assert _seats(talk.inside(participants=ours)) == [
        ("Account executive", "Ana Reyes", "spoke on call 1"),
        ("Customer success manager", None, "Name somebody before the meeting."),
        ("Magician", "Sam Osei", "spoke on call 1"),
    ]
    company = Company(team=(MARTA,), ownership="cs_am")
    assert _seats(talk.inside(company=company)) == [
        ("Account executive", None, "Name somebody before the meeting."),
        ("Customer success manager", "Marta Lind", "was on no call"),
        ("Account manager", None, "Name somebody before the meeting."),
    ]


def test_the_meeting_takes_45_minutes_without_a_gap(talk):
    talk.say("alder-1", "Ana Reyes", "Hello.")
    parts = build_kickoff(talk.inside(company=Company(team=(MARTA,)))).parts

    edges = [tuple(map(int, part.minutes.split("–"))) for part in parts]
    assert edges[0][0] == 0
    assert edges[-1][1] == 45
    assert all(one[1] == other[0] for one, other in itertools.pairwise(edges))
    assert parts[0].lead == "Marta Lind"
    assert str(parts[1].lead) == "Account executive"


def test_what_nobody_owns_is_to_be_decided(talk):
    firm = Promise(strength="firm", type="support")
    talk.hear("Ana Reyes", "We'll look into it.", firm)
    talk.hear("Ana Reyes", "I'll do it.", firm.model_copy(update={"owner": "Ana Reyes"}))
    talk.hear("Ana Reyes", "Forget it.", firm.model_copy(update={"status": "withdrawn"}))
    talk.hear("Lena Koch", "We'll send it.", CustomerCommitment(owner="Lena Koch"))
    talk.hear("Lena Koch", "Monday.", CustomerCommitment(owner="Lena Koch", due="Monday"))

    decisions = build_kickoff(talk.inside()).decisions

    assert [(str(each.question), each.about.text) for each in decisions] == [
        ("Who owns this promise?", "We'll look into it."),
        ("Who asks the customer for this, and by when?", "We'll send it."),
    ]


def test_contradictions_are_decided_first(talk):
    firm = Promise(strength="firm", type="support")
    one = talk.hear("Ana Reyes", "It is free.", firm)
    other = talk.hear("Sam Osei", "It is ten.", firm)
    talk.contradict(one, other, about="the price")

    first = build_kickoff(talk.inside()).decisions[0]

    assert str(first.question) == "What holds, and who tells the customer?"
    assert [proof.words for proof in first.about.proofs] == ["It is free.", "It is ten."]


def test_an_empty_deal_has_no_empty_part(talk):
    talk.say("alder-1", "Ana Reyes", "Hello.")
    lines = [line for line in internal_kickoff(talk.inside()).split("\n") if line]

    for heading, following in itertools.pairwise(lines):
        is_heading = heading.startswith("#")
        deeper = len(following.split(" ")[0]) > len(heading.split(" ")[0])
        assert not is_heading or not following.startswith("#") or deeper, heading
    assert not lines[-1].startswith("#")


def test_hostile_words_stay_words(talk):
    text = "| <b>x</b> | [y](http://z) `q` *s* \n# Heading"
    talk.hear("Lena|<i>", text, Promise(strength="hedged", type="feature"))
    inside = talk.inside(customer="A | <script>")

    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(internal_kickoff(inside))

    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "strong_open", "strong_close", "em_open", "em_close", "text_special"}
    assert "html_block" not in {token.type for token in tokens}
    rows = [0]
    for token in tokens:
        if token.type == "tr_open":
            rows.append(0)
        rows[-1] += token.type in ("td_open", "th_open")
    assert set(rows[1:]) <= {3, 4}


def test_every_line_of_a_whole_deal_has_its_words(harborline):
    kickoff = build_kickoff(harborline)

    groups = (*kickoff.motives, *kickoff.unwritten, *kickoff.landmines)
    lines = [line for group in groups for line in group.lines]
    lines += [decision.about for decision in kickoff.decisions]
    spoken = {turn.text for transcript in harborline.transcripts for turn in transcript.turns}
    assert len(lines) > 20
    for line in lines:
        assert line.proofs
        for proof in line.proofs:
            assert any(proof.words in text for text in spoken)
