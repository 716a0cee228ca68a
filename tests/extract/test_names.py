from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.extract.names import Person, Roster, roster
from transcript2handoff.transcript import Speaker, Transcript, Turn

ANN = Person("Ann Lee", "seller", "AE", present=True)
TOM_LEE = Person("Tom Lee", "customer", None, present=True)
DR_HATCH = Person("Dr. Hatch", "customer", None, present=False)


def test_a_first_name_is_enough_where_one_person_bears_it():
    people = Roster([ANN, TOM_LEE, DR_HATCH])
    assert people.find("ann") == ANN
    assert people.find("hatch") == DR_HATCH


def test_a_shared_name_means_nobody():
    assert Roster([ANN, TOM_LEE]).find("Lee") is None


def test_the_full_name_is_found_even_if_its_parts_are_shared():
    assert Roster([ANN, TOM_LEE]).find("tom lee") == TOM_LEE


def test_people_mentioned_come_in_order_and_once():
    people = Roster([ANN, TOM_LEE, DR_HATCH])
    assert people.mentioned("tom, then ann, then Tom Lee again") == (TOM_LEE, ANN)


def test_an_empty_roster_finds_nobody():
    assert Roster([]).mentioned("ann") == ()


def test_deal_file_and_transcript_are_put_together():
    transcript = Transcript(
        call_id="c",
        speakers=(Speaker(id="S1", name="ann lee"), Speaker(id="S2", name="Zoe", side="customer")),
        turns=(Turn(n=1, speaker="S1", text="Hi."),),
    )
    deal = Deal(
        participants=(
            Participant(name="Ann Lee", side="seller", title="AE"),
            Participant(name="Bo Kay", side="customer"),
        )
    )
    people = roster(transcript, DealContext(deal=deal, call=Call(id="c")))
    assert people.find("Ann Lee") == Person("Ann Lee", "seller", "AE", present=True)
    assert people.find("Kay") == Person("Bo Kay", "customer", None, present=False)
    assert people.find("Zoe") == Person("Zoe", "customer", None, present=False)
