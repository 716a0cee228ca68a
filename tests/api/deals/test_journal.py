"""The journal over HTTP: who did what and when, and what was taken back."""

import pytest

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""


class Deal:
    """The deal, as somebody works on its claims."""

    def __init__(self, client, headers, deal_id) -> None:
        self.client, self.headers = client, headers
        self.path = f"/v1/deals/{deal_id}"

    def get(self, path, **query):
        answer = self.client.get(f"{self.path}/{path}", params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    def post(self, path, body=None, **headers):
        return self.client.post(
            f"{self.path}/{path}", json=body or {}, headers={**self.headers, **headers}
        )

    def do(self, path, body=None):
        answer = self.post(path, body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def claim(self, claim_id):
        return next((one for one in self.get("claims") if one["id"] == claim_id), None)


@pytest.fixture
def deal(client, admin, harborline):
    return Deal(client, admin, harborline.deal)


def test_a_rejection_is_taken_back_and_comes_again(deal, waiting, harborline):
    claim = deal.get("claims")[0]
    deal.do(f"claims/{claim['id']}/reject", {"why": "A joke."})
    assert deal.claim(claim["id"]) is None
    noted = deal.do("journal/1/undo", {"why": "No joke."})
    assert noted["event"] | {"at": None} == {
        "schema_version": 1,
        "event": "undone",
        "number": 1,
        "claim_ids": [claim["id"]],
        "by": noted["event"]["by"],
        "at": None,
        "why": "No joke.",
    }
    assert noted["claim"] == claim
    assert deal.claim(claim["id"]) == claim
    assert (harborline.deal, "deal", None) in waiting()
    deal.do("journal/2/undo")
    assert deal.claim(claim["id"]) is None


@on_sqlite
def test_it_is_listed_newest_first_with_its_claims(deal):
    first, second = deal.get("claims")[:2]
    deal.do(f"claims/{first['id']}/confirm", {"why": "Asked."})
    deal.do(f"claims/{second['id']}/confirm")
    deal.do("journal/1/undo")
    undone, other, confirmed = deal.get("journal")
    assert [one["number"] for one in (undone, other, confirmed)] == [3, 2, 1]
    assert (undone["event"]["event"], undone["undone_by"]) == ("undone", None)
    assert confirmed["claims"] == [{"id": first["id"], "summary": first["summary"]}]
    assert confirmed["undone_by"]["number"] == 3
    assert confirmed["undone_by"]["by"] == undone["event"]["by"]
    assert other["undone_by"] is None
    assert [one["number"] for one in deal.get("journal", claim_id=first["id"])] == [3, 1]
    assert deal.claim(first["id"])["review"] is None
    assert deal.claim(second["id"])["review"]["action"] == "confirmed"


@on_sqlite
def test_an_answer_that_is_taken_back_is_asked_again(deal):
    question = deal.get("questions")[0]
    deal.do("answers", {"question_id": question["id"], "words": "Yes, in May."})
    assert question["id"] not in {one["id"] for one in deal.get("questions")}
    deal.do("journal/1/undo")
    assert question["id"] in {one["id"] for one in deal.get("questions")}


@on_sqlite
def test_what_cannot_be_taken_back_is_told(deal):
    claim = deal.get("claims")[0]
    nothing = deal.post("journal/1/undo")
    assert (nothing.status_code, nothing.json()["type"]) == (409, "/problems/journal")
    assert "There is no event 1; the journal has 0" in nothing.json()["detail"]
    deal.do(f"claims/{claim['id']}/confirm")
    seen = deal.client.get(f"{deal.path}/journal", headers=deal.headers).headers["etag"]
    deal.do(f"claims/{claim['id']}/confirm")
    late = deal.post("journal/2/undo", **{"If-Match": seen})
    assert (late.status_code, late.json()["type"]) == (412, "/problems/edition")
    deal.do("journal/1/undo")
    again = deal.post("journal/1/undo")
    assert "taken back already, by number 3" in again.json()["detail"]
    assert deal.post("journal/0/undo").status_code == 422
