"""What the page of a large deal may cost: 150 claims, and a call of an hour and a half.

It is usable when a line unfolds and plays. How long that takes, ``benchmarks/pages.py`` measures: a
test would tell more of whatever else the machine does.
"""

import io
import wave

import pytest

from tests.large_deals import large_calls, put_large
from tests.pages.conftest import serving
from tests.pages.seeding import Seeded, person
from transcript2handoff.audio.steps import PLAYBACK, WAVEFORM
from transcript2handoff.store import calls, results
from transcript2handoff.store.calls import CallChanges

BYTES = 500_000
TRANSCRIPT_BYTES = 800_000
"""The whole of what was said, with a way to hear and to mend each of 1,155 turns."""
MINUTES = 90

pytestmark = pytest.mark.slow

USED = """async (n) => {
    const begun = performance.now();
    const line = document.querySelectorAll('#commitments .line')[n];
    line.querySelector('summary').click();
    const shown = line.querySelector('mark').getBoundingClientRect().height > 0;
    const audio = document.querySelector('.player audio');
    const heard = new Promise((done) => audio.addEventListener('playing', done, { once: true }));
    line.querySelector('a.play').click();
    await heard;
    const [{ responseEnd, domContentLoadedEventEnd }] = performance.getEntriesByType('navigation');
    const moments = [responseEnd, domContentLoadedEventEnd, begun, performance.now()];
    return { shown, time: audio.currentTime, seconds: moments.map((at) => at / 1000) };
}"""


def silence():
    """A recording as long as the call, in which nothing is heard."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * 60 * MINUTES)
    return out.getvalue()


def outline():
    """Peaks as the step that decodes writes them."""
    peaks = ",".join(f"{(n * 37 % 100) / 100}" for n in range(1800))
    return f'{{"seconds": {60 * MINUTES}, "peaks": [{peaks}]}}'.encode()


@pytest.fixture(scope="module")
def told():
    return large_calls(claims=150, minutes=MINUTES)


def put_with_recording(store, told):
    """The large deal with a recording, which a customer success manager has; the ids."""
    csm = person(store, "csm", "Maeve Lindqvist")
    put = put_large(store, told, csm_id=csm)
    sound = store.blobs.put([silence()])
    drawn = store.blobs.put([outline()])
    with store.write() as tx:
        calls.change(tx, put.call_id, CallChanges(playback=sound.digest))
        for name, blob in ((PLAYBACK, sound), (WAVEFORM, drawn)):
            made = results.Result(
                deal_id=put.deal_id,
                call_id=put.call_id,
                step="decode",
                key="decoded",
                name=name,
                blob=blob,
                media_type="application/json",
            )
            results.put(tx, made)
    return Seeded({"csm": csm}, put.deal_id, {"harborline-1": put.call_id})


@pytest.fixture
def large(sqlite_store, tmp_path, told):
    """A site with the large deal."""
    with serving(sqlite_store, tmp_path, put_with_recording(sqlite_store, told)) as site:
        yield site


def used(page, site, number):
    """A line is unfolded and heard as soon as the player is there.

    When the page was answered, laid out, tried, and heard, in seconds from its beginning.
    """
    page.goto(site.deal, wait_until="commit")
    page.locator(".player.on").wait_for()
    told = page.evaluate(USED, number)
    assert told["shown"]
    assert told["time"] > 0
    return told["seconds"]


def test_a_large_brief_is_used_as_soon_as_its_player_is_there(large, visits):
    page = visits(large, "csm")
    assert used(page, large, 7)
    assert page.locator(".line").count() >= 150
    assert page.faults == []


def weigh(page, site, path):
    """How many bytes everything has that a page takes, but the recording, and of what."""
    answers = {}
    page.on("response", lambda answer: answers.update({answer.url: answer}))
    page.goto(path)
    page.locator(".wave canvas").first.wait_for()
    sizes = {
        url.removeprefix(site.url): len(answer.body())
        for url, answer in answers.items()
        if not url.endswith("/audio")
    }
    return sum(sizes.values()), sizes


def test_a_large_brief_weighs_little(large, visits):
    weight, sizes = weigh(visits(large, "csm"), large, large.deal)
    assert len(sizes) > 8
    assert weight < BYTES, sizes


def test_an_hour_and_a_half_of_words_weighs_not_much_more(large, visits):
    call = large.seeded.calls["harborline-1"]
    weight, sizes = weigh(visits(large, "csm"), large, f"{large.deal}/calls/{call}")
    assert weight < TRANSCRIPT_BYTES, sizes
