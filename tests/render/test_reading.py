"""A transcript with the claims that its words prove."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.deal import Call
from transcript2handoff.handoff import CallRecord, Handoff, read_handoff, spoken_evidence
from transcript2handoff.render.options import BriefOptions
from transcript2handoff.render.proofs import HeardCall, heard_calls
from transcript2handoff.render.reading import reading
from transcript2handoff.transcript import Span, Transcript, Turn, read_transcript

DATA = Path(__file__).parent / "data"
TEXT = "We will do it by Friday, and the price stays."


def golden():
    transcript = read_transcript((DATA / "2_transcript.json").read_bytes())
    handoff = read_handoff((DATA / "4_handoff.json").read_bytes(), [transcript])
    options = BriefOptions(audio={transcript.call_id: "call.ogg"})
    return handoff, heard_calls(handoff, [transcript], options)[0]


def test_every_quote_is_marked_where_it_stands():
    handoff, call = golden()
    turns = {turn.number: turn for turn in reading(handoff, call).turns}
    for claim in handoff.claims:
        for piece in claim.spoken:
            turn = turns[piece.turn]
            marked = "".join(part.text for part in turn.parts if claim.id in part.claim_ids)
            assert piece.quote in marked
            assert claim.id in {each.claim_id for each in turn.proves}


def test_a_turn_reads_as_it_was_said():
    handoff, call = golden()
    read = reading(handoff, call)
    for line, turn in zip(read.turns, call.transcript.turns, strict=True):
        assert "".join(part.text for part in line.parts) == turn.text
        assert (line.start, line.end) == (turn.start, turn.end)
        assert line.play.href.startswith("call.ogg#t=")
        heard = {voice.number: voice for voice in read.voices}.get(line.voice)
        assert (heard.id if heard else None) == turn.speaker
        assert line.speaker == (heard.label if heard else "Unknown speaker")


def test_voices_say_for_how_long_they_are_heard():
    handoff, call = golden()
    read = reading(handoff, call)
    assert [voice.number for voice in read.voices] == list(range(1, len(read.voices) + 1))
    known = [turn for turn in call.transcript.turns if turn.speaker]
    assert len(known) == len(read.turns) - 1
    assert sum(voice.turns for voice in read.voices) == len(known)
    spoken = sum(turn.end - turn.start for turn in known)
    assert abs(sum(voice.seconds for voice in read.voices) - spoken) < 0.1


def test_without_times_and_names_it_is_read_all_the_same():
    transcript = Transcript(call_id="c", turns=(Turn(n=1, text="Hello."),))
    record = CallRecord(call=Call(id="c"), transcript_version=1, turns=1)
    call = HeardCall(number=1, record=record, transcript=transcript, audio=None)
    handoff = Handoff(deal={}, calls=(record,), provenance=())
    (line,) = reading(handoff, call).turns
    assert (line.voice, line.when, line.play, line.proves) == (0, None, None, ())
    assert [part.text for part in line.parts] == ["Hello."]


SPAN = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, len(TEXT))).filter(
    lambda ends: ends[0] < ends[1] and TEXT[slice(*ends)].strip()
)


@given(st.lists(SPAN, min_size=1, max_size=5))
def test_quotes_that_overlap_are_all_marked(spans):
    transcript = Transcript(call_id="c", turns=(Turn(n=1, text=TEXT, start=0, end=100),))
    record = CallRecord(call=Call(id="c"), transcript_version=1, turns=1)
    pieces = [spoken_evidence(transcript, 1, Span(*each), match="exact") for each in spans]
    claims = [
        {"id": f"c{n}", "summary": "x", "fact": {"kind": "pain"}, "evidence": [piece.model_dump()]}
        for n, piece in enumerate(pieces)
    ]
    handoff = Handoff.model_validate(
        {"deal": {}, "calls": [record], "provenance": [], "claims": claims},
        context={"transcripts": {"c": transcript}},
    )
    call = HeardCall(number=1, record=record, transcript=transcript, audio=None)
    (line,) = reading(handoff, call).turns
    assert "".join(part.text for part in line.parts) == TEXT
    for n, piece in enumerate(pieces):
        marked = "".join(part.text for part in line.parts if f"c{n}" in part.claim_ids)
        assert marked == piece.quote
