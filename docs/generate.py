"""Write the documents that follow from the code; a test fails when one of them is stale."""

import json
from collections.abc import Iterator
from pathlib import Path

from typer import Typer
from typer.testing import CliRunner

from transcript2handoff.api.app import description
from transcript2handoff.cli import app
from transcript2handoff.handoff import Draft, Handoff
from transcript2handoff.importers import FORMATS
from transcript2handoff.settings import Settings
from transcript2handoff.transcript import Transcript

HERE = Path(__file__).parent


def documents() -> dict[str, str]:
    """Every generated document by its path below ``docs/``."""
    schemas = {"transcript": Transcript, "draft": Draft, "handoff": Handoff}
    return {
        "cli.md": command_line(),
        "settings.md": settings(),
        "formats.md": formats(),
        "openapi.json": description(),
        **{
            f"schema/{name}.schema.json": json.dumps(model.model_json_schema(), indent=1) + "\n"
            for name, model in schemas.items()
        },
    }


def command_line() -> str:
    """The help of every command."""
    parts = ["# The command line", _help()]
    for words in _commands(app):
        parts += [f"## t2h {' '.join(words)}", _help(*words)]
    return "\n\n".join(parts) + "\n"


def _commands(program: Typer, *above: str) -> Iterator[tuple[str, ...]]:
    """The words of every command, those of groups after all others."""
    for command in program.registered_commands:
        assert command.callback is not None
        yield (*above, command.name or command.callback.__name__)
    for group in program.registered_groups:
        assert group.typer_instance is not None
        assert group.name
        yield from _commands(group.typer_instance, *above, group.name)


def settings() -> str:
    """Every environment variable that is read."""
    rows = [
        f"| `T2H_{name.upper()}` | {field.description} | {_default(field.default)} |"
        for name, field in Settings.model_fields.items()
    ]
    head = "# Settings\n\n| environment variable | meaning | default |\n|---|---|---|\n"
    return head + "\n".join(rows) + "\n"


def formats() -> str:
    """Every transcript format that is read."""
    rows = [f"| {it.name} | {it.description} |" for it in FORMATS]
    head = "# Transcripts that are read\n\n| format | what it is |\n|---|---|\n"
    return head + "\n".join(rows) + "\n"


def _default(value: object) -> str:
    return f"`{value}`" if isinstance(value, str | int | float | bool) else "–"


def _help(*command: str) -> str:
    shown = CliRunner().invoke(
        app, [*command, "--help"], prog_name="t2h", env={"COLUMNS": "96"}, terminal_width=96
    )
    return f"```\n{shown.stdout.strip()}\n```"


if __name__ == "__main__":
    for path, text in documents().items():
        target = HERE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
