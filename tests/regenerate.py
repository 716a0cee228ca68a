"""Write the golden documents again: ``python tests/regenerate.py``; then read the difference."""

import json
import runpy
from pathlib import Path

from pydantic import TypeAdapter
from typer.testing import CliRunner

from transcript2handoff.assess import assess
from transcript2handoff.cli import app
from transcript2handoff.engines.openai.prompts import (
    CallSheet,
    ClaimSheet,
    check_prompt,
    find_prompt,
)
from transcript2handoff.engines.openai.schema import Group, answer_schema, check_schema
from transcript2handoff.handoff import read_handoff
from transcript2handoff.render import BriefOptions, brief_html, brief_markdown
from transcript2handoff.render.templates import Templates
from transcript2handoff.reports.portfolio import Portfolio
from transcript2handoff.transcript import read_transcript
from transcript2handoff.words import LANGUAGES, Words

HERE = Path(__file__).parent
RENDER = HERE / "render" / "data"
MODEL = HERE / "engines" / "openai"
DEAL = HERE.parent / "fixtures" / "harborline" / "deal.toml"


def main() -> None:
    """The brief of ``tests/render/data``, what a model is asked, and all calls of the deal."""
    write_brief()
    write_questions()
    write_faults()
    write_reports()
    for call in sorted(DEAL.parent.glob("*/1_call.*")):
        arguments = ["run", str(call), "--deal", str(DEAL), "-o", str(call.parent), "--force"]
        arguments += ["--engine", "local"]
        CliRunner().invoke(app, arguments, catch_exceptions=False)
    write_internal_documents()
    write_customer_documents()


def write_brief() -> None:
    """The kickoff brief of the call in ``tests/render/data``."""
    transcript = read_transcript((RENDER / "2_transcript.json").read_bytes())
    handoff = read_handoff((RENDER / "4_handoff.json").read_bytes(), [transcript])
    options = BriefOptions(audio={"alder-1": "1_call.opus"})
    for name, render in (("md", brief_markdown), ("html", brief_html)):
        document = render(handoff, assess(handoff), [transcript], options)
        (RENDER / f"5_kickoff_brief.{name}").write_text(document, encoding="utf-8")


def write_questions() -> None:
    """What a model is asked: the prompt of one window for each group, and the schemas."""
    given = json.loads((MODEL / "data" / "sheet.json").read_bytes())
    sheet = TypeAdapter(CallSheet).validate_python(given["sheet"])
    claims = TypeAdapter(list[ClaimSheet]).validate_python(given["claims"])
    for prompt in (*(find_prompt(group, sheet) for group in Group), check_prompt(claims, sheet)):
        text = f"=== system ===\n{prompt.system}\n=== user ===\n{prompt.user}\n"
        (MODEL / "data" / f"{prompt.name}.txt").write_text(text, encoding="utf-8")
    schemas = {
        **{str(group): answer_schema(group) for group in Group},
        "check": check_schema(claims=3),
    }
    for name, schema in schemas.items():
        text = json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        (MODEL / "data" / f"{name}.schema.json").write_text(text, encoding="utf-8")


def write_faults() -> None:
    """The table of what a model server can do wrong."""
    tests = runpy.run_path(str(MODEL / "test_faults.py"))
    (HERE.parent / "docs" / "model-faults.md").write_text(tests["fault_table"](), encoding="utf-8")


def write_internal_documents() -> None:
    """The documents for readers inside the company, of the whole deal of ``fixtures``."""
    home = HERE / "documents" / "internal"
    deal = runpy.run_path(str(home / "conftest.py"))["whole_deal"]()
    for name, text in runpy.run_path(str(home / "test_golden.py"))["golden"](deal).items():
        (home / "data" / name).write_text(text, encoding="utf-8")


def write_customer_documents() -> None:
    """The documents for the customer, in each language."""
    tests = runpy.run_path(str(HERE / "documents" / "test_success_plan.py"))
    for language in LANGUAGES:
        made = tests["harborline_documents"](Templates(Words.of(language)))
        for name, text in made.items():
            (tests["GOLDEN"] / language / name).write_text(text, encoding="utf-8")


def write_reports() -> None:
    """The reports over a made-up portfolio, in each language."""
    home = HERE / "reports"
    made = runpy.run_path(str(home / "conftest.py"))["made"]
    portfolio = Portfolio(deals=tuple(made(number) for number in range(12)))
    documents = runpy.run_path(str(home / "test_golden.py"))["documents"]
    for language in LANGUAGES:
        for name, text in documents(portfolio, language).items():
            (home / "data" / language / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
