"""Documents as their page shows them: what each is for, and its formats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from transcript2handoff.api.models.documents import DocumentOut

_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "kickoff_brief": ("Kickoff brief", "The whole handoff on paper, each line with its proof."),
    "internal_kickoff": ("Internal kickoff", "The agenda of the meeting of sales and success."),
    "questions": ("Questions", "What to ask the account executive, as a sheet."),
    "expansion": ("Expansion", "Where the customer may grow, and who wants it."),
    "contract_review": ("Contract review", "What was said against what was signed."),
    "stakeholder_map": ("Map of stakeholders", "Who decides, who helps, who is against it."),
    "crm_note": ("Note for the CRM", "The handoff in a few lines."),
    "promise_ledger": ("Promises as a table", "For a spreadsheet."),
    "customer_tasks": ("Tasks of the customer", "For a spreadsheet."),
    "success_plan": ("Success plan", "Goals, measures and steps, as agreed."),
    "kickoff_meeting": ("Kickoff meeting", "The agenda with the customer."),
    "raci": ("Who does what", "Responsibilities on both sides."),
    "introduction": ("Introduction", "The mail that hands the customer over."),
}
_FORMATS: Final[Mapping[str, str]] = {
    "pdf": "PDF",
    "docx": "Word",
    "html": "Web page",
    "md": "Markdown",
    "xlsx": "Excel",
    "csv": "CSV",
    "svg": "Picture",
    "txt": "Text",
    "eml": "E-mail",
    "vtt": "Captions",
}
"""In the order in which they are shown."""
_ORDER: Final = {name: place for place, name in enumerate(_FORMATS)}


@dataclass(frozen=True, kw_only=True)
class FileView:
    """A document in one format."""

    words: str
    format: str
    is_ready: bool
    size: str | None


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """A document with its formats."""

    name: str
    title: str
    about: str
    files: tuple[FileView, ...]


@dataclass(frozen=True, kw_only=True)
class DocumentGroup:
    """Documents for the same readers."""

    title: str
    about: str
    documents: tuple[DocumentView, ...]


def groups_of(items: Iterable[DocumentOut]) -> tuple[DocumentGroup, ...]:
    """Documents for readers inside, for the customer, and what was said on the calls."""
    by_name: dict[str, list[DocumentOut]] = {}
    for item in items:
        by_name.setdefault(item.name, []).append(item)
    views = [_view(name, files) for name, files in by_name.items()]
    captions = [view for view in views if "/transcripts/" in view.name]
    inside = [view for view in views if view.name.startswith("internal/") and view not in captions]
    outside = [view for view in views if not view.name.startswith("internal/")]
    groups = (
        ("For your company", "Nothing of this goes to the customer.", inside),
        ("For the customer", "Made of what may be shown to them, and of nothing else.", outside),
        ("Captions", "What was said on each call, with times.", captions),
    )
    return tuple(
        DocumentGroup(title=title, about=about, documents=tuple(found))
        for title, about, found in groups
        if found
    )


def title_of(name: str) -> str:
    """What a document is called."""
    base = name.rpartition("/")[2]
    return _TITLES[base][0] if base in _TITLES else base


def _view(name: str, files: Iterable[DocumentOut]) -> DocumentView:
    about = _TITLES.get(name.rpartition("/")[2], ("", ""))[1]
    known = sorted(files, key=lambda one: _ORDER.get(one.format, len(_ORDER)))
    return DocumentView(
        name=name, title=title_of(name), about=about, files=tuple(map(_file, known))
    )


def _file(item: DocumentOut) -> FileView:
    return FileView(
        words=_FORMATS.get(item.format, item.format.upper()),
        format=item.format,
        is_ready=item.is_ready,
        size=_size(item.bytes) if item.bytes else None,
    )


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(count / 1e3, 1):.0f} kB"
