"""What the README shows of a brief stands in that brief, and its links lead somewhere."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BRIEF = ROOT / "fixtures" / "harborline" / "harborline-1" / "5_kickoff_brief.md"


def plain(markdown):
    """Text without anchors, links and marks."""
    bare = re.sub(r"<[^>]+>", " ", markdown)
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", bare)
    return " ".join(re.sub(r"[*|>_-]+", " ", bare).split())


def test_the_excerpt_is_what_the_example_deal_gives():
    brief = plain(BRIEF.read_text(encoding="utf-8"))
    quoted = [line for line in README.splitlines() if line.startswith(">") and plain(line)]
    assert len(quoted) > 8
    for line in quoted:
        assert plain(line) in brief, line


def test_local_links_lead_to_files():
    for target in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / target).exists(), target
