"""A process of the service begins with everything that it needs, or says what is wrong."""

import os
import shutil
import socket
import sqlite3
import stat
from contextlib import closing

import pytest

from transcript2handoff.errors import (
    CompanyFileError,
    ContractFileError,
    HandoffError,
    ModelMismatchError,
    ModelMissingError,
    ServiceFileError,
    SettingsError,
    StoreNotMigratedError,
    StoreUnreachableError,
)
from transcript2handoff.settings import read_settings
from transcript2handoff.startup import check, check_port, open_store
from transcript2handoff.store import migrate

HERE = "127.0.0.1"
CATALOG = "features: [{name: Scanning, status: available}]"
WEBHOOK = """
webhooks:
  - name: hubspot
    source: hubspot
    secrets: [{env: HUBSPOT_SECRET}]
"""


@pytest.fixture
def installation(tmp_path, monkeypatch):
    """A function that gives the settings of an installation in a folder of its own."""
    monkeypatch.setenv("T2H_DATA", str(tmp_path / "data"))

    def settings(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"T2H_{name.upper()}", str(value))
        return read_settings()

    return settings


def written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_an_empty_folder_becomes_a_service(installation, tmp_path):
    parts = check(installation())
    with closing(parts.store), parts.store.write():
        pass
    assert (tmp_path / "data" / "t2h.db").stat().st_size
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert parts.service_file.webhooks == ()
    assert parts.catalog is None
    assert not [path for path in (tmp_path / "data" / "blobs").rglob("*") if path.is_file()]


def test_what_the_settings_name_is_read(installation, tmp_path, monkeypatch):
    monkeypatch.setenv("HUBSPOT_SECRET", "shared-with-hubspot")
    parts = check(
        installation(
            service_file=written(tmp_path / "service.yaml", WEBHOOK),
            company_file=written(tmp_path / "company.yaml", "name: Foldwell\n"),
            catalog_file=written(tmp_path / "catalog.yaml", CATALOG),
        )
    )
    parts.store.close()
    assert [webhook.name for webhook in parts.service_file.webhooks] == ["hubspot"]
    assert parts.company_files.company.name == "Foldwell"
    assert parts.papers.company_files == parts.company_files
    assert parts.papers.catalog.features[0].name == "Scanning"


def test_a_database_is_opened_again_as_it_is(installation):
    settings = installation()
    open_store(settings).close()
    open_store(settings).close()


def test_a_bare_postgresql_database_is_not_migrated_unasked(
    installation, postgresql_server, bare_database_url, database
):
    if database == "sqlite":
        open_store(installation(database=bare_database_url)).close()
        return
    settings = installation(database=bare_database_url)
    with pytest.raises(StoreNotMigratedError, match="t2h migrate"):
        open_store(settings)
    migrate(settings.database)
    open_store(settings).close()


def a_file_as_data_folder(tmp_path):
    return {"data": written(tmp_path / "taken", "")}


def a_folder_below_a_file(tmp_path):
    return {"data": written(tmp_path / "taken", "") / "data"}


def an_unknown_database(tmp_path):
    return {"database": "mysql://t2h:pass-word@db/t2h"}


def a_database_without_a_form(tmp_path):
    return {"database": "t2h.db"}


def a_database_below_a_file(tmp_path):
    return {"database": f"sqlite:///{written(tmp_path / 'taken', '')}/t2h.db"}


def a_database_that_is_none(tmp_path):
    return {"database": f"sqlite:///{written(tmp_path / 't2h.db', 'no database ' * 100)}"}


def a_database_of_a_newer_version(tmp_path):
    migrate(f"sqlite:///{tmp_path / 't2h.db'}")
    with closing(sqlite3.connect(tmp_path / "t2h.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    return {"database": f"sqlite:///{tmp_path / 't2h.db'}"}


def a_database_that_is_not_migrated(tmp_path):
    with closing(sqlite3.connect(tmp_path / "t2h.db")) as connection:
        connection.execute("CREATE TABLE deals (id TEXT)")
    return {"database": f"sqlite:///{tmp_path / 't2h.db'}"}


def a_postgresql_that_is_not_there(tmp_path):
    return {"database": f"postgresql://t2h:pass-word@{HERE}:{free_port()}/t2h"}


def unknown_blobs(tmp_path):
    return {"blobs": "ftp://files/blobs"}


def blobs_below_a_file(tmp_path):
    return {"blobs": written(tmp_path / "taken", "") / "blobs"}


def options_that_blobs_do_not_have(tmp_path):
    return {"blobs": "s3://t2h", "blob_options": '{"colour": "red"}'}


def an_s3_store_that_is_not_there(tmp_path):
    options = (
        f'{{"endpoint": "http://{HERE}:{free_port()}", "allow_http": true, '
        '"access_key_id": "key", "secret_access_key": "pass-word", "region": "eu"}'
    )
    return {"blobs": "s3://t2h", "blob_options": options}


def no_service_file(tmp_path):
    return {"service_file": tmp_path / "service.yaml"}


def a_folder_as_service_file(tmp_path):
    return {"service_file": tmp_path}


def a_service_file_that_is_no_yaml(tmp_path):
    return {"service_file": written(tmp_path / "service.yaml", "webhooks: [")}


def a_service_file_with_an_unknown_field(tmp_path):
    return {"service_file": written(tmp_path / "service.yaml", "webhoks: []")}


def a_secret_that_is_not_set(tmp_path):
    return {"service_file": written(tmp_path / "service.yaml", WEBHOOK)}


def no_company_file(tmp_path):
    return {"company_file": tmp_path / "company.yaml"}


def a_wrong_company_file(tmp_path):
    return {"company_file": written(tmp_path / "company.yaml", "name: 3\ncolours: many\n")}


def a_wrong_catalog(tmp_path):
    return {"catalog_file": written(tmp_path / "catalog.yaml", "products: 3\n")}


def no_catalog(tmp_path):
    return {"catalog_file": tmp_path / "catalog.yaml"}


def an_empty_model_folder(tmp_path):
    return {"whisper_model_path": tmp_path}


def another_model(tmp_path):
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        written(tmp_path / "model" / name, "{}")
    return {"whisper_model_path": tmp_path / "model"}


def an_unknown_model(tmp_path):
    return {"whisper_model": "enormous", "model_hub": "no"}


def a_model_key_that_is_not_there(tmp_path):
    return {
        "model_url": "https://models.example/v1",
        "model_name": "small",
        "model_key_file": tmp_path / "key",
    }


def free_port():
    with closing(socket.socket()) as found:
        found.bind((HERE, 0))
        return found.getsockname()[1]


BROKEN = [
    (a_file_as_data_folder, SettingsError, "T2H_DATA"),
    (a_folder_below_a_file, SettingsError, "T2H_DATA"),
    (an_unknown_database, SettingsError, "postgresql://"),
    (a_database_without_a_form, SettingsError, "sqlite:///"),
    (a_database_below_a_file, StoreUnreachableError, "cannot be made"),
    (a_database_that_is_none, StoreUnreachableError, "t2h.db"),
    (a_database_of_a_newer_version, StoreNotMigratedError, "newer than this program"),
    (a_database_that_is_not_migrated, StoreNotMigratedError, "t2h migrate"),
    (a_postgresql_that_is_not_there, StoreUnreachableError, "Check that it runs"),
    (unknown_blobs, SettingsError, "s3://BUCKET"),
    (blobs_below_a_file, StoreUnreachableError, "blobs"),
    (options_that_blobs_do_not_have, SettingsError, "options of the blobs"),
    (an_s3_store_that_is_not_there, StoreUnreachableError, "s3://t2h"),
    (no_service_file, ServiceFileError, "service.yaml cannot be read"),
    (a_folder_as_service_file, ServiceFileError, "cannot be read"),
    (a_service_file_that_is_no_yaml, ServiceFileError, "service.yaml"),
    (a_service_file_with_an_unknown_field, ServiceFileError, "webhoks"),
    (a_secret_that_is_not_set, ServiceFileError, "HUBSPOT_SECRET is not set"),
    (no_company_file, CompanyFileError, "company.yaml"),
    (a_wrong_company_file, CompanyFileError, "company.yaml"),
    (a_wrong_catalog, ContractFileError, "catalog.yaml"),
    (no_catalog, ContractFileError, "cannot be read"),
    (an_empty_model_folder, ModelMissingError, "T2H_WHISPER_MODEL_PATH"),
    (another_model, ModelMismatchError, "model"),
    (an_unknown_model, ModelMissingError, "enormous"),
    (a_model_key_that_is_not_there, SettingsError, "key"),
]


@pytest.mark.parametrize(
    ("broken", "kind", "words"), BROKEN, ids=[broken.__name__ for broken, *_ in BROKEN]
)
def test_what_is_broken_is_told_in_words(installation, tmp_path, broken, kind, words):
    settings = installation(**broken(tmp_path))
    with pytest.raises(HandoffError, match=words) as raised:
        check(settings)
    assert type(raised.value) is kind
    assert "pass-word" not in str(raised.value)


def test_a_folder_that_may_not_be_written_is_told(installation, tmp_path):
    if os.geteuid() == 0:
        # Root may write everywhere but where nothing can be written at all.
        settings = installation(data="/proc/t2h")
    else:
        (tmp_path / "shut").mkdir(mode=0o500)
        settings = installation(data=tmp_path / "shut" / "data")
    with pytest.raises(SettingsError, match="T2H_DATA"):
        check(settings)


def test_who_does_no_runs_needs_no_models(installation, tmp_path):
    check(installation(whisper_model_path=tmp_path), works=False).store.close()


def test_a_port_that_is_taken_is_told(installation):
    with closing(socket.socket()) as other:
        other.bind((HERE, 0))
        other.listen()
        settings = installation(port=other.getsockname()[1])
        with pytest.raises(SettingsError, match="T2H_PORT"):
            check_port(settings)
    check_port(settings)


@pytest.mark.parametrize("host", ["192.0.2.7", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_told(installation, host):
    with pytest.raises(SettingsError, match="cannot listen"):
        check_port(installation(host=host))


def test_a_store_that_failed_to_open_is_closed_again(installation, tmp_path):
    settings = installation()
    open_store(settings).close()
    shutil.rmtree(tmp_path / "data" / "blobs")
    written(tmp_path / "data" / "blobs", "")
    with pytest.raises(StoreUnreachableError):
        open_store(settings)
