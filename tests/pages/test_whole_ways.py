"""From a recording to a handoff that is taken over: `t2h serve` with its worker, and two people."""

import os
import signal
import subprocess
import time
import wave

import httpx
import pytest

from tests.jobs.test_serve import T2H, _free_port
from tests.pages.conftest import Site
from tests.pages.seeding import FIXTURE, NAMES, Seeded, person
from transcript2handoff.audio.decode import decode
from transcript2handoff.store import handoffs

RATE = 16_000
SPAN = (424, 495)
"""Seconds of the first call of the fixture: three promises are made in them."""
PATIENT = 600_000
"""Milliseconds: a busy machine takes its time to hear a call."""


@pytest.fixture(scope="session")
def recording(tmp_path_factory):
    """Somewhat more than a minute of a call."""
    sound = decode(FIXTURE / "harborline-1" / "1_call.opus")
    begin, end = (second * RATE for second in SPAN)
    samples = (sound.samples[0, begin:end] * 32_767).astype("<i2")
    file = tmp_path_factory.mktemp("call") / "2026-04-08 harborline.wav"
    with wave.open(str(file), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(samples.tobytes())
    return file


@pytest.fixture
def served(store, database_url, tmp_path):
    """The service as it is run, with its worker, and people who have an account."""
    people = {role: person(store, role, name) for role, name in NAMES.items()}
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "T2H_DATA": str(tmp_path / "data"),
        "T2H_DATABASE": database_url,
        "T2H_BLOBS": str(tmp_path / "blobs"),
        "T2H_PORT": str(port),
        "T2H_PUBLIC_URL": url,
        "T2H_WHISPER_MODEL": "tiny.en",
        "T2H_MODEL_HUB": "false",
    }
    with (tmp_path / "told").open("w") as told:
        process = subprocess.Popen([*T2H, "serve"], env=os.environ | settings, stderr=told)
    try:
        until = time.monotonic() + 90
        while not _answers(url):
            assert process.poll() is None, (tmp_path / "told").read_text()
            assert time.monotonic() < until, "the service does not begin"
            time.sleep(0.1)
        yield Site(url, store, None, Seeded(people, "", {}))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _answers(url):
    try:
        return httpx.get(f"{url}/healthz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.slow
def test_from_a_recording_to_a_handoff_that_is_taken_over(served, visits, recording):
    ae = visits(served, "ae")
    deal = uploaded(ae, recording)
    watched(ae)
    answered(ae, deal)
    handed_over(ae, deal)
    csm = visits(served, "csm")
    csm.goto("/deals")
    csm.get_by_role("link", name="Harborline Freight").first.click()
    csm.wait_for_url(f"**/deals/{deal}")
    played(csm)
    corrected(csm)
    added(csm, deal)
    taken_over(csm, deal)
    with served.store.read() as tx:
        decision = handoffs.versions(tx, deal)[0].decision
    assert (decision.what, decision.by) == ("accepted", "Maeve Lindqvist")
    assert ae.faults == csm.faults == []


def uploaded(page, recording):
    """The account executive types the deal, and sends the recording; the id of the deal."""
    page.goto("/upload")
    page.set_input_files("#files", str(recording))
    page.get_by_text("A new deal: type it").click()
    page.get_by_label("Customer", exact=True).fill("Harborline Freight")
    page.get_by_label("Name of person 1").fill("Tamsin Okoro")
    page.get_by_label("Name of person 2").fill("Gareth Pugh")
    page.get_by_role("button", name="Make this deal").click()
    page.get_by_text("2 people known").wait_for()
    row = page.locator(".sent")
    assert row.get_by_label("Day of the call").input_value() == "2026-04-08"
    row.get_by_label("May it leave this server?").select_option("given")
    page.get_by_role("button", name="Send the files").click()
    row.get_by_text("Arrived").wait_for()
    return page.locator("#for-deal [name=deal_id]").input_value()


def watched(page):
    """The steps go by on the page until the call is read."""
    page.locator(".run .steps .now").wait_for(timeout=PATIENT)
    page.get_by_role("link", name="Open the brief").wait_for(timeout=PATIENT)


def answered(page, deal):
    """The account executive answers what the call leaves open."""
    page.goto(f"/deals/{deal}/questions")
    page.locator(".asked textarea").first.fill("Under four minutes a file, by September.")
    page.get_by_role("button", name="Send the answers").click()
    page.locator(".chip", has_text="Said by Tamsin Okoro after the call").wait_for()


def handed_over(page, deal):
    """The account executive hands the deal to a customer success manager."""
    page.get_by_role("link", name="Hand it to somebody.").click()
    page.wait_for_url(f"**/deals/{deal}/details")
    page.get_by_label("Customer success manager").select_option("Maeve Lindqvist")
    page.get_by_role("button", name="Hand it over").click()
    page.get_by_text("Whoever has it now sees it.").wait_for()


def played(page):
    """Three promises are heard: the sound really moves on."""
    lines = page.locator('.line[id^="claim-promise"]')
    assert lines.count() >= 3
    for place in range(3):
        play = lines.nth(place).locator("a.play").first
        play.click()
        start = float(play.get_attribute("href").partition("t=")[2].partition(",")[0])
        page.wait_for_function(
            "start => [...document.querySelectorAll('audio')].some("
            "sound => !sound.paused && sound.currentTime > start)",
            arg=start,
        )


def corrected(page):
    """One of them is put right where it stands in the brief."""
    line = page.locator('.line[id^="claim-promise"]').first
    line.locator("summary").first.click()
    line.get_by_role("link", name="Confirm, correct or reject").click()
    forms = line.locator(".correcting")
    forms.get_by_text("Correct it").click()
    edit = forms.locator('form[action$="/edit"]')
    edit.locator('[name="summary"]').fill("Go-live eight weeks after the signature.")
    edit.locator('[name="why"]').fill("As the order form says.")
    edit.get_by_role("button", name="Save the change").click()
    page.locator(".line", has_text="Go-live eight weeks after the signature.").first.wait_for()


def added(page, deal):
    """Words of the transcript that nobody had found are selected, and become a line."""
    page.goto(f"/deals/{deal}/calls")
    page.locator(".call h3 a").first.click()
    page.wait_for_url("**/calls/*")
    words = page.locator("p.words", has_text="reference").first
    words.click(click_count=3)
    page.get_by_role("button", name="Add a line from these words").click()
    form = page.locator(".adding form")
    form.locator('[name="summary"]').fill("Malcolm may talk to a reference.")
    form.locator('[name="strength"]').select_option("conditional")
    form.locator('[name="type"]').select_option("resource")
    form.locator('[name="why"]').fill("It was missing.")
    form.get_by_role("button", name="Add the line").last.click()
    page.get_by_text("Added. It stands in the brief now.").wait_for()
    page.goto(f"/deals/{deal}")
    page.locator(".line", has_text="Malcolm may talk to a reference.").first.wait_for()


def taken_over(page, deal):
    page.goto(f"/deals/{deal}/questions")
    page.get_by_role("button", name="Take it over").click()
    page.get_by_text("You have taken the handoff over.").wait_for()
