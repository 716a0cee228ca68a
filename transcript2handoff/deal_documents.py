"""Every document of a deal under its name in the package, in the formats that readers use.

What stands below ``internal/`` is for readers inside the company. What stands below ``customer/``
is made from ``documents.shared`` alone, and may go out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from transcript2handoff.assemble import link
from transcript2handoff.deal_folder import DealFolder
from transcript2handoff.documents.captions import captions
from transcript2handoff.documents.crm_note import crm_note
from transcript2handoff.documents.customer_plan import CustomerPlan
from transcript2handoff.documents.expansion import expansion
from transcript2handoff.documents.inside import Inside
from transcript2handoff.documents.internal_kickoff import internal_kickoff
from transcript2handoff.documents.introduction import introduction_eml, introduction_text
from transcript2handoff.documents.kickoff_meeting import kickoff_meeting
from transcript2handoff.documents.ledger import (
    commitment_columns,
    commitment_rows,
    ledger_columns,
    ledger_rows,
)
from transcript2handoff.documents.question_sheet import question_sheet
from transcript2handoff.documents.raci import raci
from transcript2handoff.documents.shared import SharedDeal, shared
from transcript2handoff.documents.stakeholder_map import stakeholder_map_list, stakeholder_map_svg
from transcript2handoff.documents.success_plan import success_plan
from transcript2handoff.formats import Paper, csv_table, docx, pdf, xlsx_table
from transcript2handoff.render import (
    BriefOptions,
    brief_html,
    brief_markdown,
    brief_print_markdown,
    contract_markdown,
)
from transcript2handoff.render.templates import Templates
from transcript2handoff.words import Language, Message, message

INTERNAL: Final = "internal"
CUSTOMER: Final = "customer"
_MAP: Final = "stakeholder_map"

Named = Iterator[tuple[str, bytes]]


@dataclass(frozen=True, kw_only=True)
class DealDocuments:
    """The documents of a deal in one language, for a package in the folder ``target``."""

    deal: DealFolder
    target: Path
    language: Language
    plan: CustomerPlan

    def files(self) -> dict[str, bytes]:
        """All documents, by their paths in the package.

        Raises:
            TemplateFileError: a template of the company's own fails.
            DocumentError: a document cannot be put into one of its formats.
        """
        inside = {f"{INTERNAL}/{name}": data for name, data in self._internal()}
        return inside | {f"{CUSTOMER}/{name}": data for name, data in self._customer()}

    @cached_property
    def _templates(self) -> Templates:
        return self.deal.company_files.templates_in(self.language)

    @cached_property
    def _inside(self) -> Inside:
        return Inside(
            handoff=self.deal.handoff,
            assessment=self.deal.assessment,
            company=self.deal.company,
            transcripts=self.deal.transcripts,
            review=self.deal.review,
            templates=self._templates,
        )

    @cached_property
    def _shared(self) -> SharedDeal:
        return shared(self.deal.handoff, self.deal.company, review=self.deal.review)

    def _internal(self) -> Named:
        inside = self._inside
        yield from self._brief()
        yield from self._printed("internal_kickoff", internal_kickoff(inside), _KICKOFF)
        yield from self._printed("questions", question_sheet(inside), _QUESTIONS)
        yield from self._printed("expansion", expansion(inside), _EXPANSION)
        if self.deal.review:
            text = contract_markdown(self.deal.review, self._templates)
            yield from self._printed("contract_review", text, _CONTRACT)
        yield f"{_MAP}.svg", stakeholder_map_svg(inside).encode()
        yield f"{_MAP}.md", stakeholder_map_list(inside, picture=f"{_MAP}.svg").encode()
        yield "crm_note.txt", crm_note(inside).encode()
        yield from self._ledger()
        yield from self._captions()

    def _brief(self) -> Named:
        facts = (
            self.deal.handoff,
            self.deal.assessment,
            self.deal.transcripts,
            BriefOptions(
                audio=self._recordings(),
                templates=self._templates,
                sections=self.deal.company.section_order,
                review=self.deal.review,
            ),
        )
        yield "kickoff_brief.md", brief_markdown(*facts).encode()
        yield "kickoff_brief.html", brief_html(*facts).encode()
        printed = brief_print_markdown(*facts)
        yield "kickoff_brief.docx", docx(printed, self._paper(_BRIEF, internal=True))
        yield "kickoff_brief.pdf", pdf(printed, self._paper(_BRIEF, internal=True))

    def _recordings(self) -> dict[str, str]:
        """Where the brief finds each recording."""
        home = self.target / INTERNAL
        return {
            call.transcript.call_id: link(call.recording, home)
            for call in self.deal.calls
            if call.recording
        }

    def _ledger(self) -> Named:
        inside = self._inside
        tables = (
            ("promise_ledger", _LEDGER, ledger_columns(inside), ledger_rows(inside)),
            ("customer_tasks", _TASKS, commitment_columns(inside), commitment_rows(inside)),
        )
        for name, title, columns, rows in tables:
            yield f"{name}.csv", csv_table(columns, rows)
            yield f"{name}.xlsx", xlsx_table(self._templates.words.say(title), columns, rows)

    def _captions(self) -> Named:
        """Calls without times have none."""
        for transcript in self.deal.transcripts:
            if text := captions(transcript):
                yield f"transcripts/{transcript.call_id}.vtt", text.encode()

    def _customer(self) -> Named:
        deal, templates, plan = self._shared, self._templates, self.plan
        workdays = self.deal.company.workdays(self.deal.handoff.deal)
        meeting = kickoff_meeting(deal, workdays, plan=plan, templates=templates)
        agreed = success_plan(deal, workdays, plan=plan, templates=templates)
        yield from self._printed("success_plan", agreed, _PLAN, internal=False)
        yield from self._printed("kickoff_meeting", meeting, _MEETING, internal=False)
        matrix = raci(deal, plan=plan, templates=templates)
        yield from self._printed("raci", matrix, _RACI, internal=False)
        yield "introduction.txt", introduction_text(deal, templates=templates).encode()
        yield "introduction.eml", introduction_eml(deal, templates=templates)

    def _printed(self, name: str, text: str, title: Message, *, internal: bool = True) -> Named:
        """A document as Markdown, and for word processors and printers."""
        paper = self._paper(title, internal=internal)
        yield f"{name}.md", text.encode()
        yield f"{name}.docx", docx(text, paper)
        yield f"{name}.pdf", pdf(text, paper)

    def _paper(self, title: Message, *, internal: bool) -> Paper:
        files, deal = self.deal.company_files, self.deal.handoff.deal
        return Paper(
            title=self._templates.words.say(title),
            language=self.language,
            look=files.company.look,
            logo=files.logo.data if files.logo else None,
            footer=" · ".join(name for name in (deal.seller, deal.customer) if name),
            internal=internal,
        )


_BRIEF: Final = message("Kickoff brief")
_KICKOFF: Final = message("Internal kickoff")
_QUESTIONS: Final = message("Questions to the account executive")
_EXPANSION: Final = message("Expansion and risks")
_CONTRACT: Final = message("Contract against talk")
_LEDGER: Final = message("Promises")
_TASKS: Final = message("Customer tasks")
_PLAN: Final = message("Joint success plan")
_MEETING: Final = message("Kickoff meeting")
_RACI: Final = message("Who does what")
