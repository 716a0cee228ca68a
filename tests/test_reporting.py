import datetime
from pathlib import Path

import pytest

from transcript2handoff.company import Company
from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import InputError
from transcript2handoff.handoff import CallRecord, Handoff, Provenance
from transcript2handoff.pipeline import TRANSCRIPT
from transcript2handoff.render.templates import Templates
from transcript2handoff.reporting import read_portfolio, write_feedback, write_meeting
from transcript2handoff.reports.portfolio import Period
from transcript2handoff.transcript import Speaker, Transcript, Turn


def deal_folder(folder: Path, name: str, *, packed: bool = True) -> None:
    home = folder / name
    (home / "call").mkdir(parents=True)
    (home / "deal.toml").write_text(f'deal = "{name}"\nsegment = "mid-market"\n')
    heard = Transcript(
        call_id="call",
        speakers=(Speaker(id="a", name="Ana Reyes", side="seller"),),
        turns=(Turn(n=1, speaker="a", text="Good morning."),),
    )
    (home / "call" / TRANSCRIPT).write_text(heard.to_json())
    if packed:
        handoff = Handoff(
            deal=Deal(deal=name),
            calls=(CallRecord(call=Call(id="call"), transcript_version=1, turns=1),),
            provenance=(Provenance(call_id="call", engine="local", engine_version="1"),),
        )
        (home / "package").mkdir()
        (home / "package" / "handoff.json").write_text(handoff.to_json())


def test_every_deal_is_read_or_named(tmp_path):
    deal_folder(tmp_path, "alder")
    deal_folder(tmp_path, "birch", packed=False)
    portfolio = read_portfolio(tmp_path)
    assert [deal.name for deal in portfolio.deals] == ["alder"]
    assert [deal.name for deal in portfolio.unread] == ["birch"]
    assert "t2h package" in portfolio.unread[0].why


def test_the_deal_file_says_what_is_newest(tmp_path):
    deal_folder(tmp_path, "alder")
    assert read_portfolio(tmp_path).deals[0].handoff.deal.segment == "mid-market"


def test_a_broken_deal_does_not_stop_the_others(tmp_path):
    deal_folder(tmp_path, "alder")
    deal_folder(tmp_path, "birch")
    (tmp_path / "birch" / "package" / "handoff.json").write_text("{}")
    portfolio = read_portfolio(tmp_path)
    assert [deal.name for deal in portfolio.unread] == ["birch"]


def test_a_folder_without_deals_is_an_error(tmp_path):
    with pytest.raises(InputError, match="holds no deal"):
        read_portfolio(tmp_path)


def test_both_reports_are_written(tmp_path):
    deal_folder(tmp_path / "deals", "alder")
    period = Period.two_weeks_to(datetime.date(2026, 5, 14))
    out = tmp_path / "out"
    files, _ = write_meeting(
        tmp_path / "deals", out, period, company=Company(), templates=Templates()
    )
    more, _ = write_feedback(tmp_path / "deals", out, templates=Templates())
    assert {file.name for file in (*files, *more)} == {
        "sales_success_meeting.md",
        "sales_feedback.md",
    }
    assert "**alder**" in (out / "sales_success_meeting.md").read_text()
    assert "\n1 deal\n" in (out / "sales_feedback.md").read_text()
