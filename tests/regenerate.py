"""Write the golden documents again: ``python tests/regenerate.py``; then read the difference."""

from pathlib import Path

from typer.testing import CliRunner

from transcript2handoff.assess import assess
from transcript2handoff.cli import app
from transcript2handoff.handoff import read_handoff
from transcript2handoff.render import BriefOptions, brief_html, brief_markdown
from transcript2handoff.transcript import read_transcript

HERE = Path(__file__).parent
RENDER = HERE / "render" / "data"
DEAL = HERE.parent / "fixtures" / "harborline" / "deal.toml"


def main() -> None:
    """The brief of the call in ``tests/render/data``, and every call of the example deal."""
    write_brief()
    for call in sorted(DEAL.parent.glob("*/1_call.*")):
        arguments = ["run", str(call), "--deal", str(DEAL), "-o", str(call.parent), "--force"]
        CliRunner().invoke(app, arguments, catch_exceptions=False)


def write_brief() -> None:
    """The kickoff brief of the call in ``tests/render/data``."""
    transcript = read_transcript((RENDER / "2_transcript.json").read_bytes())
    handoff = read_handoff((RENDER / "4_handoff.json").read_bytes(), [transcript])
    options = BriefOptions(audio={"alder-1": "1_call.opus"})
    for name, render in (("md", brief_markdown), ("html", brief_html)):
        document = render(handoff, assess(handoff), [transcript], options)
        (RENDER / f"5_kickoff_brief.{name}").write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main()
