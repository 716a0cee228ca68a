"""Uploading: files that go on after a loss of network, a stop of the service, and a reload."""

import struct
import time
from urllib.parse import urlsplit

import pytest

from tests.pages.conftest import serving
from tests.pages.seeding import FIXTURE, seed
from transcript2handoff.store import calls, deals, runs

SLOW = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": 6_000_000}
RECORDING = FIXTURE / "harborline-1" / "1_call.opus"
TRANSCRIPT = FIXTURE / "harborline-3" / "1_call.vtt"
PATIENT = 30_000


@pytest.fixture
def large(tmp_path):
    """A recording of 10 MB, no two places of which are the same."""
    samples = struct.pack("<2500000I", *range(2_500_000))
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16),
        *(b"data", len(samples)),
    )
    file = tmp_path / "2026-05-06 long call.wav"
    file.write_bytes(head + samples)
    return file


def opened(page, deal, *files):
    """The upload page for a deal, with files chosen; the rows of the files."""
    page.goto(f"/upload?deal_id={deal}")
    page.set_input_files("#files", [str(file) for file in files])
    return page.locator(".sent")


def slowly(page):
    """Have the page send no quicker than a home line does; gives what cuts the line."""
    line = page.context.new_cdp_session(page)

    def cut(is_cut=True):
        line.send("Network.emulateNetworkConditions", {"offline": is_cut, **SLOW})

    cut(False)
    return cut


def send(page):
    page.get_by_role("button", name="Send the files").click()


def state(row, words):
    row.locator("[data-says]", has_text=words).wait_for(timeout=PATIENT)


def begun(row):
    """Wait until some of the bytes are there, and not all."""
    until = time.monotonic() + 20
    while not 0.1 < row.locator("progress").first.evaluate("bar => bar.value") < 0.9:
        assert time.monotonic() < until
        time.sleep(0.05)


def newest(store, deal):
    """The call of the deal that came last."""
    with store.read() as tx:
        return max(calls.of_deal(tx, deal), key=lambda call: call.created)


def arrived(store, deal):
    """The bytes of the call that came last."""
    call = newest(store, deal)
    return b"".join(store.blobs.read(call.recording or call.transcript))


def test_several_files_of_a_deal_are_sent_one_after_the_other(site, visitor):
    page = visitor("ae")
    rows = opened(page, site.seeded.deal, RECORDING, TRANSCRIPT)
    first = rows.nth(0)
    first.get_by_label("Day of the call").fill("2026-05-06")
    first.get_by_label("Stage").select_option("closing")
    first.get_by_label("May it leave this server?").select_option("given")
    send(page)
    for place in range(2):
        state(rows.nth(place), "Arrived")
        rows.nth(place).get_by_text("Waits for its turn").wait_for()
    with site.store.read() as tx:
        sent = {call.call.file: call for call in calls.of_deal(tx, site.seeded.deal)[-5:]}
        waiting = runs.waiting(tx, 10)
    one = next(c for c in sent.values() if c.call.consent == "given" and c.call.stage == "closing")
    assert str(one.call.date) == "2026-05-06"
    assert b"".join(site.store.blobs.read(one.recording)) == RECORDING.read_bytes()
    assert len(waiting) == 2
    assert page.faults == []


def test_a_cut_of_the_network_in_its_midst_is_waited_for(site, visitor, large):
    page = visitor("ae")
    cut = slowly(page)
    [row] = opened(page, site.seeded.deal, large).all()
    assert row.get_by_label("Day of the call").input_value() == "2026-05-06"
    send(page)
    begun(row)
    cut()
    state(row, "Waiting")
    row.get_by_text("The connection is lost. The upload goes on by itself").wait_for()
    cut(False)
    state(row, "Arrived")
    assert arrived(site.store, site.seeded.deal) == large.read_bytes()


@pytest.mark.slow
def test_a_service_that_is_stopped_and_started_again_is_sent_the_rest(
    sqlite_store, tmp_path, visits, large
):
    seeded = seed(sqlite_store, tmp_path)
    with serving(sqlite_store, tmp_path, seeded) as site:
        page = visits(site, "ae")
        slowly(page)
        [row] = opened(page, seeded.deal, large).all()
        send(page)
        begun(row)
    state(row, "Waiting")
    port = urlsplit(site.url).port
    with serving(sqlite_store, tmp_path, seeded, port=port):
        state(row, "Arrived")
    assert arrived(sqlite_store, seeded.deal) == large.read_bytes()


def test_after_a_reload_it_goes_on_by_itself_where_it_was(site, visitor, large):
    page = visitor("ae")
    slowly(page)
    [row] = opened(page, site.seeded.deal, large).all()
    row.get_by_label("Stage").select_option("demo")
    send(page)
    begun(row)
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    page.goto("/upload")
    row = page.locator(".sent").first
    state(row, "Arrived")
    to_uploads = [method for method, url in asked if "/v1/uploads" in url]
    assert to_uploads[0] == "HEAD"
    assert "POST" not in to_uploads
    assert arrived(site.store, site.seeded.deal) == large.read_bytes()
    assert newest(site.store, site.seeded.deal).call.stage == "demo"
    page.reload()
    page.get_by_text("Drop files here").wait_for()
    assert page.locator(".sent").count() == 0
    assert page.evaluate("localStorage.length") == 0


def test_what_is_no_recording_is_refused_in_words_and_the_others_go_on(site, visitor, tmp_path):
    odd = tmp_path / "slides.pptx"
    odd.write_bytes(b"PK\x03\x04" + bytes(100))
    page = visitor("ae")
    rows = opened(page, site.seeded.deal, odd, TRANSCRIPT)
    send(page)
    state(rows.nth(0), "Not sent")
    rows.nth(0).get_by_text("slides.pptx is neither a recording nor a transcript").wait_for()
    state(rows.nth(1), "Arrived")
    rows.nth(0).get_by_role("button", name="Remove").click()
    assert rows.count() == 1
    with site.store.read() as tx:
        assert len(calls.of_deal(tx, site.seeded.deal)) == 4


def test_whoever_was_signed_out_signs_in_and_tries_again(site, visitor):
    page = visitor("ae")
    [row] = opened(page, site.seeded.deal, TRANSCRIPT).all()
    page.context.clear_cookies()
    send(page)
    state(row, "Not sent")
    row.get_by_text("You are signed out. Sign in in another tab, then try again.").wait_for()
    page.context.add_cookies([site.cookie("ae")])
    row.get_by_role("button", name="Try again").click()
    state(row, "Arrived")


def test_what_is_given_up_is_gone_here_and_at_the_service(site, visitor, large):
    page = visitor("ae")
    slowly(page)
    [row] = opened(page, site.seeded.deal, large).all()
    send(page)
    begun(row)
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as told:
        row.get_by_role("button", name="Remove").click()
    assert told.value.status == 204
    page.reload()
    page.get_by_text("Drop files here").wait_for()
    assert page.locator(".sent").count() == 0
    with site.store.read() as tx:
        assert len(calls.of_deal(tx, site.seeded.deal)) == 3


def test_files_without_a_deal_are_asked_for_it_and_kept(site, visitor):
    page = visitor("ae")
    page.goto("/upload")
    page.set_input_files("#files", [str(TRANSCRIPT)])
    send(page)
    page.get_by_text("Say first which deal the calls belong to.").wait_for()
    page.get_by_label("Name of the deal or the customer").fill("no such")
    page.get_by_text("No deal here has “no such” in its name.").wait_for()
    page.get_by_text("No CRM is connected").wait_for()
    page.get_by_label("Name of the deal or the customer").fill("harbor")
    page.get_by_role("link", name="harborline").click()
    page.get_by_role("link", name="Another deal").wait_for()
    send(page)
    state(page.locator(".sent").first, "Arrived")


def test_a_deal_is_typed_with_its_people_and_what_does_not_fit_is_said(site, visitor):
    page = visitor("ae")
    page.goto("/upload")
    page.get_by_text("A new deal: type it").click()
    page.get_by_label("Customer", exact=True).fill("Marlow & Sons")
    page.get_by_label("Kickoff").fill("1999-05-06")
    page.get_by_label("Name of person 2").fill("Joan Marlow")
    page.get_by_label("Role of person 2").fill("Director")
    make = page.get_by_role("button", name="Make this deal")
    make.click()
    page.locator(".fault", has_text="2000").wait_for()
    assert page.get_by_label("Name of person 2").input_value() == "Joan Marlow"
    page.get_by_label("Kickoff").fill("2026-05-06")
    make.click()
    page.get_by_text("1 person known").wait_for()
    deal_id = page.locator("[name=deal_id]").input_value()
    with site.store.read() as tx:
        made = deals.get(tx, deal_id)
    assert (made.deal.customer, made.ae_id) == ("Marlow & Sons", site.seeded.people["ae"])
    [joan] = made.deal.participants
    assert (joan.name, joan.side, joan.title) == ("Joan Marlow", "customer", "Director")
