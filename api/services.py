"""What the HTTP service works with, handed in when the application is made."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from transcript2handoff.api.desks import Desks
from transcript2handoff.company import Company
from transcript2handoff.company_files import CompanyFiles
from transcript2handoff.contract import Catalog
from transcript2handoff.dossier import Papers
from transcript2handoff.service_file import ServiceFile
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True, kw_only=True)
class Services:
    """Opened by whoever starts the service, and closed there.

    Attributes:
        store: the database and the blobs, migrated.
        settings: of this installation.
        service_file: who may send webhooks, which CRMs are connected, and how people sign in.
        company_files: the company's own templates and words.
        catalog: what the product can do.
        clock: says what time it is, with its time zone.
        desks: opens deals, and keeps those that were opened last.
    """

    store: Store
    settings: Settings
    service_file: ServiceFile = field(default_factory=ServiceFile)
    company_files: CompanyFiles = field(default_factory=lambda: CompanyFiles(company=Company()))
    catalog: Catalog | None = None
    clock: Callable[[], datetime.datetime] = _utc_now
    desks: Desks = field(default_factory=Desks, repr=False, compare=False)

    @property
    def papers(self) -> Papers:
        """What stands beside every deal."""
        return Papers(company_files=self.company_files, catalog=self.catalog)
