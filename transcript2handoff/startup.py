"""What a process of the service needs before it begins, checked part by part.

Whatever is wrong is told once, in words, by the error of that part; nothing has begun by then.
"""

import errno
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from transcript2handoff.access.settings import AccessSettings
from transcript2handoff.assemble import model_endpoint, set_up_redaction, speech_options
from transcript2handoff.audio.models import model_report
from transcript2handoff.company import Company
from transcript2handoff.company_files import CompanyFiles, read_company
from transcript2handoff.contract import Catalog, parse_catalog
from transcript2handoff.dossier import Papers
from transcript2handoff.engines.local.model import shipped_model
from transcript2handoff.errors import (
    ContractFileError,
    ModelMismatchError,
    ModelMissingError,
    SettingsError,
    StoreError,
    StoreUnreachableError,
)
from transcript2handoff.health import write_a_part
from transcript2handoff.service_file import ServiceFile, read_service_file
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, migrate
from transcript2handoff.telemetry import hide_all_in, logger

_PORT_ADVICE: Final = {
    errno.EADDRINUSE: "another program listens there; stop it, or choose another T2H_PORT",
    errno.EACCES: "only root may listen there; choose a T2H_PORT above 1023",
    errno.EADDRNOTAVAIL: "this machine does not have that address; check T2H_HOST",
}


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the service is put together from, each part checked."""

    settings: Settings
    store: Store
    service_file: ServiceFile
    company_files: CompanyFiles
    catalog: Catalog | None

    @property
    def papers(self) -> Papers:
        """What stands beside every deal."""
        return Papers(company_files=self.company_files, catalog=self.catalog)


def check(settings: Settings, *, works: bool = True) -> Parts:
    """Open and check everything that a process of the service needs.

    An SQLite database that is not there is made; every other one must have been migrated.

    Args:
        settings: of the process.
        works: whether it does runs itself, or keeps a worker that does.

    Raises:
        HandoffError: of the kind of the part that cannot be used; the message says what to do.
    """
    check_folder(settings.data)
    service_file = (
        read_service_file(settings.service_file) if settings.service_file else ServiceFile()
    )
    hide_all_in(service_file)
    service_file.access_as(AccessSettings)
    papers = papers_of(settings)
    set_up_redaction(settings)
    if works:
        check_models(settings)
    return Parts(
        settings=settings,
        store=open_store(settings),
        service_file=service_file,
        company_files=papers.company_files,
        catalog=papers.catalog,
    )


def papers_of(settings: Settings) -> Papers:
    """What stands beside every deal, by the files that the settings name.

    Raises:
        CompanyFileError: the company file is not right.
        ContractFileError: the catalogue cannot be read, or is not right.
    """
    company_files = (
        read_company(settings.company_file)
        if settings.company_file
        else CompanyFiles(company=Company())
    )
    catalog = _catalog(settings.catalog_file) if settings.catalog_file else None
    return Papers(company_files=company_files, catalog=catalog)


@contextmanager
def for_the_owner_alone() -> Iterator[None]:
    """Have every file that is made within be readable for its owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def check_folder(folder: Path) -> None:
    """Make the folder of the service if it is not there, readable for its owner alone.

    Raises:
        SettingsError: it cannot be made or written, or is no folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        told = "there is a file of that name" if folder.is_file() else error.strerror
        raise SettingsError(
            f"The folder {folder} of the service cannot be used: {told}. Choose another one with "
            "T2H_DATA, or let this user write there."
        ) from error


def open_store(settings: Settings) -> Store:
    """The store of these settings; its database and its blobs answer and can be written.

    Raises:
        SettingsError: an address is of no kind that we know.
        StoreNotMigratedError: the database has another schema than this program.
        StoreUnreachableError: the database or the blobs cannot be reached or written.
    """
    if _is_new(settings.database):
        migrate(settings.database)
    store = Store.open(settings.database, settings.blobs, blob_options=settings.blob_options)
    try:
        with store.write():
            pass
        write_a_part(store)
    except StoreError:
        store.close()
        raise
    return store


def open_existing(settings: Settings) -> Store:
    """The store of these settings to be looked at: nothing is made, and nothing written.

    Raises:
        SettingsError: an address is of no kind that we know.
        StoreNotMigratedError: the database has another schema than this program.
        StoreUnreachableError: there is no database, or it cannot be reached.
    """
    if _is_new(settings.database):
        raise StoreUnreachableError(
            f"There is no database in {settings.data}. Set T2H_DATA to the folder of the service."
        )
    return Store.open(settings.database, settings.blobs, blob_options=settings.blob_options)


def _is_new(database: str) -> bool:
    """Whether it is an SQLite file that is not there, or that nothing was written to."""
    scheme, _, rest = database.partition(":///")
    file = Path(rest.partition("?")[0])
    return scheme.startswith("sqlite") and (not file.exists() or not file.stat().st_size)


def check_models(settings: Settings) -> None:
    """Check that calls can be heard and read.

    A speech model that may be fetched need not be there yet.

    Raises:
        ModelError: model files are missing or wrong.
        SettingsError: the model server is not described as it should be.
    """
    sources = speech_options(settings).models
    speech = model_report(sources, names=[settings.whisper_model])[0]
    if speech.state == "mismatch":
        raise ModelMismatchError(speech.advice)
    if speech.state == "missing":
        if sources.path or not sources.hub:
            raise ModelMissingError(speech.advice)
        logger(__name__).warning("model_will_be_fetched", model=settings.whisper_model)
    shipped_model()
    if settings.model_url:
        model_endpoint(settings)


def check_port(settings: Settings) -> None:
    """Check that the address is free to listen at.

    Raises:
        SettingsError: it is not, or this machine has no such address.
    """
    where = f"{settings.host}:{settings.port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with closing(socket.socket(family, kind, protocol)) as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
    except OSError as error:
        advice = _PORT_ADVICE.get(error.errno or 0, error.strerror or "check T2H_HOST")
        raise SettingsError(f"The service cannot listen at {where}: {advice}.") from error


def _catalog(path: Path) -> Catalog:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        raise ContractFileError(f"The catalog {path} cannot be read: {why}.") from error
    return parse_catalog(text, where=str(path))
