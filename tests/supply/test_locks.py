"""The lock has everything, everywhere, with digests; and pip is told to check them."""

import hashlib
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from collections import deque
from importlib.metadata import PackageNotFoundError, requires, version

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from supply.lock import _CPU_BUILDS
from supply.locks import (
    LEVELS,
    LOCKS,
    ROOT,
    SUPPORTED,
    Pin,
    held,
    parse_pins,
    read_level,
    read_lock,
    simplest,
    written,
)

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
CONTAINERFILE = (ROOT / "deploy" / "Containerfile").read_text("utf-8")


def names(place):
    return f"{place['sys_platform']}-{place['platform_machine']}-{place['python_version']}"


def wanted(place, extras):
    """Every requirement of the package in a place, those of its dependencies too."""
    optional = PROJECT["optional-dependencies"]
    own = [*PROJECT["dependencies"], *(line for extra in extras for line in optional[extra])]
    queue, seen = deque(Requirement(line) for line in own), set()
    while queue:
        requirement = queue.popleft()
        marks = [{**place, "extra": extra} for extra in ("", *requirement.extras)]
        if requirement.marker and not requirement.marker.evaluate(dict(place)):
            continue
        yield requirement
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            lines = requires(requirement.name) or []
        except PackageNotFoundError:
            continue  # not installed on this platform: its own wishes are in the lock's comments
        for below in map(Requirement, lines):
            if not below.marker or any(below.marker.evaluate(mark) for mark in marks):
                below.marker = None
                queue.append(below)


@pytest.mark.parametrize("place", SUPPORTED, ids=names)
@pytest.mark.parametrize("number", range(1, len(LEVELS) + 1), ids=lambda n: LEVELS[n - 1].name)
def test_each_level_has_all_that_its_extras_want(place, number):
    extras = [extra for level in LEVELS[:number] for extra in level.extras]
    position = SUPPORTED.index(place)
    pins = read_level(LEVELS[number - 1].name)
    locked = {pin.key: pin.version for pin in pins if held(pin.marker)[position]}
    requirements = list(wanted(place, extras))
    assert len(requirements) > 100
    for requirement in requirements:
        key = canonicalize_name(requirement.name)
        if key == "pip":
            continue  # comes with Python
        assert key in locked, f"{requirement} is not locked for {names(place)}: run `make lock`"
        assert requirement.specifier.contains(locked[key], prereleases=True), requirement


def test_every_extra_is_locked():
    extras = {extra for level in LEVELS for extra in level.extras}
    assert extras == set(PROJECT["optional-dependencies"])


@pytest.mark.parametrize("path", sorted(LOCKS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_pin_has_digests_and_no_address(path):
    text = path.read_text("utf-8")
    pins = read_lock(path.stem)
    assert pins
    assert all(pin.hashes for pin in pins)
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash|r \w+\.txt$)", text, re.M)
    assert len({(pin.key, pin.marker) for pin in pins}) == len(pins)


def test_a_package_stands_in_one_lock_with_one_version():
    levels = [pin for level in LEVELS for pin in read_lock(level.name)]
    versions = {}
    for pin in levels:
        assert versions.setdefault(pin.key, pin.version) == pin.version
    places = [
        (pin.key, where) for pin in levels for where, yes in enumerate(held(pin.marker)) if yes
    ]
    again = {key for key, where in places if places.count((key, where)) > 1}
    assert again <= {"attrs"}, "in two locks, for the same place"


def test_the_cpu_build_is_of_the_version_that_is_declared():
    (build,) = read_lock("torch-cpu")
    (torch,) = (pin for pin in read_lock("torch") if pin.key == "torch")
    assert build.version == f"{torch.version}+cpu"
    kept = tomllib.loads(_CPU_BUILDS.read_text("utf-8"))["torch"]
    assert set(build.hashes) <= set(kept.values())


installing = re.findall(r"^.*(?:\$\((?:PIP|LOCKED|OURS)\)|pip install).*$", MAKEFILE, re.M)


def test_make_installs_nothing_whose_digest_is_not_checked():
    assert len(installing) > 8
    for line in installing:
        if "--requirement" in line:
            assert "$(LOCKED) --requirement locks/" in line, line
        else:
            assert re.search(r":=|\$\(OURS\) (--editable|--target \$\(PAGES\)) \.$", line), line
    assert re.search(r"^LOCKED := .*--require-hashes --no-deps --only-binary :all:", MAKEFILE, re.M)
    assert re.search(r"^OURS   := .*--no-deps --no-build-isolation$", MAKEFILE, re.M)


def test_the_image_installs_nothing_whose_digest_is_not_checked():
    lines = [line for line in CONTAINERFILE.splitlines() if "pip install" in line]
    assert len(lines) == 3
    for line in lines[:-1]:
        assert "--require-hashes --no-deps --only-binary :all:" in line
        assert "--requirement locks/" in line
    assert lines[-1].endswith("pip install --no-cache-dir --no-deps --no-build-isolation .")


def test_continuous_integration_installs_by_make_alone():
    commands = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert [line for line in commands if not line.startswith(("#", "set ", "cd "))] == ["make test"]


def tiny_wheel(folder):
    """A package of nothing."""
    path = folder / "nothing_at_all-1.0-py3-none-any.whl"
    info = "nothing_at_all-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("nothing_at_all.py", "")
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: nothing-at-all\nVersion: 1.0\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"nothing_at_all.py,,\n{info}/RECORD,,\n")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("changed", [False, True])
def test_a_file_that_was_changed_is_refused(tmp_path, changed):
    wheel = tiny_wheel(tmp_path)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if changed:
        with wheel.open("ab") as file:
            file.write(b"more")
    pin = Pin("nothing-at-all", "1.0", "", (digest,), ())
    lock = tmp_path / "lock.txt"
    lock.write_text(written([pin], heading="a test"))
    (locked,) = re.findall(r"^LOCKED := \$\(PIP\) (.*)$", MAKEFILE, re.M)
    command = [sys.executable, "-m", "pip", "install", *shlex.split(locked)]
    local = ["--no-index", "--find-links", tmp_path, "--target", tmp_path, "--requirement", lock]
    ran = subprocess.run([*command, *local], capture_output=True, text=True, check=False)
    assert (ran.returncode != 0) is changed, ran.stderr
    assert ("DO NOT MATCH THE HASHES" in ran.stderr) is changed


pins = st.builds(
    Pin,
    st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", fullmatch=True),
    st.from_regex(r"[0-9]\.[0-9]{1,2}(\+cpu)?", fullmatch=True),
    st.sampled_from(["", "sys_platform == 'linux'", "python_version < '3.13' and os_name == 'nt'"]),
    st.lists(st.from_regex(r"[0-9a-f]{64}", fullmatch=True), min_size=1, max_size=3).map(
        lambda found: tuple(sorted(set(found)))
    ),
    st.lists(st.sampled_from(["alpha", "beta", "transcript2handoff"]), unique=True).map(
        lambda found: tuple(sorted(found))
    ),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(pins, max_size=4, unique_by=lambda pin: pin.key))
def test_what_is_written_is_what_is_read(kept):
    def order(pin):
        return pin.key

    read = parse_pins(written(kept, heading="a law", above="below"))
    assert sorted(read, key=order) == sorted(kept, key=order)


def test_a_line_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="not a pin"):
        list(parse_pins("requests>=2\n"))


@pytest.mark.parametrize(
    ("marker", "short"),
    [
        ("python_version >= '3.11'", ""),
        ("os_name == 'nt' or sys_platform == 'linux'", "sys_platform == 'linux'"),
        ("platform_system == 'Darwin' and python_version < '4'", "sys_platform == 'darwin'"),
        ("python_version < '3.12'", "python_version < '3.12'"),
    ],
)
def test_markers_are_told_shortly(marker, short):
    assert simplest(marker) == short


def test_what_is_installed_here_is_what_is_locked():
    for pin in read_level("dev"):
        if pin.applies_here:
            assert version(pin.key).split("+")[0] == pin.version.split("+")[0], pin.name
