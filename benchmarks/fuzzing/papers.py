"""Documents: any deal whose words are odd is shown in every format, and each is well formed."""

import email
import io
import json
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any, Final
from xml.parsers.expat import ParserCreate

from benchmarks.fuzzing.examples import HARBORLINE, sentences, short_draft, short_transcript
from benchmarks.fuzzing.mutating import ODD_TEXTS, changed_text
from benchmarks.fuzzing.target import Target, Try
from transcript2handoff.company_files import read_company
from transcript2handoff.contract import parse_catalog, parse_contract
from transcript2handoff.deal import Deal, DealContext
from transcript2handoff.deal_documents import DealDocuments
from transcript2handoff.dossier import Papers, dossier, told_of
from transcript2handoff.errors import ArtifactError
from transcript2handoff.ground import ground
from transcript2handoff.handoff import read_draft
from transcript2handoff.transcript import read_transcript

_TURNS: Final = 24
_CLAIMS: Final = 14
_VOID: Final = ("br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr")


def targets() -> Iterator[Target]:
    """Formats that are quick to make, and those that other programs lay out."""
    yield _target("documents", "a deal with odd words, in all light formats", heavy=False, share=1)
    yield _target("paper", "the same as DOCX, PDF and XLSX", heavy=True, share=1)


def _target(name: str, what: str, *, heavy: bool, share: int) -> Target:
    return Target(
        name=name,
        what=what,
        examples=lambda: [_example()],
        mutate=_odd_words,
        opened=partial(_shown, heavy=heavy),
        share=share,
        seconds=30,
        memory=1 << 30,
    )


def _example() -> bytes:
    deal = Deal.model_validate(tomllib.loads((HARBORLINE / "deal.toml").read_text()))
    whole = {
        "deal": deal.model_dump(mode="json"),
        "transcript": json.loads(short_transcript(_TURNS)),
        "draft": json.loads(short_draft(_CLAIMS)),
    }
    return json.dumps(whole).encode()


def _odd_words(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """Names, titles, summaries, facts and turns with their quotes, each changed here and there."""
    whole = json.loads(chance.choice(seeds))
    for _ in range(chance.choice((1, 2, 4, 8))):
        way = chance.choice((_in_turn, _in_claim, _in_claim, _in_deal, _in_speaker))
        way(chance, whole)
    return json.dumps(whole).encode()


def _odd(chance: Random, text: object) -> str:
    if chance.random() < 0.5:
        return chance.choice(ODD_TEXTS)[:1500]
    said = str(text)
    return changed_text(chance, said, [chance.choice(sentences_once())])[:3000]


_SENTENCES: list[bytes] = []


def sentences_once() -> list[bytes]:
    """The sentences of the annotated calls, read once."""
    if not _SENTENCES:
        _SENTENCES.extend(sentences())
    return _SENTENCES


def _in_turn(chance: Random, whole: Any) -> None:
    """Words of a turn; quotes of it change with them, so that they still stand there."""
    turn = chance.choice(whole["transcript"]["turns"])
    words = turn["text"].split(" ")
    was = chance.choice(words)
    now = _odd(chance, was)
    turn["text"] = turn["text"].replace(was, now)
    turn["words"] = []
    for claim in whole["draft"]["claims"]:
        for citation in claim["citations"]:
            if citation["turn"] == turn["n"]:
                citation["quote"] = citation["quote"].replace(was, now)


def _in_claim(chance: Random, whole: Any) -> None:
    claim = chance.choice(whole["draft"]["claims"])
    texts = [name for name, value in claim["fact"].items() if isinstance(value, str)]
    name = chance.choice([*texts, "summary", "summary"])
    holder = claim if name == "summary" else claim["fact"]
    holder[name] = _odd(chance, holder[name])


def _in_deal(chance: Random, whole: Any) -> None:
    deal = whole["deal"]
    name = chance.choice(("deal", "seller", "customer", "product", "timezone", "segment", "people"))
    if name != "people":
        deal[name] = _odd(chance, deal[name])
        return
    person = chance.choice(deal["participants"])
    field = chance.choice(("name", "title", "email"))
    person[field] = _odd(chance, person.get(field))


def _in_speaker(chance: Random, whole: Any) -> None:
    speaker = chance.choice(whole["transcript"]["speakers"])
    field = chance.choice(("name", "title", "reason"))
    speaker[field] = _odd(chance, speaker[field])


def _shown(_: Path, *, heavy: bool) -> Try:
    papers = Papers(
        company_files=read_company(HARBORLINE / "company.yaml"),
        contract=parse_contract((HARBORLINE / "terms.yaml").read_text()),
        catalog=parse_catalog((HARBORLINE / "catalog.yaml").read_text()),
    )

    def attempt(content: bytes) -> None:
        told = _told(content)
        documents = DealDocuments(
            deal=dossier(told, (), papers), language="de" if len(content) % 2 else "en"
        )
        names = [name for name in documents.names() if name.heavy == heavy]
        for name in names if not heavy else names[len(content) % len(names) :][:2]:
            made = documents.make(name.path, name.format)
            assert made
            _CHECKS.get(name.format, _text)(made)

    return attempt


def _told(content: bytes) -> Any:
    whole = json.loads(content)
    try:
        deal = Deal.model_validate(whole["deal"])
    except ValueError as error:
        raise ArtifactError("no deal") from error  # the readers of deals are targets of their own
    transcript = read_transcript(json.dumps(whole["transcript"]))
    draft = read_draft(json.dumps(whole["draft"]))
    context = DealContext(deal=deal, call=deal.call(transcript.call_id))
    handoff = ground(draft, transcript, context)
    return told_of([handoff], [transcript], deal)


def _text(made: bytes) -> None:
    made.decode()


def _xml(made: bytes) -> None:
    ParserCreate().Parse(made, True)


class _Html(HTMLParser):
    """Sees that every element ends where it should."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open, tag
            assert self.open.pop() == tag


def _html(made: bytes) -> None:
    page = _Html()
    page.feed(made.decode())
    page.close()
    assert not page.open


def _eml(made: bytes) -> None:
    read = email.message_from_bytes(made)
    assert not read.defects
    assert set(map(str.lower, read.keys())) <= {*_HEADERS}


_HEADERS: Final = (
    *("to", "cc", "from", "subject", "date", "message-id", "mime-version", "x-unsent"),
    *("content-type", "content-transfer-encoding", "content-language"),
)


def _zipped(made: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                _xml(archive.read(name))


def _pdf(made: bytes) -> None:
    assert made.startswith(b"%PDF-")
    assert b"%%EOF" in made[-64:]


_CHECKS: Final[dict[str, Callable[[bytes], None]]] = {
    "docx": _zipped,
    "eml": _eml,
    "html": _html,
    "pdf": _pdf,
    "svg": _xml,
    "xlsx": _zipped,
}
