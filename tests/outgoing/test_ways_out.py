"""Every way by which words leave: whatever is private on a call is in no byte of what goes out.

The deal has its private values in everything that a call can bring: quotes, summaries, facts,
answers, names of speakers, what was signed.
"""

import email
import io
import re
import zipfile
from email import policy as email_policy

import pytest
from pypdf import PdfReader

from tests.mail_servers import MailServer
from tests.outgoing.test_mailing import MAEVE, Post
from transcript2handoff.contract import Contract, ContractLine
from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.deal_documents import DealDocuments
from transcript2handoff.dossier import NO_PAPERS, Papers, dossier
from transcript2handoff.engines.openai import Endpoint, Keep, Limits, ModelOptions, OpenAIEngine
from transcript2handoff.facts import (
    CustomerCommitment,
    Exclusion,
    Goal,
    NextStep,
    Promise,
    Stakeholder,
)
from transcript2handoff.handoff import CallRecord, Claim, Handoff, Provenance, spoken_evidence
from transcript2handoff.journal import Calls
from transcript2handoff.outgoing import dry_run
from transcript2handoff.outgoing.sharing import shareable
from transcript2handoff.policy import Gate
from transcript2handoff.testing.model_server import ModelServer
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn

REF = "harborline-1"
PRIVATE = {
    "card": ("4539 1488 0343 6467", "4539148803436467", "03436467"),
    "spoken card": ("four five three nine one four eight eight",),
    "telephone": ("+44 20 7946 0958", "7946 0958", "79460958"),
    "mail": ("gareth.pugh@harborline.example", "gareth.pugh@"),
    "account": ("DE89 3704 0044 0532 0130 00", "0532 0130"),
    "person": ("219-09-9999", "219 09 9999"),
}
"""What must not be found, and how it may be written."""
CARD, PHONE, MAIL, IBAN = (PRIVATE[name][0] for name in ("card", "telephone", "mail", "account"))
SPOKEN = "four five three nine one four eight eight zero three four three six four six seven"
SAID = (
    f"We will book the trainer and charge the card {CARD} in May.",
    f"Our goal is that every call to {PHONE} is answered within two minutes.",
    f"I will send the price lists from {MAIL} on the first of May.",
    f"Refunds to the account {IBAN} are not included in the plan.",
    f"Okay, the card number is {SPOKEN}.",
    "My social security number is 219-09-9999, for the form.",
    f"Let us meet again on the fourth of May, call {PHONE} then.",
)
FACTS = (
    Promise(strength="firm", type="resource", owner=f"Tom, {PHONE}", due="2026-05-15"),
    Goal(metric=f"calls to {PHONE}", target=f"write to {MAIL}"),
    CustomerCommitment(owner=f"Gareth ({MAIL})", due="2026-05-20"),
    Exclusion(),
    Promise(strength="firm", type="resource"),
    Stakeholder(name="Gareth Pugh", role=f"pays with {CARD}", present=True),
    NextStep(due="2026-05-14"),
)


@pytest.fixture(scope="module")
def call():
    turns = tuple(
        Turn(n=n, speaker="S1", text=text, start=n, end=n + 1) for n, text in enumerate(SAID, 1)
    )
    speaker = Speaker(id="S1", name="Gareth Pugh", title=f"Buyer, {PHONE}", side="customer")
    return Transcript(call_id=REF, duration=9.0, speakers=(speaker,), turns=turns)


@pytest.fixture(scope="module")
def planted(call):
    """The deal, with what was signed."""
    frame = Deal(
        deal="Harborline",
        seller="Foldwell",
        customer="Harborline Freight",
        tags=(f"card {CARD}",),
        participants=(Participant(name="Tom Reyes", side="seller"),),
    )
    claims = tuple(
        Claim.model_validate(
            {
                "id": f"claim-{n}",
                "summary": f"{text} Their card is {CARD}.",
                "fact": fact,
                "evidence": (spoken_evidence(call, n, Span(0, len(text)), match="exact"),),
            },
            context={"transcripts": {call.call_id: call}},
        )
        for n, (text, fact) in enumerate(zip(SAID, FACTS, strict=True), 1)
    )
    record = CallRecord(call=Call(id=REF), transcript_version=1, turns=len(SAID))
    made = Provenance(call_id=REF, engine="local", engine_version="9")
    handoff = Handoff(deal=frame, calls=(record,), claims=claims, provenance=(made,))
    line = ContractLine(id="L1", type="deliverable", text=f"A trainer in May, call {PHONE}.")
    papers = Papers(company_files=NO_PAPERS.company_files, contract=Contract(lines=(line,)))
    return dossier(Calls(handoff=handoff, transcripts=(call,)), (), papers), papers


def check(text):
    """No value is there, however its digits stand."""
    bare = re.sub(r"[\s\-.,()]+", "", text)
    for name, ways in PRIVATE.items():
        for way in ways:
            assert way not in text, (name, way)
            if any(map(str.isdigit, way)):
                assert re.sub(r"[\s\-.,()+]+", "", way) not in bare, (name, way)


def words_of(name, data):
    """What a reader sees of a file, and its raw text."""
    match name.rpartition(".")[2]:
        case "pdf":
            return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
        case "docx" | "xlsx":
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                texts = (parts.read(one).decode(errors="replace") for one in parts.namelist())
                return "\n".join(re.sub(r"<[^>]*>", "", text) for text in texts)
        case "eml":
            told = email.message_from_bytes(data, policy=email_policy.default)
            return f"{told.as_string()}\n{told.get_body().get_content()}"
        case _:
            return data.decode()


def test_the_deal_holds_all_of_it(planted):
    whole = planted[0].handoff.model_dump_json()
    for ways in PRIVATE.values():
        assert ways[0] in whole


def test_what_a_link_shows(planted):
    told = shareable(*planted, redaction=True).dossier
    check(told.handoff.model_dump_json())
    check(told.assessment.model_dump_json())
    check("\n".join(one.to_json() for one in told.transcripts))
    check(str(told.review))


LANGUAGES = ("en", "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_of_what_may_be_shown(planted, language):
    told = shareable(*planted, redaction=True).dossier
    documents = DealDocuments(deal=told, language=language)
    for name in documents.names():
        if not name.heavy:
            check(words_of(name.file, documents.make(name.path, name.format)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_documents_for_the_customer_of_a_deal_as_it_is(planted, language):
    documents = DealDocuments(deal=planted[0], language=language)
    made = {
        name.file: documents.make(name.path, name.format)
        for name in documents.names()
        if name.path.startswith("customer/") and (language == "en" or not name.heavy)
    }
    assert "book the trainer" in made["customer/success_plan.md"].decode()
    for name, data in made.items():
        check(words_of(name, data))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("source", ["hubspot", "salesforce"])
def test_what_a_crm_is_told(office, planted, source):
    here = office(source)
    told = planted[0]
    asked = dry_run(
        here.store, here.deal, told, delivery=here.delivery, connections=here.connections
    )
    assert "[CARD 1]" in asked
    check(asked)
    here.queue(told)
    assert here.send()
    check("\n".join(item.content or "" for item in here.items()))
    written = "\n".join(str(one) for one in here.server.written)
    check(written)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_a_mail_holds(office, planted, tmp_path):
    with MailServer() as server:
        here = office()
        here.consent("given")
        post = Post(here, server, tmp_path)
        post.dossier = planted[0]
        post.put(MAEVE, pdf=True)
        assert post.send() == 1
        (got,) = server.got
    assert "What we owe" in got.text
    check(got.text)
    for part in got.message.walk():
        if part.get_content_type() == "application/pdf":
            check(words_of("brief.pdf", part.get_payload(decode=True)))
        elif part.get_content_maintype() == "text":
            check(part.get_content())


def test_what_a_model_server_is_sent(call, tmp_path):
    buyer = Participant(name="Gareth Pugh", side="customer", title=f"Buyer, {PHONE}", email=MAIL)
    known = Deal(deal=f"Harborline {CARD}", participants=(buyer,), glossary=(IBAN,))
    context = DealContext(deal=known, call=Call(id=REF, consent="given", file=f"{PHONE}.mp3"))
    with ModelServer() as server:
        endpoint = Endpoint(url=server.base_url, model=server.model, key=server.api_key)
        engine = OpenAIEngine(
            ModelOptions(endpoint=endpoint, limits=Limits(deadline_seconds=60), check=True),
            gate=Gate(),
            keep=Keep(tmp_path, answers=False),
        )
        draft = engine.extract(call, context)
        sent = "\n".join(request.raw.decode() for request in server.requests)
    assert "charge the card" in sent
    assert draft.provenance.hidden["card number"] == 1
    check(sent)
    check("\n".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file()))


def test_a_speaker_and_a_name_lose_what_is_private_in_them(planted):
    told = shareable(*planted, redaction=True).dossier
    assert told.transcripts[0].speakers[0].title == "Buyer, [PHONE 1]"
    assert told.handoff.claims[0].fact.owner == "Tom, [PHONE 1]"
