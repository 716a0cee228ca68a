"""The calls of a deal: how far each is, what is known of it, and where it belongs."""

import datetime

from tests.pages.seeding import FIXTURE
from transcript2handoff.deal import Deal
from transcript2handoff.store import calls, deals, runs

AT = "w"


def call_of(site, ref="harborline-1"):
    with site.store.read() as tx:
        return calls.get(tx, site.seeded.calls[ref])


def begun(site, ref="harborline-1", *, step="extract"):
    """A run of a call that is being worked on; its id."""
    with site.store.write() as tx:
        wanted = runs.NewRun(deal_id=site.seeded.deal, call_id=site.seeded.calls[ref], kind="call")
        run = runs.start(tx, wanted)
        runs.begin(tx, run.id, attempt=run.attempt, worker=AT)
        runs.step_began(tx, run.id, step, position=4)
    return run.id


def write(site, change, *told, **more):
    with site.store.write() as tx:
        change(tx, *told, **more)


def test_a_run_is_watched_step_by_step_to_its_end(each_site, visits):
    run = begun(each_site)
    page = visits(each_site, "ae")
    page.goto(f"{each_site.deal}/calls")
    box = page.locator(f'[data-run="{run}"]')
    box.get_by_text("Find promises, goals and people").first.wait_for()
    write(each_site, runs.step_at, run, "extract", 0.5)
    page.wait_for_function("() => document.querySelector('[data-run] progress').value === 0.5")
    box.get_by_text("left").wait_for()
    write(each_site, runs.step_ended, run, "extract", state="done", key="k")
    write(each_site, runs.step_began, run, "ground", position=5)
    box.locator(".lead", has_text="Hold each line against the words").wait_for()
    assert box.locator(".steps .done", has_text="Find promises, goals and people").count() == 1
    write(each_site, runs.end, run, state="done")
    box.get_by_role("link", name="Open the brief").wait_for()
    assert page.faults == []


def test_a_run_is_stopped_and_tried_again(site, visitor):
    run = begun(site)
    page = visitor("ae")
    page.goto(f"{site.deal}/calls")
    box = page.locator(f'[data-run="{run}"]')
    box.get_by_role("button", name="Stop").click()
    box.get_by_role("button", name="Stop").wait_for(state="detached")
    write(site, runs.end, run, state="cancelled")
    box.get_by_text("Stopped").wait_for()
    box.get_by_role("button", name="Try again").click()
    box.get_by_text("Waits for its turn").wait_for()
    with site.store.read() as tx:
        assert (runs.get(tx, run).state, runs.get(tx, run).attempt) == ("waiting", 2)


def test_why_a_run_failed_is_said(site, visitor):
    run = begun(site)
    write(site, runs.end, run, state="failed", error="The recording holds no speech. Send another.")
    page = visitor("csm", scripts=False)
    page.goto(f"{site.deal}/calls")
    page.get_by_text("The recording holds no speech. Send another.").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Waits for its turn").wait_for()


def test_a_call_that_waits_for_consent_says_so_and_takes_it(site, visitor):
    run = begun(site)
    why = "Nobody has noted that those on it agree."
    write(site, runs.end, run, state="held", error=why)
    page = visitor("ae", scripts=False)
    page.goto(f"{site.deal}/calls")
    box = page.locator(f'[data-run="{run}"]')
    box.get_by_text("Waits for consent").wait_for()
    box.get_by_text(why).wait_for()
    before = call_of(site).call
    box.get_by_role("button", name="All on the call agreed").click()
    page.get_by_text("Saved. The call is read anew with it.").wait_for()
    assert call_of(site).call == before.model_copy(update={"consent": "given"})
    with site.store.read() as tx:
        assert len(runs.waiting(tx, 5)) == 1


def test_what_is_known_of_a_call_is_changed(site, visitor):
    page = visitor("ae", scripts=False)
    page.goto(f"{site.deal}/calls")
    card = page.locator(".call", has_text="harborline-1")
    card.get_by_text("Change, move or read anew").click()
    card.get_by_label("Day of the call").fill("2026-04-09")
    card.get_by_label("Did all agree").select_option("given")
    card.get_by_role("button", name="Save").click()
    page.get_by_text("Saved. The call is read anew with it.").wait_for()
    told = call_of(site).call
    assert (told.date, told.consent, told.stage) == (
        datetime.date(2026, 4, 9),
        "given",
        "discovery",
    )
    card.get_by_text("Consent given").wait_for()


def test_a_call_is_moved_to_the_deal_that_it_belongs_to(site, visitor):
    new = deals.NewDeal(deal=Deal(deal="Other"), by="t", ae_id=site.seeded.people["ae"])
    with site.store.write() as tx:
        other = deals.add(tx, new).id
    page = visitor("ae", scripts=False)
    page.goto(f"{site.deal}/calls")
    card = page.locator(".call", has_text="harborline-3")
    card.get_by_text("Change, move or read anew").click()
    card.get_by_label("It belongs to another deal").select_option("Other")
    card.get_by_role("button", name="Move it there").click()
    page.get_by_role("heading", name="Other").wait_for()
    assert call_of(site, "harborline-3").deal_id == other


def test_a_deal_without_calls_says_what_to_do(site, visitor):
    new = deals.NewDeal(deal=Deal(deal="Bare"), by="t", ae_id=site.seeded.people["ae"])
    with site.store.write() as tx:
        bare = deals.add(tx, new).id
    page = visitor("ae")
    for part, words in (
        ("calls", "No calls yet"),
        ("questions", "Nothing to ask yet"),
        ("documents", "No documents yet"),
    ):
        page.goto(f"/deals/{bare}/{part}")
        page.get_by_role("heading", name=words).wait_for()
    page.goto(f"/deals/{bare}/calls")
    page.get_by_role("main").get_by_role("link", name="Upload calls").click()
    page.wait_for_url("**/upload*")
    page.set_input_files("#files", [str(FIXTURE / "harborline-3" / "1_call.vtt")])
    page.get_by_role("button", name="Send the files").click()
    page.locator("[data-says]", has_text="Arrived").wait_for()
