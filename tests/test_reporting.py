import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from transcript2handoff.cli import app
from transcript2handoff.company import Company
from transcript2handoff.deal import Call, Deal, DealContext
from transcript2handoff.errors import InputError
from transcript2handoff.facts import Promise
from transcript2handoff.ground import ground
from transcript2handoff.handoff import Citation, Draft, DraftClaim, Provenance, Window
from transcript2handoff.pipeline import HANDOFF, TRANSCRIPT
from transcript2handoff.render.templates import Templates
from transcript2handoff.reporting import read_portfolio, write_feedback, write_meeting
from transcript2handoff.reports.portfolio import Period
from transcript2handoff.transcript import Speaker, Transcript, Turn

PERIOD = Period.two_weeks_to(datetime.date(2026, 5, 14))
SAID = "I'll send the security paper on Monday."


def deal_folder(folder: Path, name: str, *, read: bool = True) -> Path:
    """A deal with one call in which a paper is promised; not ``read`` is not extracted yet."""
    home = folder / name
    (home / "call").mkdir(parents=True)
    (home / "deal.toml").write_text(
        f'deal = "{name}"\nsegment = "mid-market"\n[[calls]]\nid = "call"\ndate = 2026-05-11\n'
    )
    heard = Transcript(
        call_id="call",
        speakers=(Speaker(id="a", name="Ana Reyes", side="seller"),),
        turns=(Turn(n=1, speaker="a", text=SAID),),
    )
    (home / "call" / TRANSCRIPT).write_text(heard.to_json())
    if read:
        call = Call(id="call", date=datetime.date(2026, 5, 11))
        draft = Draft(
            call_id="call",
            transcript_version=1,
            provenance=Provenance(call_id="call", engine="people", engine_version="1"),
            coverage=(Window(first=1, last=1),),
            claims=(
                DraftClaim(
                    summary="Ana sends the security paper.",
                    fact=Promise(strength="firm", type="document", owner="Ana Reyes"),
                    citations=(Citation(turn=1, quote=SAID),),
                ),
            ),
        )
        context = DealContext(deal=Deal(deal=name, calls=(call,)), call=call)
        (home / "call" / HANDOFF).write_text(ground(draft, heard, context).to_json())
    return home


def test_every_deal_is_read_or_named(tmp_path):
    deal_folder(tmp_path, "alder")
    deal_folder(tmp_path, "birch", read=False)
    portfolio = read_portfolio(tmp_path)
    assert [deal.name for deal in portfolio.deals] == ["alder"]
    assert [deal.name for deal in portfolio.unread] == ["birch"]
    assert "t2h run" in portfolio.unread[0].why


def test_the_deal_file_says_what_is_newest(tmp_path):
    deal_folder(tmp_path, "alder")
    assert read_portfolio(tmp_path).deals[0].handoff.deal.segment == "mid-market"


def test_a_broken_deal_does_not_stop_the_others(tmp_path):
    deal_folder(tmp_path, "alder")
    (deal_folder(tmp_path, "birch") / "call" / HANDOFF).write_text("{}")
    portfolio = read_portfolio(tmp_path)
    assert [deal.name for deal in portfolio.deals] == ["alder"]
    assert [deal.name for deal in portfolio.unread] == ["birch"]


def test_a_folder_without_deals_is_an_error(tmp_path):
    with pytest.raises(InputError, match="holds no deal"):
        read_portfolio(tmp_path)


def test_both_reports_are_written(tmp_path):
    deal_folder(tmp_path / "deals", "alder")
    out, templates = tmp_path / "out", Templates()
    meeting = write_meeting(tmp_path / "deals", out, PERIOD, company=Company(), templates=templates)
    feedback = write_feedback(tmp_path / "deals", out, templates=templates)
    names = {file.name for file in (*meeting.files, *feedback.files)}
    assert {"sales_success_meeting.md", "sales_feedback.md", "promises_by_kind.svg"} <= names
    assert "**alder**" in (out / "sales_success_meeting.md").read_text()
    text = (out / "sales_feedback.md").read_text()
    assert "\n1 deal\n" in text
    for picture in (file.name for file in feedback.files if file.suffix == ".svg"):
        assert f"]({picture})" in text


def test_an_outcome_that_somebody_told_is_counted(tmp_path):
    home = deal_folder(tmp_path / "deals", "alder")
    (claim,) = read_portfolio(tmp_path / "deals").deals[0].handoff.claims
    say = CliRunner().invoke
    told = say(app, ["outcome", str(home), claim.id, "late", "--by", "Maeve Lindqvist"])
    assert told.exit_code == 0, told.output
    out = ["-o", str(tmp_path / "out")]
    assert say(app, ["report", "feedback", str(tmp_path / "deals"), *out]).exit_code == 0
    text = (tmp_path / "out" / "sales_feedback.md").read_text()
    assert "| document | 0 | 1 | 0 | 0 |" in text
    assert SAID in text


def test_the_command_line_names_what_it_could_not_read(tmp_path):
    deal_folder(tmp_path / "deals", "alder")
    deal_folder(tmp_path / "deals", "birch", read=False)
    command = ["report", "meeting", str(tmp_path / "deals"), "-o", str(tmp_path / "out")]
    made = CliRunner().invoke(app, [*command, "--to", "2026-05-14", "--language", "de"])
    assert made.exit_code == 0, made.output
    assert "birch could not be read" in made.stderr
    assert "birch" in (tmp_path / "out" / "sales_success_meeting.md").read_text()
