"""The wheel: the same bytes each time, nothing in it that does not belong, and it does the job."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from supply.wheel import PARTS, make_wheel

ROOT = Path(__file__).parent.parent
RECORDING = ROOT / "fixtures" / "harborline" / "harborline-1" / "1_call.opus"
DEAL = ROOT / "fixtures" / "harborline" / "deal.toml"
(LOCKED,) = re.findall(r"^LOCKED := \$\(PIP\) (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
TORCH = "torch-cpu" if version("torch").endswith("+cpu") else "torch"
SECRETS = re.compile(
    rb"-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b"
    rb"|\bghp_[0-9A-Za-z]{36}\b|\bsk-[0-9A-Za-z]{32,}\b|\bxox[abp]-[0-9A-Za-z-]{20,}"
)


def run(*command, cwd):
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """What the wheel is made from, as it is now."""
    return copied(ROOT, tmp_path_factory.mktemp("tree"))


@pytest.fixture(scope="module")
def wheel(tree, tmp_path_factory):
    return make_wheel(tmp_path_factory.mktemp("dist"), source=tree)


def copied(source, target):
    for part in PARTS:
        copy = shutil.copytree if (source / part).is_dir() else shutil.copyfile
        copy(source / part, target / part)
    return target


@pytest.mark.slow
def test_the_same_tree_gives_the_same_bytes(tree, wheel, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    copied(tree, source)
    for path in source.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
        path.chmod(0o700)
    before = os.umask(0o077)
    try:
        again = make_wheel(tmp_path / "dist", source=source)
    finally:
        os.umask(before)
    assert again.read_bytes() == wheel.read_bytes()


@pytest.mark.slow
def test_the_wheel_has_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    tops = {name.split("/")[0].split("-")[0] for name in files}
    assert tops == {"transcript2handoff"}
    for name, content in files.items():
        folders = set(name.split("/")[:-1])
        assert not folders & {"tests", "fixtures", "benchmarks", "supply", "__pycache__"}, name
        assert not name.endswith((".pyc", ".env", ".pem", ".key", ".sqlite", ".log")), name
        assert not SECRETS.search(content), name
        assert str(ROOT).encode() not in content, name
    for vendored in (ROOT / "pages" / "static" / "vendor").iterdir():
        shipped = files[f"transcript2handoff/pages/static/vendor/{vendored.name}"]
        assert hashlib.sha256(shipped).digest() == hashlib.sha256(vendored.read_bytes()).digest()
    licence = (ROOT / "LICENSE").read_bytes()
    assert any(name.endswith("/LICENSE") and text == licence for name, text in files.items())


@pytest.mark.slow
def test_the_wheel_runs_the_demo_outside_of_the_checkout(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    binaries = tmp_path / "venv" / "bin"
    install = (binaries / "pip", "install", "--quiet")
    for name in (TORCH, "runtime"):
        lock = ROOT / "locks" / f"{name}.txt"
        run(*install, *shlex.split(LOCKED), "--requirement", lock, cwd=tmp_path)
    run(*install, "--no-deps", wheel, cwd=tmp_path)
    out = tmp_path / "out"
    run(binaries / "t2h", "run", RECORDING, "--deal", DEAL, "-o", out, cwd=tmp_path)
    brief = (out / "5_kickoff_brief.html").read_text(encoding="utf-8")
    assert "Harborline Freight" in brief
    assert "Promises" in brief
