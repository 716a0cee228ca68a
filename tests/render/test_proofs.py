"""How proofs are written: links into recordings, seconds, days."""

import pytest

from transcript2handoff.render.proofs import clock, due_text, recording_url


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ("1_call.opus", "1_call.opus"),
        ("calls/my call #2 (50%).opus", "calls/my%20call%20%232%20%2850%25%29.opus"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ('"><script>.mp3', "%22%3E%3Cscript%3E.mp3"),
        ("https://x.example/a%20b.mp3?sig=1&k=2#t=5", "https://x.example/a%20b.mp3?sig=1&k=2"),
        ('https://x.example/"><b>', "https://x.example/%22%3E%3Cb%3E"),
        ("größe.wav", "gr%C3%B6%C3%9Fe.wav"),
    ],
)
def test_recordings_are_linked_percent_encoded(place, url):
    assert recording_url(place) == url


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59.99, "0:59"), (61.2, "1:01"), (3599.9, "59:59"), (3600, "1:00:00")],
)
def test_seconds_read_like_a_player_s(seconds, text):
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("due", "text"),
    [("2027-03-31", "Wed 31 Mar 2027"), ("end of March", "end of March"), (None, None)],
)
def test_dates_are_shown_with_their_weekday(due, text):
    assert due_text(due) == text
