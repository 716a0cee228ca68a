"""Zoom: recordings, the check of the URL, and what could be made of it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter

from transcript2handoff.errors import DeliveryForgedError, DeliveryFormError, DeliveryStaleError
from transcript2handoff.webhooks import UNSEALED, Delivery, Event, is_of_zoom


@pytest.fixture
def ready(senders):
    return json.loads(senders.example("zoom.json"))


def meeting(ready):
    return ready["payload"]["object"]


def check(token):
    return {"event": "endpoint.url_validation", "payload": {"plainToken": token}, "event_ts": 1}


def test_each_stretch_of_a_meeting_is_one_recording(good):
    first, second = good["zoom"].received().events
    assert first.sound.id == "sound-1", "sound alone goes before a video"
    assert second.sound.id == "video-2"
    assert first.transcript.id == "words-1"
    assert [voice.speaker for voice in first.voices] == ["Priya Shah"]
    assert (second.transcript, second.voices) == (None, ())
    assert first.started == datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)
    assert first.at == datetime(2026, 11, 20, 11, 59, 50, tzinfo=UTC)
    assert (first.account, first.meeting_number, first.minutes) == ("AAAA", "96384521", 42)
    assert first.meeting_id == "/444AAAiAAAAAiAi//AAii=="


def test_a_recording_is_known_again_by_meeting_and_file(senders, ready, good):
    keys = [event.key for event in good["zoom"].received().events]
    ready["event_ts"] += 5000
    ready["download_token"] = "another"
    assert [event.key for event in senders.zoom(ready).received().events] == keys
    meeting(ready)["uuid"] = "another"
    assert not set(keys) & {event.key for event in senders.zoom(ready).received().events}


def test_token_and_addresses_are_secrets_until_they_are_asked_for(good):
    got = good["zoom"].received()
    shown = f"{got!r} {got} {got.model_dump_json()} {got.model_dump()}"
    assert "eyJ0b2tlbiI6InNlY3JldCJ9" not in shown
    assert "webhook_download" not in shown
    stored = got.model_dump_json(context=UNSEALED)
    assert Delivery.model_validate_json(stored) == got
    assert got.events[0].token.get_secret_value() == "eyJ0b2tlbiI6InNlY3JldCJ9"
    one = got.events[0].model_dump_json(context=UNSEALED)
    assert TypeAdapter(Event).validate_json(one) == got.events[0]


@pytest.mark.parametrize(
    "url",
    [
        "http://us02web.zoom.us/rec/1",
        "https://zoom.us.example.com/rec/1",
        "https://notzoom.us/rec/1",
        "https://zoom.us@example.com/rec/1",
        "https://example.com@zoom.us/rec/1",
        "https://example.com/zoom.us",
        "https://zoom.us:8443/rec/1",
        "https://zoom.us:99999/rec/1",
        "https://[::1/rec",
        "https://zoom.us\\@example.com/",
        "https:///zoom.us/",
        "file:///etc/passwd",
        "",
    ],
)
def test_files_of_others_are_not_fetched(senders, ready, url):
    assert not is_of_zoom(url)
    for file in meeting(ready)["recording_files"]:
        file["download_url"] = url
    got = senders.zoom(ready).received()
    assert got.events == ()
    assert "lies with Zoom" in got.ignored[0].why


@pytest.mark.parametrize(
    "host", ["zoom.us", "us02web.zoom.us", "zoomgov.com", "ZOOM.US", "zoom.us:443"]
)
def test_zooms_own_addresses_are_known(host):
    assert is_of_zoom(f"https://{host}/rec/1?a=b")


def test_voices_without_a_time_belong_to_the_only_stretch(senders, ready):
    del meeting(ready)["participant_audio_files"][0]["recording_start"]
    assert [len(one.voices) for one in senders.zoom(ready).received().events] == [0, 0]
    del meeting(ready)["recording_files"][3]
    assert [len(one.voices) for one in senders.zoom(ready).received().events] == [1]


def test_files_that_are_not_complete_or_hold_no_sound_are_not_taken(senders, ready):
    for file in meeting(ready)["recording_files"]:
        file["status"] = "processing"
    assert senders.zoom(ready).received().events == ()
    meeting(ready)["recording_files"] = []
    assert senders.zoom(ready).received().ignored[0].why == "it names no files"


def test_what_is_not_of_interest_is_accepted_with_a_reason(senders):
    for event in ("meeting.started", None, 7):
        got = senders.zoom({"event": event}).received()
        assert got.events == ()
        assert "recording.completed" in got.ignored[0].why


@pytest.mark.parametrize("part", ["payload", "object", "uuid"])
def test_a_recording_without_its_parts_is_refused(senders, ready, part):
    text = json.dumps(ready).replace(f'"{part}"', '"gone"')
    with pytest.raises(DeliveryFormError, match="not described"):
        senders.zoom(text.encode()).received()


def test_the_url_is_proven_with_the_secret_by_which_it_was_asked(senders):
    import hashlib
    import hmac

    for secret in (senders.secret, senders.old_secret):
        answer = json.loads(senders.zoom(check("abc_-9"), secret=secret).received().answer.body)
        code = hmac.new(secret.encode(), b"abc_-9", hashlib.sha256).hexdigest()
        assert answer == {"plainToken": "abc_-9", "encryptedToken": code}


def test_nothing_is_signed_for_whoever_is_not_zoom(senders):
    for changed in (
        senders.zoom(check("abc"), secret="somebody-elses-secret"),
        senders.zoom(check("abc")).without("x-zm-signature"),
    ):
        with pytest.raises(DeliveryForgedError):
            changed.received()


@pytest.mark.parametrize(
    "token",
    [
        'v0:1795176000:{"event":"recording.completed"}',
        "v0:1795176000:",
        "a b",
        "a\n",
        "",
        "a" * 65,
        "ä",
        None,
        7,
        ["a"],
    ],
)
def test_nothing_is_signed_that_could_be_a_delivery(senders, token):
    with pytest.raises(DeliveryFormError, match="not signed"):
        senders.zoom(check(token)).received()


@pytest.mark.parametrize("late", [-301, 301])
def test_a_signature_lasts_five_minutes(senders, ready, late):
    sent = senders.zoom(ready)
    with pytest.raises(DeliveryStaleError):
        sent.received(now=senders.now + timedelta(seconds=late))
    assert sent.received(now=senders.now + timedelta(seconds=300)).events


def test_the_signature_is_over_the_bytes_as_they_were_sent(senders, ready):
    sent = senders.zoom(json.dumps(ready, indent=5).encode())
    assert sent.received().events
    with pytest.raises(DeliveryForgedError):
        sent.received(body=json.dumps(ready).encode())
