"""The documents of a whole deal, as a colleague reads them; ``golden`` makes them anew."""

from dataclasses import replace
from pathlib import Path

import pytest

from transcript2handoff.company import Company, Member
from transcript2handoff.documents.captions import captions
from transcript2handoff.documents.crm_note import crm_note
from transcript2handoff.documents.expansion import expansion
from transcript2handoff.documents.internal_kickoff import internal_kickoff
from transcript2handoff.documents.ledger import (
    commitment_columns,
    commitment_rows,
    ledger_columns,
    ledger_rows,
)
from transcript2handoff.documents.question_sheet import question_sheet
from transcript2handoff.documents.stakeholder_map import stakeholder_map_list, stakeholder_map_svg
from transcript2handoff.documents.tags import tags

DATA = Path(__file__).parent / "data"
COMPANY = Company(
    ownership="cs_am",
    team=(
        Member(name="Marta Lindqvist", role="customer_success_manager"),
        Member(name="Ole Brandt", role="account_manager"),
    ),
)
NAMES = (
    "internal_kickoff.md",
    "question_sheet.md",
    "promise_ledger.tsv",
    "customer_commitments.tsv",
    "crm_note.txt",
    "stakeholder_map.md",
    "stakeholder_map.svg",
    "expansion.md",
    "tags.txt",
    "harborline-3.vtt",
)


def _table(columns, rows):
    return "".join("\t".join(row) + "\n" for row in (columns, *rows))


def golden(inside):
    """The documents by the names of their files."""
    inside = replace(inside, company=COMPANY)
    return dict(
        zip(
            NAMES,
            (
                internal_kickoff(inside),
                question_sheet(inside),
                _table(ledger_columns(inside), ledger_rows(inside)),
                _table(commitment_columns(inside), commitment_rows(inside)),
                crm_note(inside),
                stakeholder_map_list(inside, picture="stakeholder_map.svg"),
                stakeholder_map_svg(inside),
                expansion(inside),
                "\n".join(tags(inside.handoff, inside.assessment, inside.review)) + "\n",
                captions(inside.transcripts[2]),
            ),
            strict=True,
        )
    )


@pytest.mark.parametrize("name", NAMES)
def test_golden(harborline, name):
    assert golden(harborline)[name] == (DATA / name).read_text(encoding="utf-8")
