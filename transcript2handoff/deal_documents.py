"""Every document of a deal under its name in the package, in the formats that readers use.

What stands below ``internal/`` is for readers inside the company. What stands below ``customer/``
is made from ``documents.shared`` alone, and may go out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import Final

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
from transcript2handoff.dossier import Dossier
from transcript2handoff.errors import DocumentMissingError
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
HEAVY: Final = frozenset({"docx", "pdf", "xlsx"})
"""Formats that take seconds to make."""
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "eml": "message/rfc822",
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}
AS_USUAL: Final = CustomerPlan()
"""A plan of which nothing has been agreed yet."""
_MAP: Final = "stakeholder_map"


@dataclass(frozen=True)
class DocumentName:
    """A document in one of its formats."""

    path: str
    """Below the package, without its ending: ``internal/kickoff_brief``."""
    format: str
    """The ending: ``md``, ``html``, ``pdf`` and so on."""

    @property
    def heavy(self) -> bool:
        """Whether it takes seconds to make."""
        return self.format in HEAVY

    @property
    def media_type(self) -> str:
        """Its type on the web."""
        return MEDIA_TYPES[self.format]

    @property
    def file(self) -> str:
        """Its path in the package."""
        return f"{self.path}.{self.format}"


Make = Callable[[], bytes]
Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""The headings of a table, and its rows."""
Named = Iterator[tuple[DocumentName, Make]]


@dataclass(frozen=True, kw_only=True)
class DealDocuments:
    """The documents of a deal in one language; none is made before it is asked for."""

    deal: Dossier
    language: Language
    plan: CustomerPlan = AS_USUAL
    recordings: Mapping[str, str] = field(default_factory=dict)
    """Where a reader of the internal documents finds each recording, by the id of its call."""

    def files(self) -> dict[str, bytes]:
        """All documents, by their paths in the package.

        Raises:
            TemplateFileError: a template of the company's own fails.
            DocumentError: a document cannot be put into one of its formats.
        """
        return {name.file: make() for name, make in self._makers.items()}

    def names(self) -> tuple[DocumentName, ...]:
        """Which documents there are of this deal, in which formats."""
        return tuple(self._makers)

    def make(self, path: str, format: str) -> bytes:  # noqa: A002 - the word of its readers
        """One document.

        Raises:
            DocumentMissingError: there is none of this name and format.
            TemplateFileError: a template of the company's own fails.
            DocumentError: it cannot be put into this format.
        """
        make = self._makers.get(DocumentName(path, format))
        if make is None:
            there = ", ".join(dict.fromkeys(name.path for name in self._makers))
            raise DocumentMissingError(
                f"There is no document {path}.{format} of this deal. There are: {there}."
            )
        return make()

    @cached_property
    def _makers(self) -> dict[DocumentName, Make]:
        return dict((*self._internal(), *self._customer()))

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
        return shared(
            self.deal.handoff,
            self.deal.company,
            transcripts=self.deal.transcripts,
            review=self.deal.review,
        )

    def _internal(self) -> Named:
        inside, review = self._inside, self.deal.review
        yield from self._brief()
        yield from self._printed("internal_kickoff", lambda: internal_kickoff(inside), _KICKOFF)
        yield from self._printed("questions", lambda: question_sheet(inside), _QUESTIONS)
        yield from self._printed("expansion", lambda: expansion(inside), _EXPANSION)
        if review:
            yield from self._printed(
                "contract_review", lambda: contract_markdown(review, self._templates), _CONTRACT
            )
        yield _inner(_MAP, "svg"), lambda: stakeholder_map_svg(inside).encode()
        yield (
            _inner(_MAP, "md"),
            lambda: stakeholder_map_list(inside, picture=f"{_MAP}.svg").encode(),
        )
        yield _inner("crm_note", "txt"), lambda: crm_note(inside).encode()
        yield from self._ledger()
        yield from self._captions()

    def _brief(self) -> Named:
        facts = (
            self.deal.handoff,
            self.deal.assessment,
            self.deal.transcripts,
            BriefOptions(
                audio=dict(self.recordings),
                templates=self._templates,
                sections=self.deal.company.section_order,
                review=self.deal.review,
            ),
        )
        printed = cache(lambda: brief_print_markdown(*facts))
        paper = self._paper(_BRIEF, internal=True)
        yield _inner("kickoff_brief", "md"), lambda: brief_markdown(*facts).encode()
        yield _inner("kickoff_brief", "html"), lambda: brief_html(*facts).encode()
        yield _inner("kickoff_brief", "docx"), lambda: docx(printed(), paper)
        yield _inner("kickoff_brief", "pdf"), lambda: pdf(printed(), paper)

    def _ledger(self) -> Named:
        inside = self._inside
        yield from self._table(
            "promise_ledger", _LEDGER, lambda: (ledger_columns(inside), ledger_rows(inside))
        )
        yield from self._table(
            "customer_tasks", _TASKS, lambda: (commitment_columns(inside), commitment_rows(inside))
        )

    def _table(self, name: str, title: Message, table: Callable[[], Table]) -> Named:
        said = self._templates.words.say(title)
        yield _inner(name, "csv"), lambda: csv_table(*table())
        yield _inner(name, "xlsx"), lambda: xlsx_table(said, *table())

    def _captions(self) -> Named:
        """Calls without times have none."""
        for transcript in self.deal.transcripts:
            if text := captions(transcript):
                yield _inner(f"transcripts/{transcript.call_id}", "vtt"), text.encode

    def _customer(self) -> Named:
        deal, templates, plan = self._shared, self._templates, self.plan
        workdays = self.deal.company.workdays(self.deal.handoff.deal)
        agreed = partial(success_plan, deal, workdays, plan=plan, templates=templates)
        meeting = partial(kickoff_meeting, deal, workdays, plan=plan, templates=templates)
        matrix = partial(raci, deal, plan=plan, templates=templates)
        yield from self._printed("success_plan", agreed, _PLAN, internal=False)
        yield from self._printed("kickoff_meeting", meeting, _MEETING, internal=False)
        yield from self._printed("raci", matrix, _RACI, internal=False)
        path = f"{CUSTOMER}/introduction"
        yield (
            DocumentName(path, "txt"),
            lambda: introduction_text(deal, templates=templates).encode(),
        )
        yield DocumentName(path, "eml"), lambda: introduction_eml(deal, templates=templates)

    def _printed(
        self, name: str, text: Callable[[], str], title: Message, *, internal: bool = True
    ) -> Named:
        """A document as Markdown, and for word processors and printers."""
        path = f"{INTERNAL if internal else CUSTOMER}/{name}"
        paper, written = self._paper(title, internal=internal), cache(text)
        yield DocumentName(path, "md"), lambda: written().encode()
        yield DocumentName(path, "docx"), lambda: docx(written(), paper)
        yield DocumentName(path, "pdf"), lambda: pdf(written(), paper)

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


def _inner(name: str, format: str) -> DocumentName:  # noqa: A002 - as above
    return DocumentName(f"{INTERNAL}/{name}", format)


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
