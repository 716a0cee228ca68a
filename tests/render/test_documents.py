"""The kickoff brief: golden documents, proofs, silence, hostile text, recordings."""

import base64
import datetime
import hashlib
import html
import re
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markdown_it import MarkdownIt

from transcript2handoff.assess import assess
from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import ArtifactError
from transcript2handoff.facts import (
    KINDS,
    Competitor,
    Goal,
    Pain,
    Promise,
    Stakeholder,
    Term,
)
from transcript2handoff.handoff import (
    CallRecord,
    Citation,
    Claim,
    Contradiction,
    DraftClaim,
    Handoff,
    Rejection,
    Sending,
    Turning,
    Unread,
    Window,
    read_handoff,
    spoken_evidence,
)
from transcript2handoff.render import (
    BriefOptions,
    brief_html,
    brief_markdown,
)
from transcript2handoff.render.proofs import clock
from transcript2handoff.render.templates import Templates
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn, read_transcript

DATA = Path(__file__).parent / "data"
TRANSCRIPT = read_transcript((DATA / "2_transcript.json").read_bytes())
HANDOFF = read_handoff((DATA / "4_handoff.json").read_bytes(), [TRANSCRIPT])
RECORDED = BriefOptions(audio={"alder-1": "1_call.opus"})
SILENT = BriefOptions()
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """A document as its elements, their attributes, and its visible text; tags must nest."""

    def __init__(self, document):
        super().__init__()
        self.open = []
        self.elements = []
        self.texts = []
        self.feed(document)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)

    def all(self, tag, **attributes):
        return [
            found
            for name, found in self.elements
            if name == tag and all(found.get(key) == value for key, value in attributes.items())
        ]


def page(handoff=HANDOFF, transcripts=(TRANSCRIPT,), options=SILENT):
    return Page(brief_html(handoff, assess(handoff), transcripts, options))


def markdown(handoff=HANDOFF, transcripts=(TRANSCRIPT,), options=SILENT):
    return brief_markdown(handoff, assess(handoff), transcripts, options)


def read_aloud(document):
    """The text of a Markdown document as a reader sees it, without markup."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(document)
    inline = [child for token in tokens for child in token.children or ()]
    return "\n".join(child.content for child in inline if child.type.startswith("text"))


def squeezed(text):
    return re.sub(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+", "", text)


@pytest.mark.parametrize(("name", "write"), [("md", brief_markdown), ("html", brief_html)])
def test_the_documents_are_the_golden_ones(name, write):
    golden = (DATA / f"5_kickoff_brief.{name}").read_text(encoding="utf-8")
    assert write(HANDOFF, assess(HANDOFF), [TRANSCRIPT], RECORDED) == golden


def test_the_sample_holds_every_kind():
    assert {claim.kind for claim in HANDOFF.claims} == set(KINDS)


def test_every_line_carries_its_words_speaker_and_time():
    seen = page(options=RECORDED)
    read = squeezed(read_aloud(markdown(options=RECORDED)))
    for claim in HANDOFF.claims:
        for evidence in claim.spoken:
            speaker = TRANSCRIPT.speaker(evidence.speaker).label
            for text in (squeezed(seen.text), read):
                assert squeezed(evidence.quote) in text
                assert squeezed(speaker) in text
                assert clock(evidence.start) in text


def test_an_answer_after_the_call_is_shown_as_one():
    for text in (page().text, read_aloud(markdown())):
        assert "asked after the call, Wed 13 Jan 2027" in text
        assert "Product says April is safer." in text


def test_only_weak_claims_say_so():
    assert markdown().count("weakly supported") == 1
    assert page().text.count("weakly supported") == 1


def test_open_promises_stand_before_those_that_are_over():
    promises = markdown().split("### Promises\n")[1].split("###")[0]
    states = re.findall(r"\| (open|done|withdrawn) \|", promises)
    assert states == ["open"] * 4 + ["done", "withdrawn"]
    assert "~~Ines trains the night shift.~~" in promises


def test_rejected_claims_stand_in_the_appendix_alone():
    body, appendix = markdown().split("## Appendix: rejected")
    assert "ten percent" not in body
    assert "ten percent off" in appendix
    assert "No turn holds these words." in appendix


def test_silence_is_said_in_every_section():
    call = CallRecord(call=Call(id="alder-1"), transcript_version=1, turns=0)
    empty = Handoff(deal=Deal(), calls=(call,), provenance=())
    transcript = Transcript(call_id="alder-1")
    text = markdown(empty, [transcript])
    sections = re.split(r"^## \d\. ", text, flags=re.MULTILINE)[1:]
    assert len(sections) == 8
    assert all("*Not discussed.*" in section for section in sections)
    assert "Customer not named × Seller not named" in text
    seen = page(empty, [transcript])
    assert seen.text.count("Not discussed.") >= len(KINDS)
    assert "No turns." in seen.text


def test_without_a_recording_there_is_nothing_to_play():
    seen = page()
    assert seen.all("audio") == []
    assert seen.all("script") == []
    assert seen.all("a", **{"class": "play"}) == []
    assert "0:20" in seen.text
    assert "#t=" not in markdown()


def test_without_times_a_turn_number_stands_in_their_place():
    turns = tuple(Turn(n=turn.n, speaker=turn.speaker, text=turn.text) for turn in TRANSCRIPT.turns)
    timeless = TRANSCRIPT.model_copy(update={"turns": turns, "duration": None})
    claims = tuple(
        claim.model_copy(
            update={
                "evidence": tuple(
                    evidence.model_copy(update={"start": None, "end": None})
                    for evidence in claim.spoken
                )
            }
        )
        for claim in HANDOFF.claims
    )
    handoff = HANDOFF.model_copy(update={"claims": claims})
    text = markdown(handoff, [timeless], RECORDED)
    assert "(Jonas Adler, [turn 4](#claim-c1))" in text
    assert "#t=" not in text
    assert page(handoff, [timeless], RECORDED).all("a", **{"class": "play"}) == []


def test_a_play_link_is_a_media_fragment_that_works_without_a_script():
    links = page(options=RECORDED).all("a", **{"class": "play"})
    assert {"1_call.opus#t=20.29,22.26"} <= {link["href"] for link in links}
    assert {link["data-player"] for link in links} == {"player-1"}


def test_each_call_has_its_own_player_and_proofs_name_their_call():
    second = TRANSCRIPT.model_copy(update={"call_id": "alder-2"})
    record = HANDOFF.calls[0].model_copy(update={"call": Call(id="alder-2")})
    claim = _claim(second, 1, Pain())
    handoff = HANDOFF.model_copy(
        update={"calls": (*HANDOFF.calls, record), "claims": (*HANDOFF.claims, claim)}
    )
    options = BriefOptions(audio={"alder-1": "a.opus", "alder-2": "https://x.example/b.mp3"})
    seen = page(handoff, [second, TRANSCRIPT], options)
    sources = {player["id"]: player["src"] for player in seen.all("audio")}
    assert sources == {"player-1": "a.opus", "player-2": "https://x.example/b.mp3"}
    assert "call 2" in seen.text
    assert "#call-2-turn-1)" in markdown(handoff, [second, TRANSCRIPT], options)


def test_a_missing_transcript_is_an_error_that_names_the_call():
    with pytest.raises(ArtifactError, match="transcript of alder-1"):
        markdown(transcripts=())


def test_a_quote_of_an_unlisted_call_is_an_error_that_names_the_call():
    with pytest.raises(ArtifactError, match="quotes alder-1"):
        markdown(HANDOFF.model_copy(update={"calls": ()}))


@pytest.mark.parametrize(("limit", "unfolded"), [(18, True), (17, False)])
def test_long_transcripts_are_folded_up(limit, unfolded):
    (details,) = page(options=BriefOptions(open_turns=limit)).all("details")
    assert ("open" in details) == unfolded


def test_only_the_document_s_own_style_and_script_may_run():
    document = brief_html(HANDOFF, assess(HANDOFF), [TRANSCRIPT], RECORDED)
    seen = Page(document)
    policy = seen.all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        text = re.search(f"<{tag}>(.*?)</{tag}>", document, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert [name for name, found in seen.elements if "style" in found] == []


@pytest.mark.parametrize(
    ("audio", "source"),
    [
        ({}, "media-src 'none';"),
        ({"alder-1": "call.opus"}, "media-src 'self' file:;"),
        ({"alder-1": "https://x.example/call.opus"}, "media-src https: http:;"),
    ],
)
def test_recordings_load_from_where_they_are(audio, source):
    policy = page(options=BriefOptions(audio=audio)).all("meta")[1]["content"]
    assert source in policy


@pytest.mark.parametrize("name", ["brief.md.jinja", "brief_print.md.jinja"])
def test_a_name_that_a_template_does_not_know_is_an_error(name):
    with pytest.raises(UndefinedError):
        Templates().markdown(name)


def test_no_template_switches_escaping_off():
    shipped = resources.files("transcript2handoff.templates").iterdir()
    sources = [file.read_text(encoding="utf-8") for file in shipped if file.name.endswith(".jinja")]
    assert len(sources) >= 6
    assert not any(re.search(r"\|\s*safe|autoescape|markupsafe", source) for source in sources)


HOSTILE = st.text(
    st.one_of(
        st.sampled_from("|*_`~<>[]()#+-=!&;\\\"'\n\r\t {}%:/@\u202e\u2067\u200f\u2028"),
        st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\x00"),
    ),
    min_size=1,
    max_size=40,
).filter(str.strip)


def _claim(transcript, turn, fact, summary="A fact.", id_="x1"):
    said = transcript.turn(turn)
    evidence = spoken_evidence(transcript, turn, Span(0, len(said.text)), match="exact")
    return Claim.model_validate(
        {"id": id_, "summary": summary, "fact": fact, "evidence": (evidence,)},
        context={"transcripts": {transcript.call_id: transcript}},
    )


def hostile_handoff(words):
    """A handoff in which every text that somebody else wrote is ``words``."""
    words = words.strip()
    turn = Turn(n=1, speaker="S1", text=words, start=1.0, end=2.0)
    speaker = Speaker(id="S1", name=words, side="customer", title=words)
    transcript = Transcript(call_id=words, speakers=(speaker,), turns=(turn,))
    facts = (
        Goal(metric=words, baseline=words, target=words, deadline=words),
        Stakeholder(name=words, role=words, present=True),
        Competitor(name=words, status="rejected", reason=words),
        Term(type="price", value=words),
        Promise(strength="hedged", type="feature", owner=words, due=words),
        Pain(),
    )
    claims = tuple(
        _claim(transcript, 1, fact, words, id_=f"{words}{n}") for n, fact in enumerate(facts)
    )
    draft = DraftClaim(summary=words, fact=Pain(), citations=(Citation(turn=1, quote=words),))
    call = CallRecord(call=Call(id=words), transcript_version=1, turns=1)
    deal = Deal(deal=words, seller=words, customer=words, product=words)
    rejected = (Rejection(claim=draft, call_id=words, reason=words),)
    handoff = Handoff(deal=deal, calls=(call,), provenance=(), rejected=rejected)
    return handoff.model_copy(update={"claims": claims}), transcript


def shape(words, write):
    handoff, transcript = hostile_handoff(words)
    options = BriefOptions(audio={transcript.call_id: words})
    return write(handoff, assess(handoff), [transcript], options)


def html_shape(words):
    """Tags and attributes of the page, without the values that may differ."""
    return [(tag, tuple(found)) for tag, found in Page(shape(words, brief_html)).elements]


def markdown_shape(words):
    """The blocks of the document, and how many cells each row has."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = reader.parse(shape(words, brief_markdown))
    inline = [child for token in tokens for child in token.children or ()]
    markup = [child.type for child in inline if child.type not in ("text", "text_special")]
    own = [child.content for child in inline if child.type == "html_inline"]
    assert all(re.fullmatch(r'<br>|<a id="[A-Za-z0-9._-]+">|</a>', tag) for tag in own)
    return [token.type for token in tokens], markup.count("link_open"), len(own)


PLAIN_HTML = html_shape("plain")
PLAIN_MARKDOWN = markdown_shape("plain")


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
@example("<script>alert(1)</script>")
@example("</style><script>")
@example('" onclick="x')
@example("{{ brief }}{% raw %}")
@example("https://evil.example")
def test_hostile_text_never_becomes_html(words):
    assert html_shape(words) == PLAIN_HTML
    text = squeezed(html.unescape(Page(shape(words, brief_html)).text))
    assert squeezed(html.unescape(words)) in text


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
@example("| a | b |")
@example("a\n\n| b |\n\n# c")
@example("<img src=x onerror=alert(1)>")
@example("[x](javascript:alert(1))")
@example("**")
@example("~~x~~")
def test_hostile_text_never_becomes_markdown(words):
    assert markdown_shape(words) == PLAIN_MARKDOWN
    assert squeezed(words) in squeezed(read_aloud(shape(words, brief_markdown)))


def test_notes_on_a_transcript_stand_with_its_call():
    noted = TRANSCRIPT.model_copy(update={"notes": ("The end of <the file> is lost.",)})
    assert "The end of <the file> is lost." in read_aloud(markdown(transcripts=(noted,)))
    assert "Note: The end of <the file> is lost." in page(transcripts=(noted,)).text


def promise_with(*states):
    """The sample with a history for its first promise, and the promise."""
    claims = list(HANDOFF.claims)
    at = next(n for n, claim in enumerate(claims) if claim.kind == "promise" and claim.is_owed)
    steps = tuple(
        Turning.model_validate(
            {
                "call_id": "alder-1",
                "date": datetime.date(2027, 1, 12 + n),
                "state": state,
                "summary": f"Step {n} <of> it",
                "evidence": claims[at].evidence,
            },
            context={"transcripts": {"alder-1": TRANSCRIPT}},
        )
        for n, state in enumerate(states)
    )
    claims[at] = claims[at].model_copy(update={"history": steps})
    return HANDOFF.model_copy(update={"claims": tuple(claims)}), claims[at]


def test_the_history_of_a_promise_is_told_step_by_step():
    changed, claim = promise_with("open", "changed")
    for text in (page(changed).text, read_aloud(markdown(changed))):
        assert "Step 0 <of> it" in text
        assert "Step 1 <of> it" in text
        assert "Wed 13 Jan 2027" in text
    assert "changed" in page(changed).text
    assert not page(changed).all("tr", id=f"claim-{claim.id}", **{"class": "struck"})


@pytest.mark.parametrize("state", ["withdrawn", "superseded"])
def test_a_promise_that_a_later_call_ended_is_crossed_out(state):
    ended, claim = promise_with("open", state)
    assert page(ended).all("tr", id=f"claim-{claim.id}", **{"class": "struck"})
    assert f"~~{claim.summary}~~" in markdown(ended).replace("\\", "")


def test_a_promise_without_a_history_shows_no_steps():
    once, _ = promise_with("open")
    assert not page(once).all("ol", **{"class": "steps"})


def test_contradictions_stand_side_by_side():
    first, second = HANDOFF.of_kind("term")[:2]
    clash = Contradiction(claims=(first.id, second.id), about="two <prices>")
    told = HANDOFF.model_copy(update={"contradictions": (clash,)})
    seen = page(told, options=RECORDED)
    assert "Both were said, and no call settles which one holds." in seen.text
    assert "two <prices>" in seen.text
    links = {found["href"] for found in seen.all("a") if "href" in found}
    assert {f"#claim-{first.id}", f"#claim-{second.id}"} <= links
    assert "Contradictions" in markdown(told)
    assert "Contradictions" not in markdown()


def test_turns_that_were_not_read_are_named_and_nothing_is_called_silence():
    gap = Unread(first=2, last=4, reason="The server was busy.")
    call = HANDOFF.calls[0].model_copy(update={"unread": (gap,), "notes": ("Read in parts.",)})
    told = HANDOFF.model_copy(update={"calls": (call,), "claims": ()})
    for text in (page(told).text, read_aloud(markdown(told))):
        assert "Not read: turns 2 to 4. The server was busy." in text
        assert "Read in parts." in text
        assert "Incomplete: turns 2 to 4 of alder-1 could not be read" in text
        assert "not discussed" not in text.lower()


def test_a_brief_says_to_whom_the_call_was_sent():
    sending = Sending(
        to="https://models.example",
        model="small",
        at=datetime.datetime(2027, 1, 12, 9, tzinfo=datetime.UTC),
        purpose="find needs",
        turns=(Window(first=1, last=4),),
        redacted=True,
    )
    made = HANDOFF.provenance[0].model_copy(update={"sendings": (sending, sending)})
    told = HANDOFF.model_copy(update={"provenance": (made,)})
    for text in (page(told).text, read_aloud(markdown(told))):
        assert text.count("sent to small at https://models.example, redacted") == 1
