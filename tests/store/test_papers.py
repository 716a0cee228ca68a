"""Papers of a deal: kept, counted into the edition, removed, and erased with people and deals."""

import pytest

from transcript2handoff.contract import Contract, parse_contract
from transcript2handoff.erasure import ERASED, Who
from transcript2handoff.errors import StoreGoneError
from transcript2handoff.store import deals, erasing, papers

CONTRACT = parse_contract("lines: [{type: deliverable, text: Ana Lind trains twice}]")
TEXT = CONTRACT.model_dump_json(exclude_defaults=True)


def put(store, deal_id, name="contract", text=TEXT):
    with store.write() as tx:
        papers.put(tx, papers.NewPaper(deal_id=deal_id, name=name, text=text, by="Ana Lind"))


def edition(store, deal_id):
    with store.read() as tx:
        return deals.get(tx, deal_id).edition


def test_a_paper_is_kept_and_replaced(store, deal, clock):
    with store.read() as tx:
        assert papers.get(tx, deal.id, "contract") is None
    put(store, deal.id, text="{}")
    clock.move(60)
    put(store, deal.id)
    put(store, deal.id, "plan", "{}")
    with store.read() as tx:
        kept = papers.get(tx, deal.id, "contract")
        assert (kept.text, kept.by, kept.created) == (TEXT, "Ana Lind", clock())
        assert set(papers.of(tx, deal.id)) == {"contract", "plan"}
        assert papers.of(tx, deal.id)["contract"] == kept


def test_every_change_makes_another_edition_and_nothing_else_does(store, deal):
    seen = [edition(store, deal.id)]
    put(store, deal.id)
    seen.append(edition(store, deal.id))
    put(store, deal.id)
    assert edition(store, deal.id) == seen[-1]
    with store.write() as tx:
        assert papers.remove(tx, deal.id, "contract")
    seen.append(edition(store, deal.id))
    with store.write() as tx:
        assert not papers.remove(tx, deal.id, "contract")
    assert edition(store, deal.id) == seen[-1]
    put(store, deal.id)
    seen.append(edition(store, deal.id))
    assert seen == ["0-0", "0-0-1", "0-0-2", "0-0-3"]


def test_papers_are_of_a_deal(store):
    with store.write() as tx, pytest.raises(StoreGoneError):
        papers.put(tx, papers.NewPaper(deal_id="x", name="plan", text="{}", by="Ana"))
    with store.write() as tx, pytest.raises(StoreGoneError):
        papers.remove(tx, "x", "plan")


def test_a_person_is_put_out_and_the_contract_is_still_one(store, deal, everything):
    put(store, deal.id)
    with store.write() as tx:
        erased = erasing.person(tx, Who(names=("Ana Lind",)), by="admin")
    assert erased.deal_ids == (deal.id,)
    assert "Ana Lind" not in everything()
    with store.read() as tx:
        kept = papers.get(tx, deal.id, "contract")
    assert (kept.by, Contract.model_validate_json(kept.text).lines[0].text) == (
        ERASED,
        f"{ERASED} trains twice",
    )


def test_papers_go_with_their_deal(store, deal, everything):
    put(store, deal.id)
    assert "trains twice" in everything()
    with store.write() as tx:
        erasing.deal(tx, deal.id, by="admin")
    assert "trains twice" not in everything()
