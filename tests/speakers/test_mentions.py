import pytest

from transcript2handoff.deal import Participant
from transcript2handoff.speakers.mentions import Use, find_mentions
from transcript2handoff.speakers.people import Forms, listed
from transcript2handoff.transcript import Speaker, Transcript, Turn

PEOPLE = listed(
    [
        Participant(name="Gareth Pugh", side="customer", title="Operations Director"),
        Participant(name="Mrs. Priyanka Nair", side="customer", title="IT Lead"),
        Participant(name="Devinder Sahota", side="seller", title="Solutions Engineer"),
    ]
)


def mentions(*texts):
    turns = tuple(Turn(n=n, speaker="S1", text=text) for n, text in enumerate(texts, 1))
    call = Transcript(call_id="a-1", speakers=(Speaker(id="S1"),), turns=turns)
    return [(PEOPLE[one.person].short, one.use) for one in find_mentions(call, Forms(PEOPLE))]


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("I'm Gareth, and I run three sites.", Use.SAYS_OWN),
        ("Yes, Gareth here, sorry.", Use.SAYS_OWN),
        ("Hello, this is Gareth from Harborline.", Use.SAYS_OWN),
        ("Gareth Pugh, ops director. So that's Hull.", Use.GIVES_FULL),
        ("Hi both, Gareth Pugh. I'm in Hull.", Use.GIVES_FULL),
        ("Hey. Gareth, I run the yard.", Use.GIVES_ROLE),
        ("Gareth. Twenty-two years here.", Use.STANDS_ALONE),
        ("Hi Denise, it's Gareth, you rang.", Use.IT_IS),
        ("So this is Gareth, everyone.", Use.INTRODUCES),
        ("Gareth's our director.", Use.INTRODUCES),
        ("Gareth, can you hear me? You're on mute.", Use.OPENS),
        ("That's the price. Thanks, Gareth.", Use.CLOSES),
        ("That's it. Does it work for you, Gareth?", Use.ASKS),
        ("Thanks, Gareth.", Use.SAYS),
        ("I'll ask Gareth about that.", Use.MENTIONS),
        ("We have Gareth and Malcolm coming.", Use.MENTIONS),
        ("Gareth's list is long.", Use.MENTIONS),
    ],
)
def test_how_a_name_is_used(text, use):
    assert mentions(text) == [("Gareth", use)]


def test_words_of_others_that_are_repeated_address_nobody():
    assert mentions('They said, "Gareth, fix it," and left.') == []


def test_without_punctuation_the_edges_of_a_turn_address():
    lines = ["gareth can you see this", "not really", "can you now gareth", "i told gareth so"]
    uses = [use for _, use in mentions(*lines)]
    assert uses == [Use.OPENS, Use.CLOSES, Use.MENTIONS]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Thanks, Dev.", "Devinder"),
        ("Thanks, Pryanka.", "Priyanka"),
        ("Thanks, Mrs. Nair.", "Priyanka"),
        ("Thanks, Dev Sahota.", "Devinder"),
        ("Devender here, and the dev server is up. Devender again.", "Devinder"),
        ("Pranka Nair, IT.", "Priyanka"),
    ],
)
def test_short_misheard_and_family_names_mean_the_person(text, short):
    assert {name for name, _ in mentions(text)} == {short}


def test_a_name_is_recognised_by_its_sound():
    people = listed([Participant(name="Siobhan Keane", side="customer")])
    turns = (Turn(n=1, speaker="S1", text="Shivorn, hello. Is that you, Shivaun Keane?"),)
    call = Transcript(call_id="a-1", speakers=(Speaker(id="S1"),), turns=turns)
    assert len(find_mentions(call, Forms(people))) == 2


def test_a_word_that_is_also_written_small_is_no_short_form():
    people = listed([Participant(name="Theodora Quill", side="seller")])
    turns = (Turn(n=1, speaker="S1", text="The price? It is the old one."),)
    call = Transcript(call_id="a-1", speakers=(Speaker(id="S1"),), turns=turns)
    assert find_mentions(call, Forms(people)) == []
