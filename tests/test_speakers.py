import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.deal import Deal, Participant
from transcript2handoff.speakers import NAME_FLOOR, SIDE_FLOOR, name_speakers
from transcript2handoff.transcript import Speaker, Transcript, Turn

CALLS = Path(__file__).parent.parent / "fixtures" / "bench"

TAMSIN = Participant(name="Tamsin Okoro", side="seller", title="Account Executive")
GARETH = Participant(name="Gareth Pugh", side="customer", title="Operations Director")
PRIYANKA = Participant(name="Priyanka Nair", side="customer", title="IT Lead")
DEAL = Deal(
    seller="Foldwell", customer="Harborline Freight", participants=(TAMSIN, GARETH, PRIYANKA)
)


def transcript(*lines: str, **names: str) -> Transcript:
    """Lines "S1: words"; ``names`` are what another tool called the speakers."""
    said = [line.split(": ", 1) for line in lines]
    ids = list(dict.fromkeys(speaker for speaker, _ in said))
    return Transcript(
        call_id="a-1",
        speakers=tuple(Speaker(id=one, name=names.get(one)) for one in ids),
        turns=tuple(Turn(n=n, speaker=who, text=text) for n, (who, text) in enumerate(said, 1)),
    )


def names(result: Transcript) -> dict[str, str | None]:
    return {speaker.id: speaker.name for speaker in result.speakers}


def sides(result: Transcript) -> dict[str, str | None]:
    return {speaker.id: speaker.side for speaker in result.speakers}


def recorded(call_id: str) -> tuple[Transcript, Deal, dict[str, str]]:
    """A call of the benchmark with its speakers' names taken away, and who they are."""
    call = json.loads((CALLS / f"{call_id}.json").read_text(encoding="utf-8"))
    order = dict.fromkeys(turn["speaker"] for turn in call["turns"])
    ids = {name: f"S{n}" for n, name in enumerate(order, 1)}
    lines = [f"{ids[turn['speaker']]}: {turn['text']}" for turn in call["turns"]]
    people = tuple(Participant(**one) for one in call["participants"])
    deal = Deal(seller=call["seller"], customer=call["customer"], participants=people)
    return transcript(*lines), deal, {voice: name for name, voice in ids.items()}


@pytest.mark.parametrize("call_id", ["harborline-1", "harborline-2", "quarrystone-1", "redfern-1"])
def test_people_of_a_whole_call_are_found_and_nobody_is_named_wrongly(call_id):
    call, deal, truth = recorded(call_id)
    result = name_speakers(call, deal)
    named = [turn for turn in result.turns if result.speaker_of(turn.n).name]
    assert all(result.speaker_of(turn.n).name == truth[turn.speaker] for turn in named)
    assert len(named) >= 0.8 * len(result.turns)
    expected = {person.name: person.side for person in deal.participants}
    assert sides(result) == {voice: expected[name] for voice, name in truth.items()}


def test_confidence_and_reason_stand_with_every_name():
    call, deal, _ = recorded("quarrystone-1")
    for speaker in name_speakers(call, deal).speakers:
        assert speaker.name_confidence >= NAME_FLOOR
        assert speaker.side_confidence >= SIDE_FLOOR
        assert "turn" in speaker.reason
        assert speaker.title


def test_an_introduction_and_an_address_name_two_speakers():
    result = name_speakers(
        transcript(
            "S1: Hi everyone. Gareth, can you hear me?",
            "S2: I can. We do all of our paperwork by hand, I want that gone.",
            "S3: I'm Priyanka, I look after IT here.",
            "S1: Lovely. I'll send you our pricing, and I can do a trial. Gareth, does that work?",
            "S2: It does.",
        ),
        DEAL,
    )
    assert names(result) == {"S1": "Tamsin Okoro", "S2": "Gareth Pugh", "S3": "Priyanka Nair"}
    assert result.speaker("S3").title == "IT Lead"
    assert "turn 3: \"I'm Priyanka" in result.speaker("S3").reason


def test_who_speaks_of_somebody_is_not_that_person():
    result = name_speakers(
        transcript(
            "S1: Is Priyanka with us today?",
            "S2: Priyanka's getting a coffee. Gareth said he'd be late, too.",
            "S1: Fine.",
        ),
        DEAL,
    )
    assert not {"Priyanka Nair", "Gareth Pugh"} & set(names(result).values())


def test_nothing_said_means_no_names():
    result = name_speakers(transcript("S1: Right.", "S2: Yes.", "S3: Mm."), DEAL)
    assert names(result) == {"S1": None, "S2": None, "S3": None}


def test_two_introductions_in_one_voice_leave_it_unnamed():
    result = name_speakers(
        transcript("S1: I'm Gareth.", "S2: Okay.", "S1: And I'm Priyanka.", "S3: Right."), DEAL
    )
    assert names(result)["S1"] is None


@pytest.mark.parametrize("heard", ["Pryanka", "Priyanca", "Priya", "Pri yanka"])
def test_a_misheard_or_shortened_name_is_recognised(heard):
    result = name_speakers(
        transcript(
            f"S1: {heard}, can you hear me?",
            "S2: Yes, hello.",
            f"S1: How does it look from your side, {heard}?",
            "S2: We have no budget for it.",
            f"S1: Thanks, {heard}. I'll send you our pricing.",
            "S2: Please do.",
        ),
        DEAL,
    )
    assert names(result)["S2"] == "Priyanka Nair"


def test_a_short_form_from_the_table_is_recognised():
    deal = Deal(
        participants=(
            Participant(name="Rebecca Halloran", side="seller"),
            Participant(name="Michael Dowling", side="customer"),
        )
    )
    result = name_speakers(
        transcript("S1: Hi, I'm Bec, I work with Josh.", "S2: Mick here. What do you charge?"), deal
    )
    assert names(result) == {"S1": "Rebecca Halloran", "S2": "Michael Dowling"}


def test_an_ordinary_word_is_no_name():
    deal = Deal(participants=(Participant(name="Will Grant", side="customer"), TAMSIN, PRIYANKA))
    call = transcript("S1: hello there", "S2: i will", "S3: will that work", "S2: yes will do")
    assert set(names(name_speakers(call, deal)).values()) == {None}


def test_somebody_who_is_not_listed_keeps_the_own_name():
    result = name_speakers(
        transcript(
            "S1: I'm Wendy Marsden, I run the customs desk.",
            "S2: Good to meet you, Wendy. Gareth, shall we start?",
            "S3: Let's. I want this sorted.",
        ),
        DEAL,
    )
    assert names(result)["S1"] == "Wendy Marsden"


def test_a_channel_carries_one_side():
    call = transcript(
        "S1: I'm Tamsin. Gareth, can you hear me?", "S2: Yes.", "S3: Sorry?", "S4: Hm."
    )
    channels = {"S1": 0, "S2": 1, "S3": 0, "S4": 1}
    on_channels = call.model_copy(
        update={
            "speakers": tuple(
                speaker.model_copy(update={"channel": channels[speaker.id]})
                for speaker in call.speakers
            )
        }
    )
    result = sides(name_speakers(on_channels, DEAL))
    assert result == {"S1": "seller", "S2": "customer", "S3": "seller", "S4": "customer"}


def test_without_a_deal_a_name_comes_from_the_speaker_alone():
    result = name_speakers(
        transcript(
            "S1: Hi, my name is Josh Tran.",
            "S2: Hello Josh. I'm Scottish, so speak slowly.",
            "S1: Ha. Is Mick joining?",
        ),
        Deal(),
    )
    assert names(result) == {"S1": "Josh Tran", "S2": None}


@pytest.mark.parametrize(
    "label",
    [
        "Priyanka",
        "Priyanka Nair",
        "PRIYANKA NAIR",
        "Nair, Priyanka",
        "Priyanka Nair (Harborline)",
        "Priyanka Nair | Harborline Freight",
        "priyanka.nair",
        "priyanka.nair@harborline.example",
        "Priyanka N.",
        "P. Nair",
    ],
)
def test_a_written_label_is_matched_to_the_participant(label):
    call = transcript("S1: Hello.", "S2: Hello.", S1=label, S2="Speaker 2")
    speaker = name_speakers(call, DEAL).speaker("S1")
    assert (speaker.name, speaker.side, speaker.title) == (
        "Priyanka Nair",
        "customer",
        "IT Lead",
    )
    assert speaker.name_confidence >= 0.95


@pytest.mark.parametrize(
    "label",
    ["Speaker 2", "Unknown 1", "SPEAKER_00", "spk_1", "Guest", "+44 20 7946 0000", "iPhone"],
)
def test_a_generic_label_is_no_name(label):
    call = transcript("S1: Hello.", "S2: Hm.", "S3: Hm.", S1=label)
    assert names(name_speakers(call, DEAL))["S1"] is None


def test_a_name_that_nobody_has_stays_and_its_company_gives_the_side():
    call = transcript("S1: Hm.", "S2: Hm.", "S3: Hm.", S1="Wendy (Harborline)", S2="Bernard")
    result = name_speakers(call, DEAL)
    assert names(result) == {"S1": "Wendy", "S2": "Bernard", "S3": None}
    assert sides(result)["S1"] == "customer"


@pytest.mark.parametrize(("label", "side"), [("Agent", "seller"), ("Customer 1", "customer")])
def test_a_role_as_label_gives_the_side_alone(label, side):
    speaker = name_speakers(transcript("S1: Hm.", "S2: Hm.", S1=label), Deal()).speaker("S1")
    assert (speaker.name, speaker.side) == (None, side)


def test_a_given_name_that_two_participants_share_stays_as_written():
    deal = Deal(
        participants=(
            Participant(name="Sarah Boyd", side="customer"),
            Participant(name="Sarah Lund", side="seller"),
        )
    )
    call = transcript("S1: Hm.", "S2: Hm.", "S3: Hm.", S1="Sarah")
    assert names(name_speakers(call, deal))["S1"] == "Sarah"


def test_a_call_without_speakers_stays_as_it_is():
    bare = Transcript(call_id="a-1", turns=(Turn(n=1, text="Hello."),))
    assert name_speakers(bare, DEAL) == bare


def test_more_people_than_can_be_weighed_still_give_the_names_that_are_said():
    crowd = tuple(
        Participant(name=f"Person{chr(97 + n)} Family{chr(97 + n)}", side="customer")
        for n in range(20)
    )
    deal = DEAL.model_copy(update={"participants": (*crowd, *DEAL.participants)})
    call = transcript("S1: I'm Priyanka Nair, I look after IT.", "S2: Hm.", "S3: Thanks, Priyanka.")
    assert names(name_speakers(call, deal))["S1"] == "Priyanka Nair"


WORDS = st.sampled_from(
    [
        "Gareth",
        "Tamsin",
        "Priyanka",
        "I'm",
        "thanks",
        "this is",
        "here",
        "price",
        "we",
        "?",
        ".",
        ",",
    ]
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["S1", "S2", "S3", "S4"]), st.lists(WORDS, max_size=6)),
        min_size=1,
        max_size=12,
    )
)
def test_words_turns_and_ids_never_change_and_names_come_from_the_deal(lines):
    call = transcript(*(f"{who}: {' '.join(words)}" for who, words in lines))
    result = name_speakers(call, DEAL)
    assert result.turns == call.turns
    assert [one.id for one in result.speakers] == [one.id for one in call.speakers]
    for speaker in result.speakers:
        assert speaker.name in {None, *(person.name for person in DEAL.participants)}
        assert (speaker.name is None) == (speaker.name_confidence == 0)
        assert (speaker.side is None) == (speaker.side_confidence == 0)
        assert speaker.name is None or speaker.reason


def test_a_voice_split_in_two_is_one_person_only_with_strong_evidence():
    lines = (
        "S1: I'm Tamsin, I look after your account.",
        "S2: I'm Gareth. What do you charge, Tamsin?",
        "S1: I'll send you our pricing.",
        "S2: And the pilot, what would that be, Tamsin?",
        "S1: Four weeks.",
        "S2: Can you hear me, Tamsin?",
        "S3: Yes. It's Tamsin here, I changed the headset.",
        "S2: Better. So when could you start, Tamsin?",
        "S3: I'll send it.",
        "S4: Hm.",
    )
    result = names(name_speakers(transcript(*lines), DEAL))
    assert (result["S1"], result["S3"]) == ("Tamsin Okoro", "Tamsin Okoro")
    assert result["S4"] != "Tamsin Okoro"
