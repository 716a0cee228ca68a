"""Reports: over the deals that the caller sees, and no others."""

import pytest


@pytest.fixture
def store(sqlite_store):
    """One kind of database is enough: these tests are about the answers."""
    return sqlite_store


@pytest.fixture
def two_deals(seed, callers):
    """Two deals of one name, of two account executives; their headers."""
    tamsin, omar = callers.user("ae", "Tamsin Okoro"), callers.user("ae", "Omar Example")
    seed(ae_id=callers.ids["Tamsin Okoro"])
    seed(ae_id=callers.ids["Omar Example"])
    return tamsin, omar


def feedback(client, headers, **query):
    answer = client.get("/v1/reports/feedback", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def test_everybody_reports_on_their_own_deals(client, admin, two_deals):
    tamsin, _ = two_deals
    told = feedback(client, tamsin, format="json").json()
    assert told["deals"] == 1
    everything = feedback(client, admin, format="json").json()
    assert everything["deals"] == 2
    assert everything["unread"] == []
    kinds = {row["name"]: row["unknown"] for row in everything["tables"][0]["rows"]}
    mine = {row["name"]: row["unknown"] for row in told["tables"][0]["rows"]}
    assert kinds == {name: 2 * count for name, count in mine.items()}


def test_an_outcome_is_counted(client, admin, harborline):
    address = f"/v1/deals/{harborline.deal}/claims"
    promise = client.get(address, params={"kind": "promise"}, headers=admin).json()["items"][0]
    outcome = {"outcome": "late"}
    client.post(f"{address}/{promise['id']}/outcome", json=outcome, headers=admin)
    rows = feedback(client, admin, format="json").json()["tables"][0]["rows"]
    assert sum(row["late"] for row in rows) == 1


def test_the_report_as_markdown_in_two_languages(client, admin, harborline):
    english, german = feedback(client, admin), feedback(client, admin, language="de")
    assert english.headers["content-type"] == "text/markdown; charset=utf-8"
    assert english.text.startswith("# ")
    assert german.text != english.text
    assert feedback(client, admin, format="json").json()["markdown"] == english.text


def test_the_meeting_of_a_period(client, admin, harborline):
    query = {"from": "2026-04-01", "to": "2026-05-31"}
    answer = client.get("/v1/reports/meeting", params=query, headers=admin)
    assert answer.status_code == 200, answer.text
    assert "harborline" in answer.text
    told = client.get(
        "/v1/reports/meeting", params={**query, "format": "json"}, headers=admin
    ).json()
    assert (told["first"], told["last"], told["deals"]) == ("2026-04-01", "2026-05-31", 1)
    assert told["markdown"] == answer.text
    assert sum(told["open_questions"].values()) > 0


def test_a_period_that_ends_before_it_begins(client, admin):
    query = {"from": "2026-05-31", "to": "2026-04-01"}
    answer = client.get("/v1/reports/meeting", params=query, headers=admin)
    assert answer.status_code == 422
    assert "before it begins" in answer.json()["detail"]


def test_reports_need_their_scope(client, callers):
    headers = callers.service("deals:read")
    assert client.get("/v1/reports/feedback", headers=headers).status_code == 403
    assert client.get("/v1/reports/meeting", headers=headers).status_code == 403
    alone = callers.service("reports:read")
    assert client.get("/v1/reports/feedback", headers=alone).status_code == 200
