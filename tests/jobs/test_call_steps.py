"""The steps of one call out of a real store: what is fetched, heard and read."""

import json
from dataclasses import dataclass

import pytest

from tests.jobs.by_hand import (
    DEAL,
    FIRST,
    IMPORTED,
    MONO,
    RECORDED,
    SECOND,
    deal_row,
    made,
    recorded,
    text_of,
)
from transcript2handoff import assemble
from transcript2handoff.deal import Participant
from transcript2handoff.errors import (
    ArtifactError,
    Cancelled,
    EmptyTranscriptError,
    RecordingError,
    StoreError,
)
from transcript2handoff.fetching import Fetched
from transcript2handoff.handoff import Draft, Provenance, Usage, Window
from transcript2handoff.jobs import call_steps
from transcript2handoff.pipeline import HANDOFF, TRANSCRIPT
from transcript2handoff.store import (
    calls,
    counts,
    deals,
    erasing,
    uploads,
)
from transcript2handoff.transcript import read_transcript
from transcript2handoff.watch import NOBODY, Watch


def test_another_call_does_not_make_a_call_read_again(quick):
    deal_id = quick.deal()
    first = quick.spoken(deal_id)
    quick.read(first)
    quick.spoken(deal_id, "second", SECOND)
    assert quick.read(first)["extract"] == "reused"


def test_another_participant_makes_a_call_read_again(quick):
    deal_id = quick.deal()
    call = quick.spoken(deal_id)
    quick.read(call)
    more = (*DEAL.participants, Participant(name="Priyanka Nair", side="customer"))
    with quick.store.write() as tx:
        changes = deals.DealChanges(deal=DEAL.model_copy(update={"participants": more}))
        deals.change(tx, deal_id, changes)
    assert quick.read(call)["extract"] == "done"


def test_what_a_step_has_made_of_an_erased_call_is_not_left_behind(quick):
    """The step was under way when the call was erased: its bytes go, and not with a sweep only."""
    deal_id = quick.deal()
    call = quick.spoken(deal_id)
    run = quick.want("call", deal_id, call.id)
    reads = [name for name in quick.work.step_names(run) if name != "fetch"]
    before = {one.name for one in quick.store.blobs.everything()}

    def erased(_share):
        with quick.store.write() as tx:
            if calls.of_deal(tx, deal_id):
                erasing.call(tx, call.id, by="somebody")

    with pytest.raises((Cancelled, StoreError)):
        quick.do(run, reads[0], Watch(report=erased))
    assert {one.name for one in quick.store.blobs.everything()} <= before


def test_an_upload_in_parts_becomes_one_recording(hand):
    deal_id, data = hand.deal(), MONO.read_bytes()
    with hand.store.write() as tx:
        upload = uploads.add(tx, uploads.NewUpload(actor="u", deal_id=deal_id, length=len(data)))
    cut = len(data) // 3
    for begin in range(0, len(data), cut):
        hand.store.blobs.put_part(upload.id, begin, data[begin : begin + cut])
    call = hand.call(deal_id, upload_id=upload.id, file="call.opus")
    run, shares = hand.want("call", deal_id, call.id), []
    assert hand.work.step_names(run) == RECORDED
    assert hand.do(run, "fetch", Watch(report=shares.append)).state == "done"
    assert shares[-1] == 1.0
    row = hand.row(call)
    assert b"".join(hand.store.blobs.read(row.recording)) == data
    assert list(hand.store.blobs.read_parts(upload.id)) == []
    assert hand.do(run, "fetch").state == "reused"


def test_an_upload_that_is_a_transcript_is_read_as_one(quick):
    deal_id = quick.deal()
    with quick.store.write() as tx:
        new = uploads.NewUpload(actor="u", deal_id=deal_id, length=len(FIRST))
        upload = uploads.add(tx, new)
    quick.store.blobs.put_part(upload.id, 0, FIRST.encode())
    call = quick.call(deal_id, upload_id=upload.id, file="talk.vtt")
    run = quick.want("call", deal_id, call.id)
    assert tuple(quick.play(run)) == RECORDED
    row = quick.row(call)
    assert (row.recording, row.media_type) == (None, "text/plain")
    assert deal_row(quick, deal_id).edition == "1-0"


def test_a_recording_is_fetched_and_its_token_forgotten(quick):
    def fetch(text, blobs, watch):
        assert text == '{"token": "secret"}'
        watch.at(0.5)
        return Fetched(blob=blobs.put([MONO.read_bytes()]), media_type="audio/mp4")

    quick.fetch = fetch
    deal_id = quick.deal()
    call = quick.call(deal_id, fetch='{"token": "secret"}')
    run = quick.want("call", deal_id, call.id)
    assert quick.do(run, "fetch").state == "done"
    row = quick.row(call)
    assert (row.fetch, row.media_type) == (None, "audio/mp4")
    assert b"".join(quick.store.blobs.read(row.recording)) == MONO.read_bytes()


def test_a_call_of_which_there_is_nothing_says_so(quick):
    deal_id = quick.deal()
    call = quick.call(deal_id)
    with pytest.raises(RecordingError, match="neither a recording nor a transcript"):
        quick.do(quick.want("call", deal_id, call.id), "fetch")


def test_a_recording_is_checked_and_gets_a_copy_to_play(hand):
    deal_id = hand.deal()
    call = recorded(hand, deal_id)
    run = hand.want("call", deal_id, call.id)
    assert hand.work.step_names(run) == RECORDED
    for state in ("done", "reused"):
        assert hand.do(run, "decode").state == state
    copy = b"".join(hand.store.blobs.read(hand.row(call).playback))
    assert copy.startswith(b"OggS")
    key, files = made(hand, call, "decode")
    facts = json.loads(text_of(hand, files["1_recording.json"]))
    assert (facts["file"], facts["sha256"]) == (MONO.name, call.recording)
    assert len(key) == 64


def test_a_copy_that_no_row_knows_is_noted_when_the_step_is_found_done(quick):
    call = recorded(quick, quick.deal())
    run = quick.want("call", call.deal_id, call.id)
    quick.do(run, "decode")
    with quick.store.write() as tx:
        calls.change(tx, call.id, calls.CallChanges(playback=None))
    assert quick.do(run, "decode").state == "reused"
    assert quick.row(call).playback is not None


def test_the_same_recording_in_two_calls_is_heard_once(quick):
    deal_id = quick.deal()
    first, second = recorded(quick, deal_id, ref="first"), recorded(quick, deal_id, ref="second")
    assert quick.do(quick.want("call", deal_id, first.id), "decode").state == "done"
    assert quick.do(quick.want("call", deal_id, second.id), "decode").state == "reused"
    assert quick.row(second).playback == quick.row(first).playback


def test_a_file_that_is_no_recording_is_named_as_it_was_sent(quick, tmp_path):
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"\xff\xfb" + b"\0" * 5000)
    call = recorded(quick, quick.deal(), broken)
    with pytest.raises(RecordingError) as caught:
        quick.do(quick.want("call", call.deal_id, call.id), "decode")
    assert str(caught.value).startswith("broken.mp3 ")
    assert made(quick, call, "decode") is None


def test_a_step_whose_work_is_gone_says_so(quick):
    call = recorded(quick, quick.deal())
    with pytest.raises(ArtifactError, match=r"extract works on .*2_transcript\.json"):
        quick.do(quick.want("call", call.deal_id, call.id), "extract")


def test_a_transcript_in_which_nobody_speaks_says_so(quick):
    call = quick.spoken(quick.deal(), text="WEBVTT\n")
    with pytest.raises(EmptyTranscriptError):
        quick.read(call)


def test_a_transcript_of_ours_takes_the_id_of_its_call(quick):
    deal_id = quick.deal()
    first = quick.spoken(deal_id)
    quick.read(first)
    _, files = made(quick, first, "ground")
    assert set(files) == {HANDOFF, TRANSCRIPT}
    again = quick.spoken(deal_id, "copied", text_of(quick, files[TRANSCRIPT]))
    assert again.call.file == "copied.vtt"
    quick.read(again)
    _, files = made(quick, again, "ground")
    assert read_transcript(text_of(quick, files[TRANSCRIPT])).call_id == "copied"


def test_a_call_whose_recording_is_kept_no_longer_is_read_from_its_transcript(quick):
    deal_id = quick.deal()
    call = quick.spoken(deal_id)
    quick.read(call)
    with quick.store.write() as tx:
        calls.change(tx, call.id, calls.CallChanges(transcript=None))
    again = quick.read(call)
    assert tuple(again) == IMPORTED
    assert again["transcribe"] == "done"
    assert deal_row(quick, deal_id).edition == "1-0"


def test_whoever_waits_to_hear_a_recording_stops_on_request(quick):
    call = recorded(quick, quick.deal())
    run = quick.want("call", call.deal_id, call.id)
    quick.do(run, "decode")
    looks = []

    def cancelled():
        looks.append(1)
        return len(looks) > 3

    with call_steps.heard_alone(Watch()), pytest.raises(Cancelled):
        quick.do(run, "transcribe", Watch(cancelled=cancelled))
    assert made(quick, call, "transcribe") is None


@dataclass(frozen=True)
class Paid:
    """An engine that was paid for."""

    identity: str = "paid 1"

    def extract(self, transcript, context, *, watch=NOBODY):
        usage = Usage(requests=1, tokens_in=70, tokens_cached=20, tokens_out=5)
        made = Provenance(
            call_id=transcript.call_id, engine="paid", engine_version="1", model="big", usage=usage
        )
        return Draft(
            call_id=transcript.call_id,
            transcript_version=transcript.version,
            provenance=made,
            coverage=(Window(first=1, last=len(transcript.turns)),),
            claims=(),
        )


def test_tokens_are_counted_once(quick, monkeypatch):
    monkeypatch.setattr(assemble, "extractor", lambda *_: Paid())
    call = quick.spoken(quick.deal())
    quick.read(call)
    quick.read(call)
    with quick.store.read() as tx:
        told = {one.label: one.number for one in counts.of_all(tx) if one.what == "tokens"}
    assert told == {"big/in": 70, "big/cached": 20, "big/out": 5}


@pytest.mark.slow
def test_the_hearing_stops_between_two_stretches_and_is_done_once(quick):
    call = recorded(quick, quick.deal())
    run = quick.want("call", call.deal_id, call.id)
    quick.do(run, "decode")
    shares = []
    watch = Watch(report=shares.append, cancelled=lambda: bool(shares) and shares[-1] >= 0.1)
    with pytest.raises(Cancelled):
        quick.do(run, "transcribe", watch)
    assert made(quick, call, "transcribe") is None
    assert [quick.do(run, "transcribe").state for _ in range(2)] == ["done", "reused"]
