"""The audit as an administrator sees it: who saw what, filtered, and whether it is whole."""

import re

import pytest


def test_an_administrator_sees_who_saw_a_deal(site, sender):
    assert sender("csm").get(site.deal).status_code == 200
    admin = sender("admin")
    link = re.search(
        r'href="(/audit\?[^"]+)">Who has seen it', admin.get(f"{site.deal}/history").text
    )
    page = admin.get(link[1].replace("&amp;", "&")).text
    assert "Maeve Lindqvist" in page
    assert site.seeded.people["csm"] in page
    rows = re.findall(r'<td data-label="Did what">.*?class="chip[^"]*">([^<]+)<', page, re.S)
    assert set(rows) == {"Saw"}


def test_deeds_are_filtered_by_who_did_them(site, sender):
    sender("csm").get("/promises")
    csm = site.seeded.people["csm"]
    page = sender("admin").get(f"/audit?actor={csm}&action=&deal_id=&subject=").text
    whose = re.findall(r'<th scope="row"><a href="/audit\?actor=([^"]+)"', page)
    assert whose
    assert set(whose) == {csm}
    assert "No deed is like that" in sender("admin").get("/audit?subject=nothing").text


def test_the_chain_is_checked_and_its_head_told(sender):
    page = sender("admin").get("/audit/check").text
    assert "Nothing was changed or taken out" in page
    assert re.search(r'id="head">\d+:[0-9a-f]{64}<', page)
    assert "Nothing was changed" not in sender("admin").get("/audit").text


@pytest.mark.parametrize("role", ["ae", "csm"])
@pytest.mark.parametrize("path", ["/audit", "/audit/check"])
def test_nobody_else_sees_it(sender, site, role, path):
    answer = sender(role).get(path)
    assert answer.status_code == 403
    assert "Who has seen it" not in sender(role).get(f"{site.deal}/history").text


def test_a_filter_that_is_no_id_is_explained(sender):
    answer = sender("admin").get("/audit?subject=<script>")
    assert answer.status_code == 422
    assert "<script>" not in re.sub(r"<script src=[^>]+>", "", answer.text)
