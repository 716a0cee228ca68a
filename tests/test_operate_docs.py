"""What is said about running the service is what its files and its code say."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from transcript2handoff.api.scraping import OfStore
from transcript2handoff.cli import app
from transcript2handoff.service_file import read_service_file
from transcript2handoff.settings import Settings
from transcript2handoff.store.bucket import S3_OPTIONS
from transcript2handoff.telemetry import REGISTRY

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
CONTAINERFILE = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(COMPOSE)["services"]
VARIABLES = {f"T2H_{name.upper()}" for name in Settings.model_fields}
COMMANDS = {
    *(command.name or command.callback.__name__ for command in app.registered_commands),
    *(group.name for group in app.registered_groups),
}


def lines(text):
    return [line for line in text.splitlines() if line.strip()]


def blocks(language, chapter):
    part = GUIDE.split(f"\n### {chapter}\n")[1].split("\n## ")[0].split("\n### ")[0]
    return [
        line
        for block in re.findall(rf"```{language}\n(.*?)```", part, re.S)
        for line in lines(block)
    ]


def named_variables(text):
    return set(re.findall(r"\bT2H_[A-Z_]+[A-Z]\b", text))


@pytest.mark.parametrize(
    ("language", "chapter", "file"),
    [("dockerfile", "Containerfile", CONTAINERFILE), ("yaml", "compose.yaml", COMPOSE)],
)
def test_every_line_is_explained_in_its_order(language, chapter, file):
    assert blocks(language, chapter) == lines(file)


@pytest.mark.parametrize("text", [GUIDE, COMPOSE, CONTAINERFILE])
def test_every_setting_that_is_named_exists(text):
    assert named_variables(text) <= VARIABLES


def test_every_setting_is_explained_by_its_use():
    assert named_variables(GUIDE) == VARIABLES


def test_every_metric_is_explained_and_no_other(store):
    told = set(re.findall(r"^\| `(t2h_\w+)` \|", GUIDE, re.M))
    ours = {family.name for family in REGISTRY.collect() if family.name.startswith("t2h_")}
    assert told == ours | {family.name for family in OfStore(store).collect()}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_container_is_explained(name):
    assert re.search(rf"^`{name}` ", GUIDE, re.M)


def test_web_and_workers_have_what_they_need():
    for name in ("migrate", "web", "worker"):
        environment = SERVICES[name]["environment"]
        settings = Settings(
            **{key.removeprefix("T2H_").lower(): value for key, value in environment.items()
               if key not in ("T2H_BLOB_OPTIONS", "T2H_PUBLIC_URL")},
            blob_options=json.loads(environment["T2H_BLOB_OPTIONS"]),
            public_url="https://handoff.example",
        )  # fmt: skip
        assert set(settings.blob_options) <= set(S3_OPTIONS)
        assert SERVICES[name]["command"][:1] == ["t2h"]
        assert SERVICES[name]["command"][1] in COMMANDS
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    assert "@database/" in SERVICES["web"]["environment"]["T2H_DATABASE"]
    assert "//blobs:3900" in SERVICES["web"]["environment"]["T2H_BLOB_OPTIONS"]


def test_containers_wait_for_containers_that_there_are():
    volumes = yaml.safe_load(COMPOSE)["volumes"]
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] != "service_healthy" or "healthcheck" in SERVICES[other]
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            assert source in volumes or (ROOT / "deploy" / source).is_file()


def test_no_container_is_open_to_the_world():
    assert [service["ports"] for service in SERVICES.values() if "ports" in service] == [
        ["127.0.0.1:8484:8484"]
    ]


def test_every_value_that_is_asked_for_is_in_the_example():
    example = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{([A-Z_]+):\?\}", COMPOSE))
    assert {line.split("=")[0] for line in lines(example)} == asked


def test_the_store_listens_where_it_is_looked_for():
    garage = tomllib.loads((ROOT / "deploy" / "garage.toml").read_text(encoding="utf-8"))
    options = SERVICES["web"]["environment"]["T2H_BLOB_OPTIONS"]
    assert garage["s3_api"]["api_bind_addr"].endswith(":3900")
    assert json.loads(options)["region"] == garage["s3_api"]["s3_region"]
    assert garage["metadata_dir"].startswith("/var/lib/garage")


def test_the_service_file_that_is_shipped_connects_nothing():
    assert read_service_file(ROOT / "deploy" / "service.yaml", {}).webhooks == ()


def test_what_the_image_copies_is_there():
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.M):
        for source in sources.split():
            assert (ROOT / source).exists()


def test_commands_that_are_named_exist():
    named = set(re.findall(r"(?<![\w/-])t2h ([a-z]+)\b", GUIDE))
    assert named <= COMMANDS
