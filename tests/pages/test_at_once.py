"""Two at once outside of the brief: two people, or two clicks of one of them."""

import re

from transcript2handoff.journal import parse_event
from transcript2handoff.store import calls, events, shares

CLICKED_TWICE = "it => { it.click(); setTimeout(() => it.click(), 60); }"


def of_form(text, name):
    """What the first hidden field of this name holds."""
    return re.search(rf'name="{re.escape(name)}" value="([^"]*)"', text)[1]


def test_saving_the_day_of_a_call_leaves_the_consent_that_was_refused_meanwhile(site, sender):
    call_id = site.seeded.calls["harborline-1"]
    path = f"{site.deal}/calls/{call_id}/change"
    page = sender("ae").get(f"{site.deal}/calls").text
    had = {name: of_form(page, f"was.{name}") for name in ("date", "stage", "consent")}
    was = {f"was.{name}": value for name, value in had.items()}
    refused = sender("csm").send_form(path, **{**had, "consent": "refused"}, **was)
    saved = sender("ae").send_form(path, **{**had, "date": "2026-04-09"}, **was)
    assert (refused.status_code, saved.status_code) == (303, 303)
    with site.store.read() as tx:
        call = calls.get(tx, call_id).call
    assert (call.consent, str(call.date), call.stage) == ("refused", "2026-04-09", had["stage"])


def test_the_day_of_a_call_can_be_taken_out_again(site, sender):
    call_id = site.seeded.calls["harborline-1"]
    page = sender("ae").get(f"{site.deal}/calls").text
    had = {name: of_form(page, f"was.{name}") for name in ("date", "stage", "consent")}
    was = {f"was.{name}": value for name, value in had.items()}
    sender("ae").send_form(f"{site.deal}/calls/{call_id}/change", **{**had, "date": ""}, **was)
    with site.store.read() as tx:
        assert calls.get(tx, call_id).call.date is None


def test_two_clicks_make_one_link(site, sender, visitor):
    for call_id in site.seeded.calls.values():
        sender("ae").send_form(f"{site.deal}/calls/{call_id}/change", consent="given")
    page = visitor("ae")
    page.goto(f"{site.deal}/documents")
    with page.expect_navigation():
        page.get_by_role("button", name="Make a link").evaluate(CLICKED_TWICE)
    page.get_by_text("The link is made").wait_for()
    with site.store.read() as tx:
        assert len(shares.of_deal(tx, site.seeded.deal)) == 1
    # The page that answers can be sent again.
    with page.expect_navigation():
        page.get_by_role("button", name="Make a link").click()
    with site.store.read() as tx:
        assert len(shares.of_deal(tx, site.seeded.deal)) == 2
    assert page.faults == []


def test_nobody_takes_back_in_the_ledger_what_they_have_not_seen(site, sender):
    at = f"/promises/{site.seeded.deal}/{site.seeded.promise}"
    mine, theirs = sender("csm"), sender("ae")
    mine.send_form(f"{at}/outcome", outcome="kept", seen="open")
    theirs.send_form(f"{at}/outcome", outcome="late", seen="kept")
    for path, fields in (("undo", {}), ("outcome", {"outcome": "impossible"})):
        answer = mine.send_form(f"{at}/{path}", seen="kept", **fields)
        page = mine.get(answer.headers["location"])
        assert "Somebody else has said meanwhile" in page.text
    with site.store.read() as tx:
        told = [parse_event(line) for line in events.of(tx, site.seeded.deal)]
    assert [event.outcome for event in told] == ["kept", "late"]
    mine.send_form(f"{at}/undo", seen="late")
    with site.store.read() as tx:
        assert len(events.of(tx, site.seeded.deal)) == 3


def test_whoever_decides_second_is_told_of_the_first(site, sender):
    csm, admin = sender("csm"), sender("admin")
    path = f"{site.deal}/questions"
    had = {name: of_form(csm.get(path).text, name) for name in ("seen", "decided")}
    decide = f"{site.deal}/decision"
    returned = {"what": "returned", "reasons[]": "other", "words": "Not yet."}
    assert csm.send_form(decide, **had, what="accepted").status_code == 303
    refused = admin.send_form(decide, **had, **returned)
    assert (refused.status_code, "has decided meanwhile" in refused.text) == (409, True)
    assert csm.get(f"/v1/deals/{site.seeded.deal}").json()["decided"] == "accepted"
    now = {name: of_form(refused.text, name) for name in ("seen", "decided")}
    assert admin.send_form(decide, **now, **returned).status_code == 303
