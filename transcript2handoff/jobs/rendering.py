"""The step that makes documents: all that are quick to make, or the one that somebody waits for."""

from dataclasses import dataclass
from typing import get_args

from transcript2handoff.deal_documents import DealDocuments, DocumentName
from transcript2handoff.dossier import Papers
from transcript2handoff.errors import DocumentMissingError
from transcript2handoff.jobs.desk import OnDesk, unchanged
from transcript2handoff.jobs.port import StepOutcome
from transcript2handoff.jobs.writing import writing
from transcript2handoff.store import Store, documents, keeping
from transcript2handoff.store.documents import DocumentPlace, NewDocument
from transcript2handoff.store.runs import RunRecord
from transcript2handoff.watch import Watch
from transcript2handoff.words import Language


@dataclass(frozen=True, kw_only=True)
class Rendering:
    """Makes the documents of an edition of a deal."""

    store: Store
    beside: Papers
    public_url: str

    def quick_ones(self, run: RunRecord, here: OnDesk, watch: Watch) -> StepOutcome:
        """All documents that are quick to make, in the language of the company.

        Raises:
            TemplateFileError: a template of the company's own fails.
            StoreConflictError: the deal has another edition by now.
            StoreError: they cannot be kept.
            Cancelled: ``watch`` asked to stop, or the run was erased.
        """
        made = self._documents(here, self.beside.company_files.company.language)
        quick = [name for name in made.names() if not name.heavy]
        new: list[NewDocument] = []
        put: list[str] = []
        with keeping.rows_or_nothing(self.store, put):
            for n, name in enumerate(quick):
                watch.at(n / len(quick))
                new.append(self._new(here, made, name))
                put.append(new[-1].blob)
            with writing(self.store, run.id) as tx:
                deal = unchanged(tx, here)
                documents.drop_older(tx, deal.id, deal.edition)
                for document in new:
                    documents.put(tx, document)
        return StepOutcome(state="done", key=here.edition)

    def wanted_one(self, run: RunRecord, here: OnDesk) -> StepOutcome:
        """The document that a run wants, as ``NAME.FORMAT LANGUAGE``.

        Raises:
            DocumentMissingError: the deal has no such document.
            DocumentError: it cannot be put into this format.
            TemplateFileError: a template of the company's own fails.
            StoreConflictError: the deal has another edition by now.
            StoreError: it cannot be kept.
            Cancelled: the run was cancelled or erased.
        """
        name, language = parse_wanted(run.wanted or "")
        with self.store.read() as tx:
            if documents.find(tx, _place(here, name, language)):
                return StepOutcome(state="reused", key=here.edition)
        document = self._new(here, self._documents(here, language), name)
        with (
            keeping.rows_or_nothing(self.store, [document.blob]),
            writing(self.store, run.id) as tx,
        ):
            unchanged(tx, here)
            documents.put(tx, document)
        return StepOutcome(state="done", key=here.edition)

    def _documents(self, here: OnDesk, language: Language) -> DealDocuments:
        return here.documents(self.beside, language=language, public_url=self.public_url)

    def _new(self, here: OnDesk, made: DealDocuments, name: DocumentName) -> NewDocument:
        blob = self.store.blobs.put([made.make(name.path, name.format)])
        place = _place(here, name, made.language)
        return NewDocument(**place.model_dump(), media_type=name.media_type, blob=blob.digest)


def parse_wanted(wanted: str) -> tuple[DocumentName, Language]:
    """Read what ``NewRun.wanted`` says.

    Raises:
        DocumentMissingError: it names no document.
    """
    file, _, word = wanted.rpartition(" ")
    path, _, form = file.rpartition(".")
    language: Language | None = next((one for one in get_args(Language) if one == word), None)
    if not path or language is None:
        raise DocumentMissingError(f"“{wanted}” names no document and language.")
    return DocumentName(path, form), language


def _place(here: OnDesk, name: DocumentName, language: Language) -> DocumentPlace:
    return DocumentPlace(
        deal_id=here.deal.id,
        edition=here.edition,
        name=name.path,
        language=language,
        format=name.format,
    )
