import pytest

from transcript2handoff.deal import Participant
from transcript2handoff.speakers.evidence import find_signs, kinds
from transcript2handoff.speakers.mentions import find_mentions
from transcript2handoff.speakers.people import Forms, listed
from transcript2handoff.speakers.weights import load_weights
from transcript2handoff.transcript import Speaker, Transcript, Turn

PEOPLE = listed(
    [
        Participant(name="Isla Rennie", side="customer", title="Operations Director"),
        Participant(name="Priyanka Nair", side="customer", title="IT Lead"),
    ]
)


def signs(*lines):
    said = [line.split(": ", 1) for line in lines]
    ids = sorted({who for who, _ in said})
    call = Transcript(
        call_id="a-1",
        speakers=tuple(Speaker(id=one) for one in ids),
        turns=tuple(Turn(n=n, speaker=who, text=text) for n, (who, text) in enumerate(said, 1)),
    )
    return find_signs(call, mentions=find_mentions(call, Forms(PEOPLE)), people=PEOPLE)


def test_who_speaks_before_and_after_a_name_is_noted():
    found = signs("S1: Hello.", "S2: Thanks, Isla.", "S2: Right.", "S3: Sure.")
    assert {(sign.speaker, sign.kind, sign.weight) for sign in found} == {
        ("S2", "says", 1.0),
        ("S1", "after_says", 1.0),
        ("S3", "before_says", 1.0),
    }


def test_one_mention_between_two_turns_of_a_voice_counts_less_than_two():
    found = signs("S1: Hello.", "S2: Thanks, Isla.", "S1: Sure.")
    assert [sign.weight for sign in found if sign.speaker == "S1"] == [0.6, 0.6]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("I look after IT here.", {1}),
        ("Sorry. Ilarani, operations director. Lorry trouble.", {0}),
        ("I look after it myself.", set()),
        ("I'm here, and you're the operations director.", set()),
        ("Our operations director.", set()),
    ],
)
def test_a_title_counts_where_people_tell_their_own(text, roles):
    found = signs(f"S1: {text}", "S2: Okay.")
    assert {sign.person for sign in found if sign.kind == "role"} == roles


def test_every_kind_of_sign_has_a_weight():
    assert set(load_weights().signs) == set(kinds())
